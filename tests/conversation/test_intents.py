"""What people type becomes text that can be kept."""

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.intents import Commanded, Intent, Origin, Pressed, Said, Submitted, readable, typed

ORIGIN = Origin("local", "east", "aoki", "青木", "staff", False)
ANY = st.text(alphabet=st.characters(), max_size=60)


@given(ANY)
def test_typed_text_can_be_kept_and_stays_as_it_is(text: str) -> None:
    kept = typed(text)
    kept.encode("utf-8")
    assert "\x00" not in kept
    assert "\r" not in kept
    assert typed(kept) == kept


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc",)), max_size=60))
def test_what_can_be_kept_is_kept(text: str) -> None:
    assert typed(text) == text


@given(ANY)
def test_everything_typed_in_an_intent_is_made_readable(text: str) -> None:
    assert readable(Said(ORIGIN, text)) == Said(ORIGIN, typed(text))
    assert readable(Commanded(ORIGIN, text)) == Commanded(ORIGIN, typed(text))
    assert readable(Submitted(ORIGIN, "x", {"a": text})) == Submitted(ORIGIN, "x", {"a": typed(text)})
    assert readable(Pressed(ORIGIN, text)) == Pressed(ORIGIN, text), "a token is read as it is"
    assert len(get_args(Intent)) == 8, "the other four hold nothing that was typed"
