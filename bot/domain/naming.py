"""Whether words name a person: by the whole name, by a part of it, or by a short part that an honorific follows.

Names are kept as people wrote them, so that nobody knows which part is the family name, and not always where it ends.
"""

import re
import unicodedata
from itertools import chain

_LATIN = "a-z\u00df-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_WORD = re.compile(f"[{_LATIN}]+|[^\\W\\d_{_LATIN}]+")
_IS_LATIN = re.compile(f"[{_LATIN}]")
_KANA = re.compile("[ぁ-ゖー]+")
_GAPS = re.compile(r"[\s·・•‧∙⋅]+")
_HONORIFIC = (
    "(?:先生|せんせ|教諭|講師|校長|副校長|教頭|主幹|主任|教授|sensei|san"
    "|さん|さま|ちゃん|くん|様(?![子々式相態])|君|氏(?!名)|殿)"
)
_ENDS_IN_HONORIFIC = re.compile(f"{_HONORIFIC}+い?$")
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "sir", "sensei", "san"})
_KATAKANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_SHAPES = str.maketrans("髙﨑濵濱澤邊邉齋齊斉嶋嶌國廣眞瀨德惠櫻", "高崎浜浜沢辺辺斎斎斎島島国広真瀬徳恵桜")
"""Characters of family names that colleagues write in their common shape."""


def is_named(person: str, words: str) -> bool:
    """`person` is a whole name as it is kept. Widths, capitals, kana and what separates a name do not matter.

    A part of one character, or of two hiragana, is half of all words: it names somebody where an honorific follows.
    """
    parts = _parts(_folded(person))
    text = _folded(words)
    latin = [part for part in parts if _IS_LATIN.match(part)]
    others = [part for part in parts if part not in latin]
    whole = {"".join(parts), "".join(reversed(parts))} if len(parts) > 1 else set()
    named = {part for part in latin if len(part) > 1} | (set() if others else whole)
    if named.intersection(_WORD.findall(text)):
        return True
    closed = _GAPS.sub("", text)
    if others and any(name in closed for name in chain(whole, filter(_is_telling, others))):
        return True
    short = "|".join(map(re.escape, _addressed(others)))
    return bool(short) and re.search(f"(?:{short}){_HONORIFIC}", closed) is not None


def _folded(text: str) -> str:
    """The text as it is compared, without the marks that nobody sees."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_KATAKANA).translate(_SHAPES)
    return "".join(char for char in plain if unicodedata.category(char) != "Cf")


def _parts(name: str) -> list[str]:
    """The words of a name without what people put around it. Kanji and the kana after them are two."""
    words = [word for word in _WORD.findall(name) if word not in _TITLES]
    parts = list(filter(None, (_ENDS_IN_HONORIFIC.sub("", word) for word in words)))
    if len(parts) == 1 and (one := re.fullmatch("([^ぁ-ゖー]+)([ぁ-ゖー]{2,})", parts[0])):
        return list(one.groups())
    return parts


def _is_telling(part: str) -> bool:
    return len(part) > (2 if _KANA.fullmatch(part) else 1)


def _addressed(parts: list[str]) -> list[str]:
    """What names somebody with an honorific: short parts, and how a name that is written in one piece may begin."""
    short = [part for part in parts if not _is_telling(part) and not (len(part) == 1 and _KANA.fullmatch(part))]
    if len(parts) != 1 or _KANA.match(parts[0]):
        return short
    return [*short, *(parts[0][:end] for end in range(1, len(parts[0])))]
