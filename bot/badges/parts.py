"""Verifying the badges that stand inside a badge, each as one of its own (docs/decisions/0014-enclosing-parts.md).

What is found of a part is said of the part alone: the outer badge's own checks say what its issuer signed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.badges.budget import Budget
from bot.badges.enclosing import enclosed
from bot.badges.jsontext import JsonObject, from_text, id_of
from bot.badges.jwt import Token, is_compact, opened
from bot.badges.reads import Reads
from bot.badges.refresh import newest
from bot.badges.text import exact, shown
from bot.badges.verdict import CheckResult, Outcome, PartSummary
from bot.badges.whose import whose
from bot.errors import Problem

BADGE = "OpenBadgeCredential"
MAX_PARTS = 24
"""Parts that are looked at in one badge, those inside parts among them."""
MAX_LEVELS = 3
"""A pathway's badge holds competence badges, and these hold knowledge badges."""
MAX_ENDORSEMENTS = 96
"""Endorsements inside parts that are looked at: each is a signed document of its own."""

Endorsements = Callable[[JsonObject], Iterator[CheckResult]]
"""The checks of the endorsements inside a badge, one by one as they are asked for."""
_NOTES = frozenset({"revoked", "suspended", "expired", "not_yet", "vouched", "endorsement", "unread"})
"""What says nothing against the badge around the part: what its issuer signed stays what it is."""
_REVOKED = frozenset({"revoked", "revoked_because"})


@dataclass(frozen=True)
class Found:
    """The check of one part, and its summary where it is good."""

    check: CheckResult
    summary: PartSummary | None = None


class PartChecks:
    """Looks at the parts of one badge, and at the parts of parts, within bounds for all of them together."""

    def __init__(self, now: datetime, reads: Reads, endorsements: Endorsements, budget: Budget) -> None:
        """`budget` is what is left of it after the badge itself."""
        self._now = now
        self._reads = reads
        self._budget = budget
        self._endorsements = endorsements
        self._parts_left = MAX_PARTS
        self._endorsements_left = MAX_ENDORSEMENTS

    def look(self, outer: JsonObject, *, canonicalized: bool) -> tuple[Found, ...]:
        """What is found of every part. Where the outer badge cannot be canonicalized its parts are not tried."""
        return tuple(self._look(outer, "", 1, is_tried=canonicalized))

    def _look(self, outer: JsonObject, before: str, level: int, *, is_tried: bool) -> Iterator[Found]:
        for number, file in enumerate(enclosed(outer), 1):
            numbered = f"{before}{number}"
            if self._parts_left == 0 or level > MAX_LEVELS:
                yield Found(CheckResult("part", Outcome.NOTE, "too_many", {"limit": MAX_PARTS}))
                return
            self._parts_left -= 1
            yield from self._part(file, outer, numbered, level, is_tried)

    def _part(self, file: bytes, outer: JsonObject, number: str, level: int, is_tried: bool) -> Iterator[Found]:
        read = _read(file)
        if read is None:
            yield Found(_check("malformed", number, "?"))
            return
        document, token = read
        if not is_tried or not self._budget.has_room(document):
            yield Found(_check("unread", number, _name(document)))
            return
        edition = newest(document, BADGE, self._now, self._reads, token, self._budget, is_inside=True)
        document = edition.document
        code = _code(edition.results)
        if code == "good":
            code = whose(document, outer)
        can = edition.examined.canonicalized
        if code in ("good", "vouched") and can:
            code = self._endorsed(document) or code
        is_good = code in ("good", "vouched")
        yield Found(_check(code, number, _name(document)), _summary(document) if is_good else None)
        yield from self._look(document, f"{number}.", level + 1, is_tried=can)

    def _endorsed(self, document: JsonObject) -> str | None:
        """What is wrong with an endorsement inside a part, as the part's code; None: nothing."""
        for check in self._endorsements(document):
            if self._endorsements_left == 0 or check.outcome is Outcome.UNKNOWN:
                return "unread"
            self._endorsements_left -= 1
            if check.outcome is Outcome.FAIL:
                return "endorsement"
        return None


def _read(file: bytes) -> tuple[JsonObject, Token | None] | None:
    try:
        token = opened(file) if is_compact(file) else None
        document = token.credential if token else from_text(file)
    except Problem:
        return None
    return document, token


def _check(code: str, number: str, name: str) -> CheckResult:
    outcome = Outcome.PASS if code == "good" else Outcome.NOTE if code in _NOTES else Outcome.FAIL
    return CheckResult("part", outcome, code, {"number": number, "name": name})


def _code(results: tuple[CheckResult, ...]) -> str:
    """One code for all checks of a part: what forges it first, then what became of it since."""
    bad = {result.name: result.code for result in results if result.outcome is Outcome.FAIL}
    if bad.get("proof") == "missing":
        return "unsigned"
    if bad.get("proof") == "altered":
        return "altered"
    if "key" in bad:
        return "other_key"
    if bad.keys() - {"dates", "status"} or bad.get("dates") in ("reversed", "malformed"):
        return "malformed"
    if "status" in bad:
        return "revoked" if bad["status"] in _REVOKED else "suspended"
    if "dates" in bad:
        return bad["dates"]
    return "unread" if any(result.outcome is Outcome.UNKNOWN for result in results) else "good"


def _summary(document: JsonObject) -> PartSummary:
    start = document.get("validFrom", document.get("issuanceDate"))
    return PartSummary(
        achievement=_name(document),
        issuer=shown(_object(document.get("issuer")).get("name")) or shown(id_of(document.get("issuer"))),
        issuer_id=shown(id_of(document.get("issuer"))),
        awarded=shown(document.get("awardedDate") or start)[:10],
        credential_id=exact(document.get("id")),
    )


def _name(document: JsonObject) -> str:
    achievement = _object(_object(document.get("credentialSubject")).get("achievement"))
    return shown(achievement.get("name")) or shown(document.get("name")) or "?"


def _object(value: Any) -> JsonObject:
    return value if isinstance(value, dict) else {}
