"""The two languages, and texts that exist in both."""

from dataclasses import dataclass
from typing import Literal

Lang = Literal["ja", "en"]
LANGS: tuple[Lang, ...] = ("ja", "en")


@dataclass(frozen=True)
class Bilingual:
    """One text in Japanese and in English."""

    ja: str
    en: str

    def in_(self, lang: Lang) -> str:
        """The text in `lang`."""
        return self.ja if lang == "ja" else self.en
