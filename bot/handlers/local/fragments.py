"""What the room's templates show: messages, places and people as finished facts, as one person may see them.

Names, times and colours are decided here, so that templates only set them; texts from people are made harmless here
and escaped there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.conversation.card import Button, Form, Link
from bot.domain.language import Lang
from bot.handlers.local.attachments import Size, picture_size
from bot.handlers.local.emoji import emoji_drawing, emoji_picture, with_pictures
from bot.handlers.local.room_types import SUKIMA, Attachment, Channel, Message, Unread, User
from bot.handlers.local.text import harmless, one_line
from bot.handlers.local.unit_page import Block, Span, drawn, linked, page_blocks
from bot.wording import Wording

HUES = 12
GROUPED = timedelta(minutes=5)
"""Messages of one person that follow each other so soon stand together."""
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What browsers show without running anything in it."""
LARGEST = Size(352, 256)
"""How large a picture stands in the log; pressed, it is shown in full."""


Line = tuple[Span, ...]


@dataclass(frozen=True)
class Face:
    """Somebody's name and avatar. `hue` is a number of the palette; None is Sukima, who has a mark."""

    key: str
    name: str
    title: str
    initials: str
    hue: int | None


@dataclass(frozen=True)
class ShownReaction:
    emoji: str
    picture: str
    drawing: str
    """The room's own drawing, a static file; empty where it has none."""
    count: int
    mine: bool
    people: str
    """Who reacted, in one sentence."""


@dataclass(frozen=True)
class ShownFile:
    url: str
    name: str
    alt: str
    is_picture: bool
    size: Size | None
    """How large a picture stands in the log, so that its place is kept before it has arrived; None: not known."""


@dataclass(frozen=True)
class ShownSection:
    title: Line
    lines: tuple[Line, ...]
    buttons: tuple[Button, ...]


@dataclass(frozen=True)
class ShownMessage:
    """A message as one person sees it. `order` grows along the channel; `follows`: it needs no head of its own."""

    key: str
    order: int
    author: Face
    mine: bool
    time: str
    at: str
    day: str
    day_words: str
    follows: bool
    title: Line
    lines: tuple[Line, ...]
    sections: tuple[ShownSection, ...]
    page: tuple[Block, ...]
    buttons: tuple[Button, ...]
    links: tuple[Link, ...]
    form: Form | None
    files: tuple[ShownFile, ...]
    reactions: tuple[ShownReaction, ...]
    can_react: bool
    can_reply: bool
    replies: int
    repliers: tuple[Face, ...]
    last_reply: str
    is_new: bool
    edited: bool
    deleted: bool
    ephemeral: bool


@dataclass(frozen=True)
class ShownPlace:
    """A channel in the list. `icon` is a picture of the pages'."""

    key: str
    name: str
    about: str
    direct: bool
    url: str
    here: bool
    unread: int


@dataclass(frozen=True)
class ShownChair:
    """Somebody whose chair one can sit on. `waiting`: something new is there for them."""

    face: Face
    url: str
    here: bool
    lang: Lang
    waiting: bool


def place_url(user: str, channel: str, thread: str | None = None) -> str:
    """The address of a place as somebody sees it."""
    return f"/room/as/{user}/{channel}" + (f"?thread={thread}" if thread else "")


