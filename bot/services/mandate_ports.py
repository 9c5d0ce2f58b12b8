"""What use cases ask of the rows that say for which institutions schools may issue. No person stands in them."""

from typing import Protocol

from bot.domain.institutions import Mandate


class Mandates(Protocol):
    """What this transaction's school may issue in others' names. For an institution: what it allows, to whomever."""

    async def standing(self) -> tuple[Mandate, ...]:
        """The school's own, oldest first."""

    async def given(self) -> tuple[Mandate, ...]:
        """Those that this transaction's institution gave, oldest first."""

    async def give(self, institution_id: int, course: str) -> bool:
        """This school may issue in the institution's name. False where that stands, or another issues the course."""

    async def end(self, institution_id: int, course: str) -> bool:
        """No longer; what was awarded until now stays. False where it does not stand."""
