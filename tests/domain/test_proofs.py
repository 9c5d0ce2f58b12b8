"""Codes are digits that can be typed in any way, and a name in a mail is nothing but a name."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.proofs import (
    CODE_BYTES,
    CODE_DIGITS,
    LONGEST_NAME,
    AskedCode,
    code_from,
    code_shown,
    code_typed,
    name_in_mail,
)

TYPED_DASHES = "-ー―‐−–—－ｰ‑‒"
FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")


@given(st.binary(min_size=CODE_BYTES, max_size=CODE_BYTES))
def test_a_code_is_read_back_however_it_is_typed(chance: bytes) -> None:
    code = code_from(chance)
    assert (len(code), code.isdigit()) == (CODE_DIGITS, True)
    for typed in (code, code_shown(code), f" {code_shown(code)} \n", code_shown(code).translate(FULL_WIDTH)):
        assert code_typed(typed) == code
    for dash in TYPED_DASHES:
        assert code_typed(code_shown(code).replace("-", dash).translate(FULL_WIDTH)) == code


@given(st.text(max_size=30))
def test_what_is_no_code_is_none(typed: str) -> None:
    code = code_typed(typed)
    assert code is None or (len(code) == CODE_DIGITS and code.isascii() and code.isdigit())


@given(st.text(max_size=200))
def test_a_name_holds_no_address_and_no_line(name: str) -> None:
    shown = name_in_mail(name)
    assert len(shown) <= LONGEST_NAME
    assert not set(":/@.<>\n\r") & set(shown)
    assert all(unicodedata.category(char)[0] in "LMN" or char in " -'・" for char in shown)


def test_names() -> None:
    assert name_in_mail("青木 あさひ") == "青木 あさひ"
    assert name_in_mail("Win now: https://evil.example/x") == "Win now https evil example x"


@pytest.mark.parametrize(("left", "minutes"), [(15 * 60, 15), (14 * 60 + 1, 15), (61, 2), (59, 1), (0, 1)])
def test_begun_minutes_count(left: int, minutes: int) -> None:
    now = datetime(2026, 6, 10, tzinfo=UTC)
    assert AskedCode(1, "a@b.example", now + timedelta(seconds=left), 0).minutes(now) == minutes
