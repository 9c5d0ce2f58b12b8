"""The words in which people tell their week, Japanese and English, as tokens.

Everything that carries meaning here has a token; small words that carry none (の, は, on, at) are passed
over; whatever is left is `Unknown`, so that nothing is guessed past a word that was not understood ("not").
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.spare import WindowKind


@dataclass(frozen=True)
class Days:
    weekdays: tuple[int, ...]


@dataclass(frozen=True)
class Clock:
    """A time of day. `half` is "am" or "pm" where it was said; `minutes` already counts it."""

    minutes: int
    half: str = ""


@dataclass(frozen=True)
class Number:
    """Digits alone: an hour beside a range mark, or a period beside another period."""

    value: int


@dataclass(frozen=True)
class Lesson:
    """The number of a period: 5限, period 5. `follows`: bare numbers may come after it (periods 3, 4)."""

    number: int
    follows: bool = False


@dataclass(frozen=True)
class To:
    """The mark of a range: –, 〜, から, to. `alone`: it may stand without a start (until)."""

    alone: bool = False


@dataclass(frozen=True)
class After:
    """From the time that comes next, to the end of the day unless an end follows: after, from.

    `behind`: the time stands before it (以降).
    """

    behind: bool = False


@dataclass(frozen=True)
class Before:
    """From the beginning of the day to the time that comes next: before. `behind` as for `After` (まで, 以前)."""

    behind: bool = False


@dataclass(frozen=True)
class AllDay:
    pass


@dataclass(frozen=True)
class Kind:
    """`heads` is true where a colon makes it the heading of all that follows ("quiet: …")."""

    kind: WindowKind
    heads: bool = False


@dataclass(frozen=True)
class NoSuchTime:
    words: str


@dataclass(frozen=True)
class Unknown:
    words: str


Token: TypeAlias = Days | Clock | Number | Lesson | To | After | Before | AllDay | Kind | NoSuchTime | Unknown

WEEK = tuple(range(7))
_WORKDAYS, _WEEKEND = (0, 1, 2, 3, 4), (5, 6)
_KANJI_DAYS = "月火水木金土日"
_ENGLISH_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_KANJI_DIGITS = {kanji: digit for digit, kanji in enumerate("〇一二三四五六七八九")}
_KANJI_NUMBER = re.compile(r"[〇一二三四五六七八九十]{1,3}(?=\s*(?:限|時|分|校時))")
_AFTERNOON = ("午後", "夕方", "夜", "昼")


def tokens(text: str) -> Iterator[Token]:
    """The tokens of NFKC-normalised text, in order. Never fails."""
    text = _KANJI_NUMBER.sub(lambda found: str(_kanji_number(found[0])), text)
    unknown = ""
    at = 0
    while at < len(text):
        found = _PATTERN.match(text, at)
        if found is None:
            unknown += text[at]
            at += 1
            continue
        if unknown:
            yield Unknown(unknown)
            unknown = ""
        at = found.end()
        name = found.lastgroup or ""
        if name in _READERS:
            yield _READERS[name](found[0].lower())
    if unknown:
        yield Unknown(unknown)


def _kanji_number(words: str) -> int:
    """Up to 99: 五, 十, 十二, 二十, 二十一; other strings digit by digit (二〇)."""
    if "十" not in words:
        return int("".join(str(_KANJI_DIGITS[kanji]) for kanji in words))
    tens, _, ones = words.partition("十")
    return 10 * _KANJI_DIGITS.get(tens, 1) + _KANJI_DIGITS.get(ones, 0)


def _numbers(words: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", words)]


def _clock(words: str) -> Clock | NoSuchTime:
    if words in ("正午", "noon"):
        return Clock(720, "pm")
    if words == "midnight":
        return Clock(0, "am")
    hour, minute = [*_numbers(words), 30 if "半" in words else 0][:2]
    half = _half_said(words, hour)
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return NoSuchTime(words.strip())
    return Clock(hour * 60 + minute, half)


def _half_said(words: str, hour: int) -> str:
    """Which half of the day was said. The evening's twelve (夜12時) is midnight; 深夜1時 is early."""
    if re.search(r"[ap]\.?m", words):
        return "pm" if re.search(r"p\.?m", words) else "am"
    if "深夜" in words or (words.startswith("夜") and hour in (0, 1, 2, 3, 12)):
        return "am" if hour in (0, 1, 2, 3, 4, 12) else "pm"
    if words.startswith(_AFTERNOON):
        return "am" if words.startswith("昼") and hour in (10, 11) else "pm"
    return "am" if words.startswith(("午前", "朝", "早朝")) else ""


def _compact(words: str) -> Clock | NoSuchTime:
    return _clock(f"{words[:2]}:{words[2:]}")


def _lesson(words: str) -> Lesson:
    return Lesson(_numbers(words)[0], follows=words.startswith("p"))


def _kanji_day(words: str) -> Days:
    return Days((_KANJI_DAYS.index(words[0]),))


def _english_day(words: str) -> Days:
    return Days((_ENGLISH_DAYS.index(words[:3]),))


def _kind(kind: WindowKind) -> Callable[[str], Token]:
    return lambda words: Kind(kind, heads=words.endswith(":"))


