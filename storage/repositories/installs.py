"""Where a platform's app is installed: rows of the deployment, whose tokens are sealed."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, select

from bot.domain.installs import InstallKey
from bot.services.install_ports import SealedInstall
from storage import tables as t
from storage.scope import Scope

NAMED = ("platform", "enterprise_id", "team_id", "is_enterprise_install")
"""The columns that name an installation."""


class InstallRows:
    """Implements `Installs`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def all(self, platform: str) -> tuple[SealedInstall, ...]:
        query = select(t.install).where(t.install.c.platform == platform).order_by(t.install.c.id)
        return tuple(map(to_install, await self._scope.all(query)))

    async def get(self, key: InstallKey, *, lock: bool = False) -> SealedInstall | None:
        row = await self._scope.one(_one(key).with_for_update() if lock else _one(key))
        return None if row is None else to_install(row)

    async def put(self, install: SealedInstall) -> None:
        values = {
            "bot_user": install.bot_user,
            "scopes": install.scopes,
            "sealed": install.sealed,
            "expires_at": install.expires_at,
            "exchange_began_at": install.exchange_began_at,
        }
        named = dict(zip(NAMED, _named(install.key), strict=True))
        put = self._scope.insert(t.install).values(**named, **values)
        await self._scope.run(put.on_conflict_do_update(index_elements=NAMED, set_=values))

    async def drop(self, key: InstallKey) -> None:
        found = _one(key).with_only_columns(t.install.c.id).scalar_subquery()
        await self._scope.run(delete(t.install).where(t.install.c.id == found))

    async def use_state(self, mark: str, before: datetime) -> bool:
        await self._scope.run(delete(t.install_state).where(t.install_state.c.used_at < before))
        return await self._scope.add_unless_there(t.install_state, mark=mark, used_at=self._scope.now)


def to_install(row: Row[Any]) -> SealedInstall:
    """A row as use cases know it."""
    key = InstallKey(row.platform, row.enterprise_id, row.team_id, bool(row.is_enterprise_install))
    return SealedInstall(key, row.bot_user, row.scopes, bytes(row.sealed), row.expires_at, row.exchange_began_at)


def _named(key: InstallKey) -> tuple[str, str, str, bool]:
    return key.platform, key.enterprise, key.team, key.of_organisation


def _one(key: InstallKey) -> Select[Any]:
    platform, enterprise, team, of_organisation = _named(key)
    this = t.install.c
    return select(t.install).where(
        this.platform == platform,
        this.enterprise_id == enterprise,
        this.team_id == team,
        this.is_enterprise_install.is_(of_organisation),
    )
