"""A card as a Slack message: plain dicts, within Slack's limits whatever the card holds.

What can be pressed or filled in is never left out: it is given its place first, then words follow as far as there is
room. What does not fit is left out from the end, visibly, with a sentence where to read on. Dicts are 160 times cheaper
than the kit's own classes; tests hold them against Slack's limits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from bot.conversation.card import Button, Card, Field, Form, Link
from bot.conversation.texts import ELLIPSIS, cut, line, pieces, plain, units
from bot.conversation.unit_pages import Page
from bot.domain.language import Lang
from bot.handlers.slack import limits
from bot.handlers.slack.mrkdwn import escaped, escaped_within, formats, linked
from bot.handlers.slack.richtext import page_blocks
from bot.wording import Wording

Block = dict[str, Any]
Group = tuple[list[Block], list[Block]]
"""A section: its words, and its buttons."""

PRESS = "act"
"""How the ids of buttons begin; their value is an action token."""
SUBMIT = "submit"
"""How the id of the button begins that sends the fields of its own message."""
LINK = "link"
"""How the ids of buttons begin that only open an address: Slack tells of them, too."""
FOLDED = 500
"""Text that is longer Slack folds up, unless told not to."""
NOTHING = ELLIPSIS
"""For what may not be empty, and is."""


@dataclass(frozen=True)
class Shown:
    """A file of the card that Slack has, shown as a picture within the message."""

    file_id: str
    alt: str


@dataclass(frozen=True)
class Drawn:
    """A message: its blocks, and all that they say as one text, for notifications and screen readers."""

    text: str
    blocks: list[Block]


def drawn(
    card: Card,
    lang: Lang,
    *,
    page: Page | None = None,
    pictures: Sequence[Shown] = (),
    room: limits.Room = limits.MESSAGE,
) -> Drawn:
    """The card as a message. `pictures` are those of its files that Slack already has."""
    return Drawn(said(card), card_blocks(card, lang, page=page, pictures=pictures, room=room))


def said(card: Card) -> str:
    """All that the card says and asks, escaped, as the text of a message."""
    text = "\n".join((card.text(), *_asked(card))).strip()
    return escaped_within(text, limits.MESSAGE_TEXT) if text else NOTHING


def _asked(card: Card) -> Iterator[str]:
    """What its form says beside its fields, where the card itself does not."""
    if card.form is None:
        return
    known = set(map(line, card.text().split("\n")))
    parts = (card.form.title, *(part for field in card.form.fields for part in (field.label, field.hint)))
    for each in (each for part in parts for each in part.split("\n")):
        if line(each) and line(each) not in known:
            yield each


def card_blocks(
    card: Card,
    lang: Lang,
    *,
    page: Page | None = None,
    pictures: Sequence[Shown] = (),
    room: limits.Room = limits.MESSAGE,
    first: int = 0,
) -> list[Block]:
    """The card's blocks. Ids of buttons are counted from `first`, for views that hold several cards."""
    ids, note = count(first), _note(card, page, lang)
    opened = [_link(each, f"{LINK}{number}") for number, each in enumerate(_openable(card.links))]
    form = form_blocks(card.form, f"{PRESS}{next(ids)}", card.title) if card.form else []
    pressed = _most_pressed(card, room, beside=[*_rows(opened), *form, note])
    end = [*_rows([*(_button(each, f"{PRESS}{next(ids)}") for each in pressed), *opened]), *form]
    lines = _enough(card.lines, room)
    head = [[each] for each in (*_title(card.title), *map(_picture, pictures), *words(lines))]
    body: Iterator[Group]
    if page is not None:
        body = (([block], []) for block in page_blocks(page.source[: 4 * room.text], card.title))
    else:
        body = (
            (
                words(_enough(each.lines, room), each.title),
                [_button(one, f"{PRESS}{next(ids)}") for one in each.buttons],
            )
            for each in card.sections
        )
    return _within(room, head, body, end, note, left_out=len(pressed) < len(card.buttons))


def form_blocks(form: Form, leave: str, above: str) -> list[Block]:
    """A form's fields, and the buttons that send it or leave it; `leave` is the id of the latter.

    The form's title stands before them, unless it is what the card is called: `above`.
    """
    title = cut(line(form.title), limits.HEADER)
    heading = [] if line(form.title) == line(above) else words((), title)
    buttons = [_button(Button(form.submit, form.action, "primary"), f"{SUBMIT}0")]
    if form.cancel and form.cancel_action:
        buttons.append(_button(Button(form.cancel, form.cancel_action), leave))
    return [*heading, *map(field_block, form.fields), *_rows(buttons)]


