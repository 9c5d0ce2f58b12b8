"""A school's statement of a record: what it signs for a person's export, and what is believed of one from elsewhere.

It lists the person's credentials by id and hash, so that a badge that somebody published cannot be brought in by
anybody else: only its issuer can sign for whose it is, and does so in the holder's own export only.
"""

from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import TypeGuard, TypeVar

from bot.badges import jsontext
from bot.badges.documents import subject_id
from bot.badges.jsontext import JsonObject
from bot.badges.reads import Reads
from bot.badges.statement import read_statement, sign_statement
from bot.badges.text import clean, exact, shown
from bot.badges.verdict import Outcome, Validity, Verdict
from bot.domain.language import Bilingual
from bot.domain.learning import Route
from bot.domain.moving import MOST_COMPLETIONS, Kept
from bot.errors import Problem
from bot.intake.bundle import Bundle, Entry, Reflections
from bot.services.brought import STOPPED, StoppedElsewhere, brought_badges, stop_in
from bot.services.composition import local_day, urn
from bot.services.issuers import open_ed25519
from bot.services.ports import BroughtCompletion, Document, SealedKey, Vault
from bot.services.privacy import Everything

VERSION = 1
LONGEST = 200
GOOD = (Outcome.PASS, Outcome.NOTE)
FORGIVEN = frozenset({("dates", "expired")})
"""Checks that a badge of one's own may fail."""
FORGIVEN_IF_STATED = frozenset({("status", "revoked"), ("status", "suspended")})
"""And those that it may fail where its issuer's statement says the same."""
LONGEST_KEY = 100
AHEAD = timedelta(days=366)
"""How much later than here a deployment's day may be: clocks are moved in rehearsals."""


class Statements:
    """Signs statements with the keys of the schools that issued what a person holds."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def of(self, everything: Everything, today: date) -> tuple[str, ...]:
        """What a person's export says for them: one statement by each issuer, and those that they brought."""
        issued = _issued(everything)
        if everything.key is not None:
            issued.setdefault(everything.key.did, [])
        made = [
            self._sign(everything, everything.keys[did], issued[did], today)
            for did in sorted(issued)
            if did in everything.keys
        ]
        return (*made, *(item.text for item in everything.documents if item.kind is Kept.STATEMENT))

    def _sign(self, everything: Everything, sealed: SealedKey, documents: Sequence[str], today: date) -> str:
        key = open_ed25519(self._vault, sealed)
        is_own = everything.key is not None and everything.key.did == sealed.did
        stops = _stops(everything)
        payload: JsonObject = {
            "iss": sealed.did,
            "version": VERSION,
            "on": today.isoformat(),
            "school": _names(everything.issuers[sealed.did].name),
            "credentials": [_listed(text) | stops.get(urn_of(text), {}) for text in documents],
            "completions": list(_completions(everything)) if is_own else [],
            "endorsements": [_listed(item.text) for item in everything.given if item.text] if is_own else [],
        }
        return sign_statement(payload, key)


def _issued(everything: Everything) -> dict[str, list[str]]:
    """The signed credentials by the did that issued them; brought ones only where the key is in this house."""
    found: dict[str, list[str]] = {}
    own = [own.revision.text for own in everything.awards if own.revision is not None]
    kept = [item.text for item in everything.documents if item.kind is Kept.CREDENTIAL]
    for text in (*own, *kept):
        found.setdefault(str(jsontext.from_text(text.encode())["issuer"]["id"]), []).append(text)
    return found


def urn_of(text: str) -> str:
    """The id of a signed document."""
    return str(jsontext.from_text(text.encode())["id"])


def _stops(everything: Everything) -> dict[str, JsonObject]:
    """By the id of the credential, what is stopped: its issuer says so wherever the badge is brought."""
    own = {
        urn(one.award.public_id): StoppedElsewhere(stop.kind, local_day(stop.since, one.issuer), stop.reason)
        for one in everything.awards
        if (stop := one.award.stop) is not None
    }
    kept = {badge.document.document_id: badge.stop for badge in brought_badges(everything.documents) if badge.stop}
    return {
        credential: {STOPPED: {"as": stop.kind, "since": stop.on.isoformat(), "reason": stop.reason}}
        for credential, stop in (kept | own).items()
    }


def _listed(text: str) -> dict[str, str]:
    document = jsontext.from_text(text.encode())
    return {"id": str(document["id"]), "sha256": sha256(text.encode()).hexdigest()}


def _completions(everything: Everything) -> Iterator[JsonObject]:
    for entry in everything.record.entries:
        done = entry.completion
        yield {
            "unit": done.unit_key,
            "title": _names(entry.title),
            "on": done.completed_at.astimezone(everything.record.zone).date().isoformat(),
            "minutes": entry.unit.minutes if entry.unit else 0,
            "route": str(done.route),
            "self_assessed": done.self_assessed,
        }


def _names(name: Bilingual) -> dict[str, str]:
    return {"ja": name.ja, "en": name.en}


# ---------------------------------------------------------------- from elsewhere


