"""What one window of the room shows: a person's place, perhaps a thread of it, and everything around.

Drawn whole when the window opens, and in pieces afterwards: what changed since the window's mark, as finished HTML.
"""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from bot.conversation.acts.files import MOST_FILES
from bot.conversation.card import Card
from bot.domain.foreign import MAX_BYTES, MAX_MEBIBYTES
from bot.errors import Problem
from bot.handlers.local.chairs import Chair, Chairs
from bot.handlers.local.emoji import COMMON, ENDORSING, emoji_drawing, emoji_picture
from bot.handlers.local.fragments import Fragments, ShownMessage, place_url
from bot.handlers.local.room_types import Channel, Message, User
from bot.handlers.local.text import harmless
from bot.pages import Pages
from bot.wording import Wording

SHOWN = 80
"""Messages that a window begins with, and that each look back adds."""
KEYS = (
    (("Enter",), "room.page.key_send"),
    (("Shift", "Enter"), "room.page.key_line"),
    (("/",), "room.page.key_slash"),
    (("Tab",), "room.page.key_tab"),
    (("↑", "↓"), "room.page.key_walk"),
    (("R",), "room.page.key_react"),
    (("T",), "room.page.key_thread"),
    (("Alt", "↑ / ↓"), "room.page.key_place"),
    (("Esc",), "room.page.key_escape"),
    (("Ctrl", "/"), "room.page.key_help"),
)
"""What keys do, for the page that lists them; the scripts do it."""
FILES = {"most_files": MOST_FILES, "most_bytes": MAX_BYTES, "most_mebibytes": MAX_MEBIBYTES}
"""What a composer says before it takes files."""
MUCH = 200
"""After so many changes a window is better opened anew."""


