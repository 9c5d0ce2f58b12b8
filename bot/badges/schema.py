"""What Open Badges 3.0 wants of a document's structure, in our own words (the published file does not ship).

The strict binding: sets are arrays (`proof` and nested `type` included), no nulls, moments with a zone,
closed `Image`, `IdentityObject` and `IdentifierEntry`. Credentials of others often hold one value where a
set is wanted, which JSON-LD allows: `loosened` puts such values into arrays, so that this can be told from
defects.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

from bot.badges.contexts import CREDENTIALS_V1, CREDENTIALS_V2
from bot.badges.jsontext import JsonObject, as_list
from bot.errors import Problem

_Schema = dict[str, Any]

_TEXT: _Schema = {"type": "string"}
_NAME: _Schema = {"type": "string", "minLength": 1}
_IRI: _Schema = {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9+.\-]*:\S+$"}
_MOMENT: _Schema = {
    "type": "string",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$",
}
_LANGUAGE: _Schema = {"type": "string", "pattern": "^[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"}
_EXTENSIBLE = "|(ext:)[a-zA-Z0-9._-]+)$"
_ACHIEVEMENT_TYPE: _Schema = {"type": "string", "pattern": "^([A-Z][A-Za-z]+" + _EXTENSIBLE}
_IDENTIFIER_TYPE: _Schema = {"type": "string", "pattern": "^([a-z][A-Za-z]+" + _EXTENSIBLE}


def _set_of(item: _Schema) -> _Schema:
    return {"type": "array", "minItems": 1, "items": item}


def _typed(*names: str) -> _Schema:
    """A `type` array that holds at least one of `names`."""
    return {"type": "array", "minItems": 1, "items": _NAME, "contains": {"enum": list(names)}}


def _object(required: tuple[str, ...], closed: bool = False, **members: _Schema) -> _Schema:
    return {
        "type": "object",
        "required": list(required),
        "properties": members,
        "additionalProperties": not closed,
    }


def _ref(name: str) -> _Schema:
    return {"$ref": f"#/$defs/{name}"}


_ENDORSEMENTS: _Schema = {
    "endorsement": _set_of(_ref("EndorsementCredential")),
    "endorsementJwt": _set_of({"type": "string", "pattern": r"^[\w-]+\.[\w-]*\.[\w-]+$"}),
}
_CONTEXT: _Schema = {
    "type": "array",
    "minItems": 2,
    "prefixItems": [
        {"const": CREDENTIALS_V2},
        {
            "type": "string",
            "pattern": r"^https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.\d\.\d)?\.json$",
        },
    ],
}
_SECURED: _Schema = {
    "@context": _CONTEXT,
    "id": _IRI,
    "description": _TEXT,
    "issuer": {"anyOf": [_IRI, _ref("Profile")]},
    "validFrom": _MOMENT,
    "validUntil": _MOMENT,
    "awardedDate": _MOMENT,
    "proof": _set_of(_ref("Proof")),
    "credentialSchema": _set_of(_object(("id", "type"), id=_IRI, type=_TEXT)),
    "credentialStatus": _object(("id", "type"), id=_IRI, type=_TEXT),
    "refreshService": _object(("id", "type"), id=_IRI, type=_TEXT),
    "termsOfUse": _set_of(_object(("type",), type=_TEXT)),
}
_CREDENTIAL_TYPE: _Schema = {
    "allOf": [_typed("VerifiableCredential"), _typed("AchievementCredential", "OpenBadgeCredential")]
}
_ENDORSEMENT_TYPE: _Schema = {"allOf": [_typed("VerifiableCredential"), _typed("EndorsementCredential")]}

_DEFS: _Schema = {
    "OpenBadgeCredential": _object(
        ("@context", "id", "type", "issuer", "validFrom", "credentialSubject"),
        **_SECURED,
        **_ENDORSEMENTS,
        type=_CREDENTIAL_TYPE,
        name=_NAME,
        image=_ref("Image"),
        inLanguage=_LANGUAGE,
        credentialSubject=_ref("AchievementSubject"),
        evidence=_set_of(_ref("Evidence")),
    ),
    "EndorsementCredential": _object(
        ("@context", "id", "type", "name", "issuer", "validFrom", "credentialSubject"),
        **_SECURED,
        type=_ENDORSEMENT_TYPE,
        name=_NAME,
        credentialSubject=_object(("id", "type"), id=_IRI, type=_typed("EndorsementSubject"), endorsementComment=_TEXT),
    ),
    "AchievementSubject": _object(
        ("type", "achievement"),
        type=_typed("AchievementSubject"),
        id=_IRI,
        achievement=_ref("Achievement"),
        identifier=_set_of(_ref("IdentityObject")),
        image=_ref("Image"),
        narrative=_TEXT,
        role=_TEXT,
        source=_ref("Profile"),
        result=_set_of(_object(("type",), type=_typed("Result"))),
    )
    | {"anyOf": [{"required": ["id"]}, {"required": ["identifier"]}]},
    "Achievement": _object(
        ("id", "type", "name", "description", "criteria"),
        **_ENDORSEMENTS,
        id=_IRI,
        type=_typed("Achievement"),
        achievementType=_ACHIEVEMENT_TYPE,
        name=_NAME,
        description=_NAME,
        criteria=_object((), id=_IRI, narrative=_TEXT),
        creator=_ref("Profile"),
        image=_ref("Image"),
        inLanguage=_LANGUAGE,
        version=_TEXT,
        tag=_set_of(_TEXT),
        alignment=_set_of(_ref("Alignment")),
        otherIdentifier=_set_of(_ref("IdentifierEntry")),
        related=_set_of(_object(("id", "type"), id=_IRI, type=_typed("Related"), inLanguage=_LANGUAGE)),
        resultDescription=_set_of(
            _object(
                ("id", "type", "name", "resultType"),
                id=_IRI,
                type=_typed("ResultDescription"),
                name=_TEXT,
                resultType=_TEXT,
            )
        ),
    ),
    "Profile": _object(
        ("id", "type"),
        **_ENDORSEMENTS,
        id=_IRI,
        type=_typed("Profile"),
        name=_TEXT,
        url=_IRI,
        description=_TEXT,
        email=_TEXT,
        image=_ref("Image"),
        otherIdentifier=_set_of(_ref("IdentifierEntry")),
        parentOrg=_ref("Profile"),
    ),
    "Alignment": _object(
        ("type", "targetName", "targetUrl"),
        type=_typed("Alignment"),
        targetName=_NAME,
        targetUrl=_IRI,
        targetCode=_TEXT,
        targetFramework=_TEXT,
        targetDescription=_TEXT,
        targetType=_TEXT,
    ),
    "Evidence": _object(
        ("type",),
        type=_typed("Evidence"),
        id=_IRI,
        name=_TEXT,
        description=_TEXT,
        narrative=_TEXT,
        genre=_TEXT,
        audience=_TEXT,
    ),
    "Image": _object(("id", "type"), closed=True, id=_IRI, type={"const": "Image"}, caption=_TEXT),
    "IdentityObject": _object(
        ("type", "hashed", "identityHash", "identityType"),
        closed=True,
        type={"const": "IdentityObject"},
        hashed={"type": "boolean"},
        identityHash=_TEXT,
        identityType=_IDENTIFIER_TYPE,
        salt=_TEXT,
    ),
    "IdentifierEntry": _object(
        ("type", "identifier", "identifierType"),
        closed=True,
        type={"const": "IdentifierEntry"},
        identifier=_TEXT,
        identifierType=_IDENTIFIER_TYPE,
    ),
    "Proof": _object(
        ("type",),
        type=_TEXT,
        created=_MOMENT,
        expires=_MOMENT,
        cryptosuite=_TEXT,
        proofPurpose=_TEXT,
        proofValue=_TEXT,
        verificationMethod=_IRI,
    ),
}

_SETS = frozenset(
    {
        "proof",
        "evidence",
        "endorsement",
        "endorsementJwt",
        "credentialSchema",
        "termsOfUse",
        "identifier",
        "result",
        "tag",
        "alignment",
        "otherIdentifier",
        "related",
        "resultDescription",
    }
)
_SINGLE_TYPES = frozenset(
    {
        "DataIntegrityProof",
        "Image",
        "IdentityObject",
        "IdentifierEntry",
        "1EdTechJsonSchemaValidator2019",
        "1EdTechRevocationList",
        "1EdTechCredentialRefresh",
        "BitstringStatusListEntry",
    }
)
_TYPED_BY_NAME = frozenset(
    {
        "proof",
        "image",
        "otherIdentifier",
        "credentialSchema",
        "credentialStatus",
        "refreshService",
        "termsOfUse",
    }
)
_RENEWED = {"issuanceDate": "validFrom", "expirationDate": "validUntil"}


@dataclass(frozen=True)
class Violation:
    """Where a document breaks the schema (`a.b[2].c`), and the JSON Schema keyword that says so."""

    path: str
    rule: str


def violations(document: JsonObject, kind: str = "OpenBadgeCredential") -> tuple[Violation, ...]:
    """What is wrong with the structure; `kind` is OpenBadgeCredential or EndorsementCredential."""
    return tuple(dict.fromkeys(_found(document, kind)))


def require_credential(document: JsonObject) -> None:
    """Raises `Problem` credential_malformed (path, rule) for a composed badge that breaks the schema."""
    _require(document, "OpenBadgeCredential")


def require_endorsement(document: JsonObject) -> None:
    """Raises `Problem` credential_malformed (path, rule) for an endorsement that breaks the schema."""
    _require(document, "EndorsementCredential")


def loosened(value: Any, inside: str = "") -> Any:
    """The strict form of a document, as far as JSON-LD sees no difference: sets as arrays, nothing empty."""
    if isinstance(value, list):
        return [loosened(item, inside) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _loosened_member(key, item, inside) for key, item in value.items() if item not in (None, [])}


def renewed(value: Any) -> Any:
    """A document of VC Data Model 1.1 as it would be in 2.0, embedded ones too: the rest of the form is the same."""
    if isinstance(value, list):
        return [renewed(item) for item in value]
    if not isinstance(value, dict):
        return value
    inside = {key: renewed(item) for key, item in value.items()}
    named = as_list(value.get("@context"))
    if named[:1] != [CREDENTIALS_V1]:
        return inside
    renamed = {_RENEWED.get(key, key): item for key, item in inside.items()}
    return renamed | {"@context": [CREDENTIALS_V2, *named[1:]]}


def _loosened_member(key: str, value: Any, inside: str) -> Any:
    if key == "type":
        is_set = inside not in _TYPED_BY_NAME and not (isinstance(value, str) and value in _SINGLE_TYPES)
    else:
        is_set = key in _SETS and not (key == "identifier" and inside == "otherIdentifier")
    value = loosened(value, key)
    return [value] if is_set and isinstance(value, str | dict) else value


def _require(document: JsonObject, kind: str) -> None:
    for violation in _found(document, kind):
        raise Problem("credential_malformed", path=violation.path, rule=violation.rule)


def _found(document: JsonObject, kind: str) -> Iterator[Violation]:
    for error in _validator(kind).iter_errors(document):
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
        missing = _missing(error.instance, error.validator_value) if error.validator == "required" else ""
        yield Violation(f"{path}{missing}".lstrip(".") or "@", str(error.validator))


def _missing(instance: Any, required: Any) -> str:
    return next((f".{name}" for name in required if name not in instance), "")


@cache
def _validator(kind: str) -> Validator:
    return Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": _DEFS})
