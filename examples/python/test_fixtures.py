"""Reads every fixture with the client, those with unknown members and values included."""

import json
import unittest

from fixtures import entries, load
from widgets_client import ApiError, Widget, read_error


class Fixtures(unittest.TestCase):
    def test_every_widget_is_read(self):
        for entry in entries("widget"):
            with self.subTest(entry["file"], description=entry["description"]):
                value = load(entry["file"])
                widget = Widget.read(value)
                self.assertEqual((widget.id, widget.name, widget.status), (value["id"], value["name"], value["status"]))

    def test_every_page_leads_to_the_next(self):
        for entry in entries("page"):
            with self.subTest(entry["file"]):
                page = load(entry["file"])
                self.assertEqual(page["has_more"], page["next_cursor"] is not None)
                for value in page["data"]:
                    Widget.read(value)

    def test_every_problem_is_read(self):
        for entry in entries("problem"):
            with self.subTest(entry["file"]):
                problem = load(entry["file"])
                error = read_error(problem.get("status", 409), json.dumps(problem).encode("utf-8"))
                self.assertIsInstance(error, ApiError)
                self.assertEqual(error.code, problem.get("error", problem)["code"])

    def test_any_other_body_is_an_error_too(self):
        for body in (b"", b"<h1>Bad Gateway</h1>", b"[]", b'{"error":"down"}', b"\xff"):
            with self.subTest(body=body):
                error = read_error(502, body)
                self.assertEqual((error.status, error.code), (502, None))


if __name__ == "__main__":
    unittest.main()
