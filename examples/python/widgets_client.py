"""A client of the Widgets API, as one would write it from its documentation, with nothing but the standard library."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

TIMEOUT_SECONDS = 30


class Refused(Exception):
    """The service refused a request. `code` is for programs; it is None where the service gave none."""

    def __init__(self, status, code, detail):
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Widget:
    """What this client needs of a widget. Whatever else the service sends is read past."""

    id: str
    name: str
    status: str
    """`draft`, `active`, or another: a paused widget's is not documented, and new ones may come."""
    crawl_status: str | None
    """How the newest crawl went, where the service tells."""

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
        """Every widget, page by page; a page that is empty need not be the last."""
        cursor = None
        while True:
            page = self._call("GET", "" if cursor is None else f"?cursor={urllib.parse.quote(cursor)}")
            yield from map(Widget.read, page["data"])
            cursor = page.get("next_cursor")
            if not cursor:
                return

    def wait_until_active(self, widget_id, deadline_seconds=120):
        """Polls until the first crawl has finished. Ends where it has failed, and at the deadline in any case."""
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
                raise refusal(error.code, error.read()) from None


def refusal(status, body):
    """Reads a problem document, an envelope, or whatever came."""
    try:
        told = json.loads(body)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        told = {}
    inner = told.get("error") if isinstance(told.get("error"), dict) else told
    return Refused(status, inner.get("code"), inner.get("detail") or inner.get("message") or "no reason was given")
