"""`did:web`: an issuer's name that stands on a web address, and the document there that publishes its keys.

Keys come and go under one name, so that badges outlive them (design.md 4.10). A retired key stays under
`assertionMethod`, since what it signed holds; a revoked one is listed under no relationship, so that nothing it signed
verifies any more.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from bot.badges import keys
from bot.badges.jsontext import JsonObject, as_list
from bot.badges.keys import Ed25519Public, PublicKey
from bot.badges.proof import read_timestamp, timestamp
from bot.errors import Problem

DID_WEB = "did:web:"
MEDIA_TYPE = "application/did+json"
CONTEXTS = (
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/jwk/v1",
)
ASSERTION = "assertionMethod"
PROFILE = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#Profile"
"""The kind of a service that leads to an issuer's profile: Open Badges' own term."""
MAX_METHODS = 100
"""Methods of one document that are looked at: nobody has so many keys."""
_LONGEST = 500
_HOST = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_PORT = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_SEGMENT = re.compile(r"[A-Za-z0-9._~-]+", re.ASCII)


@dataclass(frozen=True)
class PublishedKey:
    """A key as its owner publishes it; `revoked_at` is an aware moment in whole seconds, or None while it counts."""

    public: PublicKey
    revoked_at: datetime | None = None


def did_web(base: str, *path: str) -> str:
    """The did of a path below an https address, such as `https://badges.example.ac.jp`.

    Raises `ValueError` where the address is not https or has what a did cannot say.
    """
    parts = urlsplit(base)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("a public https address is wanted")
    host = parts.hostname if parts.port is None else f"{parts.hostname}%3A{parts.port}"
    steps = [*(step for step in parts.path.split("/") if step), *path]
    did = DID_WEB + ":".join([host, *(quote(step, safe="") for step in steps)])
    try:
        did_web_url(did)
    except Problem:
        raise ValueError("a public https address is wanted") from None
    return did


def did_web_url(did: str) -> str:
    """Where the document of a `did:web` is. The did may be anybody's: raises `Problem` did_unreadable.

    The address is https and has no user, query or `..`; whether it leads to a public machine is `net`'s to see.
    """
    if not did.startswith(DID_WEB) or len(did) > _LONGEST:
        raise Problem("did_unreadable")
    place, *steps = did.removeprefix(DID_WEB).split(":")
    host, _, port = unquote(place).partition(":")
    if not _HOST.fullmatch(host) or (":" in unquote(place) and not _PORT.fullmatch(port)):
        raise Problem("did_unreadable")
    if not all(_SEGMENT.fullmatch(step) and step.strip(".") for step in steps):
        raise Problem("did_unreadable")
    return f"https://{host}{':' + port if port else ''}/{'/'.join(steps or ['.well-known'])}/did.json"


def page_of(did: str) -> str | None:
    """The page about one of our own issuers: beside its document. A did:key has none."""
    return did_web_url(did).removesuffix("/did.json") if did.startswith(DID_WEB) else None


def document(did: str, published: Sequence[PublishedKey], also_known_as: Sequence[str] = ()) -> JsonObject:
    """The did document. Keys that nobody revoked stand under `assertionMethod`, in the order given.

    `also_known_as` are other dids of the same issuer, such as the `did:key` it had before it had an address.
    """
    made: JsonObject = {
        "@context": list(CONTEXTS),
        "id": did,
        "verificationMethod": [_method(did, key) for key in published],
        ASSERTION: [f"{did}#{key.public.name}" for key in published if key.revoked_at is None],
    }
    return made | ({"alsoKnownAs": list(also_known_as)} if also_known_as else {})


def host_document(host: str, profiles: Sequence[tuple[str, str]]) -> JsonObject:
    """The did document of a place where several issue: it has no key and so vouches for nothing, it only names them.

    `profiles` are (fragment, address of an issuer's profile).
    """
    services = [{"id": f"{host}#{name}", "type": PROFILE, "serviceEndpoint": address} for name, address in profiles]
    return {"@context": [CONTEXTS[0]], "id": host, "service": services}


def _method(did: str, key: PublishedKey) -> JsonObject:
    named = {"id": f"{did}#{key.public.name}", "controller": did}
    if isinstance(key.public, Ed25519Public):
        stated: JsonObject = {"type": "Multikey", "publicKeyMultibase": key.public.name}
    else:
        stated = {"type": "JsonWebKey", "publicKeyJwk": key.public.jwk | {"kid": key.public.name}}
    return named | stated | ({} if key.revoked_at is None else {"revoked": timestamp(key.revoked_at)})


def public_keys(published: JsonObject, method: str, *, now: datetime) -> tuple[PublicKey, ...]:
    """The keys that a did document of unknown origin gives for `method` to be used for assertions at `now`.

    `method` is a did url; without a fragment every key is meant that may assert. Nothing is given where the document is
    not that of the did, the method is not under `assertionMethod`, its controller is another, or it was revoked or has
    expired: then the issuer did not publish this key. Raises `Problem` key_unreadable where it did publish one, of a
    kind that is not known here.
    """
    did, _, fragment = method.partition("#")
    if not did or published.get("id") != did:
        return ()
    meant = [
        item
        for item in _asserting(published, did)
        if not fragment or _absolute(item.get("id"), did) == f"{did}#{fragment}"
    ]
    counting = [item for item in meant if item.get("controller") == did and is_in_force(item, now)]
    readable = tuple(key for item in counting if (key := _read(item)) is not None)
    if counting and not readable:
        raise Problem("key_unreadable")
    return readable


def _asserting(published: JsonObject, did: str) -> Iterator[JsonObject]:
    """The methods under `assertionMethod`: named there, or embedded."""
    methods = as_list(published.get("verificationMethod"))[:MAX_METHODS]
    by_id = {_absolute(item.get("id"), did): item for item in methods if isinstance(item, dict)}
    for item in as_list(published.get(ASSERTION))[:MAX_METHODS]:
        if isinstance(item, dict):
            yield item
        elif isinstance(item, str) and (named := by_id.get(_absolute(item, did))) is not None:
            yield named


def _absolute(value: Any, did: str) -> str:
    text = value if isinstance(value, str) else ""
    return did + text if text.startswith("#") else text


def is_in_force(method: JsonObject, now: datetime) -> bool:
    """Whether a method was neither revoked nor has expired."""
    if "revoked" in method:
        return False
    try:
        return "expires" not in method or read_timestamp(str(method["expires"])) > now
    except ValueError:
        return False


def _read(method: JsonObject) -> PublicKey | None:
    """The key of a method, in any of the forms it is published in; None for a kind that is not known here."""
    multikey = method.get("publicKeyMultibase")
    try:
        if isinstance(multikey, str):
            return keys.key_of(multikey)
        return keys.public_of_jwk(method.get("publicKeyJwk"))
    except Problem:
        return None
