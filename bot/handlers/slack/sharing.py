"""With whom a channel is shared, as Slack says it: pure.

With another organisation (Slack Connect), also where they have only been invited, it is shared with outsiders. With
other workspaces of one's own organisation it is unless all of them are the same school's: a district's schools see of
each other what they agreed on, and no more.
Source: docs.slack.dev, object `conversation`; events `channel_shared`, `channel_unshared`; envelope of events.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.handlers.slack.keys import Payload, home_of, team_of


@dataclass(frozen=True)
class Sharing:
    """`teams` are the workspaces of one's own organisation that a channel is in; None: it is in one alone."""

    is_external: bool
    teams: frozenset[str] | None = None


@dataclass(frozen=True)
class SharingNews:
    """Slack says by itself that a channel is shared with another organisation, or not with one of them any more."""

    home: str
    channel: str
    is_external: bool


def sharing(channel: Mapping[str, Any]) -> Sharing:
    """What a `conversation` object says."""
    within = bool(channel.get("is_org_shared") or channel.get("is_global_shared"))
    invited = channel.get("is_pending_ext_shared") or channel.get("pending_shared")
    is_external = channel.get("is_ext_shared") or invited or (channel.get("is_shared") and not within)
    teams = (*(channel.get("shared_team_ids") or ()), *(channel.get("internal_team_ids") or ()))
    return Sharing(bool(is_external), frozenset(map(str, teams)) if within else None)


def has_outsiders(found: Sharing, own: Collection[str]) -> bool:
    """Whether others than a school's people are in the channel; `own` are the keys of the school's workspaces."""
    if found.is_external or found.teams is None:
        return found.is_external
    return not found.teams or bool(found.teams - {team_of(key) for key in own})


def sharing_news(body: Payload) -> SharingNews | None:
    """What an event says of the channel that it happened in, whatever else it tells."""
    told, home = body.get("event"), home_of(body)
    if not isinstance(told, Mapping) or home is None:
        return None
    item = told.get("item")
    named = told.get("channel") or (item.get("channel") if isinstance(item, Mapping) else None)
    channel = named.get("id") if isinstance(named, Mapping) else named
    if not isinstance(channel, str) or not channel:
        return None
    if told.get("type") == "channel_shared" or body.get("is_ext_shared_channel") is True:
        return SharingNews(home, channel, is_external=True)
    if told.get("type") == "channel_unshared":
        return SharingNews(home, channel, is_external=bool(told.get("is_ext_shared")))
    return None
