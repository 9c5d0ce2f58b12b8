"""Where a token or an answer may go: Slack's own hosts, and those of a gateway that stands in for Slack."""

import aiohttp
import pytest

from bot.errors import Problem
from bot.handlers.slack.attached import SlackFile
from bot.handlers.slack.hosts import is_beside


@pytest.mark.parametrize(
    ("url", "api_url", "beside"),
    [
        ("http://127.0.0.1:9/answers/1", "http://127.0.0.1:9/api/", True),
        ("http://localhost:8/answers/1", "http://127.0.0.1:9/api/", True),
        ("http://[::1]:8/answers/1", "http://localhost:9/api/", True),
        ("https://slack.gateway.example/answers/1", "https://slack.gateway.example/api/", True),
        ("http://slack.gateway.example/answers/1", "https://slack.gateway.example/api/", False),
        ("https://slack.gateway.example.evil/answers/1", "https://slack.gateway.example/api/", False),
        ("http://127.0.0.1:9/answers/1", "https://slack.com/api/", False),
        ("https://evil.example/127.0.0.1", "http://127.0.0.1:9/api/", False),
        ("https://slack.com@evil.example/", "https://slack.com/api/", False),
        ("http://[", "http://127.0.0.1:9/api/", False),
        ("", "https://slack.com/api/", False),
    ],
)
def test_what_is_beside_the_web_api(url: str, api_url: str, beside: bool) -> None:
    assert is_beside(url, api_url) == beside


@pytest.mark.parametrize(
    ("url", "beside"),
    [
        ("https://[", ()),
        ("https://\u2100.example/", ()),
        ("https://127.0.0.1:99999/x", ("127.0.0.1:99999",)),
        ("http://files.slack.com/x", ()),
        ("https://files.slack.com@evil.example/", ()),
        ("", ()),
    ],
)
async def test_a_file_at_an_address_that_is_none_cannot_be_read(url: str, beside: tuple[str, ...]) -> None:
    async def token() -> str:
        return "xoxb-1"

    async with aiohttp.ClientSession() as session:
        with pytest.raises(Problem) as problem:
            await SlackFile("badge.png", url, session, token, beside).read(100)
    assert problem.value.code == "file_unreadable"
