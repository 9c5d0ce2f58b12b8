"""How Slack shows its things in JSON."""

import copy
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from slack.server.world import IM, MPIM, PRIVATE, PUBLIC, Channel, Json, Message, Team, Upload, User

if TYPE_CHECKING:
    from slack.server.server import SlackLike

SHOWN_REACTORS = 5
"""Users of a reaction that are named without `full`."""


def user(slack: "SlackLike", team: Team, who: User, *, locale: bool = False, mail: bool = False) -> Json:
    stranger = who.team_id != team.id and (who.enterprise_id is None or who.enterprise_id != team.enterprise_id)
    offset = datetime.fromtimestamp(slack.clock.now(), ZoneInfo(who.tz)).utcoffset()
    assert offset is not None
    profile: Json = {
        "real_name": who.real_name, "real_name_normalized": who.real_name, "display_name": who.name,
        "display_name_normalized": who.name, "status_text": who.status[0], "status_emoji": who.status[1],
        "status_expiration": who.status_expiration,
        "avatar_hash": "g0", "team": who.team_id, "first_name": who.real_name.split(" ")[0],
    }  # fmt: skip
    shown: Json = {
        "id": who.id, "team_id": who.team_id, "name": who.name, "deleted": who.deleted, "is_bot": who.is_bot,
        "is_app_user": False, "updated": who.updated, "profile": profile,
    }  # fmt: skip
    if who.bot_id:
        profile["bot_id"], profile["api_app_id"] = who.bot_id, slack.app.id
    if who.deleted:
        return shown
    shown |= {
        "real_name": who.real_name, "tz": who.tz, "tz_label": who.tz, "tz_offset": int(offset.total_seconds()),
        "is_admin": who.is_admin, "is_owner": who.is_owner, "is_primary_owner": False,
        "is_restricted": who.is_guest or who.is_single_channel_guest,
        "is_ultra_restricted": who.is_single_channel_guest, "color": "9f69e7",
    }  # fmt: skip
    if who.enterprise_id:
        shown["enterprise_user"] = {
            "id": who.id, "enterprise_id": who.enterprise_id, "enterprise_name": who.enterprise_id,
            "is_admin": who.is_admin, "is_owner": who.is_owner, "teams": [team.id],
        }  # fmt: skip
    if stranger:
        shown["is_stranger"] = True
        for name in ("is_admin", "is_owner", "is_primary_owner", "is_restricted", "is_ultra_restricted"):
            del shown[name]
    elif not who.is_bot:
        shown["is_email_confirmed"] = who.email_confirmed
        if mail and who.email:
            profile["email"] = who.email
    if locale:
        shown["locale"] = who.locale
    return shown


def dnd(who: User) -> Json:
    """As others see it: the next window that is planned, no pause of the moment."""
    start, end = who.dnd or (1, 1)
    return {"dnd_enabled": who.dnd is not None, "next_dnd_start_ts": start, "next_dnd_end_ts": end}


def channel(team: Team, what: Channel, bot: str) -> Json:
    if what.kind == IM:
        partner = what.partner(bot)
        other = team.users.get(partner)
        return {
            "id": what.id, "created": 1_700_000_000, "is_archived": what.archived, "is_im": True,
            "is_org_shared": False, "user": partner, "context_team_id": team.id,
            "is_user_deleted": bool(other and other.deleted),
        }  # fmt: skip
    shared = bool(what.shared_with)
    return {
        "id": what.id, "name": what.name, "name_normalized": what.name, "is_channel": what.kind == PUBLIC,
        "is_group": what.kind == PRIVATE, "is_im": False, "is_mpim": what.kind == MPIM,
        "is_private": what.kind != PUBLIC, "created": 1_700_000_000, "creator": what.creator,
        "is_archived": what.archived, "is_general": False, "is_member": bot in what.members,
        "is_shared": shared, "is_ext_shared": shared, "is_org_shared": False, "pending_shared": [],
        "is_pending_ext_shared": False, "unlinked": 0, "context_team_id": team.id,
        "shared_team_ids": sorted({what.team_id, *what.shared_with}), "conversation_host_id": what.team_id,
        "topic": {"value": "", "creator": "", "last_set": 0}, "purpose": {"value": "", "creator": "", "last_set": 0},
    }  # fmt: skip


