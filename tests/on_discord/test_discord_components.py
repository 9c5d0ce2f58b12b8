"""Cards as Discord messages: every view, texts of any length, hostile ones; within Discord's limits, and harmless."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.actions import Actions
from bot.conversation.card import Button, Card, Field, File, Form, Link, Section
from bot.conversation.cards import Cards
from bot.conversation.unit_pages import Page, page_of
from bot.conversation.views import IntroductionAsked, Receipt, SharedPost, View, WalletView, WelcomeLanguage
from bot.domain.awards import Level
from bot.domain.language import LANGS, Bilingual, Lang
from bot.domain.recognition import As
from bot.handlers.discord.attached import attachments, names
from bot.handlers.discord.components import OPENS, Drawn, drawn
from bot.handlers.discord.modals import modal, values
from bot.services.ports import Counts
from tests.conversation.strategies import FEW_OF_EACH, HOSTILE, VIEWS
from tests.on_discord.limits import LABEL, SELECT, TEXT, message_complaints, modal_complaints, walk

NOW = datetime(2026, 11, 25, 7, 30, tzinfo=UTC)
CARDS = Cards(Actions(b"a key for tests"), lambda: NOW)
SILENT = "\u2060"
MARK = 1_234_567

pieces = st.one_of(
    st.sampled_from(
        (
            *HOSTILE,
            "@here",
            "<@123>",
            "<@&1>",
            "<#1>",
            "<:x:1>",
            "||s||",
            "> q",
            "~~a~~",
            "```x```",
            "# h",
            "-# s",
            "1. x",
        )
    ),
    st.text(min_size=1, max_size=12),
    st.sampled_from(("あ", "字 ", "word ", "\n", "https://example.org/a_b_c?x=1&y=2 ", "👩‍🏫")),
)
texts = st.builds(
    lambda parts, times: ("".join(parts) * times)[:5000], st.lists(pieces, max_size=4), st.sampled_from((1, 20, 400))
)
short = st.builds("".join, st.lists(pieces, max_size=3))
tokens = st.text("abc~:", min_size=1, max_size=99)
buttons = st.builds(Button, short, tokens, st.sampled_from(["plain", "primary", "danger"]))
links = st.builds(
    Link, short, st.sampled_from(["https://example.org/" + "a" * n for n in (1, 100, 490, 600)] + ["x:y"])
)
files = st.lists(
    st.builds(
        File,
        st.sampled_from(("a.png", "証.pdf", "x y.zip", "")),
        st.sampled_from(("image/png", "a/b")),
        st.just(b"x"),
        short,
    ),
    max_size=3,
).map(tuple)


def up_to(one: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[Any]:
    """A few different ones, repeated to any number: many are drawn as fast as three."""
    few = st.lists(one, min_size=1, max_size=3)
    return st.builds(lambda drawn, number: tuple((drawn * number)[:number]), few, st.integers(0, most))


def numbered(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Sections whose buttons do different things."""
    return tuple(
        Section(
            each.title,
            each.lines,
            tuple(Button(b.label, f"{at}.{n}{b.action}"[:99], b.style) for n, b in enumerate(each.buttons)),
        )
        for at, each in enumerate(sections)
    )


sections = up_to(st.builds(Section, short | texts, up_to(short | texts, 4), up_to(buttons, 8)), 60).map(numbered)
choices = up_to(st.tuples(tokens, short), 40).map(
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
    short | texts,
    st.lists(fields, min_size=1, max_size=5),
    short,
)
cards = st.builds(
    Card,
    title=short | texts,
    lines=up_to(short | texts, 60),
    sections=sections,
    buttons=up_to(buttons, 60).map(lambda each: numbered((Section(buttons=each),))[0].buttons),
    form=st.none() | forms,
    files=files,
    links=up_to(links, 7),
)


def _named(each: list[Field]) -> Iterator[Field]:
    for number, field in enumerate(each):
        yield Field(**{**vars(field), "name": f"f{number}"})


