"""Whoever administers a workspace, as its platform says, gives and takes the roles of its daily life."""

from typing import Any

import pytest

from bot.domain.language import Bilingual
from bot.domain.people import Account, Role
from bot.handlers.local.stage import Actor, Stage
from bot.services.commands import OfSchool
from bot.services.ports import Work
from scenarios.test_people_in_chat import becomes_owner, roles_of
from scenarios.town import Town, say
from storage import tables as t


def admin_of(town: Town, stage: Stage, key: str = "mori") -> Actor:
    """The room says that this person runs the workspace."""
    chair = stage[key].chair
    room, user = town.room, chair.user
    return stage._seat(
        room.add_user(user.workspace, key, user.name, lang=user.lang, title=Bilingual("", ""), is_admin=True)
    )


async def close(town: Town, stage: Stage, key: str, *, closed: bool = True) -> None:
    """The platform closes somebody's account, or opens it again."""
    workspace = await town.workspace(stage)

    async def act(work: Work, command: OfSchool) -> None:
        (person,) = await work.people.with_user_key(key)
        for account in await work.people.accounts(person.id):
            gone = {"gone_at": work.now if closed else None}
            await work.people.save_account(Account(**{**account.__dict__, **gone}))

    await town.house.store.run(act, OfSchool(school_id=workspace.school_id))


async def audited(town: Town, act: str) -> list[Any]:
    return await town.rows(t.audit, t.audit.c.act == act)


@pytest.mark.parametrize(
    ("grant", "revoke"),
    [("grant leader to @hall", "revoke leader from Hall あさひ"), ("任命 hall 管理職", "解任 Hall あさひ 管理職")],
)
async def test_a_role_is_given_and_taken_in_words_and_the_person_is_told(town: Town, grant: str, revoke: str) -> None:
    admin, hall = admin_of(town, town.east), town.east["hall"]
    await admin.commands(grant)
    await town.settle()
    assert await roles_of(town, town.east, "hall") == {"teacher", "leader"}
    assert await roles_of(town, town.west, "hall") == {"teacher"}, "of the other school nothing"
    hall.sees(say("en", "roles.given", role="leader"), last=1)
    assert admin.name not in hall.newest().card.text()
    (noted,) = await audited(town, "grant_role")
    assert noted.detail == {"role": "leader", "by": "admin"}
    await admin.says(revoke)
    await town.settle()
    assert await roles_of(town, town.east, "hall") == {"teacher"}
    hall.sees(say("en", "roles.taken", role="leader"), last=1)
    town.check_database()


async def test_the_form_offers_administrators_what_they_may_and_no_more(town: Town) -> None:
    await becomes_owner(town, town.east["sato"])
    admin = admin_of(town, town.east)
    await admin.commands("役割")
    admin.sees(say("ja", "roles.as_admin"), last=1)
    form = admin.newest().card.form
    assert form is not None
    offered = [value for value, _ in next(field for field in form.fields if field.name == "role").choices]
    assert offered == ["teacher", "leader", "author"]
    assert say("ja", "role.owner") not in admin.newest().card.text()
    await admin.fills(person="aoki", role="author", change="grant")
    assert await roles_of(town, town.east, "aoki") == {"teacher", "author"}
    for words in ("grant owner to aoki", "grant officer to aoki", "revoke owner from sato"):
        await admin.commands(words)
        assert admin.newest().card.text() in {
            say("ja", "refused.admins_name_some"), say("ja", "refused.officers_name_officers"),
        }  # fmt: skip
    await admin.commands("grant leader to mori")
    admin.sees(say("ja", "refused.admin_not_self"), last=1)
    assert await roles_of(town, town.east, "mori") == {"teacher"}
    assert await roles_of(town, town.east, "sato") == {"leader", "owner"}
    await admin_of(town, town.east, "sato").commands("役割")
    said = town.east["sato"].newest().card
    assert said.form is not None
    assert say("ja", "roles.as_admin") not in said.text(), "an owner may name themselves, too"


async def test_who_runs_no_workspace_any_more_names_nobody(town: Town) -> None:
    admin = admin_of(town, town.east)
    await admin.commands("役割")
    form = admin.newest().card.form
    assert form is not None
    values = {"person": "aoki", "role": "leader", "change": "grant"}
    for actor in (town.east["hall"], town.west["mori"]):
        answer = await town.press(actor, form.action, values)
        assert town.said(answer) == say(actor.lang, "refused.owners_only"), "the form is nobody's key"
        await actor.commands("grant leader to aoki")
        actor.sees(say(actor.lang, "refused.owners_only"), last=1)
    assert await roles_of(town, town.east, "aoki") == {"teacher"}


async def test_who_is_new_and_came_to_name_roles_is_not_welcomed_first(town: Town) -> None:
    admin = admin_of(town, town.east, "nishi")
    await admin.commands("grant leader to aoki")
    assert await roles_of(town, town.east, "aoki") == {"teacher", "leader"}
    await town.west["nishi"].commands("grant leader to aoki")
    assert await roles_of(town, town.west, "aoki") == {"teacher"}


async def test_a_school_whose_owners_are_all_gone_gets_one_by_its_administrator(town: Town) -> None:
    sato, admin = town.east["sato"], admin_of(town, town.east)
    await becomes_owner(town, sato)
    await admin.commands("grant owner to aoki")
    admin.sees(say("ja", "refused.admins_name_some"), last=1)
    await close(town, town.east, "sato")
    await admin.commands("grant owner to mori")
    admin.sees(say("ja", "refused.admin_not_self"), last=1)
    await admin.commands("grant owner to aoki")
    assert await roles_of(town, town.east, "aoki") == {"teacher", "owner"}
    aoki = town.east["aoki"]
    await aoki.commands("roles")
    aoki.sees(say("ja", "roles.person_gone", name=sato.name, roles="管理職、Sukimaの運営担当"), last=1)
    await aoki.commands("revoke owner from aoki")
    aoki.sees(say("ja", "refused.last_owner_role"), last=1)
    await aoki.commands("revoke owner from sato")
    assert Role.OWNER not in await roles_of(town, town.east, "sato")
