"""Forms as windows, and what people said in them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import views
from bot.conversation.actions import Actions
from bot.conversation.card import Card, Field, Form
from bot.conversation.cards import Cards
from bot.domain.language import LANGS, Lang
from bot.handlers.slack.blocks import drawn
from bot.handlers.slack.modals import field_errors, modal, values, wrong_fields
from tests.conversation.strategies import VIEWS
from tests.slack.limits import view_complaints

CARDS = Cards(Actions(b"a key for tests"), lambda: datetime(2026, 11, 25, 7, 30, tzinfo=UTC))
WITH_FORMS = [
    *(views.PickDate, views.TextQuestion, views.UnitCompleted, views.CommentForm, views.InviteForm, views.WindowsForm),
    *(views.LinkForm, views.CodeForm, views.AddressesView, views.StopForm, views.StopQuestion, views.FoundSchoolForm),
    *(views.RolesView, views.AgreementsView),
]
WHO = Field("who", "だれに", choices=(("1", "森"), ("2", "佐藤")), value="2")
WHY = Field("why", "理由", "短く", value="はじめの言葉", multiline=True, max_chars=300)
FORM = Form("推薦をお願いする", "t~1", "送る", (WHO, WHY), cancel="やめる")


@pytest.mark.parametrize("view_type", WITH_FORMS, ids=lambda view: view.__name__)
@given(data=st.data(), lang=st.sampled_from(LANGS))
def test_every_form_is_a_window_that_slack_takes(view_type: type, lang: Lang, data: st.DataObject) -> None:
    card = CARDS.draw(data.draw(VIEWS[view_type]), lang)
    if card.form is None:
        return
    window = modal(card, card.form, lang, kept="kept")
    assert view_complaints(window) == []
    assert [block["block_id"] for block in window["blocks"] if block["type"] == "input"] == [
        field.name for field in card.form.fields
    ]


@given(lines=st.lists(st.text(max_size=4000), max_size=3), title=st.text(max_size=300), most=st.integers(0, 9000))
def test_any_form_is_a_window_that_slack_takes(lines: list[str], title: str, most: int) -> None:
    field = Field("f", title, "\n".join(lines), value=title * 9, max_chars=most)
    form = Form(title, "t", title, (field,), title)
    assert view_complaints(modal(Card(lines=tuple(lines * 50)), form, "ja", kept="x" * 3000)) == []


def test_a_long_title_stands_above_the_fields_and_hints_are_said_once() -> None:
    card = Card("とても" * 10, ("今の時間", "短く"), form=FORM)
    window = modal(card, Form("とても" * 10, "t", "送る", (WHY,)), "ja", kept="k")
    assert window["title"]["text"] == ("とても" * 10)[:23] + "…"
    assert [block["text"]["text"] for block in window["blocks"][:-1]] == [f"*{'とても' * 10}*", "今の時間"]
    assert (window["private_metadata"], window["callback_id"], window["close"]["text"]) == ("k", "form", "やめる")
    with pytest.raises(ValueError, match="keep"):
        modal(card, FORM, "ja", kept="x" * 3001)


def test_what_the_card_is_called_is_said_above_another_form_and_slack_tells_when_that_is_left() -> None:
    form = Form("ふり返り", "t", "保存", (WHY,), "とばす", "skip")
    window = modal(Card("「分数」を終えました", ("あと2つです",), form=form), form, "ja", kept="k")
    assert [block["text"]["text"] for block in window["blocks"][:-1]] == ["「分数」を終えました", "あと2つです"]
    assert window["notify_on_close"]
    assert not modal(Card(FORM.title, form=FORM), FORM, "ja", kept="k")["notify_on_close"]


def filled(blocks: list[dict[str, Any]]) -> dict[str, Any]:
    """The state that Slack sends for fields as they were shown."""
    state: dict[str, Any] = {}
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            said: dict[str, Any] = {"type": element["type"]}
            if element["type"] == "static_select":
                said["selected_option"] = element.get("initial_option")
            else:
                said["value"] = element.get("initial_value")
            state[block["block_id"]] = {element["action_id"]: said}
    return {"values": state}


def test_what_was_said_is_read_from_windows_and_messages_alike() -> None:
    card = Card("題", form=FORM)
    for blocks in (modal(card, FORM, "ja", kept="k")["blocks"], drawn(card, "ja").blocks):
        assert values(filled(blocks)) == {"who": "2", "why": "はじめの言葉"}
    left_empty = {"values": {"who": {"who": {"selected_option": None}}, "why": {"why": {"value": None}}}}
    assert values(left_empty) == {"who": "", "why": ""}
    assert values({}) == values({"values": "x"}) == {}


@pytest.mark.parametrize("lang", LANGS)
def test_times_that_were_not_understood_are_said_beside_their_field(lang: Lang) -> None:
    wrong = views.WindowsForm((), "25:99", "windows.not_understood", {"part": "25:99", "words": "月 25:99"})
    form = CARDS.draw(wrong, lang).form
    assert form is not None
    assert "25:99" in wrong_fields(form)["words"]


def test_an_error_is_said_beside_its_field() -> None:
    window = modal(Card(), FORM, "ja", kept="k")
    assert field_errors(window, "", {"who": "短すぎます"}) == {
        "response_action": "errors",
        "errors": {"who": "短すぎます"},
    }
    assert field_errors(window, "短すぎます") == {"response_action": "errors", "errors": {"why": "短すぎます"}}
    both = field_errors(window, "あとで", {"who": "だれ?", "why": "短い", "gone": "x"})
    assert both == {"response_action": "errors", "errors": {"who": "だれ?", "why": "短い\nあとで"}}
    assert field_errors({"blocks": []}, "短すぎます") is None
