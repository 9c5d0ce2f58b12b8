"""A school's signed statement about a record: a compact JWS (RFC 7515) with EdDSA over Ed25519 (RFC 8037).

It is not a credential: it names the credentials and completions of one person, for the person's own export. Its
payload is plain JSON, so that what was signed is what is read.
"""

import base64
import binascii
import json

from bot.badges import keys
from bot.badges.jsontext import JsonObject, from_text, to_text
from bot.errors import Problem

TYPE = "sukima-statement+jws"
ALGORITHM = "EdDSA"


def sign_statement(payload: JsonObject, key: keys.SigningKey) -> str:
    """The statement as one line of text. `payload` says who states it: its `iss` is the key's did."""
    if payload.get("iss") != key.did:
        raise ValueError("a statement is signed by its issuer")
    header = {"alg": ALGORITHM, "kid": key.method, "typ": TYPE}
    signed = f"{_encoded(to_text(header).encode())}.{_encoded(to_text(payload).encode())}"
    return f"{signed}.{_encoded(key.sign(signed.encode('ascii')))}"


def read_statement(text: str) -> JsonObject | None:
    """The payload, if the did that it names as its issuer signed exactly this; None for anything else."""
    try:
        head, body, signature = text.strip().split(".")
        header, payload = from_text(_decoded(head)), from_text(_decoded(body))
        if header != {"alg": ALGORITHM, "kid": header.get("kid"), "typ": TYPE}:
            return None
        issuer = payload["iss"]
        public = keys.public_of_did(issuer)
        is_its_key = header["kid"] == keys.method_of(issuer)
        good = keys.signed_by(public, _decoded(signature), f"{head}.{body}".encode("ascii"))
    except (Problem, ValueError, KeyError, TypeError, AttributeError, binascii.Error, json.JSONDecodeError):
        return None
    return payload if is_its_key and good else None


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decoded(text: str) -> bytes:
    """Strictly: one text for one signature."""
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _encoded(data) != text:
        raise ValueError("not canonical")
    return data
