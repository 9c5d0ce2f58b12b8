"""Two accounts of one human being, on two platforms of one school, become one person, and two again (issue 6)."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.badges.verdict import Validity
from bot.badges.verify import verify
from bot.conversation.intents import Commanded
from bot.domain.language import Bilingual
from bot.domain.people import Consent, Role
from bot.handlers.local.chairs import Chairs, Place
from bot.handlers.local.room_types import PLATFORM
from bot.handlers.local.stage import Actor, Stage
from bot.services.commands import OfNoSchool, OfSchool
from bot.services.directory import BindWorkspace, bind_workspace
from bot.services.linking import AboutAccount, unlink
from bot.services.ports import Work
from bot.services.roles import set_roles
from bot.wording import Wording
from scenarios.conftest import Shared
from scenarios.shelf import CARE, FIRST
from scenarios.town import FLOWER, Town, counted, label, posts_of, say, studies
from storage import tables as t

ANNEX = "annex"
LEADS = "22"
"""The role that leaders wear in the annex."""


async def annex(town: Town, *users: str) -> Stage:
    """The eastern school has a second workspace, where some sit again, under names of their own."""
    school = (await town.workspace(town.east)).school_id

    async def bind(work: Work, command: OfNoSchool) -> None:
        await work.directory.add_workspace(
            school, PLATFORM, ANNEX, staff_channel="staff", lang="ja", emoji=("white_flower", "white_check_mark")
        )

    await town.house.store.run(bind, OfNoSchool())
    town.room.add_workspace(ANNEX, Bilingual("別館", "Annex"), zone="Asia/Tokyo", lang="ja", staff_channel="staff")
    for user in users:
        town.room.add_user(ANNEX, user, f"{user}（別館）", lang="ja", title=Bilingual("", ""))
    chairs = town.east.chairs
    return Stage(Chairs(chairs.room, chairs._adapter, chairs.settle, ANNEX, chairs._advance), town.room.now)


async def code_of(actor: Actor, words: str = "link") -> str:
    await actor.commands(words)
    prefix = say(actor.lang, "link.code", code="")
    return next(line for line in actor.newest().card.lines if line.startswith(prefix)).removeprefix(prefix)


async def links(town: Town, shows: Actor, types: Actor) -> None:
    """From code to press."""
    code = await code_of(shows)
    await types.commands(f"link {code}")
    await types.presses(label(types, "link_yes"))
    await town.settle()


async def person_of(town: Town, actor: Actor) -> Any:
    workspace = await town.rows(t.workspace, t.workspace.c.key == actor.chair.user.workspace)
    account = await town.rows(
        t.account, t.account.c.workspace_id == workspace[0].id, t.account.c.user_key == actor.chair.user.key
    )
    return (await town.rows(t.person, t.person.c.id == account[0].person_id))[0]


async def welcomes(town: Town, actor: Actor) -> None:
    """Through the welcome, in Japanese."""
    for token in (("lang", "ja"), ("quiet", "keep"), ("deliver", "no")):
        await town.press(actor, town.token(*token))


@pytest.fixture
async def there(shared_badge: Shared) -> Actor:
    """Aoki, who shows a badge in the school's first workspace, sits in the annex, too."""
    stage = await annex(shared_badge.town, "aoki", "mori")
    return stage["aoki"]


async def test_two_accounts_become_one_person(shared_badge: Shared, there: Actor) -> None:
    """The code on one, the look ahead and the press on the other; a newcomer may begin with it."""
    town, aoki = shared_badge.town, shared_badge.holder
    code = await code_of(aoki)
    await there.says(f"連携コード {code.lower()}")
    there.sees(say("ja", "link.preview"), say("ja", "link.becomes", badges=1, completions=1), aoki.name, last=1)
    assert (await person_of(town, there)).id != (await person_of(town, aoki)).id, "nothing is done before the press"
    await there.presses(label(there, "link_yes"))
    await town.settle()
    there.sees(say("ja", "notice.linked", badges=1), last=1)
    aoki.sees(say("ja", "notice.linked_elsewhere"), last=1)
    one = await person_of(town, there)
    assert one.id == (await person_of(town, aoki)).id
    assert one.name == aoki.name
    await there.commands("wallet")
    there.sees(counted("ja")[0], last=1)
    await aoki.commands("wallet")
    assert (await person_of(town, aoki)).name == aoki.name, "each platform's name is its account's own"
    await there.presses(label(there, "link_yes"))
    there.sees(say("ja", "refused.link_code"), last=1)
    town.check_database()


