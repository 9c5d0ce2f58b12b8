"""The key behind a verification method, and whether the issuer really published it.

A did:key spells its own key. A did:web, and an issuer with an https address, publish theirs on their host: that has to
be read there. A key that comes along in a header or in the fragment of an address may show that a text is intact; it
never shows whose it is.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from bot.badges import did, keys
from bot.badges.jsontext import JsonObject, as_list, from_text, id_of
from bot.badges.keys import PublicKey
from bot.badges.reads import Read, Reads, Unread
from bot.badges.text import shown
from bot.badges.verdict import CheckResult, failed, passed, unknown
from bot.errors import Problem

ACCEPT = (
    "application/did+json, application/did+ld+json, application/jwk+json, application/jwk-set+json, application/json"
)
WELL_KNOWN = "/.well-known/"
MAX_KEYS = 100
"""Keys of one published set that are looked at."""
_OK = 200
_TAKEN_AWAY = (404, 410)
_ASTRAY = (".", "..")
"""Steps of a path that a server walks, and so lead out of where it seems to lie."""


@dataclass(frozen=True)
class Finding:
    """What was found behind a verification method: whose it is, and keys to try the signature with."""

    check: CheckResult
    keys: tuple[PublicKey, ...] = ()


def find(method: str, issuer: str, reads: Reads, now: datetime) -> Finding:
    """Look for the key that `method` names, for a document that names `issuer`. Both may be anything."""
    controller = method.partition("#")[0]
    if controller.startswith(keys.DID_KEY):
        return _spelled(method, issuer)
    if issuer.startswith("did:") and controller != issuer:
        return Finding(_others(issuer), _in_fragment(method))
    if controller.startswith(did.DID_WEB):
        return _in_did_document(method, issuer, reads, now)
    if controller.startswith("https://"):
        return _at_address(method, issuer, reads, now)
    return Finding(unknown("key", "published", issuer=_name(issuer)), _in_fragment(method))


def _spelled(method: str, issuer: str) -> Finding:
    controller, _, fragment = method.partition("#")
    check = passed("key", "issuers") if controller == issuer else _others(issuer)
    if fragment and method != keys.method_of(controller):
        return Finding(check)
    try:
        return Finding(check, (keys.key_of(controller.removeprefix(keys.DID_KEY)),))
    except Problem:
        return Finding(check)


def _in_did_document(method: str, issuer: str, reads: Reads, now: datetime) -> Finding:
    controller = method.partition("#")[0]
    if controller != issuer:
        return Finding(_others(issuer), _in_fragment(method))
    try:
        address = did.did_web_url(controller)
    except Problem:
        return Finding(_others(issuer), _in_fragment(method))
    published = _read(address, method, issuer, reads)
    return published if isinstance(published, Finding) else _listed(published, method, issuer, now)


def _at_address(method: str, issuer: str, reads: Reads, now: datetime) -> Finding:
    """The issuer's own document lists the key, or the key lies where only the issuer, or its whole host, puts things.

    A host may be shared: what another page on it says of itself makes it nobody's key.
    """
    address = method.partition("#")[0]
    if _origin(address) is None or _origin(address) != _origin(issuer):
        return Finding(_others(issuer), _in_fragment(method))
    if not _speaks_for(address, issuer):
        return _beside(method, issuer, reads, now)
    published = _read(address, method, issuer, reads, within=issuer)
    if isinstance(published, Finding):
        return published
    if address == issuer and "keys" not in published:
        return _listed(published, method, issuer, now)
    return _lying(published, method, issuer)


def _lying(published: JsonObject, method: str, issuer: str) -> Finding:
    """The key in a document that is one, or a set of them. It may name no other issuer."""
    if published.get("controller", published.get("owner", issuer)) != issuer:
        return Finding(_others(issuer))
    stated = _stated(published, method.partition("#")[2], method)
    found = tuple(key for item in stated if (key := _key_of(item)) is not None)
    return Finding(passed("key", "issuers"), found) if found else Finding(_absent(issuer))


def _beside(method: str, issuer: str, reads: Reads, now: datetime) -> Finding:
    """A key elsewhere on the issuer's host: the issuer's own document must name it among those it asserts with."""
    named = _read(issuer.partition("#")[0], method, issuer, reads)
    if isinstance(named, Finding):
        return Finding(unknown("key", "published", issuer=_name(issuer)), named.keys)
    if named.get("id") != issuer or method not in map(id_of, as_list(named.get(did.ASSERTION))[: did.MAX_METHODS]):
        return Finding(_others(issuer), _in_fragment(method))
    described = [
        item
        for name in (did.ASSERTION, "verificationMethod")
        for item in as_list(named.get(name))[: did.MAX_METHODS]
        if isinstance(item, dict) and item.get("id") == method
    ]
    if not all(did.is_in_force(item, now) for item in described):
        return Finding(failed("key", "withdrawn", issuer=_name(issuer)))
    if described:
        return _lying(described[0], method, issuer)
    published = _read(method.partition("#")[0], method, issuer, reads)
    return published if isinstance(published, Finding) else _lying(published, method, issuer)


def _listed(published: JsonObject, method: str, issuer: str, now: datetime) -> Finding:
    """The key among those that an issuer's document gives for assertions."""
    try:
        found = did.public_keys(published, method, now=now)
    except Problem:
        return Finding(unknown("key", "unsupported"))
    if found:
        return Finding(passed("key", "issuers"), found)
    known = as_list(published.get("verificationMethod"))[:MAX_KEYS]
    relative = "#" + method.partition("#")[2]
    if any(isinstance(item, dict) and item.get("id") in (method, relative) for item in known):
        return Finding(failed("key", "withdrawn", issuer=_name(issuer)))
    return Finding(_absent(issuer))


