"""What use cases ask of the rows that say where a platform's app is installed. They belong to no school.

Who installs the app joins no school by that: a workspace is bound to one by the owner's claim, or on the command line.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.domain.installs import InstallKey


@dataclass(frozen=True)
class SealedInstall:
    """An installation as it is kept. `sealed` are its tokens; no two sealings are alike, so it tells editions apart."""

    key: InstallKey
    bot_user: str
    scopes: frozenset[str]
    sealed: bytes = field(repr=False)
    expires_at: datetime | None
    exchange_began_at: datetime | None
    """Somebody is exchanging its token since then, or died over it."""


class Installs(Protocol):
    """Every installation of the deployment."""

    async def all(self, platform: str) -> tuple[SealedInstall, ...]:
        """In the order in which they came."""

    async def get(self, key: InstallKey, *, lock: bool = False) -> SealedInstall | None:
        """With `lock` nobody else changes it until the transaction ends."""

    async def put(self, install: SealedInstall) -> None:
        """Keep it; one with the same key is replaced."""

    async def drop(self, key: InstallKey) -> None: ...
    async def use_state(self, mark: str, before: datetime) -> bool:
        """Note that an answer to a question was taken; False where it was before. Older ones are forgotten."""
