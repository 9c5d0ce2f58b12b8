"""Verify a badge: a picture (PNG, SVG), a JSON file or a token (JWT), check by check, without a fetch or a crash.

Intact is not trusted: who the issuer is stands apart from whether the badge is what the issuer signed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.badges.bake import is_png, unbake
from bot.badges.budget import Budget
from bot.badges.checks import Examined
from bot.badges.compose import ROLE
from bot.badges.documents import subject_id
from bot.badges.jsontext import JsonObject, as_list, from_text, id_of, walk
from bot.badges.jwt import Token, is_compact, opened
from bot.badges.ob2 import judge
from bot.badges.ob2_source import Source, source_of, stated_in
from bot.badges.parts import BADGE, PartChecks
from bot.badges.proof import read_moment
from bot.badges.reads import Reads
from bot.badges.refresh import newest
from bot.badges.svg import is_svg, unbake_svg
from bot.badges.text import criteria_of, exact, shown, tags_of, told
from bot.badges.verdict import (
    CODES,
    PROBLEMS,
    BadgeSummary,
    CheckResult,
    EndorsementSummary,
    Outcome,
    PartSummary,
    Recipient,
    Validity,
    Verdict,
    noted,
    passed,
    salt_of,
)
from bot.domain.trust import names_of
from bot.errors import Problem

__all__ = [
    "CODES",
    "PROBLEMS",
    "BadgeSummary",
    "CheckResult",
    "EndorsementSummary",
    "Outcome",
    "Validity",
    "Verdict",
    "verify",
]

_OUR_LIMITS = frozenset({"json_too_big", "json_too_deep", "picture_too_big", "document_too_complex"})

ENDORSEMENT = "EndorsementCredential"
"""An endorsement may come on its own; its target is then not at hand."""
MAX_TOKENS = 32
"""Endorsements as tokens that are read: each is a document of its own size."""


_UNBAKE = {"PNG": unbake, "SVG": unbake_svg}
MAX_RECIPIENTS = 16


_Judged = tuple[CheckResult, EndorsementSummary | None]
"""The check of one endorsement, and its summary where it is good."""


class _Old(Exception):
    """A badge of Open Badges 1 or 2, in a file or in a picture."""

    def __init__(self, source: Source) -> None:
        super().__init__(source.format)
        self.source = source


@dataclass(frozen=True)
class _File:
    """The credential in a file, what the file is, and the token that secures it, if one does."""

    document: JsonObject
    format: str
    token: Token | None


@dataclass(frozen=True)
class _Embedded:
    """An endorsement inside the badge, and the id of the object that holds it."""

    number: int
    document: JsonObject
    holder_id: str
    token: Token | None = None


def verify(data: bytes, *, now: datetime, trusted: frozenset[str] = frozenset(), reads: Reads | None = None) -> Verdict:
    """What can be said about a badge file of unknown origin, without asking the network for anything.

    `now` is aware; `trusted` holds the issuers that the caller knows, by id (did:key …) or by host. `reads` holds
    what other addresses answered, and is left with those that would be needed to say more. Never raises for any `data`.
    """
    reads = reads or Reads()
    if now.tzinfo is None:
        raise ValueError("an aware datetime is wanted")
    # Endorsements have a budget of their own: they are counted with what holds them, and worked through again alone.
    budget, endorsing = Budget(), Budget()
    try:
        file = _read(data)
        budget.take(file.document)
    except _Old as old:
        return judge(old.source, now, trusted, reads)
    except Problem as problem:
        outcome = Outcome.UNKNOWN if problem.code in _OUR_LIMITS else Outcome.FAIL
        return Verdict((CheckResult("form", outcome, problem.code, problem.params),))
    document = file.document
    if not _claims(document):
        return Verdict((CheckResult("form", Outcome.FAIL, "not_a_badge"),))
    kind = ENDORSEMENT if ENDORSEMENT in as_list(document.get("type")) else BADGE
    form = passed("form", "read", format=file.format)
    if kind == ENDORSEMENT:
        form = passed("form", "read_endorsement", format=file.format)
    edition = newest(document, kind, now, reads, file.token, budget)
    document, examined = edition.document, edition.examined

    def endorsed(badge: JsonObject) -> Iterator[_Judged]:
        return (_endorsement(item, badge, now, reads, endorsing) for item in _embedded(badge))

    # Where the whole cannot be canonicalized its parts are not tried: they may be what is hostile.
    tried = endorsed(document) if examined.canonicalized else map(_unread, _embedded(document))
    endorsements = list(tried)
    within = PartChecks(now, reads, lambda part: (check for check, _ in endorsed(part)), budget)
    parts = within.look(document, canonicalized=examined.canonicalized)
    checks = (
        form,
        *edition.results,
        *(result for result, _ in endorsements),
        *(part.check for part in parts),
        _issuer(document, examined, trusted),
    )
    good = tuple(summary for _, summary in endorsements if summary)
    inside = tuple(part.summary for part in parts if part.summary)
    return Verdict(checks, _summary(document, good, inside) if kind == BADGE else None)


def _read(data: bytes) -> _File:
    """The credential of a file of unknown origin, in or out of a picture."""
    picture = "PNG" if is_png(data) else "SVG" if is_svg(data) else ""
    try:
        text = _UNBAKE[picture](data) if picture else data
    except Problem as problem:
        if problem.code == "picture_old_badge":
            _stop_at(source_of(data))
            raise Problem("picture_without_badge") from None
        raise
    token = opened(text) if is_compact(text) else None
    stated = token.claims if token else from_text(text)
    _stop_at(stated_in(stated, token))
    document = token.credential if token else stated
    names = [name for name in (picture, "JWT" if token else "") if name] or ["JSON"]
    return _File(document, ", ".join(names), token)


def _claims(document: JsonObject) -> bool:
    """Whether it says that it is a credential, or of whom: else it is some other JSON, and nothing in it is checked."""
    kinds = as_list(document.get("type"))
    return "credentialSubject" in document or any(isinstance(kind, str) and "Credential" in kind for kind in kinds)


def _stop_at(older: Source | None) -> None:
    """An older badge is judged by rules of its own."""
    if older is not None:
        raise _Old(older)


def _issuer(document: JsonObject, examined: Examined, trusted: frozenset[str]) -> CheckResult:
    issuer = document.get("issuer")
    name = shown(issuer.get("name")) if isinstance(issuer, dict) else ""
    is_own = all(result is not None and result.outcome is Outcome.PASS for result in (examined.proof, examined.key))
    known = is_own and not trusted.isdisjoint(names_of(id_of(issuer)))
    shown_name = name or shown(id_of(issuer)) or "?"
    if known:
        return passed("issuer", "trusted", issuer=shown_name)
    if examined.proof is not None and examined.proof.outcome is Outcome.PASS:
        return noted("issuer", "self_declared", issuer=shown_name)
    return noted("issuer", "unproved", issuer=shown_name)


def _embedded(document: JsonObject) -> Iterator[_Embedded]:
    holders = [document, *(value for _, value in walk(document) if isinstance(value, dict))]
    for number, (item, holder) in enumerate(_held(holders), 1):
        if isinstance(item, str):
            token = _token(item) if number <= MAX_TOKENS else None
            yield _Embedded(number, token.credential if token else {}, id_of(holder), token)
        else:
            yield _Embedded(number, item if isinstance(item, dict) else {}, id_of(holder))


def _held(holders: list[JsonObject]) -> Iterator[tuple[Any, JsonObject]]:
    for name in ("endorsement", "endorsementJwt"):
        yield from ((item, holder) for holder in holders for item in as_list(holder.get(name)))


def _token(item: str) -> Token | None:
    """The endorsement that came as a token, if it can be read."""
    try:
        token = opened(item.encode("ascii"))
    except (Problem, UnicodeError):
        return None
    return token


def _endorsement(embedded: _Embedded, badge: JsonObject, now: datetime, reads: Reads, budget: Budget) -> _Judged:
    endorsement = embedded.document
    if not endorsement:
        return CheckResult("endorsement", Outcome.FAIL, "malformed", _naming(embedded)), None
    if not budget.has_room(endorsement):
        return _unread(embedded)
    edition = newest(endorsement, ENDORSEMENT, now, reads, embedded.token, budget, is_inside=True)
    endorsement = edition.document
    issuer = endorsement.get("issuer")
    endorser = shown(_object(issuer).get("name"))
    code, outcome = _endorsement_code(edition.results)
    if code == "good" and _target(endorsement) not in {*_targets(badge), embedded.holder_id}:
        code, outcome = "other_target", Outcome.FAIL
    elif code == "good" and _target(endorsement) == embedded.holder_id == _achievement_id(badge):
        code, outcome = "content", Outcome.NOTE
    elif code == "good" and _target(endorsement) == embedded.holder_id == id_of(badge.get("issuer")):
        code = "of_issuer"
    elif code == "good" and not _is_bound(endorsement, badge):
        code, outcome = "unbound", Outcome.NOTE
    result = CheckResult("endorsement", outcome, code, _naming(embedded))
    return result, EndorsementSummary(_role(issuer), endorser) if code == "good" else None


def _unread(embedded: _Embedded) -> _Judged:
    return CheckResult("endorsement", Outcome.UNKNOWN, "unread", _naming(embedded)), None


def _naming(embedded: _Embedded) -> dict[str, str | int]:
    name = shown(_object(embedded.document.get("issuer")).get("name"))
    return {"number": embedded.number, "endorser": name or "?"}


def _endorsement_code(results: tuple[CheckResult, ...]) -> tuple[str, Outcome]:
    """One code for all checks of an endorsement; one withdrawn or out of date is worth a note and no more."""
    bad = {result.name: result.code for result in results if result.outcome is Outcome.FAIL}
    if bad.get("proof") == "missing":
        return "unsigned", Outcome.FAIL
    if bad.get("proof") == "altered":
        return "altered", Outcome.FAIL
    if "key" in bad:
        return "other_key", Outcome.FAIL
    if bad.keys() == {"status"}:
        return "withdrawn", Outcome.NOTE
    if bad.keys() == {"dates"} and bad["dates"] in ("expired", "not_yet"):
        return bad["dates"], Outcome.NOTE
    if bad:
        return "malformed", Outcome.FAIL
    if any(result.outcome is Outcome.UNKNOWN for result in results):
        return "unread", Outcome.UNKNOWN
    return "good", Outcome.PASS


def _targets(badge: JsonObject) -> set[str]:
    """What an endorsement in this badge may be about: badge, subject (the award), achievement, people."""
    subject = _object(badge.get("credentialSubject"))
    achievement = _object(subject.get("achievement"))
    things = (badge, subject, achievement, badge.get("issuer"), achievement.get("creator"))
    return {id_of(thing) for thing in things} - {""}


def _is_bound(endorsement: JsonObject, badge: JsonObject) -> bool:
    """Whether the target is this issuer, or commits to this issuer and credential (see `documents.subject_id`).

    Any other id can be copied, with the endorsements that name it, into a badge of somebody else's.
    """
    issuer, credential = id_of(badge.get("issuer")), badge.get("id")
    return _target(endorsement) in {issuer, subject_id(issuer, str(credential))}


def _achievement_id(badge: JsonObject) -> str:
    return id_of(_object(_object(badge.get("credentialSubject")).get("achievement")))


def _target(endorsement: JsonObject) -> str:
    return id_of(_object(endorsement.get("credentialSubject")))


def _role(issuer: Any) -> str:
    for entry in as_list(_object(issuer).get("otherIdentifier")):
        if isinstance(entry, dict) and entry.get("identifierType") == ROLE:
            return shown(entry.get("identifier"))
    return ""


def _summary(
    document: JsonObject, endorsements: tuple[EndorsementSummary, ...], parts: tuple[PartSummary, ...]
) -> BadgeSummary:
    subject = _object(document.get("credentialSubject"))
    achievement = _object(subject.get("achievement"))
    issuer = document.get("issuer")
    start = document.get("validFrom", document.get("issuanceDate"))
    return BadgeSummary(
        achievement=shown(achievement.get("name")) or shown(document.get("name")),
        achievement_type=shown(achievement.get("achievementType")),
        issuer=shown(_object(issuer).get("name")),
        issuer_id=shown(id_of(issuer)),
        awarded=_day(document.get("awardedDate") or start),
        valid_from=_day(start),
        valid_until=_day(document.get("validUntil", document.get("expirationDate"))),
        endorsements=endorsements,
        subject_id=exact(subject.get("id")),
        credential_id=exact(document.get("id")),
        achievement_id=exact(achievement.get("id")),
        recipients=tuple(_recipients(subject)),
        description=told(achievement.get("description")),
        criteria=criteria_of(achievement.get("criteria")),
        tags=tags_of(achievement.get("tag")),
        ends=_end(document),
        parts=parts,
    )


def _recipients(subject: JsonObject) -> Iterator[Recipient]:
    """Who it was given to."""
    for entry in as_list(subject.get("identifier"))[:MAX_RECIPIENTS]:
        identity = exact(_object(entry).get("identityHash"))
        if identity and isinstance(entry.get("hashed"), bool):
            yield Recipient(
                identity=identity,
                identity_type=shown(entry.get("identityType")),
                hashed=entry["hashed"],
                salt=salt_of(entry),
            )


def _object(value: Any) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _end(document: JsonObject) -> str:
    """The earliest of the ends that a document states."""
    stated = (read_moment(document.get(name)) for name in ("validUntil", "expirationDate"))
    ends = min((moment for moment in stated if moment is not None), default=None)
    return ends.isoformat() if ends else ""


def _day(value: Any) -> str:
    return shown(value)[:10]
