"""An administrator's browser on the way to Slack and back: follows nothing by itself, keeps cookies as browsers do."""

from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

import aiohttp

from slack.server import SlackLike, Team

PUBLIC = "https://badges.example.ed.jp"
"""Where the house is for the world; a proxy leads to it."""


@dataclass(frozen=True)
class Page:
    status: int
    text: str
    headers: dict[str, str]


@dataclass
class Visitor:
    """`origin` is where the proxy leads."""

    origin: str
    lang: str = "ja"
    cookies: dict[str, str] = field(default_factory=dict)
    set: list[str] = field(default_factory=list)
    """Every Set-Cookie, as it came."""

    async def opens(self, address: str) -> Page:
        """A page of the house, by its public address or its path."""
        headers = {"Accept-Language": self.lang, "X-Forwarded-Proto": "https"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        url = self.origin + address.removeprefix(PUBLIC)
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.get(url, headers=headers, allow_redirects=False) as said,
        ):
            self._keep(said.headers.getall("Set-Cookie", []))
            return Page(said.status, await said.text(), dict(said.headers))

    async def sets_out(self) -> str:
        """Opens the page to install the app; the address at Slack to which it leads."""
        page = await self.opens("/slack/install")
        assert page.status == 302
        return page.headers["Location"]

    async def agrees(self, server: SlackLike, team: Team, *, organisation: bool = False, user: str = "sato") -> Page:
        """Sets out, agrees at Slack, and comes back."""
        asked = await self.sets_out()
        return await self.opens(server.agree(asked, team, user, organisation=organisation))

    def _keep(self, sent: list[str]) -> None:
        for line in sent:
            self.set.append(line)
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value


def state_of(address: str) -> str:
    """The state that an address carries."""
    return parse_qs(urlsplit(address).query)["state"][0]