def components(message: Drawn) -> list[dict[str, Any]]:
    return [] if message.view is None else message.view.to_components()


def complaints(message: Drawn) -> list[str]:
    if message.is_layout:
        assert message.view is not None
        assert message.view.total_children_count == len(list(walk(components(message))))
    return message_complaints(message.content, components(message), names(message.files), layout=message.is_layout)


def said(message: Drawn) -> str:
    """All its Markdown."""
    texts = [each["content"] for each in walk(components(message)) if each["type"] == TEXT]
    return "\n".join((*([message.content] if message.content else []), *texts))


def read(message: Drawn) -> str:
    """What people read: without what escapes and marks."""
    return re.sub(r"\\(.)", r"\1", re.sub(r"<(https?://[^>]*)>", r"\1", said(message)))


def acts(message: Drawn) -> set[str]:
    """All that can be pressed or chosen."""
    found = set()
    for each in walk(components(message)):
        found |= {one["value"] for one in each["options"]} if each["type"] == SELECT else {each.get("custom_id", "")}
    return found - {""}


def is_harmless(message: Drawn) -> bool:
    """Nobody is called, and nothing in brackets but addresses."""
    text = said(message)
    calls = re.search(r"@(everyone|here)|<[@#]|\u202e", text.lower())
    brackets = re.findall(r"(?<!\\)(?:\\\\)*<(?!https?://[^\s<>]+>)", text)
    return calls is None and not brackets


# ---------------------------------------------------------------- within the limits


@pytest.mark.parametrize("view_type", VIEWS, ids=lambda view: view.__name__)
@FEW_OF_EACH
@given(data=st.data(), lang=st.sampled_from(LANGS), mark=st.sampled_from((0, MARK)), as_layout=st.booleans())
def test_every_view_is_a_message_that_discord_takes(
    view_type: type, lang: Lang, mark: int, as_layout: bool, data: st.DataObject
) -> None:
    view = data.draw(VIEWS[view_type])
    card = CARDS.draw(view, lang)
    message = drawn(card, lang, page=page_of(view), mark=mark, as_layout=as_layout)
    assert complaints(message) == []
    assert is_harmless(message)
    assert message.is_layout or not as_layout
    expected = {button.action for each in (card, *card.sections) for button in each.buttons}
    if card.form:
        expected |= {OPENS + card.form.action, *filter(None, [card.form.cancel and card.form.cancel_action])}
        window = modal(card, card.form).to_dict()
        assert modal_complaints(window) == []
        assert window["custom_id"] == card.form.action
        assert list(values(sent(window))) == [field.name for field in card.form.fields]
    assert expected <= acts(message)
    if mark:
        assert next(each["id"] for each in walk(components(message)) if each.get("id")) == mark


def sent(window: dict[str, Any]) -> list[dict[str, Any]]:
    """The window's components as they come back, with nothing typed."""
    return [
        {"type": LABEL, "component": {"custom_id": each["component"]["custom_id"], "value": ""}}
        for each in window["components"]
        if each["type"] == LABEL
    ]


@given(data=st.data(), lang=st.sampled_from(LANGS), mark=st.sampled_from((0, MARK)))
def test_whatever_a_card_holds_discord_takes_it(data: st.DataObject, lang: Lang, mark: int) -> None:
    card, page = data.draw(cards), data.draw(st.none() | texts)  # too long to be arguments, which are printed
    message = drawn(card, lang, page=None if page is None else Page(page, "https://example.org/u"), mark=mark)
    assert complaints(message) == []
    assert is_harmless(message)
    assert len(attachments(message.files)) == len(card.files)
    if card.form:
        assert OPENS + card.form.action in acts(message)
        assert modal_complaints(modal(card, card.form).to_dict()) == []


# ---------------------------------------------------------------- what is seen


