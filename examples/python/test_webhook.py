"""Accepts every valid webhook, and no other."""

import unittest
from datetime import datetime

from fixtures import entries, load
from webhook import InvalidWebhook, verify


def received(file):
    """Loads a webhook as a receiver gets it: bytes, and the time of the receiver's clock."""
    webhook = load(file)
    now = datetime.fromisoformat(webhook["at"].replace("Z", "+00:00")).timestamp()
    return webhook, (webhook["secret"], webhook["headers"], webhook["body"].encode("utf-8"), now)


class Webhooks(unittest.TestCase):
    def test_each_is_valid_or_not_as_the_manifest_says(self):
        seen = set()
        for entry in entries("webhook"):
            with self.subTest(entry["file"], description=entry["description"]):
                webhook, arguments = received(entry["file"])
                seen.add(entry["valid"])
                if entry["valid"]:
                    self.assertEqual(verify(*arguments), webhook["event"])
                else:
                    with self.assertRaises(InvalidWebhook):
                        verify(*arguments)
        self.assertEqual(seen, {True, False})


if __name__ == "__main__":
    unittest.main()
