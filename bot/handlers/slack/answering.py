"""Answers to whoever did something: in their direct conversation, or seen by them alone in a channel.

A form that is all there is to say opens as a window while Slack's three seconds last; else it stands in a message,
where it survives whatever happens. Pictures cannot be in what only one person sees in a channel: they are sent to that
person directly, byte for byte, for a badge's credential is in it.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Protocol, TypeVar

import aiohttp
import structlog
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.conversation.card import Card, File
from bot.conversation.intents import Origin
from bot.conversation.refusals import is_refusal
from bot.conversation.unit_pages import page_of
from bot.conversation.views import Notice, View
from bot.domain.language import LANGS, Lang
from bot.handlers.slack.blocks import Drawn
from bot.handlers.slack.client import Calls, Refused
from bot.handlers.slack.files import Files
from bot.handlers.slack.hosts import is_beside
from bot.handlers.slack.inbound import Way, Where, where
from bot.handlers.slack.installs import Install, Installs
from bot.handlers.slack.keys import Payload
from bot.handlers.slack.modals import asks_the_same, field_errors, modal, wrong_fields
from bot.handlers.slack.patience import patiently
from bot.handlers.slack.sender import Draws, renditions
from bot.services.ports import MessageRef, RetryLater, Unsendable
from bot.wording import Wording

BROUGHT_AGAIN_WITHIN = timedelta(hours=1)
"""Slack tries for some six minutes."""
T = TypeVar("T")
HOOKS = "https://hooks.slack.com/"
"""Where Slack takes answers to interactions."""
log = structlog.get_logger(__name__)

Shown = Callable[[Origin, View, MessageRef], Awaitable[None]]
"""Told of every answer that became a message of its own."""


class TakenOut(Unsendable):
    """The app is in that workspace no more."""


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
        """Show views to whoever did something, and to nobody else. Nothing is shown where the app was taken out."""
        install = await self._installs.of(origin.workspace_key)
        if install is None:
            return
        try:
            await self._show(install, origin, way, views, lang)
        except TakenOut:
            log.info("slack.taken_out_before_the_answer", workspace=origin.workspace_key)

    async def _show(self, install: Install, origin: Origin, way: Way, views: Sequence[View], lang: Lang) -> None:
        if await self._open(install, origin, way, views, lang):
            return
        for number, view in enumerate(views):
            if origin.direct:
                await self._directly(origin, way, view, lang, number)
            else:
                await self._aside(origin, way, view, lang)

    async def turned_away(self, url: str) -> None:
        """Answer, at an interaction's address, who acted where the app is not; whose language is not known."""
        said = " / ".join(Wording(lang).say("slack.stranger") for lang in LANGS)
        await self._by_hook(Way(url), (Drawn(said, []),))

    def in_window(self, window: Payload, views: Sequence[View], lang: Lang) -> dict[str, Any] | None:
        """What keeps a sent window open: what was refused, beside its fields; its form anew where that has changed."""
        kept = where(str(window.get("private_metadata") or ""))
        if kept is None or not is_refusal(tuple(views)):
            return None
        cards = [self._cards.draw(view, lang) for view in views]
        again = next((card for card in cards if card.form is not None), None)
        words = "\n".join(card.text() for card in cards if card is not again)
        if again is None or again.form is None:
            return field_errors(window, words)
        beside = wrong_fields(again.form)
        if (words or beside) and asks_the_same(window, again.form):
            return field_errors(window, words, beside)
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

    async def _directly(self, origin: Origin, way: Way, view: View, lang: Lang, number: int) -> None:
        token = f"{origin.event_id}.{number}" if origin.event_id else self._new_token()
        ref = await self._where_asked(origin, way, view, token, lang)
        await self._shown(origin, view, ref)

    async def _where_asked(self, origin: Origin, way: Way, view: View, token: str, lang: Lang) -> MessageRef:
        """In the conversation; between two people Sukima cannot speak, and says it to the one who asked."""
        home, user, before = origin.workspace_key, origin.user_key, way.is_in_doubt
        try:
            return await self._surely(home, origin.channel, view, token, lang, origin.thread or "", before=before)
        except Unsendable:
            if origin.channel == user:
                raise
        return await self._surely(home, user, view, token, lang, before=before)

    async def _surely(
        self, workspace: str, to: str, view: View, token: str, lang: Lang, thread: str = "", *, before: bool = False
    ) -> MessageRef:
        """Say it once, whatever Slack's troubles: what may have been said is looked for before it is said again.

        `before`: a process before this one may have said it.
        """
        since = self._now() - (BROUGHT_AGAIN_WITHIN if before else timedelta(0))

        async def say(in_doubt: bool) -> MessageRef:
            found = None
            await self._sure_token(workspace)
            if in_doubt or before:
                found = await self._sender.find(workspace, to, direct=True, token=token, since=since, thread=thread)
            if found is not None:
                return found
            return await self._sender.send(workspace, to, view, direct=True, token=token, lang=lang, thread=thread)

        return await self._patiently(workspace, say)

    async def _patiently(self, workspace: str, say: Callable[[bool], Awaitable[T]]) -> T:
        """As `patiently`; while the token is refused nothing is tried: another may come, or the same work again."""
        return await patiently(say, self._calls.rest, lambda: self._until_taken(workspace))

    async def _until_taken(self, workspace: str) -> None:
        await self._calls.until_taken(workspace, lambda: self._token(workspace))

    async def _token(self, workspace: str) -> str | None:
        install = await self._installs.of(workspace)
        return install.token if install is not None else None

    async def _sure_token(self, workspace: str) -> str:
        if (token := await self._token(workspace)) is None:
            raise TakenOut
        return token

    async def _aside(self, origin: Origin, way: Way, view: View, lang: Lang) -> None:
        """Seen by one person alone, in the channel or thread where they asked. Files go to them directly."""
        card = self._cards.draw(view, lang)
        said = replace(card, lines=(*card.lines, Wording(lang).say("slack.files_in_dm"))) if card.files else card
        forms = renditions(said, lang, page_of(view))
        if not await self._is_told(origin, way, forms):
            # Nothing can be said in that channel: the person hears it directly.
            await self._surely(origin.workspace_key, origin.user_key, view, self._new_token(), lang)
        elif card.files and not await self._handed(origin, card.files):
            await self._aside(origin, way, Notice("slack.files_not_sent"), lang)

    async def _handed(self, origin: Origin, files: Sequence[File]) -> bool:
        """Whether files were sent to somebody directly. What may have been sent is rather sent twice than never."""
        home = origin.workspace_key

        async def hand(_: bool) -> None:
            token = await self._sure_token(home)
            opened = await self._calls.call(home, token, "conversations.open", users=origin.user_key)
            await self._files.share(home, token, str(opened["channel"]["id"]), files)

        try:
            await self._patiently(home, hand)
        except (Refused, Unsendable, RetryLater, aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            log.warning("slack.files_not_sent", reason=getattr(error, "code", type(error).__name__))
            return False
        return True

    async def _is_told(self, origin: Origin, way: Way, forms: Sequence[Drawn]) -> bool:
        """In a thread as the conversation's own member, for the address of an interaction leads to no thread."""
        if origin.thread:
            return await self._ephemeral(origin, forms) or await self._by_hook(way, forms)
        return await self._by_hook(way, forms) or await self._ephemeral(origin, forms)

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

    async def _ephemeral(self, origin: Origin, forms: Sequence[Drawn]) -> bool:
        thread = {"thread_ts": origin.thread} if origin.thread else {}
        for form in forms:

            async def say(_: bool, form: Drawn = form) -> Any:
                return await self._calls.post(
                    origin.workspace_key,
                    await self._sure_token(origin.workspace_key),
                    "chat.postEphemeral",
                    origin.channel,
                    user=origin.user_key,
                    text=form.text,
                    blocks=form.blocks,
                    **thread,
                )

            try:
                await self._patiently(origin.workspace_key, say)
                return True
            except Refused as refused:
                log.info("slack.aside_refused", code=refused.code)
            except (Unsendable, RetryLater):
                break
        return False
