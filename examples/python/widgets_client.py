"""A client of the Widgets API, written from its documentation, with the standard library alone."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

TIMEOUT_SECONDS = 30


class ApiError(Exception):
    """The service rejected a request. `code` is for programs; None if the service gave none."""

    def __init__(self, status, code, detail):
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Widget:
    """What this client needs of a widget. It ignores whatever else the service sends."""

    id: str
    name: str
    status: str
    """`draft`, `active`, or another: that of a paused widget is not documented, and new ones may come."""
    crawl_status: str | None
    """The status of the newest crawl, if the service shows it."""

    @classmethod
    def read(cls, value):
        crawl = value.get("last_crawl") or {}
        return cls(value["id"], value["name"], value["status"], crawl.get("status"))


class WidgetsClient:
    def __init__(self, base_url, api_key, sleep=time.sleep):
        self._base_url = base_url.rstrip("/")
        self._api_key = api_key
        self._sleep = sleep

    def create(self, name, site_url):
        return Widget.read(self._call("POST", "", {"name": name, "site_url": site_url}))

    def get(self, widget_id):
        return Widget.read(self._call("GET", f"/{widget_id}"))

    def update(self, widget_id, **members):
        return Widget.read(self._call("PATCH", f"/{widget_id}", members))

    def pause(self, widget_id):
        return Widget.read(self._call("POST", f"/{widget_id}/pause"))

    def delete(self, widget_id):
        self._call("DELETE", f"/{widget_id}")

    def every(self):
        """Yields every widget, page by page. An empty page need not be the last."""
        cursor = None
        while True:
            page = self._call("GET", "" if cursor is None else f"?cursor={urllib.parse.quote(cursor)}")
            yield from map(Widget.read, page["data"])
            cursor = page.get("next_cursor")
            if not cursor:
                return

    def wait_until_active(self, widget_id, deadline_seconds=120):
        """Polls until the first crawl has finished or failed, or until the deadline."""
        waited = 0.0
        pause = 1.0
        while True:
            widget = self.get(widget_id)
            if widget.status != "draft" or widget.crawl_status == "failed" or waited >= deadline_seconds:
                return widget
            self._sleep(pause)
            waited += pause
            pause = min(pause * 1.5, 5.0)

    def _call(self, method, path, body=None):
        headers = {"Authorization": f"Bearer {self._api_key}", "Accept": "application/json"}
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode("utf-8")
        request = urllib.request.Request(f"{self._base_url}/api/v1/widgets{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
                text = response.read()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            with error:
                raise read_error(error.code, error.read()) from None


def read_error(status, body):
    """Reads a problem document, an envelope, or any other body of an error response."""
    try:
        content = json.loads(body)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        content = {}
    inner = content.get("error") if isinstance(content.get("error"), dict) else content
    return ApiError(status, inner.get("code"), inner.get("detail") or inner.get("message") or "no reason was given")
