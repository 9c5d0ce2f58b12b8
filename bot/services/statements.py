"""A school's statement of a record: what it signs for a person's export, and what is believed of one from elsewhere.

It lists the person's credentials by id and hash, so that a badge that somebody published cannot be brought in by
anybody else: only its issuer can sign for whose it is, and does so in the holder's own export only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from bot.badges import jsontext
from bot.badges.documents import subject_id
from bot.badges.jsontext import JsonObject
from bot.badges.reads import Reads
from bot.badges.statement import read_statement, sign_statement
from bot.badges.text import clean
from bot.badges.verdict import Validity
from bot.badges.verify import verify
from bot.domain.language import Bilingual
from bot.domain.learning import Route
from bot.domain.moving import Kept
from bot.errors import Problem
from bot.intake.bundle import Bundle
from bot.services.issuers import open_ed25519
from bot.services.ports import BroughtCompletion, Document, SealedKey, Vault
from bot.services.privacy import Everything

VERSION = 1
LONGEST = 200
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
        payload: JsonObject = {
            "iss": sealed.did,
            "version": VERSION,
            "on": today.isoformat(),
            "school": _names(everything.issuers[sealed.did].name),
            "credentials": [_listed(text) for text in documents],
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


def check_bundle(bundle: Bundle, now: datetime, reads: Reads) -> Checked:
    """Check every document. Takes a while: not to be called inside a transaction.

    What `reads` does not have yet counts as altered, and is noted there as wanted.

    Raises `Problem`: `bring_altered` where anything is not as it was signed, `bring_foreign` where a document is in
    no statement by its own issuer. A badge may be left out: what is brought is the person's choice.
    """
    payloads = [(text.strip(), _payload(text, now, reads)) for text in bundle.statements]
    listed = {item for _, payload in payloads for item in _all_listed(payload)}
    credentials = tuple(_credential(data, listed, now, reads) for data in bundle.credentials)
    given = tuple(_given(data, listed, now, reads) for data in bundle.given)
    return Checked(
        tuple(_statement(text, payload, now) for text, payload in payloads),
        (*credentials, *given),
        tuple(item for _, payload in payloads for item in _brought(payload, bundle.reflections)),
    )


def _payload(text: str, now: datetime, reads: Reads) -> JsonObject:
    payload = read_statement(text, now=now, reads=reads)
    if payload is None or payload.get("version") != VERSION:
        raise Problem("bring_altered")
    return payload


Listed = tuple[str, Kept, str, str]
"""(who states it, what it is, its id, its hash)"""


def _all_listed(payload: JsonObject) -> Iterator[Listed]:
    for kind, name in ((Kept.CREDENTIAL, "credentials"), (Kept.ENDORSEMENT, "endorsements")):
        for item in _list(payload, name):
            yield payload["iss"], kind, str(item.get("id")), str(item.get("sha256"))


def _list(payload: JsonObject, name: str) -> list[JsonObject]:
    found = payload.get(name)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise Problem("bring_altered")
    return found


def _credential(data: bytes, listed: set[Listed], now: datetime, reads: Reads) -> Document:
    """A badge: as its issuer signed it, and stated by that very issuer to be this person's."""
    verdict = verify(data, now=now, reads=reads)
    if verdict.validity is not Validity.VALID or verdict.summary is None:
        raise Problem("bring_altered")
    document = jsontext.from_text(data)
    issuer, credential = verdict.summary.issuer_id, str(document.get("id"))
    if (issuer, Kept.CREDENTIAL, credential, _digest(data)) not in listed:
        raise Problem("bring_foreign")
    subject = document["credentialSubject"]
    if not isinstance(subject, dict) or subject.get("id") != subject_id(issuer, credential):
        raise Problem("bring_foreign")
    return _document(
        Kept.CREDENTIAL, data, document, issuer, verdict.summary.issuer, verdict.summary.achievement,
        verdict.summary.awarded,
    )  # fmt: skip


def _given(data: bytes, listed: set[Listed], now: datetime, reads: Reads) -> Document:
    """An endorsement that the person gave: signed by a key made for it, and stated by the school to be theirs."""
    if verify(data, now=now, reads=reads).validity is not Validity.VALID:
        raise Problem("bring_altered")
    document = jsontext.from_text(data)
    if not any(item[1:] == (Kept.ENDORSEMENT, str(document.get("id")), _digest(data)) for item in listed):
        raise Problem("bring_foreign")
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
        day, moment = date.fromisoformat(on), datetime.fromisoformat(str(document["validFrom"]))
    except ValueError:
        raise Problem("bring_altered") from None
    identity = str(document.get("id"))
    if len(identity) > LONGEST or len(issuer) > LONGEST:
        raise Problem("bring_altered")
    return Document(kind, identity, issuer, Bilingual(by, by), Bilingual(said, said), day, moment, data.decode())


def _statement(text: str, payload: JsonObject, now: datetime) -> Document:
    name = _both(payload.get("school"))
    day = _day(payload.get("on"))
    if day > now.astimezone(UTC).date() + AHEAD:
        raise Problem("bring_altered")
    identity = f"urn:sha256:{_digest(text.encode())}"
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return Document(Kept.STATEMENT, identity, payload["iss"], name, name, day, moment, text)


def _brought(payload: JsonObject, reflections: Mapping[str, str]) -> Iterator[BroughtCompletion]:
    for item in _list(payload, "completions"):
        unit, minutes, route = item.get("unit"), item.get("minutes"), item.get("route")
        if not isinstance(unit, str) or not 0 < len(unit) <= LONGEST_KEY or route not in set(Route):
            raise Problem("bring_altered")
        if not isinstance(minutes, int) or not 0 <= minutes < 1000:
            raise Problem("bring_altered")
        yield BroughtCompletion(
            payload["iss"],
            _both(payload.get("school")),
            unit,
            _both(item.get("title")),
            _day(item.get("on")),
            minutes,
            Route(route),
            item.get("self_assessed") is True,
            reflections.get(unit) or None,
        )


def _both(value: object) -> Bilingual:
    if not isinstance(value, dict):
        raise Problem("bring_altered")
    return Bilingual(_short(str(value.get("ja"))), _short(str(value.get("en"))))


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise Problem("bring_altered") from None


def _short(text: str) -> str:
    return clean(text)[:LONGEST]


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()
