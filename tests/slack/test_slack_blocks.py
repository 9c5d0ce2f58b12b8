"""Cards as Slack messages: every view, texts of any length, hostile ones; within Slack's limits, and harmless."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block as SdkBlock

from bot.conversation.actions import Actions
from bot.conversation.card import Button, Card, Field, Form, Link, Section
from bot.conversation.cards import Cards
from bot.conversation.unit_pages import Page
from bot.conversation.views import UnitPage
from bot.domain.language import LANGS, Bilingual, Lang
from bot.handlers.slack.blocks import LINK, PRESS, SUBMIT, Drawn, Shown, drawn
from bot.handlers.slack.limits import VIEW
from tests.conversation.strategies import FEW_OF_EACH, HOSTILE, VIEWS
from tests.slack.limits import message_complaints

NOW = datetime(2026, 11, 25, 7, 30, tzinfo=UTC)
CARDS = Cards(Actions(b"a key for tests"), lambda: NOW)
SILENT = "\u2060"

pieces = st.one_of(
    st.sampled_from(
        (*HOSTILE, "@channel", "@here", "<@U123>", "<#C1|x>", "<!here|x>", "&lt;", "> q", "~a~", "```x```")
    ),
    st.text(min_size=1, max_size=12),
    st.sampled_from(("あ", "字 ", "word ", "\n", "https://example.org/a_b_c?x=1&y=2 ", "👩‍🏫")),
)
texts = st.builds(
    lambda parts, times: ("".join(parts) * times)[:5000], st.lists(pieces, max_size=4), st.sampled_from((1, 20, 400))
)
short = st.builds("".join, st.lists(pieces, max_size=3))
styles = st.sampled_from(["plain", "primary", "danger"])
tokens = st.text("abc~:", min_size=1, max_size=100)
buttons = st.builds(Button, short, tokens, styles)
links = st.builds(
    Link, short, st.sampled_from(["https://example.org/" + "a" * n for n in (1, 100, 2990, 4000)] + ["x:y"])
)


def up_to(one: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[Any]:
    """A few different ones, repeated to any number: 300 are drawn as fast as three."""
    few = st.lists(one, min_size=1, max_size=3)
    return st.builds(lambda drawn, number: tuple((drawn * number)[:number]), few, st.integers(0, most))


sections = up_to(st.builds(Section, short | texts, up_to(short | texts, 6), up_to(buttons, 30)), 300)
choices = up_to(st.tuples(tokens, short), 300).map(
    lambda each: tuple((f"{n}{value}", label) for n, (value, label) in enumerate(each))
)
fields = st.builds(
    Field,
    name=st.just("f"),
    label=short | texts,
    hint=short | texts,
    choices=st.just(()) | choices,
    value=short | texts,
    optional=st.booleans(),
    multiline=st.booleans(),
    max_chars=st.integers(1, 9000),
)
forms = st.builds(
    lambda title, each, cancel: Form(title, "t~1", "Send", tuple(_named(each)), cancel, "t~2" if cancel else ""),
    short,
    st.lists(fields, min_size=1, max_size=4),
    short,
)
cards = st.builds(
    Card,
    title=short | texts,
    lines=up_to(short | texts, 300),
    sections=sections,
    buttons=up_to(buttons, 300),
    form=st.none() | forms,
    links=up_to(links, 30),
)


def _named(each: list[Field]) -> Iterator[Field]:
    for number, field in enumerate(each):
        yield Field(**{**vars(field), "name": f"f{number}"})


def elements(message: Drawn) -> list[dict[str, Any]]:
    found = []
    for block in message.blocks:
        found += block["elements"] if block["type"] == "actions" else []
        found += [block["accessory"]] if "accessory" in block else []
    return found


def marked(message: Drawn) -> Iterator[str]:
    """What Slack reads as mrkdwn."""
    yield message.text
    for block in message.blocks:
        for text in (block.get("text"), *block.get("elements", ())):
            if isinstance(text, dict) and text.get("type") == "mrkdwn":
                yield text["text"]


def shown(message: Drawn) -> str:
    """What people read in the blocks, as one text."""

    def words(value: object) -> Iterator[str]:
        if isinstance(value, list):
            for each in value:
                yield from words(each)
        elif isinstance(value, dict):
            text = value.get("text")
            if isinstance(text, str):
                yield _unescaped(text) if value["type"] == "mrkdwn" else text
            for each in value.values():
                yield from words(each)

    return "\n".join(words(message.blocks))


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def unsaid(message: Drawn) -> list[str]:
    """What is read in the blocks and not in the text. Buttons are not words; a text that is cut says what it can."""

    def words(value: object) -> Iterator[str]:
        if isinstance(value, list):
            for each in value:
                yield from words(each)
        elif isinstance(value, dict) and value.get("type") not in ("button", "static_select", "context"):
            text = value.get("text")
            if isinstance(text, str):
                yield _unescaped(re.sub("<(https?://[^>]*)>", r"\1", text)) if value["type"] == "mrkdwn" else text
            for each in value.values():
                yield from words(each)

    if message.text.endswith("…") and len(message.text) > 3_000:
        return []
    # Without blanks: what Unicode calls one may end a line in the text and be nothing in a block.
    text = "".join(_unescaped(message.text).split())
    lines = ("".join(line.split()).strip("*") for part in words(message.blocks) for line in part.split("\n"))
    return [line for line in lines if line not in text]


def strings(value: object) -> Iterator[str]:
    """All that is read or followed in blocks: not the ids and values by which Slack names what was chosen."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name not in ("value", "action_id", "block_id"):
                yield from strings(each)


