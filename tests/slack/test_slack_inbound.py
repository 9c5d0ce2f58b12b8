"""Payloads as Slack sends them, as intents: one recorded file each; and what is nobody's act."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_bolt.request.internals import extract_enterprise_id, extract_team_id

from bot.conversation.intents import (
    Attached,
    Commanded,
    EndorseMessage,
    Intent,
    Pressed,
    ReactionAdded,
    ReactionRemoved,
    Said,
    Submitted,
)
from bot.handlers.slack import inbound
from bot.handlers.slack.blocks import SUBMIT
from bot.handlers.slack.inbound import Arrived, Sent, Where, where
from bot.handlers.slack.keys import enterprise_of, home_of, team_of, workspace_key
from bot.handlers.slack.spoken import spoken
from bot.services.ports import MessageRef

PAYLOADS = Path(__file__).parent / "payloads"
OWN = "U04SUKIMA1"
HOME, IN_ORGANISATION = "T04ASAHI77", "E04BOARD55/T04ASAHI77"


@dataclass(frozen=True)
class Kept:
    name: str
    url: str

    async def read(self, most: int) -> bytes:
        return b""


def fetched(home: str, sent: Sent) -> Attached:
    return Kept(sent.name, sent.url)


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))


def arrived(name: str) -> Arrived | None:
    """What a recorded payload means."""
    body = payload(name)
    match body.get("type"):
        case "event_callback":
            return inbound.event(body, OWN, fetched)
        case "block_actions":
            return inbound.pressed(body)
        case "view_submission":
            body["view"]["private_metadata"] = Where("form:token", "", True).kept()
            return inbound.submitted(body)
        case "shortcut":
            return inbound.learn_now(body)
        case "message_action":
            return inbound.endorse_badge(body)
        case _:
            return inbound.command(body)


def intent(name: str) -> Intent:
    found = arrived(name)
    assert found is not None, name
    return found.intent


@pytest.mark.parametrize(
    ("name", "kind", "direct"),
    [
        ("message_im", Said, True),
        ("message_im_thread", Said, True),
        ("message_file_share", Said, True),
        ("app_mention", Said, False),
        ("app_mention_in_thread", Said, False),
        ("command", Commanded, False),
        ("command_direct", Commanded, True),
        ("block_actions_message", Pressed, True),
        ("block_actions_home", Pressed, True),
        ("view_submission", Submitted, True),
        ("shortcut_global", Commanded, True),
        ("shortcut_message", EndorseMessage, False),
    ],
)
def test_what_people_do(name: str, kind: type[Intent], direct: bool) -> None:
    found = intent(name)
    assert type(found) is kind
    assert (found.origin.direct, found.origin.workspace_key, found.origin.platform) == (direct, HOME, "slack")
    assert found.origin.channel, "an answer finds its way"


@pytest.mark.parametrize("name", ["message_im", "app_mention"])
def test_what_a_payload_leaves_empty_is_not_there(name: str) -> None:
    """Not only Slack speaks so: gateways fill in what they do not know."""
    body = payload(name)
    body["event"] |= {"subtype": None, "bot_id": None, "edited": None, "thread_ts": None, "files": None}
    del body["authorizations"]
    if name == "message_im":
        del body["event"]["channel_type"]
    found = inbound.event(body, OWN, fetched)
    assert found is not None
    assert found.intent == intent(name)


def test_words_are_plain_and_keep_where_they_were_said() -> None:
    mention = intent("app_mention_in_thread")
    assert isinstance(mention, Said)
    assert OWN not in mention.text
    assert mention.origin.thread is not None
    assert mention.origin.event_id == payload("app_mention_in_thread")["event_id"]
    shared = intent("message_file_share")
    assert isinstance(shared, Said)
    assert [file.name for file in shared.files] == ["badge.png"]


def test_fields_of_a_message_are_sent_by_its_button() -> None:
    body = payload("block_actions_inputs")
    body["actions"][0]["action_id"] = f"{SUBMIT}0"
    found = inbound.pressed(body)
    assert found is not None
    assert isinstance(found.intent, Submitted)
    assert found.intent.action == body["actions"][0]["value"]
    assert found.intent.values.keys() == body["state"]["values"].keys()


def test_reactions_name_their_message_and_no_skin() -> None:
    added, removed = intent("reaction_added"), intent("reaction_removed")
    assert isinstance(added, ReactionAdded)
    assert isinstance(removed, ReactionRemoved)
    assert added.message == removed.message == MessageRef("slack", HOME, "C04STAFF01", added.message.key)
    toned = intent("reaction_added_skin_tone")
    assert isinstance(toned, ReactionAdded)
    assert toned.emoji == "clap"


@pytest.mark.parametrize(
    "name",
    [
        *("message_changed", "message_deleted", "message_channel_join", "message_channel_topic", "message_channel"),
        *("message_tombstone", "block_actions_link", "app_home_opened_home", "user_change", "channel_archive"),
        *("user_status_changed", "dnd_updated_user"),
    ],
)
def test_what_is_nobodys_act_towards_sukima(name: str) -> None:
    assert arrived(name) is None


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("message_im", {"hidden": True}),
        ("message_im", {"user": ""}),
        ("app_mention", {"edited": {"user": "U04AOKI001", "ts": "1781046000.000200"}}),
    ],
)
def test_what_slack_hides_or_somebody_only_mends_is_no_new_act(name: str, more: dict[str, Any]) -> None:
    body = payload(name)
    assert inbound.event(body, OWN, fetched) is not None
    body["event"] |= more
    assert inbound.event(body, OWN, fetched) is None


def test_one_workspace_has_one_key_in_every_payload() -> None:
    """In an organisation and outside of one: whatever names it."""
    homes: dict[bool, set[str | None]] = {True: set(), False: set()}
    for file in sorted(PAYLOADS.glob("*.json")):
        body = json.loads(file.read_text(encoding="utf-8"))
        if "ssl_check" not in file.name and "url_verification" not in file.name:
            homes["org_wide" in file.name or "enterprise" in file.name].add(home_of(body))
    assert HOME in homes[False]
    assert IN_ORGANISATION in homes[True]
    assert {HOME, IN_ORGANISATION} >= (homes[False] | homes[True]) - {None}


@pytest.mark.parametrize(
    ("authorized", "beside", "home"),
    [
        ((None, "T0ASAHI"), ("E0OTHER", "T0OTHER"), "T0ASAHI"),
        (("E0BOARD", "T0ASAHI"), ("E0OTHER", "T0OTHER"), "E0BOARD/T0ASAHI"),
        (("E0BOARD", "T0ASAHI"), (None, "T0OTHER"), "E0BOARD/T0ASAHI"),
        (("E0BOARD", None), ("E0BOARD", "T0ASAHI"), "E0BOARD/T0ASAHI"),
        (("E0BOARD", None), (None, "T0ASAHI"), "E0BOARD/T0ASAHI"),
        (("E0BOARD", None), ("E0OTHER", "T0OTHER"), None),
    ],
)
def test_what_is_shared_with_another_organisation_is_for_where_the_app_is(
    authorized: tuple[str | None, str | None], beside: tuple[str | None, str], home: str | None
) -> None:
    """Bolt, which asks for the token, and we mean the same workspace."""
    body = {"authorizations": [named(*authorized)], **named(*beside), "event": {"type": "message"}}
    assert home_of(body) == home
    if home is not None:
        assert extract_enterprise_id(body) == enterprise_of(home)
        assert extract_team_id(body) in (team_of(home), None)


def named(enterprise: str | None, team: str | None) -> dict[str, Any]:
    return {"enterprise_id": enterprise, "team_id": team}


@given(st.text(max_size=9).filter(lambda team: "/" not in team), st.none() | st.text("EABC123", min_size=1))
def test_keys_are_read_as_they_were_written(team: str, enterprise: str | None) -> None:
    key = workspace_key(team, enterprise)
    assert (team_of(key), enterprise_of(key)) == (team, enterprise)


@given(st.builds(Where, st.text(), st.text(), st.booleans(), st.none() | st.text()))
def test_a_window_remembers_where_it_was_opened(place: Where) -> None:
    assert where(place.kept()) == place


@given(st.text() | st.recursive(st.none() | st.booleans() | st.text(), st.lists).map(json.dumps))
def test_a_foreign_window_is_none_of_ours(kept: str) -> None:
    found = where(kept)
    assert found is None or where(found.kept()) == found


NAMES = ("event", "type", "user", "channel", "item", "actions", "view", "state", "values", "team", "files")
PLAIN = st.none() | st.integers() | st.text()
JSON = st.recursive(
    PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(NAMES), inner), max_leaves=12
)


@given(st.dictionaries(st.sampled_from(NAMES), JSON))
def test_nothing_that_comes_breaks_the_reading(body: dict[str, Any]) -> None:
    inbound.event(body, OWN, fetched)
    for read in (inbound.command, inbound.pressed, inbound.submitted, inbound.learn_now):
        read(body)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("&lt;b&gt; &amp;amp;", "<b> &amp;"),
        ("<https://a.example/x?y=1&amp;z|見る>", "https://a.example/x?y=1&z"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("<@U04SUKIMA1> 学ぶ", "学ぶ"),
        ("<@U7|aoki> <#C1|staff> <!here> <!date^1^{date}|6月>", "@U7 #staff @here 6月"),
        ("<!subteam^S1|@teachers>", "@teachers"),
    ],
)
def test_slacks_marks_are_made_plain(typed: str, meant: str) -> None:
    assert spoken(typed, OWN) == meant
