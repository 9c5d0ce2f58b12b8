"""Answers to whoever did something: in their direct conversation, or seen by them alone in a channel.

A form that is all there is to say opens as a window while Slack's three seconds last; else it stands in a message,
where it survives whatever happens. Pictures cannot be in what only one person sees in a channel: they are sent to that
person directly, byte for byte, for a badge's credential is in it.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Protocol

import aiohttp
import structlog
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.conversation.card import Card, File
from bot.conversation.intents import Origin
from bot.conversation.refusals import is_refusal
from bot.conversation.views import Notice, View
from bot.domain.language import Lang
from bot.handlers.slack.blocks import Drawn
from bot.handlers.slack.client import Calls, Refused
from bot.handlers.slack.files import Files
from bot.handlers.slack.hosts import is_beside
from bot.handlers.slack.inbound import Way, Where, where
from bot.handlers.slack.installs import Install, Installs
from bot.handlers.slack.keys import Payload
from bot.handlers.slack.modals import asks_the_same, field_errors, modal
from bot.handlers.slack.patience import patiently
from bot.handlers.slack.sender import Draws, page_of, renditions
from bot.services.ports import MessageRef, RetryLater, Unsendable
from bot.wording import Wording

HOOKS = "https://hooks.slack.com/"
"""Where Slack takes answers to interactions."""
log = structlog.get_logger(__name__)

Shown = Callable[[Origin, View, MessageRef], Awaitable[None]]
"""Told of every answer that became a message of its own."""


class Sends(Protocol):
    """The part of the sender that posts directly."""

    async def send(
        self, workspace_key: str, to: str, view: View, *, direct: bool, token: str, lang: Lang, thread: str = ""
    ) -> MessageRef: ...
    async def find(
        self,
        workspace_key: str,
        to: str,
        *,
        direct: bool,
        token: str,
        since: datetime | None = None,
        thread: str = "",
    ) -> MessageRef | None: ...


class Answering:
    """Shows answers. Where the Web API (`api_url`) is not Slack's own, answers may go to its host too."""

    def __init__(
        self,
        calls: Calls,
        installs: Installs,
        sender: Sends,
        cards: Draws,
        session: aiohttp.ClientSession,
        api_url: str,
        now: Callable[[], datetime],
        new_token: Callable[[], str],
        shown: Shown,
    ) -> None:
        self._calls = calls
        self._installs = installs
        self._sender = sender
        self._cards = cards
        self._session = session
        self._api_url = api_url
        self._now = now
        self._new_token = new_token
        self._shown = shown
        self._files = Files(calls)

    async def show(self, origin: Origin, way: Way, views: Sequence[View], lang: Lang) -> None:
        """Show views to whoever did something, and to nobody else."""
        install = await self._installs.of(origin.workspace_key)
        if install is None:
            return
        if await self._open(install, origin, way, views, lang):
            return
        for number, view in enumerate(views):
            if origin.direct:
                await self._directly(origin, view, lang, number)
            else:
                await self._aside(install, origin, way, view, lang)

    def in_window(self, window: Payload, views: Sequence[View], lang: Lang) -> dict[str, Any] | None:
        """What keeps a sent window open: what was refused, beside its fields; its form anew where that has changed."""
        kept = where(str(window.get("private_metadata") or ""))
        if kept is None or not is_refusal(tuple(views)):
            return None
        cards = [self._cards.draw(view, lang) for view in views]
        again = next((card for card in cards if card.form is not None), None)
        words = "\n".join(card.text() for card in cards if card is not again)
        if again is None or again.form is None or (words and asks_the_same(window, again.form)):
            return field_errors(window, words)
        said = Card(lines=(*words.splitlines(), *again.lines), sections=again.sections)
        anew = replace(kept, action=again.form.action, leave=again.form.cancel_action).kept()
        return {"response_action": "update", "view": modal(said, again.form, lang, kept=anew)}

    # ------------------------------------------------------------------ ways

    async def _open(self, install: Install, origin: Origin, way: Way, views: Sequence[View], lang: Lang) -> bool:
        """Open the one form that is the answer as a window, while its press is fresh."""
        if way.trigger_id is None or len(views) != 1:
            return False
        card = self._cards.draw(views[0], lang)
        if card.form is None or card.buttons or card.files or card.links or any(each.buttons for each in card.sections):
            return False
        channel = "" if origin.channel == origin.user_key else origin.channel
        kept = Where(card.form.action, channel, origin.direct, origin.thread, card.form.cancel_action)
        window = modal(card, card.form, lang, kept=kept.kept())
        try:
            await self._calls.call(
                origin.workspace_key, install.token, "views.open", trigger_id=way.trigger_id, view=window
            )
        except (Refused, RetryLater, Unsendable, aiohttp.ClientError, TimeoutError) as error:
            log.info("slack.window_not_opened", reason=getattr(error, "code", type(error).__name__))
            return False
        return True

    async def _directly(self, origin: Origin, view: View, lang: Lang, number: int) -> None:
        token = f"{origin.event_id}.{number}" if origin.event_id else self._new_token()
        ref = await self._where_asked(origin, view, token, lang)
        await self._shown(origin, view, ref)

    async def _where_asked(self, origin: Origin, view: View, token: str, lang: Lang) -> MessageRef:
        """In the conversation; between two people Sukima cannot speak, and says it to the one who asked."""
        home, user = origin.workspace_key, origin.user_key
        try:
            return await self._surely(home, origin.channel, view, token, lang, origin.thread or "")
        except Unsendable:
            if origin.channel == user:
                raise
        return await self._surely(home, user, view, token, lang)

    async def _surely(
        self, workspace: str, to: str, view: View, token: str, lang: Lang, thread: str = ""
    ) -> MessageRef:
        """Say it once, whatever Slack's troubles: what may have been said is looked for before it is said again."""

        since = self._now()

        async def say(in_doubt: bool) -> MessageRef:
            found = None
            if in_doubt:
                found = await self._sender.find(workspace, to, direct=True, token=token, since=since, thread=thread)
            if found is not None:
                return found
            return await self._sender.send(workspace, to, view, direct=True, token=token, lang=lang, thread=thread)

        return await patiently(say, self._calls.rest)

    async def _aside(self, install: Install, origin: Origin, way: Way, view: View, lang: Lang) -> None:
        """Seen by one person alone, in the channel or thread where they asked. Files go to them directly."""
        card = self._cards.draw(view, lang)
        said = replace(card, lines=(*card.lines, Wording(lang).say("slack.files_in_dm"))) if card.files else card
        forms = renditions(said, lang, page_of(view))
        if not await self._is_told(install, origin, way, forms):
            # Nothing can be said in that channel: the person hears it directly.
            await self._surely(origin.workspace_key, origin.user_key, view, self._new_token(), lang)
        elif card.files and not await self._handed(install, origin, card.files):
            await self._aside(install, origin, way, Notice("slack.files_not_sent"), lang)

    async def _handed(self, install: Install, origin: Origin, files: Sequence[File]) -> bool:
        """Whether files were sent to somebody directly. What may have been sent is rather sent twice than never."""

        async def hand(_: bool) -> None:
            channel = await self._direct_channel(install, origin)
            await self._files.share(origin.workspace_key, install.token, channel, files)

        try:
            await patiently(hand, self._calls.rest)
        except (Refused, Unsendable, RetryLater, aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            log.warning("slack.files_not_sent", reason=getattr(error, "code", type(error).__name__))
            return False
        return True

    async def _is_told(self, install: Install, origin: Origin, way: Way, forms: Sequence[Drawn]) -> bool:
        """In a thread as the conversation's own member, for the address of an interaction leads to no thread."""
        if origin.thread:
            return await self._ephemeral(install, origin, forms) or await self._by_hook(way, forms)
        return await self._by_hook(way, forms) or await self._ephemeral(install, origin, forms)

    async def _by_hook(self, way: Way, forms: Sequence[Drawn]) -> bool:
        if way.response_url is None or not self._takes_answers(way.response_url):
            return False
        hook = AsyncWebhookClient(way.response_url, session=self._session, retry_handlers=[])
        for form in forms:
            try:
                answer = await hook.send(
                    text=form.text,
                    blocks=form.blocks,
                    response_type="ephemeral",
                    replace_original=False,
                    unfurl_links=False,
                    unfurl_media=False,
                )
            except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
                # Perhaps it was taken: better that one person sees it twice than never.
                log.info("slack.hook_broke", reason=type(error).__name__)
                return False
            if answer.status_code == HTTPStatus.OK:
                return True
            if answer.status_code != HTTPStatus.BAD_REQUEST:
                break  # used up, expired, or in trouble
        log.info("slack.hook_refused", status=answer.status_code)
        return False

    def _takes_answers(self, url: str) -> bool:
        return url.startswith(HOOKS) or is_beside(url, self._api_url)

    async def _ephemeral(self, install: Install, origin: Origin, forms: Sequence[Drawn]) -> bool:
        thread = {"thread_ts": origin.thread} if origin.thread else {}
        for form in forms:

            async def say(_: bool, form: Drawn = form) -> Any:
                return await self._calls.post(
                    origin.workspace_key,
                    install.token,
                    "chat.postEphemeral",
                    origin.channel,
                    user=origin.user_key,
                    text=form.text,
                    blocks=form.blocks,
                    **thread,
                )

            try:
                await patiently(say, self._calls.rest)
                return True
            except Refused as refused:
                log.info("slack.aside_refused", code=refused.code)
            except (Unsendable, RetryLater):
                break
        return False

    async def _direct_channel(self, install: Install, origin: Origin) -> str:
        answer = await self._calls.call(
            origin.workspace_key, install.token, "conversations.open", users=origin.user_key
        )
        return str(answer["channel"]["id"])
