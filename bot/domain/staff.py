"""A school's staff list: who works there, known by an address until they sign in."""

from dataclasses import dataclass

from bot.domain.language import Lang
from bot.domain.people import Role


@dataclass(frozen=True)
class Listed:
    """One row. `subjects` and `roles` are None where the list says nothing: they are left as they are.

    `address` is normalised. `file` and `line` say where the row stands, for complaints.
    """

    name: str
    address: str
    subjects: tuple[str, ...] | None
    roles: frozenset[Role] | None
    school: str
    """The school's key."""
    lang: Lang | None
    file: str
    line: int
    jobs: tuple[str, ...] = ()
    """Job titles that are no role here."""


@dataclass(frozen=True)
class Expected:
    """Somebody on the list who has not signed in yet. `subjects` and `roles` are None where the list says nothing."""

    name: str
    address: str
    subjects: tuple[str, ...] | None
    roles: frozenset[Role] | None
    lang: Lang | None
