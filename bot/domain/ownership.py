"""The one-time claim: whoever reads it on the server's own screen becomes the first owner."""

import hashlib
import hmac
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.outcomes import Refused

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No letters or digits that are taken for one another."""
LETTERS = 16
"""Of 30 each: 78 bits, beyond guessing."""
RANDOM_BYTES = LETTERS * 2
GROUP = 4
TRIES = 5
"""So many wrong codes may one account try within `PAUSE`."""
PAUSE = timedelta(minutes=15)


@dataclass(frozen=True)
class Claim:
    """An open claim. `digest` is all that is kept of its code.

    `school_id` is set once a new school is being founded by it: then it holds for that school only.
    `wrong` are the moments of wrong tries by who tried (an opaque mark).
    """

    digest: str
    school_id: int | None = None
    wrong: dict[str, tuple[datetime, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Mistaken:
    """Not the code: `claim` remembers the try."""

    claim: Claim
    refusal: Refused


def new_code(random: bytes) -> str:
    """A code in groups of four, from `RANDOM_BYTES` unpredictable bytes."""
    if len(random) != RANDOM_BYTES:
        raise ValueError("wrong number of random bytes")
    pairs = (int.from_bytes(random[at : at + 2]) for at in range(0, RANDOM_BYTES, 2))
    letters = "".join(ALPHABET[pair % len(ALPHABET)] for pair in pairs)
    return "-".join(letters[at : at + GROUP] for at in range(0, LETTERS, GROUP))


def digest_of(code: str) -> str:
    """What is kept of a code, however its letters were typed."""
    return hashlib.sha256(b"sukima owner claim|" + plain(code).encode()).hexdigest()


def plain(code: str) -> str:
    """The code's letters without what people put between them."""
    return "".join(letter for letter in code.upper() if letter in ALPHABET)


def judge(claim: Claim | None, code: str, who: str, school_id: int | None, now: datetime) -> Refused | Mistaken | None:
    """Whether `code` opens the claim for this school (None: one that is yet to be founded); None means yes."""
    if claim is None:
        return Refused("claim_none")
    since = now - PAUSE
    recent = tuple(moment for moment in claim.wrong.get(who, ()) if moment > since)
    if len(recent) >= TRIES:
        return Refused("claim_too_often", {"minutes": int(PAUSE.total_seconds() // 60)})
    if not hmac.compare_digest(digest_of(code), claim.digest):
        live = {mark: kept for mark, tries in claim.wrong.items() if (kept := _since(tries, since))}
        return Mistaken(replace(claim, wrong={**live, who: (*recent, now)}), Refused("claim_wrong"))
    if claim.school_id is not None and claim.school_id != school_id:
        return Refused("claim_none")
    return None


def _since(moments: tuple[datetime, ...], since: datetime) -> tuple[datetime, ...]:
    return tuple(moment for moment in moments if moment > since)
