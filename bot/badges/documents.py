"""What a credential is made from: facts and finished texts that the caller passes in.

No holder appears anywhere here (4.18 of the plan): the subject is an opaque id per award. Sentences come
finished from above, in both languages; moments are local midnights of the day they stand for (4.6).
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from bot.badges.jsontext import JsonObject
from bot.badges.status import StatusEntry
from bot.domain.language import Bilingual, Lang


class AchievementType(StrEnum):
    """Open Badges 3.0 `AchievementType`; its list has no nano-credential, so that one is an extension."""

    NANO = "ext:NanoCredential"
    MICRO = "MicroCredential"
    PROGRAM = "LearningProgram"
    """A pathway: what several credentials lead to together."""


class EvidenceMark(StrEnum):
    """How something was done, as the `genre` of its evidence."""

    COMPLETED = "completed"
    PRIOR_KNOWLEDGE = "prior-knowledge"
    SELF_ASSESSED = "self-assessed"
    PART = "part"
    """A badge that is part of this one."""
    RENEWED = "renewed"
    """Its checks were passed again, to renew this badge."""


@dataclass(frozen=True)
class ProfileInfo:
    """Somebody who issues, makes or endorses. `id` is a did:key, an address or a urn:uuid."""

    id: str
    name: Bilingual
    description: Bilingual | None = None
    url: str | None = None
    role: str | None = None
    """For endorsers: the key of the role, such as `colleague`, for programs; the name says it to people."""
    endorsements: tuple[JsonObject, ...] = ()
    """For issuers: signed `EndorsementCredential`s of them."""


@dataclass(frozen=True)
class AlignmentInfo:
    """One item of a board's teacher development index."""

    framework: Bilingual
    code: str
    name: Bilingual
    url: str
    description: Bilingual | None = None


@dataclass(frozen=True)
class AchievementInfo:
    """What can be earned, in the version that the award pins."""

    id: str
    type: AchievementType
    name: Bilingual
    description: Bilingual
    criteria: Bilingual
    creator: ProfileInfo
    version: str
    image: str | None = None
    """Where its picture is for everybody: without a credential in it, and of nobody in particular."""
    tags: tuple[str, ...] = ()
    alignments: tuple[AlignmentInfo, ...] = ()
    endorsements: tuple[JsonObject, ...] = ()
    """Signed `EndorsementCredential`s of what is to be learned."""


@dataclass(frozen=True)
class EvidenceInfo:
    """One completion, or one badge that is a part, by its date only.

    `narrative` is the finished sentence that says what was done, how ("prior knowledge", "self-assessed")
    and when.
    """

    name: Bilingual
    on: date
    narrative: Bilingual
    marks: tuple[EvidenceMark, ...] = (EvidenceMark.COMPLETED,)
    signed: str = ""
    """The credential of a part that its holder wants inside, as it was signed; empty: it is only named."""


@dataclass(frozen=True)
class AwardInfo:
    """The award's own facts. `id` stays through every re-issue, `valid_from` grows with each."""

    id: str
    awarded: datetime
    valid_from: datetime
    language: Lang
    evidence: tuple[EvidenceInfo, ...] = field(default=())
    status: StatusEntry | None = None
    """Where it says whether it was revoked; None where there is no public place to say it."""
    valid_until: datetime | None = None
    """The local midnight that ends it; None: it is valid for good."""
    source: ProfileInfo | None = None
    """Who found it earned on behalf of the issuer; None: the issuer did."""


@dataclass(frozen=True)
class EndorsementInfo:
    """One endorsement of an award, of an achievement or of an issuer.

    An award is endorsed through its `subject_id`, which is opaque and stands for this one award. A subject
    with the credential's own id would describe the credential a second time inside itself, and verifiers that
    guard against credentials rearranged after signing refuse that. `statement` says in words that the
    deployment signs on the endorser's behalf.
    """

    id: str
    target_id: str
    endorser: ProfileInfo
    name: Bilingual
    statement: Bilingual
    comment: Bilingual
    valid_from: datetime
    language: Lang
    status: StatusEntry | None = None


def next_valid_from(day_midnight: datetime, previous: datetime | None) -> datetime:
    """`validFrom` of a new edition: the later of the day's local midnight and the former one plus a second.

    So editions are ordered although no time of day leaves the house. Both are aware; the answer is told in the
    zone of `day_midnight`, so that its date reads as the day it stands for.
    """
    if day_midnight.tzinfo is None or (previous is not None and previous.tzinfo is None):
        raise ValueError("aware datetimes are wanted")
    return (
        day_midnight
        if previous is None
        else max(day_midnight, (previous + timedelta(seconds=1)).astimezone(day_midnight.tzinfo))
    )


def subject_id(issuer_id: str, credential_id: str) -> str:
    """The opaque id of an award's subject: it commits to the issuer and the credential.

    Endorsements name this id, so that nobody else can wrap them around a badge of their own: under another issuer
    or another credential id the same subject cannot be had. A UUID of version 8 (RFC 9562) over SHA-256.
    """
    digest = bytearray(sha256(f"{issuer_id} {credential_id}".encode()).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    return f"urn:uuid:{UUID(bytes=bytes(digest))}"
