"""Badges that were issued elsewhere and taken in by the person they were given to. Pure.

What is kept is what somebody else's server said on a day: it is shown with that day and never as valid for ever.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from hashlib import md5, sha256
from urllib.parse import urlsplit, urlunsplit

from bot.domain.addresses import normalised
from bot.domain.periods import Period, earliest
from bot.domain.trust import TrustedIssuer, host_of, trusted_until

MOST_KEPT = 200
"""Badges from elsewhere that one person can keep."""
MAX_MEBIBYTES = 2
"""Of one badge's file. Less than what is opened to verify it: this is kept for years, in backups and in each export."""
MAX_BYTES = MAX_MEBIBYTES * 1024 * 1024
AGAIN_AFTER = timedelta(days=7)
"""So long after it was last tried a badge is verified again."""
_MAIL = frozenset({"email", "emailaddress"})
_MAILTO = "mailto:"
_DIGESTS = {"sha256": sha256, "md5": lambda text: md5(text, usedforsecurity=False)}


class Fault(StrEnum):
    """Why a badge that was good once counts for nothing now."""

    REVOKED = "revoked"
    SUSPENDED = "suspended"
    INVALID = "invalid"
    """A check of it fails for another reason: its key was withdrawn, or its address answers something else."""


@dataclass(frozen=True)
class Foreign:
    """One badge from elsewhere as it is kept."""

    id: int
    public_id: str
    person_id: int
    issuer: str
    """The id that the issuer goes by: a did, or the address of its profile."""
    host: str
    """Who vouches for it: the host behind the issuer's id, or the id itself where no host is."""
    issuer_name: str
    name: str
    badge_id: str
    """Of what was achieved, as its issuer names it; empty where it has no name."""
    about: str
    tags: tuple[str, ...]
    awarded_on: date
    expires_at: datetime | None
    """From when on it is not valid any more."""
    taken_at: datetime
    checked_at: datetime
    """When it was last found good."""
    tried_at: datetime
    """When that was last tried."""
    revoked_at: datetime | None = None
    """When it was first seen to be good no more, for its `fault`."""
    revoked_why: str = ""
    fault: Fault | None = None
    faulty_at: datetime | None = None
    """When it was first seen to be good no more for any fault, since it was last good."""
    findable_at: datetime | None = None
    is_picture: bool = False
    """Its file is a picture that can be shown."""

    def is_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    @property
    def is_confirmed(self) -> bool:
        """The last try found it good."""
        return self.checked_at >= self.tried_at

    def counted(self, listed: Iterable[TrustedIssuer], zone: tzinfo) -> Period:
        """When it counts as prior learning, as far as is known now: good, and of an issuer on the school's list.

        What is found good again was good all along: nobody saw when it was not.
        """
        # The day of its award is its issuer's, which may have begun before it did here.
        since = min(datetime.combine(self.awarded_on, time.min, zone), self.taken_at)
        trusted = trusted_until(listed, self.issuer, self.taken_at)
        if trusted is not None and trusted <= self.taken_at:
            return Period(since, since)
        return Period(since, earliest(self.expires_at, self.faulty_at, trusted))

    def may_be_found(self, now: datetime) -> bool:
        """Whether `who` may rest on it now: a host vouches for it, and it is neither at fault nor over."""
        return bool(host_of(self.issuer)) and self.revoked_at is None and not self.is_expired(now)


@dataclass(frozen=True)
class GivenTo:
    """One name of the person that a badge was given to."""

    identity: str
    """The name itself, or the digest's name, `$` and the digest in hexadecimal digits."""
    kind: str
    hashed: bool
    salt: str = ""


def is_given_to(recipients: Iterable[GivenTo], subject: str, addresses: Collection[str]) -> bool:
    """Whether a badge was given to the owner of these mail addresses, each in every spelling they are known by.

    Hashes are made of an address as it was typed at the issuer: first as it is spelt here, then in small letters.
    """
    spelt = tuple(dict.fromkeys((*addresses, *(address.lower() for address in addresses))))
    if subject.lower().startswith(_MAILTO) and _is_same(subject[len(_MAILTO) :], spelt):
        return True
    return any(_names(recipient, spelt) for recipient in recipients if recipient.kind.lower() in _MAIL)


def _names(recipient: GivenTo, spelt: tuple[str, ...]) -> bool:
    if not recipient.hashed:
        return _is_same(recipient.identity, spelt)
    digest, _, value = recipient.identity.partition("$")
    make = _DIGESTS.get(digest.lower())
    return make is not None and any(
        make((address + recipient.salt).encode()).hexdigest() == value.lower() for address in spelt
    )


def _is_same(identity: str, spelt: tuple[str, ...]) -> bool:
    wanted = normalised(identity)
    return wanted is not None and any(normalised(address) == wanted for address in spelt)


def address_of(link: str) -> str:
    """An address in one spelling: its host in small letters, and no place within the page."""
    try:
        parts = urlsplit(link.strip())
        return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", parts.query, ""))
    except ValueError:
        return link


def mark_of(issuer: str, badge_id: str, assertion_id: str) -> str:
    """What a badge is known again by: whatever else changes, it is the same with the same three.

    The issuer is part of it, since anybody can write another's ids into a badge of their own.
    """
    return sha256("\0".join((issuer.strip(), badge_id.strip(), assertion_id.strip())).encode()).hexdigest()
