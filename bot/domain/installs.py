"""Where a platform's app is installed, and how long the token that it was given there lasts.

An app is installed in a workspace, or in all workspaces of an organisation at once. Its token may rotate: then it ends
after some hours, and is exchanged before that by another token that works once.
Source: docs.slack.dev, "Installing with OAuth", "Token rotation", "Organization-ready apps".
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

REFRESHED_BEFORE = timedelta(hours=2)
"""The end of a token: enough to try often, and for somebody to look when it does not work."""
EXCHANGING = timedelta(minutes=2)
"""Far longer than an exchange takes: whoever began one before that has died over it."""


@dataclass(frozen=True)
class InstallKey:
    """Names one installation. `enterprise` is empty outside of organisations, `team` where it is of a whole one."""

    platform: str
    enterprise: str
    team: str
    of_organisation: bool = False

    @property
    def name(self) -> str:
        """For the log, and for the seal of its tokens."""
        where = "/".join(filter(None, (self.enterprise, self.team)))
        return f"{where}/*" if self.of_organisation else where


@dataclass(frozen=True)
class Tokens:
    """What was given. `refresh` is empty, and `expires_at` None, where the token lasts."""

    token: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    expires_at: datetime | None = None


def is_due(expires_at: datetime | None, now: datetime) -> bool:
    """Whether a token is to be exchanged now."""
    return expires_at is not None and expires_at - now <= REFRESHED_BEFORE


def is_over(expires_at: datetime | None, now: datetime) -> bool:
    """Whether a token works no more."""
    return expires_at is not None and expires_at <= now


def may_exchange(began_at: datetime | None, now: datetime) -> bool:
    """Whether nobody else is exchanging the token just now: a refresh token works once."""
    return began_at is None or now - began_at >= EXCHANGING
