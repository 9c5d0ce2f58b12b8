"""`sukima demo` as a real process: its address opens the room, its pages stand on the same origin, it ends in order."""

import http.client
import json
import re
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.app import may_show
from tests.web.running import Running, opened, said_by

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX systems")


DEMO = ("demo", "--port", "0", "--lang", "en")


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a rehearsal that was opened once: the first start writes the school and its history."""
    folder = tmp_path_factory.mktemp("school")
    with opened(folder, *DEMO) as first:
        assert first.end(signal.SIGINT) == 0
    return folder


@pytest.fixture(scope="module")
def demo(school: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("demo") / "school"
    shutil.copytree(school, folder)
    with opened(folder, *DEMO) as running:
        yield running


def enter(demo: Running) -> tuple[str, str]:
    """The cookie that the printed address is changed for, and where it leads."""
    parts = urlsplit(demo.address)
    status, _, headers = demo.ask(f"{parts.path}?{parts.query}")
    assert status == 303
    return headers["set-cookie"].partition(";")[0], headers["location"]


def test_the_printed_address_opens_the_room(demo: Running) -> None:
    cookie, onward = enter(demo)
    status, page, _ = demo.ask(onward, Cookie=cookie)
    assert status == 200
    assert "<html" in page
    assert demo.ask(onward)[0] == 403, "nobody comes in without the key"


def test_health_stands_on_the_same_origin(demo: Running) -> None:
    assert demo.ask("/healthz")[0] == 200
    assert json.loads(demo.ask("/readyz")[1])["ready"]
    assert 'route="/room/' in demo.ask("/metrics")[1] or demo.ask("/room/")[0] == 403


def test_only_this_machine_by_its_own_name(demo: Running) -> None:
    for path in ("/", "/room/"):
        assert demo.ask(path, Host="evil.example")[0] == 400


def test_what_people_do_scrolls_by_and_windows_end_with_the_room(school: Path, tmp_path: Path) -> None:
    folder = tmp_path / "school"
    shutil.copytree(school, folder)
    with opened(folder, *DEMO) as demo:
        cookie, onward = enter(demo)
        page = demo.ask(onward, Cookie=cookie)[1]
        token = re.search(r'csrf[^>]*?"([\w-]{43})"', page)
        assert token is not None
        window = http.client.HTTPConnection("127.0.0.1", demo.port, timeout=60)
        window.request("GET", f"/room/live?as={onward.split('/')[3]}", headers={"Cookie": cookie})
        news = window.getresponse()
        assert news.readline().startswith(b"retry")
        said = demo.ask(
            f"{onward}/do/say",
            "POST",
            json.dumps({"text": "what can I do in ten minutes?"}),
            Cookie=cookie,
            Content_Type="application/json",
            Origin=f"http://127.0.0.1:{demo.port}",
            X_CSRF_Token=token[1],
        )
        assert said[0] == 200, said[1]
        assert demo.end(signal.SIGINT) == 0
        news.read()  # comes to its end, and is not cut off: http.client would raise IncompleteRead
        window.close()
    assert demo.said[-1].startswith("Closing")
    assert any("what can I do in ten minutes?" in line for line in demo.said)
    assert demo.log == []


def test_a_port_that_was_asked_for_and_is_taken(demo: Running, tmp_path: Path) -> None:
    done = said_by(tmp_path, "demo", "--port", str(demo.port), "--lang", "en")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


@pytest.mark.parametrize(
    ("environ", "tty", "platform", "shown"),
    [
        ({"DISPLAY": ":0"}, True, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True, "linux", True),
        ({}, True, "darwin", True),
        ({}, True, "linux", False),
        ({"DISPLAY": ":0"}, False, "linux", False),
        ({"DISPLAY": ":0", "CI": "true"}, True, "linux", False),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "a b"}, True, "linux", False),
    ],
)
def test_a_browser_is_opened_only_where_somebody_sits(
    environ: dict[str, str], tty: bool, platform: str, shown: bool
) -> None:
    assert may_show(environ, tty=tty, platform=platform) is shown
