"""The newest edition of a credential, where it says at which address its issuer keeps that (Open Badges 3.0, 5.2).

The address is asked once, and only of a credential that its issuer signed; what stands there counts if it is the same
credential by the same issuer, signed as well, and later. An edition's own address is not followed.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from bot.badges.budget import Budget
from bot.badges.checks import Examined, examine
from bot.badges.hosted import credential_at
from bot.badges.jsontext import JsonObject, as_list, id_of
from bot.badges.jwt import Token
from bot.badges.proof import read_moment
from bot.badges.reads import Reads
from bot.badges.text import shown
from bot.badges.verdict import CheckResult, Outcome, noted, passed, unknown

SERVICE = "1EdTechCredentialRefresh"
ACCEPT = "application/vc+ld+json, application/vc, application/ld+json, application/json;q=0.9, text/plain;q=0.8"
_OK = 200


@dataclass(frozen=True)
class Edition:
    """What counts of a credential: the one at hand or a newer one, with all checks that were made."""

    document: JsonObject
    results: tuple[CheckResult, ...]
    examined: Examined


def newest(
    document: JsonObject,
    kind: str,
    now: datetime,
    reads: Reads,
    token: Token | None = None,
    budget: Budget | None = None,
    *,
    is_inside: bool = False,
) -> Edition:
    """Examine a credential of unknown origin, and the newer edition where there is one.

    `budget` is that of the file it came in, where it is counted already. `is_inside`: see `checks.examine`.

    Dates and status are the newer one's, since they are what it is newer for; form and signature must hold in both.
    """
    budget = budget or Budget()
    given = examine(document, kind, now, reads, token, budget, is_inside=is_inside)
    at_hand = Edition(document, given.results(), given)
    if "refreshService" not in document or not _is_sound(given):
        return at_hand
    services = as_list(document["refreshService"])
    service = next((item for item in services if isinstance(item, dict) and SERVICE in as_list(item.get("type"))), None)
    if service is None:
        kinds = as_list(services[0].get("type")) if services and isinstance(services[0], dict) else []
        return _with(at_hand, noted("refresh", "unsupported", type=shown(kinds[0] if kinds else "") or "?"))
    url = id_of(service)
    found = credential_at(url, "refresh", ACCEPT, reads) if url else unknown("refresh", "unusable")
    if isinstance(found, CheckResult):
        return _with(at_hand, found)
    later, later_token = found
    if not _is_same(later, document):
        return _with(at_hand, unknown("refresh", "other"))
    if not _is_later(later, document):
        return _with(at_hand, passed("refresh", "current"))
    if not budget.has_room(later):
        return _with(at_hand, unknown("refresh", "unread"))
    newer = examine(later, kind, now, reads, later_token, budget, is_inside=is_inside)
    if not _is_sound(newer):
        open_ = any(result.outcome is Outcome.UNKNOWN for result in newer.signature())
        return _with(at_hand, unknown("refresh", "unread") if open_ else unknown("refresh", "unproved"))
    results = (*given.signature(), passed("refresh", "newer", date=_start(later)), newer.dates, *newer.status)
    return Edition(later, results, newer)


def _with(edition: Edition, result: CheckResult) -> Edition:
    """The edition at hand, with what was said about a newer one after form and signature."""
    examined = edition.examined
    return Edition(edition.document, (*examined.signature(), result, examined.dates, *examined.status), examined)


def _is_sound(examined: Examined) -> bool:
    """Whether form and signature were found good; an address in anything else is anybody's."""
    return not {result.outcome for result in examined.signature()} & {Outcome.FAIL, Outcome.UNKNOWN}


def _is_same(later: JsonObject, document: JsonObject) -> bool:
    """Whether two editions are of one credential: the same id and issuer, however they are escaped."""
    pairs = ((id_of(one), id_of(one.get("issuer"))) for one in (later, document))
    first, second = ([unquote(text).strip() for text in pair] for pair in pairs)
    return first == second and all(first)


def _is_later(later: JsonObject, document: JsonObject) -> bool:
    ours, theirs = (read_moment(_moment(one)) for one in (document, later))
    return ours is not None and theirs is not None and theirs > ours


def _moment(document: JsonObject) -> object:
    return document.get("validFrom", document.get("issuanceDate"))


def _start(document: JsonObject) -> str:
    return shown(_moment(document))[:10]
