"""A further mail address is proved in chat by a code sent to it, and then binds badges from elsewhere."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.outcomes import Refused
from bot.domain.people import Consent
from bot.domain.proofs import MOST_A_DAY, MOST_TO_ONE, MOST_TRIES
from bot.errors import Problem
from bot.handlers.local.chairs import Place
from bot.handlers.local.stage import Actor
from bot.services import proving
from bot.services.commands import OfSchool
from bot.services.mail_ports import Letter
from bot.services.ports import Work
from bot.services.preferences import SetConsent, welcome
from bot.services.proving import AskCode
from scenarios.lms import lms_of
from scenarios.postbox import Postbox, open_postbox
from scenarios.test_bringing import exported
from scenarios.test_forgetting import is_forgotten
from scenarios.test_moving import agree, code_of
from scenarios.test_taking_in import files_of
from scenarios.town import Town, label, open_town, say, texts
from storage import tables as t

OLD = "aoki@former.example.jp"


@pytest.fixture
async def post() -> AsyncIterator[Postbox]:
    async with open_postbox() as box:
        yield box


@pytest.fixture
async def mailing(town_folder: Path, post: Postbox) -> AsyncIterator[Town]:
    async with open_town(town_folder, smtp_url=post.url) as town:
        yield town


def wrong(code: str) -> str:
    return f"{(int(code.replace('-', '')) + 1) % 10**8:08d}"


async def asks(actor: Actor, address: str, head: str = "アドレス") -> None:
    """Words open the form with the address in it; the form's press sends."""
    await actor.says(f"{head} {address}")
    form = actor.newest().card.form
    assert form is not None
    assert form.title == say(actor.lang, "mail.send_to", address=address), "the press says what it does"
    assert [field.value for field in form.fields] == [address]
    await actor.fills(address=form.fields[0].value)


async def proves(town: Town, post: Postbox, address: str = OLD) -> None:
    await asks(town.east["aoki"], address)
    await town.east["aoki"].says(f"コード {post.code()}")
    town.east["aoki"].sees(say("ja", "notice.address_proved", address=address))


async def comes_back(town: Town) -> None:
    """Aoki, of whom the eastern school knows nothing."""
    await town.east["aoki"].says("こんにちは")
    person = await town.person(town.east, "aoki")
    no_news = SetConsent(school_id=person.school_id, person_id=person.id, consent=Consent.DELIVERY, given=False)
    await town.house.store.run(welcome, no_news)


async def test_it_binds_a_badge_of_a_former_school(mailing: Town, post: Postbox) -> None:
    aoki, lms = mailing.east["aoki"], lms_of(mailing, address=OLD).publish()
    await aoki.says(f"取り込む {lms.url}")
    aoki.sees(say("ja", "refused.foreign_not_yours"))
    await aoki.commands("アドレス")
    aoki.sees(say("ja", "mail.title"), "aoki@example.school", last=1)
    await aoki.fills(address=OLD.upper())
    aoki.sees(say("ja", "mail.sent", address=OLD))
    await aoki.fills(code=post.code())
    aoki.sees(say("ja", "notice.address_proved", address=OLD))
    await aoki.says(f"アドレス {OLD}")
    aoki.sees(say("ja", "refused.mail_known", address=OLD), last=1)
    await aoki.says(f"取り込む {lms.url}")
    aoki.sees(say("ja", "foreign.taken"))
    assert OLD not in texts(mailing.east["mori"].staff())
    assert [row.act for row in await mailing.rows(t.audit) if row.act == "prove_address"] == ["prove_address"]
    mailing.check_database()


async def test_the_code_alone_is_enough_while_one_is_open(mailing: Town, post: Postbox) -> None:
    aoki, mori, none_open = mailing.east["aoki"], mailing.east["mori"], say("ja", "refused.mail_no_code")
    await asks(aoki, OLD)
    code = post.code()
    await mori.says(code)
    assert none_open not in mori.newest().card.text(), "as if codes were nothing that is sent"
    await aoki.commands("アドレス")
    aoki.sees(say("ja", "mail.waits", address=OLD), last=1)
    await aoki.presses(label(aoki, "type_code"))
    form = aoki.newest().card.form
    assert form is not None
    assert OLD in form.fields[0].hint, "to which address"
    await aoki.says(wrong(code))
    aoki.sees(say("ja", "refused.mail_wrong_code", left=MOST_TRIES - 1), last=1)
    await aoki.says(code.replace("-", "ー"))
    aoki.sees(say("ja", "notice.address_proved", address=OLD), last=1)
    await aoki.says(code)
    assert none_open not in aoki.newest().card.text(), "as if there had never been one"


