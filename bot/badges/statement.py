"""A school's signed statement about a record: a compact JWS (RFC 7515) with EdDSA over Ed25519 (RFC 8037).

It is not a credential: it names the credentials and completions of one person, for the person's own export. Its
payload is plain JSON, so that what was signed is what is read.
"""

import json
from datetime import datetime

from bot.badges import keys, published
from bot.badges.base64url import decoded, encoded
from bot.badges.jsontext import JsonObject, from_text, to_text
from bot.badges.reads import Reads
from bot.badges.verdict import Outcome
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


def payload_of(text: str) -> JsonObject:
    """What a statement says that was read and believed before. Raises ValueError for what is none."""
    return from_text(decoded(text.strip().split(".")[1]))


def read_statement(text: str, *, now: datetime, reads: Reads | None = None) -> JsonObject | None:
    """The payload, if the did that it names as its issuer signed exactly this; None for anything else.

    The keys of a did:web have to be read: without them, and until `reads` has them, it is None.
    """
    try:
        head, body, signature = text.strip().split(".")
        header, payload = from_text(decoded(head)), from_text(decoded(body))
        if header != {"alg": ALGORITHM, "kid": header.get("kid"), "typ": TYPE}:
            return None
        issuer = payload["iss"]
        found = published.find(header["kid"], issuer, reads or Reads(), now)
        signed, data = decoded(signature), f"{head}.{body}".encode("ascii")
        good = any(key.alg == ALGORITHM and key.holds(signed, data) for key in found.keys)
    except (Problem, ValueError, KeyError, TypeError, AttributeError, json.JSONDecodeError):
        return None
    return payload if good and found.check.outcome is Outcome.PASS else None
