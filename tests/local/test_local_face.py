"""The browser face over HTTP: who is let in, whose eyes one sees with, what acts do, what live views hear."""

import asyncio
import base64
import json
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from face_stage import NO_TLS, PATIENCE, SECRET, Browser, Served, served
from local_stage import SCHOOL

from bot.conversation.acts.files import MOST_FILES
from bot.conversation.card import Card, File
from bot.conversation.intents import Said
from bot.domain.foreign import MAX_BYTES
from bot.handlers.local.guard import LASTS, Door
from bot.handlers.local.room_types import SUKIMA

HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(1)> "quoted" \u202etxt.exe'


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as face:
        yield face


@pytest.fixture
def browser(room: Served) -> Iterator[Browser]:
    browser = room.browser()
    yield browser
    browser.close()


# ------------------------------------------------------------------ who is let in


def test_the_key_is_changed_for_a_cookie_and_leaves_the_address(room: Served) -> None:
    with httpx.Client(base_url=room.base, timeout=PATIENCE, verify=NO_TLS) as client:
        answer = client.get(room.address)
        assert answer.status_code == 303
        assert answer.headers["location"] == "/room/as/lee/dm-lee"
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "samesite=strict" in cookie.lower()
        assert "Path=/room" in cookie
        assert room.face.key not in cookie
        page = client.get(answer.headers["location"])
        assert page.status_code == 200
        assert room.face.key not in page.text


@pytest.mark.parametrize("path", ["/room/", "/room/?key=wrong", "/room/?key=", "/room/as/lee/staff"])
def test_without_the_key_the_door_is_closed(room: Served, path: str) -> None:
    answer = httpx.get(room.base + path, timeout=PATIENCE, verify=NO_TLS)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert "職員室" not in answer.text


@pytest.mark.parametrize("path", ["as/lee/staff/changes?since=0", "live?as=lee", "as/lee/staff/files/x/0"])
def test_without_a_session_no_piece_is_told(room: Served, path: str) -> None:
    assert httpx.get(f"{room.base}/room/{path}", timeout=PATIENCE, verify=NO_TLS).status_code == 401


def test_a_session_ends_after_a_month_and_cannot_be_made_up() -> None:
    door = Door(SECRET)
    now = datetime(2026, 6, 10, tzinfo=UTC)
    from starlette.requests import HTTPConnection
    from starlette.responses import Response

    response = Response()
    door.let_in(response, now, "n" * 24)
    cookie = response.headers["set-cookie"].partition(";")[0]

    def asks(cookie: str) -> HTTPConnection:
        return HTTPConnection({"type": "http", "headers": [(b"cookie", cookie.encode())]})

    assert door.session(asks(cookie), now + LASTS) is not None
    assert door.session(asks(cookie), now + LASTS + timedelta(seconds=1)) is None
    assert door.session(asks(cookie[:-1] + ("A" if cookie[-1] != "A" else "B")), now) is None
    assert Door(b"t" * 32).session(asks(cookie), now) is None


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1:1", "127.0.0.1", "localhost.evil.example:{port}", ""]
)
def test_other_names_are_not_answered(room: Served, host: str) -> None:
    answer = httpx.get(room.address, headers={"Host": host.format(port=room.port)}, timeout=PATIENCE, verify=NO_TLS)
    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}", "[::1]:{port}"])