def test_a_short_card_is_a_classic_message_that_reads_as_it_was_written() -> None:
    card = Card(
        "考えの共有 & 対話",
        ("1 < 2 です", "https://example.org/a_b?x=1&y=2 を見る"),
        (Section("森 みなみ", ("算数",)),),
        (Button("開く", "t2", "primary"), Button("あとで", "t3")),
        links=(Link("自分のページ", "https://sukima.example/me"),),
    )
    message = drawn(card, "ja", mark=MARK)
    assert message.content == (
        "### 考えの共有 & 対話\n1 \\< 2 です\n<https://example.org/a_b?x=1&y=2> を見る\n\n**森 みなみ**\n算数"
    )
    (row,) = components(message)
    assert [each["label"] for each in row["components"]] == ["開く", "あとで", "自分のページ"]
    assert row["components"][0]["id"] == MARK


def test_sections_with_buttons_are_a_layout_and_each_button_stands_by_its_words() -> None:
    people = tuple(Section(f"人{n}", ("理由",), (Button("紹介を頼む", f"t{n}"),)) for n in range(3))
    first, *rest = components(drawn(Card("分数を教えられる人", sections=people), "ja"))
    assert first["content"] == "### 分数を教えられる人"
    asked = [each for each in rest if each["type"] == 9]
    assert [(each["components"][0]["content"], each["accessory"]["custom_id"]) for each in asked] == [
        (f"**人{n}**\n理由", f"t{n}") for n in range(3)
    ]


def test_a_full_wallet_loses_no_button_and_a_fuller_one_says_that_there_is_more() -> None:
    def wallet(size: int) -> Card:
        badges = tuple(
            Section(f"バッジ{n}", ("知識バッジ",), tuple(Button(f"押す{k}", f"t{n}.{k}") for k in range(4)))
            for n in range(size)
        )
        door = Link("自分のページ", "https://sukima.example/me")
        return Card("ウォレット", (f"{size}個",), badges, (Button("地図", "map"),), links=(door,))

    few, more, many, all_too_many = (drawn(wallet(size), "ja") for size in (4, 10, 50, 400))
    for message, size in ((few, 4), (more, 10), (many, 50)):
        assert len(acts(message)) == 4 * size + 1
    assert not any(each["type"] == SELECT for each in walk(components(few)))
    assert "バッジ3: 押す0" in {one["label"] for each in walk(components(many)) for one in each.get("options", ())}
    assert "自分のページ" in read(all_too_many).split("\n")[-1]
    assert "map" in acts(all_too_many)
    assert "…" in read(all_too_many)


def test_a_message_that_nothing_can_be_pressed_in_bears_its_mark_as_a_layout() -> None:
    assert components(drawn(Card(lines=("はい",)), "ja", mark=MARK)) == [{"type": TEXT, "content": "はい", "id": MARK}]
    assert drawn(Card(lines=("はい",)), "ja") == Drawn("はい", None)


def test_a_badge_is_attached_as_it_is() -> None:
    badge = File("my badge 1.png", "image/png", b"\x89PNG baked", "知識バッジ")
    card = Card("バッジ", ("考えの共有",), files=(badge,), buttons=(Button("見せる", "t"),))
    (file,) = attachments(drawn(card, "ja").files)
    assert (file.filename, file.description, file.fp.read()) == ("my_badge_1.png", "知識バッジ", b"\x89PNG baked")
    gallery = next(each for each in components(drawn(card, "ja", as_layout=True)) if each["type"] == 12)
    assert gallery["items"][0]["media"]["url"] == "attachment://my_badge_1.png"


def test_a_page_keeps_its_headings_lists_and_links() -> None:
    source = (
        "# 題\n\n朝の**三十秒**は、[資料](https://example.org/x)に。\n\n"
        "## 明日\n\n- **止める**。\n- 待つ\n  1. 一つ\n\n> 「先生」\n\n1 * 2"
    )
    message = drawn(Card("題", ("5分",)), "ja", page=Page(source))
    assert message.content == (
        "### 題\n5分\n朝の**三十秒**は、[資料](<https://example.org/x>)に。\n\n"
        "### 明日\n- **止める**。\n- 待つ\n  1. 一つ\n\n> 「先生」\n\n1 \\* 2"
    )


