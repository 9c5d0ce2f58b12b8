"""How many badges with three endorsements a processor verifies in a second.

    python benchmarks/verifying.py [--rounds N] [--quick]

Ours: a file of unknown origin becomes a verdict (`badges.verify`): read within bounds, contexts, terms, schema, proof,
key, dates, status, and each embedded endorsement in the same way, with its target. Once as JSON, and once out of the
picture that it is baked into. Nothing is fetched: all keys are spelled by their `did:key`.

The floors, in the same rounds: the four proofs alone with PyLD (canonize document and proof options with URDNA2015,
SHA-256, Ed25519), which trusts whatever it is given, and four raw Ed25519 verifications.
"""

import argparse
import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from _measuring import say
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pyld import jsonld
from signing import AT, ENDORSEMENTS, MIDNIGHT, SCHOOL_KEY, badge, each

from bot.badges.bake import bake
from bot.badges.contexts import loader, shipped
from bot.badges.jsontext import JsonObject, to_text
from bot.badges.keys import DID_KEY, from_multibase, public_of
from bot.badges.proof import secure
from bot.badges.verdict import Validity
from bot.badges.verify import verify


def proofs_alone(document: JsonObject) -> Callable[[], None]:
    """`eddsa-rdfc-2022` of the badge and its endorsements as one checks it with PyLD and nothing else."""
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": loader(shipped())}

    def hashed(part: Any) -> bytes:
        return sha256(jsonld.normalize(part, dict(options)).encode()).digest()

    def check() -> None:
        for each_document in (document, *document["endorsement"]):
            (proof,) = each_document["proof"]
            bare = {name: value for name, value in each_document.items() if name != "proof"}
            config = {name: value for name, value in proof.items() if name != "proofValue"}
            config["@context"] = each_document["@context"]
            key = Ed25519PublicKey.from_public_bytes(public_of(each_document["issuer"]["id"].removeprefix(DID_KEY)))
            key.verify(from_multibase(proof["proofValue"]), hashed(config) + hashed(bare))

    return check


def raw() -> None:
    """Four signatures of 64 bytes."""
    for _ in range(1 + ENDORSEMENTS):
        _PUBLIC.verify(_SIGNATURE, b"x" * 64)


_PUBLIC = Ed25519PublicKey.from_public_bytes(SCHOOL_KEY.public)
_SIGNATURE = SCHOOL_KEY.sign(b"x" * 64)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--quick", action="store_true", help="one small round, only to see that it runs")
    options = parser.parse_args()
    rounds, batch = (1, 1) if options.quick else (options.rounds, 10)
    made = badge(ENDORSEMENTS)
    text = to_text(secure(made.composed(), SCHOOL_KEY, MIDNIGHT)).encode()
    picture = bake(made.picture, text)

    def judged(data: bytes) -> Callable[[], None]:
        def judge() -> None:
            verdict = verify(data, now=AT)
            if verdict.validity is not Validity.VALID:
                raise SystemExit("the badge is not valid")

        return judge

    acts = (judged(text), judged(picture), proofs_alone(json.loads(text)), raw)
    costs = [[each(act, batch) for act in acts] for _ in range(rounds + 1)][1:]
    json_, png, pyld, signature = ([1 / round_[side].cpu for round_ in costs] for side in range(len(acts)))
    for name, what, rates in (("json", "as JSON", json_), ("png", "in its picture", png)):
        for floor, floors, floor_is in (
            ("pyld", pyld, "PyLD's check of the same four proofs alone"),
            ("ed25519", signature, "four raw Ed25519 verifications"),
        ):
            what_is = f"verified: a badge with {ENDORSEMENTS} endorsements, {what}"
            n = rounds * batch
            say(
                f"verifying.{name}.{floor}",
                what_is,
                "per CPU second",
                rates,
                floors,
                floor_is,
                n=n,
                more_is_better=True,
            )


if __name__ == "__main__":
    main()
