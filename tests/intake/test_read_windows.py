"""Weekly windows in people's own words, both languages."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.language import Lang
from bot.domain.spare import Period, Window, WindowKind
from bot.errors import Complaint
from bot.intake.windows import LONGEST_TEXT, Group, group, read_windows
from bot.wording.catalogues import catalogue

PERIODS = tuple(Period(number, 465 + 60 * number, 515 + 60 * number) for number in range(1, 7))
LETTERS = "MTWRFSU"


def shown(windows: tuple[Window, ...]) -> str:
    """`free MW 10:35-10:50 | quiet …`, which is easier to compare than windows."""

    def clock(minutes: int) -> str:
        return f"{minutes // 60}:{minutes % 60:02}"

    return " | ".join(
        f"{one.kind} {''.join(LETTERS[day] for day in one.weekdays)} "
        + ",".join(f"{clock(start)}-{clock(end)}" for start, end in one.spans)
        for one in group(windows)
    )


def read(text: str) -> tuple[Window, ...]:
    found = read_windows(text, PERIODS)
    assert all(isinstance(window, Window) for window in found), found
    return found  # type: ignore[return-value]


def complaint(text: str, periods: tuple[Period, ...] = PERIODS) -> Complaint:
    (found,) = read_windows(text, periods)
    assert isinstance(found, Complaint), found
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("weekdays 16:30–18:00", "free MTWRF 16:30-18:00"),
        ("平日 16:30〜18:00", "free MTWRF 16:30-18:00"),
        ("平日　１６：３０～１８：００", "free MTWRF 16:30-18:00"),
        ("平日 午後4時半〜午後6時", "free MTWRF 16:30-18:00"),
        ("平日 午後4時半から6時まで", "free MTWRF 16:30-18:00"),
        ("平日の十六時三十分から十八時", "free MTWRF 16:30-18:00"),
        ("4:30pm-6pm", "free MTWRF 16:30-18:00"),
        ("4:30-6 p.m. on weekdays", "free MTWRF 16:30-18:00"),
        ("1630-1800", "free MTWRF 16:30-18:00"),
        ("16:30から18:00まで空いています", "free MTWRF 16:30-18:00"),
        ("Mon Wed 10:35-10:50", "free MW 10:35-10:50"),
        ("Mon, Wed and Friday 10:35-10:50", "free MWF 10:35-10:50"),
        ("10:35 to 10:50 on Mondays", "free M 10:35-10:50"),
        ("月水金 10:35-10:50", "free MWF 10:35-10:50"),
        ("月曜日・水曜日 10:35-10:50", "free MW 10:35-10:50"),
        ("月〜金 9-17", "free MTWRF 9:00-17:00"),
        ("Sat to Mon 9-10", "free MSU 9:00-10:00"),
        ("free Mon 10am-2", "free M 10:00-14:00"),
        ("noon-1pm weekdays", "free MTWRF 12:00-13:00"),
        ("9-5pm daily", "free MTWRFSU 9:00-17:00"),
        ("朝7時半〜8時", "free MTWRF 7:30-8:00"),
        ("水曜5限が空き", "free W 12:45-13:35"),
        ("period 5 free on Wednesdays", "free W 12:45-13:35"),
        ("Wednesday 5th period", "free W 12:45-13:35"),
        ("五限が空き", "free MTWRF 12:45-13:35"),
        ("火曜 5時間目 空きコマ", "free T 12:45-13:35"),
        ("火・木の3限は授業", "lesson TR 10:45-11:35"),
        ("月曜3限、水曜4限は授業", "lesson M 10:45-11:35 | lesson W 11:45-12:35"),
        ("月曜3限 水曜4限は授業", "lesson M 10:45-11:35 | lesson W 11:45-12:35"),
        ("授業: 月1限、火2限", "lesson M 8:45-9:35 | lesson T 9:45-10:35"),
        ("授業は月1限、火2限", "lesson M 8:45-9:35 | lesson T 9:45-10:35"),
        ("月曜3限は授業、4限は空き", "free M 11:45-12:35 | lesson M 10:45-11:35"),
        ("Tue period 3 lesson, Wed period 4 free", "free W 11:45-12:35 | lesson T 10:45-11:35"),
        ("3・4限は授業", "lesson MTWRF 10:45-11:35,11:45-12:35"),
        ("3、4限は授業", "lesson MTWRF 10:45-11:35,11:45-12:35"),
        ("月1〜3限は授業", "lesson M 8:45-9:35,9:45-10:35,10:45-11:35"),
        ("periods 3 and 4 on Monday", "free M 10:45-11:35,11:45-12:35"),
        ("毎日22時から7時は静かに", "quiet MTWRFSU 22:00-31:00"),
        ("quiet 22:00-7:00 every day", "quiet MTWRFSU 22:00-31:00"),
        ("quiet 22-7", "quiet MTWRFSU 22:00-31:00"),
        ("10-7am quiet", "quiet MTWRFSU 22:00-31:00"),
        ("夜10時から翌朝7時まで静かにしてください", "quiet MTWRFSU 22:00-31:00"),
        ("深夜0時から5時は静かに", "quiet MTWRFSU 0:00-5:00"),
        ("quiet 22:00-24:00", "quiet MTWRFSU 22:00-24:00"),
        ("22:00-0:00 quiet", "quiet MTWRFSU 22:00-24:00"),
        ("土日は静かに", "quiet SU 0:00-24:00"),
        ("weekends quiet", "quiet SU 0:00-24:00"),
        ("Sunday all day quiet", "quiet U 0:00-24:00"),
        ("quiet 0:00-24:00 on Sundays", "quiet U 0:00-24:00"),
        ("日曜は終日空き", "free U 0:00-24:00"),
        ("Mon 23:00-1:00", "free M 23:00-25:00"),
        ("quiet every day 22:00-24:00, 0:00-7:00", "quiet MTWRFSU 22:00-31:00"),
        ("quiet: Sat 0:00-9:00, Sun 0:00-10:00", "quiet S 0:00-9:00 | quiet U 0:00-10:00"),
        ("weekdays 10:35-10:50 and 16:30-18:00", "free MTWRF 10:35-10:50,16:30-18:00"),
        ("Mon, Wed 10:35-10:50, 16:30-18:00", "free MW 10:35-10:50,16:30-18:00"),
        ("平日16:30〜18:00、毎日22時から7時は静かに", "free MTWRF 16:30-18:00 | quiet MTWRFSU 22:00-31:00"),
        ("平日16:30〜18:00、22時から7時は静かに", "free MTWRF 16:30-18:00 | quiet MTWRFSU 22:00-31:00"),
        ("weekdays 16:30-18:00, quiet 22-7", "free MTWRF 16:30-18:00 | quiet MTWRFSU 22:00-31:00"),
        ("quiet 22-7, weekdays 16:30-18:00", "free MTWRF 16:30-18:00 | quiet MTWRFSU 22:00-31:00"),
        ("毎週水曜の5限が空きです。\r\n土日は静かに", "free W 12:45-13:35 | quiet SU 0:00-24:00"),
        ("Mon 9-10; Mon 9-10; Mon 9-10", "free M 9:00-10:00"),
        ("19時以降は静かに", "quiet MTWRFSU 19:00-24:00"),
        ("19:00以後", "free MTWRF 19:00-24:00"),
        ("19時から先", "free MTWRF 19:00-24:00"),
        ("土日は19時以降静かに", "quiet SU 19:00-24:00"),
        ("平日 16:30以降が空き", "free MTWRF 16:30-24:00"),
        ("7時まで静かに", "quiet MTWRFSU 0:00-7:00"),
        ("平日は7時まで静かに", "quiet MTWRF 0:00-7:00"),
        ("8時以前", "free MTWRF 0:00-8:00"),
        ("正午まで空き", "free MTWRF 0:00-12:00"),
        ("夜10時以降と朝7時までは静かに", "quiet MTWRFSU 22:00-31:00"),
        ("22時以降7時まで静かに", "quiet MTWRFSU 22:00-31:00"),
        ("午後7時半以降は静かに、平日16:30以降が空き", "free MTWRF 16:30-24:00 | quiet MTWRFSU 19:30-24:00"),
        ("quiet after 19:00", "quiet MTWRFSU 19:00-24:00"),
        ("quiet after 7 p.m. on weekends", "quiet SU 19:00-24:00"),
        ("after 7pm", "free MTWRF 19:00-24:00"),
        ("free after 5", "free MTWRF 17:00-24:00"),
        ("from 19:00 on Mondays", "free M 19:00-24:00"),
        ("from 9:00 to 10:00 on Mondays", "free M 9:00-10:00"),
        ("quiet from 7pm", "quiet MTWRFSU 19:00-24:00"),
        ("Mondays from 16:00 onwards", "free M 16:00-24:00"),
        ("月曜は19時から", "free M 19:00-24:00"),
        ("月曜19時〜", "free M 19:00-24:00"),
        ("平日は17時から空いています", "free MTWRF 17:00-24:00"),
        ("19時から静かに", "quiet MTWRFSU 19:00-24:00"),
        ("月曜は19時から、火曜は20時から", "free M 19:00-24:00 | free T 20:00-24:00"),
        ("from 19:00 on", "free MTWRF 19:00-24:00"),
        ("quiet from 19:00 on every day", "quiet MTWRFSU 19:00-24:00"),
        ("Mondays from 7pm on", "free M 19:00-24:00"),
        ("19:00 onwards quiet", "quiet MTWRFSU 19:00-24:00"),
        ("until 8:00", "free MTWRF 0:00-8:00"),
        ("quiet until 8:00 on weekdays", "quiet MTWRF 0:00-8:00"),
        ("before 8:00 on Mondays", "free M 0:00-8:00"),
        ("quiet before 8:00 and after 18:00", "quiet MTWRFSU 18:00-32:00"),
        ("free after 16:00 and before 18:00", "free MTWRF 16:00-18:00"),
        ("quiet after 22:00 until 7:00", "quiet MTWRFSU 22:00-31:00"),
        ("Mon after 16:00, Tue after 17:00", "free M 16:00-24:00 | free T 17:00-24:00"),
        ("16:30 until 18:00", "free MTWRF 16:30-18:00"),
        ("from 16:30 to 18:00 on weekdays", "free MTWRF 16:30-18:00"),
        ("月曜から金曜まで 16:30〜18:00", "free MTWRF 16:30-18:00"),
        ("月曜3限から5限まで授業", "lesson M 10:45-11:35,11:45-12:35,12:45-13:35"),
    ],
)
def test_it_is_understood(text: str, expected: str) -> None:
    assert shown(read(text)) == expected


@pytest.mark.parametrize(
    ("text", "code", "params"),
    [
        ("", "windows.empty", {}),
        ("、、; 。\n", "windows.empty", {}),
        ("\u200b\u202e", "windows.empty", {}),
        ("放課後", "windows.not_understood", {"words": "放課後", "part": "放課後"}),
        ("not free Mon 10-11", "windows.not_understood", {"words": "not free Mon 10-11", "part": "not"}),
        (
            "水曜は空いていない",
            "windows.not_understood",
            {"words": "水曜は空いていない", "part": "空いていない"},
        ),
        ("月曜3限は授業なし", "windows.not_understood", {"words": "月曜3限は授業なし", "part": "なし"}),
        ("10:00-11:00 Mon 12:00-13:00", "windows.not_understood", {}),
        ("Mon 5", "windows.not_understood", {"words": "Mon 5", "part": "Mon 5"}),
        ("月曜が空き", "windows.no_time", {"words": "月曜が空き"}),
        ("Monday", "windows.no_time", {"words": "Monday"}),
        ("Mon 16:30", "windows.no_end", {"words": "Mon 16:30"}),
        ("月曜0時から", "windows.no_end", {"words": "月曜0時から"}),
        ("Mon 16:30 until", "windows.no_end", {"words": "Mon 16:30 until"}),
        ("月曜9時から火曜10時", "windows.no_end", {}),
        ("24時以降は静かに", "windows.no_end", {"words": "24時以降は静かに"}),
        ("until 0:00", "windows.no_length", {"words": "until 0:00"}),
        ("after 25:00", "windows.no_such_time", {"words": "after 25:00", "time": "25:00"}),
        ("not after 19:00", "windows.not_understood", {"words": "not after 19:00", "part": "not"}),
        ("after school", "windows.not_understood", {"words": "after school", "part": "after"}),
        ("free after 9", "windows.not_understood", {"words": "free after 9"}),
        ("free until 5", "windows.not_understood", {"words": "free until 5"}),
        ("5限から空き", "windows.not_understood", {"words": "5限から空き"}),
        ("5限以降が空き", "windows.not_understood", {"words": "5限以降が空き"}),
        ("5限まで授業", "windows.not_understood", {"words": "5限まで授業"}),
        ("18:00-16:30", "windows.backwards", {"words": "18:00-16:30", "start": "18:00", "end": "16:30"}),
        ("10:00-10:00", "windows.no_length", {"words": "10:00-10:00"}),
        ("25:00-26:00", "windows.no_such_time", {"words": "25:00-26:00", "time": "25:00"}),
        ("24:30-25:00", "windows.no_such_time", {"words": "24:30-25:00", "time": "24:30"}),
        ("10:75-11:00", "windows.no_such_time", {"words": "10:75-11:00", "time": "10:75"}),
        ("Mon 30-31", "windows.no_such_time", {"words": "Mon 30-31", "time": "30"}),
        (
            "7限が空き",
            "windows.no_such_period",
            {"words": "7限が空き", "number": 7, "known": "1, 2, 3, 4, 5, 6"},
        ),
        ("22時から24時、0時から7時は静かに", "windows.which_kind", {"words": "22時から24時"}),
        ("Mon 10-11 free 12-13 lesson", "windows.which_kind", {"words": "Mon 10-11 free 12-13 lesson"}),
    ],
)
def test_it_is_not_understood_and_says_where(text: str, code: str, params: dict[str, str | int]) -> None:
    found = complaint(text)
    assert found.code == code
    assert params.items() <= found.params.items()


def quoted_times(lang: Lang) -> list[tuple[str, str]]:
    """Every example of windows in our own sentences, with its key."""
    keys = ["windows.hint", *(key for key in catalogue(lang).single if key.startswith("complaint.windows."))]
    found = []
    for key in sorted(keys):
        sentence = catalogue(lang).sentences.gettext(key)
        after = re.search(r"(?:例：|[Ff]or example:? )(?P<example>[^。“]+?)\.?(?:。|, or “.*|$)", sentence)
        loose = re.search(r"(?P<example>\d+:\d\d[–〜-]\d+:\d\d)", sentence)
        if match := after or loose:
            found.append((key, match["example"]))
    return found


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_example_we_give_is_understood(lang: Lang) -> None:
    examples = quoted_times(lang)
    for _, example in examples:
        read(example)
    needed = {"windows.hint", *(f"complaint.windows.{why}" for why in ("empty", "not_understood", "no_time", "no_end"))}
    assert needed <= {key for key, _ in examples}
    assert (
        shown(read(dict(examples)["windows.hint"]))
        == {
            "ja": "free MTWRF 16:30-18:00 | free W 12:45-13:35 | quiet MTWRFSU 19:00-31:00",
            "en": "free MTWRF 16:30-18:00 | quiet MTWRFSU 19:00-31:00",
        }[lang]
    )


@pytest.mark.parametrize("word", ["終日", "all day"])
def test_a_day_without_a_time_may_be_completed_as_the_complaint_says(word: str) -> None:
    lang: Lang = "ja" if word == "終日" else "en"
    assert word in catalogue(lang).sentences.gettext("complaint.windows.no_time")
    assert shown(read(f"Monday {word}")) == "free M 0:00-24:00"


def test_periods_need_the_schools_times() -> None:
    assert complaint("水曜5限が空き", ()) == Complaint("windows.no_periods", {"words": "水曜5限が空き", "number": 5})


def test_every_piece_that_is_wrong_is_named_and_no_window_comes_back() -> None:
    found = read_windows("Mon 9-10\n放課後; 10:00-10:00", PERIODS)
    assert [one.code for one in found if isinstance(one, Complaint)] == [
        "windows.not_understood",
        "windows.no_length",
    ]
    assert len(found) == 2


def test_long_and_many() -> None:
    assert complaint("x" * (LONGEST_TEXT + 1)).code == "windows.too_long"
    assert complaint("\n".join(f"daily {n}:10-{n}:20" for n in range(20))).code == "windows.too_many"
    quoted = complaint("unbelievable " * 20).params["words"]
    assert len(str(quoted)) == 60


def test_the_default_kind_is_the_callers() -> None:
    found = read_windows("Mon 9-10, Tue 9-10 free", PERIODS, default=WindowKind.LESSON)
    assert [window.kind for window in found if isinstance(window, Window)] == ["lesson", "free"]


def test_a_window_keeps_the_words_it_came_from() -> None:
    assert [window.words for window in read("Mon 9-10;  水曜５限が空き")] == ["Mon 9-10", "水曜5限が空き"]


def test_group_joins_overlaps_and_nights_but_not_whole_days() -> None:
    def quiet(day: int, start: int, end: int) -> Window:
        return Window(WindowKind.QUIET, day, start, end)

    windows = (quiet(4, 1200, 1440), quiet(4, 1300, 1440), quiet(5, 0, 1440), quiet(6, 0, 420))
    assert group(windows) == (
        Group(WindowKind.QUIET, (4,), ((1200, 1440),)),
        Group(WindowKind.QUIET, (5,), ((0, 1440),)),
        Group(WindowKind.QUIET, (6,), ((0, 420),)),
    )
    assert group(()) == ()


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 600), st.sampled_from(WindowKind)),
        max_size=12,
    )
)
def test_group_covers_the_same_minutes(drawn: list[tuple[int, int, int, WindowKind]]) -> None:
    windows = [Window(kind, day, start, min(start + length, 1440)) for day, start, length, kind in drawn]
    told = {
        (one.kind, (day * 1440 + minute) % 10080)
        for one in group(windows)
        for day in one.weekdays
        for start, end in one.spans
        for minute in range(start, end)
    }
    assert told == {
        (window.kind, window.weekday * 1440 + minute)
        for window in windows
        for minute in range(window.start, window.end)
    }


def clock(minutes: int, style: str) -> str:
    hour, minute = divmod(minutes, 60)
    if style == "ja":
        return f"{hour}時{minute}分"
    if style == "12":
        return f"{(hour + 11) % 12 + 1}:{minute:02}{'pm' if hour >= 12 else 'am'}"
    return f"{hour}:{minute:02}"


@given(
    st.integers(0, 6),
    st.integers(0, 1438),
    st.integers(1, 1439),
    st.sampled_from(["24", "12", "ja"]),
    st.sampled_from(WindowKind),
)
def test_whatever_is_written_plainly_is_read_back(
    day: int, start: int, length: int, style: str, kind: WindowKind
) -> None:
    end = min(start + length, 1439)
    japanese = {"free": "空き", "quiet": "静かに", "lesson": "授業"}[kind]
    span = (clock(start, style), clock(end, style))
    text = (
        f"{'月火水木金土日'[day]}曜 {span[0]}から{span[1]}は{japanese}"
        if style == "ja"
        else f"{kind} {('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')[day]} {span[0]}-{span[1]}"
    )
    (window,) = read(text)
    assert (window.kind, window.weekday, window.start, window.end) == (kind, day, start, end)


WORDS = st.sampled_from(
    re.split(
        " ",
        "Mon 水 土日 平日 every day 5限 period 3 - 〜 から to 10:35 4pm 午後4時半 22 時 限 , 、 ; 。 : "
        "静かに free 授業 は の 半 十 pm \n 99 以降 まで 以前 after before until from on onwards",
    )
)


@given(st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=20).map(" ".join), st.lists(WORDS).map("".join)))
def test_no_words_make_it_fail(text: str) -> None:
    found = read_windows(text, PERIODS)
    assert found
    assert len({type(one) for one in found}) == 1
