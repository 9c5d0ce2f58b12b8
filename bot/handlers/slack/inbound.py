"""Slack's payloads as intents. Pure: no network, no clock, no decisions.

A payload says little of who somebody is: names, languages and addresses are asked of Slack afterwards (`people`).
Source of the shapes: docs.slack.dev, reference of events, interaction payloads and slash commands.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.conversation.intents import (
    Attached,
    Commanded,
    EndorseMessage,
    Intent,
    Origin,
    Pressed,
    ReactionAdded,
    ReactionRemoved,
    Said,
    Submitted,
)
from bot.handlers.slack import modals
from bot.handlers.slack.blocks import SUBMIT
from bot.handlers.slack.keys import PLATFORM, Payload, emoji_of, home_of, is_direct, is_foreign, user_of
from bot.handlers.slack.spoken import spoken
from bot.services.ports import MessageRef

HEARD_SUBTYPES = frozenset({"", "file_share", "thread_broadcast"})
"""Messages that people write; all other subtypes tell of something else."""


HOME = "home"
"""The tab and the kind of view of App Home."""
MESSAGES = "messages"
"""The tab of the conversation with the app."""


@dataclass(frozen=True)
class Way:
    """How an answer reaches whoever asked: what only the payload knows.

    `response_url` takes five answers within half an hour, `trigger_id` opens one window within three seconds.
    """

    response_url: str | None = None
    trigger_id: str | None = None
    at_home: bool = False
    """In App Home, which then shows what has changed."""
    is_in_doubt: bool = False
    """It was brought before: its answer may have been said."""


@dataclass(frozen=True)
class Arrived:
    """What somebody did, and the way back to them."""

    intent: Intent
    way: Way = Way()
    happened: str = ""
    """When it happened, as Slack stamps events: seconds with six decimals. Empty for interactions."""
    is_foreign: bool = False
    """Slack said with it that they are of another organisation."""


@dataclass(frozen=True)
class Sent:
    """A file of a message, as Slack describes it."""

    name: str
    url: str


@dataclass(frozen=True)
class Opened:
    """Somebody opened one of the app's own pages."""

    origin: Origin
    tab: str


@dataclass(frozen=True)
class Changed:
    """Slack says by itself who somebody is now: a `user` object."""

    home: str
    user: Payload
    event_id: str
    happened: str = ""
    """As `Arrived.happened`."""


@dataclass(frozen=True)
class Removed:
    """Slack says that the app, or its token, was taken out of a workspace."""

    home: str
    event_id: str


@dataclass(frozen=True)
class Quiet:
    """Slack says by itself when somebody is not to be disturbed: a `dnd_status`."""

    home: str
    user: str
    dnd: Payload


Fetched = Callable[[str, Sent], Attached]
"""Makes what can be read of a workspace's file, when it is wanted."""


def event(body: Payload, own_user: str, fetched: Fetched) -> Arrived | None:
    """An event of the Events API; None for what is nobody's act towards Sukima."""
    told, home = body.get("event"), home_of(body)
    if not isinstance(told, Mapping) or home is None:
        return None
    event_id = _text(body, "event_id") or None
    arrived = _event(told, home, event_id, own_user, fetched)
    return None if arrived is None else replace(arrived, is_foreign=is_foreign(body, home))


def _event(told: Payload, home: str, event_id: str | None, own_user: str, fetched: Fetched) -> Arrived | None:
    match told.get("type"):
        case "message" if _is_heard(told):
            return _said(told, home, event_id, own_user, fetched, direct=True)
        case "app_mention" if _text(told, "subtype") in HEARD_SUBTYPES and not told.get("edited"):
            return _said(told, home, event_id, own_user, fetched, direct=False)
        case "reaction_added":
            return _reaction(told, home, event_id, ReactionAdded)
        case "reaction_removed":
            return _reaction(told, home, event_id, ReactionRemoved)
        case _:
            return None


def asks_nothing(body: Payload, may_count: Callable[[str, str], bool]) -> bool:
    """Whether an event is nobody's act towards Sukima, told from the event alone: most of what comes is talk.

    `may_count`: whether an emoji may mean something in a workspace, by its key.
    """
    told = _map(body, "event")
    match told.get("type"):
        case "message":
            return not _is_heard(told)
        case "reaction_added" | "reaction_removed":
            home = home_of(body)
            return home is not None and not may_count(home, _emoji(told))
        case _:
            return False


def opened(body: Payload) -> Opened | None:
    """A page of the app that somebody opened; None for any other event."""
    told, home = _map(body, "event"), home_of(body)
    user = _text(told, "user")
    if told.get("type") != "app_home_opened" or home is None or not user:
        return None
    return Opened(_origin(home, user, _text(told, "channel") or user, direct=True), _text(told, "tab") or HOME)


