"""Fetching what people's data point to (design.md 4.14): the only place that opens a connection to an address that
somebody wrote.

https only, port 443 only, no credentials; every address that the name stands for must be public, and the connection
goes to one of the addresses that were looked at, so that a name cannot change its mind in between. A redirect is
looked at like a new address and stays on its host. Time and size are bounded, the size after decompression too.
"""

import asyncio
import ipaddress
import socket
import ssl
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, urljoin, urlsplit

import h11

from bot.badges.reads import Read, Unread

SECONDS = 5.0
"""For everything: the name, the connection, every redirect and the last byte."""
SECONDS_TO_CONNECT = 2.0
"""For one of a name's addresses; then the next one is tried."""
MOST_BYTES = 2**20
MOST_REDIRECTS = 3
MOST_ADDRESSES = 3
LONGEST_URL = 2_000
HTTPS_PORT = 443
_PIECE = 2**16
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GZIP = 31
"""zlib's window bits for gzip."""

Resolve = Callable[[str], Awaitable[Sequence[str]]]
Dial = Callable[[str, int, ssl.SSLContext, str], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""An IPv4 address for networks without IPv4 (RFC 6052)."""
_UNICAST = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out for public use; what is beyond it is special or disguised IPv4."""
_NEVER = tuple(
    map(
        ipaddress.ip_network,
        (
            "168.63.129.16/32",  # a cloud's own machine, with a public address
            "192.0.0.0/24",  # for protocols; not every Python knows all of it as private
            "192.88.99.0/24",  # 6to4 relays
            "2001::/23",  # Teredo and other protocols
            "2002::/16",  # 6to4: leads to an IPv4 address
            "3fff::/20",  # for documents
        ),
    )
)
"""What `ipaddress` calls global, of these or older editions, and is not for everybody."""


def is_public(address: str) -> bool:
    """Whether an IP address is one that anybody may reach: no private, local, special or disguised one."""
    try:
        found: _Address = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.scope_id is not None:
            return False
        if found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        elif found in _NAT64:
            found = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        elif found not in _UNICAST:
            return False
    special = found.is_multicast or found.is_reserved or found.is_unspecified
    return found.is_global and not special and not any(found in network for network in _NEVER)


class NoAnswer(Exception):
    """Why there is no answer, as the code of `Unread`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = f"fetch.{code}"


@dataclass(frozen=True)
class Target:
    """An address that may be asked, as far as can be told without asking for its name."""

    host: str
    """ASCII, as it stands in the certificate; an IPv6 address without brackets."""
    path: str

    @property
    def in_header(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def url(self) -> str:
        return f"https://{self.in_header}{self.path}"


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Net:
    """Fetches. `resolve`, `dial` and `tls` are for tests, which stand a server in a public address' place; the rule
    about addresses is not among them."""

    def __init__(
        self,
        *,
        resolve: Resolve | None = None,
        dial: Dial | None = None,
        tls: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
        at_once: int = 8,
    ) -> None:
        self._resolve = resolve or _addresses
        self._dial = dial or _dial
        self._given_tls = tls
        self._seconds = seconds
        self._turns = asyncio.Semaphore(at_once)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        # Reading all authorities takes its time, and most processes fetch nothing.
        return self._given_tls or _strict()

    async def get(self, url: str, accept: str) -> Read | Unread:
        """What an address answers, whatever its status; or why there is no answer. Never raises for any `url`."""
        async with self._turns:
            try:
                async with asyncio.timeout(self._seconds):
                    return await self._followed(target_of(url), accept)
            except NoAnswer as unread:
                return Unread(unread.code)
            except TimeoutError:
                return Unread("fetch.too_slow")

    async def _followed(self, target: Target, accept: str) -> Read:
        for _ in range(MOST_REDIRECTS + 1):
            answer = await self._asked(target, accept)
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
                return Read(target.url, answer.status, kind, answer.body)
            try:
                onward = target_of(urljoin(target.url, answer.headers["location"]))
            except ValueError:
                raise NoAnswer("garbled") from None
            if onward.host != target.host:
                raise NoAnswer("sent_on")
            target = onward
        raise NoAnswer("sent_on")

    async def _asked(self, target: Target, accept: str) -> _Answer:
        reader, writer = await self._connected(target.host)
        try:
            return await _exchange(reader, writer, target, accept)
        except (OSError, h11.ProtocolError, zlib.error, ValueError):
            raise NoAnswer("garbled") from None
        finally:
            # Without waiting for the other side's goodbye, which may never come.
            writer.transport.abort()

    async def _connected(self, host: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        try:
            addresses = await self._resolve(host)
        except (OSError, UnicodeError):
            raise NoAnswer("no_name") from None
        if not addresses:
            raise NoAnswer("no_name")
        if not all(map(is_public, addresses)):
            raise NoAnswer("not_public")
        code = "unreachable"
        for address in addresses[:MOST_ADDRESSES]:
            try:
                async with asyncio.timeout(SECONDS_TO_CONNECT):
                    return await self._dial(address, HTTPS_PORT, self._tls, host)
            except ssl.SSLError:
                code = "not_trusted"
            except (OSError, TimeoutError):
                continue
        raise NoAnswer(code)


def _strict() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


async def _addresses(host: str) -> Sequence[str]:
    """Every address that a name stands for, in the order in which the system would try them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, HTTPS_PORT, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


async def _dial(
    address: str, port: int, tls: ssl.SSLContext, name: str
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to this very address, whose certificate is for this name."""
    return await asyncio.open_connection(address, port, ssl=tls, server_hostname=name, limit=_PIECE)


def target_of(url: str) -> Target:
    """Read an address. Raises `NoAnswer`: bad_address, not_https."""
    if len(url) > LONGEST_URL or not url.isprintable() or " " in url or "\\" in url:
        raise NoAnswer("bad_address")
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").rstrip(".")
        host = host if ":" in host else host.encode("idna").decode("ascii")
    except ValueError:
        raise NoAnswer("bad_address") from None
    if parts.scheme != "https":
        raise NoAnswer("not_https" if parts.scheme == "http" else "bad_address")
    if not host or "%" in host or parts.username is not None or parts.password is not None:
        raise NoAnswer("bad_address")
    if port not in (None, HTTPS_PORT):
        raise NoAnswer("bad_address")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=-._~")
    query = f"?{quote(parts.query, safe='/%:@!$&()*+,;=-._~?')}" if parts.query else ""
    return Target(host.lower(), path + query)


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: Target, accept: str) -> _Answer:
    talk = h11.Connection(h11.CLIENT)
    headers = [
        ("Host", target.in_header),
        ("User-Agent", "Sukima"),
        ("Accept", accept),
        ("Accept-Encoding", "gzip"),
        ("Connection", "close"),
    ]
    asked = talk.send(h11.Request(method="GET", target=target.path, headers=headers))
    writer.write((asked or b"") + (talk.send(h11.EndOfMessage()) or b""))
    await writer.drain()
    status, named = await _head(reader, talk)
    if status in _REDIRECTS:
        return _Answer(status, named, b"")
    return _Answer(status, named, await _body(reader, talk, named.get("content-encoding", "identity").lower()))


async def _head(reader: asyncio.StreamReader, talk: h11.Connection) -> tuple[int, dict[str, str]]:
    while True:
        event = await _event(reader, talk)
        if isinstance(event, h11.Response):
            named = {name.decode("ascii").lower(): value.decode("latin-1") for name, value in event.headers}
            return event.status_code, named
        if not isinstance(event, h11.InformationalResponse):
            raise NoAnswer("garbled")


async def _body(reader: asyncio.StreamReader, talk: h11.Connection, encoding: str) -> bytes:
    """The body, decompressed, within the bound at every step."""
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise NoAnswer("garbled")
    unpack = None if encoding == "identity" else zlib.decompressobj(_GZIP)
    body, came = bytearray(), 0
    while not isinstance(event := await _event(reader, talk), h11.EndOfMessage):
        if not isinstance(event, h11.Data):
            raise NoAnswer("garbled")
        came += len(event.data)
        body += event.data if unpack is None else unpack.decompress(event.data, MOST_BYTES + 1 - len(body))
        if max(came, len(body)) > MOST_BYTES:
            raise NoAnswer("too_big")
    if unpack is not None and came and not unpack.eof:
        raise NoAnswer("garbled")
    return bytes(body)


async def _event(reader: asyncio.StreamReader, talk: h11.Connection) -> object:
    while (event := talk.next_event()) is h11.NEED_DATA:
        talk.receive_data(await reader.read(_PIECE))
    return event
