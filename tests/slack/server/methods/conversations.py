"""conversations.*: which there are, who is in them, what was said."""

from collections.abc import Sequence

from slack.server import happenings, shapes
from slack.server.calls import Call, Refusal, method, refused_arguments
from slack.server.world import IM, MPIM, PRIVATE, PUBLIC, Channel, Json, Message

READ = {PUBLIC: "channels:read", PRIVATE: "groups:read", IM: "im:read", MPIM: "mpim:read"}
HISTORY = {PUBLIC: "channels:history", PRIVATE: "groups:history", IM: "im:history", MPIM: "mpim:history"}
TYPES = {"public_channel": PUBLIC, "private_channel": PRIVATE, "im": IM, "mpim": MPIM}


@method("conversations.open", "im:write", "mpim:write", tier=3)
def open_(call: Call) -> Json:
    if call.text("channel"):
        found = call.visible(call.text("channel"))
        return {"no_op": True, "already_open": True, "channel": {"id": found.id}}
    wanted = [each for each in call.text("users").split(",") if each]
    if not wanted:
        raise Refusal("users_list_not_supplied")
    if len(wanted) > 1:
        raise Refusal("method_not_supported_for_channel_type")
    who = call.team.users.get(wanted[0])
    if who is None:
        raise Refusal("user_not_found")
    if who.deleted:
        raise Refusal("user_disabled")
    if who.is_bot:
        raise Refusal("cannot_dm_bot")
    known = call.team.direct(call.bot.id, who.id) is not None
    found = call.slack.open_direct(call.team, call.bot.id, who.id)
    more: Json = {"no_op": True, "already_open": True} if known else {}
    shown = shapes.channel(call.team, found, call.bot.id) if call.flag("return_im") else {"id": found.id}
    return {**more, "channel": shown}


@method("conversations.info", *READ.values(), tier=3)
def info(call: Call) -> Json:
    call.need("channel")
    found = call.visible(call.text("channel"))
    call.scope(READ[found.kind])
    shown = shapes.channel(call.team, found, call.bot.id)
    if call.flag("include_locale"):
        shown["locale"] = "ja-JP"
    if call.flag("include_num_members"):
        shown["num_members"] = len(found.members)
    return {"channel": shown}


@method("conversations.members", *READ.values(), tier=4)
def members(call: Call) -> Json:
    call.need("channel")
    found = call.visible(call.text("channel"))
    call.scope(READ[found.kind])
    page, following = paged(call, found.members)
    return {"members": page, "response_metadata": {"next_cursor": following}}


@method("conversations.list", *READ.values(), tier=2)
def list_(call: Call) -> Json:
    kinds = {TYPES.get(each.strip(), "") for each in (call.text("types") or "public_channel").split(",")}
    if "" in kinds:
        raise Refusal("invalid_types")
    for kind in kinds:
        call.scope(READ[kind])
    seen = [
        each
        for each in call.team.channels.values()
        if each.kind in kinds
        and (each.kind == PUBLIC or call.bot.id in each.members)
        and not (each.archived and call.flag("exclude_archived"))
    ]
    page, following = paged(call, seen)
    shown = [shapes.channel(call.team, each, call.bot.id) for each in page]
    return {"channels": shown, "response_metadata": {"next_cursor": following}}


@method("users.conversations", *READ.values(), tier=3)
def of_user(call: Call) -> Json:
    who = call.user() if call.text("user") else call.bot
    kinds = {TYPES.get(each.strip(), "") for each in (call.text("types") or "public_channel").split(",")}
    seen = [each for each in call.team.channels.values() if each.kind in kinds and who.id in each.members]
    page, following = paged(call, [each for each in seen if each.kind == PUBLIC or call.bot.id in each.members])
    shown = [shapes.channel(call.team, each, call.bot.id) for each in page]
    return {"channels": shown, "response_metadata": {"next_cursor": following}}


@method("conversations.join", "channels:join", tier=3)
def join(call: Call) -> Json:
    call.need("channel")
    found = call.visible(call.text("channel"))
    if found.kind != PUBLIC:
        raise Refusal("method_not_supported_for_channel_type")
    if found.archived:
        raise Refusal("is_archived")
    happenings.joined(call.slack, call.team, found, call.bot.id)
    return {"channel": shapes.channel(call.team, found, call.bot.id)}


@method("conversations.history", *HISTORY.values(), tier=3)
def history(call: Call) -> Json:
    found = _readable(call)
    said = [each for each in found.lasting() if each.thread_ts in (None, each.ts) or each.broadcast]
    return _pages(call, found, list(reversed(_between(call, said))), 999)


@method("conversations.replies", *HISTORY.values(), tier=3)
def replies(call: Call) -> Json:
    found = _readable(call)
    call.need("ts")
    parent = found.messages.get(call.text("ts"))
    if parent is None or parent.reader is not None:
        raise Refusal("thread_not_found")
    root = found.messages.get(parent.thread_ts or parent.ts, parent)
    answers = _between(call, shapes.replies(found, root.ts))
    return _pages(call, found, [root, *answers], 1000)


def _readable(call: Call) -> Channel:
    call.need("channel")
    found = call.inside(call.text("channel"))
    call.scope(HISTORY[found.kind])
    return found


def _between(call: Call, said: list[Message]) -> list[Message]:
    inclusive = call.flag("inclusive")
    oldest, latest = _moment(call, "oldest"), _moment(call, "latest")

    def inside(ts: float) -> bool:
        after = oldest is None or ts > oldest or (inclusive and ts == oldest)
        return after and (latest is None or ts < latest or (inclusive and ts == latest))

    return [each for each in said if inside(float(each.ts))]


def _moment(call: Call, name: str) -> float | None:
    try:
        return float(call.text(name)) if call.text(name) else None
    except ValueError:
        raise Refusal(f"invalid_ts_{name}") from None


def _pages(call: Call, found: Channel, said: list[Message], most: int) -> Json:
    if call.number("limit", 100) > most:
        raise Refusal("invalid_limit")
    page, following = paged(call, said)
    with_metadata = call.flag("include_all_metadata")
    shown = [shapes.message(call.slack, call.team, found, each, metadata=with_metadata) for each in page]
    more: Json = {"response_metadata": {"next_cursor": following}} if following else {}
    return {"messages": shown, "has_more": bool(following), "pin_count": 0, **more}


def paged(call: Call, all_of_them: Sequence, default: int = 100) -> tuple[Sequence, str]:  # type: ignore[type-arg]
    """One page, and the cursor of the next: empty on the last."""
    cursor, limit = call.text("cursor"), call.number("limit", default)
    if limit < 1:
        raise refused_arguments("must be greater than 0 [json-pointer:/limit]")
    if cursor and not (cursor.startswith("next:") and cursor[5:].isdecimal()):
        raise Refusal("invalid_cursor")
    start = int(cursor[5:]) if cursor else 0
    end = start + limit
    return all_of_them[start:end], f"next:{end}" if end < len(all_of_them) else ""
