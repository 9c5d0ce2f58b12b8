"""The Slack-like server: real sockets on loopback, one app, any number of workspaces; what tests hold in hand."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from aiohttp import web

from slack.server import files_http, installing, responses, sockets, subscriptions, web_api
from slack.server.actor import Actor
from slack.server.admin import Admin
from slack.server.app import APP, BOT, App, Grant, Install
from slack.server.clock import Clock
from slack.server.delivery import Deliveries
from slack.server.faults import Faults
from slack.server.installing import Permit
from slack.server.limits import Limits
from slack.server.methods.views import Trigger, new_trigger
from slack.server.requests import Requests
from slack.server.responses import ResponsePlace, new_place
from slack.server.sockets import Sockets
from slack.server.troubled import Answer, Called
from slack.server.world import IM, PUBLIC, Channel, Json, Message, Team, User

T = TypeVar("T")

PATIENCE = 120.0
"""Seconds of the machine's time after which a test that waits for something is told that it did not happen.

On a busy machine a crowd that reacts at once is answered after half a minute.
"""


class SlackLike:
    """`calls` are all Web API calls in order; `happened` all events, also those that nobody subscribed to."""

    def __init__(self, clock: Clock | None = None, app: App | None = None, *, limits: bool | None = None) -> None:
        self.clock = clock or Clock()
        self.app = app or App()
        self.limits = Limits(self.clock.lives if limits is None else limits)
        self.faults = Faults()
        self.teams: dict[str, Team] = {}
        self.calls: list[Called] = []
        self.happened: list[Json] = []
        self.deliveries = Deliveries(self)
        self.sockets = Sockets(self)
        self.requests = Requests(self)
        self.signing_time: Callable[[], float] = self.clock.now
        self.settle: Callable[[], Awaitable[None]] | None = None
        """Waits until the app has nothing left to do; awaited after each act of a person."""
        self.triggers: dict[str, Trigger] = {}
        self.places: dict[str, ResponsePlace] = {}
        self.codes: dict[str, Permit] = {}
        self.url = ""
        self.files_url = ""
        self._ids = itertools.count(1)
        self._waiting: set[asyncio.Future[None]] = set()

    # ------------------------------------------------------------------ the running server

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL is set to."""
        return f"{self.url}/api/"

    def web(self) -> web.Application:
        served = web.Application(client_max_size=64 * 1024**2)
        for part in (web_api, files_http, responses, installing, sockets):
            part.serve(self, served)
        return served

    async def stop(self) -> None:
        self.faults.clear()
        await self.deliveries.stop()
        await self.sockets.stop()
        await self.requests.stop()

    # ------------------------------------------------------------------ the world

    def add_team(self, id: str, name: str = "あさひ小学校", *, enterprise: str | None = None) -> Team:
        """A workspace with a public channel `general` in it, without the app."""
        team = Team(id, name, f"t{id.lower()}", enterprise)
        self.teams[id] = team
        self.add_channel(team, "C0GENERAL", "general")
        return team

    def add_user(self, team: Team, id: str, name: str, **more: Any) -> User:
        """A member; with `team_id` of another workspace a stranger."""
        more.setdefault("team_id", team.id)
        more.setdefault("enterprise_id", team.enterprise_id if more["team_id"] == team.id else None)
        real = more.pop("real_name", name)
        user = User(id=id, name=name, real_name=real, updated=int(self.clock.now()), **more)
        if user.is_bot and user.bot_id is None:
            user.bot_id = f"B{id[1:]}"
        team.users[id] = user
        if user.team_id == team.id and "C0GENERAL" in team.channels:
            team.channels["C0GENERAL"].members.append(id)
        return user

    def add_channel(
        self, team: Team, id: str, name: str, kind: str = PUBLIC, members: Iterable[str] = (), **more: Any
    ) -> Channel:
        channel = Channel(id, name, kind, team.id, members=list(members), **more)
        team.channels[id] = channel
        return channel

    def share_channel(self, channel: Channel, team: Team) -> None:
        """Slack Connect: the channel is in another workspace, too."""
        channel.shared_with.add(team.id)
        team.channels[channel.id] = channel

    def open_direct(self, team: Team, one: str, other: str) -> Channel:
        found = team.direct(one, other)
        return found or self.add_channel(team, f"D{self.new_id()}", "", IM, sorted({one, other}))

    # ------------------------------------------------------------------ the app in it

    def install(
        self, team: Team, *, scopes: Iterable[str] | None = None, bot_user: str = "U0SUKIMA", token: str | None = None
    ) -> Grant:
        """The app comes into a workspace; its bot token."""
        granted = frozenset(self.app.scopes if scopes is None else scopes)
        self.add_bot(team, bot_user)
        install = Install(team.id, team.enterprise_id, bot_user, f"B{bot_user[1:]}", granted)
        self.app.installs.append(install)
        return self.grant(install, token)

    def install_in_organisation(self, enterprise: str, bot_user: str = "W0SUKIMA", token: str | None = None) -> Grant:
        """The app comes into all workspaces of an organisation at once; its one token."""
        install = Install(None, enterprise, bot_user, f"B{bot_user[1:]}", frozenset(self.app.scopes))
        for team in self.teams.values():
            if team.enterprise_id == enterprise:
                self.add_bot(team, bot_user)
        self.app.installs.append(install)
        return self.grant(install, token)

    def grant(self, install: Install, token: str | None = None, expires: float | None = None) -> Grant:
        kind = "xoxe.xoxb" if expires else "xoxb"
        text = token or f"{kind}-{install.team_id or install.enterprise_id}-{self.new_id()}"
        grant = Grant(text, BOT, install.scopes, install, expires)
        self.app.grants[text] = grant
        return grant

    def app_token(self, *, scopes: Iterable[str] = ("connections:write",)) -> str:
        """A new app-level token."""
        grant = Grant(f"xapp-1-{self.app.id}-{self.new_id()}", APP, frozenset(scopes))
        self.app.grants[grant.token] = grant
        return grant.token

    def installed(self, team: Team) -> Install | None:
        """The app's place in a workspace, of its own or by its organisation."""
        return next(
            (
                each
                for each in self.app.installs
                if not each.gone
                and (each.team_id == team.id or (each.team_id is None and each.enterprise_id == team.enterprise_id))
            ),
            None,
        )

    def agree(self, address: str, team: Team, user: str, **more: Any) -> str:
        """A person opens the app's authorise page and agrees; see `installing.agree`."""
        return installing.agree(self, address, team, user, **more)

    def uninstall(self, team: Team) -> None:
        """Somebody takes the app out of the workspace."""
        installing.uninstall(self, team)

    def revoke(self, grant: Grant) -> None:
        """A token stops working."""
        installing.revoke(self, grant)

    def add_bot(self, team: Team, bot_user: str) -> None:
        if bot_user not in team.users:
            self.add_user(team, bot_user, self.app.name.lower(), real_name=self.app.name, is_bot=True)
            team.channels["C0GENERAL"].members.remove(bot_user)

    def person(self, user: str, team: Team | str | None = None) -> Actor:
        """Somebody by id or name, in a workspace; by default in the first one."""
        here = self.teams[team] if isinstance(team, str) else team or next(iter(self.teams.values()))
        return Actor(self, here, user)

    def admin(self, team: Team | str | None = None) -> Admin:
        """Who runs a workspace; by default the first one."""
        return Admin(self, self.teams[team] if isinstance(team, str) else team or next(iter(self.teams.values())))

    # ------------------------------------------------------------------ what a press brings

    def trigger(self, team: Team, user: str, view: str | None = None) -> str:
        """A new trigger_id."""
        return new_trigger(self, team, user, view)

    def response_url(self, team: Team, where: Channel, user: str, message: Message | None = None) -> str:
        return new_place(self, team, where, user, message)

    # ------------------------------------------------------------------ what happens

    def new_id(self) -> str:
        return f"{next(self._ids):08X}"

    def tell(self, team: Team, event: Json, where: Channel | None = None) -> None:
        """Something happened in a workspace: the app is told, if it may hear.

        Of what happened in a channel that several workspaces have it is told once.
        """
        self.happened.append(event)
        others = {where.team_id, *where.shared_with} if where is not None else set()
        for key in dict.fromkeys((team.id, *sorted(others))):
            if key in self.teams and subscriptions.heard(self, self.teams[key], event):
                subscriptions.deliver(self, self.teams[key], event, where)
                break
        self.changed()

    def changed(self) -> None:
        """Wake who waits in `until`."""
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
        self._waiting.clear()

    def noted(self, name: str, args: Json, said: Answer, token: str = "") -> None:
        """Write down a request that was answered."""
        self.calls.append(Called(name, args, token, said.status, said.json or {}, self.clock.now()))
        self.changed()

    async def until(self, holds: Callable[[], T | None], what: str = "") -> T:
        """Wait until something holds, looking again whenever anything changed here."""

        async def wait() -> T:
            while not (found := holds()):
                waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._waiting.add(waiting)
                await waiting
            return found

        try:
            return await asyncio.wait_for(wait(), PATIENCE)
        except TimeoutError:
            raise AssertionError(f"it did not happen in {PATIENCE} s: {what or holds}") from None

    async def settled(self) -> None:
        """Wait until nothing is on its way to the app, and it has nothing left to do."""
        await self.deliveries.quiet()
        if self.settle is not None:
            await self.settle()
            await self.deliveries.quiet()

    async def together(self, *acts: Awaitable[Any]) -> None:
        """What several people do in the same moment."""
        await asyncio.gather(*acts)

    def called(self, method: str, **where: Any) -> list[Called]:
        """The calls of a method with these arguments."""
        return [
            call
            for call in self.calls
            if call.method == method and all(call.args.get(name) == value for name, value in where.items())
        ]


@asynccontextmanager
async def open_slack(slack: SlackLike, port: int = 0) -> AsyncIterator[SlackLike]:
    """Serve it on loopback until the block ends."""
    runner = web.AppRunner(slack.web(), shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        assert runner.addresses
        slack.url = slack.files_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield slack
    finally:
        await slack.stop()
        await runner.cleanup()
