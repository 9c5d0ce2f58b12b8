"""Hosts, bodies, headers, forged forms, the reader's language: bad input first."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message

from bot.domain.language import LANGS
from bot.pages import Pages, language
from bot.pages.csrf import Csrf, same_origin
from bot.pages.errors import ErrorPages
from bot.pages.guards import BodyLimit, HearsOut, KnownHosts, SecureHeaders
from bot.wording import Wording
from tests.pages.pages_asking import HOST, browser

KEY = bytes(range(32))


def request_with(headers: list[tuple[str, str]], query: str = "") -> Request:
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    return Request({"type": "http", "method": "POST", "path": "/", "query_string": query.encode(), "headers": raw})


def application() -> Starlette:
    async def reading(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    async def deaf(request: Request) -> Response:
        return PlainTextResponse("not read")

    async def own(request: Request) -> Response:
        return PlainTextResponse(
            "x", headers={"Cache-Control": "public", "Cross-Origin-Resource-Policy": "cross-origin"}
        )

    async def breaking(request: Request) -> Response:
        raise RuntimeError

    routes = [
        Route("/read", reading, methods=["POST"]),
        Route("/read/more", reading, methods=["POST"]),
        Route("/deaf", deaf, methods=["POST"]),
        Route("/own", own),
        Route("/break", breaking),
    ]
    return Starlette(routes=routes, exception_handlers=ErrorPages(Pages(), "ja").handlers())


# ---------------------------------------------------------------- headers


async def test_every_answer_carries_the_headers() -> None:
    app = SecureHeaders(KnownHosts(application(), [HOST]), https=True)
    async with browser(app) as reader:
        answers = [await reader.get(path) for path in ("/own", "/break", "/nothing")]
        answers.append(await reader.get("/own", headers={"Host": "evil.example"}))
    assert [answer.status_code for answer in answers] == [200, 500, 404, 400]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in answer.headers["permissions-policy"]
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert "set-cookie" not in answer.headers


async def test_an_answer_s_own_headers_stay() -> None:
    async with browser(SecureHeaders(application(), https=False)) as reader:
        own, other = await reader.get("/own"), await reader.get("/nothing")
    assert own.headers.get_list("cache-control") == ["public"]
    assert own.headers["cross-origin-resource-policy"] == "cross-origin"
    assert other.headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in own.headers


# ---------------------------------------------------------------- hosts


@pytest.mark.parametrize("host", [HOST, HOST.upper(), f"{HOST}:8443", "127.0.0.1:8000", "[::1]:8000"])
async def test_known_hosts_are_answered(host: str) -> None:
    async with browser(KnownHosts(application(), [HOST, "127.0.0.1:8000", "[::1]"])) as reader:
        assert (await reader.get("/own", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        f"{HOST}.evil.example",
        f"evil{HOST}",
        "127.0.0.1:8001",
        "127.0.0.1",
        "",
        f"{HOST}@evil",
        f"{HOST}:x",
    ],
)
async def test_other_hosts_are_not(host: str) -> None:
    async with browser(KnownHosts(application(), [HOST, "127.0.0.1:8000"])) as reader:
        answer = await reader.get("/own", headers={"Host": host, "Accept-Language": "en"})
    assert answer.status_code == 400
    assert answer.text.strip() == Wording("en").say("page.error.400.text")


@pytest.mark.parametrize("hosts", [[], [b"a.example", b"a.example"]])
async def test_a_host_is_named_once(hosts: list[bytes]) -> None:
    sent = await asked(KnownHosts(application(), ["a.example"]), "http", [(b"host", host) for host in hosts])
    assert sent[0]["status"] == 400


async def test_a_socket_from_another_host_is_closed() -> None:
    sent = await asked(KnownHosts(application(), ["a.example"]), "websocket", [(b"host", b"evil.example")])
    assert [message["type"] for message in sent] == ["websocket.close"]


async def asked(app: KnownHosts | BodyLimit, kind: str, headers: list[tuple[bytes, bytes]]) -> list[Message]:
    """What is sent in answer to a request without a body."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": kind, "method": "GET", "path": "/own", "query_string": b"", "headers": headers}
    await app(scope, receive, send)
    return sent


# ---------------------------------------------------------------- bodies


async def test_bodies_up_to_the_limit_are_read() -> None:
    app = BodyLimit(application(), 10, {"/read/more": 20})
    async with browser(app) as reader:
        sizes = [(path, size, (await reader.post(path, content=b"x" * size)).status_code)
                 for path in ("/read", "/read/more", "/deaf") for size in (10, 11, 20, 21)]  # fmt: skip
    allowed = {"/read": 10, "/read/more": 20, "/deaf": 10}
    assert all(status == (200 if size <= allowed[path] else 413) for path, size, status in sizes)


async def test_bodies_that_do_not_say_their_length_are_counted() -> None:
    async def pieces(count: int):  # type: ignore[no-untyped-def]
        for _ in range(count):
            yield b"xxxxx"

    async with browser(BodyLimit(application(), 10), {"Accept-Language": "en"}) as reader:
        right, wrong = await reader.post("/read", content=pieces(2)), await reader.post("/read", content=pieces(3))
    assert (right.status_code, right.text) == (200, "10")
    assert wrong.status_code == 413
    assert Wording("en").say("page.error.413.title") in wrong.text


