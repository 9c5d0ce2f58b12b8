"""Who somebody is: names as platforms give them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.arrivals import LONGEST_NAME, Arrive, _name


def named(name: str | None) -> str | None:
    return _name(Arrive(school_id=1, workspace_id=1, user_key="u1", name=name, locale=None))


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("青木 あさひ", "青木 あさひ"),
        ("  Emma\tCarter\n", "Emma Carter"),
        ("\u202eevil\u202c", "evil"),
        ("👩\u200d🏫 Mori", "👩\u200d🏫 Mori"),
        ("<!channel>", "<!channel>"),
        ("", None),
        (None, None),
        ("\u200b\u2060", None),
        ("half\ud83c", "half"),
        ("x" * 10_000, "x" * LONGEST_NAME),
    ],
)
def test_a_name(given_name: str | None, kept: str | None) -> None:
    assert named(given_name) == kept


@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_name_is_one_line_that_can_be_signed(name: str) -> None:
    kept = named(name)
    if kept is None:
        return
    assert 0 < len(kept) <= LONGEST_NAME
    assert "\n" not in kept
    assert not {unicodedata.category(char) for char in kept} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(kept) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
