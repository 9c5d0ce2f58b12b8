"""What a question says besides its topic: "who can teach …?", 「…が得意な先生は？」. Blanked before searching.

The expressions are matched on folded text, so katakana words stand here in hiragana.
"""

import re
from collections.abc import Iterator

from bot.expertise.text import Script, Text, Token, script

_PERSON = r"(?:先生方|先生|教員|教師|職員|同僚|担当者|専門家|経験者|達人|人|方|かた|ひと|せんせい|やつ)"
_ABLE = (
    r"(?:教えられ(?:る|ます)|教えて(?:くれる|くださる|下さる|もらえる|いただける|ほしい|欲しい|ください|下さい)?|教えるのが|教える"
    r"|おしえられる|おしえて(?:くれる|ください)?|おしえる|できる|出来る|でき|分かる|わかる|得意|とくい|上手|じょうず|うまい|巧い"
    r"|詳しい|詳し|くわしい|強い|慣れ(?:た|ている)|経験(?:の|が)(?:ある|あり|豊富な)|知って(?:いる|る)|担当(?:できる|している)"
    r"|手伝って(?:くれる|ほしい|欲しい|ください)?|助けて(?:くれる|ほしい|欲しい|ください)"
    r"|相談(?:できる|に乗って(?:くれる|ほしい)?|したい|させて)|見せて(?:くれる|ほしい|ください)"
    r"|見て(?:くれる|ほしい|ください)|作れる|つくれる|やってくれる|やっている|やったことのある)"
)
_JAPANESE = re.compile(
    "|".join(
        (
            rf"{_ABLE}な?の?{_PERSON}?",
            rf"(?<![\u3400-\u9fff]){_PERSON}(?=[はがをにって、。?!\s]|いま|いる|$)",
            r"誰か|だれか|誰|だれ|どなたか|どなた|どの(?:人|先生)|どういう人",
            r"いますか|いませんか|いらっしゃいますか|居ますか|いますでしょうか|いないでしょうか|いるか|ですか|でしょうか|ますか|ませんか",
            r"(?:に|を)?(?:聞けばいい|聞いたらいい|聞けば良い|頼めばいい|訊けばいい)(?:ですか)?",
            r"(?:を|が)?(?:知りたい|学びたい|習いたい|教わりたい|勉強したい|やってみたい|始めたい|使い始めたい|ほしい|欲しい)(?:です)?",
            r"教え方|おしえかた|やり方|やりかた|進め方|すすめかた|仕方|しかた|させ方|させかた|つくり方|作り方|使い方|方法|こつ|あいであ",
            r"について|に関して|に関する|のこと|とは|って何|紹介して(?:ください)?|探して(?:います|いる|る)?|お願いします|おねがい",
            r"困って(?:います|いる|る|ます)|悩んで(?:います|いる)|悩む|悩み|心配(?:です)?|不安(?:です)?|苦手(?:です)?|難しい(?:です)?",
            r"どう(?:すれば|したら)(?:いい|良い|よい)(?:ですか)?|何を(?:すれば|したら)いい|どうにかしたい|何とかしたい|なんとかしたい",
        )
    )
)

_ENGLISH = re.compile(
    r"\b(?:"
    + "|".join(
        (
            r"who(?:'s| is| are)?(?: here| in (?:our|this) school)? (?:can|could|would|will|might|may)",
            r"who (?:knows?|has|is|do i ask)(?: about| how to| to)?",
            r"whom? (?:should|can) i (?:ask|talk to|speak to)(?: about)?",
            r"(?:is there |are there )?(?:any|some)(?:one|body)(?: here)?(?: who)?(?: (?:can|could|knows?|is))?",
            r"(?:good|great|skilled|experienced|strong|confident) (?:at|with|in)",
            r"i(?:'m| am)? (?:would like|need|want|look(?:ing)?)(?: for| to)?|looking for",
            r"can you|could you|please|tell me|show me|recommend|how (?:to|do (?:i|we|you))",
            r"help(?: me| us)?(?: out)?(?: with)?|dealing with|deal with|struggling with",
            r"an? (?:expert|specialist|teacher|colleague|person) (?:in|for|of|on|who)|experts? (?:in|on)",
            r"advice (?:on|about)|learn(?:ing)? about|knows? (?:how to|about)",
        )
    )
    + r")\b"
)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


ENGLISH_STOPS = _set(
    "a an and are as at be been being by can could did do does doing for from get got had has have he her here him"
    " his how i if in into is it its me my of on or our please run running runs she should so some such than that the"
    " their them then there these they this those to too us use used uses using was we were what when where which who"
    " whom whose why will with would you your about any anyone anybody someone somebody more most much very well good"
    " best better make makes making"
)
"""English words that carry no topic. Kept as whole words, compared before stemming."""

PARTICLES = frozenset("のをがはにでともへやな、。")
"""What may stand around a Japanese word without being part of it."""

GENERIC = _set(
    "指導 授業 児童 生徒 子供 子ど ども 学習 教育 学校 先生 教師 教員 教え 活用 実践 研修 対応 支援 工夫"
    " 担当 基礎 学級 くら らす"
    " teach teacher lesson class classroom school pupil student child children kid learn learner educ support"
    " work train course basic practic lead plan prepar high junior primari secondari elementari"
)
"""Tokens that nearly every badge of a school has: they rank a little and prove nothing."""


def without_frames(text: Text) -> Text:
    """The question with its frame blanked, in both languages."""
    return text.without(_frames(text.folded))


def _frames(folded: str) -> Iterator[tuple[int, int]]:
    for pattern in (_JAPANESE, _ENGLISH):
        for match in pattern.finditer(folded):
            yield match.span()


def weight(token: Token, text: Text) -> float:
    """How much a token of a question says about its topic, 0 (nothing) to 1.

    Inflections and particles are hiragana; words are mostly kanji, katakana, or a hiragana run of some length.
    """
    shown = text.shown[token.start : token.end]
    scripts = {script(char) for char in shown}
    if Script.LATIN in scripts:
        if text.folded[token.start : token.end] in ENGLISH_STOPS or (len(shown) == 1 and not shown.isdigit()):
            return 0.0
        return 0.3 if token.key in GENERIC else 1.0
    if token.key in GENERIC:
        return 0.25
    if scripts == {Script.HIRAGANA}:
        return 0.4 if _run(text, token) >= 4 else 0.1
    return 0.5 if Script.HIRAGANA in scripts else 1.0


def _run(text: Text, token: Token) -> int:
    """Length of the hiragana run (as left by the frames) that the token stands in."""
    start, end = token.start, token.end
    while (
        start > 0
        and text.folded[start - 1] == text.shown[start - 1]
        and script(text.folded[start - 1]) is Script.HIRAGANA
    ):
        start -= 1
    while end < len(text.shown) and text.folded[end] == text.shown[end] and script(text.folded[end]) is Script.HIRAGANA:
        end += 1
    return end - start
