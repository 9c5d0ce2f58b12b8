"""How many badges a processor composes, signs and bakes in a second.

    python benchmarks/signing.py [--rounds N] [--quick]

Ours: the stored facts of a knowledge badge of the demo catalogue become an OpenBadgeCredential, checked against the
schema, canonicalized (PyLD, and pyoxigraph for a second opinion), signed and baked into its picture; once without
and once with three embedded endorsements, which are signed beforehand, as they are when an award is re-issued. The
picture is drawn beforehand too.

Also each of the three steps alone, of the endorsed badge: composing beside writing the finished document as JSON,
signing beside PyLD alone, baking beside putting a chunk of the same size into the picture without a look at either.

The floors, in the same rounds: PyLD's `eddsa-rdfc-2022` alone on the very same document (canonize document and proof
options with URDNA2015, SHA-256, Ed25519), and one raw Ed25519 signature.
"""

import argparse
import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from _measuring import Cost, say, timed
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyld import jsonld

from bot.app import demo_catalogue
from bot.badges.bake import bake
from bot.badges.compose import compose
from bot.badges.contexts import loader, shipped
from bot.badges.documents import subject_id
from bot.badges.endorse import compose_endorsement
from bot.badges.jsontext import JsonObject, to_text
from bot.badges.keys import SigningKey, multibase
from bot.badges.proof import secure, timestamp
from bot.conversation.pictures import Baked, Pictures
from bot.domain.awards import Achievement, Award, Evidence, Level
from bot.domain.language import Bilingual
from bot.domain.people import School
from bot.domain.recognition import As, Endorsement, Target, TargetKind
from bot.services.composition import Composition, urn
from bot.services.definitions import definitions
from bot.wording import Voices

AT = datetime(2026, 4, 9, 6, tzinfo=UTC)
MIDNIGHT = datetime(2026, 4, 8, 15, tzinfo=UTC)
SCHOOL_KEY = SigningKey(b"s" * 32)
SCHOOL = School(1, "s", "school", Bilingual("れい小学校", "Rei School"), "Asia/Tokyo", "ja", "JP", rehearsal=True)
ENDORSEMENTS = 3
LAST_CHUNK = 12
"""Bytes of a PNG's end."""


@dataclass(frozen=True)
class Badge:
    """Everything that one badge is made from."""

    composition: Composition
    award: Award
    achievement: Achievement
    endorsements: tuple[JsonObject, ...]
    picture: bytes

    def composed(self) -> JsonObject:
        valid_from = MIDNIGHT + timedelta(seconds=len(self.endorsements))
        return compose(
            self.composition.award(self.award, self.achievement.level, SCHOOL, valid_from, {}),
            self.composition.achievement(self.achievement, urn(self.achievement.public_id)),
            self.composition.issuer(SCHOOL, SCHOOL_KEY.did),
            self.endorsements,
        )

    def made(self) -> bytes:
        """The whole way: composed, signed, baked."""
        return bake(self.picture, to_text(secure(self.composed(), SCHOOL_KEY, MIDNIGHT)).encode())


def _id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def badge(endorsements: int) -> Badge:
    """The demo catalogue's first knowledge badge, with so many endorsements inside."""
    catalogue, _ = demo_catalogue()
    key, definition = next(iter(definitions(catalogue)))
    achievement = Achievement(1, _id(1), key, 1, Level.KNOWLEDGE, definition.to_json())
    evidence = tuple(Evidence(part.key, part.name, AT.date()) for part in definition.parts)
    award = Award(1, _id(2), SCHOOL.id, 1, achievement.id, key, AT, evidence)
    composition = Composition(Voices())
    return Badge(
        composition=composition,
        award=award,
        achievement=achievement,
        endorsements=tuple(_endorsement(composition, award, number) for number in range(endorsements)),
        picture=Pictures(Voices()).draw(Baked(award, achievement, SCHOOL, None)).data,
    )


def _endorsement(composition: Composition, award: Award, number: int) -> JsonObject:
    key = SigningKey(bytes([number + 1]) * 32)
    given = Endorsement(number, _id(100 + number), SCHOOL.id, 2, Target(TargetKind.AWARD, award.id), As.COLLEAGUE, AT)
    target = subject_id(SCHOOL_KEY.did, urn(award.public_id))
    info = composition.endorsement(given, SCHOOL, name=None, did=key.did, target_id=target)
    return secure(compose_endorsement(info), key, info.valid_from)