def test_its_own_names_are_answered(room: Served, host: str) -> None:
    assert (
        httpx.get(
            room.address, headers={"Host": host.format(port=room.port)}, timeout=PATIENCE, verify=NO_TLS
        ).status_code
        == 303
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": "x" * 43},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_other_sites_can_send_nothing(room: Served, browser: Browser, headers: dict[str, str]) -> None:
    answer = browser.act("lee/staff", "say", headers, text="forged")
    assert answer.status_code == 403
    assert "forged" not in browser.html("lee/staff")


def test_without_an_origin_nothing_is_done(room: Served, browser: Browser) -> None:
    answer = browser.client.post(
        "/room/as/lee/staff/do/say", json={"text": "forged"}, headers={"X-CSRF-Token": browser.token}
    )
    assert answer.status_code == 403


def test_a_token_is_good_in_its_own_session_only(room: Served, browser: Browser) -> None:
    other = room.browser()
    assert browser.act("lee/staff", "say", {"X-CSRF-Token": other.token}, text="forged").status_code == 403
    other.close()


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_other_sites_hear_nothing(room: Served, browser: Browser, headers: dict[str, str]) -> None:
    assert browser.client.get("/room/live?as=lee", headers=headers).status_code == 403
    assert browser.client.get("/room/as/lee/staff/changes?since=0", headers=headers).status_code == 403


def test_bodies_are_capped_and_must_be_json(room: Served, browser: Browser) -> None:
    assert browser.act("lee/staff", "say", text="x" * 1_100_000).status_code == 413
    headers = {"Origin": browser.base, "X-CSRF-Token": browser.token}
    url = "/room/as/lee/staff/do/say"
    assert browser.client.post(url, data={"text": "a form"}, headers=headers).status_code == 400
    json_type = {**headers, "Content-Type": "application/json"}
    for body in ("[]", "{", "null", "[" * 100_000):
        assert browser.client.post(url, content=body, headers=json_type).status_code == 400


def test_every_answer_carries_the_headers_that_forbid(room: Served, browser: Browser) -> None:
    for path in ("/room/as/lee/staff", "/room/as/lee/nowhere", "/room/as/lee/staff/changes?since=0"):
        headers = browser.client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


# ------------------------------------------------------------------ whose eyes


def test_a_chair_sees_what_its_person_may_see_and_nothing_else(room: Served, browser: Browser) -> None:
    def fill() -> None:
        room.stage.room.post(SCHOOL, "dm-lee", SUKIMA, Card("for Lee alone"))
        room.stage.room.post(SCHOOL, "staff", SUKIMA, Card("a word in Lee's ear"), ephemeral_for="lee")
        room.stage.room.post(SCHOOL, "staff", SUKIMA, Card("for all"))

    room.on_loop(fill)
    lee, aoki = browser.html("lee/staff"), browser.html("aoki/staff")
    assert "a word in Lee&#39;s ear" in lee
    assert "in Lee&#39;s ear" not in aoki
    assert "for all" in lee
    assert "for all" in aoki
    assert browser.client.get("/room/as/aoki/dm-lee").status_code == 404
    assert browser.client.get("/room/as/aoki/dm-lee/changes?since=0").status_code == 404
    assert browser.act("aoki/dm-lee", "say", text="hello").status_code == 404
    assert browser.client.get("/room/as/nobody/staff").status_code == 404


def test_files_go_to_those_who_see_their_message(room: Served, browser: Browser) -> None:
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    files = (File("a.png", "image/png", b"png", "A"), File("b.svg", "image/svg+xml", svg, "B"))
    ref = room.on_loop(lambda: room.stage.room.post(SCHOOL, "dm-lee", SUKIMA, Card("two files", files=files)))
    base = f"dm-lee/files/{ref.key}"
    picture = browser.client.get(f"/room/as/lee/{base}/0")
    assert (picture.content, picture.headers["content-type"]) == (b"png", "image/png")
    drawing = browser.client.get(f"/room/as/lee/{base}/1")
    assert drawing.headers["content-type"] == "application/octet-stream"
    assert drawing.headers["content-disposition"].startswith("attachment")
    assert browser.client.get(f"/room/as/aoki/{base}/0").status_code == 404
    assert browser.client.get(f"/room/as/lee/{base}/2").status_code == 404


def test_a_picture_that_the_browser_kept_is_not_sent_again(room: Served, browser: Browser) -> None:
    card = Card("a picture", files=(File("a.png", "image/png", b"png", "A"),))
    ref = room.on_loop(lambda: room.stage.room.post(SCHOOL, "dm-lee", SUKIMA, card))
    address = f"/room/as/lee/dm-lee/files/{ref.key}/0"
    mark = browser.client.get(address).headers["etag"]
    again = browser.client.get(address, headers={"If-None-Match": mark})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", mark)
    assert again.headers["cache-control"] == "private, no-cache"
    assert browser.client.get(address, headers={"If-None-Match": '"another"'}).content == b"png"


def test_every_script_is_asked_for_at_once(room: Served, browser: Browser) -> None:
    page = browser.client.get("/room/as/lee/staff").text
    named = re.findall(r'<link rel="modulepreload" href="/static/([\w.]+)">', page)
    assert sorted(named) == sorted(imported("room.js", browser) - {"room.js"})


def imported(script: str, browser: Browser, known: frozenset[str] = frozenset()) -> frozenset[str]:
    """A script and all that it imports."""
    text = browser.client.get(f"/static/{script}").text
    known = known | {script}
    for each in re.findall(r'^import .* from "\./([\w.]+)";$', text, re.MULTILINE):
        if each not in known:
            known = imported(each, browser, known)
    return known


@pytest.mark.parametrize(
    "path",
    [
        "as/lee/dm-lee/files/..%2f..%2froom.db/0",
        "as/lee/..%2fdm-aoki/changes?since=0",
        "as/lee/dm-lee/files/../../../../etc/passwd/0",
        "as/lee/dm-lee/thread/..%2f..",
        "as/..%2f..%2fetc/passwd",
        "as/lee/dm-lee/files/x/-1",
    ],
)
def test_no_path_leads_out_of_the_room(room: Served, browser: Browser, path: str) -> None:
    assert browser.client.get(f"/room/{path}").status_code in {400, 404, 422}


def test_hostile_words_are_shown_as_words(room: Served, browser: Browser) -> None:
    browser.act("lee/staff", "say", text=HOSTILE)
    shown = browser.html("aoki/staff")
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown
    assert "<img src=x" not in shown
    assert "&lt;U+202E&gt;" in shown


# ------------------------------------------------------------------ acts


def test_words_a_command_and_a_mention(room: Served, browser: Browser) -> None:
    browser.act("lee/staff", "say", text="good morning")
    told = browser.act("lee/staff", "say", text="/sukima people", since=0).json()
    (people,) = [piece for piece in told["changes"]["messages"] if "Two people" in piece["html"]]
    assert "ephemeral" in people["html"]
    browser.act("lee/lounge", "say", text="@Sukima hello")
    assert "heard text=hello" in browser.html("lee/lounge")
    assert "heard" not in browser.html("aoki/lounge")
    unknown = browser.act("lee/staff", "say", text="/dance")
    assert unknown.status_code == 422
    assert unknown.json()["problem"]


@pytest.mark.parametrize("mark", [10**30, 10**15, -1, True, 1.5, "1", [1]])
def test_what_is_no_mark_is_refused_before_anything_is_done(room: Served, browser: Browser, mark: object) -> None:
    words = f"posted with {type(mark).__name__} {mark}"
    assert browser.act("lee/lounge", "say", text=words, since=mark).status_code == 400
    assert words not in browser.html("lee/lounge")
    assert browser.act("lee/lounge", "say", text="with a high mark", since=10**15 - 1).status_code == 200


def test_a_button_and_the_form_that_it_brings(room: Served, browser: Browser) -> None:
    browser.act("lee/dm-lee", "say", text="/sukima offer")
    told = browser.act("lee/dm-lee", "press", action="done:o1", since=0).json()
    assert told["form"] is None, "a note that may be skipped covers nothing"
    assert 'data-act="open-form"' in told["changes"]["messages"][-1]["html"]
    sent = browser.act("lee/dm-lee", "submit", action="reflect:c1", values={"reflection": "気づき"}).json()
    assert sent["form"] is None
    assert "submitted action=reflect:c1, reflection=気づき" in browser.html("lee/dm-lee")


@pytest.mark.parametrize("key", ["refused.own_award", "problem.action.expired"])
def test_a_refused_form_says_why_and_posts_nothing(room: Served, browser: Browser, key: str) -> None:
    from bot.conversation.views import Notice
    from bot.errors import Problem

    if key.startswith("refused"):
        answer = room.stage.router

        async def refuse(intent):  # type: ignore[no-untyped-def]
            from local_stage import Answered

            return Answered((Notice(key),), "en")

        answer.handle = refuse  # type: ignore[method-assign]
    else:
        room.stage.router.fail = lambda intent: Problem("action.expired")
    told = browser.act("lee/dm-lee", "submit", action="x", values={"text": "typed"}).json()
    if key.startswith("refused"):
        assert key in told["refused"]["words"]
        assert browser.html("lee/dm-lee") == ""
    else:
        assert key in browser.html("lee/dm-lee")


def test_reactions_have_counts_and_names_and_toggle(room: Served, browser: Browser) -> None:
    ref = room.on_loop(lambda: room.stage.room.post(SCHOOL, "staff", SUKIMA, Card("a badge")))
    for user in ("lee", "aoki"):
        assert browser.act(f"{user}/staff", "react", message=ref.key, emoji="white_flower", on=True).status_code == 200
    shown = browser.html("lee/staff")
    assert 'aria-pressed="true"' in shown
    assert "Lee Carter" in shown
    assert "青木 美咲" in shown
    assert '<span class="count">2</span>' in shown
    mark = browser.changes("aoki/staff")["mark"]
    browser.act("lee/staff", "react", message=ref.key, emoji="white_flower", on=False)
    (piece,) = browser.changes("aoki/staff", mark)["messages"]
    assert '<span class="count">1</span>' in piece["html"]
    assert browser.act("lee/staff", "react", message=ref.key, emoji="no emoji", on=True).status_code == 422
    assert browser.act("lee/staff", "react", message="nothing", emoji="tada", on=True).status_code == 404


def test_a_thread_has_its_own_pane_and_a_count_above(room: Served, browser: Browser) -> None:
    ref = room.on_loop(lambda: room.stage.room.post(SCHOOL, "staff", SUKIMA, Card("a post")))
    told = browser.act("lee/staff", "say", text="well done", thread=ref.key, since=0).json()["changes"]
    assert [piece["id"] for piece in told["messages"]] == [f"m-{ref.key}"]
    assert "1 reply" in told["messages"][0]["html"]
    assert told["replies"][0]["id"] == f"t-{ref.key}"
    assert "well done" in told["replies"][1]["html"]
    assert "well done" not in browser.html("aoki/staff")
    assert "well done" in browser.client.get(f"/room/as/aoki/staff/thread/{ref.key}").json()["html"]
    browser.act("lee/staff", "say", text="@Sukima and now?", thread=ref.key)
    lee = browser.client.get(f"/room/as/lee/staff/thread/{ref.key}").json()["html"]
    aoki = browser.client.get(f"/room/as/aoki/staff/thread/{ref.key}").json()["html"]
    assert "heard text=and now?" in lee
    assert "heard text=and now?" not in aoki
    assert browser.client.get("/room/as/aoki/staff/thread/nothing").status_code == 404


def test_what_was_deleted_leaves_nothing_unless_it_has_replies(room: Served, browser: Browser) -> None:
    house = room.stage.room
    lonely, answered = (
        room.on_loop(lambda words=words: house.post(SCHOOL, "staff", SUKIMA, Card(words))) for words in ("one", "two")
    )
    told = browser.act("lee/staff", "say", text="well done", thread=answered.key, since=0).json()["changes"]
    for ref in (lonely, answered):
        room.on_loop(lambda ref=ref: house.delete(ref))
    changes = browser.changes("aoki/staff", told["mark"])
    drawn = {piece["id"]: piece["html"] for piece in changes["messages"]}
    assert drawn[f"m-{lonely.key}"] == ""
    assert "This message was deleted." in browser.html("lee/staff")
    for person in ("lee", "aoki"):
        page = browser.html(f"{person}/staff")
        assert f'id="m-{lonely.key}"' not in page
        assert f'id="m-{answered.key}"' in page

    everything = room.on_loop(lambda: house.messages(SCHOOL, "staff", "lee"))
    (reply,) = (each for each in everything if each.thread == answered.key)
    room.on_loop(lambda: house.delete(reply.ref))
    changes = browser.changes("aoki/staff", changes["mark"])
    assert [piece["html"] for piece in changes["messages"]] == [""], "its last reply is gone as well"
    assert f'id="m-{answered.key}"' not in browser.html("aoki/staff")


def test_unread_marks_go_when_a_place_was_read(room: Served, browser: Browser) -> None:
    browser.act("lee/staff", "say", text="news")
    before = browser.changes("aoki/lounge")
    assert before["unread"] == 1
    assert "unread-count" in before["places"]
    assert browser.changes("lee/lounge")["unread"] == 0
    browser.act("aoki/staff", "seen", mark=before["mark"])
    assert browser.changes("aoki/lounge")["unread"] == 0
    assert browser.changes("aoyama/lounge")["unread"] == 1


def test_a_reaction_makes_nothing_to_read(room: Served, browser: Browser) -> None:
    browser.act("lee/staff", "say", text="news")
    told: list[str] = []
    end = room.on_loop(lambda: room.stage.room.watch(lambda change: told.append(change.kind)))
    browser.act("aoki/staff", "seen", mark=browser.changes("aoki/staff")["mark"])
    assert told == ["seen"]
    key = browser.changes("lee/staff")["messages"][0]["id"].removeprefix("m-")
    browser.act("lee/staff", "react", message=key, emoji="tada", on=True)
    told.clear()
    browser.act("aoki/staff", "seen", mark=browser.changes("aoki/staff")["mark"])
    assert not told
    room.on_loop(end)


def test_a_thread_is_unread_for_those_who_take_part(room: Served, browser: Browser) -> None:
    browser.act("lee/staff", "say", text="a question")
    mark = browser.changes("lee/staff")["mark"]
    for user in ("lee", "aoki", "aoyama"):
        browser.act(f"{user}/staff", "seen", mark=mark)
    key = browser.changes("lee/staff")["messages"][0]["id"].removeprefix("m-")
    browser.act("aoki/staff", "say", text="an answer", thread=key)
    assert browser.changes("lee/lounge")["unread"] == 1
    assert browser.changes("aoyama/lounge")["unread"] == 0
    browser.act("lee/staff", "seen", mark=browser.changes("lee/staff")["mark"], thread=key)
    assert browser.changes("lee/lounge")["unread"] == 0


def test_the_clock_goes_where_it_is_put(room: Served, browser: Browser) -> None:
    for to in ("gap", "little", "tomorrow"):
        assert browser.act("lee/staff", "clock", to=to).status_code == 200
    assert room.advanced == sorted(room.advanced)
    assert len(room.advanced) == 3
    assert browser.act("lee/staff", "clock", to="moment", at="+2h").status_code == 200
    unclear = browser.act("lee/staff", "clock", to="moment", at="soon")
    assert unclear.status_code == 422
    assert unclear.json()["problem"]


def test_a_person_reads_the_language_that_was_chosen(room: Served, browser: Browser) -> None:
    before = browser.client.get("/room/as/lee/staff").text
    assert '<html lang="en">' in before
    assert "School kodachi" in before
    assert browser.act("lee/staff", "language", lang="ja").status_code == 200
    after = browser.client.get("/room/as/lee/staff").text
    assert '<html lang="ja">' in after
    assert "学校 kodachi" in after
    assert "School kodachi" not in after
    assert browser.act("lee/staff", "language", lang="tlh").status_code == 422


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("say", {"text": 3}),
        ("say", {}),
        ("say", {"text": "x" * 10_001}),
        ("say", {"text": "x", "thread": "nothing"}),
        ("press", {"action": None}),
        ("submit", {"action": "x", "values": "y"}),
        ("react", {"message": [], "emoji": "tada"}),
        ("seen", {"mark": "1"}),
        ("clock", {"to": 1}),
    ],
)
def test_what_makes_no_sense_is_refused_kindly(room: Served, browser: Browser, name: str, body: dict) -> None:  # type: ignore[type-arg]
    answer = browser.act("lee/staff", name, **body)
    assert answer.status_code in {404, 422}
    assert answer.json()["problem"]
    assert browser.html("lee/staff") == ""


