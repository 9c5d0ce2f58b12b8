"""Which commands a platform was told of last: one line of the deployment for each application."""

from sqlalchemy import select

from storage import tables as t
from storage.scope import Scope

PREFIX = "commands_told:"


class CommandSetRows:
    """Implements `CommandSets`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def told(self, application: str) -> str | None:
        found = await self._scope.value(select(t.meta.c.value).where(t.meta.c.key == PREFIX + application))
        return None if found is None else str(found)

    async def tell(self, application: str, fingerprint: str) -> None:
        put = self._scope.insert(t.meta).values(key=PREFIX + application, value=fingerprint)
        await self._scope.run(put.on_conflict_do_update(index_elements=["key"], set_={"value": fingerprint}))