def test_a_page_that_does_not_fit_says_where_to_read_on() -> None:
    source = "\n\n".join(["長い段落。" * 60] * 60)
    card = Card("題", ("15分",), buttons=(Button("終わった", "d"),))
    message = drawn(card, "ja", page=Page(source, "https://e.org/u"))
    assert message.is_layout
    assert 3_000 < len(said(message)) <= 4_001
    assert read(message).endswith("https://e.org/u")
    assert acts(message) == {"d"}


def test_a_form_is_a_button_that_opens_it() -> None:
    form = Form(
        "ふり返り",
        "send~1",
        "保存",
        (Field("reflection", "気づき", "任意", optional=True, multiline=True),),
        "とばす",
        "skip~1",
    )
    card = Card("できました", ("あと2つ",), form=form)
    (row,) = components(drawn(card, "ja"))
    assert [(each["label"], each["custom_id"]) for each in row["components"]] == [
        ("ふり返り", "?send~1"),
        ("とばす", "skip~1"),
    ]
    window = modal(card, form, {"reflection": "前に書いた"}).to_dict()
    assert (window["title"], window["custom_id"]) == ("ふり返り", "send~1")
    words, asked = window["components"]
    assert words["content"] == "できました\nあと2つ"
    assert (asked["label"], asked["description"], asked["component"]["value"]) == ("気づき", "任意", "前に書いた")
    assert asked["component"]["required"] is False


def test_what_was_sent_in_a_window_is_read() -> None:
    typed = [
        {"type": 10, "id": 1},
        {"type": LABEL, "component": {"type": 4, "custom_id": "why", "value": "はい"}},
        {"type": LABEL, "component": {"type": 3, "custom_id": "who", "values": ["id1"]}},
        {"type": LABEL, "component": {"type": 3, "custom_id": "none", "values": []}},
        {"type": 1, "components": [{"type": 4, "custom_id": "old", "value": "x"}]},
        {"type": LABEL, "component": {"custom_id": 5}},
        {"type": LABEL},
    ]
    assert values(typed) == {"why": "はい", "who": "id1", "none": "", "old": "x"}


def test_a_window_takes_no_more_fields_than_discord_shows() -> None:
    form = Form("x", "t", "送る", tuple(Field(f"f{n}", "x") for n in range(6)))
    with pytest.raises(ValueError, match="this much"):
        modal(Card(form=form), form)


def test_views_with_sections_are_among_those_looked_at() -> None:
    assert WalletView in VIEWS


# ---------------------------------------------------------------- names

EVIL = "[x](https://evil.example)"
BADGE = Bilingual(f"黒板{EVIL}", f"Board {EVIL}")
NAMING: tuple[View, ...] = (
    WelcomeLanguage(EVIL),
    SharedPost("a", EVIL, BADGE, Level.KNOWLEDGE, BADGE, BADGE, Counts(0, 0), ("💮",), None),
    Receipt("e", BADGE, EVIL, As.COLLEAGUE, stands=True),
    IntroductionAsked("i", EVIL, "https://example.org/q の件", BADGE),
)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("view", NAMING, ids=lambda view: type(view).__name__)
def test_a_name_that_holds_an_address_is_no_link_and_takes_no_words_with_it(view: View, lang: Lang) -> None:
    shown = drawn(CARDS.draw(view, lang), lang).content or ""
    assert "evil.example" in shown
    assert not re.search(r"https?://evil|<https?://(?!example\.org/q>)", shown.replace("\\", ""))
    assert ("<https://example.org/q>" in shown) is isinstance(view, IntroductionAsked), "what is asked may hold a link"


def test_what_stands_in_a_window_is_what_was_typed() -> None:
    form = Form("題", "token~1", "送る", (Field("words", "時間", value="25:99-@everyone <@1>\u202e"),))
    (component,) = [each for each in walk(modal(Card(form=form), form).to_components()) if each.get("type") == 4]
    assert component["value"] == "25:99-@everyone <@1>"
