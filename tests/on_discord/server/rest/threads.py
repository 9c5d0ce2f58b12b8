"""Threads: made, changed, and who is in them."""

from on_discord.server import happenings, permissions, shapes
from on_discord.server.calls import NOTHING, Call, route
from on_discord.server.refusals import Complaints, Refusal
from on_discord.server.world import ANNOUNCEMENT, PRIVATE_THREAD, PUBLIC_THREAD, TEXT, Channel, Json, Message

ARCHIVE_MINUTES = (60, 1440, 4320, 10080)


@route("POST /channels/{channel}/threads")
def start(call: Call) -> Json:
    """A thread of its own; private unless it is said otherwise."""
    parent = call.channel()
    kind = int(call.given.get("type", PRIVATE_THREAD))
    private = kind == PRIVATE_THREAD
    needs = permissions.CREATE_PRIVATE_THREADS if private else permissions.CREATE_PUBLIC_THREADS
    return shapes.channel(call.discord, _start(call, parent, kind, needs))


@route("POST /channels/{channel}/messages/{message}/threads")
def start_at(call: Call) -> Json:
    """A public thread below a message; it has the message's id."""
    parent = call.channel()
    message = call.message(parent)
    if message.id in call.discord.channels:
        raise Refusal(160004)
    made = _start(call, parent, PUBLIC_THREAD, permissions.CREATE_PUBLIC_THREADS, message.id)
    return shapes.channel(call.discord, made)


@route("PUT /channels/{channel}/thread-members/@me")
def join(call: Call) -> object:
    happenings.joined_thread(call.discord, _thread(call), call.bot.id)
    return NOTHING


@route("PUT /channels/{channel}/thread-members/{user}")
def add(call: Call) -> object:
    """Who is added must see the channel that the thread is in; a note in the thread says so."""
    thread, key = _thread(call), call.snowflake("user")
    guild = call.discord.guild_of(thread)
    assert guild is not None
    if key not in call.discord.users:
        raise Refusal(10013)
    if key not in guild.members:
        raise Refusal(50001)
    parent = guild.channels[thread.parent_id or ""]
    if not call.discord.may(parent, key, permissions.VIEW_CHANNEL):
        raise Refusal(50001)
    if not call.discord.may(thread, call.bot.id, permissions.SEND_MESSAGES_IN_THREADS):
        raise Refusal(50013)
    own = thread.owner_id == call.bot.id or call.discord.may(thread, call.bot.id, permissions.MANAGE_THREADS)
    if thread.kind == PRIVATE_THREAD and not thread.invitable and not own:
        raise Refusal(50013)
    if key not in thread.members:
        happenings.joined_thread(call.discord, thread, key)
        note = Message(call.discord.new_id(), thread.id, call.bot, type=1, mentions=[key])
        happenings.posted(call.discord, thread, note)
    return NOTHING


@route("DELETE /channels/{channel}/thread-members/@me")
def leave(call: Call) -> object:
    happenings.left_thread(call.discord, _thread(call), call.bot.id)
    return NOTHING


@route("DELETE /channels/{channel}/thread-members/{user}")
def remove(call: Call) -> object:
    thread = _thread(call)
    own = thread.kind == PRIVATE_THREAD and thread.owner_id == call.bot.id
    if not own and not call.discord.may(thread, call.bot.id, permissions.MANAGE_THREADS):
        raise Refusal(50013)
    happenings.left_thread(call.discord, thread, call.snowflake("user"))
    return NOTHING


@route("GET /channels/{channel}/thread-members/{user}")
def member(call: Call) -> Json:
    thread, key = _thread(call), call.path["user"].replace("@me", call.bot.id)
    if key not in thread.members:
        raise Refusal(10007)
    return shapes.thread_member(thread, key)


@route("GET /channels/{channel}/thread-members")
def members(call: Call) -> list[Json]:
    thread = _thread(call)
    return [shapes.thread_member(thread, each) for each in thread.members]


