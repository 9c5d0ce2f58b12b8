"""A key of each person's own, sealed: destroyed with it, the audit log no longer says who acted (design.md 4.15)."""

import hashlib
import hmac

from sqlalchemy import bindparam, select

from bot.domain.people import Person
from storage import tables as t
from storage.scope import Scope

KEY_BYTES = 32

_SEALED = select(t.person_key.c.sealed).where(
    t.person_key.c.person_id == bindparam("person_id"), t.person_key.c.school_id == bindparam("school_id")
)


def key_label(public_id: str) -> str:
    """What the vault binds a person's key to."""
    return f"person:{public_id}"


async def new_person_key(scope: Scope, person: Person) -> None:
    secret = scope.deployment.new_secret(KEY_BYTES)
    sealed = scope.deployment.vault.seal(secret, label=key_label(person.public_id))
    await scope.run(t.person_key.insert().values(person_id=person.id, school_id=person.school_id, sealed=sealed))


async def actor_hash(scope: Scope, person: Person) -> str:
    """The person as the audit log names them: a hash under their own key."""
    sealed = await scope.value(_SEALED, school_id=scope.school_id, person_id=person.id)
    if sealed is None:
        raise LookupError(f"no key of person {person.id} in this school")
    secret = scope.deployment.vault.open(bytes(sealed), label=key_label(person.public_id))
    return hmac.new(secret, person.public_id.encode(), hashlib.sha256).hexdigest()