class Desk:
    """One person's view of one place. Raises `room.no_such_user`, `room.no_such_channel`, `room.no_such_message`."""

    def __init__(self, chairs: Chairs, pages: Pages, user: str, channel: str, thread: str | None = None) -> None:
        self.chair: Chair = chairs.of(user).within(channel, thread)
        self.user: User = self.chair.user
        self.channel: Channel = self.chair.channel
        self.thread = thread
        self.words = Wording(self.user.lang)
        self._chairs = chairs
        self._pages = pages
        self._room = chairs.room
        self._reading = chairs.room.reading
        users = chairs.users()
        self._users = users
        people = {each.key: each for each in (*users, *self._room.bots(self.user.workspace))}
        zone = ZoneInfo(chairs.space.zone)
        self.zone = zone
        self._show = Fragments(self.user, people, [each.key for each in users], zone)

    # ------------------------------------------------------------------ the whole window

    def page(self) -> dict[str, Any]:
        """Everything that `room.html` shows."""
        mark = self._reading.mark()
        where = (self.user.workspace, self.channel.key, self.user.key)
        stretch = self._reading.latest(*where, limit=SHOWN)
        seen = self._room.seen(*where)
        return {
            **self.frame(),
            "since": mark,
            "messages": self._show.messages(stretch.messages, self.channel, new_after=seen),
            "earlier": stretch.earlier,
            "thread": self.thread_view() if self.thread else None,
            "emoji": [(name, emoji_picture(name), emoji_drawing(name)) for name in (*ENDORSING, *COMMON)],
            "space": self._chairs.space.name.in_(self.user.lang),
            "keyboard": KEYS,
            **FILES,
        }

    def frame(self) -> dict[str, Any]:
        """What stands around the messages."""
        places = self.places()
        here = next(place for place in places if place.key == self.channel.key)
        now = self._room.now().astimezone(self.zone)
        waiting = frozenset(
            user.key
            for user in self._users
            if user.key != self.user.key and self._reading.unread(user.workspace, user.key)
        )
        return {
            "me": self._show.face(self.user.key),
            "here": here,
            "place_url": place_url(self.user.key, self.channel.key),
            "places": places,
            "unread": sum(place.unread for place in places if not place.here),
            "chairs": self._show.chairs(self._users, waiting, self.channel),
            "clock_day": self.words.day(now.date()),
            "clock_time": f"{now:%H:%M}",
            "clock_at": now.isoformat(timespec="seconds"),
            "clock_ahead": self._room.is_ahead(),
        }

    def places(self) -> tuple[Any, ...]:
        """The person's channels, and the direct conversation with Sukima."""
        own = self._room.direct_channel(self.user.workspace, self.user.key)
        unread = self._reading.unread(self.user.workspace, self.user.key)
        return self._show.places((own, *self._room.channels(self.user.workspace)), unread, self.channel.key)

    def thread_view(self) -> dict[str, Any]:
        """A thread: the message above it, and the replies."""
        found = self._thread_messages()
        return {
            "key": found[0].ref.key,
            "root": self._show.message(found[0], self.channel),
            "replies": self._show.messages(found[1:], self.channel),
        }

    def earlier(self, before: str) -> dict[str, Any]:
        """What was said before a message, as HTML."""
        where = (self.user.workspace, self.channel.key, self.user.key)
        stretch = self._reading.latest(*where, limit=SHOWN, before=before)
        shown = self._show.messages(stretch.messages, self.channel)
        return {"messages": [self._piece(each, "m") for each in shown], "earlier": stretch.earlier}

    # ------------------------------------------------------------------ pieces

    def changes(self, since: int) -> dict[str, Any]:
        """What the window must draw again after its mark."""
        mark = self._reading.mark()
        touched = self._reading.touched(self.user.workspace, self.channel.key, self.user.key, since)
        frame = self.frame()
        if len(touched) > MUCH:
            return {"mark": mark, "anew": True}
        return {
            "mark": mark,
            "lang": self.user.lang,
            "messages": [self._piece(each, "m") for each in self._shown(touched, None)],
            "replies": [self._piece(each, "t") for each in self._shown(touched, self.thread)] if self.thread else [],
            "places": self._html("room_places.html", **frame),
            "chairs": self._html("room_chairs.html", **frame),
            "clock": self._html("room_clock.html", **frame),
            "unread": frame["unread"],
        }

    def thread_html(self) -> str:
        """The thread as a pane."""
        return self._html("room_thread.html", thread=self.thread_view(), **self.frame(), **FILES)

    def form_of(self, keys: Iterable[str]) -> str | None:
        """The last of these messages that asks for nothing but a form: it is opened at once.

        Beside more to read or to press, or when it may be skipped, a form waits for its button: it would hide the rest.
        """
        found = [self._reading.message(self.user.workspace, self.channel.key, self.user.key, key) for key in keys]
        forms = [message.ref.key for message in found if message is not None and _only_asks(message.card)]
        return forms[-1] if forms else None

    def refusal(self, cards: Iterable[Card]) -> dict[str, Any]:
        """Why a form was not taken, in words; and the token of the form that asks again, if one does."""
        found = tuple(cards)
        asking = [card.form for card in found if card.form is not None]
        telling = [card for card in found if card.form is None] or found
        return {
            "words": "\n".join(harmless(line) for card in telling for line in card.lines[:1]),
            "action": asking[-1].action if asking else None,
        }

    def message(self, key: str) -> Message:
        """A message that the person sees. Raises `room.no_such_message`."""
        found = self._reading.message(self.user.workspace, self.channel.key, self.user.key, key)
        if found is None:
            raise Problem("room.no_such_message", number=key)
        return found

    # ------------------------------------------------------------------ inside

    def _shown(self, touched: Iterable[Message], thread: str | None) -> tuple[ShownMessage, ...]:
        """Those of the place itself, or of one thread with the message above it."""
        wanted = [each for each in touched if each.thread == thread or (thread is not None and each.ref.key == thread)]
        return tuple(self._show.message(each, self.channel) for each in wanted)

    def _thread_messages(self) -> tuple[Message, ...]:
        found = self._reading.thread(self.user.workspace, self.channel.key, self.user.key, self.thread or "")
        if not found or self.channel.direct_user is not None:
            raise Problem("room.no_such_message", number=self.thread or "")
        return found

    def _piece(self, shown: ShownMessage, pane: str) -> dict[str, Any]:
        """As the window draws it; without HTML what leaves its place: it was deleted and has no replies."""
        heads_thread = pane == "t" and shown.key == self.thread
        is_gone = shown.deleted and not shown.replies and not heads_thread
        html = "" if is_gone else self._html("room_message.html", message=shown, pane=pane, place_url=self._url())
        return {"id": f"{pane}-{shown.key}", "order": shown.order, "html": html, "mine": shown.mine}

    def _url(self) -> str:
        return place_url(self.user.key, self.channel.key)

    def _html(self, template: str, **context: object) -> str:
        return self._pages.html(template, lang=self.user.lang, **context)


def _only_asks(card: Card) -> bool:
    """Whether the card is a question that its form answers, and one that wants an answer."""
    return card.form is not None and not (card.sections or card.buttons or card.form.cancel_action)
