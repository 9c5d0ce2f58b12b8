"""Mail goes out encrypted, says nothing of whether an address exists, and leaves no secret in the log."""

import datetime
import queue
import ssl
import threading
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

import pytest
import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from scenarios.postbox import Postbox, open_postbox

from bot.errors import Problem
from bot.mail import AT_ONCE, MailServer, SmtpPost, message_of, read_sender, read_server
from bot.services.mail_ports import Letter

LETTER = Letter("old@example.jp", "コード", "こんにちは\n1234-5678\n")
SENDER = ("Sukima", "sukima@post.example")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of `localhost`, signed by itself; with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=2))
    signed = made.add_extension(names, critical=False).sign(key, hashes.SHA256())
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(signed.public_bytes(Encoding.PEM) + private)
    return file


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def post(box: Postbox, user: str = "") -> SmtpPost:
    return SmtpPost(read_server(box.url.replace("//", f"//{user}@") if user else box.url), SENDER)


@pytest.mark.parametrize("from_the_start", [False, True])
async def test_it_is_encrypted_before_anything_is_said(
    tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch, from_the_start: bool
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with open_postbox(tls, from_the_start=from_the_start) as box:
        box.login = "user:p@ss word"
        await post(box, "user:p%40ss%20word").send(LETTER)
    (letter,) = box.letters
    assert (letter["To"], letter.get_content().replace("\r\n", "\n")) == (LETTER.to, LETTER.text)
    before = box.commands[: box.commands.index("AUTH")]
    assert ("STARTTLS" in before) is not from_the_start


async def test_a_server_that_nobody_vouches_for_gets_nothing(tls: ssl.SSLContext) -> None:
    async with open_postbox(tls) as box:
        box.login = "user:password"
        with pytest.raises(Problem) as caught:
            await post(box, "user:password").send(LETTER)
    assert caught.value.code == "mail.not_sent"
    assert "AUTH" not in box.commands
    assert not box.letters


async def test_one_without_tls_gets_nothing_unless_it_is_said_so() -> None:
    async with open_postbox() as box:
        strict = SmtpPost(read_server(box.url.partition("?")[0]), SENDER)
        with pytest.raises(Problem):
            await strict.send(LETTER)
        assert not box.letters
        await post(box).send(LETTER)
        assert len(box.letters) == 1


async def test_a_refused_address_is_not_told_and_no_secret_is_logged() -> None:
    async with open_postbox() as box:
        box.login, box.refuses = "user:hunter2hunter2", LETTER.to
        with structlog.testing.capture_logs() as logs:
            await post(box, "user:hunter2hunter2").send(LETTER)
            with pytest.raises(Problem) as caught:
                await post(box, "user:somethingelse").send(LETTER)
        assert caught.value.code == "mail.not_sent"
        assert caught.value.__cause__ is None
        told = str(logs) + repr(post(box, "user:hunter2hunter2")) + repr(read_server("smtps://u:hunter2@h"))
        assert LETTER.to not in told
        assert "hunter2" not in told
        assert "somethingelse" not in told


async def test_a_slow_server_s_mails_keep_their_turns_and_no_other_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Further ones are not sent, and told so, until one of them is done; what else runs in threads goes on."""
    release, begun = threading.Event(), queue.SimpleQueue[str]()

    def hands_over(self: SmtpPost, message: EmailMessage) -> None:
        begun.put(threading.current_thread().name)
        release.wait(20)

    monkeypatch.setattr(SmtpPost, "_hand_over", hands_over)
    monkeypatch.setattr("bot.mail.PATIENCE", 0.01)
    slow = SmtpPost(read_server("smtp://post.example"), SENDER)
    for _ in range(AT_ONCE):
        await slow.send(LETTER)
    for _ in range(2):
        with pytest.raises(Problem) as caught:
            await slow.send(LETTER)
        assert caught.value.code == "mail.not_sent"
    assert [begun.get(timeout=20).rpartition("_")[0] for _ in range(AT_ONCE)] == ["mail"] * AT_ONCE
    assert begun.empty()
    release.set()
    monkeypatch.setattr("bot.mail.PATIENCE", 20.0)
    await slow.send(LETTER)
    assert begun.get(timeout=20)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://post.example", MailServer("post.example", 587, tls=False, starttls=True)),
        ("smtps://u:p%2F@post.example", MailServer("post.example", 465, True, False, "u", "p/")),
        ("smtp://u:p@127.0.0.1:25?starttls=no", MailServer("127.0.0.1", 25, False, False, "u", "p")),
    ],
)
def test_servers(url: str, server: MailServer) -> None:
    assert read_server(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "post.example", "http://post.example", "smtp://", "smtp://u@post.example", "smtp://:p@post.example",
        "smtp://u:p@post.example?starttls=no", "smtps://post.example?starttls=no", "smtp://post.example/x",
        "smtp://post.example:99999", "smtp://u:p%0D@post.example", "smtp://post.example?x=y",
    ],
)  # fmt: skip
def test_no_servers(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of whatever words
        read_server(url)


@pytest.mark.parametrize("text", ["", "Sukima", "a@b", "Su\nkima <a@b.example>", "a@b.example\r\nBcc: c@d.example"])
def test_no_senders(text: str) -> None:
    with pytest.raises(ValueError, match="no sender"):
        read_sender(text)


@given(name=st.text(max_size=30), text=st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_whatever_is_said_adds_no_header(name: str, text: str) -> None:
    try:
        sender = read_sender(f"{name} <sukima@post.example>")
    except ValueError:
        return
    message = message_of(Letter("a@b.example", "コード", text), sender)
    assert bytes(message).split(b"\n\n")[0].split(b"\r\n\r\n")[0].count(b"\nTo:") == 1
    assert message["To"] == "a@b.example"
    assert {"Bcc", "Cc", "Reply-To"}.isdisjoint(message.keys())
