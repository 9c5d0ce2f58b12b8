"""Whether a credential was taken back: W3C's Bitstring Status List v1.0, to issue and to verify, and 1EdTech's
older list of revoked credentials, to verify.

A list is a credential of its own, signed by the issuer, that holds one bit for each position. A credential names
its list and position; what the bit means is the list's purpose.
"""

import base64
import gzip
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from bot.badges.contexts import CREDENTIALS_V2
from bot.badges.did import DID_WEB, did_web_url
from bot.badges.hosted import credential_at
from bot.badges.jsontext import MEBIBYTE, JsonObject, as_list, id_of, walk
from bot.badges.jwt import Token
from bot.badges.proof import timestamp
from bot.badges.reads import Reads
from bot.badges.text import shown
from bot.badges.verdict import CheckResult, Outcome, failed, noted, passed, unknown
from bot.domain.status import POSITIONS


class StatusPurpose(StrEnum):
    """What a set bit of a list means."""

    REVOCATION = "revocation"
    """Taken back for good."""
    SUSPENSION = "suspension"
    """Not to be relied on for now."""


LENGTH = 8 * POSITIONS
"""Positions of a list of ours. Only those below the number of its bytes are given out, since 1EdTech's validator takes
no higher one. A list of few set bits is a few hundred bytes, however long it is."""
SHORTEST = 131_072
"""Positions that a list must have: fewer would tell who looks for whom."""
PACKING = 4
"""How hard a list is packed (gzip, of 9): harder takes many times as long and saves a tenth."""
MAX_LIST_BYTES = 4 * MEBIBYTE
"""Unpacked, of a list that anybody may have made: 33 million positions."""
TTL = 300_000
"""Milliseconds for which a reader may keep a list."""
MAX_ENTRIES = 4
MAX_REVOKED = 100_000
"""Entries of a 1EdTech list that are looked at."""

LIST_MEDIA_TYPE = "application/vc+ld+json"
"""Of a list that is served, as of every credential that is a web resource (Open Badges 3.0)."""
LIST_TOKEN_TYPES = ("application/vc+jwt", "application/jwt")
"""Of a list that is served as a token (VC-JOSE-COSE), the proper one first."""
LIST_MEMBER = "statusListCredential"
"""Of an entry: the address of its list."""
ENTRY_TYPE = "BitstringStatusListEntry"
LIST_TYPE = "BitstringStatusListCredential"
SUBJECT_TYPE = "BitstringStatusList"
REVOCATION_LIST = "1EdTechRevocationList"
ACCEPT = "application/vc+ld+json, application/vc, application/ld+json, application/json;q=0.9, application/jwt;q=0.8"

_PURPOSES = frozenset(StatusPurpose)
_MULTIBASE_BASE64URL = "u"
_GZIP = 16 + zlib.MAX_WBITS
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)


@dataclass(frozen=True)
class StatusEntry:
    """Where a credential's status stands: the list's public address, and the position in it.

    Open Badges 3.0 has room for one entry. What may be suspended, too, refers (`may_be_suspended`) to a second list
    beside the first, in which it has the same position.
    """

    list_url: str
    index: int
    purpose: StatusPurpose = StatusPurpose.REVOCATION
    may_be_suspended: bool = False


