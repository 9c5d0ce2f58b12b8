"""How a story is told: each thing once, in its place, readable."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.conversation.card import Button, Card, Field, Form, Link
from bot.domain.language import Bilingual
from bot.handlers.local.room_types import PLATFORM, SUKIMA, Message, User
from bot.handlers.local.transcript import Teller, Transcript
from bot.services.ports import MessageRef

AT = datetime(2026, 6, 10, 10, 25, tzinfo=UTC)
LEE = User("kodachi", "lee", "Lee", "en", Bilingual("教諭", "teacher"))


def message(card: Card) -> Message:
    return Message(
        ref=MessageRef(PLATFORM, "kodachi", "staff", "m1"),
        number=1,
        author=SUKIMA,
        card=card,
        attachments=(),
        reactions=(),
        sent_at=AT,
        edited=False,
        deleted=False,
        ephemeral=False,
        page="",
        changed=1,
    )


def test_moves_of_the_clock_that_follow_each_other_are_one() -> None:
    transcript = Transcript()
    for minute in range(3):
        transcript.clock(AT + timedelta(minutes=minute), AT + timedelta(minutes=minute + 1))
    assert Teller().told(transcript) == "🕙 10:25 → 10:28\n"


def test_a_form_is_told_with_its_fields_and_buttons() -> None:
    form = Form("A note", "token", "Save", (Field("line", "What did you notice?", "If you like."),), "Skip")
    transcript = Transcript()
    transcript.shown(AT, LEE, message(Card(title="Done", form=form)), "")
    told = Teller().told(transcript)
    for part in ("**A note**", "What did you notice?", "If you like.", "`[Save]` `[Skip]`"):
        assert part in told
    assert ">\n" not in told


def test_a_link_is_told_without_its_address() -> None:
    transcript = Transcript()
    transcript.shown(AT, LEE, message(Card(title="Your pages", links=(Link("My page", "https://x.example/in/t"),))), "")
    told = Teller().told(transcript)
    assert "`[My page ↗]`" in told
    assert "x.example" not in told


def test_an_edit_tells_what_changed() -> None:
    first = message(Card(title="A badge", lines=("none yet", "React with 💮"), buttons=(Button("Mine", "t"),)))
    transcript = Transcript()
    transcript.shown(AT, None, first, "")
    edited = replace(first.card, lines=("1 colleague", "React with 💮"))
    transcript.shown(AT, None, replace(first, card=edited, edited=True), "A badge")
    told = Teller().told(transcript).partition("(edited")[2]
    assert "**A badge**" in told
    assert "1 colleague" in told
    assert "React" not in told


def test_what_is_taken_down_is_named_and_what_one_sees_alone_is_marked() -> None:
    transcript = Transcript()
    transcript.shown(AT, None, replace(message(Card()), deleted=True), "A badge")
    transcript.shown(AT, LEE, replace(message(Card(lines=("Thanks",))), ephemeral=True), "")
    told = Teller().told(transcript)
    assert "taken down" in told
    assert "~~A badge~~" in told
    assert "only you" in told
    assert [line["where"] for line in transcript.lines] == ["staff", "staff"]


def test_what_people_write_is_no_markdown() -> None:
    transcript = Transcript()
    transcript.act(AT, "Lee", "says", "<b>*hi*</b>")
    assert r"\<b\>\*hi\*\</b\>" in Teller().told(transcript)
