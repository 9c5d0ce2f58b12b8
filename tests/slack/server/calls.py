"""One call of a Web API method: what came, who called, how it is refused; and the list of methods."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from slack.server.app import Grant
from slack.server.world import IM, PRIVATE, PUBLIC, Channel, Json, Team, User

if TYPE_CHECKING:
    from slack.server.server import SlackLike


class Refusal(Exception):
    """A call that Slack answers with `ok: false`; `more` stands beside the code."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.answer: Json = {"ok": False, "error": code, **more}


def refused_arguments(*messages: str, code: str = "invalid_arguments") -> Refusal:
    return Refusal(code, response_metadata={"messages": [f"[ERROR] {message}" for message in messages]})


@dataclass
class Call:
    slack: "SlackLike"
    method: str
    args: Json
    grant: Grant
    team: Team
    """The workspace of the token, or of `team_id` for an organisation's token."""
    answer: Json = field(default_factory=dict)

    # ------------------------------------------------------------------ arguments

    def text(self, name: str, default: str = "") -> str:
        value = self.args.get(name)
        return default if value is None else str(value)

    def flag(self, name: str) -> bool:
        return str(self.args.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.args.get(name) or default)
        except ValueError:
            raise refused_arguments(f"invalid type for {name}") from None

    def need(self, *names: str) -> None:
        missing = [f"missing required field: {name}" for name in names if self.args.get(name) in (None, "")]
        if missing:
            raise refused_arguments(*missing)

    def parsed(self, name: str, complaint: str = "invalid_arguments") -> Any:
        """An argument that is JSON, also where a form carried it as text."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise Refusal(complaint) from None

    # ------------------------------------------------------------------ who and where

    @property
    def bot(self) -> User:
        assert self.grant.install is not None
        return self.team.users[self.grant.install.bot_user]

    def scope(self, *any_of: str) -> None:
        if not self.grant.scopes & set(any_of):
            provided = ",".join(sorted(self.grant.scopes))
            raise Refusal("missing_scope", needed=any_of[0], provided=provided)

    def user(self, name: str = "user") -> User:
        self.need(name)
        found = self.team.users.get(self.text(name))
        if found is None:
            raise Refusal("user_not_found")
        return found

    def visible(self, key: str) -> Channel:
        """A conversation that the bot may know of."""
        found = self.team.channels.get(key)
        if found is None or (found.kind != PUBLIC and self.bot.id not in found.members):
            raise Refusal("channel_not_found")
        return found

    def inside(self, key: str) -> Channel:
        """A conversation that the bot is a member of."""
        found = self.visible(key)
        if self.bot.id not in found.members:
            raise Refusal("not_in_channel")
        return found

    def writable(self, key: str) -> Channel:
        """A conversation in which the bot may write; by a user's id the direct one."""
        if key in self.team.users:
            found = self.slack.open_direct(self.team, self.bot.id, key)
        elif key.startswith("#"):
            found = next((c for c in self.team.channels.values() if c.name == key[1:]), None) or self.visible(key)
        else:
            found = self.visible(key)
        if self.bot.id not in found.members and not (found.kind == PUBLIC and "chat:write.public" in self.grant.scopes):
            raise Refusal("channel_not_found" if found.kind == PRIVATE else "not_in_channel")
        partner = self.team.users.get(found.partner(self.bot.id)) if found.kind == IM else None
        if found.archived or (partner is not None and partner.deleted):
            raise Refusal("is_archived")
        if found.direct and not self.slack.app.messages_tab:
            raise Refusal("messages_tab_disabled")
        return found


Answering = Callable[[Call], Json | Awaitable[Json]]


@dataclass(frozen=True)
class Method:
    name: str
    answer: Answering
    scopes: tuple[str, ...]
    """Any one of these is needed; empty: any token."""
    tier: int
    """Calls a minute."""
    kind: str
    """The kind of token: `bot`, `app`, or empty for a method without one."""


POSTS = 5
"""The tier of posts: a few hundred a minute and workspace, beside one a second and channel."""
METHODS: dict[str, Method] = {}
TIERS = {1: 1, 2: 20, 3: 50, 4: 100, POSTS: 300, 0: 1_000_000}


def method(name: str, *scopes: str, tier: int = 3, kind: str = "bot") -> Callable[[Answering], Answering]:
    def known(answer: Answering) -> Answering:
        METHODS[name] = Method(name, answer, scopes, TIERS[tier], kind)
        return answer

    return known