def _read(address: str, method: str, issuer: str, reads: Reads, within: str | None = None) -> JsonObject | Finding:
    """The document at an address; or why there is none, with the key of the fragment to try for intactness.

    `within` is an issuer whose place a redirect must not leave.
    """
    answer = reads.ask(address, ACCEPT)
    spelled = _in_fragment(method)
    if answer is None:
        return Finding(unknown("key", "published", issuer=_name(issuer)), spelled)
    if isinstance(answer, Read) and answer.status in _TAKEN_AWAY:
        return Finding(failed("key", "gone", address=shown(address)), spelled)
    if isinstance(answer, Unread) or answer.status != _OK:
        return Finding(unknown("key", "unreachable", address=shown(address)), spelled)
    if within is not None and address != within.partition("#")[0] and not _speaks_for(answer.url, within):
        return Finding(_others(issuer), spelled)
    try:
        return from_text(answer.body)
    except Problem:
        return Finding(unknown("key", "unreadable", address=shown(address)), spelled)


def _stated(published: JsonObject, fragment: str, method: str) -> list[JsonObject]:
    """The key descriptions in a document that is a key, a verification method or a set of keys."""
    if "keys" not in published:
        return [published]
    listed = [item for item in as_list(published.get("keys"))[:MAX_KEYS] if isinstance(item, dict)]
    return [item for item in listed if not fragment or item.get("kid") in (fragment, method)]


def _key_of(item: JsonObject) -> PublicKey | None:
    multikey = item.get("publicKeyMultibase")
    try:
        if isinstance(multikey, str):
            return keys.key_of(multikey)
        return keys.public_of_jwk(item.get("publicKeyJwk", item))
    except Problem:
        return None


def _speaks_for(address: str, issuer: str) -> bool:
    """Whether a key lies where only this issuer, or its whole host, may put it.

    Below an issuer that is a whole host, or a page with a query, lies what others there may put too.
    """
    home, parts = issuer.partition("#")[0], urlsplit(address)
    if address == home:
        return True
    if any(unquote(step) in _ASTRAY or "/" in unquote(step) or "\\" in unquote(step) for step in parts.path.split("/")):
        return False
    if parts.path.startswith(WELL_KNOWN):
        return True
    own = urlsplit(home)
    return bool(own.path.strip("/")) and not own.query and address.startswith(home.rstrip("/") + "/")


def _origin(address: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(address)
        return (parts.hostname, parts.port or 443) if parts.scheme == "https" and parts.hostname else None
    except ValueError:
        return None


def _in_fragment(method: str) -> tuple[PublicKey, ...]:
    try:
        return (keys.key_of(method.partition("#")[2]),)
    except Problem:
        return ()


def _others(issuer: str) -> CheckResult:
    return failed("key", "others", issuer=_name(issuer))


def _absent(issuer: str) -> CheckResult:
    return failed("key", "absent", issuer=_name(issuer))


def _name(issuer: Any) -> str:
    return shown(issuer) or "?"
