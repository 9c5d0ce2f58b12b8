"""A card as a Discord message, within Discord's limits whatever the card holds.

A message of words with buttons below is Discord's classic one. Where sections have buttons of their own, or the words
are too long for that, it is a layout (components v2). What can be pressed is never left out as long as there is any
room: where there are too many buttons they become choices of a list, with the same tokens. What words do not fit are
left out from the end, visibly, with a sentence where to read on.

Nothing sent here is remembered by the library: views are stopped, and presses are taken by their tokens (`pressing`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import discord

from bot.conversation.card import Button, Card, File, Form, Link, Section
from bot.conversation.texts import cut, line, plain, units
from bot.conversation.unit_pages import Page
from bot.domain.language import Lang
from bot.handlers.discord import limits
from bot.handlers.discord.attached import PICTURES, names
from bot.handlers.discord.markdown import NOTHING, escaped, linked, linked_within, page_parts
from bot.wording import Wording

OPENS = "?"
"""How the custom id of a button begins that opens a form; what follows is the form's token."""
PICKS = "pick:"
"""How the custom id of a list of acts begins; the values of its options are tokens."""
FEW = 5
"""So many buttons stay buttons where there is little room."""
LONGEST_HEADING = 200
_END = 10_000
"""Numbers of lists from here on are for what is pressed for the whole card."""
STYLES = {
    "plain": discord.ButtonStyle.secondary,
    "primary": discord.ButtonStyle.primary,
    "danger": discord.ButtonStyle.danger,
}
Item = discord.ui.Item[Any]
AnyView = discord.ui.View | discord.ui.LayoutView


@dataclass(frozen=True)
class Drawn:
    """A message: its words (none in a layout, which holds its own), what can be pressed, and its files.

    Its `files` become attachments by `attached.attachments`.
    """

    content: str | None
    view: AnyView | None
    files: tuple[File, ...] = ()

    @property
    def is_layout(self) -> bool:
        """Whether it is a layout: a message that is one stays one, whatever it is changed into."""
        return isinstance(self.view, discord.ui.LayoutView)


def drawn(card: Card, lang: Lang, *, page: Page | None = None, mark: int = 0, as_layout: bool = False) -> Drawn:
    """The card as a message.

    `mark` is the id of its first component, by which it is known again; what has none is then drawn as a layout.
    `as_layout`: to change a message that is a layout already.
    """
    card = _distinct(card)
    classic = None if as_layout else _classic(card, page, mark)
    return classic if classic is not None else _layout(card, lang, page, mark)


def opens(form: Form) -> Button:
    """The button that opens a form."""
    return Button(form.title, OPENS + form.action, "primary")


# ------------------------------------------------------------------ words


@dataclass(frozen=True)
class _Text:
    """A line or more as somebody wrote it, and the marks around it; or Markdown that is finished already."""

    raw: str
    before: str = ""
    after: str = ""
    ready: str | None = None

    def whole(self) -> str:
        if self.ready is not None:
            return self.ready
        return f"{self.before}{(escaped if self.after else linked)(self.raw)}{self.after}"

    def within(self, most: int) -> str:
        room = most - units(self.before) - units(self.after)
        return self.before + linked_within(self.raw, room) + self.after if room > 1 else ""


def _heading(title: str) -> Iterator[_Text]:
    if units(line(title)) > LONGEST_HEADING:
        yield _Text(line(title))
    elif line(title):
        yield _Text(line(title), before="### ")


def _section(section: Section) -> Iterator[_Text]:
    title = line(section.title)
    if title and units(title) <= LONGEST_HEADING:
        yield _Text(title, before="**", after="**")
    elif title:
        yield _Text(title)
    yield from _lines(section.lines)


def _lines(lines: Iterable[str]) -> Iterator[_Text]:
    for each in lines:
        if plain(each).strip():
            yield _Text(plain(each).strip("\n"))


