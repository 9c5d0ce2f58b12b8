"""What renaming and removing an institution asks of the rows."""

from datetime import datetime
from typing import Protocol

from bot.domain.language import Bilingual


class Institutions(Protocol):
    """This transaction's institution. Raises LookupError at a school, and at one that was removed."""

    async def rename(self, name: Bilingual) -> bool:
        """It goes by this name from now on, under the same did. False where it does already."""

    async def issued_since(self) -> datetime | None:
        """When the first badge was awarded in its name, whoever holds it and whether anybody does any more.

        Asking holds its row: until the end of the transaction nothing is awarded in its name.
        """

    async def is_endorsed(self) -> bool:
        """Somebody endorsed it, or something that was signed names a status list of its."""

    async def remove(self) -> None:
        """It is no more, with its keys; that it was, and was removed, stays in its audit chain."""
