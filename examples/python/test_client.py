"""Tests the client against the mock, which keeps state."""

import unittest

from mock import advance, mock
from widgets_client import ApiError, WidgetsClient


class Client(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.base_url, cls.api_key = cls.enterClassContext(mock())

    def setUp(self):
        # While the client sleeps, the mock's clock moves, so that no test waits.
        self.client = WidgetsClient(self.base_url, self.api_key, lambda s: advance(self.base_url, self.api_key, s))

    def create(self, site_url="https://northwindcatering.example"):
        widget = self.client.create("Northwind Catering", site_url)
        self.addCleanup(self.delete, widget.id)
        return widget

    def delete(self, widget_id):
        try:
            self.client.delete(widget_id)
        except ApiError as error:
            self.assertEqual(error.status, 404)

    def test_a_new_widget_becomes_active(self):
        widget = self.create()
        self.assertEqual(widget.status, "draft")
        self.assertEqual(self.client.wait_until_active(widget.id).status, "active")

    def test_waiting_ends_when_the_site_cannot_be_crawled(self):
        widget = self.client.wait_until_active(self.create("https://shop.fail.test").id)
        self.assertEqual((widget.status, widget.crawl_status), ("draft", "failed"))

    def test_waiting_ends_when_the_crawl_never_does(self):
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
        with self.assertRaises(ApiError) as raised:
            self.client.get(widget.id)
        self.assertEqual((raised.exception.status, raised.exception.code), (404, "not_found"))

    def test_an_error_says_why(self):
        with self.assertRaises(ApiError) as raised:
            self.client.create("", "nowhere")
        self.assertEqual(raised.exception.status, 400)
        self.assertIn("site_url", str(raised.exception))

    def test_an_unknown_key_is_rejected(self):
        with self.assertRaises(ApiError) as raised:
            list(WidgetsClient(self.base_url, "nobody").every())
        self.assertEqual(raised.exception.status, 401)


if __name__ == "__main__":
    unittest.main()
