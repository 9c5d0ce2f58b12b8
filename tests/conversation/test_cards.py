"""Every view is drawn, in both languages, with the labels of design.md section 5, and loses nothing that was typed."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.badges.verdict import Verdict
from bot.conversation import views
from bot.conversation.actions import Action, Actions
from bot.conversation.card import Button, Card
from bot.conversation.cards import Cards
from bot.domain.awards import Evidence, Level
from bot.domain.catalogue import UnitKind
from bot.domain.introductions import Reply
from bot.domain.language import LANGS, Bilingual, Lang
from bot.domain.learning import Route, Why
from bot.domain.outcomes import Refused
from bot.domain.people import Consent, Role
from bot.domain.recognition import As
from bot.domain.spare import Window, WindowKind
from bot.domain.stops import StopKind
from bot.errors import Problem
from bot.services.enclosing import Part, PartState
from bot.services.ports import Counts
from bot.wording import Wording

from .strategies import FEW_OF_EACH, VIEWS

NOW = datetime(2026, 11, 25, 7, 30, tzinfo=UTC)
ACTIONS = Actions(b"a key for tests")
CARDS = Cards(ACTIONS, lambda: NOW)
ID = str(UUID(int=1 << 127))
ASK = str(UUID(int=(1 << 127) + 5))
NAME = Bilingual("考えの共有", "Sharing thinking")
COURSE = Bilingual("目的から選ぶICT", "Purposeful ICT")
ISSUER = Bilingual("れい教育大学", "Rei University")
SCHOOL = Bilingual("あおば小学校", "Aoba School")
PICTURE = views.Picture("badge.png", b"png")
ON = date(2026, 11, 25)


def buttons_of(card: Card) -> Iterator[Button]:
    for section in card.sections:
        yield from section.buttons
    yield from card.buttons


def labels(card: Card) -> list[str]:
    return [button.label for button in buttons_of(card)]


def acts(card: Card) -> list[Action]:
    return [ACTIONS.read(button.action, now=NOW) for button in buttons_of(card)]


def whole_text(card: Card) -> str:
    """The text, and what a form asks and holds."""
    parts = [card.text()]
    if card.form:
        for field in card.form.fields:
            parts += [field.label, field.hint, field.value]
    return "\n".join(parts)


# ---------------------------------------------------------------- every view


def test_every_view_has_a_strategy() -> None:
    assert set(VIEWS) == set(get_args(views.View))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("view_type", VIEWS, ids=lambda view: view.__name__)
@FEW_OF_EACH
@given(data=st.data())
def test_is_drawn_with_tokens_that_can_be_read(view_type: type, lang: Lang, data: st.DataObject) -> None:
    view = data.draw(VIEWS[view_type])
    card = CARDS.draw(view, lang)
    assert card.text().strip()
    acts(card)
    assert all(button.label.strip() for button in buttons_of(card))
    assert all(file.alt.strip() for file in card.files)
    if card.form:
        ACTIONS.read(card.form.action, now=NOW)
        assert card.form.submit
        assert card.form.fields


TYPED = {"name", "holder", "question", "asker", "typed", "matched"}
"""Fields that hold what people typed."""


def texts_in(value: object, lang: Lang, *, typed: bool = False) -> Iterator[str]:
    """Every text that people or authors wrote, as the reader should find it."""
    if isinstance(value, Bilingual):
        yield value.in_(lang)
    elif isinstance(value, str):
        yield from (value,) if typed else ()
    elif isinstance(value, tuple):
        for part in value:
            yield from texts_in(part, lang, typed=typed)
    elif is_dataclass(value) and not isinstance(value, views.Picture | Verdict):
        for field in fields(value):
            yield from texts_in(getattr(value, field.name), lang, typed=field.name in TYPED)


SHORTENED = (views.WalletView, views.RecordView, views.UnitCompleted, views.PartsView)
"""They show the newest only, or leave out what no longer matters; tests of their own look at them."""
IN_FULL = [view for view in VIEWS if view not in SHORTENED]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("view_type", IN_FULL, ids=lambda view: view.__name__)
@FEW_OF_EACH
@given(data=st.data())
def test_texts_survive_unchanged(view_type: type, lang: Lang, data: st.DataObject) -> None:
    view = data.draw(VIEWS[view_type])
    said = whole_text(CARDS.draw(view, lang))
    for text in texts_in(view, lang):
        assert text in said


# ---------------------------------------------------------------- labels


OFFER = views.OfferView(ID, NAME, 5, UnitKind.VIDEO, COURSE, NAME, Why.STARTED, 2)
AWARD = views.AwardView(ID, NAME, Level.KNOWLEDGE, ISSUER, SCHOOL, ON, PICTURE, displayed=False)
POST = views.SharedPost(
    ID, "森 みなみ", NAME, Level.KNOWLEDGE, ISSUER, SCHOOL, Counts(2, 1), ("white_flower", "white_check_mark"), PICTURE
)
RECEIPT = views.Receipt(ID, NAME, "森 みなみ", As.COLLEAGUE, stands=True)
WHO = views.Experts(
    "分数の教え方",
    ASK,
    (
        views.Expert(
            ID, "森 みなみ", (views.Because(NAME, Level.COMPETENCE, ON, Counts(2, 1), ("分数", "教え方"), "tag"),)
        ),
    ),
)
ASKED = views.IntroductionAsked(ID, "原 ゆい", "分数の教え方", NAME)

LABELS = [
    (
        OFFER,
        ["Open", "Done", "Later", "Another", "I know this already"],
        ["開く", "終わった", "あとで", "別のもの", "もう知っている"],
    ),
    (
        views.LaterView(ID),
        ["In 20 minutes", "Next gap", "Tomorrow", "Pick a date"],
        ["20分後", "次の空き時間", "明日", "日を選ぶ"],
    ),
    (AWARD, ["Share with colleagues", "Keep private", "View badge"], ["同僚に見せる", "自分だけ", "バッジを見る"]),
    (POST, ["My endorsement"], ["自分の裏書"]),
    (RECEIPT, ["Undo", "Add words"], ["取り消す", "言葉を添える"]),
    (WHO, ["Ask for an introduction", "Not what I meant"], ["紹介を頼む", "違います"]),
    (ASKED, ["Yes, introduce us", "Not now", "Suggest someone else"], ["引き受ける", "今は難しい", "別の人を勧める"]),
]


@pytest.mark.parametrize(("view", "english", "japanese"), LABELS, ids=lambda value: type(value).__name__)
def test_labels_are_those_of_the_design(view: views.View, english: list[str], japanese: list[str]) -> None:
    assert labels(CARDS.draw(view, "en")) == english
    assert labels(CARDS.draw(view, "ja")) == japanese


def test_the_form_after_the_check() -> None:
    view = views.UnitCompleted(ID, NAME, NAME, 1)
    for lang, save, skip in (("en", "Save", "Skip"), ("ja", "保存", "とばす")):
        form = CARDS.draw(view, lang).form
        assert form is not None
        assert (form.submit, form.cancel) == (save, skip)
        assert ACTIONS.read(form.action, now=NOW) == Action("reflect", ID)
        assert ACTIONS.read(form.cancel_action, now=NOW) == Action("skip", ID)
        assert [(field.name, field.optional) for field in form.fields] == [("reflection", True)]


# ---------------------------------------------------------------- what buttons and forms carry


def test_what_the_buttons_carry() -> None:
    assert acts(CARDS.draw(OFFER, "ja")) == [Action(verb, ID) for verb in ("open", "done", "later", "another", "know")]
    assert [act.argument for act in acts(CARDS.draw(views.LaterView(ID), "ja"))] == [
        "in20",
        "next_gap",
        "tomorrow",
        "pick",
    ]
    assert acts(CARDS.draw(AWARD, "ja")) == [Action(verb, ID) for verb in ("share", "private", "badge")]
    assert acts(CARDS.draw(WHO, "ja")) == [Action("intro", ID, ASK.replace("-", "")), Action("not_meant", ASK)]
    assert acts(CARDS.draw(ASKED, "ja")) == [Action("reply", ID, reply) for reply in Reply]
    assert acts(CARDS.draw(views.WelcomeLanguage("原"), "ja")) == [Action("lang", "ja"), Action("lang", "en")]
    assert acts(CARDS.draw(views.WelcomeQuiet(()), "ja")) == [Action("quiet", "ok"), Action("quiet", "edit")]
    assert acts(CARDS.draw(views.WelcomeConsent(), "ja")) == [Action("deliver", "yes"), Action("deliver", "no")]
    assert acts(CARDS.draw(views.FindableQuestion(ID, NAME), "ja")) == [
        Action("findable", ID, "yes"),
        Action("findable", ID, "no"),
    ]
    assert {act.verb for act in acts(CARDS.draw(views.ForgetConfirm(1, 1), "ja"))} == {
        "forget_yes",
        "export",
        "cancel",
    }


def test_choices_carry_the_authors_index_in_the_order_shown() -> None:
    choices = ((2, Bilingual("う", "c")), (0, Bilingual("あ", "a")), (1, Bilingual("い", "b")))
    card = CARDS.draw(views.ChoiceQuestion(ID, NAME, choices, Route.OPENED), "en")
    assert card.lines[-3:] == ("A. c", "B. a", "C. b")
    assert labels(card) == ["A", "B", "C"]
    assert [act.argument for act in acts(card)] == ["2", "0", "1"]


def test_something_to_learn_carries_its_unit() -> None:
    card = CARDS.draw(views.Nobody("独語", (NAME,), ((COURSE, 4, "c3-u1"),)), "en")
    assert labels(card) == ["Learn this"]
    assert acts(card) == [Action("learn", "c3-u1")]


@pytest.mark.parametrize("lang", LANGS)
def test_a_form_for_times_says_that_it_replaces_those_of_before(lang: Lang) -> None:
    replaces = Wording(lang).say("windows.replaces")
    for windows, said in (((Window(WindowKind.FREE, 2, 600, 660),), True), ((), False)):
        card = CARDS.draw(views.WindowsForm(windows), lang)
        assert card.form is not None
        assert (replaces in card.form.fields[0].hint, replaces in card.lines) == (said, said)


@pytest.mark.parametrize(
    ("view", "verb", "field"),
    [
        (views.PickDate(ID), "date", "date"),
        (views.TextQuestion(ID, NAME, 20), "write", "text"),
        (views.UnitCompleted(ID, NAME, NAME, 1), "reflect", "reflection"),
        (views.WindowsForm(()), "windows", "words"),
        (views.CommentForm(ID, NAME, ""), "comment_say", "words"),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("lang", LANGS)
def test_forms_are_taken_for_a_day(view: views.View, verb: str, field: str, lang: Lang) -> None:
    form = CARDS.draw(view, lang).form
    assert form is not None
    assert ACTIONS.read(form.action, now=NOW + timedelta(hours=23)).verb == verb
    with pytest.raises(Problem, match=r"action\.expired"):
        ACTIONS.read(form.action, now=NOW + timedelta(hours=25))
    assert [each.name for each in form.fields] == [field]
    assert len(form.title) <= 24, "Slack shows no more of a modal's title"


# ---------------------------------------------------------------- learning


@pytest.mark.parametrize("why", Why)
@pytest.mark.parametrize("lang", LANGS)
def test_an_offer_says_why_and_how_far(why: Why, lang: Lang) -> None:
    view = replace(OFFER, why=why, topic="分数", left_in_module=1 if why is Why.LAST_OF_MODULE else 2)
    text = CARDS.draw(view, lang).text()
    assert NAME.in_(lang) in text
    assert COURSE.in_(lang) in text
    assert "分数" in text or why is not Why.ASKED


@pytest.mark.parametrize("topic", ["考えの共有", "sharing  THINKING", "Ｓｈａｒｉｎｇ thinking"])
def test_a_unit_asked_for_by_its_title_is_not_said_to_fit_it(topic: str) -> None:
    text = CARDS.draw(replace(OFFER, why=Why.ASKED, topic=topic), "ja").text()
    assert "お探しの教材です。" in text
    assert "合う教材" not in text


def test_minutes_that_were_asked_for_are_no_gap() -> None:
    asked = CARDS.draw(replace(OFFER, why=Why.FITS, asked_minutes=10), "ja").text()
    assert "10分に収まる" in asked
    assert "空き時間" not in asked
    assert "この空き時間に収まる" in CARDS.draw(replace(OFFER, why=Why.FITS), "ja").text()


def test_a_slower_pace_is_said_once_with_the_offer() -> None:
    assert "half as often" in CARDS.draw(replace(OFFER, slower=True), "en").text()
    assert "half as often" not in CARDS.draw(OFFER, "en").text()


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (views.NothingFits(3, "", 5), ["3 minutes", "5 minutes", "learn 5"]),
        (views.NothingFits(None, "German", 5), ["German", "learn 5"]),
        (views.NothingFits(None, "", 5), ["learn 5"]),
        (views.NothingFits(10, "German", None), ["completed everything"]),
    ],
)
def test_nothing_fits_says_what_would(view: views.NothingFits, expected: list[str]) -> None:
    text = CARDS.draw(view, "en").text()
    assert all(part in text for part in expected)


def test_a_units_own_page_is_read_in_place() -> None:
    page = "# Sharing thinking\n\nFirst *one* thing.\n\n## What to do\n\n- **Choose** one\n- See [it](https://example.org/x)\n"
    card = CARDS.draw(views.UnitPage(ID, NAME, 5, "https://example.org/u", page), "en")
    assert card.text().splitlines() == [
        "Sharing thinking",
        "5 minutes",
        "When you have finished, press “Done”.",
        "First one thing.",
        "What to do",
        "• Choose one",
        "• See it (https://example.org/x)",
    ]


def test_a_unit_elsewhere_is_linked() -> None:
    assert (
        "https://example.org/u" in CARDS.draw(views.UnitPage(ID, NAME, 5, "https://example.org/u", None), "ja").text()
    )


@pytest.mark.parametrize(("next_", "verb"), [("again", "done"), ("open", "open"), ("tomorrow", "open")])
def test_a_wrong_answer_leads_on(next_: str, verb: str) -> None:
    card = CARDS.draw(views.WrongAnswer(ID, NAME, next_), "en")
    assert f"The idea behind the right answer: {NAME.en}" in card.lines
    assert acts(card) == [Action(verb, ID)]


def test_a_short_text_comes_back_as_it_was_typed() -> None:
    form = CARDS.draw(views.TextQuestion(ID, NAME, 20, too_short=True, typed="短い"), "ja").form
    assert form is not None
    assert form.fields[0].value == "短い"


def test_what_was_done_before_asks_for_nothing() -> None:
    assert CARDS.draw(views.UnitCompleted(ID, NAME, NAME, 0, already=True), "ja").form is None


# ---------------------------------------------------------------- badges


@pytest.mark.parametrize("lang", LANGS)
def test_an_award_says_what_the_picture_shows_and_who_would_see_it(lang: Lang) -> None:
    card = CARDS.draw(AWARD, lang)
    by = {"ja": "内容：れい教育大学、発行：あおば小学校", "en": "ontent by Rei University, issued by Aoba School"}[lang]
    assert by in card.files[0].alt
    assert by in "\n".join(card.lines)
    assert NAME.in_(lang) in card.files[0].alt
    assert ("知識バッジ" if lang == "ja" else "knowledge badge") in card.files[0].alt
    assert ("管理職" if lang == "ja" else "leaders") in card.text()


DETAILS = views.BadgeDetails(
    award=ID,
    name=NAME,
    level=Level.KNOWLEDGE,
    issuer=ISSUER,
    school=SCHOOL,
    awarded_on=ON,
    criteria=Bilingual("三つの教材", "Three units"),
    evidence=(
        Evidence("u-1", COURSE, ON, prior=True, self_assessed=True),
        Evidence("u-2", NAME, ON),
        Evidence("u-2", NAME, ON, renewed=True),
    ),
    counts=Counts(2, 1),
    displayed=True,
    findable=False,
    published=False,
    address=None,
    picture=PICTURE,
)


def test_a_badge_says_everything_it_rests_on() -> None:
    text = CARDS.draw(DETAILS, "en").text()
    for part in ("Rei University", "Aoba School", "Three units", "2 colleagues, 1 leader", "25 Nov 2026"):
        assert part in text
    assert "Purposeful ICT: 25 Nov 2026 (known before, self-assessed)" in text
    assert "Sharing thinking: 25 Nov 2026\n" in text
    assert "Sharing thinking: 25 Nov 2026 (passed again to renew)" in text


@pytest.mark.parametrize(
    ("displayed", "findable", "expected"),
    [
        (False, False, [Action("share", ID), Action("findable", ID, "yes")]),
        (True, False, [Action("private", ID), Action("findable", ID, "yes")]),
        (True, True, [Action("private", ID), Action("findable", ID, "no")]),
        (False, True, [Action("share", ID), Action("findable", ID, "no")]),
    ],
)
def test_each_switch_changes_one_thing(displayed: bool, findable: bool, expected: list[Action]) -> None:
    card = CARDS.draw(replace(DETAILS, displayed=displayed, findable=findable), "ja")
    assert acts(card) == [*expected, Action("received", ID), Action("invite", ID)]


STOP = views.StopView(StopKind.SUSPENDED, "確かめています", ON)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, []),
        ({"displayed": True}, [Action("private", ID)]),
        ({"findable": True}, [Action("findable", ID, "no")]),
        ({"published": True}, [Action("unpublish", ID)]),
    ],
)
def test_a_stopped_badge_is_only_taken_back(chosen: dict[str, Any], expected: list[Action]) -> None:
    badge = replace(DETAILS, address=PAGE, stop=STOP, displayed=False)
    card = CARDS.draw(replace(badge, **chosen), "ja")
    switches = [act for act in acts(card) if act.verb in {"share", "private", "findable", "publish", "unpublish"}]
    assert switches == expected


PAGE = f"https://sukima.example/badges/{ID}"


def test_a_badge_can_be_published_where_there_is_an_address() -> None:
    assert Action("publish", ID) not in acts(CARDS.draw(DETAILS, "ja"))
    unpublished = CARDS.draw(replace(DETAILS, address=PAGE), "ja")
    assert acts(unpublished)[-3] == Action("publish", ID)
    assert unpublished.links == ()
    published = CARDS.draw(replace(DETAILS, address=PAGE, published=True), "ja")
    assert acts(published)[-3] == Action("unpublish", ID)
    assert [link.url for link in published.links] == [PAGE]
    assert "公開中" in published.text()


def test_what_was_published_can_be_taken_back_though_the_address_is_gone() -> None:
    card = CARDS.draw(replace(DETAILS, published=True), "ja")
    assert acts(card)[-3] == Action("unpublish", ID)
    assert card.links == ()


@pytest.mark.parametrize("lang", LANGS)
def test_publishing_says_first_what_is_seen_and_what_is_not(lang: Lang) -> None:
    card = CARDS.draw(views.PublishQuestion(ID, NAME), lang)
    assert acts(card) == [Action("publish", ID, "yes"), Action("not_publish", ID)]
    assert {"ja": "あなたの名前は出ません", "en": "Your name does not appear"}[lang] in card.text()
    done = CARDS.draw(views.Published(ID, NAME, PAGE), lang)
    assert acts(done) == [Action("unpublish", ID)]
    assert [link.url for link in done.links] == [PAGE]
    assert PAGE in done.text()


def test_a_shared_post_counts_by_role_and_keeps_its_picture_on_refresh() -> None:
    text = CARDS.draw(POST, "ja").text()
    assert all(
        part in text for part in ("森 みなみ", "考えの共有", "同僚 2・管理職 1", "💮か✅で", "あおば小学校", "推薦")
    )
    assert "React with 💮 or ✅ to" in CARDS.draw(POST, "en").text()
    assert CARDS.draw(replace(POST, picture=None), "ja").files == ()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("role", [As.COLLEAGUE, As.LEADER])
@pytest.mark.parametrize("holder", ["森 みなみ", None])
def test_a_receipt_says_what_whom_and_as_whom(lang: Lang, role: As, holder: str | None) -> None:
    card = CARDS.draw(replace(RECEIPT, role=role, holder=holder), lang)
    assert NAME.in_(lang) in card.text()
    assert holder is None or holder in card.text()
    assert acts(card) == [Action("undo", ID), Action("comment", ID)]
    withdrawn = CARDS.draw(replace(RECEIPT, role=role, holder=holder, stands=False), lang)
    assert list(buttons_of(withdrawn)) == []
    assert withdrawn.text() != card.text()
    words = {("ja", As.COLLEAGUE): "裏書", ("ja", As.LEADER): "推薦", ("en", As.COLLEAGUE): "ndorse"}
    assert words.get((lang, role), "ecommend") in withdrawn.text()


# ---------------------------------------------------------------- asking


def test_an_answer_gives_its_reasons() -> None:
    text = CARDS.draw(WHO, "en").text()
    for part in ("分数の教え方", "森 みなみ", "Sharing thinking", "competence badge", "25 Nov 2026", "2 colleagues"):
        assert part in text
    assert "“分数”, “教え方” is among its topics" not in text
    assert "among its topics: “分数”, “教え方”" in text.replace("Among", "among")


def test_one_colleague_is_one() -> None:
    assert "This colleague said" in CARDS.draw(WHO, "en").text()
    assert "These colleagues said" in CARDS.draw(replace(WHO, people=WHO.people * 2), "en").text()


def test_the_helper_is_named_only_on_yes() -> None:
    for reply in (*Reply, None):
        text = CARDS.draw(views.IntroductionAnswered(reply, "森 みなみ", "分数"), "ja").text()
        assert ("森 みなみ" in text) is (reply is Reply.YES)


# ---------------------------------------------------------------- looking


def wallet(number: int) -> views.WalletView:
    lines = (
        views.WalletLine(
            ID,
            Bilingual(f"バッジ{n}", f"Badge {n}."),
            Level.KNOWLEDGE,
            ON - timedelta(days=n),
            Counts(),
            displayed=False,
            findable=False,
            published=False,
            address=None,
        )
        for n in range(number)
    )
    return views.WalletView(tuple(reversed(tuple(lines))))


@pytest.mark.parametrize(("number", "shown", "more"), [(0, 0, None), (1, 1, None), (20, 20, None), (300, 20, "280")])
def test_a_wallet_shows_the_newest_badges(number: int, shown: int, more: str | None) -> None:
    card = CARDS.draw(wallet(number), "en")
    assert [section.title for section in card.sections] == [f"Badge {n}." for n in range(shown)]
    assert (more or "older badge") in card.text() or more is None
    assert "older badge" not in card.text() or more is not None


MAP = views.MapView(
    (
        views.MapCourse(
            COURSE,
            Bilingual("ICTを選ぶ力", "Chooses ICT"),
            False,
            (
                views.MapModule(NAME, 3, 3, earned=True, next=False),
                views.MapModule(Bilingual("データの安全", "Safe data"), 1, 2, earned=False, next=True),
                views.MapModule(Bilingual("やさしい日本語", "Plain language"), 0, 1, earned=False, next=False),
            ),
        ),
    ),
    views.Picture("map.png", b"png"),
)


def test_the_map_tells_the_whole_state_and_its_picture_the_short_of_it() -> None:
    card = CARDS.draw(MAP, "en")
    text = "\n".join(card.sections[0].lines)
    assert "1 of 3 knowledge badges" in text
    assert "Sharing thinking: earned" in text
    assert "Safe data: 1 of 2 units ← next" in text
    assert "Plain language: not begun, 1 unit" in text
    assert card.files[0].alt == "Badge map: 1 of 4 badges earned; next: “Safe data”."
    done = replace(MAP.courses[0], earned=True, modules=MAP.courses[0].modules[:1])
    assert CARDS.draw(replace(MAP, courses=(done,)), "ja").files[0].alt == "バッジマップ。バッジ2個のうち2個を取得。"


def test_switches_say_what_they_act_on() -> None:
    """Of many sections alike a screen reader tells only the labels of the buttons."""
    turns = ("お届けをオンにする", "裏書への記名をオフにする")
    assert set(turns) <= set(labels(CARDS.draw(SETTINGS, "ja")))
    turns = ("Turn on units in spare moments", "Turn off my name in endorsements")
    assert set(turns) <= set(labels(CARDS.draw(SETTINGS, "en")))
    held = labels(CARDS.draw(wallet(2), "en"))
    assert [label for label in held if label.endswith(": Badge 1.")] == [
        "Share with colleagues: Badge 1.",
        "Let colleagues find me: Badge 1.",
    ]
    assert held.count("View badge") == 2


def test_a_record_shows_the_newest_and_says_how_many_more() -> None:
    line = views.RecordLine(NAME, ON, 5, prior=True, self_assessed=False, reflection="声を待つ")
    text = CARDS.draw(views.RecordView((line,) * 31, 155, 2), "en").text()
    assert "31 units, 155 minutes, 2 badges" in text
    assert "教材31個・155分・バッジ2個" in CARDS.draw(views.RecordView((line,) * 31, 155, 2), "ja").text()
    assert "1 earlier unit" in text
    assert "25 Nov 2026 Sharing thinking (5 minutes, known before): “声を待つ”" in text


SETTINGS = views.SettingsView(
    "原 ゆい",
    "ja",
    frozenset({Role.TEACHER, Role.OWNER}),
    frozenset({Consent.NAMED}),
    (Window(WindowKind.FREE, 2, 820, 865),),
    1,
    ON,
    "13:45",
)


def test_settings_show_every_consent_with_its_switch() -> None:
    switches = [act for act in acts(CARDS.draw(SETTINGS, "ja")) if act.verb == "consent"]
    assert switches == [
        Action("consent", "delivery", "on"),
        Action("consent", "named", "off"),
        Action("consent", "beyond", "on"),
    ]
    text = CARDS.draw(SETTINGS, "ja").text()
    assert all(part in text for part in ("原 ゆい", "教員", "水曜日 13:40〜14:25", "11月25日（水） 13:45"))


def test_the_usual_pace_can_be_had_back() -> None:
    assert Action("pace", "resume") in acts(CARDS.draw(replace(SETTINGS, pace=4), "ja"))
    assert Action("pace", "resume") not in acts(CARDS.draw(SETTINGS, "ja"))


def test_settings_offer_the_other_language_and_ones_own_data() -> None:
    found = acts(CARDS.draw(SETTINGS, "ja"))
    assert {Action("my_lang", "en"), Action("windows"), Action("export"), Action("forget")} <= set(found)
    assert Action("my_lang", "ja") not in found


def test_forgetting_says_what_goes_and_what_stays() -> None:
    text = CARDS.draw(views.ForgetConfirm(badges=3, endorsements=12), "en").text()
    assert "3 badges" in text
    assert "12 endorsements that you gave, without your name" in text
    assert "counts stay right" in text


def test_help_gives_examples_in_the_readers_language() -> None:
    for lang, examples in (("en", ("learn 5", "who classroom ICT")), ("ja", ("学ぶ 5", "誰 特別支援"))):
        text = CARDS.draw(views.HelpView(), lang).text()
        assert all(example in text for example in examples)


@pytest.mark.parametrize("lang", LANGS)
def test_help_names_every_thing_once_and_how_to_ask_on_every_platform(lang: Lang) -> None:
    """Discord's commands are chosen from a list: nothing is written behind `/sukima` there."""
    help_ = CARDS.draw(views.HelpView(), lang)
    titles = [each.title for each in help_.sections]
    assert len(set(titles)) == len(titles)
    assert {Wording(lang).say(f"help.{word}") for word in ("link", "accounts", "roles", "move")} <= set(titles)
    assert "に続けて" not in help_.text()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("door", [None, "https://e.org/me/x"])