@route("GET /channels/{channel}/threads/archived/private")
def archived_private(call: Call) -> Json:
    call.channel(permissions.READ_MESSAGE_HISTORY | permissions.MANAGE_THREADS)
    return _archived(call, PRIVATE_THREAD, own_only=False)


@route("GET /channels/{channel}/threads/archived/public")
def archived_public(call: Call) -> Json:
    call.channel(permissions.READ_MESSAGE_HISTORY)
    return _archived(call, PUBLIC_THREAD, own_only=False)


@route("GET /channels/{channel}/users/@me/threads/archived/private")
def archived_own(call: Call) -> Json:
    call.channel(permissions.READ_MESSAGE_HISTORY)
    return _archived(call, PRIVATE_THREAD, own_only=True)


def change_thread(call: Call, thread: Channel) -> Json:
    """PATCH of a thread: opening one again is for everybody in it; the rest for who made it, or manages threads."""
    given, discord = call.given, call.discord
    manages = discord.may(thread, call.bot.id, permissions.MANAGE_THREADS)
    if given.get("locked") is not None and not manages:
        raise Refusal(50013)
    if thread.archived and given.get("archived") is not False:
        raise Refusal(50083)
    if not manages and thread.owner_id != call.bot.id and set(given) - {"archived"}:
        raise Refusal(50013)
    _check(given, name_needed=False)
    thread.name = given.get("name") or thread.name
    thread.locked = given.get("locked", thread.locked)
    thread.invitable = given.get("invitable", thread.invitable)
    thread.archive_minutes = given.get("auto_archive_duration") or thread.archive_minutes
    if "archived" in given and given["archived"] != thread.archived:
        thread.archived, thread.archived_at = given["archived"], discord.clock.now()
    happenings.channel_told(discord, "UPDATE", thread)
    return shapes.channel(discord, thread)


# ---------------------------------------------------------------------- inside


def _start(call: Call, parent: Channel, kind: int, needs: int, key: str | None = None) -> Channel:
    if parent.kind not in (TEXT, ANNOUNCEMENT) or kind not in (PUBLIC_THREAD, PRIVATE_THREAD):
        raise Refusal(50024)
    if needs & ~call.discord.granted(parent, call.bot.id):
        raise Refusal(50013)
    _check(call.given, name_needed=True)
    thread = call.discord.add_thread(
        parent, call.given["name"], kind, owner=call.bot.id, id=key, members=[call.bot.id],
        invitable=bool(call.given.get("invitable", True)),
        archive_minutes=call.given.get("auto_archive_duration") or 4320,
    )  # fmt: skip
    happenings.channel_told(call.discord, "CREATE", thread)
    if kind == PUBLIC_THREAD and key is None:
        note = Message(call.discord.new_id(), parent.id, call.bot, content=thread.name, type=18)
        happenings.posted(call.discord, parent, note)
    return thread


def _check(given: Json, *, name_needed: bool) -> None:
    wrong = Complaints()
    wrong.text("name", given.get("name"), 1, 100, required=name_needed)
    minutes = given.get("auto_archive_duration")
    if minutes is not None and minutes not in ARCHIVE_MINUTES:
        wrong.add("auto_archive_duration", "BASE_TYPE_CHOICES", f"Value must be one of {ARCHIVE_MINUTES}.")
    wrong.refuse()


def _thread(call: Call) -> Channel:
    found = call.channel()
    if not found.is_thread:
        raise Refusal(50024)
    return found


def _archived(call: Call, kind: int, *, own_only: bool) -> Json:
    guild = call.discord.guild_of(call.channel())
    assert guild is not None
    found = [
        each
        for each in guild.channels.values()
        if each.parent_id == call.path["channel"] and each.kind == kind and each.archived
        and (not own_only or call.bot.id in each.members)
    ]  # fmt: skip
    own = [shapes.thread_member(each, call.bot.id) for each in found if call.bot.id in each.members]
    shown = [shapes.channel(call.discord, each) for each in reversed(found)]
    return {"threads": shown, "members": own, "has_more": False}
