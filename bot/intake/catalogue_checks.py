"""A unit's check question: one right choice out of several, or a text in one's own words."""

from collections.abc import Sequence
from enum import StrEnum

from bot.domain.catalogue import Check, ChoiceCheck, TextCheck
from bot.domain.language import LANGS, Bilingual, Lang
from bot.intake.document import Fields, Node, both_of, quote, shown, text_of

LONGEST_QUESTION = 400
LONGEST_CHOICE = 150
LONGEST_WHY = 600
MOST_CHOICES = 10
MOST_CHARS = 2000


class _CheckKind(StrEnum):
    CHOICE = "choice"
    TEXT = "text"


def read_check(fields: Fields, first_answer: int) -> Check | None:
    """The check; None where not even its kind can be told.

    `first_answer` is the number by which the format calls the first choice: 0 in YAML, 1 in a spreadsheet.
    """
    match fields.one_of("kind", _CheckKind):
        case _CheckKind.CHOICE:
            check: Check = _choice(fields, first_answer)
        case _CheckKind.TEXT:
            check = TextCheck(fields.both("q", LONGEST_QUESTION), fields.within("min_chars", 1, MOST_CHARS))
        case _:
            return None
    fields.finish()
    return check


def _choice(fields: Fields, first_answer: int) -> ChoiceCheck:
    question = fields.both("q", LONGEST_QUESTION)
    offered = fields.mapping("choices")
    choices = _choices(offered) if offered else ()
    why = fields.find("why")
    return ChoiceCheck(
        question,
        choices,
        _answer(fields, len(choices), first_answer),
        both_of(why, LONGEST_WHY, fields.report) if why else None,
    )


def _choices(fields: Fields) -> tuple[Bilingual, ...]:
    ja, en = (_choices_in(fields, lang) for lang in LANGS)
    fields.finish()
    if ja and en and len(ja) != len(en):
        fields.report.at(fields.node, "choices_differ", ja=len(ja), en=len(en))
    return tuple(Bilingual(*pair) for pair in zip(ja, en, strict=False))


def _choices_in(fields: Fields, lang: Lang) -> list[str]:
    found = fields.find(lang)
    if found is None:
        fields.lacks_language(lang)
        return []
    nodes = fields.nodes(lang)
    if isinstance(found.value, list) and not 2 <= len(nodes) <= MOST_CHOICES:
        code = "too_few_choices" if len(nodes) < 2 else "too_many_choices"
        fields.report.at(found, code, count=len(nodes), limit=MOST_CHOICES)
    return _different(nodes, fields)


def _different(nodes: Sequence[Node], fields: Fields) -> list[str]:
    texts: list[str] = []
    for node in nodes:
        text = text_of(node, LONGEST_CHOICE, fields.report)
        if text and text in texts:
            fields.report.at(node, "same_choice", text=quote(text))
        texts.append(text)
    return texts


def _answer(fields: Fields, count: int, first_answer: int) -> int:
    found = fields.number("answer")
    if found is None or not count:
        return 0
    number, node = found
    if not 0 <= number - first_answer < count:
        last = count - 1 + first_answer
        fields.report.at(node, "answer_out_of_range", answer=shown(number), first=first_answer, last=last)
    return number - first_answer
