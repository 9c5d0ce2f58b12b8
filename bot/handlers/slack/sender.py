"""How the relay shows things on Slack: the port `Sender` on the Web API.

A message carries the token of its promise as metadata, so that one in doubt is found again. Its files go first: into a
direct conversation as a message of their own, that they may be downloaded as they are; in a channel they are shown
within the message, for reactions belong to that one. Where a try broke off between the files and the message, the next
one finds the files and does not send them again.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from bot.conversation.card import Card, File
from bot.conversation.remembering import remember
from bot.conversation.unit_pages import Page, page_of
from bot.conversation.views import View
from bot.domain.language import Lang
from bot.handlers.slack import limits
from bot.handlers.slack.blocks import Drawn, Shown, drawn, said
from bot.handlers.slack.client import Calls, MissingScope, Refused
from bot.handlers.slack.files import Files
from bot.handlers.slack.installs import Install, Installs
from bot.handlers.slack.keys import PLATFORM, emoji_of, is_direct
from bot.handlers.slack.renewing import Renewing, metadata, payload_of
from bot.services.outsiders import WithOutsiders
from bot.services.ports import Live, MessageRef, RetryLater, Unsendable

PAGE = 200
"""Messages that are read at once."""
PAGES_BACK = 5
"""So many pages are looked through for a message in doubt where it is not known since when."""
PAGES_SINCE = 40
"""So many where it is known: more than anybody says while a house is down."""
CLOCKS_DIFFER = timedelta(minutes=10)
"""By so much Slack's clock and ours may differ."""
DELETED_AT_ONCE = 30
"""So many messages are taken away in one try; then others may send first."""
A_MOMENT = timedelta(seconds=5)
NOT_INSTALLED = timedelta(minutes=1)
SCOPE_MISSING = timedelta(minutes=10)
PICTURE_WAITS = (1.0, 2.0)
"""Seconds between the tries to show a picture that Slack has only just been given."""
UNFIT = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})
LESS = limits.Room(20, 4_000)
"""What a message holds that Slack found too long after all."""

Json = Mapping[str, Any]
log = structlog.get_logger(__name__)


class Draws(Protocol):
    """The default look of a view (`conversation.cards.Cards`)."""

    def draw(self, view: View, lang: Lang) -> Card: ...


IsPerson = Callable[[str, str], Awaitable[bool]]
"""Whether a user of a workspace is a person who belongs to it, or did: no bot, no stranger. Raises Unsendable where
Slack does not say who they are."""
HasOutsiders = Callable[[str, str], Awaitable[bool]]
"""Whether others than the school's people are in a workspace's channel."""