def test_a_file_is_asked_for_where_nobody_else_sees_it(lang: Lang, door: str | None) -> None:
    """By the command's own field where there is one; pages are named only where there are any."""
    for platform in ("slack", "discord"):
        text = CARDS.draw(views.LinkForm("take_in", door, platform), lang).text()
        assert Wording(lang).say(f"foreign.form.file.{platform}") in text
        assert (Wording(lang).say("foreign.form.pages") in text) is (door is not None)
        assert "このチャットに" not in text
        assert "in this chat" not in text


def test_where_no_address_can_be_confirmed_it_says_who_changes_that() -> None:
    for chat, said in (((), "mail.not_possible"), (("a@e.org",), "refused.mail_not_set_up")):
        card = CARDS.draw(views.AddressesView(chat, (), sends=False, waits=None), "ja")
        assert Wording("ja").say(said) in card.lines
        assert card.form is None


def test_pages_that_are_nowhere_are_not_offered() -> None:
    for lang in LANGS:
        for there in (True, False):
            help_, home = CARDS.draw(views.HelpView(there), lang), CARDS.draw(views.HomeView(None, 0, there), lang)
            assert (Wording(lang).say("help.me") in {each.title for each in help_.sections}) is there
            assert (Wording(lang).say("label.my_pages") in {each.label for each in home.buttons}) is there