def field_block(field: Field) -> Block:
    """One field, named by its block's id; what was typed is in `state.values` under it."""
    block: Block = {
        "type": "input",
        "block_id": field.name,
        "label": _text(field.label or field.name, limits.LABEL),
        "element": _choice(field) if _can_be_chosen(field) else _typed(field),
        "optional": field.optional,
    }
    if plain(field.hint).strip():
        hint = cut(plain(field.hint).strip(), limits.HINT)
        block["hint"] = {"type": "plain_text", "text": hint, "emoji": True}
    return block


def words(lines: Sequence[str], title: str = "") -> list[Block]:
    """Lines of text, with a title of their own in bold; as plain text where mrkdwn would format what was written."""
    texts = [each for each in lines if plain(each).strip()]
    heading = line(title)
    if formats("\n".join((heading, *texts))):
        whole = "\n".join((heading, *map(plain, texts))).strip("\n")
        return [_words("plain_text", piece) for piece in pieces(whole, limits.SECTION)]
    bold = [f"*{escaped(heading)}*"] if heading and units(escaped(heading)) <= limits.SECTION - 2 else []
    if heading and not bold:
        texts = [heading, *texts]
    return [_words("mrkdwn", piece) for piece in _marked(bold, texts)]


# ------------------------------------------------------------------ within the limits


def _within(
    room: limits.Room, head: list[list[Block]], body: Iterator[Group], end: list[Block], note: Block, *, left_out: bool
) -> list[Block]:
    """Head and body as far as there is room beside the end; with the note where something was left out."""
    groups: list[Group] = []
    close = [block for group in head for block in group]
    for group in body:
        groups.append(group)
        close += _close(group)
        if not _fits(room, [*close, *end]):
            break
    roomy = [*head, *([*texts, *_rows(buttons)] for texts, buttons in groups)]
    whole = [block for each in roomy for block in each]
    for blocks in (whole, close):
        if not left_out and _fits(room, [*blocks, *end]):
            return [*blocks, *end]
    kept: list[Block] = []
    for several in (*head, *map(_close, groups)):
        if _fits(room, [*kept, *several, note, *end]):
            kept += several
            continue
        for block in (each for each in several if each["type"] != "actions" and "accessory" not in each):
            if not _fits(room, [*kept, block, note, *end]):
                break
            kept.append(block)
        break
    return [*kept, note, *end]


def _enough(lines: Sequence[str], room: limits.Room) -> Sequence[str]:
    """The lines that could have room at all, and one more: nothing is written for nobody."""
    used = 0
    for number, each in enumerate(lines):
        used += len(each)
        if used > room.text:
            return (*lines[:number], each[: room.text + 1])
    return lines


def _close(group: Group) -> list[Block]:
    """A section in as few blocks as can be: its only button stands beside its words."""
    texts, buttons = group
    if len(buttons) == 1 and texts and texts[-1]["type"] == "section":
        return [*texts[:-1], {**texts[-1], "accessory": buttons[0]}]
    return [*texts, *_rows(buttons)]


def _fits(room: limits.Room, blocks: list[Block]) -> bool:
    return len(blocks) <= room.blocks and sum(map(weight, blocks)) <= room.text