@dataclass(frozen=True)
class Checked:
    """Everything of an export that was found to be as its signers made it."""

    statements: tuple[Document, ...]
    documents: tuple[Document, ...]
    completions: tuple[BroughtCompletion, ...]


@dataclass(frozen=True)
class Stated:
    """What the statements of an export say, each found to be its issuer's."""

    statements: tuple[Document, ...]
    listed: frozenset["Listed"]
    stopped: frozenset[tuple[str, str]]
    """(who states it, the id) of every credential that is said to be stopped."""
    completions: tuple[BroughtCompletion, ...]


def check_statements(bundle: Bundle, now: datetime, reads: Reads) -> Stated:
    """Check every statement, and that each document is in one, as the bytes that it is: nothing is verified yet.

    What `reads` does not have yet counts as altered, and is noted there as wanted.

    Raises `Problem`: `bring_altered` where anything is not as it was signed, `bring_foreign` where a document is in
    no statement by its own issuer; both name the file. A badge may be left out: what is brought is the person's choice.
    """
    found = []
    for entry in bundle.statements:
        found.append(_named(entry, lambda data: _stated(data, bundle.reflections, now, reads)))
        if sum(len(each.completions) for each in found) > MOST_COMPLETIONS:
            raise Problem("bring_too_many_units", limit=MOST_COMPLETIONS)
    stated = Stated(
        tuple(each.document for each in found),
        frozenset(item for each in found for item in each.listed),
        frozenset(item for each in found for item in each.stopped),
        tuple(item for each in found for item in each.completions),
    )
    known = {item[:3] for item in stated.listed}
    for kind, entry in documents_in(bundle):
        _named(entry, partial(_require_listed, kind, stated, known))
    return stated


def keys_wanted(entry: Entry, now: datetime, reads: Reads) -> tuple[str, ...]:
    """The addresses that are still to be read for the keys of whoever signed a statement."""
    with suppress(UnicodeDecodeError):
        read_statement(entry.data.decode("ascii"), now=now, reads=reads)
    return tuple(reads.wanted)


def documents_in(bundle: Bundle) -> Iterator[tuple[Kept, Entry]]:
    """What was signed on its own: badges, then endorsements that were given."""
    yield from ((Kept.CREDENTIAL, entry) for entry in bundle.credentials)
    yield from ((Kept.ENDORSEMENT, entry) for entry in bundle.given)


def document_of(kind: Kept, entry: Entry, verdict: Verdict, stated: Stated) -> Document:
    """A document that was verified, as it is kept. Raises `Problem` as `check_statements` does."""
    read = _credential if kind is Kept.CREDENTIAL else _given
    return _named(entry, lambda data: read(data, verdict, stated))


def _require_listed(kind: Kept, stated: Stated, known: Container[tuple[str, Kept, str]], data: bytes) -> None:
    """Cheap, before anything is canonicalized: the issuer's own statement lists these very bytes."""
    try:
        document = jsontext.from_text(data)
    except Problem:
        raise _AlteredError from None
    identity = str(document.get("id"))
    issuer = shown(jsontext.id_of(document.get("issuer")))
    stating = [issuer] if kind is Kept.CREDENTIAL else [each.issuer for each in stated.statements]
    if not any((one, kind, identity, _digest(data)) in stated.listed for one in stating):
        is_known = any((one, kind, identity) in known for one in stating)
        raise _AlteredError if is_known else _ForeignError
    subject = document.get("credentialSubject")
    named = jsontext.id_of(subject)
    if kind is Kept.CREDENTIAL and named != subject_id(issuer, identity):
        raise _ForeignError


class _AlteredError(Exception):
    """A file that is not as its signer made it."""


class _ForeignError(Exception):
    """A document that is in no statement by its own issuer."""


T = TypeVar("T")
Listed = tuple[str, Kept, str, str]
"""(who states it, what it is, its id, its hash)"""


def _named(entry: Entry, read: Callable[[bytes], T]) -> T:
    """What is read of one file of the ZIP; a problem says which file it was."""
    try:
        return read(entry.data)
    except _AlteredError:
        raise Problem("bring_altered", file=clean(entry.name)[:LONGEST]) from None
    except _ForeignError:
        raise Problem("bring_foreign", file=clean(entry.name)[:LONGEST]) from None


@dataclass(frozen=True)
class _Stated:
    """A statement that was found to be its issuer's."""

    document: Document
    listed: tuple[Listed, ...]
    stopped: tuple[tuple[str, str], ...]
    """(who states it, the id) of every credential that it says is stopped."""
    completions: tuple[BroughtCompletion, ...]


def _stated(data: bytes, reflections: Reflections, now: datetime, reads: Reads) -> _Stated:
    text = _ascii(data).strip()
    payload = _payload(text, now, reads)
    return _Stated(
        _statement(text, payload, now),
        tuple(_all_listed(payload)),
        tuple(_all_stopped(payload)),
        tuple(_brought(payload, reflections)),
    )


def _ascii(data: bytes) -> str:
    try:
        return data.decode("ascii")
    except UnicodeDecodeError:
        raise _AlteredError from None