async def test_a_number_is_no_code_elsewhere_and_other_numbers_are_what_they_were(mailing: Town, post: Postbox) -> None:
    aoki = mailing.east["aoki"]
    await asks(aoki, OLD)
    code = post.code()
    await aoki.commands(code)
    await aoki.chair.at(Place.STAFF).say(f"@Sukima {code}")
    for typed in ("5", f"{code} です？"):
        await aoki.says(typed)
    (row,) = await mailing.rows(t.mail_code)
    assert (row.wrong, row.ended_at) == (0, None)
    assert not await mailing.rows(t.mail_address)
    await aoki.says(code)
    assert len(await mailing.rows(t.mail_address)) == 1


async def test_the_mail_is_short_kind_and_says_who_asked(mailing: Town, post: Postbox) -> None:
    await asks(mailing.east["hall"], OLD, "address")
    (letter,) = post.letters
    text = letter.get_content()
    assert (letter["To"], letter["From"]) == (OLD, "Sukima <sukima@post.example>")
    assert letter["Subject"] == say("en", "mail.subject")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"]
    assert (letter.get_content_type(), letter.get_content_charset()) == ("text/plain", "utf-8")
    assert text.index("Hall あさひ") < text.index("さん（あさひ小学校）"), "in their language first"
    assert "If it was not you" in text
    assert "お心あたりがなければ" in text
    assert "http" not in text
    code = post.code().replace("-", "")
    kept = [str(row) for table in (t.mail_code, t.outbox, t.audit) for row in await mailing.rows(table)]
    assert not any(code in row for row in kept), "only a hash of it is kept"


async def test_wrong_codes_late_ones_and_those_of_others(mailing: Town, post: Postbox) -> None:
    aoki, mori = mailing.east["aoki"], mailing.east["mori"]
    await asks(aoki, OLD)
    code = post.code()
    await mori.says(f"コード {code}")
    mori.sees(say("ja", "refused.mail_no_code"))
    await aoki.commands("コード 1234")
    for left in range(MOST_TRIES - 1, 0, -1):
        await aoki.says(f"コード {wrong(code)}")
        aoki.sees(say("ja", "refused.mail_wrong_code", left=left))
    await aoki.says(f"コード {wrong(code)}")
    aoki.sees(say("ja", "refused.mail_tries_over", most=MOST_TRIES), last=1)
    await aoki.says(f"コード {code}")
    aoki.sees(say("ja", "refused.mail_no_code"), last=1)
    await asks(aoki, OLD)
    await mailing.clock("08:16")
    await aoki.says(f"コード {post.code()}")
    aoki.sees(say("ja", "refused.mail_no_code"), last=1)
    assert not await mailing.rows(t.mail_address)


async def test_a_newer_code_ends_the_former_one_and_a_code_holds_once(mailing: Town, post: Postbox) -> None:
    aoki = mailing.east["aoki"]
    await asks(aoki, OLD)
    former = post.code()
    await asks(aoki, "aoki@other.example.jp")
    await aoki.says(f"コード {former}")
    aoki.sees(say("ja", "refused.mail_wrong_code", left=MOST_TRIES - 1))
    await aoki.says(f"コード {post.code()}")
    await aoki.says(f"コード {post.code()}")
    aoki.sees(say("ja", "refused.mail_no_code"), last=1)
    assert [row.address for row in await mailing.rows(t.mail_address)] == ["aoki@other.example.jp"]


async def test_nobody_is_sent_too_many(mailing: Town, post: Postbox) -> None:
    aoki, mori = mailing.east["aoki"], mailing.east["mori"]
    for _ in range(MOST_TO_ONE + 1):
        await asks(aoki, OLD)
    aoki.sees(say("ja", "refused.mail_enough_there", most=MOST_TO_ONE))
    for number in range(MOST_A_DAY - MOST_TO_ONE + 1):
        await asks(aoki, f"aoki{number}@other.example.jp")
    aoki.sees(say("ja", "refused.mail_enough", most=MOST_A_DAY))
    assert len(post.letters) == MOST_A_DAY
    for _ in range(MOST_TRIES):
        await aoki.says(f"コード {wrong(post.code())}")
    aoki.sees(say("ja", "refused.mail_tries_over_today", most=MOST_TRIES), last=1)
    await aoki.says(f"コード {post.code()}")
    aoki.sees(say("ja", "refused.mail_enough", most=MOST_A_DAY), last=1)
    await mailing.clock("06-11 08:01")
    await mailing.house.store.forget_codes(mailing.room.now())
    assert not await mailing.rows(t.mail_code)
    await asks(mori, OLD)
    assert len(post.letters) == MOST_A_DAY + 1