def weight(block: Block) -> int:
    """What a block takes of all the text that a message may hold."""
    return limits.BLOCK_WEIGHS + sum(map(units, _texts_in(block)))


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _texts_in(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if isinstance(each, str):
                if name in {"text", "alt_text"}:
                    yield each
            elif name not in {"options", "option_groups", "initial_option"}:
                yield from _texts_in(each)


def _most_pressed(card: Card, room: limits.Room, beside: list[Block]) -> Sequence[Button]:
    """As many of the card's own buttons as may take half of the room, or what is left of it: more than any view has."""
    used, most = 0, min(room.text // 2, room.text - sum(map(weight, beside)))
    for number, button in enumerate(card.buttons):
        used += units(_text(button.label, limits.BUTTON)["text"]) + limits.BLOCK_WEIGHS // limits.BUTTONS_IN_A_ROW
        if used > most:
            return card.buttons[:number]
    return card.buttons


def _note(card: Card, page: Page | None, lang: Lang) -> Block:
    """That there is more, and where to read on."""
    say = Wording(lang).say
    links = _openable(card.links)
    if page is not None and _is_address(page.url):
        text = {"type": "mrkdwn", "text": f"{escaped(say('shown.more_at'))} <{escaped(page.url)}>", "verbatim": True}
    elif links:
        text = _text(say("shown.more_behind", label=links[0].label), limits.HINT)
    else:
        text = _text(say("shown.more"), limits.HINT)
    return {"type": "context", "elements": [text]}


# ------------------------------------------------------------------ pieces


def _title(title: str) -> list[Block]:
    text = line(title)
    if not text:
        return []
    if units(text) > limits.HEADER:
        return words((), text)
    return [{"type": "header", "text": {"type": "plain_text", "text": text, "emoji": True}}]


def _picture(shown: Shown) -> Block:
    return {
        "type": "image",
        "slack_file": {"id": shown.file_id},
        "alt_text": cut(line(shown.alt), limits.ALT) or NOTHING,
    }


def _rows(buttons: Sequence[Block]) -> list[Block]:
    """A few in a row, as phones show them; where there are very many, as many as a block takes."""
    most = limits.BUTTONS_IN_A_ROW if len(buttons) <= limits.BUTTONS else limits.BUTTONS
    return [{"type": "actions", "elements": list(buttons[at : at + most])} for at in range(0, len(buttons), most)]


def _button(button: Button, action_id: str) -> Block:
    block: Block = {
        "type": "button",
        "action_id": action_id,
        "text": _text(button.label, limits.BUTTON),
        "value": button.action,
    }
    return block if button.style == "plain" else {**block, "style": button.style}


def _link(link: Link, action_id: str) -> Block:
    return {"type": "button", "action_id": action_id, "text": _text(link.label, limits.BUTTON), "url": link.url}


def _openable(links: Sequence[Link]) -> list[Link]:
    return [each for each in links if _is_address(each.url)][: limits.BUTTONS]


def _is_address(url: str) -> bool:
    return url.startswith(("https://", "http://")) and units(url) <= limits.URL


def _words(kind: str, text: str) -> Block:
    shown: Block = {"type": kind, "text": text or NOTHING}
    shown |= {"emoji": True} if kind == "plain_text" else {"verbatim": True}
    block: Block = {"type": "section", "text": shown}
    return {**block, "expand": True} if units(text) > FOLDED else block


def _marked(bold: Sequence[str], texts: Sequence[str]) -> Iterator[str]:
    """Lines of mrkdwn in pieces; a line that is too long for one has no links, so that it can be parted anywhere."""
    piece = "\n".join(bold)
    for text in texts:
        shown = linked(text)
        parts = [shown] if units(shown) <= limits.SECTION else list(_parted(text))
        for part in parts:
            if piece and units(piece) + 1 + units(part) > limits.SECTION:
                yield piece
                piece = ""
            piece = f"{piece}\n{part}" if piece else part
    if piece:
        yield piece


def _parted(text: str) -> Iterator[str]:
    """A long text escaped in pieces: no character grows to more than five."""
    for piece in pieces(plain(text), limits.SECTION // 5):
        yield escaped(piece)


def _text(text: str, most: int) -> Block:
    """A plain text object of one line."""
    return {"type": "plain_text", "text": cut(line(text), most) or NOTHING, "emoji": True}


def _can_be_chosen(field: Field) -> bool:
    values = [value for value, _ in field.choices]
    fitting = all(0 < units(value) <= limits.OPTION_VALUE for value in values)
    return 0 < len(values) <= limits.OPTIONS * limits.GROUPS and fitting and len(set(values)) == len(values)


def _choice(field: Field) -> Block:
    options = [{"text": _text(label, limits.OPTION), "value": value} for value, label in field.choices]
    block: Block = {"type": "static_select", "action_id": field.name}
    if len(options) <= limits.OPTIONS:
        block["options"] = options
    else:
        parts = [options[at : at + limits.OPTIONS] for at in range(0, len(options), limits.OPTIONS)]
        block["option_groups"] = [{"label": _span(part), "options": part} for part in parts]
    chosen = [each for each in options if each["value"] == field.value]
    return {**block, "initial_option": chosen[0]} if chosen else block


def _span(options: Sequence[Block]) -> Block:
    """The first and the last of very many, as the name of their group."""
    most = (limits.OPTION - 3) // 2
    first, last = (cut(each["text"]["text"], most) for each in (options[0], options[-1]))
    return _text(f"{first} – {last}", limits.OPTION)


def _typed(field: Field) -> Block:
    most = max(1, min(field.max_chars, limits.INPUT))
    block: Block = {"type": "plain_text_input", "action_id": field.name, "max_length": most}
    if field.multiline:
        block["multiline"] = True
    value = plain(field.value)
    return {**block, "initial_value": cut(value, most)} if value else block
