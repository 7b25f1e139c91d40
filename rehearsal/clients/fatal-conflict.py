"""A client for which every 409 is a bug of its own: it gives up on a recrawl while a crawl runs."""

import json
import os
import time
import urllib.error
import urllib.request

BASE = os.environ["WIDGETS_API_URL"] + "/api/v1/widgets"
HEADERS = {"Authorization": "Bearer " + os.environ["WIDGETS_API_KEY"], "Content-Type": "application/json"}


def call(method, path="", body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data=data, headers=HEADERS, method=method)
    for _ in range(5):
        try:
            with urllib.request.urlopen(request) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503):
                raise
            time.sleep(int(error.headers["Retry-After"]))
    raise RuntimeError("the API is down")


widget = call("POST", body={"name": "Bakery", "site_url": "https://bakery.example"})
for _ in range(100):
    widget = call("GET", "/" + widget["id"])
    if widget["status"] == "active" or widget["last_crawl"]["status"] == "failed":
        break
    time.sleep(0.1)
if widget["status"] == "active":
    call("POST", "/" + widget["id"] + "/recrawl")
