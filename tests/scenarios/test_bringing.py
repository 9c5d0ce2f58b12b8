"""To another deployment: exported here, brought in there, shown with where it comes from, counted for nothing."""

import io
import json
import zipfile
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.badges.keys import generate
from bot.badges.reads import Reads
from bot.badges.statement import read_statement, sign_statement
from bot.badges.verdict import Verdict
from bot.errors import Problem
from bot.handlers.local.stage import Actor
from bot.intake.bundle import MAX_DOCUMENTS, read_bundle
from bot.services import bringing, turns
from bot.services.bringing import Brought, bring_file
from bot.services.commands import ByPerson
from bot.services.verifier import Verifier
from scenarios.conftest import Shared
from scenarios.shelf import FIRST, NAMES
from scenarios.test_forgetting import is_forgotten
from scenarios.test_moving import agree, code_of
from scenarios.town import FLOWER, Town, found_town, label, open_town, say, shares, studies
from storage import tables as t


async def exported(actor: Actor) -> bytes:
    """*Export my data*, as it is handed over."""
    await actor.commands("export")
    return actor.newest().attachments[0].path.read_bytes()


async def me(town: Town, actor_key: str = "aoki") -> ByPerson:
    person = await town.person(town.east, actor_key)
    return ByPerson(school_id=person.school_id, person_id=person.id)


async def brings(town: Town, data: bytes, key: str = "aoki") -> Brought:
    house = town.house
    return await bring_file(house.store, await me(town, key), data, town.room.now(), house.foreign)


async def refused(town: Town, data: bytes, code: str, key: str = "aoki") -> None:
    """One sentence in both languages, and nothing half done."""
    with pytest.raises(Problem) as caught:
        await brings(town, data, key)
    assert caught.value.code == code
    for lang in ("ja", "en"):
        assert say(lang, f"problem.{code}", **caught.value.params)
    assert not await town.rows(t.brought)
    assert not await town.rows(t.brought_completion)


@dataclass(frozen=True)
class Far:
    """An export of somebody at another deployment, and a town that never heard of it."""

    data: bytes
    town: Town


@pytest.fixture
async def far(shared_badge: Shared, tmp_path: Path) -> AsyncIterator[Far]:
    town, aoki = shared_badge.town, shared_badge.holder
    await town.east["mori"].reacts(shared_badge.post, FLOWER)
    await aoki.fills(reflection="声を落とすと伝わる")
    await studies(town.east["sato"], "u-board")
    await aoki.reacts(await shares(town.east["sato"], FIRST), FLOWER)
    data = await exported(aoki)
    other = tmp_path / "other"
    await found_town(other)
    async with open_town(other, seed=7) as there:
        yield Far(data, there)


Change = Callable[[str, bytes], bytes | None]


