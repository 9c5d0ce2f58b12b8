"""A badge from elsewhere is taken in: only by whom it was given to, once, shown to nobody, and verified again."""

import io
import itertools
import json
import zipfile
from datetime import UTC, datetime

import pytest

from bot.badges.reads import Unread
from bot.domain.foreign import MAX_BYTES
from bot.domain.language import Bilingual
from bot.domain.pathways import All, AnyOf, Earned, Imported
from bot.services import trust
from bot.services.commands import OfSchool
from bot.services.foreign import AboutForeign, drop
from scenarios.lms import Lms, hashed, lms_of
from scenarios.shelf import FIRST, WAY, pathway
from scenarios.test_bringing import exported
from scenarios.town import Town, label, leaks, say, studies, texts
from storage import tables as t


async def kept(town: Town) -> list[object]:
    return list(await town.rows(t.foreign_badge))


def files_of(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


async def school_of(town: Town) -> OfSchool:
    return OfSchool(school_id=(await town.workspace(town.east)).school_id)


@pytest.fixture
def lms(town: Town) -> Lms:
    return lms_of(town).publish()


@pytest.mark.parametrize("words", ["取り込む {}", "<{}> を取り込んで", "import {}", "これを取り込みたいです {}。"])
async def test_by_its_address_in_chat(town: Town, lms: Lms, words: str) -> None:
    aoki = town.east["aoki"]
    await aoki.says(words.format(lms.url))
    told = aoki.sees(say("ja", "foreign.taken"), "例示大学", "確認日 2026-06-10", lms.host)
    assert not leaks(told.card.text())
    (row,) = await town.rows(t.foreign_badge)
    assert (row.host, row.name, str(row.awarded_on)) == (lms.host, lms.name, "2026-03-01")
    assert json.loads(row.copy)["id"] == lms.url
    await aoki.commands("wallet")
    aoki.sees(say("ja", "foreign.title"), lms.name, "確認日 2026-06-10", last=1)
    assert lms.name not in texts(town.east["mori"].staff())
    town.check_database()


async def test_by_the_form_and_twice(town: Town, lms: Lms) -> None:
    aoki = town.east["aoki"]
    await aoki.commands("取り込む")
    await aoki.fills(link=lms.page)
    aoki.sees(say("ja", "foreign.taken"))
    await aoki.commands(f"import {lms.url}")
    aoki.sees(say("ja", "foreign.kept_already"))
    assert len(await kept(town)) == 1
    acts = [row.act for row in await town.rows(t.audit) if row.act == "take_in"]
    assert acts == ["take_in"]


@pytest.mark.parametrize("address", ["mori@example.school", "aoki@example.schoo1", ""])
async def test_somebody_elses_is_not_taken_in(town: Town, address: str) -> None:
    lms = lms_of(town, address=address).publish()
    await town.east["aoki"].says(f"取り込む {lms.url}")
    town.east["aoki"].sees(say("ja", "refused.foreign_not_yours"))
    assert not await kept(town)


async def test_an_address_without_a_hash_and_one_in_capitals(town: Town) -> None:
    plain = lms_of(town, number=1)
    plain.more = {"recipient": {"identity": "Aoki@Example.School", "type": "email", "hashed": False}}
    md5 = lms_of(town, number=2)
    md5.more = {"recipient": {"identity": hashed("aoki@example.school", ""), "type": "email", "hashed": True}}
    for lms in (plain, md5):
        await town.east["aoki"].says(f"取り込む {lms.publish().url}")
    assert len(await kept(town)) == 2


async def test_a_badge_that_names_nobody(town: Town, lms: Lms) -> None:
    lms.more = {"recipient": {"identity": "https://example.org/me", "type": "url", "hashed": False}}
    await town.east["aoki"].says(f"取り込む {lms.publish().url}")
    town.east["aoki"].sees(say("ja", "refused.foreign_not_yours"))
    assert not await kept(town)


async def test_revoked_is_refused_with_its_reason(town: Town, lms: Lms) -> None:
    aoki = town.east["aoki"]
    lms.more = {"revoked": True, "revocationReason": "誤って授与 <!channel>"}
    await aoki.says(f"取り込む {lms.publish().url}")
    aoki.sees("発行元の理由：誤って授与")
    lms.revokes()
    await aoki.says(f"取り込む {lms.url}")
    aoki.sees(say("ja", "refused.foreign_revoked"))
    assert not await kept(town)


async def test_what_cannot_be_told_now_is_not_taken_in(town: Town, lms: Lms) -> None:
    aoki = town.east["aoki"]
    lms.goes()
    await aoki.says(f"取り込む {lms.url}")
    aoki.sees(say("ja", "refused.foreign_unknown"))
    lms.web.puts(lms.url, b'{"error": "x", "errorcode": "y"}')
    await aoki.says(f"取り込む {lms.url}")
    aoki.sees(say("ja", "refused.foreign_unknown"))
    assert not await kept(town)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://lms.example/x", "not_https"),
        ("https://lms.example:8443/x", "bad_address"),
        ("https://me:secret@lms.example/x", "bad_address"),
        ("https://10.0.0.7/badge.json", "not_public"),
        ("https://lms.example/large", "too_big"),
        ("https://lms.example/page", "page"),
    ],
)
async def test_an_address_that_is_never_read_says_so(town: Town, lms: Lms, url: str, why: str) -> None:
    """Trying again later would not help, so nobody is told to."""
    lms.web.pages["https://10.0.0.7/badge.json"] = Unread("fetch.not_public")
    lms.web.pages["https://lms.example/large"] = Unread("fetch.too_big")
    lms.web.puts("https://lms.example/page", b"<html>", "text/html")
    aoki = town.east["aoki"]
    await aoki.says(f"取り込む {url}")
    host = "10.0.0.7" if "10.0.0.7" in url else "lms.example"
    aoki.sees(say("ja", "refused.foreign_address"), say("ja", f"verify.fetch.{why}", host=host), last=1)
    assert not await kept(town)


