"""Who signs badges: an issuer has one name (its did) for ever, and keys that come and go under it (design.md 4.10)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class KeyKind(StrEnum):
    ED25519 = "Ed25519"
    """Signs credentials."""
    RSA = "RSA"
    """Signs the same credentials as tokens (RS256); under did:web only."""


class KeyState(StrEnum):
    CURRENT = "current"
    RETIRED = "retired"
    """Signs no more; what it signed holds for ever."""
    REVOKED = "revoked"
    """Somebody else may have it: nothing that it signed is to be believed."""


class Ended(StrEnum):
    """Why an issuer was followed by another one."""

    ADDRESS = "address"
    """The school has a web address now."""
    ROTATED = "rotated"
    REVOKED = "revoked"


@dataclass(frozen=True)
class Issuer:
    """A school under one did. Badges keep the issuer that they were first issued by."""

    id: int
    school_id: int
    did: str
    made_at: datetime
    ended_at: datetime | None = None
    ended: Ended | None = None
    succession: str | None = None
    """The statement by which its key names the issuer that follows: a signed text."""

    @property
    def is_web(self) -> bool:
        """Whether its keys are published on the web, and so can be exchanged."""
        return self.did.startswith("did:web:")