def test_a_notice_is_one_sentence_with_its_params() -> None:
    card = CARDS.draw(views.Notice("notice.unexpected", {"trace": "t-1"}), "en")
    assert "t-1" in card.text()
    assert card.lines


@pytest.mark.parametrize("lang", LANGS)
def test_a_receipt_says_whether_the_endorsers_name_stands_in_it(lang: Lang) -> None:
    said = {named: CARDS.draw(replace(RECEIPT, named=named), lang).text() for named in (True, False)}
    assert said[True] != said[False]
    assert ("お名前は載りません" if lang == "ja" else "does not stand") in said[False]


@pytest.mark.parametrize("lang", LANGS)
def test_a_receipt_repeats_ones_own_words(lang: Lang) -> None:
    card = CARDS.draw(replace(RECEIPT, comment="板書が見やすい"), lang)
    assert "板書が見やすい" in card.text()
    assert labels(card)[1] == {"ja": "言葉を直す", "en": "Change the words"}[lang]


def test_the_form_for_words_keeps_what_was_typed_and_says_why() -> None:
    form = CARDS.draw(views.CommentForm(ID, NAME, "森みなみさん", True, Refused("comment_names")), "ja")
    assert form.form is not None
    assert form.form.fields[0].value == "森みなみさん"
    assert form.form.fields[0].optional
    assert "お名前を抜いて" in form.text()
    assert "お名前とともに" in form.text()