async def test_a_badge_whose_own_address_is_never_read_says_so(town: Town, lms: Lms) -> None:
    """What is brought may be read, and the address that alone counts for it lie within a school's network."""
    lms.web.puts("https://copy.example/mine.json", json.dumps(lms.assertion()).encode())
    lms.web.pages[lms.url] = Unread("fetch.not_public")
    await town.east["aoki"].says("取り込む https://copy.example/mine.json")
    told = say("ja", "verify.fetch.not_public", host=lms.host)
    town.east["aoki"].sees(say("ja", "refused.foreign_address"), told, last=1)
    lms.web.pages[lms.url] = Unread("fetch.unreachable")
    await town.east["aoki"].says("取り込む https://copy.example/mine.json")
    town.east["aoki"].sees(say("ja", "refused.foreign_unknown"), last=1)
    assert not await kept(town)


async def test_an_expired_one_is_kept_and_says_so(town: Town, lms: Lms) -> None:
    lms.more = {"expires": "2026-05-01T00:00:00+09:00"}
    await town.east["aoki"].says(f"取り込む {lms.publish().url}")
    town.east["aoki"].sees("有効期限切れ（2026-04-30まで）", "確認日 2026-06-10")


async def test_it_ends_at_its_moment_and_is_told_by_the_day_here(town: Town, lms: Lms) -> None:
    lms.more = {"expires": "2026-06-11T18:30:00-01:00"}
    aoki = town.east["aoki"]
    await aoki.says(f"取り込む {lms.publish().url}")
    aoki.sees("有効期限 2026-06-12")
    for clock, told in (("06-12 04:00", "有効期限 2026-06-12"), ("06-12 05:00", "有効期限切れ（2026-06-12まで）")):
        await town.clock(clock)
        await aoki.commands("wallet")
        aoki.sees(told, last=1)


async def test_a_changed_file_counts_for_nothing(town: Town, lms: Lms) -> None:
    """Only what the address answers counts: a file that says otherwise is kept as it was fetched."""
    lms.web.puts(
        "https://copy.example/mine.json", json.dumps(lms.assertion() | {"issuedOn": "2020-01-01T00:00:00Z"}).encode()
    )
    await town.east["aoki"].says("取り込む https://copy.example/mine.json")
    (row,) = await town.rows(t.foreign_badge)
    assert (str(row.awarded_on), row.host) == ("2026-03-01", lms.host)


