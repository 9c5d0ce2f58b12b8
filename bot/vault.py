"""The vault seals what nobody may read: private keys and tokens (design.md 4.12).

A sealed text is `SKV` and a version byte, 8 bytes of key id, 12 bytes of nonce, then AES-256-GCM ciphertext and tag.
The first two and the label are bound to it as associated data, so that a sealed key put in another key's place does
not open. All keys come from one root: a 32-byte secret, or a passphrase through scrypt. Where the root comes from is
`open_vault`'s business; a new one is made at the first start.
"""

import base64
import binascii
import os
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from bot.errors import Problem

SECRET_BYTES = 32
SALT_BYTES = 16
SHORTEST_PASSPHRASE = 16
"""Characters. A shorter one can be guessed, scrypt or not."""
VERSION = b"SKV\x01"
KEY_ID_BYTES = 8
NONCE_BYTES = 12
HEAD_BYTES = len(VERSION) + KEY_ID_BYTES

Entropy = Callable[[int], bytes]
"""Gives so many random bytes that nobody can guess."""


class Vault:
    """Implements the port `Vault`. Shows nothing of itself."""

    def __init__(self, root: bytes, entropy: Entropy) -> None:
        """`root` is a key of 32 bytes: see `from_secret` and `from_passphrase`."""
        if len(root) != SECRET_BYTES:
            raise ValueError("a root key has 32 bytes")
        self._root = root
        self._entropy = entropy
        self._head = VERSION + self._derived("id")[:KEY_ID_BYTES]
        self._aead = AESGCM(self._derived("seal"))

    @classmethod
    def from_secret(cls, secret: bytes, entropy: Entropy) -> "Vault":
        """A vault under a secret of 32 random bytes."""
        return cls(secret, entropy)

    @classmethod
    def from_passphrase(cls, passphrase: str, salt: bytes, entropy: Entropy) -> "Vault":
        """A vault under a passphrase. Takes half a second and 128 MiB: that is what makes guessing dear."""
        if len(salt) < SALT_BYTES:
            raise ValueError("the salt is too short")
        scrypt = Scrypt(salt=salt, length=SECRET_BYTES, n=2**17, r=8, p=1)
        return cls(scrypt.derive(unicodedata.normalize("NFKC", passphrase).encode()), entropy)

    def seal(self, secret: bytes, *, label: str) -> bytes:
        """Encrypt; `label` (key id and purpose) is bound to the result."""
        nonce = self._entropy(NONCE_BYTES)
        return self._head + nonce + self._aead.encrypt(nonce, secret, self._head + label.encode())

    def open(self, sealed: bytes, *, label: str) -> bytes:
        """Decrypt. Raises `Problem("vault.wrong_secret")` for another secret, label or a changed text."""
        head, nonce, text = sealed[:HEAD_BYTES], sealed[HEAD_BYTES:][:NONCE_BYTES], sealed[HEAD_BYTES + NONCE_BYTES :]
        if head != self._head or len(nonce) < NONCE_BYTES:
            raise Problem("vault.wrong_secret")
        try:
            return self._aead.decrypt(nonce, text, head + label.encode())
        except InvalidTag:
            raise Problem("vault.wrong_secret") from None

    def derive(self, purpose: str) -> bytes:
        """A key of 32 bytes for another purpose, always the same: it tells nothing about any other."""
        return self._derived(f"for {purpose}")

    def _derived(self, what: str) -> bytes:
        return HKDF(SHA256(), SECRET_BYTES, salt=None, info=f"sukima vault 1 {what}".encode()).derive(self._root)

    def __repr__(self) -> str:
        return "Vault(sealed)"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a vault is not to be stored")


@dataclass(frozen=True)
class Opened:
    """A vault, and the file of the secret that was made for it just now: the caller warns to keep it safe."""

    vault: Vault
    made: Path | None = None


def open_vault(
    data_dir: Path,
    entropy: Entropy,
    *,
    secret: str | None = None,
    secret_file: Path | None = None,
    make: bool = True,
) -> Opened:
    """The vault of a deployment, under `secret`, the contents of `secret_file`, or `<data dir>/secret`.

    The last is made when nothing is given and it is not there, if `make`. A secret that reads as 32 bytes in base64 or
    hexadecimal is one; anything else is a passphrase, whose salt is kept in `<data dir>/salt`.
    Raises `Problem` `vault.secret_missing`, `vault.secret_unreadable`, `vault.secret_unwritable` (each with `path`) or
    `vault.secret_short` (`least`).
    """
    made: Path | None = None
    if secret is None:
        path = secret_file or data_dir / "secret"
        if make and secret_file is None and _create(path, base64.b64encode(entropy(SECRET_BYTES)) + b"\n"):
            made = path
        if secret_file is None and not path.exists():
            raise Problem("vault.secret_missing", path=str(path))
        secret = _read(path).decode("utf-8", "replace").strip()
    return Opened(_vault_under(secret, data_dir, entropy, make=make), made)


def too_short(secret: str) -> bool:
    """Whether a secret is neither 32 bytes in base64 or hexadecimal nor a passphrase worth the name."""
    return decoded(secret) is None and len(secret.strip()) < SHORTEST_PASSPHRASE


def decoded(secret: str) -> bytes | None:
    """The 32 bytes that `secret` writes in hexadecimal or in base64 (either alphabet); None when it does not."""
    text = secret.strip()
    with suppress(ValueError):
        if len(text) == 2 * SECRET_BYTES:
            return bytes.fromhex(text)
    padded = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    with suppress(binascii.Error, ValueError):
        raw = base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True)
        if len(raw) == SECRET_BYTES:
            return raw
    return None


def _vault_under(secret: str, data_dir: Path, entropy: Entropy, *, make: bool) -> Vault:
    if too_short(secret):
        raise Problem("vault.secret_short", least=SHORTEST_PASSPHRASE)
    root = decoded(secret)
    if root is not None:
        return Vault.from_secret(root, entropy)
    salt = data_dir / "salt"
    if not make and not salt.exists():
        raise Problem("vault.secret_missing", path=str(salt))
    _create(salt, base64.b64encode(entropy(SALT_BYTES)) + b"\n")
    try:
        return Vault.from_passphrase(secret.strip(), base64.b64decode(_read(salt), validate=False), entropy)
    except ValueError:
        raise Problem("vault.secret_unreadable", path=str(salt)) from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise Problem("vault.secret_unreadable", path=str(path)) from None


def _create(path: Path, content: bytes) -> bool:
    """Make a file that only its owner can read, durably; False when it is there already.

    An empty file is what a power cut between creating and writing leaves: nothing was sealed with it, it is made anew.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists() and path.stat().st_size == 0:
            path.unlink()
        _write_new(path, content)
        _sync_directory(path.parent)
    except OSError as error:
        if isinstance(error, FileExistsError) and path.is_file():
            return False
        raise Problem("vault.secret_unwritable", path=str(path)) from None
    return True


def _write_new(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_directory(path: Path) -> None:
    if os.name != "posix":
        return
    directory = os.open(path, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
