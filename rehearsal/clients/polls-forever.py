"""A client that waits for a widget to become active, and for nothing else: it polls for ever when the crawl fails."""

import json
import os
import time
import urllib.request

BASE = os.environ["WIDGETS_API_URL"] + "/api/v1/widgets"
HEADERS = {"Authorization": "Bearer " + os.environ["WIDGETS_API_KEY"], "Content-Type": "application/json"}


def call(method, path="", body=None):
    for _ in range(5):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(BASE + path, data=data, headers=HEADERS, method=method)
        try:
            with urllib.request.urlopen(request) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503):
                raise
            time.sleep(int(error.headers["Retry-After"]))
    raise RuntimeError("the API is down")


widget = call("POST", body={"name": "Bakery", "site_url": "https://bakery.example"})
while widget["status"] != "active":
    time.sleep(0.1)
    widget = call("GET", "/" + widget["id"])
print("active")
