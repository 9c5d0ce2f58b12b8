"""Where a platform's app is installed: kept with sealed tokens, exchanged in time, dropped when it was taken out.

A refresh token works once. So whoever exchanges one says so first, in the row; the new pair is committed before it is
used; and what was found begun and not ended is said, for then the old pair may be void.
"""

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.domain.installs import InstallKey, Tokens, is_due, may_exchange
from bot.errors import Problem
from bot.services.commands import OfNoSchool
from bot.services.install_ports import SealedInstall
from bot.services.ports import Store, Vault, Work

STATES_KEPT = timedelta(hours=1)
"""Far longer than a question may wait for its answer."""


@dataclass(frozen=True)
class Installed:
    """An installation with its tokens in hand. `kept` is the row that they were read from."""

    kept: SealedInstall
    tokens: Tokens

    @property
    def key(self) -> InstallKey:
        return self.kept.key


# ---------------------------------------------------------------- use cases


@dataclass(frozen=True, kw_only=True)
class OfPlatform(OfNoSchool):
    platform: str


async def all_installs(work: Work, command: OfPlatform) -> tuple[SealedInstall, ...]:
    return await work.installs.all(command.platform)


@dataclass(frozen=True, kw_only=True)
class Serving(OfNoSchool):
    """Which installation serves a workspace: its own, else its organisation's."""

    platform: str
    enterprise: str
    team: str


async def find_serving(work: Work, command: Serving) -> SealedInstall | None:
    found = await work.installs.get(InstallKey(command.platform, command.enterprise, command.team))
    if found is None and command.enterprise:
        found = await work.installs.get(InstallKey(command.platform, command.enterprise, "", of_organisation=True))
    return found


@dataclass(frozen=True, kw_only=True)
class Named(OfNoSchool):
    key: InstallKey


async def named_install(work: Work, command: Named) -> SealedInstall | None:
    return await work.installs.get(command.key)


@dataclass(frozen=True, kw_only=True)
class KeepInstall(OfNoSchool):
    install: SealedInstall


async def keep_install(work: Work, command: KeepInstall) -> None:
    """The app was installed, or installed again."""
    await work.installs.put(command.install)


@dataclass(frozen=True, kw_only=True)
class Edition(OfNoSchool):
    """An installation as it was read: what has become another one since is left alone."""

    key: InstallKey
    sealed: bytes = field(repr=False)


async def drop_install(work: Work, command: Edition) -> bool:
    """Whether it was there, and is gone."""
    if await _as_read(work, command) is None:
        return False
    await work.installs.drop(command.key)
    return True


@dataclass(frozen=True)
class Begun:
    """The exchange is ours. `in_doubt`: somebody began one before and was not heard of again."""

    in_doubt: bool


async def begin_exchange(work: Work, command: Edition) -> Begun | None:
    """None where there is nothing to exchange (any more), or somebody else is at it."""
    found = await _as_read(work, command)
    if found is None or not is_due(found.expires_at, work.now) or not may_exchange(found.exchange_began_at, work.now):
        return None
    await work.installs.put(replace(found, exchange_began_at=work.now))
    return Begun(found.exchange_began_at is not None)


@dataclass(frozen=True, kw_only=True)
class EndExchange(Edition):
    """`fresh` is what the installation is now; None: nothing was exchanged."""

    fresh: SealedInstall | None


async def end_exchange(work: Work, command: EndExchange) -> bool:
    """False where the app was installed again, or taken out, meanwhile: what was exchanged is of no use then."""
    found = await _as_read(work, command)
    if found is None:
        return False
    await work.installs.put(command.fresh or replace(found, exchange_began_at=None))
    return True


async def _as_read(work: Work, command: Edition) -> SealedInstall | None:
    found = await work.installs.get(command.key, lock=True)
    return found if found is not None and found.sealed == command.sealed else None


@dataclass(frozen=True, kw_only=True)
class UseState(OfNoSchool):
    mark: str


async def use_state(work: Work, command: UseState) -> bool:
    """Whether a question is answered for the first time."""
    return await work.installs.use_state(command.mark, work.now - STATES_KEPT)


# ---------------------------------------------------------------- with the vault


def open_tokens(vault: Vault, install: SealedInstall) -> Tokens:
    """Raises `Problem("vault.wrong_secret")`."""
    kept = json.loads(vault.open(install.sealed, label=seal_label(install.key)))
    return Tokens(kept["token"], kept["refresh"], install.expires_at)


def seal_label(key: InstallKey) -> str:
    """What the seal of an installation's tokens is bound to: they open as no other's."""
    return f"{key.platform} install {key.name}"


class InstallDesk:
    """One platform's installations, opened and sealed."""

    def __init__(self, store: Store, vault: Vault, platform: str) -> None:
        self._store = store
        self._vault = vault
        self.platform = platform

    async def all(self) -> tuple[Installed, ...]:
        """Those that the secret opens. What it does not open, `sukima db check` and a restore name."""
        found = await self._store.look(all_installs, OfPlatform(platform=self.platform))
        opened = [self._opened(each) for each in found]
        return tuple(each for each in opened if each is not None)

    async def get(self, key: InstallKey) -> Installed | None:
        """One installation as it is now."""
        found = await self._store.look(named_install, Named(key=key))
        return None if found is None else self._opened(found)

    async def serving(self, enterprise: str, team: str) -> Installed | None:
        """The installation that serves a workspace."""
        asked = Serving(platform=self.platform, enterprise=enterprise, team=team)
        found = await self._store.look(find_serving, asked)
        return None if found is None else self._opened(found)

    async def keep(self, key: InstallKey, bot_user: str, scopes: frozenset[str], tokens: Tokens) -> Installed:
        install = Installed(self._sealed(key, bot_user, scopes, tokens), tokens)
        await self._store.run(keep_install, KeepInstall(install=install.kept))
        return install

    async def drop(self, install: Installed) -> bool:
        """As it was read: one that was installed again since stays."""
        return await self._store.run(drop_install, Edition(key=install.key, sealed=install.kept.sealed))

    async def begin_exchange(self, install: Installed) -> Begun | None:
        """As `begin_exchange`."""
        return await self._store.run(begin_exchange, Edition(key=install.key, sealed=install.kept.sealed))

    async def exchanged(self, install: Installed, scopes: frozenset[str], tokens: Tokens) -> bool:
        """The new pair is kept; only then may it be used. False as `end_exchange`."""
        fresh = self._sealed(install.key, install.kept.bot_user, scopes or install.kept.scopes, tokens)
        return await self._store.run(
            end_exchange, EndExchange(key=install.key, sealed=install.kept.sealed, fresh=fresh)
        )

    async def not_exchanged(self, install: Installed) -> None:
        """For certain: the former pair is what it was."""
        await self._store.run(end_exchange, EndExchange(key=install.key, sealed=install.kept.sealed, fresh=None))

    async def use_state(self, mark: str) -> bool:
        """As `use_state`."""
        return await self._store.run(use_state, UseState(mark=mark))

    def _sealed(self, key: InstallKey, bot_user: str, scopes: frozenset[str], tokens: Tokens) -> SealedInstall:
        text = json.dumps({"token": tokens.token, "refresh": tokens.refresh})
        sealed = self._vault.seal(text.encode(), label=seal_label(key))
        return SealedInstall(key, bot_user, scopes, sealed, tokens.expires_at, None)

    def _opened(self, install: SealedInstall) -> Installed | None:
        try:
            return Installed(install, open_tokens(self._vault, install))
        except Problem:
            return None
