"""Loads the fixtures that `npx widgets-mock fixtures export fixtures` writes."""

import json
import os
from pathlib import Path

FOLDER = Path(os.environ.get("WIDGETS_FIXTURES", Path(__file__).parent / "fixtures"))


def load(file):
    return json.loads((FOLDER / file).read_text(encoding="utf-8"))


def entries(kind):
    """Returns the manifest's entries of a kind, such as widget or webhook."""
    found = [entry for entry in load("manifest.json")["fixtures"] if entry["kind"] == kind]
    if not found:
        raise LookupError(f"no fixtures of the kind {kind} in {FOLDER}")
    return found
