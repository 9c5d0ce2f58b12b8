"""views.*: modals by trigger, App Home by user."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slack.server import blocks, states
from slack.server.calls import Call, Refusal, method
from slack.server.world import Json, Team

if TYPE_CHECKING:
    from slack.server.server import SlackLike

TRIGGER_LIVES = 3.0
MOST_MODALS = 3


@dataclass
class Trigger:
    """What somebody's press allows for three seconds, once."""

    team: str
    user: str
    at: float
    view: str | None = None
    """The modal in which it was made."""
    used: bool = False


def new_trigger(slack: "SlackLike", team: Team, user: str, view: str | None = None) -> str:
    key = f"{slack.new_id()}.{team.id}.{slack.new_id().lower()}"
    slack.triggers[key] = Trigger(team.id, user, slack.clock.now(), view)
    return key


@method("views.open", tier=4)
def open_(call: Call) -> Json:
    trigger = _trigger(call)
    view = _kept(call, ("modal",))
    call.team.views[trigger.user] = [view]
    return {"view": view}


@method("views.push", tier=4)
def push(call: Call) -> Json:
    trigger = _trigger(call)
    stack = call.team.views.get(trigger.user, [])
    if not stack or trigger.view is None:
        raise Refusal("not_found")
    if len(stack) >= MOST_MODALS:
        raise Refusal("push_limit_reached")
    view = _kept(call, ("modal",))
    put_on(stack, view)
    return {"view": view}


@method("views.update", tier=4)
def update(call: Call) -> Json:
    wanted, external = call.text("view_id"), call.text("external_id")
    if not wanted and not external:
        raise Refusal("not_found")
    for stack in call.team.views.values():
        for number, old in enumerate(stack):
            if old["id"] == wanted or (external and old.get("external_id") == external):
                _check_hash(call, old)
                view = _kept(call, ("modal",), old)
                stack[number] = view
                return {"view": view}
    raise Refusal("not_found")


@method("views.publish", tier=4)
def publish(call: Call) -> Json:
    call.need("user_id")
    who = call.team.users.get(call.text("user_id"))
    if who is None:
        raise Refusal("user_not_found")
    if not call.slack.app.home_tab:
        raise Refusal("not_enabled")
    old = call.team.homes.get(who.id)
    if old is not None:
        _check_hash(call, old)
    view = _kept(call, ("home",), old)
    call.team.homes[who.id] = view
    return {"view": view}


def put_on(stack: list[Json], view: Json) -> None:
    """A modal on top of others."""
    view["root_view_id"], view["previous_view_id"] = stack[0]["id"], stack[-1]["id"]
    stack.append(view)


def dressed(slack: "SlackLike", team: Team, given: object, kinds: tuple[str, ...], old: Json | None = None) -> Json:
    """A view as Slack keeps and shows it; one that takes the place of `old` keeps its id. Raises `Refusal`."""
    view = blocks.of_view(given, slack.new_id, kinds, team.shown_files())
    external = view.get("external_id")
    standing = [each for stack in team.views.values() for each in stack]
    if external and any(each.get("external_id") == external and each is not old for each in standing):
        raise Refusal("duplicate_external_id")
    key = old["id"] if old else f"V{slack.new_id()}"
    install = slack.installed(team)
    empty = {"type": "plain_text", "text": "", "emoji": True}
    return {
        "title": empty, "close": None, "submit": None, "clear_on_close": False, "notify_on_close": False,
        "external_id": "", "callback_id": "", "private_metadata": "", "previous_view_id": None, "root_view_id": key,
        **view,
        "id": key, "team_id": team.id, "app_id": slack.app.id, "app_installed_team_id": team.id,
        "bot_id": install.bot_id if install else None, "hash": f"{int(slack.clock.now())}.{slack.new_id().lower()}",
        "state": {"values": states.of(view["blocks"], old["state"]["values"] if old else {})},
        **({name: old[name] for name in ("previous_view_id", "root_view_id")} if old else {}),
    }  # fmt: skip


def _kept(call: Call, kinds: tuple[str, ...], old: Json | None = None) -> Json:
    return dressed(call.slack, call.team, call.parsed("view"), kinds, old)


def _trigger(call: Call) -> Trigger:
    key = call.text("trigger_id") or call.text("interactivity_pointer")
    trigger = call.slack.triggers.get(key)
    if trigger is None or trigger.team != call.team.id:
        raise Refusal("invalid_trigger_id")
    if trigger.used:
        raise Refusal("exchanged_trigger_id")
    if call.slack.clock.now() - trigger.at > TRIGGER_LIVES:
        raise Refusal("expired_trigger_id")
    _kept(call, ("modal",))  # a refused view leaves the trigger good
    trigger.used = True
    return trigger


def _check_hash(call: Call, old: Json) -> None:
    if call.text("hash") and call.text("hash") != old["hash"]:
        raise Refusal("hash_conflict")