class SlackSender:
    """Sends, edits, reads back. Raises as `Calls` does; `RetryLater` also where the app is not installed (yet).

    In a channel that outsiders are in nothing is posted, and what stands there is only taken away: `WithOutsiders`.
    """

    def __init__(
        self, calls: Calls, installs: Installs, cards: Draws, is_person: IsPerson, has_outsiders: HasOutsiders
    ) -> None:
        self._calls = calls
        self._installs = installs
        self._cards = cards
        self._is_person = is_person
        self._has_outsiders = has_outsiders
        self._files = Files(calls)
        self._directs: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._shown: OrderedDict[tuple[str, str, str], tuple[Shown, ...]] = OrderedDict()
        self._renewing = Renewing(calls, self._files)
        self._sent: OrderedDict[str, tuple[tuple[str, str], ...]] = OrderedDict()
        """By token: the names and ids of files that were sent without their message."""

    async def send(
        self, workspace_key: str, to: str, view: View, *, direct: bool, token: str, lang: Lang, thread: str = ""
    ) -> MessageRef:
        """As the port says; with `thread` below another message."""
        home = await self._home(workspace_key)
        if not direct:
            await self._keep_from_outsiders(workspace_key, to)
        card, page = self._cards.draw(view, lang), page_of(view)
        channel = await self._channel(workspace_key, home.token, to, direct=direct)
        handed, shown = (card.files, ()) if direct else ((), card.files)
        ids = await self._bring(workspace_key, home.token, channel, handed, token, thread)
        pictures = await self._files.keep(workspace_key, home.token, shown)
        said = metadata(token, handed, ids)
        more = {"metadata": said, **({"thread_ts": thread} if thread else {})}
        ts, kept = await self._post(workspace_key, home.token, channel, card, lang, page, pictures, more)
        self._sent.pop(token, None)
        remember(self._shown, (workspace_key, channel, ts), tuple(kept))
        ref = MessageRef(PLATFORM, workspace_key, channel, ts)
        self._renewing.sent(ref, said)
        return ref

    async def edit(self, ref: MessageRef, view: View, *, lang: Lang) -> None:
        home = await self._home(ref.workspace_key)
        if not is_direct(ref.channel):
            await self._keep_from_outsiders(ref.workspace_key, ref.channel)
        pictures = await self._pictures(ref, home.token)
        card, page = self._cards.draw(view, lang), page_of(view)
        newer = await self._renewing.bring(ref, home.token, card.files, lang) if is_direct(ref.channel) else None
        more = {"metadata": newer.metadata} if newer is not None else {}
        for message in renditions(card, lang, page, pictures):
            said = {"text": message.text, "blocks": message.blocks, **more}
            try:
                await self._call(ref, home.token, "chat.update", ts=ref.key, **said)
            except Refused as refused:
                if refused.code not in UNFIT or not message.blocks:
                    raise
                log.warning("slack.message_unfit", code=refused.code, blocks=len(message.blocks))
            else:
                break
        if newer is not None:
            await self._renewing.renewed(ref, home.token, newer)

    async def delete(self, ref: MessageRef) -> None:
        home = await self._home(ref.workspace_key)
        pictures = await self._pictures(ref, home.token)
        if is_direct(ref.channel):
            await self._renewing.gone(ref, home.token)
        await self._call(ref, home.token, "chat.delete", ts=ref.key)
        await self._files.remove(ref.workspace_key, home.token, [each.file_id for each in pictures])

    async def clear(self, workspace_key: str, user_key: str) -> None:
        """As the port says. What is left after a while is left to the next try: `RetryLater`."""
        home = await self._home(workspace_key)
        try:
            channel = await self._channel(workspace_key, home.token, user_key, direct=True)
        except Unsendable:
            return
        deleted = 0
        async for message in self._own(workspace_key, home, channel):
            if deleted == DELETED_AT_ONCE:
                raise RetryLater(A_MOMENT)
            await self._take_away(workspace_key, home.token, channel, message)
            deleted += 1

    async def find(
        self,
        workspace_key: str,
        to: str,
        *,
        direct: bool,
        token: str,
        since: datetime | None = None,
        thread: str = "",
    ) -> MessageRef | None:
        """As the port says; what was sent of its files alone is remembered for `send`. With `thread`: below it."""
        home = await self._home(workspace_key)
        channel = await self._channel(workspace_key, home.token, to, direct=direct)
        own: list[Json] = []
        async for message in self._said_in(workspace_key, home.token, channel, thread, since):
            if not _is_own(message, home):
                continue
            if payload_of(message).get("token") == token:
                return MessageRef(PLATFORM, workspace_key, channel, str(message["ts"]))
            own.append(message)
        alone = _alone(own)
        if alone:
            remember(self._sent, token, tuple(alone))
        return None

    async def reactions(self, ref: MessageRef) -> Live | None:
        """As the port says. Whom Slack does not name keeps nobody else's from being read."""
        home = await self._installs.of(ref.workspace_key)
        if home is None:
            return None  # why was said once; here it would be said of every message
        try:
            answer = await self._call(ref, home.token, "reactions.get", timestamp=ref.key, full=True)
            return await self._by_people(ref.workspace_key, answer.get("message") or {})
        except (Refused, Unsendable, RetryLater) as error:
            log.info("slack.reactions_unread", workspace=ref.workspace_key, reason=type(error).__name__)
            return None

    # ------------------------------------------------------------------ posting

    async def _bring(
        self, workspace: str, token: str, channel: str, files: Sequence[File], promise: str, thread: str
    ) -> Sequence[str]:
        """The files go first: their ids. Those that a try before this one sent are not sent again."""
        sent = list(self._sent.get(promise, ()))
        there: list[tuple[str, str]] = []
        missing = []
        for file in files:
            found = next((each for each in sent if each[0] == file.name), None)
            if found is None:
                missing.append(file)
            else:
                sent.remove(found)
                there.append(found)
        ids = await self._files.share(workspace, token, channel, missing, thread)
        there += [(file.name, ids[number] if number < len(ids) else "") for number, file in enumerate(missing)]
        if there:
            remember(self._sent, promise, tuple(there))
        return [file_id for _, file_id in there if file_id]

    async def _post(
        self,
        workspace: str,
        token: str,
        channel: str,
        card: Card,
        lang: Lang,
        page: Page | None,
        pictures: Sequence[Shown],
        more: Json,
    ) -> tuple[str, Sequence[Shown]]:
        """Post in the first form that Slack takes: its key, and the pictures within."""
        waits = list(PICTURE_WAITS) if pictures else []
        forms = renditions(card, lang, page, pictures)
        message = forms.pop(0)
        while True:
            try:
                answer = await self._calls.post(
                    workspace,
                    token,
                    "chat.postMessage",
                    channel,
                    text=message.text,
                    blocks=message.blocks,
                    unfurl_links=False,
                    unfurl_media=False,
                    **more,
                )
                return str(answer["ts"]), pictures
            except MissingScope as missing:
                raise RetryLater(SCOPE_MISSING) from missing
            except Refused as refused:
                if refused.code not in UNFIT or not forms:
                    raise
                if waits:
                    await self._calls.rest(waits.pop(0))
                    continue
                log.warning("slack.message_unfit", code=refused.code, blocks=len(message.blocks))
                message, pictures = forms.pop(0), ()

    # ------------------------------------------------------------------ reading

    async def _own(self, workspace: str, home: Install, channel: str) -> AsyncIterator[Json]:
        """All that Sukima said in a direct conversation, answers below other messages too."""
        async for message in self._pages(workspace, home.token, "conversations.history", channel):
            if message.get("reply_count"):
                below = self._pages(workspace, home.token, "conversations.replies", channel, ts=message["ts"])
                try:
                    async for answer in below:
                        if _is_own(answer, home) and answer["ts"] != message["ts"]:
                            yield answer
                except Unsendable as gone:  # meanwhile somebody took the message away
                    log.info("slack.already_gone", code=str(gone))
            if _is_own(message, home):
                yield message

    async def _take_away(self, workspace: str, token: str, channel: str, message: Json) -> None:
        await self._files.remove(workspace, token, [str(file["id"]) for file in _files_of(message) if "id" in file])
        try:
            await self._calls.call(
                workspace, token, "chat.delete", place=channel, channel=channel, ts=str(message["ts"])
            )
        except Unsendable as gone:
            log.info("slack.already_gone", code=str(gone))

    async def _pictures(self, ref: MessageRef, token: str) -> Sequence[Shown]:
        """What a message in a channel shows, so that it goes on showing it."""
        place = (ref.workspace_key, ref.channel, ref.key)
        if is_direct(ref.channel):
            return ()
        if place not in self._shown:
            try:
                answer = await self._call(ref, token, "conversations.history", latest=ref.key, inclusive=True, limit=1)
            except Refused:
                return ()
            found = [each for each in answer.get("messages") or () if each.get("ts") == ref.key]
            remember(self._shown, place, tuple(_shown_in(found[0])) if found else ())
        return self._shown[place]

    def _said_in(
        self, workspace: str, token: str, channel: str, thread: str, since: datetime | None
    ) -> AsyncIterator[Json]:
        """What was said in a conversation, or below a message of it, since then."""
        most = PAGES_BACK if since is None else PAGES_SINCE
        values: dict[str, Any] = {"include_all_metadata": True}
        if since is not None:
            values["oldest"] = f"{(since - CLOCKS_DIFFER).timestamp():.6f}"
        if thread:
            return self._pages(workspace, token, "conversations.replies", channel, most, ts=thread, **values)
        return self._pages(workspace, token, "conversations.history", channel, most, **values)

    async def _pages(
        self, workspace: str, token: str, method: str, channel: str, most: int = 1000, **values: Any
    ) -> AsyncIterator[Json]:
        cursor = ""
        for _ in range(most):
            more = {"cursor": cursor} if cursor else {}
            answer = await self._calls.call(
                workspace, token, method, place=channel, channel=channel, limit=PAGE, **values, **more
            )
            for message in answer.get("messages") or ():
                yield message
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return

    async def _by_people(self, workspace: str, message: Json) -> Live | None:
        found: set[tuple[str, str]] = set()
        for reaction in message.get("reactions") or ():
            users = reaction.get("users") or ()
            if len(users) < int(reaction.get("count") or 0):
                return None
            emoji = emoji_of(str(reaction["name"]))
            found |= {(str(user), emoji) for user in users}
        people, unnamed = set(), set()
        for user in {user for user, _ in found}:
            try:
                if await self._is_person(workspace, user):
                    people.add(user)
            except Unsendable as error:
                unnamed.add(user)
                log.info("slack.unknown_person", workspace=workspace, person=user, reason=str(error))
        return Live(frozenset(pair for pair in found if pair[0] in people), frozenset(unnamed))

    # ------------------------------------------------------------------ where

    async def _home(self, workspace: str) -> Install:
        found = await self._installs.of(workspace)
        if found is None:
            raise RetryLater(NOT_INSTALLED)
        return found

    async def _keep_from_outsiders(self, workspace: str, channel: str) -> None:
        if await self._has_outsiders(workspace, channel):
            raise WithOutsiders("shared_with_outsiders")

    async def _channel(self, workspace: str, token: str, to: str, *, direct: bool) -> str:
        if not direct or is_direct(to):
            return to
        if (workspace, to) not in self._directs:
            answer = await self._calls.call(workspace, token, "conversations.open", users=to)
            remember(self._directs, (workspace, to), str(answer["channel"]["id"]))
        return self._directs[workspace, to]

    async def _call(self, ref: MessageRef, token: str, method: str, **values: Any) -> Json:
        return await self._calls.call(
            ref.workspace_key, token, method, place=ref.channel, channel=ref.channel, **values
        )


