"""The gateway: hello, identify, resume, heartbeats, events by intents and shards, compressed as the app asks."""

import asyncio
import itertools
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from on_discord.server import permissions, shapes
from on_discord.server.world import Channel, Json, Message

if TYPE_CHECKING:
    from on_discord.server.server import DiscordLike

GUILDS, GUILD_MEMBERS, PRESENCES = 1 << 0, 1 << 1, 1 << 8
GUILD_MESSAGES, GUILD_REACTIONS, DIRECT_MESSAGES, DIRECT_REACTIONS = 1 << 9, 1 << 10, 1 << 12, 1 << 13
MESSAGE_CONTENT = 1 << 15
PRIVILEGED = GUILD_MEMBERS | PRESENCES | MESSAGE_CONTENT
KNOWN_INTENTS = (1 << 26) - 1
MOST_SENT = 120
"""What an app may send in a minute."""

Shown = Callable[["Session"], Json | None]


@dataclass
class Session:
    """What an app listens with: lives on while its connection is away. `sent` are its events by number."""

    id: str
    shard: int
    shards: int
    intents: int
    sent: list[Json] = field(default_factory=list)
    connection: "Connection | None" = None
    resumes: int = 0

    def hears(self, guild: str | None) -> bool:
        """Whether a guild's events, or those of no guild, come to this shard."""
        return (int(guild) >> 22) % self.shards == self.shard if guild else self.shard == 0