async def test_ones_own_badge_doubles_nothing(town: Town) -> None:
    aoki = town.east["aoki"]
    await studies(aoki, "u-board")
    award = await town.award(town.east, "aoki", FIRST)
    (edition,) = await town.editions(award.id)
    lms_of(town).web.puts("https://cloud.example/badge.json", edition.text.encode())
    await aoki.says("取り込む https://cloud.example/badge.json")
    aoki.sees(say("ja", "refused.foreign_lives_here"))
    await town.east["mori"].says("取り込む https://cloud.example/badge.json")
    town.east["mori"].sees(say("ja", "refused.foreign_not_yours"))
    assert not await kept(town)


async def test_two_schools_keep_the_same_badge_apart(town: Town, lms: Lms) -> None:
    for stage in (town.east, town.west):
        await stage["aoki"].says(f"取り込む {lms.url}")
    rows = await town.rows(t.foreign_badge)
    assert len({row.school_id for row in rows}) == 2
    assert len({row.mark for row in rows}) == 1


async def test_it_is_verified_again_and_a_gone_server_keeps_the_copy(town: Town, lms: Lms) -> None:
    aoki, desk = town.east["aoki"], town.house.foreign
    await aoki.says(f"取り込む {lms.url}")
    assert await desk.check_again(await school_of(town)) == 0, "it was checked today"
    await town.clock("06-18 09:00")
    assert await desk.check_again(await school_of(town)) == 1
    await town.clock("06-26 09:00")
    lms.goes()
    assert await desk.check_again(await school_of(town)) == 0
    await aoki.commands("wallet")
    aoki.sees("確認日 2026-06-18", "2026-06-26", last=1)
    (row,) = await town.rows(t.foreign_badge)
    assert json.loads(row.copy)["id"] == lms.url
    await town.clock("07-04 09:00")
    lms.publish().revokes()
    assert await desk.check_again(await school_of(town)) == 1
    await aoki.commands("wallet")
    aoki.sees("発行元が取り消しました（2026-07-04", last=1)
    (row,) = await town.rows(t.foreign_badge)
    assert row.revoked_at == datetime(2026, 7, 4, tzinfo=UTC)
    town.check_database()


async def test_it_is_in_the_export_and_goes_when_forgotten(town: Town, lms: Lms) -> None:
    aoki = town.east["aoki"]
    await aoki.says(f"取り込む {lms.url}")
    files = files_of(await exported(aoki))
    (name,) = [name for name in files if name.startswith("elsewhere/") and "published" not in name]
    assert json.loads(files[name])["id"] == lms.url
    assert json.loads(files["everything.json"])["foreign_badge"][0]["host"] == lms.host
    await aoki.commands("forget me")
    await aoki.presses(say("ja", "label.forget_yes"))
    assert not await kept(town)
    town.check_database()


# ---------------------------------------------------------------- trusted issuers, prior learning


async def trusts(town: Town, issuer: str) -> None:
    of = await school_of(town)
    command = trust.TrustIssuer(school_id=of.school_id, issuer=issuer, name="例示大学")
    await town.house.store.run(trust.trust, command)
    await town.settle()


async def holds(town: Town, badge: str) -> bool:
    person = await town.person(town.east, "aoki")
    return bool(await town.rows(t.award, t.award.c.person_id == person.id, t.award.c.achievement_key == badge))


@pytest.mark.parametrize("order", list(itertools.permutations(("trust", "take_in", "study"))))
async def test_prior_learning_counts_whatever_came_first(town: Town, order: tuple[str, ...]) -> None:
    lms, aoki = lms_of(town).publish(), town.east["aoki"]
    training = Imported(Bilingual("見取りの研修", "A training"), (lms.badge_id,), ())
    await town.reload(pathways=(pathway(All((Earned(FIRST), training))),))
    for number, step in enumerate(order):
        assert not await holds(town, WAY), order[:number]
        match step:
            case "trust":
                await trusts(town, lms.host)
            case "take_in":
                await aoki.says(f"取り込む {lms.url}")
            case _:
                await studies(aoki, "u-board")
    await town.settle()
    assert await holds(town, WAY)
    award = await town.award(town.east, "aoki", WAY)
    document = json.loads((await town.editions(award.id))[-1].text)
    assert "見取りの研修" in document["credentialSubject"]["achievement"]["criteria"]["narrative"]
    assert lms.host not in json.dumps(document), "what was taken in is shown to nobody"
    town.check_database()


