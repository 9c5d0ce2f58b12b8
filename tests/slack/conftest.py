"""A Slack-like server with one school in it, and the kit's own client."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from slack.server import SlackLike, Team, open_slack


@pytest.fixture
async def slack() -> AsyncIterator[SlackLike]:
    """Serving, with the workspace T0ASAHI: 青木 (U0AOKI), Hall (U0HALL) and 佐藤 (U0SATO), the app not installed."""
    async with open_slack(SlackLike()) as serving:
        team = serving.add_team("T0ASAHI")
        serving.add_user(team, "U0AOKI", "aoki", real_name="青木 あさひ", email="aoki@asahi.example")
        serving.add_user(team, "U0HALL", "hall", real_name="Emma Hall", locale="en-GB", tz="Asia/Tokyo")
        serving.add_user(team, "U0SATO", "sato", real_name="佐藤 あさひ", is_admin=True)
        yield serving


@pytest.fixture
def school(slack: SlackLike) -> Team:
    return slack.teams["T0ASAHI"]


@pytest.fixture
async def client(slack: SlackLike, school: Team) -> AsyncIterator[AsyncWebClient]:
    """The kit's client with the app's bot token; nothing is tried again by itself."""
    token = slack.install(school).token
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(token, base_url=slack.api_url, session=session, retry_handlers=[])