def changed(body: Payload) -> Changed | None:
    """A profile that changed; None for any other event."""
    told, home = _map(body, "event"), home_of(body)
    user = _map(told, "user")
    if told.get("type") not in ("user_change", "user_status_changed") or home is None or not _text(user, "id"):
        return None
    return Changed(home, user, _text(body, "event_id"), _text(told, "event_ts"))


def quiet(body: Payload) -> Quiet | None:
    """Somebody's *do not disturb* that changed; None for any other event."""
    told, home = _map(body, "event"), home_of(body)
    user = _text(told, "user")
    if told.get("type") != "dnd_updated_user" or home is None or not user:
        return None
    return Quiet(home, user, _map(told, "dnd_status"))


def removed(body: Payload) -> Removed | None:
    """From where the app, or its token, was taken; None for any other event."""
    told, home = _map(body, "event"), home_of(body)
    is_revoked = told.get("type") == "tokens_revoked" and bool(_map(told, "tokens").get("bot"))
    if home is None or not (is_revoked or told.get("type") == "app_uninstalled"):
        return None
    return Removed(home, _text(body, "event_id"))


def is_removal(body: Payload) -> bool:
    """Whether Slack says that the app, or a token of whatever kind, was taken out."""
    return _map(body, "event").get("type") in ("tokens_revoked", "app_uninstalled")


def command(body: Payload) -> Arrived | None:
    """`/sukima …`."""
    home, user = home_of(body), user_of(body)
    if home is None or user is None:
        return None
    channel = _text(body, "channel_id")
    direct = _text(body, "channel_name") == "directmessage" or is_direct(channel)
    return _acted(body, Commanded(_origin(home, user, channel, direct), spoken(_text(body, "text"))))


def pressed(body: Payload) -> Arrived | None:
    """A button of a message, of App Home, or one that sends the fields of its own message."""
    home, user = home_of(body), user_of(body)
    action = next(iter(_list(body, "actions")), None)
    if home is None or user is None or action is None:
        return None
    origin = _interacting(body, home, user)
    token = _text(action, "value")
    if not token:
        return None  # it only opens an address
    if _text(action, "action_id").startswith(SUBMIT):
        values = modals.values(_map(body, "state"))
        return _acted(body, Submitted(origin, token, values))
    return _acted(body, Pressed(origin, token), at_home=_text(_map(body, "view"), "type") == HOME)


def only_opens(body: Payload) -> bool:
    """Whether a press asks for nothing: its button opens an address."""
    action = next(iter(_list(body, "actions")), None)
    return action is not None and "url" in action


def submitted(body: Payload) -> Arrived | None:
    """A modal that was sent: it carries where it was opened (`where`) and its form's token."""
    kept = where(_text(_map(body, "view"), "private_metadata"))
    origin = _from_window(body, kept)
    if origin is None or kept is None:
        return None
    values = modals.values(_map(_map(body, "view"), "state"))
    return _acted(body, Submitted(origin, kept.action, values), at_home=not kept.channel)


def left(body: Payload) -> Arrived | None:
    """A modal that was closed unsent: the press that leaves its form. None where leaving it does nothing."""
    kept = where(_text(_map(body, "view"), "private_metadata"))
    origin = _from_window(body, kept)
    if origin is None or kept is None or not kept.leave:
        return None
    return _acted(body, Pressed(origin, kept.leave), at_home=not kept.channel)


def learn_now(body: Payload) -> Arrived | None:
    """The global shortcut: as `/sukima learn`, answered directly, since it was pressed nowhere."""
    home, user = home_of(body), user_of(body)
    if home is None or user is None:
        return None
    return _acted(body, Commanded(_origin(home, user, user, True), "learn"))


def endorse_badge(body: Payload) -> Arrived | None:
    """The message shortcut. It is there in conversations without Sukima, too: its answer is for their eyes only."""
    home, user = home_of(body), user_of(body)
    channel, message = _text(_map(body, "channel"), "id"), _map(body, "message")
    key = _text(body, "message_ts") or _text(message, "ts")
    if home is None or user is None or not channel or not key:
        return None
    origin = _origin(home, user, channel, False, _thread(body))
    return _acted(body, EndorseMessage(origin, MessageRef(PLATFORM, home, channel, key)))


@dataclass(frozen=True)
class Where:
    """What a modal must remember: the form's token, where its answer belongs, and what closing it means."""

    action: str
    channel: str
    direct: bool
    thread: str | None = None
    leave: str = ""
    """The token of the act that leaves the form; empty where leaving it does nothing."""

    def kept(self) -> str:
        """As a modal's `private_metadata`."""
        return json.dumps([self.action, self.channel, self.direct, self.thread, self.leave], separators=(",", ":"))


