"""`/verify`: whatever is sent, a plain answer with the command line's own words; nothing else happens."""

import asyncio
import base64
import html
import json
import re
import threading
import zlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from scenarios.shelf import FIRST

from bot.__main__ import shown
from bot.badges.bake import MAX_PICTURE_MEBIBYTES, stripped
from bot.badges.listed import by_list_of
from bot.badges.reads import Read, Reads, Unread
from bot.badges.verdict import BadgeSummary, CheckResult, Verdict, passed, unknown
from bot.badges.verify import verify
from bot.domain.language import LANGS, Lang
from bot.pages import Pages
from bot.services.shares import EACH, READS_EACH, Shares
from bot.services.verification import verify_reading
from bot.services.verifier import Busy, Verifier
from bot.web.kept import Kept
from bot.wording import Wording
from bot.wording.verdicts import told
from storage import tables as t
from web.site import BASE, NOBODY, Site

NOW = datetime(2026, 6, 10, tzinfo=UTC)


@pytest.fixture
async def award(site: Site) -> str:
    return await site.publish(site.town.east, "aoki", FIRST)


async def _send(site: Site, data: bytes, name: str = "badge.png") -> str:
    answer = await site.client.post("/verify", files={"file": (name, data)})
    assert answer.status_code == 200
    return answer.text


PICTURE = re.compile(r'<img class="credential-picture" src="([^"]*)"[^>]*>\n')