async def test_nobody_endorses_themselves_with_another_account(shared_badge: Shared, there: Actor) -> None:
    town, aoki = shared_badge.town, shared_badge.holder
    mori = town.east["mori"]
    await mori.reacts(shared_badge.post, FLOWER)
    await there.commands("help")
    award = await shared_badge.award()
    public_id = (await town.award(town.east, "aoki", FIRST)).public_id
    await town.press(there, town.token("endorse", public_id))
    assert await shared_badge.standing() == 2
    await links(town, aoki, there)
    assert await shared_badge.standing() == 1
    there.sees(say("ja", "notice.linked_withdrawn", n=1), last=1)
    newest = json.loads((await town.editions(award))[-1].text)
    assert len(newest["endorsement"]) == 1
    verdict = verify((await town.editions(award))[-1].text.encode(), now=town.room.now())
    assert verdict.validity is not Validity.INVALID
    assert counted("ja", colleagues=1)[0] in shared_badge.text()
    answer = await town.press(there, town.token("endorse", public_id))
    assert say("ja", "refused.own_award") in town.said(answer)
    # Two again, the accounts still are one human being's.
    await there.commands("unlink")
    await there.presses(say("ja", "label.about", label=label(there, "unlink"), name=f"職員室：{there.name}"))
    await there.presses(label(there, "unlink_yes"))
    await town.settle()
    assert (await person_of(town, there)).id != (await person_of(town, aoki)).id
    answer = await town.press(there, town.token("endorse", public_id))
    assert say("ja", "refused.own_award") in town.said(answer)
    assert await shared_badge.standing() == 1
    town.check_database()


async def test_of_two_badges_alike_one_stays_and_both_certificates_are_valid(
    shared_badge: Shared, there: Actor
) -> None:
    town, aoki, mori = shared_badge.town, shared_badge.holder, shared_badge.town.east["mori"]
    first = await town.award(town.east, "aoki", FIRST)
    await town.clock("09:00")
    await there.commands("learn")
    await welcomes(town, there)
    await studies(there, "u-board", "u-breath")
    second = (await town.rows(t.award, t.award.c.achievement_key == FIRST, t.award.c.id != first.id))[0]
    text = (await town.editions(second.id))[-1].text
    public_id = (await town.rows(t.award, t.award.c.id == second.id))[0].public_id
    await there.chair.press_action(town.token("share", public_id))
    await town.press(mori, town.token("endorse", public_id))
    await links(town, there, aoki)
    person = await person_of(town, aoki)
    held = await town.rows(t.award, t.award.c.person_id == person.id)
    assert {award.achievement_key for award in held} >= {FIRST, CARE}
    kept = next(award for award in held if award.achievement_key == FIRST)
    assert (kept.public_id, kept.awarded_at) == (first.public_id, first.awarded_at), "the earlier one"
    assert [one.endorser_id for one in await town.standing(kept.id)] == [(await person_of(town, mori)).id]
    (document,) = await town.rows(t.brought)
    assert (document.person_id, document.text) == (person.id, text), "the other certificate is kept, byte for byte"
    for each in (text, (await town.editions(kept.id))[-1].text):
        assert verify(each.encode(), now=town.room.now()).validity is not Validity.INVALID
    posts = [*posts_of(mori, aoki, FIRST), *there.staff()]
    counting = [post for post in posts if counted("ja", colleagues=1)[0] in post.card.text()]
    assert len(counting) == 2, "both posts tell of the one badge"
    town.check_database()


