"""A school's signed statement about a record: a compact JWS (RFC 7515) with EdDSA over Ed25519 (RFC 8037).

It is not a credential: it names the credentials and completions of one person, for the person's own export. Its
payload is plain JSON, so that what was signed is what is read.
"""

import json

from bot.badges import keys
from bot.badges.base64url import decoded, encoded
from bot.badges.jsontext import JsonObject, from_text, to_text
from bot.errors import Problem

TYPE = "sukima-statement+jws"
ALGORITHM = "EdDSA"


def sign_statement(payload: JsonObject, key: keys.SigningKey) -> str:
    """The statement as one line of text. `payload` says who states it: its `iss` is the key's did."""
    if payload.get("iss") != key.did:
        raise ValueError("a statement is signed by its issuer")
    header = {"alg": ALGORITHM, "kid": key.method, "typ": TYPE}
    signed = f"{encoded(to_text(header).encode())}.{encoded(to_text(payload).encode())}"
    return f"{signed}.{encoded(key.sign(signed.encode('ascii')))}"


def read_statement(text: str) -> JsonObject | None:
    """The payload, if the did that it names as its issuer signed exactly this; None for anything else."""
    try:
        head, body, signature = text.strip().split(".")
        header, payload = from_text(decoded(head)), from_text(decoded(body))
        if header != {"alg": ALGORITHM, "kid": header.get("kid"), "typ": TYPE}:
            return None
        issuer = payload["iss"]
        public = keys.public_of_did(issuer)
        is_its_key = header["kid"] == keys.method_of(issuer)
        good = keys.signed_by(public, decoded(signature), f"{head}.{body}".encode("ascii"))
    except (Problem, ValueError, KeyError, TypeError, AttributeError, json.JSONDecodeError):
        return None
    return payload if is_its_key and good else None