def test_each_received_endorsement_has_its_switch() -> None:
    lines = tuple(
        views.ReceivedLine(ID, As.COLLEAGUE, None, ON, f"言葉{number}。", hidden=number % 2 == 1) for number in range(9)
    )
    card = CARDS.draw(views.ReceivedView(ID, NAME, lines), "ja")
    assert acts(card)[:2] == [Action("hide", ID, "yes"), Action("hide", ID, "no")]
    assert len(card.sections) == 8
    assert "ほかに1件" in card.text()
    told = views.CommentReceived(ID, NAME, As.LEADER, "佐藤", "見事です", hidden=True)
    assert acts(CARDS.draw(told, "ja")) == [Action("hide", ID, "no")]
    assert acts(CARDS.draw(replace(told, comment=None), "ja")) == []


def test_the_parts_of_a_badge_say_what_goes_along_and_those_that_ended_have_no_press() -> None:
    def part(number: int, state: PartState, *names: str, wanted: bool = False) -> Part:
        return Part(str(UUID(int=number)), NAME, ON, wanted, state, len(names), names, badges=number - 1)

    states = (
        part(1, PartState.OUT, "森", "佐藤"),
        part(2, PartState.INSIDE, wanted=True),
        part(3, PartState.STOPPED),
        part(4, PartState.EXPIRED, wanted=True),
    )
    card = CARDS.draw(views.PartsView(ID, NAME, states), "ja")
    assert "裏書2件（森、佐藤の名前入り）" in card.text()
    assert [f"{number}個のバッジも" in card.text() for number in range(5)] == [False, True, True, True, False]
    acts_of = [[ACTIONS.read(button.action, now=NOW) for button in section.buttons] for section in card.sections]
    assert [[act.argument.partition(".")[0] for act in each] for each in acts_of] == [["in"], ["out"], [], ["out"]]


