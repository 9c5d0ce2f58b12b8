"""Text on Discord: shown as it was written, calling nobody, however it is cut."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.texts import plain, units
from bot.handlers.discord.markdown import escaped, linked, linked_within, page_parts

MARKS = "\\*_~`|[]<>#-+.:/@ \n1a長"
hostile = st.text(MARKS, max_size=40) | st.text(max_size=40)


def read(text: str) -> str:
    """What Discord shows of escaped text: a backslash before what is no letter and no space is not seen."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", text)


@pytest.mark.parametrize(
    "typed",
    [
        *("*bold*", "_it_", "__u__", "~~no~~", "`code`", "```x```", "||secret||", "[a](https://x.org)", "<t:1:R>"),
        *("# big", "-# small", "- item", "+ item", "1. one", "2) two", "> said", ">>> said", ":smile:", "</say:1>"),
        *("<:x:123>", "<id:guide>", "\\*", "a\n# b", "steam://run", "¯\\_(ツ)_/¯"),
    ],
)
def test_nothing_that_was_typed_means_anything(typed: str) -> None:
    shown = escaped(typed)
    assert read(shown) == typed
    naked = re.sub(r"\\[^0-9A-Za-z\s]", "x", shown)
    assert not re.search(r"[*_~`|\[\]<>]|:\w+:|://|^\s*(#|-|\+|\d+[.)])", naked, re.MULTILINE)


@pytest.mark.parametrize("call", ["@everyone", "@here", "<@123>", "<@!1>", "<@&5>", "<#9>", "@Everyone"])
def test_nobody_is_called_and_the_words_stay(call: str) -> None:
    shown = escaped(call)
    assert not re.search(r"@(everyone|here)|<[@#]", shown, re.IGNORECASE)
    assert read(shown).replace("\u2060", "") == call


def test_addresses_are_links_that_unfold_nothing() -> None:
    assert linked("見る：https://e.org/a_b*c。次") == "見る：<https://e.org/a_b*c>。次"
    assert linked("“https://e.org/a”, ‘https://e.org/b’ 『https://e.org/c』") == (
        "“<https://e.org/a>”, ‘<https://e.org/b>’ 『<https://e.org/c>』"
    )
    assert escaped("https://e.org") == "https\\://e.org"


def test_what_turns_the_reading_round_is_taken_out() -> None:
    assert escaped("a\u202eb\u2066c\u200fd\u061c") == "abcd"


@given(text=hostile)
def test_what_is_read_is_what_was_written(text: str) -> None:
    assert read(escaped(text)) == plain(text)


@given(text=hostile | st.builds("https://e.org/{}".format, hostile), most=st.integers(2, 60))
def test_a_cut_text_begins_like_the_whole(text: str, most: int) -> None:
    cut = linked_within(text, most)
    assert units(cut) <= most
    if units(linked(text)) <= most:
        assert cut == linked(text)
    else:
        assert cut.endswith("…")
        assert linked(text).startswith(cut[:-1])


@given(
    lines=st.lists(
        st.builds("{}{}".format, st.sampled_from(["# ", "- ", "  1. ", "> ", "```\n", "**", "`", ""]), hostile)
    )
)
def test_a_page_calls_nobody_and_leads_nowhere_but_to_addresses(lines: list[str]) -> None:
    shown = "\n".join(page_parts("\n".join(lines)))
    outside = re.sub(r"```.*?```|`[^`\n]*`", "", shown, flags=re.DOTALL)
    assert not re.search(r"@(everyone|here)|<[@#&]", shown, re.IGNORECASE)
    assert all(each.startswith(("http://", "https://")) for each in re.findall(r"(?<!\\)\]\(<?([^)]*)", outside))
