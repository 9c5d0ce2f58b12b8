"""What use cases ask of the rows that say how people may be spoken to, and what waits for them.

`Waits` is what a `Sender` raises (see `services.ports`) when its person cannot be reached now.
"""

from typing import Protocol

from bot.domain.contacts import Contact


class Waits(Exception):
    """The platform took nothing, and nothing can be done until the person comes: the promise is kept until then."""


class Contacts(Protocol):
    """The way to each account of a school."""

    async def of(self, workspace_id: int, user_key: str, *, lock: bool = False) -> Contact | None:
        """None: no such account is known. With `lock` nobody else changes it until the transaction ends."""

    async def save(self, contact: Contact) -> None: ...