@given(st.integers(0, 30))
def test_many_parts_are_each_a_press_away(count: int) -> None:
    names = [f"badge {number}" for number in range(count)]
    many = tuple(
        Part(str(UUID(int=number)), Bilingual(name, name), ON, False, PartState.OUT, 0, (), badges=0)
        for number, name in enumerate(names)
    )
    seen: list[str] = []
    at: int | None = 0
    while at is not None:
        card = CARDS.draw(views.PartsView(ID, NAME, many, None, at), "ja")
        assert len(card.sections) <= 8
        assert ("ほかに" in card.text()) is (count > 8)
        seen += [section.title for section in card.sections]
        turns = [int(act.argument) for act in acts(card)[len(card.sections) :]]
        assert [turn for turn in turns if turn < at] == ([at - 8] if at else [])
        at = next((turn for turn in turns if turn > at), None)
    assert seen == names
    if count > 8:
        ninth = CARDS.draw(views.PartsView(ID, NAME, many, None, 8), "ja")
        assert ninth.sections[0].title == names[8]


@pytest.mark.parametrize("view_type", VIEWS, ids=lambda view: view.__name__)
@FEW_OF_EACH
@given(data=st.data(), lang=st.sampled_from(LANGS))
def test_a_form_is_asked_again_by_its_token_alone(view_type: type, lang: Lang, data: st.DataObject) -> None:
    card = CARDS.draw(data.draw(VIEWS[view_type]), lang)
    if card.form is not None:
        again = CARDS.form(card.form.action, lang)
        assert again is not None
        assert (again.action, again.submit) == (card.form.action, card.form.submit)
        assert [each.name for each in again.fields] == [each.name for each in card.form.fields]
        assert again.title in (card.form.title, card.form.submit)
        assert Cards(ACTIONS, lambda: NOW + timedelta(days=2)).form(card.form.action, lang) is None


def test_what_is_no_form_is_not_asked_again() -> None:
    assert CARDS.form(ACTIONS.token("done", ID), "ja") is None
    assert CARDS.form("windows:::~forged", "ja") is None
