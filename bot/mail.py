"""Handing a mail over to the server that carries it: encrypted on the way, bounded in time, in plain text.

What the server says goes into no log, since it may hold the address; nor does the password.
"""

import asyncio
import smtplib
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, formatdate, make_msgid, parseaddr
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

import structlog

from bot.domain.addresses import normalised
from bot.domain.shown import one_line
from bot.errors import Problem
from bot.services.mail_ports import Letter

log = structlog.get_logger(__name__)

PORTS = {"smtp": 587, "smtps": 465}
"""The schemes that can be named, and where their servers usually listen. With `smtp` STARTTLS is demanded."""
PLAIN = "starttls=no"
"""After `?`: a server that speaks no TLS. Nothing secret goes to it, unless it is this very machine."""
SECONDS = 10.0
"""For each step of the conversation with the server."""
PATIENCE = 30.0
"""To wait for one's turn, and then for all of it."""
AT_ONCE = 2
"""Mails on their way. A slow server's keep their turns, and no thread that signs or draws waits for it."""


@dataclass(frozen=True)
class MailServer:
    """Who carries mail. `tls`: encrypted from the start; `starttls`: before anything is said."""

    host: str
    port: int
    tls: bool
    starttls: bool
    user: str = ""
    password: str = field(default="", repr=False)


def read_server(url: str) -> MailServer:
    """A server from `smtp[s]://[user:password@]host[:port][?starttls=no]`. Raises ValueError."""
    parts = urlsplit(url)
    host, port = parts.hostname, parts.port or PORTS.get(parts.scheme, 0)
    if not host or not port or parts.path.strip("/") or parts.fragment or parts.query not in ("", PLAIN):
        raise ValueError("no mail server")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) is not bool(password) or not (user + password).isprintable():
        raise ValueError("user and password belong together")
    tls, plain = parts.scheme == "smtps", parts.query == PLAIN
    if plain and (tls or (user and not _is_here(parts))):
        raise ValueError("a password is not sent in the clear")
    return MailServer(host, port, tls, not tls and not plain, user, password)


def _is_here(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def read_sender(text: str) -> tuple[str, str]:
    """Name and address of `Name <address>` or of an address alone. Raises ValueError."""
    name, address = parseaddr(text)
    known = normalised(address)
    if known is None or one_line(text) != text.strip() or (name and one_line(name) != name):
        raise ValueError("no sender")
    return name, known


class SmtpPost:
    """Implements `Post` over SMTP."""

    def __init__(self, server: MailServer, sender: tuple[str, str]) -> None:
        self._server = server
        self._sender = sender
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="mail")

    async def send(self, letter: Letter) -> None:
        """Hand a mail over. Raises `Problem` mail.not_sent.

        An address that the server refuses is not told apart: who asks for a code would learn which addresses exist.
        """
        message = message_of(letter, self._sender)
        with _told():
            async with asyncio.timeout(PATIENCE):
                await self._turns.acquire()
            handing = asyncio.get_running_loop().run_in_executor(
                self._threads, copy_context().run, self._hand_over, message
            )
            handing.add_done_callback(lambda _: self._turns.release())
            ended, _ = await asyncio.wait((handing,), timeout=PATIENCE)
            if not ended:
                # A thread cannot be stopped: the server may take the mail yet, so its code holds and counts.
                handing.add_done_callback(_noted)
                log.warning("mail.slow")
                return
            handing.result()

    def prove(self) -> None:
        """Come as far as being let in, and send nothing. Raises `Problem` mail.not_sent."""
        with _told(), self._open() as smtp:
            smtp.noop()

    def _hand_over(self, message: EmailMessage) -> None:
        with self._open() as smtp:
            try:
                smtp.send_message(message)
            except smtplib.SMTPRecipientsRefused:
                log.info("mail.recipient_refused")

    @contextmanager
    def _open(self) -> Iterator[smtplib.SMTP]:
        server, trust = self._server, ssl.create_default_context()
        smtp: smtplib.SMTP
        if server.tls:
            smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=trust)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
        with smtp:
            if server.starttls:
                smtp.starttls(context=trust)
            if server.user:
                smtp.login(server.user, server.password)
            yield smtp


def _noted(handing: "asyncio.Future[None]") -> None:
    """Nobody waits for it any more: the log hears how it ended."""
    if not handing.cancelled() and (error := handing.exception()) is not None:
        log.warning("mail.not_sent", error=type(error).__name__)


@contextmanager
def _told() -> Iterator[None]:
    """Whatever goes wrong on the way is one problem; the log knows of which kind it was."""
    try:
        yield
    except (OSError, smtplib.SMTPException, TimeoutError, ValueError) as error:
        log.warning("mail.not_sent", error=type(error).__name__, code=getattr(error, "smtp_code", None))
        raise Problem("mail.not_sent") from None


def message_of(letter: Letter, sender: tuple[str, str]) -> EmailMessage:
    """The mail as it goes out: text only, without anything that would tell whether it was read."""
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr(sender)
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = make_msgid(domain=sender[1].rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.text, charset="utf-8", cte="base64")
    return message
