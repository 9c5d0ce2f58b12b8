"""Compose an `EndorsementCredential` (Open Badges 3.0), ready to be signed with the endorser's key.

An endorser who agreed to be named has one lasting key and a name; others have a key of this endorsement and a
role only. The deployment holds those keys and signs on the endorser's behalf; the credential says so in
words.
"""

from bot.badges.compose import profile, without_empty
from bot.badges.contexts import ISSUED
from bot.badges.documents import EndorsementInfo
from bot.badges.jsontext import JsonObject
from bot.badges.proof import timestamp
from bot.badges.schema import require_endorsement
from bot.badges.status import status_member
from bot.badges.text import both


def compose_endorsement(info: EndorsementInfo) -> JsonObject:
    """The unsigned endorsement. Raises `Problem` credential_malformed where the schema would not be met."""
    lang = info.language
    document = without_empty(
        {
            "@context": list(ISSUED),
            "id": info.id,
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "name": both(info.name, lang),
            "description": both(info.statement, lang),
            "issuer": profile(info.endorser, lang),
            "validFrom": timestamp(info.valid_from),
            "credentialStatus": status_member(info.status) if info.status else None,
            "credentialSubject": without_empty(
                {
                    "id": info.target_id,
                    "type": ["EndorsementSubject"],
                    "endorsementComment": both(info.comment, lang),
                }
            ),
        }
    )
    require_endorsement(document)
    return document
