"""The app's manifest, version 2: what Slack is told of Sukima when the app is made, and nothing that it does not use.

Limits of Slack's schema (github.com/slackapi/manifest-schema): a shortcut's name has at most 24 characters, the app's
description 140, the long one 175 to 4,000, the agent's 300; four suggested prompts.
"""

from typing import Any

from bot.handlers.slack.prompts import prompts
from bot.handlers.slack.scopes import EVENTS, OPTIONAL, scopes
from bot.wording import Wording

COMMAND = "/sukima"
LEARN_NOW = "learn_now"
"""Callback id of the global shortcut."""
ENDORSE_BADGE = "endorse_badge"
"""Callback id of the shortcut on messages."""
NAME = "Sukima"
COLOUR = "#23508f"
"""藍, as on the pages."""

Json = dict[str, Any]


def manifest(
    voice: Wording, request_url: str | None, redirect_url: str | None = None, *, rotates: bool = False
) -> Json:
    """In the language of `voice`. Slack posts to `request_url`; None: it speaks over Socket Mode.

    Whoever installs the app in another workspace is led back to `redirect_url`; None: nobody does. With `rotates`,
    tokens last twelve hours.
    """
    there = {"request_url": request_url} if request_url else {}
    return {
        "_metadata": {"major_version": 2},
        "display_information": {
            "name": NAME,
            "description": voice.say("slack.manifest.description"),
            "long_description": voice.say("slack.manifest.long"),
            "background_color": COLOUR,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": "app_home_opened" in EVENTS,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "agent_view": {
                "agent_description": voice.say("slack.manifest.agent"),
                "suggested_prompts": prompts(voice),
            },
            "slash_commands": [
                {
                    "command": COMMAND,
                    **({"url": request_url} if request_url else {}),
                    "description": voice.say("slack.manifest.command"),
                    "usage_hint": voice.say("slack.manifest.usage"),
                    "should_escape": True,  # people are named by their ids
                }
            ],
            "shortcuts": _shortcuts(voice),
        },
        "oauth_config": {
            **({"redirect_urls": [redirect_url]} if redirect_url else {}),
            "scopes": {"bot": list(scopes()), "bot_optional": list(OPTIONAL)},
        },
        "settings": {
            "event_subscriptions": {**there, "bot_events": sorted(EVENTS)},
            "interactivity": {"is_enabled": True, **there},
            "org_deploy_enabled": True,
            "socket_mode_enabled": request_url is None,
            "token_rotation_enabled": rotates,
        },
    }


def _shortcuts(voice: Wording) -> list[Json]:
    return [
        {
            "name": voice.say("slack.manifest.learn_now"),
            "type": "global",
            "callback_id": LEARN_NOW,
            "description": voice.say("slack.manifest.learn_now_means"),
        },
        {
            "name": voice.say("slack.manifest.endorse_badge"),
            "type": "message",
            "callback_id": ENDORSE_BADGE,
            "description": voice.say("slack.manifest.endorse_badge_means"),
        },
    ]
