"""Fetching what people's data point to: only over https, only from public addresses, bounded in time and size."""

import asyncio
import gzip
import ipaddress
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenarios.web import Web

from bot import net
from bot.badges.reads import Read, Unread
from bot.net import MOST_BYTES, Net, is_public
from bot.services.ports import Fetch
from net.tls import HOST, PUBLIC, Far, Served, far_side

TLS = ssl.create_default_context()
URL = f"https://{HOST}/a.json"


def answering(
    body: bytes = b"{}", status: str = "200 OK", headers: Sequence[str] = ("Content-Type: application/json",)
) -> Served:
    async def serve(path: str, writer: asyncio.StreamWriter) -> None:
        lines = "".join(f"{line}\r\n" for line in (*headers, f"Content-Length: {len(body)}"))
        writer.write(f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body)

    return serve


def sending_on(places: dict[str, str], at_last: bytes = b'{"a":1}') -> Served:
    async def serve(path: str, writer: asyncio.StreamWriter) -> None:
        if path in places:
            await answering(status="302 Found", headers=(f"Location: {places[path]}",))(path, writer)
        else:
            await answering(at_last)(path, writer)

    return serve


async def _fetch(folder: Path, serve: Served, url: str = URL, **more: float) -> tuple[Read | Unread, Far]:
    async with far_side(folder, serve) as far:
        return await far.net(folder, **more).get(url, "application/json"), far


# ---------------------------------------------------------------- what use cases rely on


@pytest.fixture(params=["net", "fake"])
async def fetch(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Fetch]:
    """The product's and the one that other tests use, with the same server behind them."""
    if request.param == "fake":
        fake = Web()
        fake.puts(URL, b"{}")
        yield fake
    else:
        async with far_side(tmp_path, answering()) as far:
            yield far.net(tmp_path)


async def test_every_fetch_answers_alike(fetch: Fetch) -> None:
    assert await fetch.get(URL, "application/json") == Read(URL, 200, "application/json", b"{}")
    assert await fetch.get("https://nobody.example/", "*/*") == Unread("fetch.no_name")
    assert await fetch.get(f"http://{HOST}/", "*/*") == Unread("fetch.not_https")
    for url in ("", "x", "https://[", f"https://me@{HOST}/", f"https://{HOST}:1/", "https://\0"):
        assert await fetch.get(url, "*/*") == Unread("fetch.bad_address")


# ---------------------------------------------------------------- what is answered


async def test_an_answer_is_handed_on_with_its_media_type(tmp_path: Path) -> None:
    headers = ("Content-Type: Application/LD+JSON; charset=utf-8",)
    read, far = await _fetch(tmp_path, answering('{"名":1}'.encode(), headers=headers))
    assert read == Read(URL, 200, "application/ld+json", '{"名":1}'.encode())
    assert far.dialled == [(PUBLIC, 443, HOST)]
    assert f"Host: {HOST}\r\n" in far.asked[0]
    assert "Accept: application/json\r\n" in far.asked[0]


@pytest.mark.parametrize("status", ["410 Gone", "404 Not Found", "500 Oh"])
async def test_any_status_is_an_answer(tmp_path: Path, status: str) -> None:
    read, _ = await _fetch(tmp_path, answering(status=status))
    assert isinstance(read, Read)
    assert read.status == int(status[:3])


async def test_a_compressed_answer_is_read(tmp_path: Path) -> None:
    packed = gzip.compress(b"[" + b"1," * 1000 + b"1]", mtime=0)
    read, _ = await _fetch(tmp_path, answering(packed, headers=("Content-Encoding: gzip",)))
    assert isinstance(read, Read)
    assert read.body == gzip.decompress(packed)


