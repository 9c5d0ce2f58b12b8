"""The Web API's methods, by family. Each answers a `Call` with what stands beside `ok`, or raises `Refusal`."""

import importlib

FAMILIES = ("apps", "chat", "conversations", "files", "people", "reactions", "views")


def load_methods() -> None:
    """Make every family known to `calls.METHODS`."""
    for family in FAMILIES:
        importlib.import_module(f"slack.server.methods.{family}")
