"""A mail server on loopback, as far as a sender needs one: what it was given lies in `letters`."""

import asyncio
import base64
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

CODE = re.compile(r"\b\d{4}-\d{4}\b")


@dataclass
class Postbox:
    """Change how it behaves, then let somebody send."""

    letters: list[EmailMessage] = field(default_factory=list)
    login: str = ""
    """`user:password` that is asked for; empty: nobody is."""
    refuses: str = ""
    """An address to which it takes no mail."""
    trust: ssl.SSLContext | None = None
    """Its certificate: it then speaks TLS, after STARTTLS or from the start."""
    slow: asyncio.Event | None = None
    """It takes a letter when this is set, and no sooner."""
    came: asyncio.Event = field(default_factory=asyncio.Event)
    commands: list[str] = field(default_factory=list)
    url: str = ""

    def code(self) -> str:
        """The code in the newest letter."""
        (code,) = set(CODE.findall(self.letters[-1].get_content()))
        return str(code)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _Visit(self, reader, writer).run()
        except (ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()


class _Visit:
    def __init__(self, box: Postbox, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._box, self._reader, self._writer = box, reader, writer
        self._is_in = not box.login
        self._is_private = writer.get_extra_info("ssl_object") is not None

    async def run(self) -> None:
        self._say("220 post.example")
        while line := await self._reader.readline():
            command = line.decode("ascii").strip()
            self._box.commands.append(command.partition(" ")[0].upper())
            if not await self._answer(command):
                return

    async def _answer(self, command: str) -> bool:
        word, _, rest = command.partition(" ")
        match word.upper():
            case "EHLO":
                tls = ["STARTTLS"] if self._box.trust and not self._is_private else []
                offers = ["post.example", *tls, *(["AUTH PLAIN"] if self._box.login else [])]
                lines = [f"250-{each}" for each in offers]
                self._say("\r\n".join((*lines[:-1], f"250 {offers[-1]}")))
            case "STARTTLS":
                self._say("220 go")
                await self._writer.start_tls(self._box.trust)  # type: ignore[arg-type]
                self._is_private = True
            case "AUTH":
                given = base64.b64decode(rest.split()[1]).decode().strip("\0").replace("\0", ":")
                self._is_in = given == self._box.login
                self._say("235 in" if self._is_in else "535 no")
            case "RCPT" if self._box.refuses and self._box.refuses in rest:
                self._say("550 nobody")
            case "MAIL" | "RCPT" if not self._is_in:
                self._say("530 who are you")
            case "DATA":
                self._say("354 go")
                data = await self._reader.readuntil(b"\r\n.\r\n")
                if self._box.slow is not None:
                    await self._box.slow.wait()
                letter = message_from_bytes(data[:-5], policy=default)
                assert isinstance(letter, EmailMessage)
                self._box.letters.append(letter)
                self._box.came.set()
                self._say("250 kept")
            case "QUIT":
                self._say("221 bye")
                return False
            case _:
                self._say("250 fine")
        return True

    def _say(self, line: str) -> None:
        self._writer.write(f"{line}\r\n".encode())


@asynccontextmanager
async def open_postbox(trust: ssl.SSLContext | None = None, *, from_the_start: bool = False) -> AsyncIterator[Postbox]:
    """A server that listens; with `trust` it speaks TLS."""
    box = Postbox(trust=trust)
    server = await asyncio.start_server(box.serve, "127.0.0.1", 0, ssl=trust if from_the_start else None)
    port = server.sockets[0].getsockname()[1]
    box.url = f"smtp://127.0.0.1:{port}" if trust is None else f"smtp{'s' if from_the_start else ''}://localhost:{port}"
    if trust is None:
        box.url += "?starttls=no"
    try:
        yield box
    finally:
        server.close()
        await server.wait_closed()
