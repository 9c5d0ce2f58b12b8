"""Slack for the house: made from the settings, at work while inside; and what Slack is told of the app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import yaml
from starlette.routing import BaseRoute, Route

from bot.app.house import House
from bot.app.site import is_https
from bot.errors import Problem
from bot.handlers.slack.keys import PLATFORM
from bot.handlers.slack.manifest import manifest
from bot.handlers.slack.platform import Slack, SlackSettings, open_slack
from bot.settings import Settings
from bot.wording import Wording

EVENTS = "/slack/events"
"""Where Slack posts what happened, where it is asked to."""


def slack_settings(settings: Settings) -> SlackSettings | None:
    """What the environment says of Slack; None: nothing."""
    if settings.slack_bot_token is None:
        return None
    app_token, secret = settings.slack_app_token, settings.slack_signing_secret
    return SlackSettings(
        settings.slack_api_url,
        settings.slack_bot_token.get_secret_value(),
        app_token.get_secret_value() if app_token else None,
        secret.get_secret_value() if secret else None,
    )


def slack_routes(slack: Slack | None) -> tuple[BaseRoute, ...]:
    """What Slack posts to, where it is to post."""
    if slack is None or slack.requests is None:
        return ()
    return (Route(EVENTS, slack.requests.handle, methods=["POST"]),)


@asynccontextmanager
async def slack_at_work(house: House) -> AsyncIterator[Slack | None]:
    """Slack at work, where the environment names it. It comes and goes by itself: the house goes on without it."""
    told = slack_settings(house.settings)
    if told is None:
        yield None
        return
    async with open_slack(told, house.router, house.cards, house.world.now, house.new_token, house.reconcile) as slack:
        house.connect(PLATFORM, slack.sender, trouble=slack.trouble)
        slack.start()
        yield slack


def slack_manifest(settings: Settings, voice: Wording, *, http: bool) -> str:
    """The app's manifest in YAML; with `http` for requests to our public address, else for Socket Mode.

    Raises `Problem("slack.no_address")` where Slack cannot reach us.
    """
    url = settings.public_url
    if http and (url is None or not is_https(url)):
        raise Problem("slack.no_address")
    told = manifest(voice, f"{url}{EVENTS}" if http else None)
    return yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=100)
