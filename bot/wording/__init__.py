"""Every sentence that a person reads, by language.

The sentences stand in `ja.po` and `en.po` under keys that say where they are used; `Wording` speaks one language.
"""

from bot.wording.voices import Voices
from bot.wording.wording import Param, Unworded, Wording

__all__ = ["Param", "Unworded", "Voices", "Wording"]