def file(slack: "SlackLike", what: Upload) -> Json:
    if what.deleted:
        return {"id": what.id, "mode": "tombstone"}
    kind = what.name.rpartition(".")[2].lower()
    mime = {
        "png": "image/png",
        "jpg": "image/jpeg",
        "json": "application/json",
        "csv": "text/csv",
        "pdf": "application/pdf",
    }
    address = f"{slack.files_url}/files-pri/{what.team_id}-{what.id}"
    return {
        "id": what.id, "created": what.created, "timestamp": what.created, "name": what.name, "title": what.title,
        "mimetype": mime.get(kind, "text/plain"), "filetype": kind, "pretty_type": kind.upper(), "user": what.user,
        "user_team": what.team_id, "editable": False, "size": what.size, "mode": "hosted", "is_external": False,
        "external_type": "", "is_public": False, "public_url_shared": False, "display_as_bot": False, "username": "",
        "url_private": f"{address}/{what.name}", "url_private_download": f"{address}/download/{what.name}",
        "permalink": f"https://school.slack.example/files/{what.user}/{what.id}/{what.name}",
        "is_starred": False, "has_rich_preview": False, "file_access": "visible",
        **({"alt_txt": what.alt} if what.alt else {}),
    }  # fmt: skip


def message(slack: "SlackLike", team: Team, where: Channel, what: Message, *, metadata: bool = False) -> Json:
    shown: Json = {"user": what.user, "type": "message", "ts": what.ts, "text": what.text, "team": what.team_id}
    if what.deleted:
        shown = {
            "type": "message", "subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT",
            "hidden": True, "ts": what.ts,
        }  # fmt: skip
        return shown | _thread(where, what)
    if what.subtype:
        shown["subtype"] = what.subtype
    if what.bot_id:
        shown["bot_id"] = what.bot_id
        if what.app_id:
            shown["app_id"] = what.app_id
            shown["bot_profile"] = bot(slack, team, what.bot_id)
    if what.blocks:
        shown["blocks"] = copy.deepcopy(what.blocks)
    if what.attachments:
        shown["attachments"] = copy.deepcopy(what.attachments)
    if what.files:
        shown["files"] = [file(slack, each) for each in what.files]
        shown["upload"] = False
    if what.metadata is not None:
        shown["metadata"] = copy.deepcopy(what.metadata) if metadata else {"event_type": what.metadata["event_type"]}
    if what.edited:
        shown["edited"] = {"user": what.user, "ts": what.edited}
    if what.reactions:
        shown["reactions"] = reactions(what, full=False)
    return shown | _thread(where, what)


def reactions(what: Message, *, full: bool) -> list[Json]:
    return [
        {"name": name, "users": list(users if full else users[:SHOWN_REACTORS]), "count": len(users)}
        for name, users in what.reactions.items()
    ]


def bot(slack: "SlackLike", team: Team, bot_id: str) -> Json:
    name = next((each.real_name for each in team.users.values() if each.bot_id == bot_id), slack.app.name)
    return {
        "id": bot_id, "app_id": slack.app.id, "name": name, "icons": {}, "deleted": False, "updated": 1_700_000_000,
        "team_id": team.id,
    }  # fmt: skip


def replies(where: Channel, parent: str) -> list[Message]:
    return [each for each in where.lasting() if each.thread_ts == parent and each.ts != parent]


def _thread(where: Channel, what: Message) -> Json:
    if what.thread_ts and what.thread_ts != what.ts:
        parent = where.messages.get(what.thread_ts)
        return {"thread_ts": what.thread_ts, "parent_user_id": parent.user if parent else ""}
    answers = replies(where, what.ts)
    if not answers:
        return {}
    return {
        "thread_ts": what.ts, "reply_count": len(answers), "reply_users": sorted({each.user for each in answers}),
        "reply_users_count": len({each.user for each in answers}), "latest_reply": answers[-1].ts, "is_locked": False,
        "subscribed": False,
    }  # fmt: skip
