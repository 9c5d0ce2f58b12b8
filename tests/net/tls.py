"""A server with a certificate, on this machine, that stands in the place of public addresses."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.net import Net

PUBLIC = "93.184.215.14"
HOST = "badges.example.org"
Served = Callable[[str, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Far:
    """What the far side saw: the requests as they came, and where somebody dialled."""

    port: int = 0
    asked: list[str] = field(default_factory=list)
    dialled: list[tuple[str, int, str]] = field(default_factory=list)
    names: dict[str, Sequence[str]] = field(default_factory=lambda: {HOST: (PUBLIC,)})
    looked_up: list[str] = field(default_factory=list)

    async def resolve(self, host: str) -> Sequence[str]:
        self.looked_up.append(host)
        if host not in self.names:
            raise OSError(host)
        return self.names[host]

    async def dial(
        self, address: str, port: int, tls: ssl.SSLContext, name: str
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        self.dialled.append((address, port, name))
        return await asyncio.open_connection("127.0.0.1", self.port, ssl=tls, server_hostname=name)

    def net(self, folder: Path, **more: float) -> Net:
        return Net(resolve=self.resolve, dial=self.dial, tls=trusting(folder), **more)


@asynccontextmanager
async def far_side(folder: Path, serve: Served, host: str = HOST) -> AsyncIterator[Far]:
    """A server that speaks TLS as `host`; `serve` gets the first line's path and writes the whole answer."""
    far = Far()
    busy: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        busy.add(asyncio.current_task())  # type: ignore[arg-type]
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            far.asked.append(head)
            await serve(head.split(" ")[1], writer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=_serving(folder, host))
    far.port = server.sockets[0].getsockname()[1]
    try:
        yield far
    finally:
        server.close()
        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)


def trusting(folder: Path) -> ssl.SSLContext:
    """As strict as the product's, but that it knows our authority."""
    return ssl.create_default_context(cafile=str(_written(folder, HOST)[0]))


def _serving(folder: Path, host: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*_written(folder, host)[1:])
    return context


def _written(folder: Path, host: str) -> tuple[Path, Path, Path]:
    paths = (folder / "authority.pem", folder / f"{host}.pem", folder / f"{host}.key")
    for path, text in zip(paths, (_authority()[0], *_certificate(host)), strict=True):
        path.write_bytes(text)
    return paths


@cache
def _authority() -> tuple[bytes, x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of tests")])
    built = (
        _begun(name, name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.PEM), built, key


@cache
def _certificate(host: str) -> tuple[bytes, bytes]:
    _, authority, signer = _authority()
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    built = (
        _begun(name, authority.subject, key.public_key())
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return built.public_bytes(serialization.Encoding.PEM), secret


def _begun(name: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )
