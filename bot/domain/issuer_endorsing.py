"""Who may endorse a school or an institution as an issuer, and in which role: nothing crosses without an agreement, or
a mandate (design.md 4.17)."""

from collections.abc import Iterable

from bot.domain.agreements import Agreement
from bot.domain.institutions import Mandate
from bot.domain.people import Person, Role
from bot.domain.recognition import As
from bot.domain.roles import Right, may


def speaks_as(person: Person, school_id: int, *, same_board: bool, agreements: Iterable[Agreement]) -> As | None:
    """In which role the person may endorse this school; None: they may not.

    Nobody endorses their own school. Officers speak for the board that the school is under, which is their own
    school's too (`same_board`); leaders for a school that has an agreement with it.
    """
    if person.school_id == school_id:
        return None
    if same_board and Role.OFFICER in person.roles:
        return As.OFFICER
    pair = {person.school_id, school_id}
    agreed = any(each.in_force and each.schools == pair for each in agreements)
    return As.LEADER if agreed and may(person, Right.RECOMMEND) else None


def speaks_of_institution(
    person: Person, institution_id: int, *, has_board: bool, mandates: Iterable[Mandate]
) -> As | None:
    """In which role the person may endorse an institution; None: they may not.

    Those of a school that it lets issue in its name: they work with what they speak of. Officers speak for their
    board (`has_board`: the school is under one), leaders for the school.
    """
    if not any(each.school_id == person.school_id and each.institution_id == institution_id for each in mandates):
        return None
    if has_board and Role.OFFICER in person.roles:
        return As.OFFICER
    return As.LEADER if may(person, Right.RECOMMEND) else None