def rezipped(data: bytes, change: Change, **more: bytes) -> bytes:
    """The archive with each file changed, or left out; and further files."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in more.items():
            new.writestr(name, content)
    return out.getvalue()


async def test_badges_and_record_are_shown_with_their_school(far: Far) -> None:
    town, aoki = far.town, far.town.east["aoki"]
    assert await brings(town, far.data) == Brought(1, 1)
    await aoki.commands("wallet")
    aoki.sees(say("ja", "brought.title"), last=1)
    aoki.sees(NAMES[FIRST].ja, last=1)
    aoki.sees(say("ja", "wallet.empty"), last=1)
    await aoki.commands("record")
    aoki.sees("あさひ小学校", last=1)
    (done,) = await town.rows(t.brought_completion)
    assert done.reflection == "声を落とすと伝わる"
    with zipfile.ZipFile(io.BytesIO(far.data)) as archive:
        texts = {archive.read(name).decode() for name in archive.namelist() if name.startswith("credentials/")}
    assert {row.text for row in await town.rows(t.brought, t.brought.c.kind == "credential")} == texts
    assert len(await town.rows(t.brought, t.brought.c.kind == "endorsement")) == 1


async def test_it_counts_for_nothing_here(far: Far) -> None:
    town = far.town
    await brings(town, far.data)
    assert not await town.rows(t.award)
    assert not await town.rows(t.completion)
    await studies(town.east["aoki"], "u-board")
    assert len(await town.rows(t.award)) == 1, "and nothing stops one from earning it here"


async def test_a_second_time_changes_nothing(far: Far) -> None:
    await brings(far.town, far.data)
    before = await far.town.rows(t.brought), await far.town.rows(t.brought_completion)
    assert await brings(far.town, far.data) == Brought(0, 0)
    assert (await far.town.rows(t.brought), await far.town.rows(t.brought_completion)) == before


async def test_nobody_else_brings_the_same(far: Far) -> None:
    await brings(far.town, far.data)
    with pytest.raises(Problem) as caught:
        await brings(far.town, far.data, "mori")
    assert caught.value.code == "bring_other_person"


async def test_it_is_exported_again_forgotten_and_moves(far: Far, tmp_path: Path) -> None:
    town, aoki = far.town, far.town.east["aoki"]
    await brings(town, far.data)
    again = await exported(aoki)
    third = tmp_path / "third"
    await found_town(third, "third")
    async with open_town(third, seed=9) as further:
        assert await brings(further, again) == Brought(1, 1)
        (done,) = await further.rows(t.brought_completion)
        assert done.reflection == "声を落とすと伝わる", "one's own words come along however often"
    await agree(town)
    code = await code_of(town, aoki)
    there = town.west["aoki"]
    await there.commands(f"move {code}")
    await there.presses(label(there, "move_yes"))
    school = (await town.workspace(town.west)).school_id
    assert {row.school_id for row in await town.rows(t.brought)} == {school}
    await is_forgotten(there)
    assert not await town.rows(t.brought)
    assert not await town.rows(t.brought_completion)


async def test_ones_own_export_of_here_brings_nothing(shared_badge: Shared) -> None:
    town = shared_badge.town
    data = await exported(shared_badge.holder)
    assert await brings(town, data) == Brought(0, 0)
    await refused(town, data, "bring_lives_here", "mori")


# ---------------------------------------------------------------- bounded work


def _counted(town: Town, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The files that are verified from now on."""
    looked: list[bytes] = []
    check = Verifier.verify

    async def verify(self: Verifier, data: bytes, reads: Reads, trusted: frozenset[str] = frozenset()) -> Verdict:
        looked.append(data)
        return await check(self, data, reads, trusted)

    monkeypatch.setattr(Verifier, "verify", verify)
    return looked


