"""What use cases ask of the rows that say what commands a platform was told of last. They belong to no school."""

from typing import Protocol


class CommandSets(Protocol):
    """By application: the fingerprint of what was told."""

    async def told(self, application: str) -> str | None:
        """None: nothing that we know of."""

    async def tell(self, application: str, fingerprint: str) -> None:
        """Keep what was told just now."""