async def test_pieces_without_a_length_are_read(tmp_path: Path) -> None:
    async def serve(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")

    read, _ = await _fetch(tmp_path, serve)
    assert isinstance(read, Read)
    assert read.body == b"{}"


async def test_letters_beyond_ascii_in_an_address(tmp_path: Path) -> None:
    read, far = await _fetch(tmp_path, answering(), f"https://{HOST}/章/a b?q=研修".replace(" ", ""))
    assert isinstance(read, Read)
    assert far.asked[0].startswith("GET /%E7%AB%A0/ab?q=%E7%A0%94%E4%BF%AE HTTP/1.1\r\n")


# ---------------------------------------------------------------- what is not asked


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (f"http://{HOST}/a", "not_https"),
        (f"ftp://{HOST}/a", "bad_address"),
        ("file:///etc/passwd", "bad_address"),
        ("javascript:alert(1)", "bad_address"),
        ("", "bad_address"),
        ("https://", "bad_address"),
        ("https:///a", "bad_address"),
        ("https://[::1", "bad_address"),
        (f"https://me:secret@{HOST}/a", "bad_address"),
        (f"https://me@{HOST}/a", "bad_address"),
        (f"https://@{HOST}/a", "bad_address"),
        (f"https://{HOST}:8443/a", "bad_address"),
        (f"https://{HOST}:22/a", "bad_address"),
        (f"https://{HOST}:99999/a", "bad_address"),
        (f"https://{HOST}/a\r\nX-Evil: 1", "bad_address"),
        (f"https://{HOST}/a b", "bad_address"),
        ("https://evil.example\\@badges.example.org/", "bad_address"),
        ("https://[fe80::1%25eth0]/", "bad_address"),
        (f"https://{'a' * 70}.example/", "bad_address"),
        (f"https://{HOST}/" + "a" * 2000, "bad_address"),
    ],
)
async def test_an_address_that_is_never_asked(tmp_path: Path, url: str, code: str) -> None:
    read, far = await _fetch(tmp_path, answering(), url)
    assert read == Unread(f"fetch.{code}")
    assert far.looked_up == far.dialled == []


PRIVATE = [
    "127.0.0.1",
    "127.8.9.1",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.254",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "192.88.99.1",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.1.2.3",
    "::ffff:169.254.169.254",
    "::ffff:0:7f00:1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "2001:db8::1",
    "2001::1",
    "2002:7f00:1::",
    "2002:5db8:d70e::",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::5db8:d70e",
    "100::1",
    "3fff::1",
    "5f00::1",
]


@pytest.mark.parametrize("address", PRIVATE)
async def test_no_private_local_or_special_address_is_dialled(tmp_path: Path, address: str) -> None:
    async with far_side(tmp_path, answering()) as far:
        far.names[HOST] = (address,)
        assert await far.net(tmp_path).get(URL, "*/*") == Unread("fetch.not_public")
        far.names[HOST] = (PUBLIC, address)
        assert await far.net(tmp_path).get(URL, "*/*") == Unread("fetch.not_public")
        assert far.dialled == []


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_in_disguise_is_as_public_as_it_is(address: ipaddress.IPv4Address) -> None:
    for disguise in (f"::ffff:{address}", f"64:ff9b::{address}"):
        assert is_public(disguise) is is_public(str(address))
    assert not is_public(f"::{address}")
    assert not is_public(str(ipaddress.IPv6Address((0x2002 << 112) | (int(address) << 80))))


@given(st.text() | st.from_regex(r"https://[\x00-\x7f]{0,30}"))
async def test_no_address_makes_it_fall_over(url: str) -> None:
    async def nowhere(host: str) -> Sequence[str]:
        return ("127.0.0.1",)

    assert isinstance(await Net(resolve=nowhere, tls=TLS).get(url, "*/*"), Unread)


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"]
)
async def test_the_product_itself_never_reaches_this_machine(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def dial(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(net, "_dial", dial)
    assert await Net(tls=TLS).get(f"https://{host}/", "*/*") in (Unread("fetch.not_public"), Unread("fetch.no_name"))


async def test_the_name_is_looked_up_once_and_the_connection_goes_to_what_was_found(tmp_path: Path) -> None:
    """A name that changes its mind between the look and the connection gains nothing."""
    async with far_side(tmp_path, answering()) as far:
        answers = iter([(PUBLIC,), ("127.0.0.1",)])

        async def rebinding(host: str) -> Sequence[str]:
            return next(answers)

        far.resolve = rebinding  # type: ignore[method-assign]
        assert isinstance(await far.net(tmp_path).get(URL, "*/*"), Read)
        assert far.dialled == [(PUBLIC, 443, HOST)]
        assert await far.net(tmp_path).get(URL, "*/*") == Unread("fetch.not_public")


# ---------------------------------------------------------------- redirects


async def test_redirects_on_the_host_are_followed(tmp_path: Path) -> None:
    serve = sending_on({"/a.json": "/b", "/b": f"https://{HOST}/c?d=1"})
    read, far = await _fetch(tmp_path, serve)
    assert read == Read(f"https://{HOST}/c?d=1", 200, "application/json", b'{"a":1}')
    assert far.looked_up == [HOST] * 3


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("https://elsewhere.example/a", "sent_on"),
        (f"https://{HOST}.evil.example/", "sent_on"),
        (f"http://{HOST}/a", "not_https"),
        ("//127.0.0.1/", "sent_on"),
        (f"https://{HOST}:444/", "bad_address"),
        (f"https://me@{HOST}/", "bad_address"),
        ("file:///etc/passwd", "bad_address"),
        ("https://[::1", "garbled"),
        ("/a.json", "sent_on"),
    ],
)
async def test_other_redirects_are_not(tmp_path: Path, place: str, code: str) -> None:
    read, far = await _fetch(tmp_path, sending_on({"/a.json": place}))
    assert read == Unread(f"fetch.{code}")
    assert set(far.looked_up) == {HOST}


