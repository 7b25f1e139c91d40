"""Provides a mock to tests: the one that CI has started, or a new one on a free port."""

import contextlib
import json
import os
import shlex
import signal
import subprocess
import urllib.request


@contextlib.contextmanager
def mock():
    """Yields the base URL and an API key. CI ends a mock that it has started."""
    if "WIDGETS_API_URL" in os.environ:
        yield os.environ["WIDGETS_API_URL"], os.environ.get("WIDGETS_API_KEY", "sk_test_python")
        return
    command = shlex.split(os.environ.get("WIDGETS_MOCK", "npx --yes widgets-mock"))
    # A process group of its own, because npx does not end the process that it starts.
    with subprocess.Popen(
        [*command, "--port", "0", "--quiet"], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            first = process.stdout.readline()
            if " listening on " not in first:
                raise RuntimeError(f"widgets-mock did not start: {first}")
            yield first.split()[-1], "sk_test_python"
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def advance(base_url, api_key, seconds):
    """Advances the mock's clock, so that a test does not wait."""
    request = urllib.request.Request(
        f"{base_url}/_mock/clock/advance",
        json.dumps({"seconds": seconds}).encode(),
        {"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.loads(response.read())
