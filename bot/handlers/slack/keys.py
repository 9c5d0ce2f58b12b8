"""Whose workspace and which user a payload means, in Slack's own ids.

A user or channel id alone is never a key: two workspaces may have equal ones. A workspace is named by its team, and by
its enterprise where it has one. Facts: docs.slack.dev, Events API (`authorizations`), Enterprise organisations.
"""

from collections.abc import Mapping
from typing import Any

PLATFORM = "slack"
_BETWEEN = "/"

Payload = Mapping[str, Any]


def workspace_key(team: str, enterprise: str | None = None) -> str:
    """The key of a workspace: `T…`, or `E…/T…` in an enterprise."""
    return f"{enterprise}{_BETWEEN}{team}" if enterprise else team


def team_of(key: str) -> str:
    """The team of a workspace's key."""
    return key.rpartition(_BETWEEN)[2]


def enterprise_of(key: str) -> str | None:
    """The enterprise of a workspace's key, if it has one."""
    return key.rpartition(_BETWEEN)[0] or None


def is_direct(channel: str) -> bool:
    """Whether a channel's id is that of a conversation with one person."""
    return channel.startswith("D")


def emoji_of(reaction: str) -> str:
    """The emoji of a reaction's name, which may also tell the colour of a skin (`wave::skin-tone-2`)."""
    return reaction.partition("::")[0]


def home_of(body: Payload) -> str | None:
    """The key of the workspace for which a payload was sent; None where it names none.

    In channels shared with others the payload names several teams: what counts is where the app is installed.
    The first of `authorizations` says so, also by naming no enterprise; where it names no team, an organisation
    installed the app, and what stands beside it tells the team unless that is of another organisation.
    """
    authorized = _first(body.get("authorizations"))
    is_ours = not authorized or _text(body.get("enterprise_id")) in (None, _enterprise(body))
    for named in (authorized, _view(body), body if is_ours else {}, _inner(body, "user"), _inner(body, "view")):
        team = _id(named.get("team")) or _text(named.get("team_id"))
        if team:
            return workspace_key(team, _enterprise(body))
    return None


def user_of(body: Payload) -> str | None:
    """The id of the user who acted in an interaction or a command."""
    return _id(body.get("user")) or _text(body.get("user_id"))


def is_foreign(body: Payload, home: str) -> bool:
    """Whether the payload says by itself that whoever acted is of another organisation (Slack Connect).

    In an enterprise, whose people are of several teams, it does not tell: there the person's profile does.
    """
    event = _inner(body, "event")
    named = (event.get("user_team"), event.get("source_team"), _inner(body, "user").get("team_id"))
    teams = {team for each in named if (team := _text(each)) is not None}
    return enterprise_of(home) is None and bool(teams - {team_of(home)})


def _enterprise(body: Payload) -> str | None:
    authorized = _first(body.get("authorizations"))
    if "enterprise_id" in authorized:
        return _text(authorized["enterprise_id"])
    return (
        _id(body.get("enterprise"))
        or _text(body.get("enterprise_id"))
        or _text(_inner(body, "team").get("enterprise_id"))
    )


def _view(body: Payload) -> Payload:
    """A modal opened from another workspace's channel says where the app is installed."""
    team = _text(_inner(body, "view").get("app_installed_team_id"))
    return {"team_id": team} if team else {}


def _first(listed: object) -> Payload:
    return listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], Mapping) else {}


def _inner(body: Payload, name: str) -> Payload:
    found = body.get(name)
    return found if isinstance(found, Mapping) else {}


def _id(value: object) -> str | None:
    return _text(value.get("id")) if isinstance(value, Mapping) else _text(value)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