def is_harmless(message: Drawn) -> bool:
    """Nobody is called, nothing but our own links is in brackets."""
    everything = "\n".join((*strings(message.blocks), message.text))
    calls = any(call in everything.lower() for call in ("<!", "<@", "<#", "@channel", "@here", "@everyone", "\u202e"))
    strange = any(
        part and not part.startswith(("http://", "https://"))
        for text in marked(message)
        for part in text.split("<")[1:]
    )
    return not calls and not strange


# ---------------------------------------------------------------- within the limits


@pytest.mark.parametrize("view_type", VIEWS, ids=lambda view: view.__name__)
@FEW_OF_EACH
@given(data=st.data(), lang=st.sampled_from(LANGS))
def test_every_view_is_a_message_that_slack_takes(view_type: type, lang: Lang, data: st.DataObject) -> None:
    view = data.draw(VIEWS[view_type])
    card = CARDS.draw(view, lang)
    page = Page(view.page or "", view.url) if isinstance(view, UnitPage) and view.page else None
    pictures = [Shown("F1", file.alt) for file in card.files if file.media_type == "image/png"]
    message = drawn(card, lang, page=page, pictures=pictures)
    assert message_complaints(message.text, message.blocks) == []
    assert is_harmless(message)
    assert unsaid(message) == []
    for block in SdkBlock.parse_all(message.blocks):
        block.validate_json()
    values = {element.get("value") for element in elements(message)}
    assert {button.action for button in card.buttons} <= values
    if card.form:
        assert card.form.action in values
        assert [block["block_id"] for block in message.blocks if block["type"] == "input"] == [
            field.name for field in card.form.fields
        ]


@given(data=st.data(), lang=st.sampled_from(LANGS))
def test_whatever_a_card_holds_slack_takes_it(data: st.DataObject, lang: Lang) -> None:
    card, page = data.draw(cards), data.draw(st.none() | texts)  # too long to be arguments, which are printed
    message = drawn(card, lang, page=None if page is None else Page(page, "https://example.org/u"))
    assert message_complaints(message.text, message.blocks) == []
    assert is_harmless(message)
    if card.form:
        assert card.form.action in {element.get("value") for element in elements(message)}


@given(
    parts=st.lists(pieces, max_size=8), marks=st.lists(st.sampled_from(["# ", "- ", "  1. ", "> ", "```\n", "**", "`"]))
)
def test_any_page_is_rich_text_that_slack_takes(parts: list[str], marks: list[str]) -> None:
    source = "\n".join(mark + part for mark, part in zip(marks * 8, parts, strict=False)) + "\n\n" + "**x** " * 40
    message = drawn(Card("題"), "ja", page=Page(source))
    assert message_complaints(message.text, message.blocks) == []
    assert is_harmless(message)


# ---------------------------------------------------------------- what is seen


