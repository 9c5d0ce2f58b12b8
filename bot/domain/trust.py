"""Issuers that a school trusts, by their did or by the host that they speak from. Pure.

Trust is told apart from whether a badge is intact: an issuer of any name can sign a badge that nobody changed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

LONGEST_ISSUER = 500
LONGEST_NAME = 100
_DID = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]+")
_HOST = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}(?::[1-9][0-9]{0,4})?")
_DID_WEB = "did:web:"


@dataclass(frozen=True)
class TrustedIssuer:
    """An issuer on a school's list: `issuer` is a did, an address or a host; `name` is what the school calls it."""

    issuer: str
    name: str
    since: datetime
    until: datetime | None = None
    """When the school ceased to trust it; None: it is trusted."""


def known_as(typed: str) -> str | None:
    """The one spelling of what somebody gave as an issuer: a did, an https address, or a host; None for all else."""
    text = typed.strip()
    if len(text) > LONGEST_ISSUER:
        return None
    if text.startswith("did:"):
        return text if _DID.fullmatch(text) else None
    if text.lower().startswith("https://"):
        return text if _HOST.fullmatch(host_of(text)) else None
    return text.lower() if _HOST.fullmatch(text.lower()) else None


def trusted_until(listed: Iterable[TrustedIssuer], issuer: str, taken_at: datetime) -> datetime | None:
    """Until when a badge of this issuer counts that was taken in at this moment; None: it does for good.

    Trust is said of an issuer and not of a time: so it reaches back. What comes in when it has ended was never trusted:
    then this is that moment, or an earlier one.
    """
    names = names_of(issuer)
    ends = [one.until for one in listed if one.issuer in names]
    if None in ends:
        return None
    return max((end for end in ends if end is not None), default=taken_at)


def names_of(issuer: str) -> frozenset[str]:
    """What an issuer may stand under on a list: its own id, and the host that vouches for that id, if one does."""
    return frozenset({issuer, host_of(issuer)}) - {""}


def host_of(issuer: str) -> str:
    """The host of an issuer's id (`https://…` or `did:web:…`), with its port; empty where no host stands behind it."""
    if issuer.startswith(_DID_WEB):
        return unquote(issuer.removeprefix(_DID_WEB).partition(":")[0]).lower()
    try:
        parts = urlsplit(issuer)
    except ValueError:
        return ""
    return parts.netloc.rpartition("@")[2].lower() if parts.scheme.lower() == "https" else ""
