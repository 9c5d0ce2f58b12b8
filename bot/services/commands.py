"""What every command says: whose rows it may see, and who acts."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class OfSchool:
    """An act within one school."""

    school_id: int


@dataclass(frozen=True, kw_only=True)
class OfNoSchool:
    """An act on what belongs to no school: the catalogue, the directory, the clock."""

    school_id: None = None


@dataclass(frozen=True, kw_only=True)
class ByPerson(OfSchool):
    """An act of one person of the school."""

    person_id: int
