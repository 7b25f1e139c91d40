"""The client against the mock, which remembers what it is told."""

import unittest

from mock import advance, mock
from widgets_client import Refused, WidgetsClient


class Client(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.base_url, cls.api_key = cls.enterClassContext(mock())

    def setUp(self):
        # The client's waiting moves the mock's clock: no test takes longer than its calls.
        self.client = WidgetsClient(self.base_url, self.api_key, lambda s: advance(self.base_url, self.api_key, s))

    def create(self, site_url="https://northwindcatering.example"):
        widget = self.client.create("Northwind Catering", site_url)
        self.addCleanup(self.delete, widget.id)
        return widget

    def delete(self, widget_id):
        try:
            self.client.delete(widget_id)
        except Refused as error:
            self.assertEqual(error.status, 404)

    def test_a_new_widget_becomes_active(self):
        widget = self.create()
        self.assertEqual(widget.status, "draft")
        self.assertEqual(self.client.wait_until_active(widget.id).status, "active")

    def test_a_site_that_cannot_be_crawled_is_not_waited_for_for_ever(self):
        widget = self.client.wait_until_active(self.create("https://shop.fail.test").id)
        self.assertEqual((widget.status, widget.crawl_status), ("draft", "failed"))

    def test_a_crawl_that_never_ends_is_given_up(self):
        widget = self.client.wait_until_active(self.create("https://shop.hang.test").id, deadline_seconds=10)
        self.assertEqual(widget.status, "draft")

    def test_a_paused_widget_is_not_active(self):
        widget = self.client.wait_until_active(self.create().id)
        self.assertNotEqual(self.client.pause(widget.id).status, "active")

    def test_an_update_is_read_back(self):
        widget = self.create()
        self.client.update(widget.id, name="Bäckerei 🥐")
        self.assertEqual(self.client.get(widget.id).name, "Bäckerei 🥐")

    def test_every_widget_is_listed_once(self):
        made = {self.create().id for _ in range(23)}
        listed = [widget.id for widget in self.client.every()]
        self.assertEqual(len(listed), len(set(listed)))
        self.assertLessEqual(made, set(listed))

    def test_a_deleted_widget_is_gone(self):
        widget = self.create()
        self.client.delete(widget.id)
        with self.assertRaises(Refused) as refused:
            self.client.get(widget.id)
        self.assertEqual((refused.exception.status, refused.exception.code), (404, "not_found"))

    def test_what_is_refused_says_why(self):
        with self.assertRaises(Refused) as refused:
            self.client.create("", "nowhere")
        self.assertEqual(refused.exception.status, 400)
        self.assertIn("site_url", str(refused.exception))

    def test_without_a_known_key_nothing_is_shown(self):
        with self.assertRaises(Refused) as refused:
            list(WidgetsClient(self.base_url, "nobody").every())
        self.assertEqual(refused.exception.status, 401)


if __name__ == "__main__":
    unittest.main()
