"""Whether a part is the same person's as the badge around it (docs/decisions/0014-enclosing-parts.md, "Whose it is").

Anybody can copy an id, and one person goes by many: a badge each of its own salt, an id for each issuer, two spellings
of an address. So what is alike says something only where one issuer wrote both, and what differs only where it can be
compared: the same kind of name, in plain text or made with the same salt.
"""

from itertools import product

from bot.badges.documents import subject_id
from bot.badges.jsontext import JsonObject, as_list, id_of
from bot.badges.verdict import salt_of
from bot.domain.addresses import normalised
from bot.domain.foreign import GivenTo, is_given_to

MAX_NAMES = 16
"""Names of the person that are compared. A badge that gives more is not compared with any."""
_MAIL, _MAILTO = "emailaddress", "mailto:"
_MANY = frozenset({"name", "identifier", ""})
"""Kinds of names of which one person may well have two, or that do not say what they are."""


def whose(part: JsonObject, outer: JsonObject) -> str:
    """`good`: one issuer says of both that they are one person's. `other_person`: they are not.

    `vouched`: that they are is the word of who signed the outer badge alone.
    """
    is_one_issuer = id_of(part.get("issuer")) == id_of(outer.get("issuer"))
    names = product(_names(part), _names(outer))
    compared = {_are_one(of_part, of_outer, is_one_issuer=is_one_issuer) for of_part, of_outer in names}
    is_same = _is_same_subject(part, outer) or (_is_opaque(part) and _is_opaque(outer))
    if True in compared or is_same:
        return "good" if is_one_issuer else "vouched"
    return "other_person" if False in compared else "vouched"


def _are_one(one: GivenTo, other: GivenTo, *, is_one_issuer: bool) -> bool | None:
    """Whether two names are one person's; None where that cannot be told."""
    if one == other:
        return True
    if one.kind != other.kind or not (is_one_issuer or one.kind == _MAIL):
        return None
    if one.hashed and other.hashed:
        is_comparable = one.salt == other.salt and _digest(one) == _digest(other)
        return False if is_comparable and one.kind not in _MANY else None
    if one.hashed or other.hashed:
        plain, hashed = (other, one) if one.hashed else (one, other)
        return True if one.kind == _MAIL and is_given_to((hashed,), "", (plain.identity,)) else None
    if one.kind in _MANY:
        return None
    return _spelt(one) == _spelt(other)


def _names(badge: JsonObject) -> tuple[GivenTo, ...]:
    """The names that a badge gives the person, kinds and hashes in one spelling."""
    subject = badge.get("credentialSubject")
    if not isinstance(subject, dict):
        return ()
    named = [_name(entry) for entry in as_list(subject.get("identifier")) if isinstance(entry, dict)]
    own = id_of(subject)
    if own.lower().startswith(_MAILTO):
        named.append(GivenTo(own[len(_MAILTO) :], _MAIL, hashed=False))
    names = tuple(name for name in named if name.identity)
    return names if len(names) <= MAX_NAMES else ()


def _name(entry: JsonObject) -> GivenTo:
    kind, identity, hashed = (entry.get(member) for member in ("identityType", "identityHash", "hashed"))
    salt = salt_of(entry)
    if not isinstance(identity, str) or not isinstance(hashed, bool) or salt != entry.get("salt", ""):
        return GivenTo("", "", hashed=False)
    spelt = str(kind or "").lower()
    spelt = _MAIL if spelt == "email" else spelt
    return GivenTo(identity.strip().lower() if hashed else identity, spelt, hashed, salt)


def _spelt(name: GivenTo) -> str:
    address = normalised(name.identity) if name.kind == _MAIL else None
    return address or name.identity.strip().casefold()


def _digest(name: GivenTo) -> str:
    return name.identity.partition("$")[0]


def _is_same_subject(part: JsonObject, outer: JsonObject) -> bool:
    own = id_of(part.get("credentialSubject"))
    return bool(own) and own == id_of(outer.get("credentialSubject"))


def _is_opaque(badge: JsonObject) -> bool:
    """Whether its subject is one that is made anew for each badge (`documents.subject_id`), and names nobody."""
    return id_of(badge.get("credentialSubject")) == subject_id(id_of(badge.get("issuer")), str(badge.get("id")))
