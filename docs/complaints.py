"""Writes the list of what `sukima catalog check` may say into the authors' pages, from the sentences themselves.

Run `make docs` after a change of those sentences; a test compares them.
"""

from pathlib import Path

from bot.domain.language import LANGS, Lang
from bot.wording.catalogues import catalogue

HERE = Path(__file__).parent
BEGIN, END = "<!-- complaints: written by `make docs` -->", "<!-- end of complaints -->"
ABOUT = ("complaint.catalogue.", "complaint.key_taken")


def complaints(lang: Lang) -> str:
    """Every sentence about a catalogue, one a line, as it is said; `{…}` stands for what was found there."""
    said = catalogue(lang)
    keys = sorted(key for key in said.single if key.startswith(ABOUT))
    return "\n".join(f"- {said.sentences.gettext(key)}" for key in keys)


def page(lang: Lang) -> Path:
    return HERE / f"authors.{lang}.md"


def renewed(text: str, lang: Lang) -> str:
    """The page with the list of today."""
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{complaints(lang)}\n\n{END}{after}"


if __name__ == "__main__":
    for each in LANGS:
        page(each).write_text(renewed(page(each).read_text("utf-8"), each), "utf-8")