def test_an_unknown_act_is_not_there(room: Served, browser: Browser) -> None:
    assert browser.act("lee/staff", "dance").status_code == 404


# ------------------------------------------------------------------ files


def file(name: str = "badge.png", data: bytes = b"x") -> dict[str, str]:
    return {"name": name, "data": base64.b64encode(data).decode()}


def test_files_go_to_sukima_alone_and_are_not_kept(room: Served, browser: Browser) -> None:
    told = browser.bring("lee/staff", file(HOSTILE), file("証明.json", b"{}"), text="secret words", since=0)
    assert told.status_code == 200, told.text
    (heard,) = room.stage.router.heard
    assert isinstance(heard, Said)
    assert heard.text == "secret words"
    assert [asyncio.run(each.read(9)) for each in heard.files] == [b"x", b"{}"]
    mine = browser.html("lee/staff")
    assert "secret words" in mine
    assert "証明.json" in mine
    assert "<script>" not in mine
    assert "\u202e" not in mine
    assert browser.html("aoki/staff") == ""
    assert not any(room.on_loop(room.stage.room.waiting))
    kept = {path.name for path in room.stage.room._cabinet._folder.glob("*")}
    assert not kept


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([], "x"),
        ([file()] * 6, "x"),
        ([{"name": "x", "data": "no base64!"}], "x"),
        ([{"name": "x"}], "x"),
        (["x"], "x"),
        ([file(data=bytes(MAX_BYTES + 1))], "x"),
        ([file()], "x" * 10_001),
    ],
)
def test_files_that_cannot_be_taken_are_refused_whole(
    room: Served, browser: Browser, files: list[object], words: str
) -> None:
    answer = browser.bring("lee/dm-lee", *files, text=words)
    assert answer.status_code == 422
    assert answer.json()["problem"]
    assert browser.html("lee/dm-lee") == ""
    assert room.stage.router.heard == []