def encode(positions: Iterable[int], length: int = LENGTH) -> str:
    """The `encodedList` in which these positions are set: gzip, then multibase base64url without padding.

    The same text for the same positions. Raises `ValueError` for a position outside the list, or a length that is
    too short or no multiple of eight.
    """
    if length < SHORTEST or length % 8:
        raise ValueError("a list has 131,072 positions or more, in whole bytes")
    bits = bytearray(length // 8)
    for position in positions:
        if not 0 <= position < length:
            raise ValueError(f"position {position} is not in a list of {length}")
        bits[position // 8] |= 0x80 >> position % 8
    packed = gzip.compress(bytes(bits), PACKING, mtime=0)
    return _MULTIBASE_BASE64URL + base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")


def decode(encoded: str) -> bytes:
    """The bits of an `encodedList` of unknown origin, position 0 first in the first byte.

    Raises `ValueError` where it is none, or would be larger than `MAX_LIST_BYTES` when unpacked.
    """
    if not encoded.startswith(_MULTIBASE_BASE64URL):
        raise ValueError("not multibase base64url")
    text = encoded[1:]
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj(_GZIP)
        bits = unpacking.decompress(packed, MAX_LIST_BYTES + 1)
    except (ValueError, zlib.error) as error:
        raise ValueError("not a packed list") from error
    if len(bits) > MAX_LIST_BYTES:
        raise ValueError("too large a list")
    if not unpacking.eof or unpacking.unused_data:
        raise ValueError("not one packed list")
    return bits


def is_set(bits: bytes, position: int) -> bool:
    """Whether a position is set. Raises `IndexError` for one that the list does not have."""
    if position < 0:
        raise IndexError(position)
    return bool(bits[position // 8] & 0x80 >> position % 8)


def list_url(did: str, public_id: str) -> str:
    """The address of a status list of a `did:web` whose document is two steps below the site's own address."""
    base = did_web_url(did).removesuffix("/did.json").rsplit("/", 2)[0]
    return f"{base}/status/{public_id}"


def suspensions_url(url: str) -> str:
    """The address of the list of suspensions that belongs to a list of revocations."""
    return f"{url}/suspension"


def status_member(entry: StatusEntry) -> JsonObject:
    """The `credentialStatus` of a credential. Open Badges 3.0 has room for one (0..1)."""
    more = {"statusReference": suspensions_url(entry.list_url)} if entry.may_be_suspended else {}
    return more | {
        "id": f"{entry.list_url}#{entry.index}",
        "type": ENTRY_TYPE,
        "statusPurpose": str(entry.purpose),
        "statusListIndex": str(entry.index),
        LIST_MEMBER: entry.list_url,
    }


def compose_list(
    url: str,
    issuer: str,
    purpose: StatusPurpose,
    positions: Iterable[int],
    valid_from: datetime,
    valid_until: datetime | None = None,
) -> JsonObject:
    """The unsigned `BitstringStatusListCredential` of an address, the same for equal arguments.

    The moments are aware and in whole seconds.
    """
    end = {"validUntil": timestamp(valid_until)} if valid_until else {}
    return {
        "@context": [CREDENTIALS_V2],
        "id": url,
        "type": ["VerifiableCredential", LIST_TYPE],
        "issuer": issuer,
        "validFrom": timestamp(valid_from),
        **end,
        "credentialSubject": {
            "id": f"{url}#list",
            "type": SUBJECT_TYPE,
            "statusPurpose": str(purpose),
            "ttl": TTL,
            "encodedList": encode(positions),
        },
    }


# ---------------------------------------------------------------- verifying

Examine = Callable[[JsonObject, Token | None], Iterable[CheckResult]]
"""The checks that a list goes through as the signed document that it is; with the token that it came in, if it did."""


def status_checks(document: JsonObject, reads: Reads, examine_list: Examine) -> tuple[CheckResult, ...]:
    """Whether a credential was revoked or suspended, as far as `reads` can say; what is to be read is noted there.

    `examine_list` looks at a list's form, proof, key and dates. A list counts only if it passes and is by somebody who
    may speak for the credential's issuer.
    """
    entries = as_list(document.get("credentialStatus"))
    if not entries:
        return (noted("status", "none"),)
    if len(entries) > MAX_ENTRIES:
        return (unknown("status", "unusable"),)
    return tuple(result for entry in entries for result in _entry(entry, document, reads, examine_list))


def _entry(entry: Any, document: JsonObject, reads: Reads, examine_list: Examine) -> Iterator[CheckResult]:
    kinds = as_list(entry.get("type")) if isinstance(entry, dict) else []
    if ENTRY_TYPE in kinds:
        yield from _bitstring(entry, document, reads, examine_list)
    elif REVOCATION_LIST in kinds:
        yield _revocation_list(entry, document, reads)
    else:
        yield unknown("status", "unsupported", type=shown(kinds[0] if kinds else "") or "?")


def _bitstring(entry: JsonObject, document: JsonObject, reads: Reads, examine_list: Examine) -> Iterator[CheckResult]:
    named, url = entry.get("statusPurpose"), entry.get(LIST_MEMBER)
    position = _position(entry.get("statusListIndex"))
    if not isinstance(named, str) or not isinstance(url, str) or position is None:
        yield unknown("status", "unusable")
    elif named not in _PURPOSES:
        yield noted("status", "other", purpose=shown(named))
    elif entry.get("statusSize", 1) != 1 or _is_described_again(entry, document):
        yield unknown("status", "unusable")
    else:
        for place, purpose in _places(url, StatusPurpose(named), entry):
            yield _listed(place, purpose, position, document, reads, examine_list)


def _places(url: str, purpose: StatusPurpose, entry: JsonObject) -> Iterator[tuple[str, StatusPurpose]]:
    """The list that an entry names; with one of ours also the list of suspensions that it refers to."""
    yield url, purpose
    suspensions = suspensions_url(url)
    if purpose is StatusPurpose.REVOCATION and suspensions in map(id_of, as_list(entry.get("statusReference"))):
        yield suspensions, StatusPurpose.SUSPENSION


def _listed(
    url: str, purpose: StatusPurpose, position: int, document: JsonObject, reads: Reads, examine_list: Examine
) -> CheckResult:
    found = credential_at(url, "status", ACCEPT, reads)
    if isinstance(found, CheckResult):
        asked_in_vain = found.code == "unread" and purpose is StatusPurpose.SUSPENSION
        return unknown("status", "suspension_unread") if asked_in_vain else found
    listing, token = found
    doubt = _doubt(listing, token, url, document, examine_list)
    return doubt or _said(listing, purpose, position)


def _is_described_again(entry: JsonObject, document: JsonObject) -> bool:
    """Whether something is said of the entry in another place: a signature holds wherever that stands."""
    own = entry.get("id")
    if own is None:
        return False
    return any(isinstance(value, dict) and value is not entry and value.get("id") == own for _, value in walk(document))


def _position(value: Any) -> int | None:
    """A position as W3C writes it, a text; 1EdTech's own examples hold a number."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return int(value) if isinstance(value, str) and _INDEX.fullmatch(value) else None


def _doubt(
    listing: JsonObject, token: Token | None, url: str, document: JsonObject, examine_list: Examine
) -> CheckResult | None:
    """Why a list does not speak for the credential's issuer, if it does not."""
    if not _may_speak(id_of(listing.get("issuer")), url, document) or listing.get("id", url) != url:
        return unknown("status", "unproved")
    if LIST_TYPE not in as_list(listing.get("type")):
        return unknown("status", "unusable")
    outcomes = {result.outcome for result in examine_list(listing, token)}
    if Outcome.FAIL in outcomes:
        return unknown("status", "unproved")
    return unknown("status", "unread") if Outcome.UNKNOWN in outcomes else None


def _may_speak(issuer: str, url: str, document: JsonObject) -> bool:
    """Whether a list by `issuer` counts for the credential: its own issuer, or who owns the place that it names.

    An endorser has a key and no place of their own: with the signed address they name whose word on it counts.
    """
    if issuer == id_of(document.get("issuer")):
        return bool(issuer)
    place = urlsplit(url)
    host = place.netloc.lower().replace(":", "%3A")
    return place.scheme == "https" and (issuer + ":").startswith(f"{DID_WEB}{host}:")


def _said(listing: JsonObject, purpose: StatusPurpose, position: int) -> CheckResult:
    subject = listing.get("credentialSubject")
    encoded = subject.get("encodedList") if isinstance(subject, dict) else None
    if not isinstance(subject, dict) or not isinstance(encoded, str):
        return unknown("status", "unusable")
    if SUBJECT_TYPE not in as_list(subject.get("type")) or purpose not in as_list(subject.get("statusPurpose")):
        return unknown("status", "unusable")
    try:
        bits = decode(encoded)
        found = is_set(bits, position)
    except (ValueError, IndexError):
        return unknown("status", "unusable")
    if len(bits) * 8 < SHORTEST:
        return unknown("status", "unusable")
    if purpose is StatusPurpose.SUSPENSION:
        return failed("status", "suspended") if found else passed("status", "not_suspended")
    return failed("status", "revoked") if found else passed("status", "not_revoked")


def _revocation_list(entry: JsonObject, document: JsonObject, reads: Reads) -> CheckResult:
    """1EdTech's list is not signed: that it comes from the address that the credential names is all there is."""
    url, own = entry.get("id"), document.get("id")
    if not isinstance(url, str) or not isinstance(own, str):
        return unknown("status", "unusable")
    found = credential_at(url, "status", ACCEPT, reads)
    if isinstance(found, CheckResult):
        return found
    listing, token = found
    if token is not None:
        return unknown("status", "unusable")
    if id_of(listing.get("issuer", document.get("issuer"))) != id_of(document.get("issuer")):
        return unknown("status", "unproved")
    revoked = as_list(listing.get("revokedCredential"))
    if len(revoked) > MAX_REVOKED:
        return unknown("status", "unusable")
    for item in _about(own, revoked):
        reason = shown(item.get("revocationReason"))
        return failed("status", "revoked_because", reason=reason) if reason else failed("status", "revoked")
    return passed("status", "not_revoked")


def _about(credential_id: str, revoked: list[Any]) -> Iterator[JsonObject]:
    """The entries that revoke this credential. One without `revoked` does."""
    for item in revoked:
        if isinstance(item, dict) and item.get("id") == credential_id and item.get("revoked", True) is not False:
            yield item
