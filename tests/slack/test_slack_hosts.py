"""Where a token or an answer may go: Slack's own hosts, and those of a gateway that stands in for Slack."""

import pytest

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