async def test_what_there_is_no_time_for_is_named_and_the_same_file_goes_on(
    far: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = _counted(far.town, monkeypatch)
    with monkeypatch.context() as hurried:
        hurried.setattr(bringing, "SECONDS", 0.0)
        first = await brings(far.town, far.data)
    assert (first.badges, first.completions, looked) == (0, 1, [])
    assert {each.name.partition("/")[0] for each in first.left_out} == {"credentials", "endorsements-given"}
    assert {each.refusal.reason for each in first.left_out} == {"bring_later"}
    assert await brings(far.town, far.data) == Brought(1, 0)
    assert len(looked) == 2
    assert await brings(far.town, far.data) == Brought(0, 0)
    assert len(looked) == 2, "what is kept is not verified again"


async def test_it_takes_the_persons_own_turns(far: Far, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "MOST_AN_HOUR", 0)
    assert len((await brings(far.town, far.data)).left_out) == 2
    assert not await far.town.rows(t.brought, t.brought.c.kind != "statement")


async def test_what_no_statement_lists_is_not_verified(far: Far, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be made to be slow to verify."""
    looked = _counted(far.town, monkeypatch)
    with zipfile.ZipFile(io.BytesIO(far.data)) as archive:
        name = next(name for name in archive.namelist() if name.startswith("credentials/"))
        badge = archive.read(name)
    strange = _edited(badge, id="urn:uuid:00000000-0000-4000-8000-000000000000")
    more = {"credentials/zz.json": strange}
    await refused(far.town, rezipped(far.data, lambda _, data: data, **more), "bring_foreign")
    await refused(far.town, rezipped(far.data, lambda _, data: data, **{"credentials/zz.json": b"[1"}), "bring_altered")
    assert not looked


# ---------------------------------------------------------------- bad input


def _edited(text: bytes, **changes: object) -> bytes:
    return json.dumps(json.loads(text) | changes, ensure_ascii=False).encode()


async def test_an_edited_badge_is_refused(far: Far) -> None:
    changed = rezipped(
        far.data,
        lambda name, data: _edited(data, awardedDate="2020-01-01T00:00:00Z") if name.startswith("cred") else data,
    )
    with pytest.raises(Problem) as caught:
        await brings(far.town, changed)
    with zipfile.ZipFile(io.BytesIO(far.data)) as archive:
        (name,) = [name for name in archive.namelist() if name.startswith("credentials/")]
    assert caught.value.params == {"file": name}, "it says which file it is"
    await refused(far.town, changed, "bring_altered")


async def test_an_edited_statement_is_refused(far: Far) -> None:
    def forge(name: str, data: bytes) -> bytes:
        if not name.startswith("statements/"):
            return data
        head, body, signature = data.split(b".")
        return b".".join((head, body[:-2] + (b"AA" if body[-2:] != b"AA" else b"BB"), signature))

    await refused(far.town, rezipped(far.data, forge), "bring_altered")


async def test_a_statement_by_somebody_else_proves_nothing(far: Far) -> None:
    """A badge that its holder published, wrapped by a thief with a key of their own."""
    thief = generate(b"t" * 32)

    def forge(name: str, data: bytes) -> bytes:
        if not name.startswith("statements/"):
            return data
        payload = read_statement(data.decode(), now=far.town.room.now())
        assert payload is not None
        return sign_statement(payload | {"iss": thief.did}, thief).encode()

    await refused(far.town, rezipped(far.data, forge), "bring_foreign")


async def test_without_a_statement_it_is_no_export(far: Far) -> None:
    bare = rezipped(far.data, lambda name, data: None if name.startswith("statements/") else data)
    await refused(far.town, bare, "bring_not_export")


async def test_a_badge_may_be_left_out(far: Far) -> None:
    some = rezipped(far.data, lambda name, data: None if name.startswith("credentials/") else data)
    assert await brings(far.town, some) == Brought(0, 1)


@pytest.mark.parametrize("name", ["../evil.json", "/etc/passwd", "credentials/../../x", "c:\\x", "a\\..\\b"])
async def test_names_that_lead_elsewhere_are_refused(far: Far, name: str) -> None:
    await refused(far.town, rezipped(far.data, lambda _, data: data, **{name: b"{}"}), "bring_not_export")


async def test_no_zip_at_all(far: Far) -> None:
    for data in (b"", b"PK\x03\x04 and no more", b"\x00" * 1000, far.data[: len(far.data) // 2]):
        await refused(far.town, data, "bring_not_export")


async def test_a_bomb_is_not_unpacked(far: Far) -> None:
    bomb = rezipped(far.data, lambda _, data: data, **{"credentials/bomb.json": b" " * (80 * 2**20)})
    assert len(bomb) < 2**22
    await refused(far.town, bomb, "bring_too_big")
    liar = rezipped(far.data, lambda _, data: data, **{"credentials/a.json": b"[" * (3 * 2**20)})
    await refused(far.town, liar, "bring_too_big")


async def test_the_endorsements_of_many_years_are_read_and_too_many_are_told_as_such(far: Far) -> None:
    def with_given(number: int) -> bytes:
        given = {f"endorsements-given/{at}.json": b"{}" for at in range(number)}
        return rezipped(far.data, lambda _, data: data, **given)

    assert len(read_bundle(with_given(3_000)).given) >= 3_000
    await refused(far.town, with_given(MAX_DOCUMENTS + 1), "bring_too_many")


async def test_damaged_bytes_are_refused(far: Far) -> None:
    """Anywhere: in the archive's own parts, or in what it holds."""
    with zipfile.ZipFile(io.BytesIO(far.data)) as archive:
        theirs = {archive.read(name).decode() for name in archive.namelist() if name.startswith("credentials/")}
    for at in range(40, len(far.data), max(1, len(far.data) // 12)):
        broken = bytearray(far.data)
        broken[at] ^= 0x55
        with suppress(Problem):
            await brings(far.town, bytes(broken))
        assert {row.text for row in await far.town.rows(t.brought, t.brought.c.kind == "credential")} <= theirs
