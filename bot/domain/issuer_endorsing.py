"""Who may endorse a school as an issuer, and in which role (design.md 4.17: nothing crosses without an agreement)."""

from collections.abc import Iterable

from bot.domain.agreements import Agreement
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