def renditions(card: Card, lang: Lang, page: Page | None, pictures: Sequence[Shown] = ()) -> list[Drawn]:
    """A card in the forms in which it is tried: whole, without what Slack may not know, short, as text alone."""
    forms = [
        drawn(card, lang, page=page, pictures=pictures),
        drawn(card, lang),
        drawn(card, lang, room=LESS),
        Drawn(said(card), []),
    ]
    return [form for number, form in enumerate(forms) if form not in forms[:number]]


def _is_own(message: Json, home: Install) -> bool:
    return message.get("user") == home.bot_user


def _alone(own: Sequence[Json]) -> list[tuple[str, str]]:
    """The names and ids of files whose message, which follows them, is missing."""
    claimed: list[str] = []
    alone: list[tuple[str, str]] = []
    for message in sorted(own, key=lambda each: float(each["ts"]), reverse=True):
        claimed += map(str, payload_of(message).get("files") or ())
        for file in _files_of(message):
            name = str(file.get("name"))
            if name in claimed:
                claimed.remove(name)
            else:
                alone.append((name, str(file.get("id"))))
    return alone


def _files_of(message: Json) -> Sequence[Json]:
    return message.get("files") or ()


def _shown_in(message: Json) -> list[Shown]:
    return [
        Shown(str(block["slack_file"]["id"]), str(block.get("alt_text") or ""))
        for block in message.get("blocks") or ()
        if block.get("type") == "image" and (block.get("slack_file") or {}).get("id")
    ]
