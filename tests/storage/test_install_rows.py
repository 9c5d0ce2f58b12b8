"""Where a platform's app is installed: kept sealed, found for a workspace, exchanged once, the same after a restore."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from storage_world import MORNING, SealingVault, Surroundings

from bot.domain.installs import EXCHANGING, InstallKey, Tokens
from bot.handlers.slack.installs import AllInstalls, Install, ManyInstalls, OneInstall, install_key
from bot.services.installs import InstallDesk, Installed, open_tokens, seal_label
from storage import admin
from storage.store import RowStore

SCOPES = frozenset({"chat:write"})
HERE, THERE = InstallKey("slack", "", "T1"), InstallKey("slack", "", "T2")
WIDE = install_key("E1", "T9", of_organisation=True)


def desk_of(store: RowStore, world: Surroundings, platform: str = "slack") -> InstallDesk:
    return InstallDesk(store, world.vault, platform)


async def test_each_is_kept_apart_and_replaced_by_its_own_next(store: RowStore, world: Surroundings) -> None:
    desk = desk_of(store, world)
    for key in (HERE, THERE, WIDE, install_key("E1", "T1", of_organisation=False)):
        await desk.keep(key, "U1", SCOPES, Tokens(f"token of {key.name}"))
    again = await desk.keep(HERE, "U2", SCOPES | {"im:write"}, Tokens("anew", "refresh", MORNING))
    assert [each.key.name for each in await desk.all()] == ["T1", "T2", "E1/*", "E1/T1"]
    assert await desk.get(HERE) == again
    assert await desk_of(store, world, "other").all() == ()
    found = {(e, team): await desk.serving(e, team) for e in ("", "E1", "E2") for team in ("T1", "T3")}
    assert {where: each.tokens.token for where, each in found.items() if each is not None} == {
        ("", "T1"): "anew",
        ("E1", "T1"): "token of E1/T1",
        ("E1", "T3"): "token of E1/*",
    }
    assert await desk.drop(again)
    assert not await desk.drop(again)
    assert [each.key.name for each in await desk.all()] == ["T2", "E1/*", "E1/T1"]


async def test_what_was_installed_again_is_neither_dropped_nor_exchanged_over(
    store: RowStore, world: Surroundings
) -> None:
    desk = desk_of(store, world)
    first = await desk.keep(HERE, "U1", SCOPES, Tokens("first", "refresh", MORNING))
    assert await desk.begin_exchange(first) is not None
    second = await desk.keep(HERE, "U1", SCOPES, Tokens("second", "other", MORNING))
    assert not await desk.drop(first)
    assert not await desk.exchanged(first, SCOPES, Tokens("late", "late", MORNING))
    await desk.not_exchanged(first)
    assert await desk.get(HERE) == second


async def test_of_many_who_would_exchange_one_may_until_it_is_plain_that_it_died(
    store: RowStore, world: Surroundings
) -> None:
    desk = desk_of(store, world)
    lasting = await desk.keep(THERE, "U1", SCOPES, Tokens("lasts"))
    assert await desk.begin_exchange(lasting) is None
    install = await desk.keep(HERE, "U1", SCOPES, Tokens("old", "refresh", MORNING + timedelta(hours=1)))
    begun = await asyncio.gather(*(desk.begin_exchange(install) for _ in range(5)))
    assert [each.in_doubt for each in begun if each is not None] == [False]
    world.passes(seconds=EXCHANGING.total_seconds())
    taken_over = await desk.begin_exchange(install)
    assert taken_over is not None
    assert taken_over.in_doubt
    await desk.not_exchanged(install)
    assert await desk.begin_exchange(install) is not None
    assert await desk.exchanged(install, frozenset(), Tokens("new", "next", MORNING + timedelta(hours=12)))
    found = await desk.get(HERE)
    assert found is not None
    assert (found.tokens.token, found.kept.scopes, found.kept.exchange_began_at) == ("new", SCOPES, None)


async def test_a_question_is_answered_once(store: RowStore, world: Surroundings) -> None:
    desk = desk_of(store, world)
    once = await asyncio.gather(*(desk.use_state("mark") for _ in range(3)))
    assert sorted(once) == [False, False, True]
    world.passes(hours=2)
    assert await desk.use_state("other")


async def test_what_another_secret_sealed_serves_nobody_and_is_named(store: RowStore, world: Surroundings) -> None:
    desk = desk_of(store, world)
    await desk.keep(HERE, "U1", SCOPES, Tokens("token"))
    moved = InstallDesk(store, SealingVault(b"another"), "slack")
    assert await moved.all() == ()
    assert await moved.serving("", "T1") is None


# ---------------------------------------------------------------------- one port, however the token came


Ask = Callable[[str], Awaitable[Install | None]]


async def _one(world: Surroundings, store: RowStore, wide: bool) -> Ask:
    one = OneInstall()
    one.install = Install("E1/T1", "token", "", "U1", SCOPES, of_organisation=wide)
    return one.of


async def _many(world: Surroundings, store: RowStore, wide: bool) -> Ask:
    async def renew(install: Installed) -> Installed:
        raise AssertionError

    desk = desk_of(store, world)
    await desk.keep(install_key("E1", "T1", of_organisation=wide), "U1", SCOPES, Tokens("token"))
    return ManyInstalls(desk, lambda: world.now, renew).of


async def _all(world: Surroundings, store: RowStore, wide: bool) -> Ask:
    async def renew(install: Installed) -> Installed:
        raise AssertionError

    desk = desk_of(store, world)
    await desk.keep(install_key("E1", "T1", of_organisation=wide), "U1", SCOPES, Tokens("token"))
    found = AllInstalls(OneInstall(), ManyInstalls(desk, lambda: world.now, renew), lambda *_: False)

    async def of(home: str) -> Install | None:
        install = await found.of(home)
        besides = found.besides(home, "token")
        assert besides == ({"team_id": home.rpartition("/")[2]} if wide and install else {})
        return install

    return of


@pytest.mark.parametrize("wide", [False, True], ids=["one workspace", "an organisation"])
@pytest.mark.parametrize("make", [_one, _many, _all])
async def test_whoever_is_asked_answers_for_the_workspaces_that_installed_it_alone(
    store: RowStore,
    world: Surroundings,
    make: Callable[[Surroundings, RowStore, bool], Awaitable[Ask]],
    wide: bool,
) -> None:
    of = await make(world, store, wide)
    homes = ("E1/T1", "E1/T2", "E2/T1", "T1", "E1/T1", "")
    expected = {"E1/T1", "E1/T2"} if wide else {"E1/T1"}
    found = {home: await of(home) for home in homes}
    assert {home for home, each in found.items() if each is not None} == expected
    for home in expected:
        assert found[home] == Install(home, "token", "", "U1", SCOPES, of_organisation=wide)


# ---------------------------------------------------------------------- restore


async def test_a_restore_takes_over_where_the_app_is_now(sqlite_url: str, tmp_path: Path, world: Surroundings) -> None:
    store = await world.open(sqlite_url)
    desk = desk_of(store, world)
    first = await desk.keep(HERE, "U1", SCOPES, Tokens("first", "r1", MORNING))
    gone = await desk.keep(THERE, "U1", SCOPES, Tokens("gone"))
    backup = admin.backup(sqlite_url, tmp_path / "backup.db")
    await desk.begin_exchange(first)
    await desk.exchanged(first, SCOPES, Tokens("second", "r2", MORNING))
    await desk.drop(gone)
    await desk.use_state("mark")
    await store.close()

    def tokens(vault: SealingVault) -> dict[str, str]:
        return {each.key.name: open_tokens(vault, each).token for each in admin.installs(sqlite_url, "slack")}

    admin.restore(backup, sqlite_url, now=world.now, vault=world.vault)
    assert tokens(world.vault) == {"T1": "second"}, "exchanged since, and taken out since"
    store = await world.open(sqlite_url)
    assert not await desk_of(store, world).use_state("mark")
    await store.close()
    shut = admin.check(sqlite_url, vault=SealingVault(b"another")).complaints
    assert seal_label(HERE) in {each.params.get("key") for each in shut}

    admin.restore(backup, sqlite_url, now=world.now, vault=SealingVault(b"another"))
    assert tokens(world.vault) == {"T1": "first", "T2": "gone"}, "what the secret does not open is not taken over"