async def test_sukima_writes_where_the_person_was_last_or_chose_to_be(shared_badge: Shared, there: Actor) -> None:
    town, aoki, mori = shared_badge.town, shared_badge.holder, shared_badge.town.east["mori"]
    await links(town, aoki, there)
    here, away = f"職員室：{there.name}", f"職員室：{aoki.name}"
    write = say("ja", "label.about", label=label(aoki, "write_here"), name=here)

    async def refused_reaction() -> None:
        """Something that Sukima has to explain to Aoki."""
        await town.east["aoki"].reacts(shared_badge.post, FLOWER)
        await town.east["aoki"].unreacts(shared_badge.post, FLOWER)
        await town.settle()

    before = len(there.direct()), len(aoki.direct())
    await refused_reaction()
    assert (len(there.direct()), len(aoki.direct())) == (before[0] + 1, before[1]), "linked there, so used there last"
    await aoki.commands("accounts")
    aoki.sees(say("ja", "link.is_here"), away, last=1)
    said = len(aoki.direct())
    await refused_reaction()
    assert len(aoki.direct()) == said + 1
    await aoki.presses(write)
    await aoki.commands("help")
    said = len(there.direct())
    await refused_reaction()
    assert len(there.direct()) == said + 1, "chosen: using the other one changes nothing"
    assert mori.name


async def test_unlinking_leaves_an_account_with_nothing(shared_badge: Shared, there: Actor) -> None:
    town, aoki = shared_badge.town, shared_badge.holder
    await links(town, aoki, there)
    await there.commands("wallet")
    await studies(there, "u-breath")
    assert (await town.award(town.east, "aoki", CARE)).person_id == (await person_of(town, there)).id
    await aoki.commands("連携を解除")
    await aoki.presses(say("ja", "label.about", label=label(aoki, "unlink"), name=f"職員室：{there.name}"))
    aoki.sees(say("ja", "unlink.stays"), last=1)
    await aoki.presses(label(aoki, "unlink_yes"))
    await town.settle()
    there.sees(say("ja", "notice.unlinked_here"), last=1)
    new = await person_of(town, there)
    assert (new.name, new.roles, new.welcomed_at) == (there.name, {"teacher"}, None)
    assert not await town.rows(t.award, t.award.c.person_id == new.id)
    assert len(await town.rows(t.award, t.award.c.person_id == (await person_of(town, aoki)).id)) == 3
    await aoki.presses(label(aoki, "unlink_yes"))
    aoki.sees(say("ja", "refused.not_yours"), last=1)
    town.check_database()


async def test_what_is_shown_stays_shown_where_an_account_was_unlinked(shared_badge: Shared, there: Actor) -> None:
    town, aoki = shared_badge.town, shared_badge.holder
    await links(town, aoki, there)
    await there.commands("unlink")
    await there.presses(say("ja", "label.about", label=label(there, "unlink"), name=f"職員室：{aoki.name}"))
    await there.presses(label(there, "unlink_yes"))
    await town.settle()
    one = await person_of(town, there)
    assert (await person_of(town, aoki)).id != one.id
    (award,) = await town.rows(t.award, t.award.c.person_id == one.id, t.award.c.achievement_key == FIRST)
    assert award.displayed_at is not None
    await town.east["mori"].reacts(shared_badge.post, FLOWER)
    await town.settle()
    assert counted("ja", colleagues=1)[0] in shared_badge.text(), "the post stands, and goes on telling"
    town.check_database()


