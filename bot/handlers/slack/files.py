"""Files on Slack: a badge's picture arrives byte for byte, for its credential is in it.

A file that is shared into a conversation can be downloaded as it was sent. One that is not shared anywhere is only
shown, as a picture within a message. Source: docs.slack.dev, "Working with files", "Image block".
"""

from collections.abc import Sequence
from contextlib import suppress

from bot.conversation.card import File
from bot.conversation.texts import line
from bot.handlers.slack.blocks import Shown
from bot.handlers.slack.client import Calls, Refused
from bot.services.ports import Unsendable

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif"})
"""What Slack shows within a message."""
LONGEST_ALT = 1_000


class Files:
    """Uploads, and takes away again."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def share(
        self, workspace: str, token: str, channel: str, files: Sequence[File], thread: str = "", said: str = ""
    ) -> list[str]:
        """Put files into a conversation, as one message of their own that may say something: the files' ids."""
        if not files:
            return []
        more = {"thread_ts": thread} if thread else {}
        more |= {"initial_comment": said} if said else {}
        uploads = _uploads(files)
        answer = await self._calls.post(workspace, token, "files.upload_v2", channel, file_uploads=uploads, **more)
        return [str(each["id"]) for each in answer.get("files") or ()]

    async def keep(self, workspace: str, token: str, files: Sequence[File]) -> list[Shown]:
        """Give Slack the pictures among files, to be shown within a message."""
        pictures = [file for file in files if file.media_type in PICTURES]
        if not pictures:
            return []
        answer = await self._calls.call(workspace, token, "files.upload_v2", file_uploads=_uploads(pictures))
        return [Shown(each["id"], file.alt) for each, file in zip(answer["files"], pictures, strict=True)]

    async def remove(self, workspace: str, token: str, file_ids: Sequence[str]) -> None:
        """Take files away wherever they are shown; those that are gone already are."""
        for file_id in file_ids:
            with suppress(Refused, Unsendable):
                await self._calls.call(workspace, token, "files.delete", file=file_id)


def _uploads(files: Sequence[File]) -> list[dict[str, object]]:
    return [
        {"file": file.data, "filename": file.name, "title": line(file.name), "alt_txt": line(file.alt)[:LONGEST_ALT]}
        for file in files
    ]
