"""How many badges a processor composes, signs and bakes in a second.

    python benchmarks/signing.py [--rounds N] [--quick]

Ours: facts of a knowledge badge of the demo catalogue become an OpenBadgeCredential, checked against the schema,
canonicalized (PyLD, and pyoxigraph for a second opinion), signed with Ed25519 and baked into its picture; once without
and once with three embedded endorsements, which are signed beforehand, as they are when an award is re-issued. The
picture is drawn beforehand too.

The floors, in the same rounds: PyLD's `eddsa-rdfc-2022` alone on the very same document (canonize document and proof
options with URDNA2015, SHA-256, Ed25519), and one raw Ed25519 signature.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from measuring import Cost, say, timed
from pyld import jsonld

from bot.app import demo_catalogue
from bot.badges.bake import bake
from bot.badges.compose import compose
from bot.badges.contexts import loader, shipped
from bot.badges.documents import (
    AchievementInfo,
    AwardInfo,
    EndorsementInfo,
    EvidenceInfo,
    EvidenceMark,
    ProfileInfo,
)
from bot.badges.endorse import compose_endorsement
from bot.badges.jsontext import JsonObject, to_text
from bot.badges.keys import SigningKey, multibase
from bot.badges.proof import secure
from bot.conversation.pictures import Baked, Pictures
from bot.domain.awards import Achievement, Award, Level
from bot.domain.language import Bilingual
from bot.domain.people import School
from bot.services.credentials import achievement_info, in_both
from bot.services.definitions import Definition, definitions
from bot.wording import Voices

ON = date(2026, 4, 10)
MIDNIGHT = datetime(2026, 4, 9, 15, tzinfo=UTC)
SCHOOL_KEY = SigningKey(b"s" * 32)
SCHOOL = School(1, "s", "school", Bilingual("れい小学校", "Rei School"), "Asia/Tokyo", "ja", "JP", rehearsal=True)
ENDORSEMENTS = 3


@dataclass(frozen=True)
class Badge:
    """Everything that one badge is made from."""

    award: AwardInfo
    achievement: AchievementInfo
    issuer: ProfileInfo
    endorsements: tuple[JsonObject, ...]
    picture: bytes

    def composed(self) -> JsonObject:
        return compose(self.award, self.achievement, self.issuer, self.endorsements)

    def made(self) -> bytes:
        """The whole way: composed, signed, baked."""
        return bake(self.picture, to_text(secure(self.composed(), SCHOOL_KEY, MIDNIGHT)).encode())


def _id(number: int) -> str:
    return f"urn:uuid:00000000-0000-4000-8000-{number:012}"


def badge(endorsements: int) -> Badge:
    """The demo catalogue's first knowledge badge, with so many endorsements inside."""
    catalogue, _ = demo_catalogue()
    key, definition = next(iter(definitions(catalogue)))
    achievement = Achievement(1, "a" * 36, key, 1, Level.KNOWLEDGE, definition.to_json())
    held = Award(1, "b" * 36, 1, 1, 1, key, MIDNIGHT, _id(1))
    subject = _id(2)
    return Badge(
        award=AwardInfo(_id(1), subject, MIDNIGHT, MIDNIGHT + timedelta(seconds=endorsements), "ja", _done(definition)),
        achievement=achievement_info(achievement, partial(in_both, Voices())),
        issuer=ProfileInfo(SCHOOL_KEY.did, SCHOOL.name),
        endorsements=tuple(_endorsement(number, subject) for number in range(endorsements)),
        picture=Pictures(Voices()).draw(Baked(held, achievement, SCHOOL, None)).data,
    )


def _done(definition: Definition) -> tuple[EvidenceInfo, ...]:
    how = Bilingual("教材を開いて修了", "Completed after opening")
    return tuple(EvidenceInfo(part.name, ON, how, (EvidenceMark.COMPLETED,)) for part in definition.parts)


def _endorsement(number: int, target: str) -> JsonObject:
    key = SigningKey(bytes([number + 1]) * 32)
    info = EndorsementInfo(
        id=_id(100 + number),
        target_id=target,
        endorser=ProfileInfo(key.did, Bilingual("同僚", "A colleague"), role="colleague"),
        name=Bilingual("裏書", "Endorsement"),
        statement=Bilingual("本人に代わって署名しました。", "Signed on the endorser's behalf."),
        comment=Bilingual("よく聴いています。", "Listens well."),
        valid_from=MIDNIGHT,
        language="ja",
    )
    return secure(compose_endorsement(info), key, MIDNIGHT)


def pyld_alone(document: JsonObject) -> Callable[[], bytes]:
    """`eddsa-rdfc-2022` as one writes it with PyLD and nothing else."""
    key = Ed25519PrivateKey.from_private_bytes(SCHOOL_KEY.seed)
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": loader(shipped())}
    proof = {
        "@context": document["@context"],
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-04-09T15:00:00Z",
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

    costs = [[_each(act, batch) for act in (made.made, alone, raw)] for _ in range(rounds + 1)][1:]
    ours, pyld, signature = ([1 / round_[side].cpu for round_ in costs] for side in range(3))
    n = rounds * batch
    unit = "per CPU second"
    for floor, rates, floor_is in (
        ("pyld", pyld, "PyLD's eddsa-rdfc-2022 alone, same document"),
        ("ed25519", signature, "one raw Ed25519 signature of 64 bytes"),
    ):
        say(f"signing.{name}.{floor}", what, unit, ours, rates, floor_is, n=n, more_is_better=True)


def _each(act: Callable[[], object], times: int) -> Cost:
    def all_of_them() -> None:
        for _ in range(times):
            act()

    return timed(all_of_them).over(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--quick", action="store_true", help="one small round, only to see that it runs")
    options = parser.parse_args()
    rounds, batch = (1, 1) if options.quick else (options.rounds, 10)
    what = "composed, signed and baked: a knowledge badge"
    measure("plain", what, badge(0), rounds, batch)
    measure("endorsed", f"{what} with {ENDORSEMENTS} endorsements inside", badge(ENDORSEMENTS), rounds, batch)


if __name__ == "__main__":
    main()
