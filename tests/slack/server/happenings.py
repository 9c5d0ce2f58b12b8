"""What changes in the world, and the events that tell of it."""

from typing import TYPE_CHECKING, Any

from slack.server import shapes
from slack.server.world import IM, MPIM, PRIVATE, PUBLIC, Channel, Json, Message, Team, User

if TYPE_CHECKING:
    from slack.server.server import SlackLike

CHANNEL_TYPES = {PUBLIC: "channel", PRIVATE: "group", IM: "im", MPIM: "mpim"}


def posted(slack: "SlackLike", team: Team, where: Channel, message: Message) -> None:
    """A message is there. Whoever is mentioned by name is told of it once more."""
    where.messages[message.ts] = message
    event = {**_shown(slack, team, where, message), "event_ts": message.ts}
    if message.broadcast:
        event["subtype"] = "thread_broadcast"
    slack.tell(team, event, where)
    bots = {each.bot_user for each in slack.app.installs}
    if where.kind != IM and message.user not in bots and any(f"<@{bot}>" in message.text for bot in bots):
        mention = {name: value for name, value in event.items() if name not in ("channel_type", "subtype")}
        slack.tell(team, {**mention, "type": "app_mention"}, where)


def changed(
    slack: "SlackLike", team: Team, where: Channel, message: Message, *, flagged: bool = True, **fields: Any
) -> None:
    """A message is changed to these fields; `flagged`: it shows that it was edited."""
    before = shapes.message(slack, team, where, message, metadata=True)
    for name, value in fields.items():
        setattr(message, name, value)
    message.editions += 1
    now = where.new_ts(slack.clock.now())
    if flagged:
        message.edited = now
    more = {"subtype": "message_changed", "ts": now, "previous_message": before}
    _hidden(slack, team, where, more, message, "message")


def deleted(slack: "SlackLike", team: Team, where: Channel, message: Message) -> None:
    """A message was taken away; one with answers leaves a stone."""
    now = where.new_ts(slack.clock.now())
    more = {"subtype": "message_deleted", "ts": now, "deleted_ts": message.ts}
    _hidden(slack, team, where, more, message, "previous_message")
    message.deleted = True
    if not shapes.replies(where, message.ts):
        del where.messages[message.ts]


def reacted(slack: "SlackLike", team: Team, where: Channel, message: Message, user: str, name: str) -> None:
    message.reactions.setdefault(name, []).append(user)
    _of_reaction(slack, team, where, message, "reaction_added", user, name)


def unreacted(slack: "SlackLike", team: Team, where: Channel, message: Message, user: str, name: str) -> None:
    message.reactions[name].remove(user)
    if not message.reactions[name]:
        del message.reactions[name]
    _of_reaction(slack, team, where, message, "reaction_removed", user, name)


def user_changed(slack: "SlackLike", team: Team, who: User) -> None:
    who.updated = int(slack.clock.now())
    shown = shapes.user(slack, team, who, locale=True, mail=True)
    slack.tell(
        team, {"type": "user_change", "user": shown, "cache_ts": who.updated, "event_ts": str(slack.clock.now())}
    )


def status_changed(slack: "SlackLike", team: Team, who: User) -> None:
    """A status is told twice: as itself, and as a profile that changed."""
    shown = shapes.user(slack, team, who, locale=True, mail=True)
    told = {"type": "user_status_changed", "user": shown, "cache_ts": int(slack.clock.now())}
    slack.tell(team, {**told, "event_ts": str(slack.clock.now())})
    user_changed(slack, team, who)


def quietened(slack: "SlackLike", team: Team, who: User) -> None:
    """When somebody is not to be disturbed; a pause of the moment shows to nobody but themselves."""
    event = {"type": "dnd_updated_user", "user": who.id, "dnd_status": shapes.dnd(who)}
    slack.tell(team, {**event, "event_ts": str(slack.clock.now())})


def joined(slack: "SlackLike", team: Team, where: Channel, user: str) -> None:
    if user not in where.members:
        where.members.append(user)
        _of_member(slack, team, where, user, "member_joined_channel")


def left(slack: "SlackLike", team: Team, where: Channel, user: str) -> None:
    install = slack.installed(team)
    _of_member(slack, team, where, user, "member_left_channel")
    where.members.remove(user)
    if install is not None and user == install.bot_user:
        kind = "channel_left" if where.kind == PUBLIC else "group_left"
        slack.tell(team, {"type": kind, "channel": where.id, "actor_id": "", "event_ts": str(slack.clock.now())})


def archived(slack: "SlackLike", team: Team, where: Channel, user: str, *, now_archived: bool = True) -> None:
    where.archived = now_archived
    kind = "channel" if where.kind == PUBLIC else "group"
    what = "archive" if now_archived else "unarchive"
    slack.tell(
        team,
        {
            "type": f"{kind}_{what}",
            "channel": where.id,
            "user": user,
            "is_moved": 0,
            "event_ts": str(slack.clock.now()),
        },
    )


def permalink(team: Team, where: Channel, message: Message) -> str:
    address = f"https://{team.domain}.slack.example/archives/{where.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        address += f"?thread_ts={message.thread_ts}&cid={where.id}"
    return address


def _shown(slack: "SlackLike", team: Team, where: Channel, message: Message) -> Json:
    shown = shapes.message(slack, team, where, message, metadata=True)
    shown |= {"channel": where.id, "channel_type": CHANNEL_TYPES[where.kind]}
    if not message.bot_id:
        shown["client_msg_id"] = f"00000000-0000-4000-8000-{message.ts.replace('.', '')[-12:]}"
    if where.shared_with:
        shown |= {"user_team": message.team_id, "source_team": message.team_id}
    return shown


def _hidden(slack: "SlackLike", team: Team, where: Channel, more: Json, message: Message, name: str) -> None:
    event: Json = {
        "type": "message", "channel": where.id, "channel_type": CHANNEL_TYPES[where.kind], "hidden": True,
        name: shapes.message(slack, team, where, message, metadata=True), "event_ts": more["ts"], **more,
    }  # fmt: skip
    slack.tell(team, event, where)


def _of_reaction(
    slack: "SlackLike", team: Team, where: Channel, message: Message, kind: str, user: str, name: str
) -> None:
    item = {"type": "message", "channel": where.id, "ts": message.ts}
    event = {"type": kind, "user": user, "reaction": name, "item": item, "item_user": message.user}
    event["event_ts"] = where.new_ts(slack.clock.now())
    slack.tell(team, event, where)


def _of_member(slack: "SlackLike", team: Team, where: Channel, user: str, kind: str) -> None:
    letter = {PUBLIC: "C", PRIVATE: "G"}.get(where.kind, "C")
    event = {"type": kind, "user": user, "channel": where.id, "channel_type": letter, "team": team.id}
    slack.tell(team, {**event, "event_ts": str(slack.clock.now())})
