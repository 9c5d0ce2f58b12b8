"""Slack for the house: made from the settings, at work while inside; and what Slack is told of the app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import yaml
from pydantic import SecretStr
from starlette.routing import BaseRoute, Route

from bot.app.house import House
from bot.app.site import is_https
from bot.errors import Problem
from bot.handlers.slack.access import Client
from bot.handlers.slack.keys import PLATFORM
from bot.handlers.slack.manifest import manifest
from bot.handlers.slack.oauth import INSTALL, REDIRECT, Place
from bot.handlers.slack.platform import Slack, SlackSettings, open_slack
from bot.pages import Pages
from bot.services.installs import InstallDesk
from bot.settings import Settings
from bot.wording import Wording

EVENTS = "/slack/events"
"""Where Slack posts what happened, where it is asked to."""


def slack_settings(settings: Settings) -> SlackSettings | None:
    """What the environment says of Slack; None: nothing."""
    app_id, app_secret = settings.slack_client_id, settings.slack_client_secret
    if settings.slack_bot_token is None and app_id is None:
        return None
    return SlackSettings(
        settings.slack_api_url,
        _plain(settings.slack_bot_token),
        _plain(settings.slack_app_token),
        _plain(settings.slack_signing_secret),
        Client(app_id, app_secret.get_secret_value()) if app_id and app_secret else None,
    )


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


def slack_routes(slack: Slack | None, house: House, pages: Pages) -> tuple[BaseRoute, ...]:
    """What Slack posts to, where it is to post; and where workspaces install the app, where they may."""
    found: list[BaseRoute] = []
    if slack is not None and slack.requests is not None:
        found.append(Route(EVENTS, slack.requests.handle, methods=["POST"]))
    url = house.settings.public_url
    if slack is not None and url is not None:
        place = Place(url, pages, house.settings.lang, house.derive("slack install"), house.new_token)
        if (installing := slack.install_pages(place)) is not None:
            found.append(Route(INSTALL, installing.install, methods=["GET"]))
            found.append(Route(REDIRECT, installing.returned, methods=["GET"]))
    return tuple(found)


@asynccontextmanager
async def slack_at_work(house: House) -> AsyncIterator[Slack | None]:
    """Slack at work, where the environment names it. It comes and goes by itself: the house goes on without it."""
    told = slack_settings(house.settings)
    if told is None:
        yield None
        return
    desk = InstallDesk(house.store, house.vault, PLATFORM)

    async def begun() -> None:
        await house.begin_on(PLATFORM, slack.sender)

    async with open_slack(told, house.router, house.cards, house.world.now, house.new_token, begun, desk=desk) as slack:
        house.watch(PLATFORM, slack.trouble, slack.state, slack.pulse, slack.attention, slack.outsiders)
        slack.start()
        yield slack


def slack_manifest(settings: Settings, voice: Wording, *, http: bool, many: bool) -> str:
    """The app's manifest in YAML; with `http` for requests to our public address, else for Socket Mode.

    With `many`, or where the app's own id is set, other workspaces may install the app. Tokens rotate only where none
    stands in the environment: that one has to last.
    Raises `Problem` `slack.no_address` or `slack.no_install_address` where Slack, or people, cannot reach us.
    """
    url, installs = settings.public_url, many or settings.slack_client_id is not None
    reached = url is not None and is_https(url)
    if http and not reached:
        raise Problem("slack.no_address")
    if many and not reached:
        raise Problem("slack.no_install_address")
    told = manifest(
        voice,
        f"{url}{EVENTS}" if http else None,
        f"{url}{REDIRECT}" if installs and reached else None,
        rotates=installs and reached and settings.slack_bot_token is None,
    )
    return yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=100)