async def test_a_reaction_taken_off_after_unlinking_withdraws(shared_badge: Shared, there: Actor) -> None:
    """The endorsement stayed with the person, and rests on the reaction of the account that left (design.md 4.8)."""
    town, mori = shared_badge.town, shared_badge.town.east["mori"]
    other = (await annex_of(town))["mori"]
    await other.commands("help")
    await links(town, mori, other)
    await mori.reacts(shared_badge.post, FLOWER)
    endorser = (await person_of(town, mori)).id
    await other.commands("unlink")
    await other.presses(say("ja", "label.about", label=label(other, "unlink"), name=f"職員室：{mori.name}"))
    await other.presses(label(other, "unlink_yes"))
    await town.settle()
    assert (await person_of(town, mori)).id != endorser
    assert await shared_badge.standing() == 1
    await mori.unreacts(shared_badge.post, FLOWER)
    await town.settle()
    assert await shared_badge.standing() == 0
    await mori.reacts(shared_badge.post, FLOWER)
    await town.settle()
    assert [one.endorser_id for one in await town.standing(await shared_badge.award())] == [
        (await person_of(town, mori)).id
    ]
    town.check_database()


async def test_wrong_codes_are_one_clear_sentence(shared_badge: Shared, there: Actor) -> None:
    town, aoki = shared_badge.town, shared_badge.holder
    await there.commands("link ABCD-EFGH")
    there.sees(say("ja", "refused.link_code"), last=1)
    code = await code_of(aoki, "連携")
    await aoki.commands(f"つなぐ {code}")
    aoki.sees(say("ja", "refused.link_same"), last=1)
    await town.west["aoki"].commands(f"link {code}")
    town.west["aoki"].sees(say("ja", "refused.link_code"), last=1)
    await there.commands("accounts")
    await there.fills(code=code)
    there.sees(say("ja", "link.preview"), last=1)
    await there.presses(label(there, "cancel"))
    assert len(await town.rows(t.person, t.person.c.moved_to_id.is_not(None))) == 0


async def test_what_both_endorsed_counts_once_and_that_is_said_before(shared_badge: Shared, there: Actor) -> None:
    """Mori, with both accounts, endorsed Aoki's badge."""
    town, mori = shared_badge.town, shared_badge.town.east["mori"]
    other = (await annex_of(town))["mori"]
    await mori.reacts(shared_badge.post, FLOWER)
    await welcomes(town, other)
    award = await town.award(town.east, "aoki", FIRST)
    await town.press(other, town.token("endorse", award.public_id))
    assert await shared_badge.standing() == 2
    code = await code_of(mori)
    await other.commands(f"link {code}")
    other.sees(Wording("ja").say_n("link.alike", 1), last=1)
    await other.presses(label(other, "link_yes"))
    await town.settle()
    assert await shared_badge.standing() == 1


async def test_consent_to_be_named_needs_both(shared_badge: Shared, there: Actor) -> None:
    """What was endorsed by role only gets no name by linking, and what bore a name loses it."""
    town, mori = shared_badge.town, shared_badge.town.east["mori"]
    other = (await annex_of(town))["mori"]
    await town.press(mori, town.token("consent", Consent.NAMED, "on"))
    await mori.reacts(shared_badge.post, FLOWER)
    award = await shared_badge.award()
    assert mori.name in (await town.editions(award))[-1].text
    await other.commands("help")
    await links(town, mori, other)
    await town.settle()
    assert mori.name not in (await town.editions(award))[-1].text
    assert await shared_badge.standing() == 1


async def annex_of(town: Town) -> Stage:
    chairs = town.east.chairs
    return Stage(Chairs(chairs.room, chairs._adapter, chairs.settle, ANNEX, chairs._advance), town.room.now)


async def test_one_key_everywhere_is_one_person_from_the_start(shared_badge: Shared) -> None:
    """On a platform whose users have one key in every workspace."""
    town, aoki = shared_badge.town, shared_badge.holder
    town.house.store.deployment.global_users = frozenset({PLATFORM})
    there = (await annex(town, "aoki"))["aoki"]
    await there.commands("wallet")
    there.sees(counted("ja")[0], last=1)
    one = await person_of(town, there)
    assert one.id == (await person_of(town, aoki)).id
    assert one.name == aoki.name
    await there.commands("unlink")
    await there.presses(say("ja", "label.about", label=label(there, "unlink"), name=f"職員室：{there.name}"))
    await there.presses(label(there, "unlink_yes"))
    there.sees(say("ja", "refused.unlink_only"), last=1)


