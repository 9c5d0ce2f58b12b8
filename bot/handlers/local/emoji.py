"""Emoji as the room names them: 💮, `:white_flower:` and `white_flower` are one and the same.

Variation selectors and skin tones say how a reaction looks, not what it means, so they are dropped. An emoji that
has no name here is named by its own characters.
"""

import re
import unicodedata

_PICTURES = {
    "white_flower": "💮",
    "white_check_mark": "✅",
    "heavy_check_mark": "✔",
    "+1": "👍",
    "-1": "👎",
    "clap": "👏",
    "tada": "🎉",
    "heart": "❤",
    "pray": "🙏",
    "bow": "🙇",
    "raised_hands": "🙌",
    "eyes": "👀",
    "bulb": "💡",
    "star": "⭐",
    "sparkles": "✨",
    "smile": "😄",
    "cherry_blossom": "🌸",
    "thinking_face": "🤔",
    "100": "💯",
}
ENDORSING = ("white_flower", "white_check_mark")
"""What a rehearsal school endorses with; first in every picker."""
COMMON = (
    *("+1", "clap", "tada", "heart", "pray", "bow", "raised_hands", "eyes"),
    *("bulb", "star", "sparkles", "smile", "cherry_blossom", "thinking_face", "100"),
)
"""What chats use most."""
_DRAWINGS = {name: f"emoji_{name.replace('+', 'plus').replace('-', 'minus')}.svg" for name in _PICTURES}
_ALIASES = {"thumbsup": "+1", "thumbsdown": "-1", "thinking": "thinking_face"}
_NAMES = {picture: name for name, picture in _PICTURES.items()}
DRAWN = re.compile(f"(?:{'|'.join(map(re.escape, _NAMES))})\ufe0f?")
"""Emoji in a text that the room has its own drawings of."""
_DRESSING = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
_TONE_NAME = re.compile(r":*skin-tone-[1-6]:*", re.IGNORECASE)
_SHORTCODE = re.compile(r"[a-z0-9_+\-']+")
_IN_TEXT = re.compile(r":([a-z0-9_+\-]+):")
LONGEST = 60
"""Characters; longer than any emoji sequence or shortcode in use."""


def emoji_name(text: str) -> str | None:
    """The room's name of an emoji, or None when the text is none (words, markup, nothing)."""
    plain = _DRESSING.sub("", _TONE_NAME.sub("", text.strip()))
    if not plain or len(plain) > LONGEST:
        return None
    if plain in _NAMES:
        return _NAMES[plain]
    name = unicodedata.normalize("NFKC", plain).strip(":").lower()
    if _SHORTCODE.fullmatch(name):
        return _ALIASES.get(name, name)
    return plain if _is_picture(plain) else None


def emoji_picture(name: str) -> str:
    """How to show a name: its picture where it is known, else `:name:` or the characters themselves."""
    if name in _PICTURES:
        return _PICTURES[name]
    return f":{name}:" if _SHORTCODE.fullmatch(name) else name


def emoji_drawing(name: str) -> str:
    """The room's own drawing of a name, a static file; empty where there is none: then fonts must do."""
    return _DRAWINGS.get(name, "")


def drawing_of(picture: str) -> str:
    """The drawing of what `DRAWN` found."""
    return emoji_drawing(_NAMES[_DRESSING.sub("", picture)])


def with_pictures(text: str) -> str:
    """Text in which `:white_flower:` and the like are shown as pictures, as far as they are known."""
    return _IN_TEXT.sub(lambda match: _PICTURES.get(match[1], match[0]), text)


def _is_picture(text: str) -> bool:
    """Symbols, joined and marked as emoji sequences are; no letters, no spaces, no control characters."""
    return unicodedata.category(text[0]) in {"So", "Sk", "Sm", "Po", "Nd"} and all(
        unicodedata.category(character) in {"So", "Sk", "Sm", "Po", "Nd", "Me", "Mn"} or character == "\u200d"
        for character in text
    )
