"""Compose an `OpenBadgeCredential` (Open Badges 3.0 on VC Data Model 2.0), ready to be signed.

The achievement has an `image` only where its picture has a public address: a data URI would stand in every copy. The
badge's own picture carries the credential, not the other way round.
"""

from collections.abc import Sequence
from typing import Any

from bot.badges.contexts import ISSUED
from bot.badges.documents import AchievementInfo, AlignmentInfo, AwardInfo, EvidenceInfo, ProfileInfo, subject_id
from bot.badges.enclosing import data_uri
from bot.badges.jsontext import JsonObject
from bot.badges.proof import timestamp
from bot.badges.schema import require_credential
from bot.badges.status import status_member
from bot.badges.text import both, clean
from bot.domain.language import Bilingual, Lang

ROLE = "ext:EndorserRole"
"""`identifierType` of the entry that gives an endorser's role to programs."""

TARGET_TYPE = "ceasn:Competency"
"""Open Badges' word for what an item of a teacher development index is."""


def compose(
    award: AwardInfo,
    achievement: AchievementInfo,
    issuer: ProfileInfo,
    endorsements: Sequence[JsonObject] = (),
) -> JsonObject:
    """The unsigned credential; `endorsements` are signed `EndorsementCredential`s to embed.

    Raises `Problem` credential_malformed where the published schema would not be met.
    """
    lang = award.language
    document = without_empty(
        {
            "@context": list(ISSUED),
            "id": award.id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": both(achievement.name, lang),
            "inLanguage": lang,
            "issuer": profile(issuer, lang),
            "validFrom": timestamp(award.valid_from),
            "validUntil": timestamp(award.valid_until) if award.valid_until else None,
            "awardedDate": timestamp(award.awarded),
            "credentialStatus": status_member(award.status) if award.status else None,
            "credentialSubject": without_empty(
                {
                    "id": subject_id(issuer.id, award.id),
                    "type": ["AchievementSubject"],
                    "achievement": definition(achievement, lang),
                    "source": profile(award.source, lang) if award.source else None,
                }
            ),
            "evidence": [_evidence(item, lang) for item in award.evidence],
            "endorsement": list(endorsements),
        }
    )
    require_credential(document)
    return document


def profile(info: ProfileInfo, lang: Lang) -> JsonObject:
    """An OB 3.0 `Profile`."""
    role = {"type": "IdentifierEntry", "identifier": info.role, "identifierType": ROLE} if info.role else None
    return without_empty(
        {
            "id": info.id,
            "type": ["Profile"],
            "name": both(info.name, lang),
            "description": _optional(info.description, lang),
            "url": info.url,
            "otherIdentifier": [role] if role else [],
            "endorsement": list(info.endorsements),
        }
    )


def without_empty(value: JsonObject) -> JsonObject:
    """The object without members that are None, empty text or empty lists: the strict binding has neither."""
    return {key: item for key, item in value.items() if item not in (None, "", [])}


def definition(info: AchievementInfo, lang: Lang) -> JsonObject:
    """An OB 3.0 `Achievement`."""
    return without_empty(
        {
            "id": info.id,
            "type": ["Achievement"],
            "achievementType": str(info.type),
            "name": both(info.name, lang),
            "description": both(info.description, lang),
            "criteria": {"narrative": both(info.criteria, lang)},
            "image": {"id": info.image, "type": "Image"} if info.image else None,
            "creator": profile(info.creator, lang),
            "version": clean(info.version),
            "inLanguage": lang,
            "related": [_in_other_language(info, lang)],
            "tag": [*dict.fromkeys(tag for tag in map(clean, info.tags) if tag)],
            "alignment": [_alignment(item, lang) for item in info.alignments],
            "endorsement": list(info.endorsements),
        }
    )


def _in_other_language(info: AchievementInfo, lang: Lang) -> JsonObject:
    """The same achievement in the other language. Its texts hold both; programs learn here that there are two."""
    other = "en" if lang == "ja" else "ja"
    return {"id": f"{info.id}#{other}", "type": ["Related"], "inLanguage": other, "version": clean(info.version)}


def _alignment(info: AlignmentInfo, lang: Lang) -> JsonObject:
    return without_empty(
        {
            "type": ["Alignment"],
            "targetName": both(info.name, lang),
            "targetUrl": info.url,
            "targetType": TARGET_TYPE,
            "targetFramework": both(info.framework, lang),
            "targetCode": clean(info.code),
            "targetDescription": _optional(info.description, lang),
        }
    )


def _evidence(info: EvidenceInfo, lang: Lang) -> JsonObject:
    return without_empty(
        {
            "id": data_uri(info.signed) if info.signed else None,
            "type": ["Evidence"],
            "name": both(info.name, lang),
            "description": info.on.isoformat(),
            "narrative": both(info.narrative, lang),
            "genre": " ".join(info.marks),
        }
    )


def _optional(text: Bilingual | None, lang: Lang) -> Any:
    return both(text, lang) if text else None
