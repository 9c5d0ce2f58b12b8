"""Taking everything out, and being forgotten: design.md 4.16."""

import io
import json
import zipfile

from bot.badges.verdict import Validity
from bot.badges.verify import verify
from bot.domain.people import Consent
from bot.handlers.local.stage import Actor
from scenarios.conftest import Shared
from scenarios.shelf import FIRST
from scenarios.town import FLOWER, Town, counted, label, say, shares, studies, texts
from storage import tables as t
from storage.erasures import ErasureLog


async def is_forgotten(actor: Actor) -> None:
    """From chat: settings, forget, yes."""
    await actor.commands("settings")
    await actor.presses(label(actor, "forget"))
    await actor.presses(label(actor, "forget_yes"))


async def test_an_endorsement_of_somebody_forgotten_stays_anonymous_and_counts(shared_badge: Shared) -> None:
    town, mori = shared_badge.town, shared_badge.town.east["mori"]
    await town.press(mori, town.token("consent", Consent.NAMED, "on"))
    await mori.reacts(shared_badge.post, FLOWER)
    await is_forgotten(mori)
    await town.settle()
    assert counted("ja", colleagues=1)[0] in shared_badge.text()
    (given,) = await town.standing(await shared_badge.award())
    assert given.endorser_id is None
    editions = await town.editions(await shared_badge.award())
    assert all(mori.name not in one.text for one in editions), "no edition in the house names them any more"
    assert len(json.loads(editions[-1].text)["endorsement"]) == 1
    assert verify(editions[-1].text.encode(), now=town.room.now()).validity is Validity.VALID
    assert not await town.rows(t.signing_key), "their lasting key is gone"
    town.check_database()


async def test_who_comes_back_is_not_counted_twice(shared_badge: Shared) -> None:
    mori = shared_badge.town.east["mori"]
    await mori.reacts(shared_badge.post, FLOWER)
    await is_forgotten(mori)
    await mori.unreacts(shared_badge.post, FLOWER)
    await mori.reacts(shared_badge.post, FLOWER)
    assert await shared_badge.standing() == 1
    assert counted("ja", colleagues=1)[0] in shared_badge.text()
    await mori.unreacts(shared_badge.post, FLOWER)
    assert await shared_badge.standing() == 0, "and who came back may withdraw"


async def test_reconciliation_after_forgetting_counts_nobody_twice(shared_badge: Shared) -> None:
    town, mori = shared_badge.town, shared_badge.town.east["mori"]
    await mori.reacts(shared_badge.post, FLOWER)
    await is_forgotten(mori)
    await town.house.reconcile()
    await town.settle()
    assert await shared_badge.standing() == 1
    assert not await town.rows(t.account, t.account.c.user_key == "mori", t.account.c.school_id == 1), (
        "nor anybody back"
    )
    assert counted("ja", colleagues=1)[0] in shared_badge.text()


async def test_everything_of_theirs_is_gone(shared_badge: Shared) -> None:
    town, aoki = shared_badge.town, shared_badge.holder
    await town.press(aoki, town.token("findable", (await town.award(town.east, "aoki", FIRST)).public_id, "yes"))
    await town.east["mori"].reacts(shared_badge.post, FLOWER)
    person = await town.person(town.east, "aoki")
    await aoki.fills(reflection="とても個人的な気づき")
    await is_forgotten(aoki)
    await town.settle()
    assert not [one for one in town.east["mori"].staff() if aoki.name in one.card.text()], "the post is gone"
    for table in (t.award, t.completion, t.offer, t.revision, t.endorsement, t.person_key):
        rows = await town.rows(table)
        assert not [row for row in rows if getattr(row, "person_id", None) == person.id], table.name
    assert not await town.rows(t.award)
    assert not await town.rows(t.endorsement)
    (husk,) = await town.rows(t.person, t.person.c.id == person.id)
    assert (husk.name, husk.public_id == person.public_id) == ("", False)
    await town.east["mori"].says("ICTの入口に詳しい人は？")
    assert aoki.name not in texts(town.east["mori"].direct()[-1:])
    assert ErasureLog(town.folder / "erasures.log").marks()
    town.check_database()


async def test_who_was_forgotten_begins_anew(shared_badge: Shared) -> None:
    town, aoki = shared_badge.town, shared_badge.holder
    await is_forgotten(aoki)
    assert aoki.sees(say("ja", "notice.forgotten"), last=2)
    await aoki.commands("wallet")
    for press in ("日本語", label(aoki, "quiet_ok"), label(aoki, "deliver_no")):
        await aoki.presses(press)
    await studies(aoki, "u-board")
    assert len(await town.rows(t.award)) == 1


async def test_forget_is_asked_before_and_can_be_cancelled(shared_badge: Shared) -> None:
    aoki = shared_badge.holder
    await aoki.commands("settings")
    await aoki.presses(label(aoki, "forget"))
    await aoki.presses(label(aoki, "cancel"))
    assert await shared_badge.town.award(shared_badge.town.east, "aoki", FIRST)


async def test_old_buttons_of_somebody_forgotten_do_nothing(shared_badge: Shared) -> None:
    town, aoki, mori = shared_badge.town, shared_badge.holder, shared_badge.town.east["mori"]
    award = (await town.award(town.east, "aoki", FIRST)).public_id
    await is_forgotten(aoki)
    for actor in (aoki, mori):
        for verb in ("share", "private", "badge", "endorse"):
            answer = await town.press(actor, town.token(verb, award))
            assert len(answer.views) == 1
            assert town.said(answer).strip()
    assert not await town.rows(t.endorsement)


async def test_the_export_holds_everything(shared_badge: Shared) -> None:
    town, mori = shared_badge.town, shared_badge.town.east["mori"]
    await studies(mori, "u-board")
    await mori.fills(reflection="声を落とすと伝わる")
    await shares(mori, FIRST)
    await mori.reacts(shared_badge.post, FLOWER)
    await mori.commands("settings")
    await mori.presses(label(mori, "export"))
    data = mori.newest().attachments[0].path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert {"README.txt", "wallet.json", "record.json", "settings.json"} <= set(names)
        assert "声を落とすと伝わる" in archive.read("record.json").decode()
        assert json.loads(archive.read("wallet.json"))[0]["displayed"] is True
        assert len([name for name in names if name.startswith("endorsements-given/")]) == 1
        for name in names:
            if name.startswith(("badges/", "credentials/")):
                assert verify(archive.read(name), now=town.room.now()).validity is Validity.VALID
        assert not any(shared_badge.holder.name.encode() in archive.read(name) for name in names)


async def test_a_forgotten_person_is_offered_nothing(town: Town) -> None:
    hall = town.east["hall"]
    await town.press(hall, town.token("consent", Consent.DELIVERY, "on"))
    await hall.says("weekdays 12:30-13:00")
    await is_forgotten(hall)
    before = len(hall.direct())
    for minute in range(28, 60, 2):
        await town.clock(f"12:{minute}")
    assert len(hall.direct()) == before
