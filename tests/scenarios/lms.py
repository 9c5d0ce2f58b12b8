"""Another school's learning site, which issues Open Badges 2.0 as Moodle writes them, over the town's network."""

import hashlib
import json
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

from badges.badge_samples import tiny_png

from scenarios.town import Town
from scenarios.web import Web

HOST = "lms.example"
PICTURE = "data:image/png;base64," + b64encode(tiny_png()).decode()
SALT = "badges0000000001"


def hashed(address: str, salt: str = SALT) -> str:
    return "sha256$" + hashlib.sha256((address + salt).encode()).hexdigest()


@dataclass
class Lms:
    """One badge of the site, to one person. Change what it says, then `publish`."""

    web: Web
    address: str = "aoki@example.school"
    number: int = 7
    host: str = HOST
    name: str = "子どもの見取りと声かけ"
    issued: str = "2026-03-01T10:00:00+09:00"
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"https://{self.host}/badges/assertion.php?b={self.number:040x}&obversion=2"

    @property
    def page(self) -> str:
        return f"https://{self.host}/badges/badge.php?hash={self.number:040x}"

    @property
    def badge_id(self) -> str:
        return f"https://{self.host}/badges/badge_json.php?id={self.number}"

    @property
    def profile(self) -> str:
        return f"https://{self.host}/badges/issuer_json.php?id={self.number}"

    def assertion(self) -> dict[str, Any]:
        issuer = {"id": self.profile, "type": "Issuer", "name": "例示大学", "url": f"https://{self.host}/"}
        badge = {
            "@context": "https://w3id.org/openbadges/v2",
            "id": self.badge_id,
            "type": "BadgeClass",
            "name": self.name,
            "description": "子どもの様子をよく見て声をかける。",
            "image": PICTURE,
            "criteria": {"id": f"https://{self.host}/badges/badgeclass.php?id=1", "narrative": "<b>修了</b> @everyone"},
            "issuer": issuer,
            "alignments": [{"targetName": "講座", "targetUrl": f"https://{self.host}/course/view.php?id=1"}],
        }
        return {
            "@context": "https://w3id.org/openbadges/v2",
            "type": "Assertion",
            "id": self.url,
            "recipient": {"identity": hashed(self.address), "type": "email", "hashed": True, "salt": SALT},
            "badge": badge,
            "verify": {"type": "hosted", "url": self.url},
            "issuedOn": self.issued,
            **self.more,
        }

    def publish(self) -> "Lms":
        profile = self.assertion()["badge"]["issuer"] | {"@context": "https://w3id.org/openbadges/v2"}
        self.web.puts(self.url, json.dumps(self.assertion()).encode())
        self.web.puts(self.profile, json.dumps(profile).encode())
        self.web.puts(self.page, b"<html>", "text/html")
        return self

    def goes(self) -> None:
        """The server is there no more."""
        for url in (self.url, self.profile, self.page):
            self.web.pages.pop(url, None)

    def revokes(self) -> None:
        self.web.puts(self.url, b"", status=410)


def lms_of(town: Town, **more: Any) -> Lms:
    web = town.house.world.fetch
    assert isinstance(web, Web)
    return Lms(web, **more)