async def test_a_press_on_its_way_while_two_become_one_is_answered(
    shared_badge: Shared, there: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It began as the one who goes, and is done as whoever they are now."""
    town, aoki = shared_badge.town, shared_badge.holder
    await there.commands("help")
    code = await code_of(aoki)
    await there.commands(f"link {code}")
    confirm = next(button.action for button in there.newest().card.buttons if button.label == label(there, "link_yes"))
    router = town.house.router
    real, began = router._answer_as, []

    async def meanwhile(scene: Any, intent: Any) -> Any:
        if not began:
            began.append(scene.person.id)
            await town.press(there, confirm)
        return await real(scene, intent)

    monkeypatch.setattr(router, "_answer_as", meanwhile)
    answer = await town.press(there, town.token("consent", Consent.BEYOND, "on"))
    assert say("ja", "notice.consent_beyond_on") in town.said(answer)
    one = await person_of(town, there)
    assert one.id not in began
    assert Consent.BEYOND in one.consents


async def leads_there(town: Town, actor: Actor, *wears: str) -> bool:
    """They act in the annex, wearing that. Whether their person leads then."""
    origin = replace(actor.chair.at(Place.DIRECT).origin, wears=frozenset(wears))
    await town.house.router.handle(Commanded(origin, "help"))
    await town.settle()
    return Role.LEADER in (await person_of(town, actor)).roles


@pytest.fixture
async def follows(there: Actor, shared_badge: Shared) -> Town:
    """The annex says by a role of its own who leads."""
    town = shared_badge.town
    command = BindWorkspace(
        school="east", platform=PLATFORM, workspace=ANNEX, channel="staff", lang=None, emoji=(), leader_role=LEADS
    )
    await town.house.store.run(bind_workspace, command)
    return town


async def names_leader(town: Town, actor: Actor) -> None:
    """An owner does."""
    school, person = (await town.workspace(town.east)).school_id, (await person_of(town, actor)).id

    async def give(work: Work, command: OfSchool) -> None:
        found = await work.people.get(person)
        await set_roles(work, found, found.roles | {Role.LEADER}, actor=None)

    await town.house.store.run(give, OfSchool(school_id=school))
    await town.settle()


async def test_a_workspace_takes_no_role_that_it_did_not_give(
    shared_badge: Shared, there: Actor, follows: Town
) -> None:
    aoki = shared_badge.holder
    await links(follows, aoki, there)
    assert await leads_there(follows, there, LEADS)
    assert not await leads_there(follows, there), "what it gave"
    await names_leader(follows, aoki)
    assert await leads_there(follows, there)
    assert await leads_there(follows, there, LEADS)
    assert await leads_there(follows, there), "it was there before"
    follows.check_database()


async def test_who_led_by_more_than_a_workspaces_role_goes_on_leading_once_linked(
    shared_badge: Shared, there: Actor, follows: Town
) -> None:
    await names_leader(follows, shared_badge.holder)
    await leads_there(follows, there, LEADS)
    assert await leads_there(follows, there, LEADS)
    await links(follows, shared_badge.holder, there)
    assert await leads_there(follows, there)


async def test_what_a_workspace_gave_goes_with_its_account(shared_badge: Shared, there: Actor, follows: Town) -> None:
    aoki = shared_badge.holder
    await links(follows, aoki, there)
    assert await leads_there(follows, there, LEADS)
    accounts = await follows.rows(t.account, t.account.c.user_key == "aoki")
    command = AboutAccount(
        school_id=accounts[-1].school_id, person_id=accounts[-1].person_id, account_id=accounts[-1].id
    )
    await follows.house.store.run(unlink, command)
    await follows.settle()
    assert Role.LEADER not in (await person_of(follows, aoki)).roles
    assert await leads_there(follows, there, LEADS), "the account's own person now"
    assert not await leads_there(follows, there)
    follows.check_database()