def pyld_alone(document: JsonObject) -> Callable[[], bytes]:
    """`eddsa-rdfc-2022` as one writes it with PyLD and nothing else."""
    key = Ed25519PrivateKey.from_private_bytes(SCHOOL_KEY.seed)
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": loader(shipped())}
    proof = {
        "@context": document["@context"],
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": timestamp(MIDNIGHT),
        "verificationMethod": SCHOOL_KEY.method,
        "proofPurpose": "assertionMethod",
    }

    def sign() -> bytes:
        hashed = [sha256(jsonld.normalize(part, dict(options)).encode()).digest() for part in (proof, document)]
        return key.sign(b"".join(hashed))

    return sign


def require_same_signature(made: Badge, alone: Callable[[], bytes]) -> None:
    """Both sides sign the same bytes with the same key, or these figures would mean nothing."""
    (proof,) = secure(made.composed(), SCHOOL_KEY, MIDNIGHT)["proof"]
    if proof["proofValue"] != multibase(alone()):
        raise SystemExit("PyLD alone signs something else")


def measure(name: str, what: str, made: Badge, rounds: int, batch: int) -> None:
    document = json.loads(to_text(made.composed()))
    alone = pyld_alone(document)
    require_same_signature(made, alone)
    key = Ed25519PrivateKey.from_private_bytes(SCHOOL_KEY.seed)

    def raw() -> bytes:
        return key.sign(b"x" * 64)

    costs = [[each(act, batch) for act in (made.made, alone, raw)] for _ in range(rounds + 1)][1:]
    ours, pyld, signature = ([1 / round_[side].cpu for round_ in costs] for side in range(3))
    n = rounds * batch
    unit = "per CPU second"
    for floor, rates, floor_is in (
        ("pyld", pyld, "PyLD's eddsa-rdfc-2022 alone, same document"),
        ("ed25519", signature, "one raw Ed25519 signature of 64 bytes"),
    ):
        say(f"signing.{name}.{floor}", what, unit, ours, rates, floor_is, n=n, more_is_better=True)


def measure_steps(what: str, made: Badge, rounds: int, batch: int) -> None:
    document = made.composed()
    text = to_text(secure(document, SCHOOL_KEY, MIDNIGHT)).encode()
    steps = {
        "composing": (made.composed, lambda: json.dumps(document), "the finished document written as JSON"),
        "signing": (
            lambda: secure(document, SCHOOL_KEY, MIDNIGHT),
            pyld_alone(json.loads(to_text(document))),
            "PyLD's eddsa-rdfc-2022 alone, same document",
        ),
        "baking": (
            lambda: bake(made.picture, text),
            lambda: put_in(made.picture, text),
            "a chunk of the same size put in unseen",
        ),
    }
    for name, (ours, floor, floor_is) in steps.items():
        costs = [[each(act, batch) for act in (ours, floor)] for _ in range(rounds + 1)][1:]
        rates, floors = ([1 / round_[side].cpu for round_ in costs] for side in range(2))
        title = f"{name} alone: {what}"
        n = rounds * batch
        say(f"signing.{name}", title, "per CPU second", rates, floors, floor_is, n=n, more_is_better=True)


def put_in(picture: bytes, text: bytes) -> bytes:
    """The least that baking could be: one chunk with its checksum before the last one."""
    data = b"iTXtopenbadgecredential\0\0\0\0\0" + text
    return b"".join(
        (
            picture[:-LAST_CHUNK],
            struct.pack(">I", len(data) - 4),
            data,
            struct.pack(">I", zlib.crc32(data)),
            picture[-LAST_CHUNK:],
        )
    )


def each(act: Callable[[], object], times: int) -> Cost:
    """What one of `times` costs."""

    def all_of_them() -> None:
        for _ in range(times):
            act()

    return timed(all_of_them).over(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--quick", action="store_true", help="one small round, only to see that it runs")
    options = parser.parse_args()
    rounds, batch = (1, 1) if options.quick else (options.rounds, 10)
    what = "composed, signed and baked: a knowledge badge"
    measure("plain", what, badge(0), rounds, batch)
    endorsed = badge(ENDORSEMENTS)
    measure("endorsed", f"{what} with {ENDORSEMENTS} endorsements inside", endorsed, rounds, batch)
    measure_steps(f"a knowledge badge with {ENDORSEMENTS} endorsements inside", endorsed, rounds, batch)


if __name__ == "__main__":
    main()
