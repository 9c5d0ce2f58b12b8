"""Slack for the house: made from the settings, at work while inside."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.routing import BaseRoute, Route

from bot.app.house import House
from bot.handlers.slack.keys import PLATFORM
from bot.handlers.slack.platform import Slack, SlackSettings, open_slack
from bot.settings import Settings

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