async def test_the_map_says_what_is_missing_from_elsewhere(town: Town, lms: Lms) -> None:
    rule = AnyOf((Earned(FIRST), Imported(Bilingual("見取りの研修", "A training"), (), (lms.host,))), 1)
    await town.reload(pathways=(pathway(rule),))
    await town.east["aoki"].commands("map")
    town.east["aoki"].sees("ほかで受け取った「見取りの研修」")
    await trusts(town, "https://another.example/issuer")
    await town.east["aoki"].says(f"取り込む {lms.url}")
    assert not await holds(town, WAY), "its issuer is not on the list"
    await trusts(town, lms.host)
    assert await holds(town, WAY), "also with nothing done here"
    await town.east["mori"].says(f"確かめて {lms.url}")
    town.east["mori"].sees(say("ja", "verify.issuer.trusted", issuer="例示大学"))
    await town.west["mori"].says(f"確かめて {lms.url}")
    town.west["mori"].sees(say("ja", "verify.issuer.of_host", issuer="例示大学", host=lms.host))


async def test_what_is_over_is_prior_learning_no_more(town: Town, lms: Lms) -> None:
    rule = All((Earned(FIRST), Imported(Bilingual("研修", "A training"), (), ())))
    await town.reload(pathways=(pathway(rule),))
    await trusts(town, lms.host)
    lms.more = {"expires": "2026-06-12T00:00:00+09:00"}
    await town.east["aoki"].says(f"取り込む {lms.publish().url}")
    await town.clock("06-15 16:00")
    await studies(town.east["aoki"], "u-board")
    assert not await holds(town, WAY)


# ---------------------------------------------------------------- verify this


@pytest.mark.parametrize("words", ["確かめて {}", "verify {}", "{} を確かめてください"])
async def test_verify_this_tells_the_checks_and_keeps_nothing(town: Town, lms: Lms, words: str) -> None:
    mori = town.east["mori"]
    await mori.says(words.format(lms.url))
    told = mori.sees(say("ja", "cli.verify.valid"), lms.name, say("ja", "verify.name.issuer"))
    assert not leaks(told.card.text())
    assert not await kept(town)


async def test_verify_by_the_form(town: Town, lms: Lms) -> None:
    mori = town.east["mori"]
    await mori.says("確かめて")
    await mori.fills(link=lms.url)
    mori.sees(say("ja", "cli.verify.valid"))
    await mori.fills(link="not an address")
    mori.sees(say("ja", "cli.verify.unknown"))


# ---------------------------------------------------------------- found by who


async def is_named(town: Town) -> bool:
    """Whether a colleague who asks hears of Aoki for the badge."""
    mori = town.east["mori"]
    await mori.says("子どもの見取りに詳しい人は？")
    return town.east["aoki"].name in mori.newest().card.text()


async def test_being_found_is_a_press_of_its_own_in_chat(town: Town, lms: Lms) -> None:
    aoki, mori = town.east["aoki"], town.east["mori"]
    await aoki.says(f"取り込む {lms.url}")
    assert not await is_named(town)
    await aoki.presses(label(aoki, "findable_on"))
    asked = aoki.sees(say("ja", "foreign.find_means", host=lms.host), lms.name, last=1)
    assert not leaks(asked.card.text())
    assert not await is_named(town), "asking what it means turns nothing on"
    await aoki.presses(label(aoki, "findable_yes"))
    aoki.sees(say("ja", "notice.findable_on"), last=1)
    assert await is_named(town)
    await aoki.commands("wallet")
    aoki.sees(say("ja", "foreign.findable"), last=1)
    (row,) = await town.rows(t.foreign_badge)
    for argument in ("ask", "yes", "no"):
        answer = await town.press(mori, town.token("find_foreign", row.public_id, argument))
        assert say("ja", "refused.not_yours") in town.said(answer), "nobody switches another's"
    assert await is_named(town)
    off = say("ja", "label.about", label=label(aoki, "findable_off"), name=lms.name)
    await aoki.presses(off)
    aoki.sees(say("ja", "notice.findable_off"), last=1)
    assert not await is_named(town)
    acts = [row.act for row in await town.rows(t.audit) if row.act in ("findable", "unfindable")]
    assert acts == ["findable", "unfindable"]


