"""An institution goes with its keys where nothing was signed in its name; a row without a name stays."""

import pytest
from sqlalchemy import select
from storage_rows import EVIDENCE
from storage_world import MORNING, In, Place, add_achievement, in_school

from bot.domain.issuers import KeyKind
from bot.domain.language import Bilingual
from bot.domain.people import School
from bot.errors import Problem
from bot.services.commands import OfSchool
from bot.services.institutions import RenameInstitution, remove_institution, rename_institution
from bot.services.ports import NewKey, Work
from storage import tables as t
from storage.store import RowStore

KEY = NewKey(KeyKind.ED25519, "key", "key", b"key")


async def add(store: RowStore, key: str = "press") -> School:
    async def made(work: Work, command: In) -> School:
        name = Bilingual("大学", "University")
        return await work.directory.add_institution(key, name, url="", zone="Asia/Tokyo", lang="ja", rehearsal=True)

    async def signs(work: Work, command: In) -> None:
        issuer = await work.issuers.add(f"did:web:{key}.example")
        await work.issuers.add_key(issuer.id, KEY)

    institution: School = await store.run(made, In())
    await store.run(signs, In(institution.id))
    return institution


async def acts(store: RowStore, institution: School) -> list[str]:
    own = select(t.audit.c.act).where(t.audit.c.school_id == institution.id).order_by(t.audit.c.seq)
    return [row.act for row in await store.read(lambda scope: scope.all(own))]


async def keys(store: RowStore, institution: School) -> list[int]:
    own = select(t.issuer_key.c.id).where(t.issuer_key.c.school_id == institution.id)
    return [row.id for row in await store.read(lambda scope: scope.all(own))]


async def test_it_goes_with_its_keys_and_its_key_is_free(store: RowStore, here: Place) -> None:
    gone, stays = await add(store), await add(store, "board")
    await in_school(store, here, lambda work: work.mandates.give(gone.id, ""))
    with pytest.raises(Problem, match="is_allowed") as caught:
        await store.run(remove_institution, OfSchool(school_id=gone.id))
    assert caught.value.params["schools"] == here.school.key
    await in_school(store, here, lambda work: work.mandates.end(gone.id, ""))
    assert await store.run(remove_institution, OfSchool(school_id=gone.id)) == gone
    assert not await keys(store, gone)
    assert await keys(store, stays)
    assert (await acts(store, gone))[-1] == "remove"
    husk = await store.read(lambda scope: scope.the(select(t.school).where(t.school.c.id == gone.id)))
    assert (husk.name_ja, husk.name_en, husk.url, husk.removed_at) == ("", "", "", MORNING)

    async def listed(work: Work, command: In) -> list[str]:
        return [each.key for each in await work.directory.institutions()]

    assert await store.look(listed, In()) == ["board"]
    again = RenameInstitution(school_id=gone.id, name=Bilingual("x", "x"))
    with pytest.raises(LookupError):
        await store.run(remove_institution, again)
    with pytest.raises(LookupError):
        await store.run(rename_institution, again)
    with pytest.raises(LookupError):
        await in_school(store, here, lambda work: work.mandates.give(gone.id, ""))
    assert (await add(store)).public_id != gone.public_id


async def test_once_it_issued_it_stays_whoever_is_forgotten(store: RowStore, here: Place) -> None:
    institution, achievement = await add(store), await add_achievement(store, "badge")
    ann = here.people[0][0]

    async def earn(work: Work) -> None:
        assert await work.awards.add(ann.id, achievement, EVIDENCE, institution_id=institution.id)

    await in_school(store, here, earn)
    await in_school(store, here, lambda work: work.people.forget(ann.id))
    assert not await store.read(lambda scope: scope.all(select(t.award.c.id)))
    with pytest.raises(Problem, match="has_issued") as caught:
        await store.run(remove_institution, OfSchool(school_id=institution.id))
    assert caught.value.params["day"] == MORNING.date().isoformat()
    assert await keys(store, institution)


async def test_another_name_is_noted_once(store: RowStore, here: Place) -> None:
    institution, name = await add(store), Bilingual("新しい大学", "New University")
    for _ in range(2):
        renamed = await store.run(rename_institution, RenameInstitution(school_id=institution.id, name=name))
        assert (renamed.name, renamed.key, renamed.public_id) == (name, institution.key, institution.public_id)
    assert await acts(store, institution) == ["rename"]
    blank = RenameInstitution(school_id=institution.id, name=Bilingual(" ", "x"))
    with pytest.raises(Problem, match="bad_name"):
        await store.run(rename_institution, blank)
    with pytest.raises(LookupError):
        await store.run(rename_institution, RenameInstitution(school_id=here.school.id, name=name))
    assert (await in_school(store, here, lambda work: work.school())).name == here.school.name
