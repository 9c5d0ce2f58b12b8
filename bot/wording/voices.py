"""Both languages' voices, for documents that speak both."""

from bot.domain.language import LANGS, Lang
from bot.wording.wording import Param, Wording


class Voices:
    """Implements the port `Phrases`."""

    def __init__(self) -> None:
        self._voices = {lang: Wording(lang) for lang in LANGS}

    def say(self, lang: Lang, key: str, **params: Param) -> str:
        """The sentence of `key` in `lang`."""
        return self._voices[lang].say(key, **params)
