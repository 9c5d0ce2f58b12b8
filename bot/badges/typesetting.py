"""Lines of a title: where a line may end in Japanese and in English, and which size fits a given space.

The rules for Japanese are the prohibitions of JIS X 4051 (kinsoku) with a preference for the ends of phrases.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.badges.fonts import ELLIPSIS, width

_NEVER_FIRST = frozenset(
    "、。，．・：；！？」』）】〕〉》〟’”ー々ゝゞヽヾぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
    "…‥〜～％℃゛゜,.:;!?)]}%°–-/"
)
_NEVER_LAST = frozenset("「『（【〔〈《〝‘“([{￥＄$#＃№")
_AFTER_IS_GOOD = frozenset("、。，．・：；！？」』）】〕〉》,;:!?)]}/-–")
_HONORIFIC = frozenset("おご")
# How much a line end may hurt: between words or phrases; inside a word made of parts; inside what no line is wide
# enough for, which a reader can put together again only there.
_GENTLE, _UGLY, _FORCED = 1.0, 2.0, 4.0
_SMALLER = (0.94, 0.88, 0.82)
"""Of the last size that was asked for: small letters are read sooner than a word that is cut in two or missing."""


@dataclass(frozen=True)
class Setting:
    """A text set in lines of one size (pixels)."""

    lines: tuple[str, ...]
    size: float


@dataclass(frozen=True)
class Try:
    """One way to set a text: at this size (pixels), in at most so many lines."""

    size: float
    lines: int


@lru_cache(maxsize=1024)
def fit(text: str, room: float, tries: tuple[Try, ...]) -> Setting:
    """The first of `tries` whose lines all fit `room` pixels, or a little smaller; else cut with an ellipsis.

    A smaller size is preferred to an ugly line end. A line ends inside a word only where the word is wider than any
    line. `text` is one that `fonts.drawable` returned.
    """
    if not text:
        return Setting((), tries[-1].size)
    last = tries[-1]
    smaller = tuple(Try(last.size * part, last.lines) for part in _SMALLER)
    for worst, attempts in ((_GENTLE, tries), (_UGLY, tries), (_UGLY, smaller), (_FORCED, (last, *smaller))):
        for attempt in attempts:
            if lines := set_lines(text, room / attempt.size, attempt.lines, worst):
                return Setting(lines, attempt.size)
    return Setting(_cut(text, room / last.size, last.lines), last.size)


def set_lines(text: str, room: float, most: int, worst: float) -> tuple[str, ...] | None:
    """The evenest lines, as few as possible and at most `most`, none wider than `room` (font sizes), or None.

    No line ends where it would hurt more than `worst`.
    """
    for count in range(1, most + 1):
        if width(text, 1) <= room * count and (lines := _best(text, room, count, worst)):
            return lines
    return None


def cost_of_break(before: str, after: str) -> float | None:
    """How much a line end between two characters hurts; None where it is forbidden."""
    if before == " ":
        return 0.0
    if after == " " or after in _NEVER_FIRST or before in _NEVER_LAST:
        return None
    if before in _AFTER_IS_GOOD:
        return 0.1
    return _cost_inside(_script(before), _script(after), before)


def _cost_inside(left: str, right: str, before: str) -> float | None:
    if left == right == "latin":
        return None
    if "latin" in (left, right):
        return 0.3
    if before == "を":  # the one kana that does nothing but end a phrase
        return 0.15
    if left == "hiragana":
        return 0.9 if right == "hiragana" or before in _HONORIFIC else 0.15
    if left == right == "katakana":
        return 2.0
    return 0.5 if right != "hiragana" else 1.2


def _script(char: str) -> str:
    if "ぁ" <= char <= "ゟ":
        return "hiragana"
    if "゠" <= char <= "ヿ":
        return "katakana"
    return "kanji" if char >= "⺀" else "latin"


def _best(text: str, room: float, count: int, worst: float) -> tuple[str, ...] | None:
    """Exactly `count` lines with the least unevenness and the least hurt."""
    ends = _ends(text, room, worst)
    ideal = width(text, 1) / count
    # best[i] is the cheapest way to set text[:i] in the lines so far: (cost, the positions of line ends)
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for _ in range(count):
        best = _one_line_more(text, room, ideal, ends, best)
    if len(text) not in best:
        return None
    stops = best[len(text)][1]
    return tuple(text[a:b].strip() for a, b in zip((0, *stops), stops, strict=False))


def _one_line_more(
    text: str,
    room: float,
    ideal: float,
    ends: Sequence[tuple[int, float]],
    best: dict[int, tuple[float, tuple[int, ...]]],
) -> dict[int, tuple[float, tuple[int, ...]]]:
    longer: dict[int, tuple[float, tuple[int, ...]]] = {}
    for start, (cost, stops) in best.items():
        for end, hurt in ends:
            if end <= start:
                continue
            line = width(text[start:end].strip(), 1)
            if line > room:
                break
            total = cost + hurt + 4 * ((line - ideal) / room) ** 2
            if end not in longer or total < longer[end][0]:
                longer[end] = (total, (*stops, end))
    return longer


def _ends(text: str, room: float, worst: float) -> list[tuple[int, float]]:
    """Where a line may end, each with its cost. What is whole and wider than `room` may end anywhere at worst."""
    costs = {at: cost_of_break(text[at - 1], text[at]) for at in range(1, len(text))}
    ends = [(at, cost) for at, cost in costs.items() if cost is not None and cost <= worst]
    if worst < _FORCED:
        return [*ends, (len(text), 0.0)]
    found: list[tuple[int, float]] = []
    start = 0
    for end, cost in (*ends, (len(text), 0.0)):
        if width(text[start:end].strip(), 1) > room:
            found += [(at, _FORCED) for at in range(start + 1, end) if text[at] != " "]
        found.append((end, cost))
        start = end
    return found


def _cut(text: str, room: float, most: int) -> tuple[str, ...]:
    """The longest beginning of `text` that fits with an ellipsis after it."""
    short, long = 0, len(text)
    while long - short > 1:
        middle = (short + long) // 2
        if set_lines(beginning(text, middle), room, most, _FORCED):
            short = middle
        else:
            long = middle
    return set_lines(beginning(text, end_of_word(text, short)), room, most, _FORCED) or (ELLIPSIS,)


def end_of_word(text: str, length: int) -> int:
    """`length`, or a little less where that would end inside a word of a language with spaces."""
    inside = 0 < length < len(text) and _script(text[length - 1]) == _script(text[length]) == "latin"
    space = text.rfind(" ", max(0, length - 12), length)
    return space if inside and space > 0 else length


def beginning(text: str, length: int) -> str:
    """So many characters of a text, and the ellipsis that says that there were more."""
    return text[:length].rstrip(" 、。・,.…") + ELLIPSIS