async def test_a_refusal_may_be_a_page() -> None:
    errors = ErrorPages(Pages(), "ja")
    async with browser(BodyLimit(application(), 10, refuse=errors.page)) as reader:
        answer = await reader.post("/read", content=b"x" * 11)
    assert answer.status_code == 413
    assert "<h1>" in answer.text


@pytest.mark.parametrize("length", ["-1", "1e9", "9" * 30, "x", ""])
async def test_a_length_that_is_none_is_counted(length: str) -> None:
    async with browser(BodyLimit(application(), 10)) as reader:
        answer = await reader.post("/read", content=b"x" * 11, headers={"Content-Length": length})
    assert answer.status_code == 413


# ---------------------------------------------------------------- hearing out


async def left_after(app: HearsOut, headers: list[tuple[bytes, bytes]], pieces: int, path: str = "/deaf") -> int:
    """How many of so many pieces of a kilobyte nobody has read when the answer begins."""
    left = pieces
    at_answer: list[int] = []

    async def receive() -> Message:
        nonlocal left
        if left == 0:
            await asyncio.Event().wait()
        left -= 1
        return {"type": "http.request", "body": b"x" * 1024, "more_body": left > 0}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            at_answer.append(left)

    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}
    await asyncio.wait_for(app(scope, receive, send), 20)
    return at_answer[0]


LENGTH = [(b"content-length", b"10240")]
PIECES = [(b"transfer-encoding", b"chunked")]


@pytest.mark.parametrize("headers", [LENGTH, PIECES])
@pytest.mark.parametrize("path", ["/deaf", "/read"])
async def test_a_request_is_heard_out_before_its_answer(headers: list[tuple[bytes, bytes]], path: str) -> None:
    assert await left_after(HearsOut(application()), headers, 10, path) == 0
    assert await left_after(HearsOut(BodyLimit(application(), 2048)), headers, 10, path) == 0


async def test_nobody_is_heard_out_for_ever() -> None:
    assert await left_after(HearsOut(application(), most=3 * 1024), PIECES, 10) == 6
    assert await left_after(HearsOut(application(), seconds=0.01), PIECES, 0) == 0


async def test_who_waits_for_a_word_or_brings_nothing_is_answered_at_once() -> None:
    assert await left_after(HearsOut(application()), [*LENGTH, (b"expect", b"100-continue")], 10) == 10
    assert await left_after(HearsOut(application()), [], 10) == 10
    assert await left_after(HearsOut(application()), [(b"content-length", b"0")], 10) == 10


# ---------------------------------------------------------------- forged forms


@given(st.text(), st.text())
def test_a_token_is_good_for_one_session_only(one: str, other: str) -> None:
    csrf = Csrf(KEY)
    assert csrf.check(csrf.token(one), one)
    assert csrf.check(csrf.token(one), other) == (one == other)
    assert not csrf.check(other, one)
    assert not Csrf(KEY[::-1]).check(csrf.token(one), one)


def test_a_short_key_is_none() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Csrf(b"short")
    assert KEY.hex() not in repr(Csrf(KEY))


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"Origin": f"http://{HOST}"}, True),
        ({"Origin": f"https://{HOST}", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": f"http://{HOST}:8000"}, False),
        ({"Origin": f"http://{HOST}.evil.example"}, False),
        ({"Origin": f"http://{HOST}@evil.example"}, False),
        ({"Origin": f"ftp://{HOST}"}, False),
        ({"Origin": "http://[broken"}, False),
        ({"Origin": f"http://{HOST}", "Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
    ],
)
def test_where_a_request_comes_from(headers: dict[str, str], ours: bool) -> None:
    assert same_origin(request_with([("Host", HOST), *headers.items()])) is ours


# ---------------------------------------------------------------- language


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("ja", "ja"),
        ("en-GB,en;q=0.9", "en"),
        ("ja-JP,ja;q=0.9,en-US;q=0.8", "ja"),
        ("fr,de;q=0.9,en;q=0.1", "en"),
        ("en;q=0.5, ja;q=0.8", "ja"),
        ("en;q=0, *", "ja"),
        ("ja;q=0,en;q=0.1", "en"),
        ("fr", "ja"),
        ("*", "ja"),
        ("", "ja"),
        ("en;q=banana", "ja"),
        ("EN", "en"),
        ("en , ja", "en"),
        (";;,,=;q=1", "ja"),
    ],
)
def test_what_the_browser_likes(header: str, lang: str) -> None:
    assert language.of(request_with([("Accept-Language", header)]), "ja") == lang


def test_the_address_says_more_than_the_browser() -> None:
    asked_in = {query: language.of(request_with([("Accept-Language", "ja")], query), "ja")
                for query in ("lang=en", "lang=fr", "lang=", "lang=en&lang=ja")}  # fmt: skip
    assert asked_in == {"lang=en": "en", "lang=fr": "ja", "lang=": "ja", "lang=en&lang=ja": "ja"}


@given(st.text(alphabet=st.characters(max_codepoint=255)))
def test_any_header_names_a_language(header: str) -> None:
    assert language.preferred(header, "en") in LANGS