def _all_stopped(payload: JsonObject) -> Iterator[tuple[str, str]]:
    for item in _list(payload, "credentials"):
        try:
            stop = stop_in(item)
        except ValueError:
            raise _AlteredError from None
        if stop is not None:
            yield payload["iss"], str(item.get("id"))


def _payload(text: str, now: datetime, reads: Reads) -> JsonObject:
    payload = read_statement(text, now=now, reads=reads)
    if payload is None or payload.get("version") != VERSION or not _is_name(payload["iss"]):
        raise _AlteredError
    return payload


def _all_listed(payload: JsonObject) -> Iterator[Listed]:
    for kind, name in ((Kept.CREDENTIAL, "credentials"), (Kept.ENDORSEMENT, "endorsements")):
        for item in _list(payload, name):
            yield payload["iss"], kind, str(item.get("id")), str(item.get("sha256"))


def _list(payload: JsonObject, name: str) -> list[JsonObject]:
    found = payload.get(name)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise _AlteredError
    return found


def _credential(data: bytes, verdict: Verdict, stated: Stated) -> Document:
    """A badge: as its issuer signed it, and stated by that very issuer to be this person's.

    One that expired comes along, and one that its issuer states to be stopped; both are shown as what they are.
    """
    if verdict.summary is None:
        raise _AlteredError
    document = jsontext.from_text(data)
    issuer, credential = verdict.summary.issuer_id, str(document.get("id"))
    forgiven = FORGIVEN | (FORGIVEN_IF_STATED if (issuer, credential) in stated.stopped else frozenset())
    if not all(check.outcome in GOOD or (check.name, check.code) in forgiven for check in verdict.checks):
        raise _AlteredError
    if (issuer, Kept.CREDENTIAL, credential, _digest(data)) not in stated.listed:
        raise _ForeignError
    subject = document["credentialSubject"]
    if not isinstance(subject, dict) or subject.get("id") != subject_id(issuer, credential):
        raise _ForeignError
    return _document(
        Kept.CREDENTIAL, data, document, issuer, verdict.summary.issuer, verdict.summary.achievement,
        verdict.summary.awarded,
    )  # fmt: skip


def _given(data: bytes, verdict: Verdict, _stated: Stated) -> Document:
    """An endorsement that the person gave: signed by a key made for it, and stated by the school to be theirs."""
    if verdict.validity is not Validity.VALID:
        raise _AlteredError
    document = jsontext.from_text(data)
    issuer = document["issuer"]
    return _document(
        Kept.ENDORSEMENT, data, document, str(issuer["id"]), str(issuer.get("name")), str(document.get("name")),
        str(document["validFrom"])[:10],
    )  # fmt: skip


def _document(
    kind: Kept, data: bytes, document: JsonObject, issuer: str, issuer_name: str, name: str, on: str
) -> Document:
    said, by = _short(name), _short(issuer_name)
    try:
        day, moment = date.fromisoformat(on), datetime.fromisoformat(str(document["validFrom"])).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _AlteredError from None
    identity = str(document.get("id"))
    if not (_is_name(identity) and _is_name(issuer)):
        raise _AlteredError
    return Document(kind, identity, issuer, Bilingual(by, by), Bilingual(said, said), day, moment, data.decode())


def _statement(text: str, payload: JsonObject, now: datetime) -> Document:
    name = _both(payload.get("school"))
    day = _day(payload.get("on"))
    if day > now.astimezone(UTC).date() + AHEAD:
        raise _AlteredError
    identity = f"urn:sha256:{_digest(text.encode())}"
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return Document(Kept.STATEMENT, identity, payload["iss"], name, name, day, moment, text)


def _brought(payload: JsonObject, reflections: Reflections) -> Iterator[BroughtCompletion]:
    for item in _list(payload, "completions"):
        unit, minutes, route = item.get("unit"), item.get("minutes"), item.get("route")
        if not _is_name(unit, LONGEST_KEY) or not isinstance(route, str) or route not in set(Route):
            raise _AlteredError
        if not isinstance(minutes, int) or not 0 <= minutes < 1000:
            raise _AlteredError
        yield BroughtCompletion(
            payload["iss"],
            _both(payload.get("school")),
            unit,
            _both(item.get("title")),
            _day(item.get("on")),
            minutes,
            Route(route),
            item.get("self_assessed") is True,
            reflections.get((payload["iss"], unit), reflections.get(("", unit))) or None,
        )


def _is_name(value: object, longest: int = LONGEST) -> TypeGuard[str]:
    """Whether it is a word that stands for one thing, and is safe to keep and to show."""
    return isinstance(value, str) and 0 < len(value) <= longest and exact(value) == value


def _both(value: object) -> Bilingual:
    if not isinstance(value, dict):
        raise _AlteredError
    return Bilingual(_short(str(value.get("ja"))), _short(str(value.get("en"))))


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise _AlteredError from None


def _short(text: str) -> str:
    return clean(text)[:LONGEST]


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()
