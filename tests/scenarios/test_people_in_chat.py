"""Who is who, in chat: the first owner, roles, the last owner, agreements, and who beyond one's own school."""

import asyncio
from typing import Any

import pytest

from bot.conversation.intents import Commanded, Origin, Submitted
from bot.conversation.views import FoundSchoolForm
from bot.domain.ownership import RANDOM_BYTES
from bot.domain.people import Consent, Role
from bot.domain.staff import Expected
from bot.handlers.local.room_types import PLATFORM
from bot.handlers.local.stage import Actor
from bot.services import ownership
from bot.services.commands import OfSchool
from bot.services.ports import Work
from scenarios.shelf import FIRST
from scenarios.town import EAST, GIVEN, WEST, Town, intent, label, say, shares, studies
from storage import tables as t


async def code_of(town: Town, seed: int = 3) -> str:
    code = await town.house.store.run(
        ownership.ensure_claim, ownership.EnsureClaim(random=bytes([seed]) * RANDOM_BYTES)
    )
    assert code is not None
    return code


async def becomes_owner(town: Town, actor: Actor, seed: int = 3) -> None:
    await actor.commands(f"claim {await code_of(town, seed)}")
    actor.sees(say(actor.lang, "notice.owner_now"), last=2)


async def made_owner(town: Town, actor: Actor) -> None:
    """An owner by the staff list, as in a deployment that has one already."""
    school = (await town.workspace(town.west)).school_id

    async def act(work: Work, command: OfSchool) -> None:
        person = await work.people.with_user_key("mori")
        await work.people.save(person[0].__class__(**{**person[0].__dict__, "roles": frozenset({Role.OWNER})}))

    await town.house.store.run(act, OfSchool(school_id=school))


async def roles_of(town: Town, stage: Any, key: str) -> set[str]:
    return set((await town.person(stage, key)).roles)


# ---------------------------------------------------------------- the first owner


async def test_the_code_makes_an_owner_once(town: Town) -> None:
    mori, aoki = town.east["mori"], town.east["aoki"]
    code = await code_of(town)
    await mori.commands("claim ABCD-EFGH-JKMN-PQRS")
    mori.sees(say("ja", "refused.claim_wrong"), last=1)
    await mori.commands(f"引き受け {code.lower()}")
    mori.sees(say("ja", "notice.owner_now"), last=2)
    assert "owner" in await roles_of(town, town.east, "mori")
    await aoki.commands(f"claim {code}")
    aoki.sees(say("ja", "refused.claim_none"), last=1)
    assert "owner" not in await roles_of(town, town.west, "mori")
    town.check_database()


def nowhere(user: str, *, direct: bool = False) -> Origin:
    return Origin(
        PLATFORM, "nowhere", user, user.title(), "staff", direct, locale="en", address=f"{user}@example.school"
    )


async def test_in_a_workspace_of_no_school_the_code_opens_one(town: Town) -> None:
    router, code = town.house.router, await code_of(town)
    wrong = await router.handle(Commanded(nowhere("ito"), "claim ABCD-EFGH-JKMN-PQRS"))
    assert town.said(wrong) == say("en", "refused.claim_wrong")
    hidden = await router.handle(Commanded(nowhere("ito", direct=True), f"claim {code}"))
    assert town.said(hidden) == say("en", "refused.claim_in_channel")
    asked = await router.handle(Commanded(nowhere("ito"), f"claim {code}"))
    assert isinstance(asked.views[0], FoundSchoolForm)
    form = town.house.cards.draw(asked.views[0], "en").form
    assert form is not None
    again = await router.handle(
        Submitted(nowhere("ito"), form.action, {"name_ja": "北小", "name_en": " ", "zone": "x"})
    )
    assert say("en", "refused.school_nameless") in town.said(again)
    again = await router.handle(
        Submitted(nowhere("ito"), form.action, {"name_ja": "北小", "name_en": "N", "zone": "x"})
    )
    assert say("en", "refused.zone_unknown") in town.said(again)
    filled = {"name_ja": "北小学校", "name_en": "Étoile & North!", "zone": "Asia/Tokyo"}
    ito, sato = [router.handle(Submitted(nowhere(user), form.action, filled)) for user in ("ito", "sato")]
    first, second = await asyncio.gather(ito, sato)
    said = {town.said(first).split("\n")[0], town.said(second).split("\n")[0]}
    assert said == {say("en", "notice.owner_now"), say("en", "refused.claim_none")}
    late = await router.handle(Submitted(nowhere("abe"), form.action, filled))
    assert town.said(late) == say("en", "refused.claim_none")
    schools = await town.rows(t.school, t.school.c.name_ja == "北小学校")
    assert [school.key for school in schools] == ["etoile-north"]
    people = await town.rows(t.person, t.person.c.school_id == schools[0].id)
    assert sorted("owner" in person.roles for person in people) == [False, False, True]
    workspace = (await town.rows(t.workspace, t.workspace.c.key == "nowhere"))[0]
    assert (workspace.school_id, workspace.staff_channel) == (schools[0].id, "staff")
    town.check_database()


