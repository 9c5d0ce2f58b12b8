"""What a window sends: words, presses, forms, reactions, what was read, the clock, the language. One function each.

Every act goes through the person's chair, as at the terminal; the answer is what the window must draw again.
"""

import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.conversation.acts.files import LONGEST_NAME, MOST_FILES
from bot.domain.foreign import MAX_BYTES, MAX_MEBIBYTES
from bot.domain.language import LANGS, Lang
from bot.errors import Problem
from bot.handlers.local import clockwords
from bot.handlers.local.adapter import Answered
from bot.handlers.local.brought import Uploaded
from bot.handlers.local.desk import Desk
from bot.handlers.local.inbound import commanded, slashed
from bot.handlers.local.languages import Languages
from bot.handlers.local.room import Room
from bot.handlers.local.room_types import User
from bot.handlers.local.text import one_line

LONGEST = 10_000
"""Characters of one message."""
MORNING = time(8, 10)
A_LITTLE = timedelta(minutes=10)
FIELDS = 20
TOKEN = 64
Body = Mapping[str, Any]
Told = dict[str, Any]
Act = Callable[[Desk, Body], Awaitable[Told]]


@dataclass(frozen=True)
class Acts:
    """`gap_of` is when Sukima next speaks to somebody by itself, `coming` when anything next happens; `advance` puts
    the clock forward to a moment."""

    room: Room
    languages: Languages
    advance: Callable[[datetime], Awaitable[None]]
    coming: Callable[[], Awaitable[datetime | None]]
    gap_of: Callable[[User], Awaitable[datetime | None]]

    def named(self, name: str) -> Act | None:
        """The act of this name."""
        known: dict[str, Act] = {
            "say": self.say,
            "press": self.press,
            "submit": self.submit,
            "react": self.react,
            "seen": self.seen,
            "clock": self.clock,
            "language": self.language,
        }
        return known.get(name)

    async def say(self, desk: Desk, body: Body) -> Told:
        """Words, or `/sukima …`. Raises `room.unknown_command`, `room.too_long`."""
        words = _text(body, "text")
        if len(words) > LONGEST:
            raise Problem("room.too_long", limit=LONGEST)
        if not words.strip():
            return {}
        command = commanded(words.strip())
        if command is not None:
            return await self._answered(desk, await desk.chair.command(command))
        other = None if words[0].isspace() else slashed(words)
        if other is not None:
            raise Problem("room.unknown_command", name=other[0])
        await desk.chair.say(words.strip(), token=_text(body, "token", "")[:TOKEN] or None)
        await self.languages.follow(desk.user)
        return {}

    async def bring(self, desk: Desk, body: Body) -> Told:
        """Files for Sukima alone, perhaps with words: what is refused stays where it was chosen and written.

        Raises `room.too_long`, `room.too_many_files`, `room.too_large_file`.
        """
        words, files = _text(body, "text"), body.get("files")
        if len(words) > LONGEST:
            raise Problem("room.too_long", limit=LONGEST)
        if not isinstance(files, list) or not files:
            raise Problem("room.bad_request")
        if len(files) > MOST_FILES:
            raise Problem("room.too_many_files", most=MOST_FILES)
        return await self._answered(desk, await desk.chair.bring(words, [_file(each) for each in files]))

    async def press(self, desk: Desk, body: Body) -> Told:
        """A button's token."""
        return await self._answered(desk, await desk.chair.press_action(_text(body, "action")))

    async def submit(self, desk: Desk, body: Body) -> Told:
        """A form's token with its values; what is refused comes back to be shown beside what was typed."""
        values = body.get("values")
        if not isinstance(values, Mapping) or len(values) > FIELDS:
            raise Problem("room.bad_request")
        typed = {str(name): str(value)[:LONGEST] for name, value in values.items()}
        return await self._answered(desk, await desk.chair.send(_text(body, "action"), typed))

    async def react(self, desk: Desk, body: Body) -> Told:
        """An emoji on, or off, a message that the person sees."""
        message = desk.message(_text(body, "message"))
        if body.get("on"):
            await desk.chair.react(message, _text(body, "emoji"))
        else:
            await desk.chair.unreact(message, _text(body, "emoji"))
        return {}

    async def seen(self, desk: Desk, body: Body) -> Told:
        """The person has read the place, or the thread, up to a mark."""
        mark = body.get("mark")
        if not isinstance(mark, int):
            raise Problem("room.bad_request")
        where = (desk.channel.key, desk.thread)
        unread = self.room.reading.unread(desk.user.workspace, desk.user.key)
        # A reaction moves the mark of every open window; where nothing was unread, there is nothing to write or tell.
        if any((each.channel, each.thread) == where for each in unread):
            upto = min(mark, self.room.reading.mark())
            self.room.mark_seen(desk.user.workspace, desk.channel.key, desk.user.key, upto, desk.thread)
        return {}

    async def clock(self, desk: Desk, body: Body) -> Told:
        """Put the clock forward. Raises `room.clock_…`, `room.nothing_coming`."""
        now, zone = self.room.now(), desk.zone
        await self.advance(await self._moment(desk.user, _text(body, "to"), _text(body, "at", ""), now, zone))
        return {}

    async def language(self, desk: Desk, body: Body) -> Told:
        """The person reads another language from now on."""
        await self.languages.choose(desk.user, _lang(_text(body, "lang")))
        return {}

    async def _moment(self, user: User, to: str, words: str, now: datetime, zone: ZoneInfo) -> datetime:
        match to:
            case "gap":
                # The one who looks at the clock waits for their own gap; without one, for whatever happens first.
                coming = await self.gap_of(user) or await self.coming()
                if coming is None:
                    raise Problem("room.nothing_coming")
                return max(coming + timedelta(seconds=1), now)
            case "little":
                return now + A_LITTLE
            case "tomorrow":
                following = now.astimezone(zone).date() + timedelta(days=1)
                return datetime.combine(following, MORNING, zone)
            case _:
                return clockwords.moment(words, now, zone)

    async def _answered(self, desk: Desk, answered: Answered) -> Told:
        await self.languages.follow(desk.user)
        told: Told = {"form": desk.form_of(ref.key for ref in answered.posted)}
        if answered.refused:
            told["refused"] = desk.refusal(answered.refused)
        return told


def _text(body: Body, name: str, default: str | None = None) -> str:
    value = body.get(name, default)
    if not isinstance(value, str):
        raise Problem("room.bad_request")
    return value


def _file(sent: object) -> Uploaded:
    """A file as a window sends it: its name, and its bytes in base64."""
    if not isinstance(sent, Mapping):
        raise Problem("room.bad_request")
    name = _text(sent, "name")
    try:
        data = base64.b64decode(_text(sent, "data"), validate=True)
    except ValueError:
        raise Problem("room.bad_request") from None
    if len(data) > MAX_BYTES:
        raise Problem("room.too_large_file", name=one_line(name)[:LONGEST_NAME], limit=MAX_MEBIBYTES)
    return Uploaded(name, data)


def _lang(text: str) -> Lang:
    for lang in LANGS:
        if lang == text:
            return lang
    raise Problem("room.bad_request")