def _lines(page: str) -> str:
    """What a reader reads, without markup."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page)))


async def test_the_checks_are_those_of_the_command_line(site: Site, award: str) -> None:
    picture = (await site.get(f"/badges/{award}.png")).content
    page = _lines(await _send(site, picture))
    verdict = verify(picture, now=site.town.house.world.now())
    for line in shown(verdict, Wording("ja")).splitlines():
        name, _, sentence = line.lstrip("✓✗?· ").partition(": ")
        at = page.find(name)
        assert at >= 0, name
        page = page[at:]
        assert sentence in page


async def test_a_text_a_file_and_a_link_say_the_same(site: Site, award: str) -> None:
    document = (await site.get(f"/badges/{award}.json")).text
    _, collection = await site.collect(site.town.east, "aoki", FIRST)
    answers = [
        await site.client.post("/verify", files={"file": ("badge.json", document.encode())}),
        await site.client.post("/verify", data={"text": f"\n {document} \n"}),
        await site.client.post("/verify", content=document.encode(), headers={"Content-Type": "application/json"}),
        await site.client.post("/verify", data={"text": f"{BASE}/badges/{award}"}),
        await site.client.post("/verify", data={"text": f"{BASE}/badges/{award}.json?lang=en#x"}),
        await site.client.post("/verify", data={"text": f"{BASE}{collection}/{award}"}),
        await site.client.post("/verify", data={"link": f"HTTPS://BADGES.EXAMPLE/badges/{award}.png"}),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({PICTURE.sub("", answer.text) for answer in answers}) == 1
    assert "有効です" in answers[0].text
    pictures = [html.unescape(found) for answer in answers for found in PICTURE.findall(answer.text)]
    assert pictures == [
        f"{path}.png" for path in [f"/badges/{award}"] * 2 + [f"{collection}/{award}", f"/badges/{award}"]
    ]
    assert {(await site.get(picture)).headers["content-type"] for picture in pictures} == {"image/png"}
    assert all("set-cookie" not in answer.headers for answer in answers)


async def test_picture_description_and_criteria_of_whatever_is_sent_are_shown(site: Site, award: str) -> None:
    """The picture as it came, without what was baked in; no address in a badge is asked for one."""
    files = {ending: (await site.get(f"/badges/{award}.{ending}")).content for ending in ("png", "svg", "json")}
    achievement = json.loads(files["json"])["credentialSubject"]["achievement"]
    achievement_said = [achievement[name] for name in ("name", "description")] + [achievement["criteria"]["narrative"]]
    for ending, kind, picture in (("png", "png", stripped(files["png"])), ("svg", "svg+xml", files["svg"])):
        answer = await site.client.post("/verify", files={"file": (f"badge.{ending}", files[ending])})
        assert all(html.escape(said, quote=False) in answer.text for said in achievement_said)
        (source,) = PICTURE.findall(answer.text)
        beginning, _, data = source.partition(",")
        assert (beginning, base64.b64decode(data)) == (f"data:image/{kind};base64", picture)
        assert "img-src 'self' data:;" in answer.headers["content-security-policy"]
    answer = await site.client.post("/verify", files={"file": ("badge.json", files["json"])})
    assert all(html.escape(said, quote=False) in answer.text for said in achievement_said)
    assert not PICTURE.findall(answer.text)
    assert "data:" not in answer.headers["content-security-policy"]
    shown_here = await site.get(f"/verify?badge={award}")
    assert PICTURE.findall(shown_here.text) == [f"/badges/{award}.png"]
    assert "data:" not in shown_here.headers["content-security-policy"]
    assert site.web.asked == []


async def test_whom_it_was_given_to_is_asked_with_an_address_that_is_not_kept(site: Site, award: str) -> None:
    document = (await site.get(f"/badges/{award}.json")).text
    answer = await site.client.post("/verify?lang=en", data={"text": document, "recipient": " aoki@midori.example "})
    assert "does not say who it was given to" in answer.text
    assert "aoki@midori.example" not in answer.text


async def test_an_answer_leads_to_the_other_language(site: Site, award: str) -> None:
    document = (await site.get(f"/badges/{award}.json")).text
    for lang, other in (("ja", "en"), ("en", "ja")):
        answer = await site.client.post(f"/verify?lang={lang}", data={"text": document})
        assert f'href="?lang={other}"' in answer.text
        form = await site.get(f"/verify?lang={other}")
        assert f'lang="{other}"' in form.text


@pytest.mark.parametrize("rehearsal", [True, False])
def test_a_valid_badge_looks_valid_and_a_rehearsal_is_a_warning_of_its_own(rehearsal: bool) -> None:
    found = BadgeSummary(
        "器", "Badge", "こだち小学校（リハーサル）" if rehearsal else "こだち小学校", "", "", "", "", ()
    )
    for lang in LANGS:
        seen = told(Verdict((passed("terms", "defined"),), found), Wording(lang))
        assert seen.rehearsal is rehearsal
        page = Pages("bot.web").html("verify.html", lang=lang, told=seen, says=found, picture="", why=None, most=16)
        assert (Wording(lang).say("web.badge.rehearsal") in page) is rehearsal
        assert "notice-ok" in page
        assert ("notice-warn" in page) is rehearsal


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "both",
    [
        (passed("status", "not_revoked"), passed("status", "not_suspended")),
        (unknown("status", "unread"), unknown("status", "suspension_unread")),
    ],
)
def test_revocation_and_suspension_have_names_of_their_own(lang: Lang, both: tuple[CheckResult, ...]) -> None:
    assert len({check.name for check in told(Verdict(both), Wording(lang)).checks}) == 2


async def test_a_changed_badge_is_not_valid(site: Site, award: str) -> None:
    document = (await site.get(f"/badges/{award}.json")).text.replace("小学校", "大学")
    assert "有効ではありません" in await _send(site, document.encode())


async def test_for_programs(site: Site, award: str) -> None:
    document = (await site.get(f"/badges/{award}.json")).content
    answer = await site.client.post("/verify", content=document, headers={"Accept": "application/json"})
    assert answer.json()["validity"] == "valid"
    verdict = by_list_of(verify(document, now=site.town.house.world.now()), None)
    assert answer.json() == json.loads(json.dumps(verdict.to_json()))


@pytest.mark.parametrize(
    ("link", "status", "said"),
    [
        (f"{BASE}/badges/{NOBODY}", 404, "今は公開されていません"),
        (f"{BASE}/w/x/{NOBODY}", 404, "今は公開されていません"),
        (f"{BASE}/../../etc/passwd", 404, "今は公開されていません"),
        ("", 400, "選ぶか"),
    ],
)
async def test_what_is_not_shown_here_is_not_had_through_the_network(
    site: Site, link: str, status: int, said: str
) -> None:
    answer = await site.client.post("/verify", data={"text": link})
    assert answer.status_code == status
    assert said in answer.text
    assert site.web.asked == []


async def test_a_link_to_another_site_is_read_and_verified(site: Site, award: str) -> None:
    link = "https://elsewhere.example/badge.png"
    site.web.puts(link, (await site.get(f"/badges/{award}.png")).content, "image/png")
    answer = await site.client.post("/verify", data={"text": link})
    assert answer.status_code == 200
    assert "有効です" in answer.text
    assert site.web.asked == [link]


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("https://badges.example@evil.example/badges/x", "evil.example"),
        ("https://badges.example.evil.example/badges/x", "badges.example.evil.example"),
        ("http://[::1", "アドレスは開けません"),
        ("https://nobody.example/<script>alert(1)</script>", "nobody.example には、公開されたサイトが見つかりません"),
    ],
)
async def test_a_link_that_leads_nowhere_says_why(site: Site, link: str, said: str) -> None:
    answer = await site.client.post("/verify", data={"text": link})
    assert answer.status_code == 200
    assert "判断できません" in answer.text
    assert said in answer.text
    assert "<script>alert" not in answer.text


async def test_a_page_is_no_badge_and_says_the_way_out(site: Site) -> None:
    site.web.puts("https://elsewhere.example/badge", b"<!doctype html><title>x</title>", "text/html")
    answer = await site.client.post("/verify", data={"text": "https://elsewhere.example/badge"})
    assert "ダウンロード" in _lines(answer.text)


async def test_an_unpublished_badge_is_verified_by_its_file_only(site: Site) -> None:
    award = (await site.about(site.town.east, "aoki", FIRST)).award
    assert (await site.get(f"/verify?badge={award}")).status_code == 404
    assert (await site.get(f"/verify?badge={award}&w=x")).status_code == 404
    text = (await site.town.rows(t.revision))[-1].text
    assert "有効です" in await _send(site, text.encode())


async def test_hostile_badges_are_text(site: Site, award: str) -> None:
    document = json.loads((await site.get(f"/badges/{award}.json")).text)
    for name in ("<script>alert(1)</script>", "<img src=x onerror=1>", "\u202egro.live", "x" * 5000):
        document["issuer"]["name"] = document["name"] = name
        achievement = document["credentialSubject"]["achievement"]
        achievement["name"] = achievement["description"] = achievement["criteria"]["narrative"] = name
        document["proof"] = [{"type": name, "cryptosuite": name, "verificationMethod": name}]
        page = await _send(site, json.dumps(document).encode())
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "\u202e" not in page
        assert len(page) < 60_000


def _png_bomb() -> bytes:
    chunk = b"IHDR" + bytes(13)
    text = b"zTXtopenbadgecredential\0\0" + zlib.compress(bytes(50_000_000))

    def framed(body: bytes) -> bytes:
        return (len(body) - 4).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)

    return b"\x89PNG\r\n\x1a\n" + framed(chunk) + framed(text) + framed(b"IEND")


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n",
        _png_bomb(),
        b"PK\x03\x04" + bytes(200),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"\x00\xff" * 100,
        b"null",
        b'{"@context": 1}',
        "名前".encode("shift_jis"),
    ],
    ids=["cut", "bomb", "zip", "svg", "deep", "deeper", "bytes", "null", "nothing", "sjis"],
)
async def test_whatever_is_sent_is_answered(site: Site, data: bytes) -> None:
    page = await _send(site, data)
    assert "確かめたこと" in page
    assert "有効です" not in page
    assert "alert(1)" not in page


async def test_too_much_is_refused(site: Site) -> None:
    largest = bytes(MAX_PICTURE_MEBIBYTES * 2**20)
    read = await site.client.post("/verify", files={"file": ("b.png", largest)})
    assert read.status_code == 200
    assert f"{MAX_PICTURE_MEBIBYTES} MiB" in (await site.get("/verify")).text
    big = largest + bytes(2**20 + 1)
    assert (await site.client.post("/verify", files={"file": ("b.png", big)})).status_code == 413
    assert (await site.client.post("/verify", content=big)).status_code == 413
    half = b"--b\r\nContent-Disposition: form-data; name=file; filename=x\r\n\r\nabc"
    broken = await site.client.post(
        "/verify", content=half, headers={"Content-Type": "multipart/form-data; boundary=b"}
    )
    assert broken.status_code == 400
    many = {f"f{n}": "x" for n in range(50)}
    assert (await site.client.post("/verify", data=many)).status_code in (200, 400)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_only_get_and_post(site: Site, method: str) -> None:
    answer = await site.client.request(method, "/verify")
    assert answer.status_code == 405
    assert {"GET", "POST"} <= {word.strip() for word in answer.headers["allow"].split(",")}


async def test_nothing_is_kept(site: Site, award: str) -> None:
    async def everything() -> str:
        return repr([await site.town.rows(table) for table in t.metadata.sorted_tables])

    before = await everything()
    await site.client.post("/verify", data={"text": "kept?"})
    await site.get(f"/verify?badge={award}")
    assert await everything() == before


# ---------------------------------------------------------------- how much at once


async def test_only_so_many_wait() -> None:
    release = threading.Event()

    def slow(data: bytes, *, now: datetime, reads: Reads, trusted: frozenset[str]) -> Verdict:
        release.wait(20)
        return Verdict((passed("form", "read", format=data.decode()),))

    verifier = Verifier(lambda: NOW, at_once=1, waiting=1, check=slow)
    running = [asyncio.ensure_future(verifier.verify(b"x", Reads())) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await verifier.verify(b"x", Reads())
    release.set()
    assert [(await each).validity for each in running] == ["valid", "valid"]
    assert (await verifier.verify(b"x", Reads())).validity == "valid"
    verifier.close()


async def test_what_takes_too_long_keeps_its_place_until_it_is_done() -> None:
    release = threading.Event()

    def slow(data: bytes, *, now: datetime, reads: Reads, trusted: frozenset[str]) -> Verdict:
        release.wait(20)
        return Verdict(())

    verifier = Verifier(lambda: NOW, at_once=1, waiting=0, patience=timedelta(milliseconds=1), check=slow)
    for _ in range(2):
        with pytest.raises(Busy):
            await verifier.verify(b"x", Reads())
    release.set()
    assert await _answered(verifier) == Verdict(())
    verifier.close()


async def _answered(verifier: Verifier) -> Verdict:
    """Asked again and again: the place is free some time after the thread is done."""
    while True:
        with suppress(Busy):
            return await verifier.verify(b"x", Reads())
        await asyncio.sleep(0)


async def test_one_caller_takes_neither_all_turns_nor_more_than_a_few() -> None:
    asked: list[str] = []
    release = asyncio.Event()

    class Tarpit:
        async def get(self, url: str, accept: str) -> Read | Unread:
            asked.append(url)
            if "tar" in url:
                await release.wait()
            return Unread("fetch.unreachable")

    async def check(data: bytes, reads: Reads) -> Verdict:
        for number in range(8):
            reads.ask(f"https://{data.decode()}{number}.example/")
        return Verdict(())

    shares = Shares(Tarpit())

    async def verified(caller: str, data: bytes) -> Verdict:
        with shares.of(caller) as share:
            return await verify_reading(data, share.in_turn(check), share)

    hostile = [asyncio.ensure_future(verified("mallory", b"tar")) for _ in range(25)]
    assert [check.code for check in (await verified("aoki", b"good")).checks] == ["unreachable"] * 8
    assert sum("tar" in url for url in asked) == READS_EACH
    release.set()
    ended = await asyncio.gather(*hostile, return_exceptions=True)
    assert sum(isinstance(each, Busy) for each in ended) == 25 - EACH
    assert (await verified("mallory", b"good")).checks


async def test_a_stranger_learns_nothing_of_the_inner_network(site: Site) -> None:
    said = set()
    for code in ("not_public", "no_name"):
        site.web.pages["https://files.school.example/"] = Unread(f"fetch.{code}")
        said.add((await site.client.post("/verify", data={"text": "https://files.school.example/"})).text)
    assert len(said) == 1


async def test_a_busy_house_says_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def busy(self: Verifier, data: bytes, reads: Reads, trusted: frozenset[str]) -> Verdict:
        raise Busy

    monkeypatch.setattr(Verifier, "verify", busy)
    answer = await site.client.post("/verify", data={"text": "{}"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "sukima verify" in answer.text


async def test_what_is_kept_is_made_once_and_bounded() -> None:
    made: list[str] = []
    kept: Kept[str] = Kept(2)

    async def make(key: str) -> str:
        made.append(key)
        await asyncio.sleep(0)
        if key == "bad":
            raise ValueError(key)
        return key.upper()

    assert await asyncio.gather(*(kept.get("a", lambda: make("a")) for _ in range(5))) == ["A"] * 5
    await kept.get("b", lambda: make("b"))
    await kept.get("a", lambda: make("a"))
    await kept.get("c", lambda: make("c"))
    await kept.get("b", lambda: make("b"))
    assert made == ["a", "b", "c", "b"]
    for _ in range(2):
        with pytest.raises(ValueError, match="bad"):
            await kept.get("bad", lambda: make("bad"))
