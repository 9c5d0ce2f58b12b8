"""Why somebody is named: which badge, since when, endorsed by whom, and which words of the question it has."""

from dataclasses import dataclass
from datetime import date

from bot.domain.language import Bilingual
from bot.expertise import frames
from bot.expertise.index import Find, How, Index
from bot.expertise.query import Query
from bot.expertise.text import Script, Text, script, tokens

_TELLING = 0.5
"""The least weight of a word worth quoting."""


@dataclass(frozen=True)
class Matched:
    """A word of the question, and where the definition has it. `meaning` names the shared concept (How.THESAURUS)."""

    word: str
    how: How
    meaning: Bilingual | None = None


@dataclass(frozen=True)
class Reason:
    """Everything a person's place in the answer rests on: one badge and its evidence, nothing hidden."""

    definition: str
    awarded_on: date
    colleagues: int
    leaders: int
    matched: tuple[Matched, ...]


def explain(index: Index, question: Query, document: int) -> tuple[Matched, ...]:
    """Which words of the question a definition has, in the question's order; never empty for one that was found."""
    finds = list(index.finds(question.terms, document))
    words = _words(question, finds, _TELLING)
    meanings = [_meaning(index, question, find, finds) for find in _concepts(finds)]
    meant = [each for each in meanings if not _within(each, words)]
    # A scrap of a word that was found by its meaning explains nothing.
    said = meant + [each for each in words if not any(m[0] <= each[0] and each[1] <= m[1] for m in meant)]
    said = said or _words(question, finds, 0.0)
    placed = sorted(said, key=lambda each: each[:2])
    return tuple(dict.fromkeys(matched for _, _, matched in placed))


_Placed = tuple[int, int, Matched]


def _words(question: Query, finds: list[Find], telling: float) -> list[_Placed]:
    """Matched tokens joined to words, if one of them weighs `telling`; the weightiest says where the word was found."""
    of_key = {find.term.key: find for find in finds if find.term.concept is None}
    best: dict[int, Find] = {}
    quoted: set[int] = set()
    # A term is kept once, so every token of the question with its key is looked up here.
    for token in tokens(question.topic):
        find = of_key.get(token.key)
        weight = frames.weight(token, question.topic)
        if find is None or weight == 0:
            continue
        for at in range(token.start, token.end):
            best[at] = max(best.get(at, find), find, key=lambda each: each.score)
            if weight >= telling:
                quoted.add(at)
    words: list[_Placed] = []
    for run_start, run_end in _runs(sorted(best)):
        start, end = _trimmed(question.text, run_start, run_end)
        if quoted.intersection(range(start, end)):
            how = max((best[at] for at in range(start, end)), key=lambda each: each.score).how
            start, end = _whole(question, start, end)
            words.append((start, end, Matched(question.text.shown[start:end], how)))
    return words


def _whole(question: Query, start: int, end: int) -> tuple[int, int]:
    """The word that a match in the middle of it belongs to: bigrams meet where two words share a piece.

    A run of katakana is one word (プログラミング, though the badge says プログラム). A run of kanji may be
    several, most of them of two characters, so only a single one left over belongs to what was matched (不登校).
    """
    before = _run_length(question, start, -1)
    after = _run_length(question, end - 1, 1)
    return start - before, end + after


def _run_length(question: Query, edge: int, step: int) -> int:
    """How many characters beyond an edge are still of its word."""
    shown = question.text.shown
    kind = script(shown[edge])
    if kind not in (Script.HAN, Script.KATAKANA):
        return 0
    length = 0
    at = edge + step
    # What is blank in the topic is the question's frame, not what is asked about.
    while 0 <= at < len(shown) and script(shown[at]) is kind and not question.topic.folded[at].isspace():
        length += 1
        at += step
    return length if kind is Script.KATAKANA or length == 1 else 0


def _runs(places: list[int]) -> list[tuple[int, int]]:
    """Neighbouring places joined to [start, end)."""
    runs: list[tuple[int, int]] = []
    for at in places:
        if runs and runs[-1][1] == at:
            runs[-1] = (runs[-1][0], at + 1)
        else:
            runs.append((at, at + 1))
    return runs


def _trimmed(text: Text, start: int, end: int) -> tuple[int, int]:
    """A word in kanji or katakana without particles at its edges, or the tail of another word before it."""
    if any(script(char) in (Script.HAN, Script.KATAKANA) for char in text.shown[start:end]):
        while text.shown[start] in frames.PARTICLES:
            start += 1
        if start and script(text.shown[start - 1]) is Script.HIRAGANA:
            while script(text.shown[start]) is Script.HIRAGANA:  # 「ときの動き」 met 「…きの動き」: 「動き」
                start += 1
        while text.shown[end - 1] in frames.PARTICLES:
            end -= 1
    return start, end


def _concepts(finds: list[Find]) -> list[Find]:
    """The concepts found: those that were named, or the wider ones where nothing closer was found."""
    concepts = [find for find in finds if find.term.concept is not None]
    return [find for find in concepts if not find.term.implied] or concepts


def _meaning(index: Index, question: Query, find: Find, finds: list[Find]) -> _Placed:
    """A word found by its concept; if the definition has the very word too, that is said instead."""
    start, end = find.term.start, find.term.end
    word = question.text.shown[start:end]
    of_key = {each.term.key: each for each in finds}
    parts = [of_key.get(token.key) for token in tokens(question.topic) if start <= token.start and token.end <= end]
    same = [part for part in parts if part is not None]
    if same and len(same) == len(parts):
        return start, end, Matched(word, max(same, key=lambda each: each.score).how)
    return start, end, Matched(word, How.THESAURUS, index.thesaurus[str(find.term.concept)].label)


def _within(placed: _Placed, words: list[_Placed]) -> bool:
    """Whether the words themselves say it already: most of the place is matched word for word."""
    start, end, _ = placed
    met = {at for first, last, _ in words for at in range(max(start, first), min(end, last))}
    return len(met) * 2 >= end - start