def test_a_short_card_reads_as_it_was_written() -> None:
    card = Card(
        "考えの共有 & 対話",
        ("1 < 2 です", "https://example.org/a_b?x=1&y=2 を見る"),
        (Section("森 みなみ", ("算数",), (Button("紹介を頼む", "t1"),)),),
        (Button("開く", "t2", "primary"), Button("あとで", "t3")),
        links=(Link("自分のページ", "https://sukima.example/me"),),
    )
    message = drawn(card, "ja")
    header, lines, section, asks, actions = message.blocks
    assert header["text"]["text"] == "考えの共有 & 対話"
    assert lines["text"]["text"] == "1 &lt; 2 です\n<https://example.org/a_b?x=1&amp;y=2> を見る"
    assert section["text"]["text"] == "*森 みなみ*\n算数"
    assert asks["elements"][0]["value"] == "t1"
    assert [each["text"]["text"] for each in actions["elements"]] == ["開く", "あとで", "自分のページ"]
    assert [each["action_id"].rstrip("0123456789") for each in actions["elements"]] == [PRESS, PRESS, LINK]
    assert message.text.startswith("考えの共有 &amp; 対話\n1 &lt; 2 です\n")


@pytest.mark.parametrize("typed", ["*bold* `code`", "_x_ and _y_", "> said", "~no~", "a\n>b", "```x```"])
def test_what_would_format_itself_is_shown_as_plain_text(typed: str) -> None:
    message = drawn(Card("題", (typed,)), "ja")
    assert message.blocks[1]["text"] == {"type": "plain_text", "text": typed, "emoji": True}


@pytest.mark.parametrize("call", ["<!channel>", "@everyone", "<@U123>", "@Here"])
def test_nobody_is_called_and_the_words_stay(call: str) -> None:
    for card in (Card(call, ("x",)), Card("題", (call,)), Card("題", (), (Section(call, (f"*a* *b* {call}",)),))):
        message = drawn(card, "ja")
        assert is_harmless(message)
        assert call in shown(message).replace(SILENT, "")


def test_a_full_wallet_keeps_all_its_buttons_and_a_fuller_one_says_that_there_is_more() -> None:
    badge = Section("考えの共有", ("知識バッジ", "自分だけ"), tuple(Button(f"押す{n}", f"t{n}") for n in range(4)))
    door = Link("自分のページ", "https://sukima.example/me")
    whole = drawn(Card("ウォレット", ("20個",), (badge,) * 20, (Button("地図", "map"),), links=(door,)), "ja")
    assert (len(whole.blocks), len(elements(whole))) == (43, 82)
    many = drawn(Card("ウォレット", ("300個",), (badge,) * 300, (Button("地図", "map"),), links=(door,)), "ja")
    assert len(many.blocks) <= 50
    assert "自分のページ" in many.blocks[-2]["elements"][0]["text"]
    assert [each["text"]["text"] for each in many.blocks[-1]["elements"]] == ["地図", "自分のページ"]
    home = drawn(Card("ウォレット", ("300個",), (badge,) * 300), "en", room=VIEW)
    assert 50 < len(home.blocks) <= 100


def test_one_button_each_stands_beside_its_words_where_blocks_are_short() -> None:
    people = tuple(Section(f"人{n}", ("理由",), (Button("紹介を頼む", f"t{n}"),)) for n in range(40))
    few, many = drawn(Card("人", sections=people[:5]), "ja"), drawn(Card("人", sections=people), "ja")
    assert [block["type"] for block in few.blocks[1:3]] == ["section", "actions"]
    assert [each["value"] for each in elements(many)] == [f"t{n}" for n in range(40)]


def test_a_page_has_its_headings_lists_and_links() -> None:
    source = (
        "# 題\n\n朝の**三十秒**は、[資料](https://example.org/x)に。\n\n"
        "## 明日\n\n- **止める**。\n- 待つ\n  1. 一つ\n\n> 「先生」\n\n> 「うん」"
    )
    message = drawn(Card("題", ("5分",)), "ja", page=Page(source))
    first, listed, quoted = message.blocks[2:]
    runs = first["elements"][0]["elements"]
    assert [run["text"] for run in runs] == ["朝の", "三十秒", "は、", "資料", "に。"]
    assert runs[1]["style"] == {"bold": True}
    assert runs[3]["url"] == "https://example.org/x"
    heading, *lists = listed["elements"]
    assert heading["elements"] == [{"type": "text", "text": "明日", "style": {"bold": True}}]
    assert [(each["style"], each["indent"], len(each["elements"])) for each in lists] == [
        ("bullet", 0, 2),
        ("ordered", 1, 1),
    ]
    assert quoted["elements"][0]["elements"][0]["text"] == "「先生」\n「うん」"


