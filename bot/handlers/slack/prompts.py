"""What one might say to Sukima: proposed in the messages tab, to each in their language.

The manifest proposes the same in the workspace's language, for who may not be told otherwise. For an agent's app the
proposals belong to the conversation: with `thread_ts` they would be lost without a word.
Source: docs.slack.dev, `assistant.threads.setSuggestedPrompts`, "Migrating to agent messaging".
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.conversation.intents import Origin
from bot.domain.language import Lang
from bot.handlers.slack.client import TROUBLES, Calls, MissingScope, reason_of
from bot.handlers.slack.installs import Installs
from bot.handlers.slack.patience import patiently
from bot.services.ports import Unsendable
from bot.wording import Wording

ASKED_AGAIN = timedelta(hours=1)
"""After the leave was lacking: it may have been given since."""

log = structlog.get_logger(__name__)


def prompts(voice: Wording) -> list[dict[str, Any]]:
    """At most four, says Slack."""
    return [
        {"title": voice.say("slack.manifest.prompt_learn"), "message": voice.say("slack.manifest.say_learn")},
        {"title": voice.say("slack.manifest.prompt_who"), "message": voice.say("slack.manifest.say_who")},
        {"title": voice.say("slack.manifest.prompt_wallet"), "message": voice.say("slack.manifest.say_wallet")},
        {"title": voice.say("slack.manifest.prompt_help"), "message": voice.say("slack.manifest.say_help")},
    ]


class Prompts:
    """Proposes them. A workspace that gave no leave to is not asked again for a while."""

    def __init__(self, calls: Calls, installs: Installs, now: Callable[[], datetime]) -> None:
        self._calls = calls
        self._installs = installs
        self._now = now
        self._without: dict[str, datetime] = {}
        """Workspaces that gave no leave to, and until when they are not asked again."""

    async def show(self, origin: Origin, lang: Lang) -> None:
        """In the conversation that was opened. Nothing is lost where it cannot be done."""
        install = await self._installs.of(origin.workspace_key)
        home = origin.workspace_key
        if install is None or self._without.get(home, self._now()) > self._now():
            return
        token = install.token

        async def propose(_: bool) -> None:
            await self._calls.call(
                home,
                token,
                "assistant.threads.setSuggestedPrompts",
                place=origin.channel,
                channel_id=origin.channel,
                prompts=prompts(Wording(lang)),
            )

        try:
            await patiently(propose, self._calls.rest)
        except MissingScope:
            self._without[home] = self._now() + ASKED_AGAIN  # said once in the log, where the call was refused
        except (*TROUBLES, Unsendable) as error:
            log.info("slack.prompts_not_shown", workspace=origin.workspace_key, reason=reason_of(error))
