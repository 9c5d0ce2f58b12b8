"""The vault opens what it sealed, and nothing else."""

import base64
import os
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Problem
from bot.vault import SECRET_BYTES, Vault, decoded, open_vault

SECRET = bytes(range(32))
VAULT = Vault.from_secret(SECRET, os.urandom)
PASSPHRASE = "correct horse battery staple"


@given(st.binary(), st.text())
def test_opens_what_it_sealed(secret: bytes, label: str) -> None:
    sealed = VAULT.seal(secret, label=label)
    assert VAULT.open(sealed, label=label) == secret
    assert Vault.from_secret(SECRET, os.urandom).open(sealed, label=label) == secret


@given(st.data())
def test_any_change_is_found(data: st.DataObject) -> None:
    sealed = bytearray(VAULT.seal(b"a private key", label="signing:did:key:z1"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    refuses(VAULT, bytes(sealed), "signing:did:key:z1")


@given(st.integers(0, 60))
def test_a_truncated_text_is_found(length: int) -> None:
    sealed = VAULT.seal(b"a private key", label="x")
    refuses(VAULT, sealed[: min(length, len(sealed) - 1)], "x")


def test_another_label_or_secret_does_not_open() -> None:
    sealed = VAULT.seal(b"a private key", label="signing:did:key:z1")
    refuses(VAULT, sealed, "signing:did:key:z2")
    refuses(VAULT, sealed, "")
    refuses(Vault.from_secret(bytes(32), os.urandom), sealed, "signing:did:key:z1")


def refuses(vault: Vault, sealed: bytes, label: str) -> None:
    with pytest.raises(Problem) as caught:
        vault.open(sealed, label=label)
    assert caught.value.code == "vault.wrong_secret"
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_the_nonce_comes_from_outside_and_differs() -> None:
    fixed = Vault.from_secret(SECRET, lambda size: b"\x07" * size)
    assert fixed.seal(b"x", label="l") == fixed.seal(b"x", label="l")
    assert b"\x07" * 12 in fixed.seal(b"x", label="l")
    assert VAULT.seal(b"x", label="l") != VAULT.seal(b"x", label="l")


def test_the_format_stays_readable() -> None:
    """Sealed by the first version. It must open for ever."""
    sealed = bytes.fromhex(
        "534b5601be3c2737c396d72b0000000000000000000000002107287d77974326113802eb0c75508084cd068d0a7020fc641d71e98f"
    )
    assert VAULT.open(sealed, label="signing:did:key:z1") == b"a private key"


def test_derived_keys_are_stable_and_apart() -> None:
    again = Vault.from_secret(SECRET, os.urandom)
    assert VAULT.derive("actions") == again.derive("actions")
    assert len({VAULT.derive("actions"), VAULT.derive("tombstones"), VAULT.derive("seal"), VAULT.derive("id")}) == 4
    assert VAULT.derive("seal") not in (VAULT._derived("seal"), SECRET)
    assert len(VAULT.derive("actions")) == 32


def test_shows_nothing() -> None:
    for shown in (repr(VAULT), str(VAULT), f"{VAULT}"):
        assert shown == "Vault(sealed)"
    with pytest.raises(TypeError):
        pickle.dumps(VAULT)


@pytest.mark.parametrize(
    "text",
    [
        SECRET.hex(),
        SECRET.hex().upper(),
        base64.b64encode(SECRET).decode(),
        base64.urlsafe_b64encode(SECRET).decode().rstrip("="),
        f"  {base64.b64encode(SECRET).decode()}\n",
    ],
)
def test_reads_secrets_of_32_bytes(text: str) -> None:
    assert decoded(text) == SECRET


@pytest.mark.parametrize("text", ["", "abc", PASSPHRASE, SECRET.hex()[:-2], "é" * 64, "zz" * 32, "𠮷" * 43])
def test_anything_else_is_a_passphrase(text: str) -> None:
    assert decoded(text) is None


def test_the_first_start_makes_a_secret_only_the_owner_reads(tmp_path: Path) -> None:
    data = tmp_path / "deep" / "data"
    first = open_vault(data, os.urandom)
    assert first.made == data / "secret"
    assert first.made.stat().st_mode & 0o777 == 0o600
    secret = decoded(first.made.read_text())
    assert secret is not None
    assert len(secret) == SECRET_BYTES
    sealed = first.vault.seal(b"x", label="l")
    second = open_vault(data, os.urandom)
    assert second.made is None
    assert second.vault.open(sealed, label="l") == b"x"


def test_a_power_cut_between_creating_and_writing_is_healed(tmp_path: Path) -> None:
    (tmp_path / "secret").touch()
    assert open_vault(tmp_path, os.urandom).made == tmp_path / "secret"


def test_a_given_secret_makes_no_file(tmp_path: Path) -> None:
    file = tmp_path / "elsewhere"
    file.write_text(SECRET.hex())
    for opened in (
        open_vault(tmp_path / "data", os.urandom, secret=SECRET.hex()),
        open_vault(tmp_path / "data", os.urandom, secret_file=file),
    ):
        assert opened.made is None
        assert opened.vault.derive("x") == VAULT.derive("x")
    assert not (tmp_path / "data").exists()


def test_a_passphrase_keeps_its_salt(tmp_path: Path) -> None:
    sealed = open_vault(tmp_path, os.urandom, secret=PASSPHRASE).vault.seal(b"x", label="l")
    salt = (tmp_path / "salt").read_bytes()
    assert open_vault(tmp_path, os.urandom, secret=PASSPHRASE + "\n").vault.open(sealed, label="l") == b"x"
    assert (tmp_path / "salt").read_bytes() == salt
    refuses(open_vault(tmp_path, os.urandom, secret=PASSPHRASE + "!").vault, sealed, "l")


@pytest.mark.parametrize(
    ("files", "given", "code"),
    [
        ({}, {"secret": "short"}, "vault.secret_short"),
        ({"secret": b"broken"}, {}, "vault.secret_short"),
        ({}, {"secret_file": "missing"}, "vault.secret_unreadable"),
        ({"data": b"a file"}, {"under": "data"}, "vault.secret_unwritable"),
        ({"salt": b"AAAA"}, {"secret": PASSPHRASE}, "vault.secret_unreadable"),
        ({"salt": b"no base64"}, {"secret": PASSPHRASE}, "vault.secret_unreadable"),
    ],
)
def test_trouble_is_one_problem(tmp_path: Path, files: dict[str, bytes], given: dict[str, str], code: str) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    secret_file = tmp_path / given["secret_file"] if "secret_file" in given else None
    with pytest.raises(Problem) as caught:
        open_vault(tmp_path / given.get("under", ""), os.urandom, secret=given.get("secret"), secret_file=secret_file)
    assert caught.value.code == code