def where(kept: str) -> Where | None:
    """What a modal remembered; None when it is none of ours."""
    try:
        action, channel, direct, thread, leave = json.loads(kept)
    except (ValueError, TypeError):
        return None
    texts = all(isinstance(each, str) for each in (action, channel, leave))
    if not texts or not isinstance(direct, bool) or not (thread is None or isinstance(thread, str)):
        return None
    return Where(action, channel, direct, thread, leave)


def _is_direct(told: Payload) -> bool:
    """A gateway may leave out what the channel's own id says, too."""
    return (_text(told, "channel_type") or ("im" if is_direct(_text(told, "channel")) else "")) == "im"


def _said(
    told: Payload, home: str, event_id: str | None, own_user: str, fetched: Fetched, *, direct: bool
) -> Arrived | None:
    user = _text(told, "user")
    if not user or told.get("hidden") is True:
        return None
    is_bot = bool(told.get("bot_id"))
    origin = Origin(
        platform=PLATFORM,
        workspace_key=home,
        user_key=user,
        user_name=None,
        channel=_text(told, "channel"),
        direct=direct,
        event_id=event_id,
        is_bot=is_bot,
        thread=_text(told, "thread_ts") or None,
    )
    files = tuple(fetched(home, sent) for sent in _files(told))
    return Arrived(Said(origin, spoken(_text(told, "text"), own_user), files), happened=_text(told, "event_ts"))


def _reaction(
    told: Payload, home: str, event_id: str | None, intent: type[ReactionAdded] | type[ReactionRemoved]
) -> Arrived | None:
    item, user = _map(told, "item"), _text(told, "user")
    if _text(item, "type") != "message" or not user:
        return None
    channel = _text(item, "channel")
    origin = Origin(PLATFORM, home, user, None, channel, is_direct(channel), event_id)
    message = MessageRef(PLATFORM, home, channel, _text(item, "ts"))
    return Arrived(intent(origin, message, _emoji(told)), happened=_text(told, "event_ts"))


def _is_heard(told: Payload) -> bool:
    """Whether a message was written to Sukima directly; where Sukima is mentioned, another event tells of it."""
    return _is_direct(told) and _text(told, "subtype") in HEARD_SUBTYPES


def _emoji(told: Payload) -> str:
    """The emoji of a reaction, without the colour of a skin."""
    return emoji_of(_text(told, "reaction"))


def _interacting(body: Payload, home: str, user: str) -> Origin:
    """Where a button is: its message's channel, or nowhere (App Home), which is answered directly."""
    container = _map(body, "container")
    channel = _text(_map(body, "channel"), "id") or _text(container, "channel_id")
    return _origin(home, user, channel or user, not channel or is_direct(channel), _thread(body))


def _thread(body: Payload) -> str | None:
    """The thread that a message is in. One that others answer to stands in the conversation itself."""
    message, container = _map(body, "message"), _map(body, "container")
    thread = _text(message, "thread_ts") or _text(container, "thread_ts")
    own = _text(message, "ts") or _text(container, "message_ts") or _text(body, "message_ts")
    return thread if thread and thread != own else None


def _from_window(body: Payload, kept: Where | None) -> Origin | None:
    """Where a modal was opened."""
    home, user = home_of(body), user_of(body)
    if home is None or user is None or kept is None:
        return None
    return _origin(home, user, kept.channel or user, kept.direct or not kept.channel, kept.thread)


def _origin(home: str, user: str, channel: str, direct: bool, thread: str | None = None) -> Origin:
    return Origin(PLATFORM, home, user, None, channel, direct, thread=thread)


def _acted(body: Payload, intent: Intent, *, at_home: bool = False) -> Arrived:
    found = replace(way(body), at_home=at_home)
    return Arrived(intent, found, is_foreign=is_foreign(body, intent.origin.workspace_key))


def way(body: Payload) -> Way:
    """The way back to whoever acted, as far as the payload knows it."""
    urls = [_text(each, "response_url") for each in _list(body, "response_urls")]
    return Way(_text(body, "response_url") or next(iter(urls), None), _text(body, "trigger_id") or None)


def _files(told: Payload) -> Iterator[Sent]:
    for file in _list(told, "files"):
        url = _text(file, "url_private_download") or _text(file, "url_private")
        yield Sent(_text(file, "name") or _text(file, "title"), url)


def _text(body: Payload, name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _map(body: Payload, name: str) -> Payload:
    value = body.get(name)
    return value if isinstance(value, Mapping) else {}


def _list(body: Payload, name: str) -> list[Mapping[str, Any]]:
    value = body.get(name)
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