async def test_colleagues_keep_nobody_from_their_address_and_all_together_send_so_many(
    mailing: Town, post: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.proving.MOST_TO_ONE_FOR_ALL", MOST_TO_ONE + 1)
    for _ in range(MOST_TO_ONE):
        await asks(mailing.east["aoki"], OLD)
    await asks(mailing.east["mori"], OLD)
    assert len(post.letters) == MOST_TO_ONE + 1
    await asks(mailing.east["sato"], OLD)
    mailing.east["sato"].sees(say("ja", "refused.mail_enough_there", most=MOST_TO_ONE + 1))


async def test_who_is_forgotten_or_moves_has_no_more_codes_that_day(mailing: Town, post: Postbox) -> None:
    aoki, there = mailing.east["aoki"], mailing.west["aoki"]
    too_many = say("ja", "refused.mail_enough_there", most=MOST_TO_ONE)
    for _ in range(MOST_TO_ONE):
        await asks(aoki, OLD)
    await is_forgotten(aoki)
    await comes_back(mailing)
    await asks(aoki, OLD)
    aoki.sees(too_many, last=1)
    await agree(mailing)
    code = await code_of(mailing, aoki)
    await there.commands(f"move {code}")
    await there.presses(label(there, "move_yes"))
    await comes_back(mailing)
    for actor in (there, aoki):
        await asks(actor, OLD)
        actor.sees(too_many, last=1)
    assert len(post.letters) == MOST_TO_ONE
    await asks(mailing.east["mori"], OLD)
    mailing.east["mori"].sees(say("ja", "mail.sent", address=OLD), last=1)
    await mailing.clock("06-11 08:01")
    await mailing.house.store.forget_codes(mailing.room.now())
    assert not await mailing.rows(t.mail_sent)
    await asks(aoki, OLD)
    aoki.sees(say("ja", "mail.sent", address=OLD), last=1)


async def test_a_mail_that_a_slow_server_takes_later_counts_and_its_code_holds(
    mailing: Town, post: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.mail.PATIENCE", 0.0)
    post.slow = asyncio.Event()
    await asks(mailing.east["aoki"], OLD)
    assert len(await mailing.rows(t.mail_code)) == 1
    post.slow.set()
    await post.came.wait()
    await mailing.east["aoki"].says(f"コード {post.code()}")
    mailing.east["aoki"].sees(say("ja", "notice.address_proved", address=OLD))


async def test_the_answer_tells_nothing_of_an_address(mailing: Town, post: Postbox) -> None:
    """That a colleague has it, that it does not exist: it sounds the same. Two people may prove one mailbox."""
    post.refuses = "nobody@former.example.jp"
    mori = mailing.east["mori"]
    await mailing.east["aoki"].commands("wallet")
    for address in ("aoki@example.school", "nobody@former.example.jp", "somebody@former.example.jp"):
        await asks(mori, address)
        mori.sees(say("ja", "mail.sent", address=address), last=1)
    await proves(mailing, post)
    await asks(mori, OLD)
    await mori.says(f"コード {post.code()}")
    assert {row.address for row in await mailing.rows(t.mail_address)} == {OLD}
    lms = lms_of(mailing, address=OLD).publish()
    await mailing.east["aoki"].says(f"取り込む {lms.url}")
    await mori.says(f"取り込む {lms.url}")
    mori.sees(say("ja", "refused.foreign_taken"))


async def test_it_is_removed_exported_and_forgotten(mailing: Town, post: Postbox) -> None:
    aoki = mailing.east["aoki"]
    await proves(mailing, post)
    rows = files_of(await exported(aoki))["everything.json"].decode()
    assert OLD in rows
    assert "mark" not in rows
    await aoki.commands("アドレス")
    await aoki.presses(say("ja", "label.about", label=label(aoki, "drop_address"), name=OLD))
    assert not await mailing.rows(t.mail_address)
    await mailing.clock("06-12 08:00")
    await proves(mailing, post)
    await is_forgotten(aoki)
    assert not await mailing.rows(t.mail_address)
    assert not await mailing.rows(t.mail_code)
    mailing.check_database()


async def test_it_moves_with_its_person_and_gives_no_role(mailing: Town, post: Postbox) -> None:
    await proves(mailing, post)
    before = await mailing.person(mailing.east, "aoki")
    await agree(mailing)
    code = await code_of(mailing, mailing.east["aoki"])
    there = mailing.west["aoki"]
    await there.commands(f"move {code}")
    await there.presses(label(there, "move_yes"))
    (row,) = await mailing.rows(t.mail_address)
    west = await mailing.person(mailing.west, "aoki")
    assert (row.person_id, row.school_id) == (west.id, west.school_id)
    assert before.roles == west.roles
    people = await mailing.house.store.look(_by_address, OfSchool(school_id=west.school_id))
    assert OLD not in people, "a staff list that names it means whom the platform says"


async def _by_address(work: Work, command: OfSchool) -> dict[str, int]:
    return await work.staff.people()


async def test_a_server_that_is_down_costs_no_try(mailing: Town, post: Postbox) -> None:
    aoki = mailing.east["aoki"]
    post.login = "user:password"
    for _ in range(MOST_A_DAY + 1):
        await asks(aoki, OLD)
        aoki.sees(say("ja", "refused.mail_not_sent"), last=1)
    assert not await mailing.rows(t.mail_code)
    assert not await mailing.rows(t.mail_sent)
    post.login = ""
    await proves(mailing, post)


@pytest.mark.parametrize(
    "typed",
    [
        f"アドレス {OLD}",
        f"my address is {OLD}",
        f"誰が保護者へのメールの書き方に詳しい？ 返事は {OLD} の件です",
        f"学ぶ メール {OLD}",
        f"Please prove to {OLD} that I learnt this",
    ],
)
async def test_words_alone_send_nothing(mailing: Town, post: Postbox, typed: str) -> None:
    """A mail to a stranger takes a press."""
    aoki = mailing.east["aoki"]
    await aoki.says(typed)
    await aoki.commands(typed)
    await mailing.settle()
    assert not post.letters
    assert not await mailing.rows(t.mail_code)


async def test_a_mail_that_could_not_be_sent_takes_back_its_own_code_only(
    mailing: Town, post: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    aoki, desk = mailing.east["aoki"], mailing.house.proving
    person = await mailing.person(mailing.east, "aoki")
    begun, fails = asyncio.Event(), asyncio.Event()
    carried = desk._post
    assert carried is not None

    class Slow:
        async def send(self, letter: Letter) -> None:
            if letter.to == "slow@former.example.jp":
                begun.set()
                await fails.wait()
                raise Problem("mail.not_sent")
            await carried.send(letter)

    monkeypatch.setattr(desk, "_post", Slow())
    ids = {"school_id": person.school_id, "person_id": person.id}
    slow = asyncio.create_task(desk.ask(AskCode(**ids, address="slow@former.example.jp")))
    await begun.wait()
    await asks(aoki, OLD)
    fails.set()
    assert await slow == Refused("mail_not_sent")
    await aoki.says(f"コード {post.code()}")
    aoki.sees(say("ja", "notice.address_proved", address=OLD))


async def test_without_a_mail_server_it_says_so(town: Town) -> None:
    aoki = town.east["aoki"]
    await aoki.commands("address")
    aoki.sees(say("ja", "refused.mail_not_set_up"), last=1)
    assert aoki.newest().card.form is None
    await aoki.commands(f"address {OLD}")
    aoki.sees(say("ja", "refused.mail_not_set_up"), last=1)


@pytest.mark.parametrize(
    "typed", ["nobody", "a@b", "a b@c.example", "a@b.example\r\nBcc: x@y.example", "<a@b.example>,c@d.example"]
)
async def test_what_is_no_address_is_sent_nothing(mailing: Town, post: Postbox, typed: str) -> None:
    aoki = mailing.east["aoki"]
    await aoki.commands("アドレス")
    await aoki.fills(address=typed)
    aoki.sees(say("ja", "refused.mail_no_address"), last=1)
    assert not post.letters


async def test_so_many_can_be_proved_and_no_more(mailing: Town, post: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "MOST_KEPT", 1)
    aoki = mailing.east["aoki"]
    await proves(mailing, post)
    await asks(aoki, "aoki@other.example.jp")
    aoki.sees(say("ja", "refused.mail_full", most=1))
    assert len(post.letters) == 1
