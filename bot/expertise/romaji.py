"""Japanese typed in Latin letters: "puroguramingu wo oshieru" becomes 「ぷろぐらみんぐをおしえる」."""

import re

_ROWS = {
    "": "あいうえお", "k": "かきくけこ", "s": "さしすせそ", "t": "たちつてと", "n": "なにぬねの", "h": "はひふへほ",
    "m": "まみむめも", "r": "らりるれろ", "g": "がぎぐげご", "z": "ざじずぜぞ", "d": "だぢづでど", "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
}  # fmt: skip
_IRREGULAR = {
    "ya": "や", "yu": "ゆ", "yo": "よ", "wa": "わ", "wo": "を",
    "shi": "し", "chi": "ち", "tsu": "つ", "fu": "ふ", "ji": "じ",
    "fa": "ふぁ", "fi": "ふぃ", "fe": "ふぇ", "fo": "ふぉ", "thi": "てぃ", "dhi": "でぃ", "she": "しぇ", "je": "じぇ",
    "che": "ちぇ", "we": "うぇ", "wi": "うぃ", "va": "ゔぁ", "vi": "ゔぃ", "ve": "ゔぇ", "vo": "ゔぉ", "-": "ー",
}  # fmt: skip
_GLIDES = {
    "ky": "き", "sh": "し", "sy": "し", "ch": "ち", "ty": "ち", "ny": "に", "hy": "ひ", "my": "み", "ry": "り",
    "gy": "ぎ", "j": "じ", "jy": "じ", "zy": "じ", "by": "び", "py": "ぴ",
}  # fmt: skip
_SYLLABLES = (
    {row + vowel: kana for row, line in _ROWS.items() for vowel, kana in zip("aiueo", line, strict=True)}
    | {
        glide + vowel: kana + small
        for glide, kana in _GLIDES.items()
        for vowel, small in zip("auo", "ゃゅょ", strict=True)
    }
    | _IRREGULAR
)
_MACRONS = str.maketrans(
    {"ā": "aa", "ī": "ii", "ū": "uu", "ē": "ee", "ō": "ou", "â": "aa", "î": "ii", "û": "uu", "ô": "ou"}
)
_WORD = re.compile(r"[a-z'’\-]+")

_LETTERS = re.compile(r"^[a-z'’\-\s?!.,āīūēōâîûô]+$")


def kana(text: str) -> str | None:
    """The text in hiragana, or None when any word of it cannot be romanised Japanese."""
    lowered = text.strip().lower()
    if not _LETTERS.match(lowered):
        return None
    words = _WORD.findall(lowered.translate(_MACRONS))
    parts = [_word(word) for word in words]
    if not parts or None in parts:
        return None
    return "".join(part for part in parts if part)


def _word(word: str) -> str | None:
    """One word, greedily, the longest syllable first."""
    out: list[str] = []
    at = 0
    while at < len(word):
        if word[at] in "'’":
            at += 1
            continue
        if word[at] == word[at + 1 : at + 2] and word[at] not in "aiueon":
            out.append("っ")
            at += 1
            continue
        syllable = next((word[at : at + size] for size in (3, 2, 1) if word[at : at + size] in _SYLLABLES), None)
        if syllable:
            out.append(_SYLLABLES[syllable])
            at += len(syllable)
        elif word[at] == "n" or (word[at] == "m" and word[at + 1 : at + 2] in "bp" and at + 1 < len(word)):
            out.append("ん")
            at += 1
        else:
            return None
    return "".join(out)