async def test_a_redirect_is_looked_at_anew(tmp_path: Path) -> None:
    async with far_side(tmp_path, sending_on({"/a.json": "/b"})) as far:
        answers = iter([(PUBLIC,), ("10.0.0.1",)])

        async def rebinding(host: str) -> Sequence[str]:
            return next(answers)

        far.resolve = rebinding  # type: ignore[method-assign]
        assert await far.net(tmp_path).get(URL, "*/*") == Unread("fetch.not_public")
        assert len(far.dialled) == 1


# ---------------------------------------------------------------- bounds


@pytest.mark.parametrize(
    "serve",
    [
        answering(b"x" * (MOST_BYTES + 1)),
        answering(gzip.compress(b"x" * (MOST_BYTES + 1)), headers=("Content-Encoding: gzip",)),
        answering(gzip.compress(b"\0" * 20_000_000, 1, mtime=0), headers=("Content-Encoding: gzip",)),
    ],
    ids=["plain", "compressed", "bomb"],
)
async def test_what_is_too_big_is_not_read(tmp_path: Path, serve: Served) -> None:
    read, _ = await _fetch(tmp_path, serve)
    assert read == Unread("fetch.too_big")


async def test_as_much_as_allowed_is_read(tmp_path: Path) -> None:
    for body, headers in (
        (b"x" * MOST_BYTES, ()),
        (gzip.compress(b"x" * MOST_BYTES, mtime=0), ("Content-Encoding: gzip",)),
    ):
        read, _ = await _fetch(tmp_path, answering(body, headers=headers))
        assert isinstance(read, Read)
        assert len(read.body) == MOST_BYTES


async def _silence(path: str, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def _drip(path: str, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx")
    await writer.drain()
    await asyncio.Event().wait()


@pytest.mark.parametrize("serve", [_silence, _drip])
async def test_who_takes_too_long_is_not_waited_for(tmp_path: Path, serve: Served) -> None:
    read, _ = await _fetch(tmp_path, serve, seconds=0.3)
    assert read == Unread("fetch.too_slow")


async def test_a_name_that_takes_too_long(tmp_path: Path) -> None:
    async with far_side(tmp_path, answering()) as far:

        async def never(host: str) -> Sequence[str]:
            await asyncio.Event().wait()
            return ()

        far.resolve = never  # type: ignore[method-assign]
        assert await far.net(tmp_path, seconds=0.1).get(URL, "*/*") == Unread("fetch.too_slow")


def _raw(data: bytes) -> Served:
    async def serve(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(data)

    return serve


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"{}" * 99, mtime=0)[:-9],
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + zlib.compress(b"{}"),
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 200_000,
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    ],
)
async def test_a_garbled_answer_is_none(tmp_path: Path, data: bytes) -> None:
    read, _ = await _fetch(tmp_path, _raw(data))
    assert read == Unread("fetch.garbled")


# ---------------------------------------------------------------- who answers


async def test_a_certificate_for_another_name_is_not_trusted(tmp_path: Path) -> None:
    async with far_side(tmp_path, answering(), host="elsewhere.example") as far:
        assert await far.net(tmp_path).get(URL, "*/*") == Unread("fetch.not_trusted")


async def test_an_authority_that_nobody_knows_is_not_trusted(tmp_path: Path) -> None:
    async with far_side(tmp_path, answering()) as far:
        fetch = Net(resolve=far.resolve, dial=far.dial)
        assert await fetch.get(URL, "*/*") == Unread("fetch.not_trusted")


async def test_a_name_that_nobody_has(tmp_path: Path) -> None:
    read, _ = await _fetch(tmp_path, answering(), "https://nobody.example/")
    assert read == Unread("fetch.no_name")


async def test_nobody_listens_there_so_the_next_address_is_tried(tmp_path: Path) -> None:
    async with far_side(tmp_path, answering()) as far:
        far.names[HOST] = ("1.1.1.1", PUBLIC)
        reached: Callable[..., Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]] = far.dial

        async def dial(address: str, *rest: object) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
            if address == "1.1.1.1":
                raise ConnectionRefusedError
            return await reached(address, *rest)

        far.dial = dial  # type: ignore[method-assign,assignment]
        assert isinstance(await far.net(tmp_path).get(URL, "*/*"), Read)
        far.names[HOST] = ("1.1.1.1",)
        assert await far.net(tmp_path).get(URL, "*/*") == Unread("fetch.unreachable")
