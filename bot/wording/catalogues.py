"""The gettext catalogues, read once: keys are msgids, the sentences of a language are its translations."""

from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.domain.language import Lang


@dataclass(frozen=True)
class Catalogue:
    """One language. `single` are the keys of plain sentences, `plural` those with forms for numbers."""

    single: frozenset[str]
    plural: frozenset[str]
    sentences: GNUTranslations


@cache
def catalogue(lang: Lang) -> Catalogue:
    """The catalogue that ships with this package. A broken one is an error at once, not a sentence gone missing."""
    source = files(__package__).joinpath(f"{lang}.po").read_bytes()
    messages = read_po(BytesIO(source), locale=lang, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    keyed = [message for message in messages if message.id]
    return Catalogue(
        single=frozenset(message.id for message in keyed if isinstance(message.id, str)),
        plural=frozenset(message.id[0] for message in keyed if not isinstance(message.id, str)),
        sentences=GNUTranslations(compiled),
    )