def _head(card: Card, page: Page | None) -> list[_Text]:
    texts = [*_heading(card.title), *_lines(card.lines)]
    if page is not None:
        source = page.source[: 2 * limits.TEXT_IN_LAYOUT]
        texts += [_Text(part, ready=part) for part in page_parts(source, card.title)]
    return texts


def _bodies(card: Card, page: Page | None) -> list[Section]:
    """The card's sections; those of a page are the page itself."""
    return [] if page is not None else list(card.sections)


def _joined(texts: Iterable[_Text]) -> str:
    return "\n".join(each.whole() for each in texts).strip()


def _spaced(texts: Sequence[_Text]) -> list[_Text]:
    """With an empty line before."""
    if not texts:
        return []
    first = texts[0]
    return [replace(first, before=f"\n{first.before}"), *texts[1:]]


def _within(texts: Sequence[_Text], most: int) -> tuple[str, bool]:
    """As many of the texts as fit, and whether all did."""
    said = ""
    for text in texts:
        part = text.whole() if units(text.raw) <= most else None
        gap = "\n" if said else ""
        if part is not None and units(said) + units(gap) + units(part) <= most:
            said += gap + part
            continue
        said += gap + text.within(most - units(said) - units(gap)) if text.ready is None else ""
        return said.strip(), False
    return said.strip(), True


# ------------------------------------------------------------------ the classic message


def _classic(card: Card, page: Page | None, mark: int) -> Drawn | None:
    """None where that cannot show all of it."""
    if any(each.buttons for each in card.sections) or sum(map(len, card.lines)) > 2 * limits.CONTENT:
        return None
    rows = _rows(_pressed(card), card.links)
    if len(rows) > limits.ROWS or (mark and not rows):
        return None
    texts = _head(card, page)
    for body in _bodies(card, page):
        texts += _spaced(list(_section(body)))
    content = _joined(texts)
    if units(content) > limits.CONTENT:
        return None
    view = discord.ui.View(timeout=None) if rows else None
    for number, row in enumerate(rows):
        for item in row:
            item.row = number
            if view is not None:
                view.add_item(item)
    if rows and mark:
        _mark(rows[0][0], mark)
    return Drawn(content or ("" if card.files else NOTHING), _stopped(view), card.files)


# ------------------------------------------------------------------ the layout


def _layout(card: Card, lang: Lang, page: Page | None, mark: int) -> Drawn:
    head, bodies = _head(card, page), _bodies(card, page)
    pressed, media = _pressed(card), _media(card.files)
    for shape in _SHAPES if _may_fit(bodies, pressed) else ():
        items = [*_groups(head, bodies, shape, media, lang), *map(_row, _rows(pressed, card.links))]
        if _fits(items):
            return _laid_out(items, mark, card)
    return _laid_out(_packed(card, lang, page, head, bodies), mark, card)


def _laid_out(items: Sequence[Item], mark: int, card: Card) -> Drawn:
    view = discord.ui.LayoutView(timeout=None)
    items = items if any(map(_says, items)) else [discord.ui.TextDisplay(NOTHING), *items]
    if mark:
        _mark(items[0], mark)
    for item in items:
        view.add_item(item)
    return Drawn(None, _stopped(view), card.files)


@dataclass(frozen=True)
class _Shape:
    """How sections are set: with lines between them, and at most so many buttons each before they become a list."""

    has_lines: bool
    buttons: int


_SHAPES = (
    _Shape(has_lines=True, buttons=limits.OPTIONS),
    _Shape(has_lines=False, buttons=limits.OPTIONS),
    _Shape(False, 1),
)


def _may_fit(bodies: Sequence[Section], pressed: Sequence[Button]) -> bool:
    """Whether there is any hope of showing sections with their own buttons."""
    return len([each for each in bodies if each.buttons]) * 3 + len(pressed) <= limits.COMPONENTS


