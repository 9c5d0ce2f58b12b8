"""Files in direct conversations that are out of date: the newer one comes as an answer below its message.

A message that was posted takes no other file (slackapi/bolt-python#1295). The file that came with it stays: it is
intact, and it is the picture that shows in the conversation. What came below it before the newest is taken away. Which
files a message has is kept in its metadata, so that it is known after a new start.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from bot.conversation.card import File
from bot.conversation.remembering import remember
from bot.domain.language import Lang
from bot.handlers.slack.client import Calls, Refused
from bot.handlers.slack.files import Files
from bot.services.ports import MessageRef, Unsendable
from bot.wording import Wording

EVENT_TYPE = "sukima"
"""The type of our messages' metadata."""
DIGITS = 16
"""Of a file's digest."""
ANSWERS = 200
"""So many answers below a message are read."""

Json = Mapping[str, Any]


def metadata(token: str, files: Sequence[File], file_ids: Sequence[str]) -> Json:
    """What a message remembers: the token of its promise, and its files in the conversation."""
    names = [file.name for file in files]
    payload = {"token": token, "files": names, "marks": marks(files), "first": list(file_ids), "newer": []}
    return {"event_type": EVENT_TYPE, "event_payload": payload}


def payload_of(message: Json) -> Json:
    """What one of our messages remembers; nothing for others."""
    kept = message.get("metadata") or {}
    return (kept.get("event_payload") or {}) if kept.get("event_type") == EVENT_TYPE else {}


def marks(files: Sequence[File]) -> list[str]:
    """By what it is told whether files are the same."""
    return [sha256(file.data).hexdigest()[:DIGITS] for file in files]


@dataclass(frozen=True)
class Newer:
    """Files that were brought below a message: what it is to remember, and what was there before."""

    payload: Json
    before: tuple[str, ...]

    @property
    def metadata(self) -> Json:
        return {"event_type": EVENT_TYPE, "event_payload": self.payload}


def _ids(payload: Json, name: str) -> list[str]:
    return [str(each) for each in payload.get(name) or ()]


class Renewing:
    """Brings newer files. Raises as `Calls` does."""

    def __init__(self, calls: Calls, files: Files) -> None:
        self._calls = calls
        self._files = files
        self._payloads: OrderedDict[MessageRef, Json] = OrderedDict()
        """What messages remember."""
        self._brought: OrderedDict[MessageRef, Newer] = OrderedDict()
        """What was brought, and their messages do not remember yet."""

    def sent(self, ref: MessageRef, said: Json) -> None:
        """A message was sent that remembers this."""
        remember(self._payloads, ref, said["event_payload"])

    async def bring(self, ref: MessageRef, token: str, files: Sequence[File], lang: Lang) -> Newer | None:
        """Bring files that are not those the message has; None where they are, or where that cannot be known."""
        if not files:
            return None
        payload, now = await self._payload(ref, token), marks(files)
        if "token" not in payload or payload.get("marks") == now:
            return None
        brought = self._brought.get(ref)
        if brought is None or brought.payload["marks"] != now:
            before = [*_ids(payload, "newer"), *(_ids(brought.payload, "newer") if brought else ())]
            said = Wording(lang).say("slack.file_renewed")
            ids = await self._files.share(ref.workspace_key, token, ref.channel, files, ref.key, said)
            brought = Newer({**payload, "marks": now, "newer": ids}, tuple(before))
            remember(self._brought, ref, brought)
        return brought

    async def renewed(self, ref: MessageRef, token: str, newer: Newer) -> None:
        """The message remembers what was brought: what was below it before goes."""
        await self._take_away(ref, token, newer.before)
        remember(self._payloads, ref, newer.payload)
        self._brought.pop(ref, None)

    async def gone(self, ref: MessageRef, token: str) -> None:
        """The message is taken away: its files go, too."""
        payload = await self._payload(ref, token)
        await self._take_away(ref, token, [*_ids(payload, "first"), *_ids(payload, "newer")])

    async def _take_away(self, ref: MessageRef, token: str, file_ids: Sequence[str]) -> None:
        if not file_ids:
            return
        await self._files.remove(ref.workspace_key, token, file_ids)
        with suppress(Refused, Unsendable):  # the message is gone
            answer = await self._call(ref, token, "conversations.replies", ts=ref.key, limit=ANSWERS)
            for message in answer.get("messages") or ():
                ids = [str(file.get("id")) for file in message.get("files") or ()]
                if ids and set(ids) <= set(file_ids):
                    await self._emptied(ref, token, str(message["ts"]))

    async def _emptied(self, ref: MessageRef, token: str, key: str) -> None:
        """Take away the message of a file that is gone; some go with their file."""
        with suppress(Refused, Unsendable):
            await self._call(ref, token, "chat.delete", ts=key)

    async def _payload(self, ref: MessageRef, token: str) -> Json:
        if ref not in self._payloads:
            only = {"latest": ref.key, "inclusive": True, "limit": 1, "include_all_metadata": True}
            try:
                answer = await self._call(ref, token, "conversations.history", **only)
            except Refused:
                return {}
            found = [payload_of(each) for each in answer.get("messages") or () if each.get("ts") == ref.key]
            remember(self._payloads, ref, found[0] if found else {})
        return self._payloads[ref]

    async def _call(self, ref: MessageRef, token: str, method: str, **values: Any) -> Json:
        return await self._calls.call(
            ref.workspace_key, token, method, place=ref.channel, channel=ref.channel, **values
        )
