"""Where pages are found: the one place that knows their paths.

A credential's ids never come from here (design.md 4.10): an address may come late or change, an id never does.
"""

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class Addresses:
    """URLs of pages under `base`, an origin with or without a path; every answer is None when there is none."""

    base: str | None = None

    def badge(self, public_id: str) -> str | None:
        """A badge's public page."""
        return self._at("badges", public_id)

    def achievement(self, public_id: str) -> str | None:
        """What can be earned, and for what."""
        return self._at("achievements", public_id)

    def achievement_picture(self, public_id: str) -> str | None:
        """The picture of what can be earned, for documents that last: under https only."""
        return self._at("achievements", f"{public_id}.png") if (self.base or "").startswith("https:") else None

    def issuer(self, public_id: str) -> str | None:
        """Who issues, and how far it is known."""
        return self._at("issuers", public_id)

    def collection(self, token: str) -> str | None:
        """Badges that somebody chose to show together."""
        return self._at("w", token)

    def door(self, token: str) -> str | None:
        """A one-time link into one's own pages."""
        return self._at("in", token)

    def me(self) -> str | None:
        """One's own pages, for those who are in."""
        return self._at("me")

    def _at(self, *path: str) -> str | None:
        if self.base is None:
            return None
        return "/".join((self.base.rstrip("/"), *(quote(part, safe="") for part in path)))
