"""The mock, for tests: the one that CI has started, or one of our own on a free port."""

import contextlib
import json
import os
import shlex
import signal
import subprocess
import urllib.request


@contextlib.contextmanager
def mock():
    """Gives the base URL and a key. What CI has started it ends itself."""
    if "WIDGETS_API_URL" in os.environ:
        yield os.environ["WIDGETS_API_URL"], os.environ.get("WIDGETS_API_KEY", "sk_test_python")
        return
    command = shlex.split(os.environ.get("WIDGETS_MOCK", "npx --yes widgets-mock"))
    # In a group of its own: npx starts the mock as a process of its own, and does not end it.
    with subprocess.Popen(
        [*command, "--port", "0", "--quiet"], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            first = process.stdout.readline()
            if " listening on " not in first:
                raise RuntimeError(f"The mock did not start: {first}")
            yield first.split()[-1], "sk_test_python"
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def advance(base_url, api_key, seconds):
    """Moves the mock's clock on, so that a test waits for nothing."""
    request = urllib.request.Request(
        f"{base_url}/_mock/clock/advance",
        json.dumps({"seconds": seconds}).encode(),
        {"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.loads(response.read())