# ---------------------------------------------------------------- roles


async def test_an_owner_gives_and_takes_a_role_and_the_person_is_told(town: Town) -> None:
    mori, aoki = town.east["mori"], town.east["aoki"]
    await becomes_owner(town, mori)
    await mori.commands("役割")
    mori.sees(say("ja", "roles.people"), "佐藤", last=1)
    await mori.fills(person="@aoki", role="leader", change="grant")
    await town.settle()
    assert await roles_of(town, town.east, "aoki") == {"teacher", "leader"}
    aoki.sees(say("ja", "roles.given", role="管理職"), say("ja", "roles.means.leader"), last=1)
    assert mori.name not in aoki.newest().card.text(), "who gave it is not named"
    await mori.fills(person="青木 あさひ", role="leader", change="revoke")
    await town.settle()
    assert await roles_of(town, town.east, "aoki") == {"teacher"}
    aoki.sees(say("ja", "roles.taken", role="管理職"), last=1)
    assert await roles_of(town, town.west, "aoki") == {"teacher"}


async def test_the_form_offers_what_one_may_give_and_a_change_of_ones_own_is_told(town: Town) -> None:
    mori = town.east["mori"]
    await becomes_owner(town, mori)
    await mori.commands("役割")
    form = mori.newest().card.form
    assert form is not None
    offered = dict(next(field for field in form.fields if field.name == "role").choices)
    assert offered["leader"] == "管理職"
    assert offered["officer"] == say("ja", "roles.to_take_only", role="教育委員会の担当")
    await mori.fills(person="mori", role="officer", change="grant")
    mori.sees(say("ja", "refused.officers_name_officers"), last=1)
    assert "officer" not in await roles_of(town, town.east, "mori")
    await mori.commands("役割")
    await mori.fills(person="mori", role="leader", change="grant")
    await town.settle()
    mori.sees(say("ja", "roles.given", role="管理職"), last=1)


async def test_somebody_without_the_role_sees_only_their_own(town: Town) -> None:
    aoki = town.east["aoki"]
    await aoki.commands("roles")
    seen = aoki.sees(say("ja", "roles.own", roles="教員"), last=1)
    assert seen.card.form is None
    assert "佐藤" not in seen.card.text()
    answer = await town.press(aoki, town.token("role"), {"person": "@aoki", "role": "owner", "change": "grant"})
    assert town.said(answer) == say("ja", "refused.owners_only")
    public_id = (await town.person(town.east, "aoki")).public_id
    answer = await town.press(aoki, town.token("role_of", public_id, "grant_owner"))
    assert town.said(answer) == say("ja", "refused.owners_only")


async def test_whoever_is_not_clear_is_asked_back(town: Town) -> None:
    mori = town.east["mori"]
    await becomes_owner(town, mori)
    await mori.commands("roles")
    await mori.fills(person="あさひ", role="author", change="grant")
    mori.sees(say("ja", "roles.which", words="あさひ"), last=1)
    await mori.presses(say("ja", "roles.candidate", name="青木 あさひ", keys="aoki"))
    assert await roles_of(town, town.east, "aoki") == {"teacher", "author"}
    await mori.commands("roles")
    await mori.fills(person=GIVEN[WEST], role="author", change="grant")
    mori.sees(say("ja", "refused.nobody_named", words=GIVEN[WEST]))
    await mori.says("任命 @U0EMMA004 管理職")
    mori.sees(say("ja", "refused.nobody_mentioned"))
    assert not any("U0EMMA004" in each.card.text() for each in mori.direct() if not each.author), "no raw key"


