"""Words of crisis. They are caught by rule, ahead of any search: a child in danger is not a search result.

Rather one answer too many with the school's own procedure than one too few; people who know the topic come after it.
The expressions are matched on folded text, so katakana words stand here in hiragana.
"""

import re
from enum import StrEnum

from bot.expertise.text import fold

CRISIS_CHARS = 40_000
"""What is read: the longest message of any platform, since the words may stand at its end."""


class Danger(StrEnum):
    """What somebody may be in danger of. The value is the concept of the thesaurus that helpers are found by."""

    LIFE = "suicide_prevention"
    ABUSE = "child_abuse"
    VIOLENCE = "bullying"


_ALONE = r"(?<![\u3041-\u30ff\u3400-\u9fff])"
_JAPANESE = {
    Danger.LIFE: (
        r"自殺|自死|自傷|希死念慮|首を吊|首つり|飛び降り(?:る|た|よう)|りすとかっと|りすか(?:を|し)",
        r"死に(?:たい(?!し)|たく(?:なっ|なる|て)|たがって)|死のうと|死んで(?:しまいたい|やる)",
        r"消え(?:て?しま)?い?たい|生きて?いたくな|生きるのが(?:つらい|辛い)|命(?:の危険|が危な)",
        rf"{_ALONE}(?:しにたい(?!し)|じさつ)",
    ),
    Danger.ABUSE: (
        r"虐待|ねぐれくと|児童相談所に通告|性被害|性暴力|性犯罪|わいせつ|痴漢|盗撮|家庭内暴力",
        rf"(?:親|父|母)(?:親|さん)?(?:に|から)(?:殴|叩|暴力)|{_ALONE}ぎゃくたい",
    ),
    Danger.VIOLENCE: (
        r"いじめ[^。?!]{0,12}(?:被害|危険|重大事態|助けて|けがをさせ|暴力|恐喝|殴)",
        r"殺され(?:る|そう|た)|殺して(?:やる|しまい)|殺すと|殴られて(?:いる|る)",
    ),
}
_ENGLISH = {
    Danger.LIFE: (
        r"suicid(?:e|es|al)|kill(?:s|ing)? (?:my|him|her|them)sel(?:f|ves)|want(?:s|ed|ing)? to die",
        r"end(?:ing)? (?:my|his|her|their) li(?:fe|ves)|self[- ]?harm(?:s|ed|ing)?",
        r"cut(?:s|ting)? (?:my|him|her|them)sel(?:f|ves)|shinitai|jisatsu",
    ),
    Danger.ABUSE: (
        # Abuse of drugs is a topic of health lessons.
        r"(?<!drug )(?<!substance )(?<!alcohol )abus(?:e|ed|es|ing|ive)|molest(?:ed|ing|ation)?|raped?",
        r"sexual(?:ly)? assault(?:ed)?|gyakutai",
    ),
    Danger.VIOLENCE: (
        r"bull(?:y|ied|ying)\b[^.?!]{0,40}\b(?:danger|violence|violent|unsafe|hurt|beaten|threat(?:s|ened)?)",
    ),
}
_PATTERNS = {
    danger: re.compile("|".join(_JAPANESE[danger]) + r"|\b(?:" + "|".join(_ENGLISH[danger]) + r")\b")
    for danger in Danger
}
_GAP = re.compile(r"(?<=[\u3041-\u30ff\u3400-\u9fff])\s+(?=[\u3041-\u30ff\u3400-\u9fff])")


def dangers_in(question: str) -> tuple[Danger, ...]:
    """The dangers that the words of a question speak of; empty when there are none."""
    folded = fold(question, CRISIS_CHARS).folded
    # Spaces between the characters hide nothing: Japanese is written without them.
    joined = _GAP.sub("", folded)
    return tuple(danger for danger, pattern in _PATTERNS.items() if pattern.search(folded) or pattern.search(joined))
