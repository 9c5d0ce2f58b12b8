"""One REST request: what came, who asks, and where it may go; and the table of routes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from on_discord.server import permissions
from on_discord.server.messages import Files
from on_discord.server.refusals import Complaints, Refusal
from on_discord.server.world import Channel, Guild, Json, Message, User

if TYPE_CHECKING:
    from on_discord.server.server import DiscordLike

NOTHING = object()
"""An answer without a body: 204."""


@dataclass
class Call:
    discord: "DiscordLike"
    path: dict[str, str]
    query: dict[str, str]
    body: Any
    files: Files

    @property
    def given(self) -> Json:
        """The body, where it has to be an object."""
        if not isinstance(self.body, dict):
            raise Refusal(50035, errors={"_errors": [{"code": "MODEL_TYPE_CONVERT", "message": "Only dictionaries"}]})
        return self.body

    @property
    def bot(self) -> User:
        return self.discord.bot

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A number of the query."""
        text = self.query.get(name)
        wrong = Complaints()
        if text is not None and not text.isdigit():
            wrong.add(name, "NUMBER_TYPE_COERCE", f'Value "{text}" is not int.')
            wrong.refuse()
        value = int(text) if text else default
        wrong.number(name, value, least, most)
        wrong.refuse()
        return value

    # ------------------------------------------------------------------ where

    def guild(self) -> Guild:
        key = self.snowflake("guild")
        found = self.discord.guilds.get(key)
        if found is None or not found.has_app:
            raise Refusal(10004)
        return found

    def channel(self, needs: int = 0) -> Channel:
        """A channel that the app sees and in which it may do this."""
        found = self.discord.channels.get(self.snowflake("channel"))
        if found is None:
            raise Refusal(10003)
        if found.is_direct:
            if self.bot.id not in found.members:
                raise Refusal(50001)
            return found
        granted = self.discord.granted(found, self.bot.id)
        if not granted & permissions.VIEW_CHANNEL:
            raise Refusal(50001)
        if needs & ~granted:
            raise Refusal(50013)
        return found

    def message(self, where: Channel) -> Message:
        """One that the channel's history has; what only one person sees is in none."""
        found = where.messages.get(self.snowflake("message"))
        if found is None or found.reader is not None:
            raise Refusal(10008)
        return found

    def snowflake(self, name: str) -> str:
        text = self.path[name]
        if not text.isdigit():
            errors = {
                f"{name}_id": {"_errors": [{"code": "NUMBER_TYPE_COERCE", "message": f'"{text}" is not snowflake.'}]}
            }
            raise Refusal(50035, errors=errors)
        return text


Answering = Callable[[Call], Any | Awaitable[Any]]


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    answer: Answering
    needs_token: bool
    major: str
    """The part of the path whose values have limits of their own."""

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


ROUTES: list[Route] = []


def route(name: str, *, needs_token: bool = True) -> Callable[[Answering], Answering]:
    method, path = name.split(" ")
    major = next((part for part in ("channel", "guild", "token") if f"{{{part}}}" in path), "")

    def known(answer: Answering) -> Answering:
        ROUTES.append(Route(method, path, answer, needs_token, major))
        return answer

    return known