async def test_what_is_no_role_is_answered_with_those_that_are(town: Town) -> None:
    mori = town.east["mori"]
    await becomes_owner(town, mori)
    roles = "、".join(say("ja", f"role.{role}") for role in ("teacher", "leader"))
    for heard in (mori.says, mori.commands):
        await heard("任命 @aoki 番長")
        (said,) = [each.card.text() for each in mori.direct() if "番長" not in each.card.text()][-2:-1]
        assert roles in said
    assert await roles_of(town, town.east, "aoki") == {"teacher"}
    await mori.says("任命 @aoki 校長")
    assert await roles_of(town, town.east, "aoki") == {"teacher", "leader"}


async def test_the_last_owner_names_another_one_before_leaving(town: Town) -> None:
    mori = town.east["mori"]
    await becomes_owner(town, mori)
    await mori.commands("forget me")
    mori.sees(say("ja", "refused.last_owner_leaves"), last=1)
    await town.press(mori, town.token("forget_yes"))
    assert "owner" in await roles_of(town, town.east, "mori")
    await mori.commands("roles")
    await mori.fills(person="mori", role="owner", change="revoke")
    mori.sees(say("ja", "refused.last_owner_role"), last=1)
    await mori.commands("roles")
    await mori.fills(person="sato", role="owner", change="grant")
    await town.press(mori, town.token("forget_yes"))
    assert not await town.rows(t.account, t.account.c.user_key == "mori", t.account.c.school_id == 1)
    town.check_database()


async def test_who_is_on_the_staff_list_is_recognised_in_chat(town: Town) -> None:
    nishi = town.east["nishi"]
    school = (await town.workspace(town.east)).school_id
    waiting = Expected("西", "nishi@example.school", ("算数",), frozenset({Role.TEACHER, Role.LEADER}), "ja")

    async def expect(work: Work, command: OfSchool) -> None:
        await work.staff.expect([waiting])

    await town.house.store.run(expect, OfSchool(school_id=school))
    await town.west["nishi"].commands("settings")
    assert await roles_of(town, town.west, "nishi") == {"teacher"}
    await nishi.commands("settings")
    await town.settle()
    assert await roles_of(town, town.east, "nishi") == {"teacher", "leader"}
    assert not await town.rows(t.expected)


# ---------------------------------------------------------------- agreements


@pytest.mark.parametrize("agrees", [True, False])
async def test_colleagues_of_another_school_are_named_by_agreement_and_consent_only(town: Town, agrees: bool) -> None:
    """The eastern school asks for it, the western one accepts; Aoki of the west agrees, or not."""
    east, west, aoki = town.east["mori"], town.west["mori"], town.west["aoki"]
    await studies(aoki, "u-board")
    await shares(aoki, FIRST)
    await aoki.presses(label(aoki, "findable_yes"))
    await town.press(aoki, town.token("consent", Consent.BEYOND, "on" if agrees else "off"))
    await becomes_owner(town, east)
    await made_owner(town, west)

    async def asks() -> str:
        await east.says("ICTの入口に詳しい人は？")
        return east.newest().card.text()

    assert GIVEN[WEST] not in await asks()
    await east.commands("agreements")
    await east.fills(school=WEST, what="take_find")
    await town.settle()
    assert GIVEN[WEST] not in await asks(), "not accepted yet"
    west.sees(say("ja", "agreement.state.to_accept"), last=1)
    await west.presses(label(west, "agreement_accept"))
    await town.settle()
    east.sees(say("ja", "agreement.state.in_force"))
    named = await asks()
    assert (aoki.name in named) is agrees
    assert (f"{GIVEN[WEST]}小学校" in named) is agrees
    await west.says("ICTの入口に詳しい人は？")
    assert GIVEN[EAST] not in west.newest().card.text()
    await east.commands("agreements")
    await east.presses(label(east, "agreement_end"))
    assert GIVEN[WEST] not in await asks()
    town.check_database()


async def test_buttons_of_agreements_are_for_owners(town: Town) -> None:
    east, west = town.east["mori"], town.west["mori"]
    await becomes_owner(town, east)
    await made_owner(town, west)
    await east.commands("agreements")
    await east.fills(school=WEST, what="give_find")
    about = (await town.rows(t.agreement))[0].public_id
    for verb in ("agree_yes", "agree_end"):
        answer = await town.press(town.west["aoki"], town.token(verb, about))
        assert town.said(answer) == say("ja", "refused.owners_only")
    answer = await town.press(east, town.token("agree_yes", about))
    assert town.said(answer) == say("ja", "refused.agreement_own_offer")
    answer = await town.house.router.handle(intent(west.chair.origin, town.token("agree", ""), {"school": "x"}))
    assert town.said(answer) == say("ja", "refused.unknown_thing")
