"""Invented badges for the tests, and the way to the shared standards material."""

import json
import os
import struct
import zlib
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.badges.compose import compose
from bot.badges.documents import (
    AchievementInfo,
    AchievementType,
    AlignmentInfo,
    AwardInfo,
    EndorsementInfo,
    EvidenceInfo,
    EvidenceMark,
    ProfileInfo,
    subject_id,
)
from bot.badges.endorse import compose_endorsement
from bot.badges.jsontext import JsonObject, to_text
from bot.badges.keys import SigningKey
from bot.badges.proof import secure
from bot.domain.language import Bilingual

JST = timezone(timedelta(hours=9))
MIDNIGHT = datetime(2026, 4, 10, tzinfo=JST)
NOW = datetime(2026, 5, 1, tzinfo=UTC)
ISSUER_KEY = SigningKey(b"i" * 32)
RSA_DER = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
"""The shortest that is allowed, for speed."""


def urn(number: int) -> str:
    return f"urn:uuid:00000000-0000-4000-8000-{number:012d}"


CREATOR = ProfileInfo(
    "https://example.org/issuer",
    Bilingual("れい教育大学 学びのひろば", "Rei University of Education"),
    url="https://example.org/issuer",
)
ISSUER = ProfileInfo(ISSUER_KEY.did, Bilingual("みどり小学校（練習）", "Midori School (rehearsal)"))
ACHIEVEMENT = AchievementInfo(
    id=urn(1),
    type=AchievementType.NANO,
    name=Bilingual("聴く姿勢", "Listening stance"),
    description=Bilingual("最後まで聴き、言い返す。", "Hears to the end and says it back."),
    criteria=Bilingual("三つの教材を終える。", "Finish three units."),
    creator=CREATOR,
    version="1",
    tags=("傾聴", "listening"),
    alignments=tuple(
        AlignmentInfo(
            framework=Bilingual("みどり市 教員育成指標（見本）", "Midori Index (sample)"),
            code=code,
            name=name,
            url=f"https://example.org/index#{code}",
        )
        for code, name in (
            ("P3-1", Bilingual("子どもの理解", "Understanding children")),
            ("P3-2", Bilingual("組織で行う生徒指導", "Guidance as a team")),
        )
    ),
)
EVIDENCE = tuple(
    EvidenceInfo(
        name=Bilingual(f"教材{number}", f"Unit {number}"),
        on=date(2026, 4, 8),
        narrative=Bilingual(f"修了（{mark}）", f"Completed ({mark})"),
        marks=(mark,),
    )
    for number, mark in enumerate(EvidenceMark)
)
AWARD = AwardInfo(id=urn(2), awarded=MIDNIGHT, valid_from=MIDNIGHT, language="ja", evidence=EVIDENCE)
SUBJECT = subject_id(ISSUER.id, AWARD.id)


def endorsement_info(number: int, target_id: str, role: str = "colleague", **changes: Any) -> EndorsementInfo:
    facts: dict[str, Any] = {
        "id": urn(100 + number),
        "target_id": target_id,
        "endorser": ProfileInfo(endorser_key(number).did, Bilingual(f"{role}ja", f"a {role}"), role=role),
        "name": Bilingual("裏書", "Endorsement"),
        "statement": Bilingual("Sukima が本人に代わって署名しました。", "Sukima signed on the endorser's behalf."),
        "comment": Bilingual("よく聴いています。", "Listens well."),
        "valid_from": MIDNIGHT,
        "language": "ja",
    }
    return EndorsementInfo(**(facts | changes))


def endorser_key(number: int) -> SigningKey:
    return SigningKey(number.to_bytes(32, "big"))


def endorsement(number: int, target_id: str, role: str = "colleague", **changes: Any) -> JsonObject:
    info = endorsement_info(number, target_id, role, **changes)
    return secure(compose_endorsement(info), endorser_key(number), MIDNIGHT)


def plain_badge() -> JsonObject:
    return secure(compose(AWARD, ACHIEVEMENT, ISSUER), ISSUER_KEY, MIDNIGHT)


def endorsed_badge() -> JsonObject:
    endorsements = [
        endorsement(1, SUBJECT),
        endorsement(2, SUBJECT),
        endorsement(3, ISSUER_KEY.did, "leader"),
    ]
    return secure(compose(AWARD, ACHIEVEMENT, ISSUER, endorsements), ISSUER_KEY, MIDNIGHT)


def as_bytes(document: JsonObject) -> bytes:
    return to_text(document).encode()


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def tiny_png() -> bytes:
    """A red pixel."""
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
        + png_chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
        + png_chunk(b"IEND", b"")
    )


def shared(*parts: str) -> Path:
    """A file of the shared standards material; the test is skipped where there is none."""
    beside = Path(__file__).resolve().parents[3] / "shared"
    found = Path(os.environ.get("SUKIMA_SHARED", beside)).joinpath("standards", *parts)
    if not found.exists():
        pytest.skip(f"the shared standards material is not here ({'/'.join(parts)})")
    return found


def shared_json(*parts: str) -> Any:
    return json.loads(shared(*parts).read_bytes())