def test_a_page_that_does_not_fit_says_where_to_read_on() -> None:
    message = drawn(Card("題", ("15分",), buttons=(Button("終わった", "d"),)), "ja", page=Page("字" * 90 + "\n\n", ""))
    assert "…" not in shown(message)
    source = "\n\n".join(["長い段落。" * 60] * 60)
    message = drawn(
        Card("題", ("15分",), buttons=(Button("終わった", "d"),)), "ja", page=Page(source, "https://e.org/u")
    )
    note, last = message.blocks[-2:]
    assert note["elements"][0]["text"].startswith("…")
    assert note["elements"][0]["text"].endswith("<https://e.org/u>")
    assert last["elements"][0]["value"] == "d"
    assert 9_000 < len(shown(message)) < 13_000


def test_a_form_is_fields_in_the_message() -> None:
    form = Form(
        "ふり返り",
        "send~1",
        "保存",
        (Field("reflection", "気づき", optional=True, multiline=True),),
        "とばす",
        "skip~1",
    )
    heading, field, sends = drawn(Card("できました", form=form), "ja").blocks[1:]
    assert heading["text"]["text"] == "*ふり返り*"
    assert (field["block_id"], field["element"]["action_id"], field["optional"]) == ("reflection", "reflection", True)
    assert [(each["action_id"], each["value"], each.get("style")) for each in sends["elements"]] == [
        (f"{SUBMIT}0", "send~1", "primary"),
        (f"{PRESS}0", "skip~1", None),
    ]


def test_very_many_buttons_leave_a_form_its_room() -> None:
    """Both ask something; of the buttons as many stay as there is room for, and the note says that there are more."""
    fields = tuple(Field(f"f{number}", "問い", "字" * 2_000) for number in range(4))
    buttons = tuple(Button("長" * 75, f"b{number}") for number in range(77))
    message = drawn(Card("題", buttons=buttons, form=Form("題", "t", "送る", fields)), "ja")
    assert message_complaints(message.text, message.blocks) == []
    pressed = [one for block in message.blocks if block["type"] == "actions" for one in block["elements"]]
    assert 20 < len(pressed) < 77
    assert [block["type"] for block in message.blocks].count("context") == 1
    assert pressed[-1]["action_id"] == f"{SUBMIT}0"


def test_very_many_choices_are_grouped_and_what_cannot_be_chosen_is_typed() -> None:
    many = Field("who", "だれ", choices=tuple((f"id{n}", f"人{n}") for n in range(250)), value="id120")
    block = drawn(Card("x", form=Form("x", "t", "送る", (many,))), "ja").blocks[1]["element"]
    assert [len(group["options"]) for group in block["option_groups"]] == [100, 100, 50]
    assert block["option_groups"][1]["label"]["text"] == "人100 – 人199"
    assert block["initial_option"]["value"] == "id120"
    odd = Field("who", "だれ", choices=(("x" * 200, "長い"),))
    assert (
        drawn(Card("x", form=Form("x", "t", "送る", (odd,))), "ja").blocks[1]["element"]["type"] == "plain_text_input"
    )


def test_the_text_says_what_a_form_asks_and_nothing_twice() -> None:
    why = Field("why", "理由", "短く\nお書きください")
    message = drawn(Card("推薦をお願いする", ("短く",), form=Form("推薦をお願いする", "t", "送る", (why,))), "ja")
    assert message.text.split("\n") == ["推薦をお願いする", "短く", "理由", "お書きください"]


def test_the_text_says_what_the_blocks_say() -> None:
    card = CARDS.draw(OPENED, "ja")
    message = drawn(card, "ja")
    for line in card.text().split("\n"):
        assert line in message.text
        assert line in shown(message).replace("<http", "http").replace(">", "")


OPENED = UnitPage("o", Bilingual("考えの共有", "Sharing"), 5, "https://example.org/u", None)