class Fragments:
    """Shows one workspace to one person. `new_after` is the mark up to which the person has read the place."""

    def __init__(self, viewer: User, people: Mapping[str, User], seats: Sequence[str], zone: ZoneInfo) -> None:
        self._viewer = viewer
        self._people = people
        self._seats = {key: number for number, key in enumerate(seats)}
        self._zone = zone
        self._words = Wording(viewer.lang)

    # ------------------------------------------------------------------ messages

    def messages(
        self, messages: Iterable[Message], channel: Channel, *, new_after: int | None = None
    ) -> tuple[ShownMessage, ...]:
        """Messages in a row, each grouped with the one before it where that is by the same person a moment ago."""
        shown: list[ShownMessage] = []
        before: Message | None = None
        fresh_seen = new_after is None
        for message in messages:
            is_new = (
                not fresh_seen
                and new_after is not None
                and message.posted > new_after
                and message.author != self._viewer.key
                and not message.deleted
            )
            fresh_seen = fresh_seen or is_new
            shown.append(self.message(message, channel, before, is_new=is_new))
            before = message
        return tuple(shown)

    def message(
        self, message: Message, channel: Channel, before: Message | None = None, *, is_new: bool = False
    ) -> ShownMessage:
        """One message. `is_new`: the first that the person has not read."""
        card = message.card
        local = message.sent_at.astimezone(self._zone)
        standing = not message.deleted
        page = page_blocks(message.page)
        in_channel = channel.direct_user is None
        replies = message.replies
        return ShownMessage(
            key=message.ref.key,
            order=message.posted,
            author=self.face(message.author),
            mine=message.author == self._viewer.key,
            time=f"{local:%H:%M}",
            at=local.isoformat(timespec="minutes"),
            day=f"{local:%Y-%m-%d}",
            day_words=self._words.day(local.date()),
            follows=not is_new and before is not None and self._follows(before, message),
            title=drawn(one_line(with_pictures(card.title))),
            lines=tuple(_line(line) for line in card.lines),
            sections=()
            if page
            else tuple(
                ShownSection(drawn(one_line(with_pictures(each.title))), tuple(map(_line, each.lines)), each.buttons)
                for each in card.sections
            ),
            page=page,
            buttons=card.buttons,
            links=card.links,
            form=card.form,
            files=tuple(self._file(message, number, file) for number, file in enumerate(message.attachments)),
            reactions=self._reactions(message),
            can_react=standing and not message.ephemeral,
            can_reply=standing and in_channel and not message.ephemeral and message.thread is None,
            replies=replies.count if replies else 0,
            repliers=tuple(self.face(key) for key in replies.people[:4]) if replies else (),
            last_reply=self._when(replies.last_at) if replies else "",
            is_new=is_new,
            edited=message.edited and standing,
            deleted=message.deleted,
            ephemeral=message.ephemeral,
        )

    # ------------------------------------------------------------------ people and places

    def face(self, key: str) -> Face:
        """Somebody's name and avatar; of a person who is gone, the key."""
        user = self._people.get(key)
        name = one_line(user.name) if user else key
        title = one_line(user.title.in_(self._viewer.lang)) if user else ""
        hue = None if key == SUKIMA else self._seats.get(key, len(self._seats)) % HUES
        return Face(key, name, title, initials(name), hue)

    def places(self, channels: Iterable[Channel], unread: Iterable[Unread], here: str) -> tuple[ShownPlace, ...]:
        """The person's places with what is unread in each, its threads included."""
        counts: dict[str, int] = {}
        for each in unread:
            counts[each.channel] = counts.get(each.channel, 0) + each.count
        return tuple(
            ShownPlace(
                key=channel.key,
                name=self.place_name(channel),
                about=one_line(channel.about.in_(self._viewer.lang)),
                direct=channel.direct_user is not None,
                url=place_url(self._viewer.key, channel.key),
                here=channel.key == here,
                unread=counts.get(channel.key, 0),
            )
            for channel in channels
        )

    def place_name(self, channel: Channel) -> str:
        """What a place is called: a channel by its name, a direct conversation by whom it is with."""
        if channel.direct_user is not None:
            return self.face(SUKIMA).name
        return one_line(channel.name.in_(self._viewer.lang)) or channel.key

    def chairs(self, users: Iterable[User], waiting: frozenset[str], channel: Channel) -> tuple[ShownChair, ...]:
        """Everybody one can be. Another chair looks at the same channel, or at its own direct conversation."""
        return tuple(
            ShownChair(
                face=self.face(user.key),
                url=place_url(user.key, f"dm-{user.key}" if channel.direct_user else channel.key),
                here=user.key == self._viewer.key,
                lang=user.lang,
                waiting=user.key in waiting,
            )
            for user in users
        )

    # ------------------------------------------------------------------ inside

    def _follows(self, before: Message, message: Message) -> bool:
        same_day = before.sent_at.astimezone(self._zone).date() == message.sent_at.astimezone(self._zone).date()
        return (
            same_day
            and before.author == message.author
            and before.ephemeral == message.ephemeral
            and not before.deleted
            and message.sent_at - before.sent_at < GROUPED
        )

    def _when(self, moment: datetime) -> str:
        local = moment.astimezone(self._zone)
        return f"{self._words.day(local.date())} {local:%H:%M}"

    def _reactions(self, message: Message) -> tuple[ShownReaction, ...]:
        by_emoji: dict[str, list[str]] = {}
        for reaction in message.reactions:
            by_emoji.setdefault(reaction.emoji, []).append(reaction.user)
        return tuple(
            ShownReaction(
                emoji=emoji,
                picture=emoji_picture(emoji),
                drawing=emoji_drawing(emoji),
                count=len(users),
                mine=self._viewer.key in users,
                people=self._words.listed(self.face(key).name for key in users),
            )
            for emoji, users in by_emoji.items()
        )

    def _file(self, message: Message, number: int, file: Attachment) -> ShownFile:
        url = f"{place_url(self._viewer.key, message.ref.channel)}/files/{message.ref.key}/{number}"
        is_picture = file.media_type in PICTURES
        size = picture_size(file.path) if is_picture else None
        return ShownFile(url, one_line(file.name), one_line(file.alt), is_picture, size and size.within(LARGEST))


def initials(name: str) -> str:
    """Two letters of a name in Latin script, the first character of others."""
    words = name.split()
    if not words:
        return "?"
    if words[0][0].isascii():
        return "".join(word[0] for word in (words[0], *words[-1:][: len(words) - 1])).upper()
    return words[0][0]


def _line(text: str) -> Line:
    return linked(harmless(with_pictures(text)))