class Gateway:
    """`sessions` are those that can be resumed. `opened` counts connections; `identified`, `resumed` tell of each."""

    def __init__(self, discord: "DiscordLike") -> None:
        self._discord = discord
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self.opened = 0
        self.identified: list[Json] = []
        self.resumed: list[str] = []
        self.closed_with: list[int | None] = []
        self.heartbeats = 0
        self.is_away = False
        """True: nobody gets in."""
        self.answers_heartbeats = True
        self.heartbeat_interval = 41_250
        """Milliseconds."""

    def serve(self, served: web.Application) -> None:
        served.router.add_get("/gateway", self._connect)
        served.router.add_get("/gateway/", self._connect)

    # ------------------------------------------------------------------ what a test does

    async def drop(self, code: int = 1006) -> None:
        """Every connection ends: without a word (1006), or closed with this code. Sessions can be resumed."""
        for each in list(self.connections):
            await each.end(code)

    async def reconnect(self) -> None:
        """Op 7: the app shall come again and resume."""
        for each in list(self.connections):
            each.send({"op": 7, "d": None})

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Op 9."""
        if not resumable:
            self.sessions.clear()
        for each in list(self.connections):
            each.send({"op": 9, "d": resumable})

    def forget(self) -> None:
        """No session can be resumed any more; what happens meanwhile is never brought."""
        self.sessions.clear()

    async def connected(self, shards: int = 1) -> None:
        """Wait until every shard has identified or resumed."""

        def ready() -> bool:
            return sum(each.session is not None for each in self.connections) >= shards

        await self._discord.until(ready, "the app is connected")

    async def quiet(self) -> None:
        """Wait until every app has read what was sent to it. A frame that the wire itself answers tells it."""
        for each in list(self.connections):
            await each.read_through()

    async def stop(self) -> None:
        await self.drop(1001)

    # ------------------------------------------------------------------ events

    def dispatch(self, event: str, guild: str | None, intent: int, shown: Shown) -> None:
        """Bring an event to whoever asked for it; `shown` says what a session gets of it, None: nothing."""
        for session in self.sessions.values():
            if session.hears(guild) and (not intent or session.intents & intent):
                data = shown(session)
                if data is not None:
                    self.tell(session, event, data)

    def tell(self, session: Session, event: str, data: Json) -> None:
        payload = {"op": 0, "t": event, "s": len(session.sent) + 1, "d": data}
        session.sent.append(payload)
        if session.connection is not None:
            session.connection.send(payload)

    def may_read(self, session: Session, message: Message, channel: Channel) -> bool:
        """Whether what a message says is for this app: its own, those to it, and all with the intent."""
        own = self._discord.bot.id
        return bool(
            session.intents & MESSAGE_CONTENT
            or channel.is_direct
            or message.author.id == own
            or own in message.mentions
        )

    # ------------------------------------------------------------------ inside

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        if self.is_away:
            return web.Response(status=503, text="upstream connect error")
        socket = web.WebSocketResponse(autoping=False, max_msg_size=4096 * 4, compress=False)
        await socket.prepare(request)
        self.opened += 1
        connection = Connection(self._discord, socket, request.query.get("compress") == "zlib-stream")
        self.connections.add(connection)
        try:
            await connection.talk()
        finally:
            self.connections.discard(connection)
            self.closed_with.append(socket.close_code)
            connection.gone()
            self._discord.changed()
        return socket


class Connection:
    def __init__(self, discord: "DiscordLike", socket: web.WebSocketResponse, compressed: bool) -> None:
        self._discord = discord
        self._gateway = discord.gateway
        self._socket = socket
        self._deflate = zlib.compressobj() if compressed else None
        self._out: asyncio.Queue[Json | bytes | int] = asyncio.Queue()
        self._marks = itertools.count()
        self._awaited: dict[bytes, asyncio.Future[None]] = {}
        self._times: list[float] = []
        self.session: Session | None = None

    def send(self, payload: Json) -> None:
        self._out.put_nowait(payload)

    async def end(self, code: int) -> None:
        if code == 1006:
            transport = self._socket._req.transport if self._socket._req is not None else None
            if transport is not None:
                transport.abort()
            return
        self._out.put_nowait(code)

    async def read_through(self) -> None:
        mark = str(next(self._marks)).encode()
        self._awaited[mark] = asyncio.get_running_loop().create_future()
        self._out.put_nowait(mark)
        await self._awaited[mark]

    async def talk(self) -> None:
        writing = asyncio.get_running_loop().create_task(self._write())
        self.send({"op": 10, "d": {"heartbeat_interval": self._gateway.heartbeat_interval, "_trace": ["[]"]}})
        try:
            async for each in self._socket:
                if each.type is WSMsgType.PONG:
                    self._reached(bytes(each.data))
                elif each.type is WSMsgType.PING:
                    await self._socket.pong(each.data)
                elif each.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    self._received(each.data)
        finally:
            writing.cancel()

    def gone(self) -> None:
        """The connection is over; a session ends with it when the app itself said goodbye."""
        for each in self._awaited.values():
            if not each.done():
                each.set_result(None)
        session = self.session
        if session is not None and session.connection is self:
            session.connection = None
            if self._socket.close_code in (1000, 1001):
                self._gateway.sessions.pop(session.id, None)

    # ------------------------------------------------------------------ writing

    async def _write(self) -> None:
        while True:
            each = await self._out.get()
            try:
                if isinstance(each, bytes):
                    await self._socket.ping(each)
                elif isinstance(each, int):
                    await self._socket.close(code=each)
                    return
                else:
                    await self._one(each)
            except (ConnectionError, RuntimeError):
                return

    async def _one(self, payload: Json) -> None:
        text = json.dumps(payload, ensure_ascii=False)
        if self._deflate is None:
            await self._socket.send_str(text)
        else:
            data = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
            await self._socket.send_bytes(data)

    def _reached(self, mark: bytes) -> None:
        waiting = self._awaited.pop(mark, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    # ------------------------------------------------------------------ reading

    def _received(self, text: Any) -> None:
        now = asyncio.get_running_loop().time()
        self._times = [*(each for each in self._times if each > now - 60), now]
        if len(self._times) > MOST_SENT:
            return self._close(4008)
        try:
            given = json.loads(text)
            op, data = given["op"], given.get("d")
        except (ValueError, KeyError, TypeError):
            return self._close(4002)
        if op == 1:
            return self._heartbeat()
        if op == 2:
            return self._identify(data)
        if op == 6:
            return self._resume(data)
        if self.session is None:
            return self._close(4003)
        if op == 8:
            return self._members(data)
        if op not in (3, 4, 31):
            return self._close(4001)
        return None

    def _close(self, code: int) -> None:
        self._out.put_nowait(code)

    def _heartbeat(self) -> None:
        self._gateway.heartbeats += 1
        if self._gateway.answers_heartbeats:
            self.send({"op": 11, "d": None})

    def _identify(self, given: Json) -> None:
        discord, gateway = self._discord, self._gateway
        if self.session is not None:
            return self._close(4005)
        gateway.identified.append(given)
        if given.get("token") != discord.app.token:
            return self._close(4004)
        intents = given.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS or not isinstance(given.get("properties"), dict):
            return self._close(4013)
        if intents & PRIVILEGED & ~discord.app.privileged_intents:
            return self._close(4014)
        shard, shards = given.get("shard") or [0, 1]
        if not 0 <= shard < shards:
            return self._close(4010)
        if discord.app.shards > 1 and not given.get("shard"):
            return self._close(4011)
        discord.app.identifies_left -= 1
        session = Session(discord.new_key(), shard, shards, intents, connection=self)
        gateway.sessions[session.id] = self.session = session
        here = [each for each in discord.guilds.values() if each.has_app and session.hears(each.id)]
        ready = {
            "v": 10, "user": shapes.own_user(discord.bot), "user_settings": {}, "session_type": "normal",
            "session_id": session.id, "resume_gateway_url": discord.resume_url, "relationships": [],
            "private_channels": [], "presences": [], "guilds": [{"id": each.id, "unavailable": True} for each in here],
            "application": {"id": discord.app.id, "flags": discord.app.flags}, "shard": [shard, shards],
        }  # fmt: skip
        gateway.tell(session, "READY", ready)
        for each in here:
            if intents & GUILDS and not each.unavailable:
                gateway.tell(session, "GUILD_CREATE", shapes.guild_created(discord, each))
        discord.changed()
        return None

    def _resume(self, given: Json) -> None:
        gateway = self._gateway
        if given.get("token") != self._discord.app.token:
            return self._close(4004)
        session, seq = gateway.sessions.get(str(given.get("session_id"))), given.get("seq")
        if session is None or not isinstance(seq, int) or seq > len(session.sent):
            return self.send({"op": 9, "d": False})
        if session.connection is not None:
            session.connection._close(4000)
        session.connection, self.session = self, session
        session.resumes += 1
        gateway.resumed.append(session.id)
        for payload in session.sent[seq:]:
            self.send(payload)
        gateway.tell(session, "RESUMED", {"_trace": ["[]"]})
        self._discord.changed()
        return None

    def _members(self, given: Json) -> None:
        """Op 8: those asked for by id or the beginning of a name; all of them only with the intent."""
        assert self.session is not None
        guild = self._discord.guilds.get(str(given.get("guild_id")))
        if guild is None or not guild.has_app:
            return
        asked, query = given.get("user_ids"), given.get("query")
        if asked is None and not query and not self.session.intents & GUILD_MEMBERS:
            self._close(4013)
            return
        wanted = [str(each) for each in (asked if isinstance(asked, list) else [asked])] if asked is not None else None
        found = [
            each
            for each in guild.members.values()
            if (each.user.id in wanted if wanted is not None else each.name.lower().startswith((query or "").lower()))
        ]
        missing = [each for each in wanted or () if each not in guild.members]
        chunk = {
            "guild_id": guild.id, "members": [shapes.member(each) for each in found[: given.get("limit") or None]],
            "chunk_index": 0, "chunk_count": 1, "not_found": missing, "nonce": given.get("nonce"),
        }  # fmt: skip
        self._gateway.tell(self.session, "GUILD_MEMBERS_CHUNK", chunk)


def sees(discord: "DiscordLike", channel: Channel) -> bool:
    return discord.may(channel, discord.bot.id, permissions.VIEW_CHANNEL)