def test_as_many_and_as_large_files_as_are_said_are_taken(room: Served, browser: Browser) -> None:
    assert browser.bring("lee/dm-lee", *[file(data=bytes(MAX_BYTES))] * MOST_FILES).status_code == 200


def test_files_are_guarded_as_words_are(room: Served, browser: Browser) -> None:
    assert browser.bring("lee/staff", file(), headers={"Origin": "https://evil.example"}).status_code == 403
    assert browser.bring("lee/staff", file(), headers={"X-CSRF-Token": ""}).status_code == 403
    assert browser.bring("lee/dm-aoki", file()).status_code == 404
    assert browser.bring("lee/staff", file(data=bytes(MOST_FILES * MAX_BYTES + 2_000_000))).status_code == 413
    assert httpx.post(f"{room.base}/room/bring/lee/staff", json={}, timeout=PATIENCE, verify=NO_TLS).status_code == 401
    assert room.stage.router.heard == []


# ------------------------------------------------------------------ two at once


def both(*doings: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """Do all of it at the same time; the answers."""
    with ThreadPoolExecutor(len(doings)) as pool:
        return [done.result(PATIENCE) for done in [pool.submit(doing) for doing in doings]]


def test_two_windows_press_and_react_at_once(room: Served, browser: Browser) -> None:
    other = room.browser()
    ref = room.on_loop(lambda: room.stage.room.post(SCHOOL, "staff", SUKIMA, Card("a post")))
    pressed = both(*[lambda who=who: who.act("lee/dm-lee", "press", action="done:o1") for who in (browser, other)])
    reacted = both(
        *[
            lambda who=who: who.act("lee/staff", "react", message=ref.key, emoji="tada", on=True)
            for who in (browser, other) * 4
        ]
    )
    said = both(*[lambda who=who: who.act("lee/staff", "say", text="once", token="t") for who in (browser, other) * 4])
    other.close()
    assert {answer.status_code for answer in (*pressed, *reacted, *said)} == {200}
    assert [message.emoji for message in room.on_loop(lambda: room.stage.room.reactions(ref))] == ["tada"]
    assert browser.html("lee/staff").count(">once<") == 1


def test_a_window_acts_while_another_moves_the_clock(room: Served, browser: Browser) -> None:
    other = room.browser()
    room.on_loop(room.may_advance.clear)
    with ThreadPoolExecutor(2) as pool:
        moving = [pool.submit(browser.act, "lee/staff", "clock", to=to) for to in ("tomorrow", "little")]
        assert other.act("aoki/dm-aoki", "press", action="done:o1").status_code == 200
        assert other.act("aoki/staff", "say", text="meanwhile").status_code == 200
        assert not any(move.done() for move in moving)
        assert len(room.advanced) <= 1, "one move at a time"
        room.on_loop(room.may_advance.set)
        assert [move.result(PATIENCE).status_code for move in moving] == [200, 200]
    other.close()
    assert room.advanced == sorted(room.advanced)
    assert "meanwhile" in browser.html("lee/staff")


# ------------------------------------------------------------------ live


class Hearing:
    """A window's connection, heard in a thread of its own."""

    def __init__(self, browser: Browser, query: str) -> None:
        self.events: list[dict] = []  # type: ignore[type-arg]
        self._came = threading.Condition()
        self._client = httpx.Client(
            base_url=browser.base, cookies=browser.client.cookies, timeout=PATIENCE, verify=NO_TLS
        )
        self._thread = threading.Thread(target=self._hear, args=(query,))
        self._thread.start()
        self.wait(1)

    def wait(self, count: int) -> list[dict]:  # type: ignore[type-arg]
        with self._came:
            assert self._came.wait_for(lambda: len(self.events) >= count, PATIENCE), self.events
            return self.events

    def close(self) -> None:
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        self._client.close()

    def _hear(self, query: str) -> None:
        with self._client.stream("GET", f"/room/live?{query}") as stream:
            for line in stream.iter_lines():
                if line.startswith("data: "):
                    with self._came:
                        self.events.append(json.loads(line.removeprefix("data: ")))
                        self._came.notify_all()


def test_a_window_hears_where_something_changed_for_its_person(tmp_path: Path) -> None:
    with served(tmp_path) as room:
        browser = room.browser()
        lee, aoki = Hearing(browser, "as=lee"), Hearing(browser, "as=aoki")
        browser.act("lee/dm-lee", "say", text="only ours")
        assert lee.wait(2)[1]["for"] == {"lee": ["dm-lee"]}
        browser.act("lee/staff", "say", text="for all")
        assert "staff" in aoki.wait(2)[1]["for"]["aoki"]
        assert len(aoki.events) == 2, "aoki hears nothing of Lee's conversation"
        browser.close()
    lee.close()
    aoki.close()


def test_one_connection_may_follow_several_people(tmp_path: Path) -> None:
    with served(tmp_path) as room:
        browser = room.browser()
        both = Hearing(browser, "as=lee&as=aoki")
        browser.act("lee/staff", "say", text="for all")
        assert set(both.wait(2)[1]["for"]) == {"lee", "aoki"}
        browser.close()
    both.close()


def test_what_a_window_missed_it_can_fetch(room: Served, browser: Browser) -> None:
    mark = browser.changes("aoki/staff")["mark"]
    for number in range(3):
        browser.act("lee/staff", "say", text=f"word {number}")
    html = [piece["html"] for piece in browser.changes("aoki/staff", mark)["messages"]]
    assert [f"word {number}" in text for number, text in enumerate(html)] == [True] * 3


def test_windows_that_went_are_forgotten(tmp_path: Path) -> None:
    with served(tmp_path) as room:
        browser = room.browser()
        windows = [Hearing(browser, "as=lee") for _ in range(12)]
        assert room.on_loop(room.face.hub.windows) == 12
        browser.act("aoki/staff", "say", text="for all")
        for window in windows:
            window.wait(2)
        browser.close()
    for window in windows:
        window.close()
    assert room.face.hub.windows() == 0


def test_a_session_outlives_a_restart(tmp_path: Path) -> None:
    with served(tmp_path) as room:
        browser = room.browser()
        browser.act("lee/staff", "say", text="before")
        mark = browser.changes("aoki/staff")["mark"]
        port = room.port
    with served(tmp_path, port):
        assert browser.act("lee/staff", "say", text="after").status_code == 200
        (piece,) = browser.changes("aoki/staff", mark)["messages"]
        assert "after" in piece["html"]
        browser.close()
