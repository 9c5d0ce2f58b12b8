"""Commands are told to a platform when they have changed: it takes few such calls a day."""

from dataclasses import dataclass

from bot.services.commands import OfNoSchool
from bot.services.ports import Store, Work


@dataclass(frozen=True, kw_only=True)
class OfApplication(OfNoSchool):
    application: str


async def told_commands(work: Work, command: OfApplication) -> str | None:
    """The fingerprint of what the application's platform was told last."""
    return await work.command_sets.told(command.application)


@dataclass(frozen=True, kw_only=True)
class KeepTold(OfApplication):
    fingerprint: str


async def keep_told(work: Work, command: KeepTold) -> None:
    await work.command_sets.tell(command.application, command.fingerprint)


class CommandDesk:
    """What a platform was told of commands, each time in a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def told(self, application: str) -> str | None:
        return await self._store.look(told_commands, OfApplication(application=application))

    async def keep(self, application: str, fingerprint: str) -> None:
        await self._store.run(keep_told, KeepTold(application=application, fingerprint=fingerprint))
