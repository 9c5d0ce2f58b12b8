"""What a story did and showed, in order: a line for every act and every message, for programs and for people."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.conversation.card import Card, Form
from bot.domain.language import LANGS, Bilingual
from bot.handlers.local.cardbox import buttons_of
from bot.handlers.local.room_types import Message, User
from bot.handlers.local.story_words import ACTS, LEGEND, NOTES, STAFF, TITLE, WHO_IS_WHO
from bot.wording import Wording

Line = dict[str, Any]
CLOCK = "clock"
PAGE_LINES = 4
ALT_CHARS = 160
"""So much of a unit's page, and of the words for a picture, is told where not all is."""
_WORDS = {"presses": "label", "reacts": "emoji", "takes off": "emoji"}
"""What the words of an act are called in its line, where they are no text."""
_MARKS = re.compile(r"([\\`*_<>\[\]])")


class Listed(Protocol):
    """Somebody who plays a part."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> Bilingual: ...


@dataclass
class Transcript:
    """Lines as they are written to `transcript.jsonl`."""

    lines: list[Line] = field(default_factory=list)

    def head(self, at: datetime, school: Bilingual, people: Collection[Listed]) -> None:
        """When and where it plays, and who is who."""
        who = [{"name": user.name, "ja": user.title.ja, "en": user.title.en} for user in people]
        self.lines.append({"at": _stamp(at), "school": {"ja": school.ja, "en": school.en}, "people": who})

    def chapter(self, at: datetime, title: Bilingual) -> None:
        self.lines.append({"at": _stamp(at), "chapter": {"ja": title.ja, "en": title.en}})

    def clock(self, since: datetime, until: datetime) -> None:
        """The clock moved; a move that follows a move is the same move."""
        last = self.lines[-1] if self.lines else {}
        if last.get("act") == CLOCK:
            last.update({"at": _stamp(until), "until": _stamp(until)})
        else:
            self.lines.append({"at": _stamp(until), "act": CLOCK, "since": _stamp(since), "until": _stamp(until)})

    def act(self, at: datetime, who: str, act: str, words: str, *, about: str = "") -> None:
        """Somebody did something: `act` is a key of `story_words.ACTS`, `about` what it was done to."""
        line = {"at": _stamp(at), "who": who, "act": act, _WORDS.get(act, "text"): words}
        self.lines.append(line | ({"about": about} if about else {}))

    def shown(self, at: datetime, reader: User | None, message: Message, former: str) -> None:
        """A message came, changed or went; without `reader` in the staff channel, for all. `former` is its title."""
        card = message.card
        self.lines.append(
            {
                "at": _stamp(at),
                "to": reader.name if reader else STAFF,
                "where": "direct" if reader and not message.ephemeral else "staff",
                "author": message.author,
                "message": message.ref.key,
                "title": card.title or former,
                "text": card.text(),
                "form": _form(card.form),
                "buttons": _buttons(card),
                "files": [{"name": file.name, "alt": file.alt} for file in message.attachments],
                "page": bool(message.page),
                "edited": message.edited and not message.deleted,
                "deleted": message.deleted,
                "only_you": message.ephemeral,
            }
        )


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _buttons(card: Card) -> list[str]:
    form = card.form
    of_form = [label for label in (form.submit, form.cancel) if label] if form else []
    of_links = [f"{link.label} ↗" for link in card.links]
    return [*of_form, *(button.label for button in buttons_of(card)), *of_links]


def _form(form: Form | None) -> Line | None:
    if form is None:
        return None
    fields = [{"label": each.label, "hint": each.hint, "value": each.value} for each in form.fields]
    return {"title": form.title, "fields": fields}


# ---------------------------------------------------------------- told to people


class Teller:
    """Tells a transcript in Markdown. `pictures` are the names of the badges that lie in `badges`.

    Each picture is shown once; of an edited message what changed; of a unit's page the beginning, but for the first
    in each language.
    """

    def __init__(self, pictures: Collection[str] = ()) -> None:
        self._pictures = set(pictures)
        self._former: dict[str, set[str]] = {}
        self._read_whole: set[bool] = set()
        self._day = ""

    def told(self, transcript: Transcript) -> str:
        return "\n\n".join(self._block(line) for line in transcript.lines) + "\n"

    def _block(self, line: Line) -> str:
        if "people" in line:
            self._day = line["at"][:10]
            return _head(line)
        if "chapter" in line:
            return self._chapter(line)
        if line.get("act") == CLOCK:
            return f"🕙 {_span(line['since'], line['until'])}"
        if "act" in line:
            return f"**{_time(line['at'])} {line['who']}** {ACTS[line['act']]} {_acted(line)}"
        return self._message(line)

    def _chapter(self, line: Line) -> str:
        at, title = datetime.fromisoformat(line["at"]), line["chapter"]
        if line["at"][:10] == self._day:
            return f"## {at:%H:%M} {title['ja']}\n\n*{title['en']}*"
        days = {lang: Wording(lang).day(at.date()) for lang in LANGS}
        return f"## {days['ja']} {at:%H:%M} {title['ja']}\n\n*{days['en']}: {title['en']}*"

    def _message(self, line: Line) -> str:
        notes = "".join(f" ({NOTES[note]})" for note in NOTES if line[note])
        said = [f"~~{plain(line['title'])}~~"] if line["deleted"] else self._changed(line, list(self._said(line)))
        return f"→ **{line['to']}**{notes}\n\n" + "  \n".join(f"> {part}" for part in said)

    def _changed(self, line: Line, said: list[str]) -> list[str]:
        """The lines of a message; of one that was told before only its first line and what is new."""
        former = self._former.get(line["message"], set())
        self._former[line["message"]] = set(said)
        return [part for place, part in enumerate(said) if place == 0 or part not in former]

    def _said(self, line: Line) -> Iterator[str]:
        first, *rest = [part for part in line["text"].splitlines() if part.strip()] or [""]
        if first:
            yield f"**{plain(first)}**" if rest and first == line["title"] else plain(first)
        yield from (plain(part) for part in (self._page(line["text"], rest) if line["page"] else rest))
        yield from (self._picture(file) for file in line["files"])
        yield from _fields(line)
        if line["buttons"]:
            yield " ".join(f"`[{label}]`" for label in line["buttons"])

    def _page(self, text: str, lines: list[str]) -> list[str]:
        japanese = bool(re.search("[ぁ-ん]", text))
        if japanese not in self._read_whole:
            self._read_whole.add(japanese)
            return lines
        return [*lines[:PAGE_LINES], "……" if japanese else "…"]

    def _picture(self, file: dict[str, str]) -> str:
        alt = plain(file["alt"])
        if file["name"] in self._pictures:
            self._pictures.remove(file["name"])
            return f"![{alt}](badges/{file['name']})"
        return f"🖼 {alt}" if len(alt) <= ALT_CHARS else f"🖼 {alt[:ALT_CHARS]}…"


def plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _MARKS.sub(r"\\\1", text)


def _head(line: Line) -> str:
    day = datetime.fromisoformat(line["at"]).date()
    days = {"ja": f"{day.year}年{Wording('ja').day(day)}", "en": f"{Wording('en').day(day)} {day.year}"}
    where = "  \n".join(f"{line['school'][lang]} · {days[lang]}" for lang in LANGS)
    who = "\n".join(f"- **{one['name']}** {one['ja']} · *{one['en']}*" for one in line["people"])
    heading = f"# {TITLE.ja}\n\n*{TITLE.en}*"
    legend = f"{LEGEND.ja}  \n{LEGEND.en}"
    return "\n\n".join((heading, where, legend, f"**{WHO_IS_WHO.ja} · {WHO_IS_WHO.en}**", who))


def _acted(line: Line) -> str:
    words = line[_WORDS.get(line["act"], "text")]
    told = f"`{words}`" if line["act"] in {"presses", "commands"} else plain(words)
    return told + (f" — {plain(line['about'])}" if "about" in line else "")


def _fields(line: Line) -> Iterator[str]:
    form = line["form"]
    if form is None:
        return
    if form["title"] != line["title"]:
        yield f"✍ **{plain(form['title'])}**"
    for each in form["fields"]:
        hint = f"（{plain(each['hint'])}）" if each["hint"] and each["hint"] not in line["text"] else ""
        yield f"✍ {plain(each['label'])}{hint} ＿＿＿＿"


def _time(stamp: str) -> str:
    return stamp[11:16]


def _span(since: str, until: str) -> str:
    if since[:10] == until[:10]:
        return f"{_time(since)} → {_time(until)}"
    return f"{since[5:10]} {_time(since)} → {until[5:10]} {_time(until)}"
