"""Who runs a workspace: people come, change and go, channels too, and the app is let in and put out."""

from typing import TYPE_CHECKING, Any

from slack.server import happenings, shapes
from slack.server.world import Team, User

if TYPE_CHECKING:
    from slack.server.server import SlackLike


class Admin:
    """Acts return once the app has acknowledged what it was told of them, and `slack.settle` is done."""

    def __init__(self, slack: "SlackLike", team: Team) -> None:
        self._slack = slack
        self._team = team

    async def welcomes(self, id: str, name: str, **more: Any) -> User:
        """Somebody new joins the workspace."""
        who = self._slack.add_user(self._team, id, name, **more)
        shown = shapes.user(self._slack, self._team, who, locale=True, mail=True)
        self._slack.tell(
            self._team, {"type": "team_join", "user": shown, "cache_ts": who.updated, "event_ts": self._stamp()}
        )
        await self._slack.settled()
        return who

    async def changes(self, user: str, **what: Any) -> None:
        """A profile changes: real_name, locale, tz, status, is_admin, email …"""
        who = self._team.user(user)
        for name, value in what.items():
            assert hasattr(who, name), name
            setattr(who, name, value)
        happenings.user_changed(self._slack, self._team, who)
        await self._slack.settled()

    async def sets_status(self, user: str, text: str, emoji: str = "", until: int = 0) -> None:
        """As a calendar does it for somebody; `until` in seconds, 0: without an end."""
        who = self._team.user(user)
        who.status, who.status_expiration = (text, emoji), until
        happenings.status_changed(self._slack, self._team, who)
        await self._slack.settled()

    async def quietens(self, user: str, start: int, end: int, *, told: bool = True) -> None:
        """When somebody is not to be disturbed, in seconds. Not `told`: Slack's word of it is lost."""
        who = self._team.user(user)
        who.dnd = (start, end)
        if told:
            happenings.quietened(self._slack, self._team, who)
            await self._slack.settled()

    async def deactivates(self, user: str) -> None:
        await self.changes(user, deleted=True)

    async def invites(self, user: str, channel: str) -> None:
        """Into a channel; by `bot` the app's own."""
        happenings.joined(self._slack, self._team, self._team.channel(channel), self._id(user))
        await self._slack.settled()

    async def removes(self, user: str, channel: str) -> None:
        happenings.left(self._slack, self._team, self._team.channel(channel), self._id(user))
        await self._slack.settled()

    async def archives(self, channel: str, *, archived: bool = True) -> None:
        where = self._team.channel(channel)
        happenings.archived(self._slack, self._team, where, self._someone(), now_archived=archived)
        await self._slack.settled()

    async def shares(self, channel: str, *others: str) -> None:
        """Slack Connect: with other organisations; with none any more."""
        where = self._team.channel(channel)
        where.shared_with = set(others)
        event = {"type": "channel_shared", "connected_team_id": next(iter(others), ""), "channel": where.id}
        if not others:
            event = {"type": "channel_unshared", "previously_connected_team_id": "", "channel": where.id}
        self._slack.tell(self._team, {**event, "event_ts": self._stamp()})
        await self._slack.settled()

    async def renames(self, channel: str, name: str) -> None:
        where = self._team.channel(channel)
        where.name = name
        about = {"id": where.id, "name": name, "name_normalized": name, "created": 1_700_000_000}
        self._slack.tell(self._team, {"type": "channel_rename", "channel": about, "event_ts": self._stamp()})
        await self._slack.settled()

    async def deletes_channel(self, channel: str) -> None:
        """The channel and all that was said there are gone."""
        where = self._team.channel(channel)
        event = {"type": "channel_deleted", "channel": where.id, "actor_id": self._someone()}
        self._slack.tell(self._team, {**event, "event_ts": self._stamp()})
        del self._team.channels[where.id]
        await self._slack.settled()

    async def uninstalls(self) -> None:
        self._slack.uninstall(self._team)
        await self._slack.settled()

    def _id(self, user: str) -> str:
        install = self._slack.installed(self._team)
        return install.bot_user if user == "bot" and install else self._team.user(user).id

    def _someone(self) -> str:
        return next(who.id for who in self._team.users.values() if not who.is_bot)

    def _stamp(self) -> str:
        return f"{self._slack.clock.now():.6f}"