async def test_who_is_found_is_asked_for_an_introduction(town: Town, lms: Lms) -> None:
    """The road of one's own badges; the badge may be dropped before the answer."""
    aoki, mori, hall = town.east["aoki"], town.east["mori"], town.east["hall"]
    await aoki.says(f"取り込む {lms.url}")
    (row,) = await town.rows(t.foreign_badge)
    await town.press(aoki, town.token("find_foreign", row.public_id, "yes"))
    assert await is_named(town)
    answer = mori.newest()
    await mori.presses(label(mori, "introduce"))
    mori.sees(say("ja", "notice.intro_sent"), last=1)
    aoki.sees("子どもの見取りに詳しい人は？", say("ja", "asked.why", badge=lms.name), last=1)
    await mori.presses(label(mori, "introduce"))
    mori.sees(say("ja", "refused.already_asked"), last=1)
    token = next(button.action for section in answer.card.sections for button in section.buttons)
    for stranger in (hall, town.west["mori"]):
        assert say(stranger.lang, "refused.not_yours") in town.said(await town.press(stranger, token))
    await town.house.store.run(drop, AboutForeign(**await ids_of(town), badge=row.public_id))
    await aoki.presses(label(aoki, "reply_yes"))
    mori.sees(say("ja", "answered.yes", helper=aoki.name), last=1)
    assert say("ja", "refused.not_findable") in town.said(await town.press(mori, token)), "it is here no more"
    town.check_database()
    await town.press(aoki, town.token("forget_yes"))
    assert not await town.rows(t.introduction)


async def ids_of(town: Town) -> dict[str, int]:
    person = await town.person(town.east, "aoki")
    return {"school_id": person.school_id, "person_id": person.id}


async def test_who_is_no_longer_found_is_not_asked(town: Town, lms: Lms) -> None:
    aoki, mori = town.east["aoki"], town.east["mori"]
    await aoki.says(f"取り込む {lms.url}")
    (row,) = await town.rows(t.foreign_badge)
    await town.press(aoki, town.token("find_foreign", row.public_id, "yes"))
    assert await is_named(town)
    await town.press(aoki, town.token("find_foreign", row.public_id, "no"))
    await mori.presses(label(mori, "introduce"))
    mori.sees(say("ja", "refused.not_findable"), last=1)
    assert not await town.rows(t.introduction)


async def test_nobody_is_found_for_what_is_good_no_more(town: Town, lms: Lms) -> None:
    lms.more = {"expires": "2026-05-01T00:00:00+09:00"}
    aoki = town.east["aoki"]
    await aoki.says(f"取り込む {lms.publish().url}")
    assert label(aoki, "findable_on") not in [button.label for button in aoki.newest().card.buttons]
    (row,) = await town.rows(t.foreign_badge)
    for argument in ("ask", "yes"):
        answer = await town.press(aoki, town.token("find_foreign", row.public_id, argument))
        assert say("ja", "refused.foreign_not_findable") in town.said(answer)
    assert not await is_named(town)


def test_no_more_is_kept_than_is_read() -> None:
    assert MAX_BYTES == 2 * 2**20


async def test_the_list_says_days_of_the_school(town: Town) -> None:
    await trusts(town, "lms.example.ac.jp")
    (one,) = await town.house.store.look(trust.listed, await school_of(town))
    assert (one.since.isoformat(), town.room.now().day) == ("2026-06-10T08:00:00+09:00", 9), (
        "in UTC it is the day before"
    )
