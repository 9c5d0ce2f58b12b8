"""Payloads as Slack sends them, one JSON file each in `payloads`: ids and people are invented, shapes are Slack's.

Events are whole `event_callback` bodies, interactions the JSON of their `payload`, commands the fields of their form.
"""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "payloads"
NAMES = sorted(file.stem for file in FOLDER.glob("*.json"))


def recorded(name: str) -> dict[str, Any]:
    """The payload of this name, new each time."""
    return dict(json.loads((FOLDER / f"{name}.json").read_text("utf-8")))
