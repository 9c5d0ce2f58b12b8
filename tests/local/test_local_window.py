"""Windows of the browser face in a real Chromium: many at once, left open over anything, by keys, and for everybody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from face_stage import Served, served
from local_stage import CARDS, SCHOOL
from window_stage import Windows, chromium, sync_api

from bot.conversation.card import Card
from bot.handlers.local import browser as browser_face
from bot.handlers.local.room_types import SUKIMA

expect = sync_api.expect
expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with chromium() as program:
        yield program


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as face:
        yield face


@pytest.fixture
def windows(browser: object, room: Served) -> Iterator[Windows]:
    opened = Windows(browser, room)
    yield opened
    opened.close()
    assert opened.complaints == []


def says(page, text: str) -> None:  # type: ignore[no-untyped-def]
    field = page.locator("main .composer textarea")
    field.fill(text)
    field.press("Enter")


def shown(page):  # type: ignore[no-untyped-def]
    """The messages of the place."""
    return page.locator("#log .message")


# ------------------------------------------------------------------ many at once


def test_ten_windows_of_one_browser_share_one_connection_and_all_hear(room: Served, windows: Windows) -> None:
    pages = [windows.open("lee/staff" if number % 2 else "aoki/staff") for number in range(10)]
    says(pages[0], "for everybody")
    for page in pages:
        expect(shown(page)).to_contain_text(["for everybody"])
    assert room.on_loop(room.face.hub.windows) == 1
    for page in pages[1:]:
        page.close()
    says(pages[0], "one is left")
    expect(shown(pages[0])).to_contain_text(["for everybody", "one is left"])


def test_without_shared_workers_each_window_listens_for_itself(room: Served, windows: Windows) -> None:
    windows.context.add_init_script("delete window.SharedWorker")
    first, second = windows.open("lee/staff"), windows.open("aoki/staff")
    says(first, "still heard")
    expect(shown(second)).to_contain_text(["still heard"])
    assert room.on_loop(room.face.hub.windows) == 2


def test_fifty_connections_cost_little_and_hear_everything(room: Served) -> None:
    hub = room.face.hub

    async def many() -> list[str]:
        streams = [hub.stream(()) for _ in range(50)]
        heads = [[await anext(stream), await anext(stream)] for stream in streams]
        assert hub.windows() == 50
        for number in range(300):
            room.stage.room.say(SCHOOL, "staff", "lee", f"word {number}")
        told = [await anext(stream) for stream in streams]
        for stream in streams:
            await stream.aclose()
        assert all(heads)
        return told

    told = room.on_loop(many)
    assert len(told) == 50
    assert {text.count("staff") for text in told} == {1}, "three hundred words are one note"
    assert hub.windows() == 0


# ------------------------------------------------------------------ left open


def test_a_window_survives_a_restart_and_sends_what_could_not_be_sent(browser: object, tmp_path: Path) -> None:
    with served(tmp_path) as first:
        port = first.port
        windows = Windows(browser, first)
        page = windows.open("lee/staff")
        says(page, "before")
        expect(shown(page)).to_contain_text(["before"])
    says(page, "meanwhile")
    expect(page.locator(".unsent.failed")).to_contain_text("meanwhile")
    expect(page.locator("#banner")).to_be_visible()
    with served(tmp_path, port) as again:
        expect(shown(page)).to_contain_text(["before", "meanwhile"])
        expect(page.locator(".unsent")).to_have_count(0)
        expect(page.locator("#banner")).to_be_hidden()
        said = again.on_loop(lambda: again.stage.room.messages(SCHOOL, "staff", "lee"))
        assert [message.card.lines for message in said] == [("before",), ("meanwhile",)]
        windows.close()
    assert windows.complaints == []


def test_what_was_not_sent_is_still_there_after_a_reload_and_can_be_taken_back(room: Served, windows: Windows) -> None:
    page = windows.open("lee/staff")
    page.route("**/do/say", lambda route: route.abort())
    says(page, "不達")
    expect(page.locator(".unsent.failed")).to_contain_text("不達")
    page.reload()
    expect(page.locator(".unsent.failed")).to_contain_text("不達")
    page.locator("[data-act=take-back]").click()
    expect(page.locator("main .composer textarea")).to_have_value("不達")
    page.unroute("**/do/say")
    page.locator("main .composer .send").click()
    expect(shown(page)).to_contain_text(["不達"])
    expect(page.locator(".unsent")).to_have_count(0)


def test_an_answer_that_got_lost_says_nothing_twice(room: Served, windows: Windows) -> None:
    page = windows.open("lee/staff")

    def lose(route) -> None:  # type: ignore[no-untyped-def]
        route.fetch()
        route.abort()

    page.route("**/do/say", lose)
    says(page, "once")
    expect(page.locator(".unsent.failed")).to_contain_text("once")
    page.unroute("**/do/say")
    page.locator("[data-act=resend]").click()
    expect(page.locator(".unsent")).to_have_count(0)
    expect(shown(page)).to_have_count(1)


def test_an_upgrade_asks_an_open_window_to_load_again(
    browser: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(tmp_path) as first:
        port = first.port
        windows = Windows(browser, first)
        page = windows.open("lee/staff")
        page.locator("main .composer textarea").fill("a draft")
    monkeypatch.setattr(browser_face, "edition", lambda *packages: "another")
    with served(tmp_path, port):
        expect(page.locator("#banner[data-says=old]")).to_be_visible()
        page.locator("#banner button").click()
        windows.listening(page)
        expect(page.locator("#banner")).to_be_hidden()
        expect(page.locator("main .composer textarea")).to_have_value("a draft")
        windows.close()


def test_a_window_whose_session_ended_says_so_and_loses_nothing(room: Served, windows: Windows) -> None:
    page = windows.open("lee/staff")
    windows.context.clear_cookies()
    says(page, "too late")
    expect(page.locator("#banner[data-says=ended]")).to_be_visible()
    expect(page.locator(".unsent.failed")).to_contain_text("too late")
    again = windows.context.new_page()
    again.goto(room.address)
    expect(page.locator(".unsent.failed")).to_contain_text("too late")
    page.reload()
    expect(shown(page)).to_contain_text(["too late"])
    expect(page.locator(".unsent")).to_have_count(0)


def test_words_that_are_refused_later_stay_with_the_reason(room: Served, windows: Windows) -> None:
    page = windows.open("lee/staff")
    page.route("**/do/say", lambda route: route.abort())
    says(page, "hello")
    expect(page.locator(".unsent.failed")).to_be_visible()
    page.unroute("**/do/say")
    page.route("**/do/say", lambda route: route.fulfill(status=422, json={"problem": "Not here."}))
    page.locator("[data-act=resend]").click()
    expect(page.locator(".unsent.failed [role=alert]")).to_have_text("Not here.")


def test_a_form_that_is_being_filled_in_survives_a_reload(room: Served, windows: Windows) -> None:
    room.on_loop(lambda: room.stage.room.post(SCHOOL, "dm-lee", SUKIMA, CARDS["survey"]))
    page = windows.open("lee/dm-lee")
    page.locator("[data-act=open-form]").click()
    page.locator("dialog[open] [name=story]").fill("half a story")
    page.reload()
    windows.listening(page)
    page.locator("[data-act=open-form]").click()
    expect(page.locator("dialog[open] [name=story]")).to_have_value("half a story")
    page.locator("dialog[open] [type=submit]").click()
    expect(page.locator("#field-name-error")).to_be_visible()


# ------------------------------------------------------------------ reading


def test_what_is_new_is_marked_counted_and_reached(room: Served, windows: Windows) -> None:
    def fill() -> None:
        for number in range(40):
            room.stage.room.say(SCHOOL, "staff", "aoki", f"word {number}")

    room.on_loop(fill)
    page = windows.open("lee/lounge")
    expect(page).to_have_title("(40) Lounge · Lee Carter · Sukima")
    page.locator("[data-place=staff]").click()
    windows.listening(page)
    expect(page.locator("#new-line")).to_be_in_viewport()
    expect(shown(page).last).not_to_be_in_viewport()
    room.on_loop(lambda: room.stage.room.say(SCHOOL, "staff", "aoki", "the newest"))
    page.locator("[data-act=newest]").click()
    expect(shown(page).last).to_be_in_viewport()
    expect(shown(page).last).to_contain_text("the newest")
    room.on_loop(lambda: room.stage.room.say(SCHOOL, "lounge", "aoki", "elsewhere"))
    expect(page.locator("[data-place=lounge] .unread-count")).to_contain_text("1")
    expect(page).to_have_title("(1) Staff room · Lee Carter · Sukima")


def test_somebody_who_reads_further_up_is_not_torn_away(room: Served, windows: Windows) -> None:
    def fill() -> None:
        for number in range(60):
            room.stage.room.say(SCHOOL, "staff", "lee", f"word {number}")

    room.on_loop(fill)
    page = windows.open("lee/staff")
    page.evaluate("document.getElementById('log').scrollTop = 300")
    before = page.evaluate("document.getElementById('log').scrollTop")
    room.on_loop(lambda: room.stage.room.say(SCHOOL, "staff", "aoki", "news"))
    expect(page.locator("[data-act=newest]")).to_be_visible()
    assert abs(page.evaluate("document.getElementById('log').scrollTop") - before) < 2


def test_what_is_taken_back_leaves_the_window_and_the_focus_stays_near(room: Served, windows: Windows) -> None:
    house = room.stage.room
    refs = [room.on_loop(lambda n=n: house.say(SCHOOL, "staff", "lee", f"word {n}")) for n in range(3)]
    page = windows.open("lee/staff")
    page.locator(f"#m-{refs[1].key}").focus()
    room.on_loop(lambda: house.delete(refs[1]))
    expect(page.locator(f"#m-{refs[1].key}")).to_have_count(0)
    expect(shown(page)).to_contain_text(["word 0", "word 2"])
    expect(page.locator(f"#m-{refs[2].key}")).to_be_focused()


def test_the_end_of_the_log_follows_what_grows_there(room: Served, windows: Windows) -> None:
    for number in range(40):
        room.on_loop(lambda number=number: room.stage.room.say(SCHOOL, "staff", "lee", f"word {number}"))
    page = windows.open("lee/staff")
    last = shown(page).last
    ref = room.on_loop(lambda: room.stage.room.messages(SCHOOL, "staff", "lee")[-1].ref)
    room.on_loop(lambda: room.stage.room.react(ref, "aoki", "white_flower"))
    expect(last.locator(".reactions")).to_be_in_viewport(ratio=1)


def test_all_of_it_by_keys(room: Served, windows: Windows) -> None:
    room.on_loop(lambda: room.stage.room.post(SCHOOL, "staff", SUKIMA, Card("a post")))
    page = windows.open("lee/staff")
    page.locator("#log").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("r")
    expect(page.locator("#picker")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#log .reaction[data-emoji=white_flower][aria-pressed=true]")).to_be_visible()
    expect(shown(page).first).to_be_focused()
    page.keyboard.press("t")
    expect(page.locator("#thread textarea")).to_be_focused()
    page.keyboard.type("a reply")
    page.keyboard.press("Enter")
    expect(page.locator("#thread-log .message")).to_contain_text(["a post", "a reply"])
    page.keyboard.press("Escape")
    expect(page.locator("#thread")).to_be_hidden()
    page.keyboard.press("Control+/")
    expect(page.locator("#keys-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#place-title")).to_contain_text("Lounge")


def test_a_word_that_is_being_composed_is_not_sent(room: Served, windows: Windows) -> None:
    page = windows.open("lee/staff")
    field = page.locator("main .composer textarea")
    field.fill("かんじ")
    field.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    field.dispatch_event("keydown", {"key": "Enter", "keyCode": 229})
    expect(field).to_have_value("かんじ")
    expect(shown(page)).to_have_count(0)


# ------------------------------------------------------------------ hostile


@pytest.mark.parametrize(
    "text",
    [
        "<script>window.broken = 1</script><img src=x onerror='window.broken = 1'>",
        "\u202e right to left \u2066 and \u200b nothing \u200d at all",
        "{{ 7 * 7 }} ${7 * 7} [link](javascript:window.broken=1) **bold**",
        "https://example.org/\"onmouseover='window.broken=1'",
        "ع" * 2000,
        "x" * 9000,
    ],
)
def test_hostile_words_stay_words(room: Served, windows: Windows, text: str) -> None:
    page = windows.open("lee/staff")
    says(page, text)
    expect(shown(page)).to_have_count(1)
    page.reload()
    windows.listening(page)
    assert page.evaluate("window.broken") is None
    assert page.locator("#log script, #log [onerror], #log [href^=javascript]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_too_many_words_come_back_with_a_reason(room: Served, windows: Windows) -> None:
    page = windows.open("lee/staff")
    says(page, "長" * 100_000)
    expect(page.locator("main .composer-problem")).to_be_visible()
    assert len(page.locator("main .composer textarea").input_value()) == 100_000
    expect(page.locator(".unsent")).to_have_count(0)


# ------------------------------------------------------------------ for everybody

STATES = ("place", "empty", "picker", "form", "thread", "drawer", "chairs", "clock", "help", "failed", "hints")
LOOKS = [(1280, 800, "dark", "en"), (320, 640, "light", "ja")]
"""The room at rest is looked at in the other combinations by the tests of the story."""
LOOK_FOR = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
"""What is as it should be need not be told in full: that takes longer than looking."""


@pytest.mark.parametrize(("width", "height", "scheme", "lang"), LOOKS)
def test_every_state_is_within_wcag_2_2_aa_and_no_wider_than_the_window(
    browser: object, room: Served, width: int, height: int, scheme: str, lang: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    ref = room.on_loop(lambda: _furnish(room))
    asking = room.browser()
    asking.act("lee/staff", "language", lang=lang)
    asking.close()
    windows = Windows(browser, room, viewport={"width": width, "height": height}, color_scheme=scheme)
    faults = {}
    for state in STATES:
        page = windows.open("lee/lounge" if state == "empty" else "lee/staff")
        _bring(page, state, ref.key, narrow=width < 700)
        told = axe.run(page, options=LOOK_FOR)
        faults |= {
            f"{state}: {fault['id']}": [node["html"][:160] for node in fault["nodes"]]
            for fault in told.response["violations"]
        }
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            faults[f"{state}: wider than the window"] = []
        page.close()
    windows.close()
    assert faults == {}
    assert windows.complaints == []


def _furnish(room: Served):  # type: ignore[no-untyped-def]
    stage = room.stage.room
    ref = stage.post(
        SCHOOL, "staff", SUKIMA, Card("A badge 🎉", ("💮 か ✅ で裏書になります。", "https://example.org/a"))
    )
    stage.react(ref, "aoki", "white_flower")
    stage.react(ref, "lee", "tada")
    stage.say(SCHOOL, "staff", "aoki", "おめでとうございます 👏", thread=ref.key)
    stage.post(SCHOOL, "staff", SUKIMA, CARDS["survey"])
    stage.post(SCHOOL, "staff", SUKIMA, Card("for you alone"), ephemeral_for="lee")
    stage.say(SCHOOL, "staff", "lee", "ありがとうございます。")
    return ref


def _bring(page, state: str, key: str, *, narrow: bool) -> None:  # type: ignore[no-untyped-def]
    """Bring the window into a state."""
    message = page.locator(f"#m-{key}")
    match state:
        case "picker":
            message.locator(".reaction-add").click()
            expect(page.locator("#picker")).to_be_visible()
        case "form":
            page.locator("[data-act=open-form]").click()
            page.locator("dialog[open] [type=submit]").click()
        case "thread":
            message.locator("[data-act=thread].replies").click()
            expect(page.locator("#thread-log")).to_be_visible()
        case "drawer" if narrow:
            page.locator(".menu-button").click()
            expect(page.locator(".room.menu-open .me")).to_be_in_viewport()
        case "chairs" | "clock" | "help":
            dialog = {"help": "keys"}.get(state, state)
            page.locator(f"[data-opens={dialog}-dialog]:visible, .keys-button").first.evaluate(
                "button => button.click()"
            )
            page.locator(f"#{dialog}-dialog").evaluate("dialog => { if (!dialog.open) dialog.showModal(); }")
        case "failed":
            page.route("**/do/say", lambda route: route.abort())
            says(page, "lost")
            expect(page.locator(".unsent.failed")).to_be_visible()
        case "hints":
            page.locator("main .composer textarea").fill("/")
            expect(page.locator("main .hints")).to_be_visible()