_HALF_JA = r"(?:午前|午後|早朝|朝|昼|夕方|深夜|夜)\s*の?\s*"
_HALF_EN = r"\s*[ap](?:\.m\.|m\b\.?)"
_TIME_EN = rf"(?:\d{{1,2}}(?:[:.]?\d{{2}})?(?:{_HALF_EN})?|noon\b)"
_RULES: tuple[tuple[str, str, Callable[[str], Token] | None], ...] = (
    ("everyday", r"毎日|全曜日|\bevery\s?day\b|\bdaily\b", lambda _: Days(WEEK)),
    ("workdays", r"平日|\b(?:week|work|working\s|school\s)days?\b", lambda _: Days(_WORKDAYS)),
    ("weekend", r"週末|\bweekends?\b", lambda _: Days(_WEEKEND)),
    ("allday", r"終日|[一1]日中|[丸まる]{1,2}[一1]日|\b(?:all|whole)[\s-]day\b", lambda _: AllDay()),
    ("lesson_ja", r"\d{1,2}\s*(?:限目?|時限目?|時間目|校時)", _lesson),
    ("lesson_en", r"\bp(?:eriods?|\.)?\s*\d{1,2}\b|\b\d{1,2}(?:st|nd|rd|th)\s+period\b", _lesson),
    ("clock_ja", rf"(?:{_HALF_JA})?\d{{1,2}}時(?:半|\s*\d{{1,2}}分)?", _clock),
    ("clock", rf"(?:{_HALF_JA})?\d{{1,2}}:\d{{2}}(?!\d)(?:{_HALF_EN})?", _clock),
    ("clock_en", rf"\d{{1,2}}(?:\.\d{{2}})?{_HALF_EN}", _clock),
    ("named", r"正午|\bnoon\b|\bmidnight\b", _clock),
    ("compact", r"(?<!\d)[0-2]\d[0-5]\d(?!\d)", _compact),
    ("number", r"(?<!\d)\d{1,2}(?!\d)", lambda words: Number(int(words))),
    ("quiet", r"(?:静か(?:に)?|お?やすみ|通知(?:なし|オフ|しない)|送らない)\s*:?", _kind(WindowKind.QUIET)),
    (
        "quiet_en",
        r"\b(?:quiet(?:\s+(?:hours|time))?|do\s+not\s+disturb|silent)\b\s*:?",
        _kind(WindowKind.QUIET),
    ),
    (
        "free",
        r"(?:空き(?:コマ|時間)?|空いて(?:いる|います|る|ます)|ひま|暇|[隙すきスキ]{1,2}間(?:時間)?)\s*:?",
        _kind(WindowKind.FREE),
    ),
    ("free_en", r"\b(?:free(?:\s+time)?|available|spare(?:\s+time)?)\b\s*:?", _kind(WindowKind.FREE)),
    ("busy", r"(?:授業|会議)(?:中|時間)?\s*:?", _kind(WindowKind.LESSON)),
    ("busy_en", r"\b(?:lessons?|class(?:es)?|teaching|meetings?)\b\s*:?", _kind(WindowKind.LESSON)),
    ("kanji_day", r"[月火水木金土日](?:曜日?)?", _kanji_day),
    (
        "english_day",
        r"\b(?:mon(?:days?)?|tue(?:s|sdays?)?|wed(?:nesdays?)?|thu(?:rs?|rsdays?)?|fri(?:days?)?|"
        r"sat(?:urdays?)?|sun(?:days?)?)\b\.?",
        _english_day,
    ),
    ("after_ja", r"以降|以後|から[先後]|より(?:後|あと)", lambda _: After(behind=True)),
    (
        "before_ja",
        r"以前|より(?:前|まえ)|(?<=[時分半午限目\dmM.])\s*まで|(?<=[時分半\d])前",
        lambda _: Before(behind=True),
    ),
    # "from" too: what is said after it tells whether there is an end.
    ("after", rf"\bafter\b(?=\s*{_TIME_EN})|\bfrom\b(?=\s+{_TIME_EN}(?!\w))", lambda _: After()),
    ("onwards", r"\bonwards?\b|\b(?:and|or)\s+later\b", lambda _: After(behind=True)),
    ("before", rf"\bbefore\b(?=\s*{_TIME_EN})", lambda _: Before()),
    ("earlier", r"\b(?:and|or)\s+earlier\b", lambda _: Before(behind=True)),
    ("until", r"\b(?:until|till)\b", lambda _: To(alone=True)),
    ("to", r"[-‐‑‒–—―−~〜∼ー]+|から|\bto\b", lambda _: To()),
    (
        "small",
        r"まで|です|(?:して|で)?(?:ください|下さい|ほしい|欲しい)|お願いします|して|だけ|祝日?|毎週|翌[日朝]?|[のはがをにもで]|と|"
        r"\b(?:on|at|from|and|the|in|during|for|is|are|i'm|i|am|my|please|only|every|each|between)\b|"
        r"[\s・&/:.()「」]",
        None,
    ),
)
_PATTERN = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern, _ in _RULES), re.IGNORECASE)
_READERS = {name: reader for name, _, reader in _RULES if reader is not None}