def _groups(
    head: Sequence[_Text], bodies: Sequence[Section], shape: _Shape, media: Sequence[Item], lang: Lang
) -> list[Item]:
    """Head and sections, each with its buttons; words without buttons stand together."""
    items: list[Item] = []
    texts, pictures = list(head), list(media)
    for number, body in enumerate(bodies):
        said = list(_section(body))
        if not body.buttons:
            texts += _spaced(said)
            continue
        items += [*_display(texts), *pictures]
        texts, pictures = [], []
        if shape.has_lines and items:
            items.append(discord.ui.Separator())
        if len(body.buttons) == 1 and said:
            items.append(discord.ui.Section(_joined(said) or NOTHING, accessory=_button(body.buttons[0])))
        elif len(body.buttons) <= shape.buttons:
            items += [*_display(said), *map(_row, _rows(body.buttons, ()))]
        else:
            items += [*_display(said), *_lists(body.buttons, lang, limits.COMPONENTS, first=limits.COMPONENTS * number)]
    return [*items, *_display(texts), *pictures]


def _packed(card: Card, lang: Lang, page: Page | None, head: Sequence[_Text], bodies: Sequence[Section]) -> list[Item]:
    """All words in one, and what could be pressed among them in lists."""
    texts = list(head)
    options: list[Button] = []
    for body in bodies:
        texts += _spaced(list(_section(body)))
        title = line(body.title)
        options += [replace(each, label=f"{title}: {each.label}" if title else each.label) for each in body.buttons]
    media, pressed = _media(card.files), _pressed(card)
    note: discord.ui.TextDisplay[Any] = discord.ui.TextDisplay(_note(card, page, lang))
    end = list(map(_row, _rows(pressed, card.links)))
    if len(pressed) > FEW and _count(end) > limits.COMPONENTS // 4:
        end = _lists(pressed, lang, (limits.COMPONENTS // 2 - 6) // 2, first=_END)
        end += map(_row, _rows((), card.links))
    free = limits.COMPONENTS - _count(media) - _count(end) - 2
    lists = _lists(options, lang, max(free // 2, 0))
    said, is_whole = _within(texts, limits.TEXT_IN_LAYOUT - units(note.content))
    listed = sum(map(_listed, (*lists, *end)))
    is_whole = is_whole and listed >= len(options) + (len(pressed) if any(map(_listed, end)) else 0)
    shown: list[Item] = [discord.ui.TextDisplay(said)] if said else []
    return [*shown, *media, *lists, *([] if is_whole else [note]), *end]


def _lists(buttons: Sequence[Button], lang: Lang, most: int, *, first: int = 0) -> list[Item]:
    """The buttons as choices of so many lists at most."""
    said = cut(Wording(lang).say("discord.pick"), limits.PLACEHOLDER)
    rows: list[Item] = []
    for at in range(0, len(buttons), limits.OPTIONS):
        if len(rows) == most:
            break
        options = [
            discord.SelectOption(label=_label(each.label, limits.OPTION), value=each.action)
            for each in buttons[at : at + limits.OPTIONS]
        ]
        several: discord.ui.Select[Any] = discord.ui.Select(
            custom_id=f"{PICKS}{first + len(rows)}", placeholder=said, options=options
        )
        rows.append(discord.ui.ActionRow(several))
    return rows


def _fits(items: Sequence[Item]) -> bool:
    return _count(items) <= limits.COMPONENTS and _length(items) <= limits.TEXT_IN_LAYOUT


def _count(items: Iterable[Item]) -> int:
    return sum(1 + _count(_within_item(each)) for each in items)


def _within_item(item: Item) -> list[Item]:
    inner = list(item.walk_children()) if isinstance(item, discord.ui.ActionRow | discord.ui.Section) else []
    return [each for each in inner if each is not item]


def _length(items: Iterable[Item]) -> int:
    texts = (each for item in items for each in (item, *_within_item(item)))
    return sum(units(each.content) for each in texts if isinstance(each, discord.ui.TextDisplay))


def _says(item: Item) -> bool:
    return not isinstance(item, discord.ui.ActionRow | discord.ui.Separator)


def _listed(row: Item) -> int:
    """How many choices stand in a row's list."""
    return sum(len(each.options) for each in _within_item(row) if isinstance(each, discord.ui.Select))


def _note(card: Card, page: Page | None, lang: Lang) -> str:
    """That there is more, and where to read on."""
    say = Wording(lang).say
    links = _openable(card.links)
    if page is not None and _is_address(page.url):
        return f"{escaped(say('shown.more_at'))} {linked(page.url)}"
    if links:
        return escaped(say("shown.more_behind", label=_label(links[0].label, limits.BUTTON)))
    return escaped(say("shown.more"))


# ------------------------------------------------------------------ pieces


def _display(texts: Sequence[_Text]) -> list[Item]:
    said = _joined(texts)
    return [discord.ui.TextDisplay(said)] if said else []


def _media(files: Sequence[File]) -> list[Item]:
    """Pictures in a gallery, other files one by one."""
    found: list[Item] = []
    pictures: list[discord.MediaGalleryItem] = []
    for name, file in zip(names(files), files, strict=False):
        if file.media_type in PICTURES:
            alt = cut(line(file.alt), limits.PICTURE_ALT) or None
            pictures.append(discord.MediaGalleryItem(f"attachment://{name}", description=alt))
        else:
            found.append(discord.ui.File(f"attachment://{name}"))
    return [*([discord.ui.MediaGallery(*pictures)] if pictures else []), *found]


def _pressed(card: Card) -> list[Button]:
    """What can be pressed for the whole card: its buttons, its form, and what leaves it where that is an act."""
    buttons = list(card.buttons)
    if card.form is not None:
        buttons.append(opens(card.form))
        if card.form.cancel and card.form.cancel_action:
            buttons.append(Button(card.form.cancel, card.form.cancel_action))
    return _unique(buttons)


def _unique(buttons: Iterable[Button]) -> list[Button]:
    """Each act once: in a message no two things may have the same id."""
    found: dict[str, Button] = {}
    for each in buttons:
        found.setdefault(each.action, each)
    return list(found.values())


def _distinct(card: Card) -> Card:
    """The card with each act once in all of it; what is meant for the whole card comes first."""
    seen = {each.action for each in _pressed(card)}
    sections: list[Section] = []
    for section in card.sections:
        buttons = [each for each in _unique(section.buttons) if each.action not in seen]
        seen |= {each.action for each in buttons}
        sections.append(replace(section, buttons=tuple(buttons)))
    return replace(card, sections=tuple(sections))


def _rows(buttons: Sequence[Button], links: Sequence[Link]) -> list[list[Item]]:
    items: list[Item] = [*map(_button, buttons), *map(_link, _openable(links))]
    most = limits.BUTTONS_IN_A_ROW
    return [items[at : at + most] for at in range(0, len(items), most)]


def _row(items: Sequence[Item]) -> Item:
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
    for item in items:
        row.add_item(item)
    return row


def _button(button: Button) -> Item:
    return discord.ui.Button(
        label=_label(button.label, limits.BUTTON), custom_id=button.action, style=STYLES[button.style]
    )


def _link(link: Link) -> Item:
    return discord.ui.Button(label=_label(link.label, limits.BUTTON), url=link.url)


def _label(text: str, most: int) -> str:
    """Plain text of one line, for what is pressed."""
    return cut(line(text), most) or NOTHING


def _openable(links: Sequence[Link]) -> list[Link]:
    return [each for each in links if _is_address(each.url)][: limits.BUTTONS_IN_A_ROW]


def _is_address(url: str) -> bool:
    return url.startswith(("https://", "http://")) and units(url) <= limits.URL


def _mark(item: Item, mark: int) -> None:
    item.id = mark


def _stopped(view: Any) -> Any:
    """The library keeps no view that is stopped already. Outside of a running loop nothing can be sent, nor kept."""
    if view is not None:
        view.stop()
    return view
