"""Two accounts of one human being become one person: the code, and which of two facts stays. Pure.

What is decided here stands in docs/decisions/0026-one-person.md.
"""

import base64
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.awards import Award
from bot.domain.moving import Awards, Given
from bot.domain.people import Consent, Person
from bot.domain.proofs import DASHES
from bot.domain.recognition import As, Endorsement, Target, TargetKind
from bot.domain.spare import Rhythm

CODE_LIVES = timedelta(minutes=10)
CODE_BYTES = 5
"""Eight characters of base32: with a few tries an hour nobody guesses one of a million million."""
CODE_CHARS = CODE_BYTES * 8 // 5
MOST_WRONG = 5
MOST_CODES = 10
WITHIN = timedelta(hours=1)
"""So many wrong codes may be typed, and so many codes be shown, by one person within this time."""
_LOOKS_LIKE = str.maketrans("018", "OIB")
"""Digits that no code has, for the letters that they are taken for."""
_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


def code_from(secret: bytes) -> str:
    """A code of `CODE_BYTES` unpredictable bytes."""
    return base64.b32encode(secret).decode()


def code_shown(code: str) -> str:
    """In two halves, to be read off and typed."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


def code_typed(text: str) -> str | None:
    """The code in what was typed: capitals, blanks and dashes do not matter. None where it cannot be one."""
    plain = unicodedata.normalize("NFKC", text).upper()
    code = "".join(char for char in plain if not char.isspace() and char not in DASHES).translate(_LOOKS_LIKE)
    return code if len(code) == CODE_CHARS and _ALPHABET.issuperset(code) else None


def who_stays(one: Person, other: Person) -> tuple[Person, Person]:
    """Whose settings stay, and the other: whoever began earlier, since somebody set them for longer."""
    first, second = sorted(
        (one, other), key=lambda each: (each.welcomed_at is None, each.welcomed_at or _LATEST, each.id)
    )
    return first, second


_LATEST = datetime.max.replace(tzinfo=UTC)


def joined(stays: Person, goes: Person) -> Person:
    """One person of two. Roles were given to each by somebody else, so both hold.

    To be named before others is agreed to only where both did: what was signed without a name gets none by linking.
    """
    both = stays.consents & goes.consents
    delivery = (stays.consents | goes.consents) & {Consent.DELIVERY}
    return replace(
        stays,
        roles=stays.roles | goes.roles,
        consents=both | delivery,
        welcomed_at=_earlier(stays.welcomed_at, goes.welcomed_at),
        findable_asked_at=_earlier(stays.findable_asked_at, goes.findable_asked_at),
        subjects=tuple(dict.fromkeys((*stays.subjects, *goes.subjects))),
    )


def joined_rhythm(stays: Rhythm, goes: Rhythm, *, of_stays: bool) -> Rhythm:
    """One budget for one person. Times and wishes are those of whoever wanted to be brought something (`of_stays`)."""
    kept, other = (stays, goes) if of_stays else (goes, stays)
    if kept.last_offer_on == other.last_offer_on:
        return replace(kept, offers_that_day=kept.offers_that_day + other.offers_that_day)
    if kept.last_offer_on is None or (other.last_offer_on is not None and other.last_offer_on > kept.last_offer_on):
        return replace(kept, last_offer_on=other.last_offer_on, offers_that_day=other.offers_that_day)
    return kept


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)


def one_of_each(coming: Sequence[Award], there: Sequence[Award], now: datetime) -> Awards:
    """One award for each badge: one that counts before one that does not, the one that is valid for longer, and of two
    that are valid alike the earlier one, whose credential was the first."""
    theirs = {item.achievement_key: item for item in there}
    take, give_way = [], []
    for item in coming:
        other = theirs.get(item.achievement_key)
        if other is None:
            take.append(item.id)
            continue
        kept, later = sorted((item, other), key=lambda award: _preference(award, now))
        give_way.append((later.id, kept.id))
        if kept is item:
            take.append(item.id)
    return Awards(tuple(take), tuple(give_way))


def _preference(award: Award, now: datetime) -> tuple[bool, float, datetime, int]:
    until = award.valid_until
    return (not award.counts(now), -(until.timestamp() if until else float("inf")), award.awarded_at, award.id)


def one_by_each(given: Sequence[Endorsement], own_awards: Iterable[int], anonymous: Mapping[int, str]) -> Given:
    """What one human being gave by two accounts is one endorsement of each target; none is of a badge of their own.

    What stands is kept before what was withdrawn, what bears their name before what they gave before being forgotten
    (`anonymous`), a leader's word before a colleague's, one with words before one without, and then the earlier one.
    """
    own = {Target(TargetKind.AWARD, award_id) for award_id in own_awards}
    kept: dict[Target, Endorsement] = {}
    for item in sorted(
        given,
        key=lambda item: (
            not item.stands,
            item.id in anonymous,
            item.role is not As.LEADER,
            item.comment is None,
            item.given_at,
            item.id,
        ),
    ):
        if item.target not in own:
            kept.setdefault(item.target, item)
    keep = {item.id for item in kept.values()}
    return Given(tuple(sorted(keep)), tuple(sorted({item.id for item in given} - keep)))
