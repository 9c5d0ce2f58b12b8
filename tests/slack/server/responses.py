"""`response_url`: for half an hour and five times an app may answer there without being in the channel."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from slack.server import blocks, happenings
from slack.server.calls import Refusal
from slack.server.methods.chat import LONGEST_TEXT
from slack.server.troubled import Answer, troubled
from slack.server.world import Channel, Json, Message, Team

if TYPE_CHECKING:
    from slack.server.server import SlackLike

LIVES = 1800.0
MOST = 5


@dataclass
class ResponsePlace:
    """Where an answer goes. `message` is what was pressed, None for a command."""

    team: Team
    where: Channel
    user: str
    message: Message | None
    at: float
    uses: int = 0


def new_place(slack: "SlackLike", team: Team, where: Channel, user: str, message: Message | None) -> str:
    """A new address for answers."""
    key = f"{slack.new_id()}/{slack.new_id().lower()}"
    slack.places[key] = ResponsePlace(team, where, user, message, slack.clock.now())
    return f"{slack.url}/{'actions' if message else 'commands'}/{team.id}/{key}"


def serve(slack: "SlackLike", served: web.Application) -> None:
    """Faults are ordered under the name `response_url`."""

    async def answer(request: web.Request) -> web.StreamResponse:
        place = slack.places.get(request.match_info["key"])
        try:
            given = json.loads(await request.text())
        except ValueError:
            given = None

        async def carry_out() -> Answer:
            if place is None:
                return Answer({"ok": False, "error": "invalid_url"}, 404)
            if slack.clock.now() - place.at > LIVES:
                return Answer({"ok": False, "error": "expired_url"}, 404)
            if place.uses >= MOST:
                return Answer({"ok": False, "error": "used_url"}, 404)
            if not isinstance(given, dict):
                return Answer({"ok": False, "error": "invalid_payload"}, 400)
            try:
                _show(slack, place, given)
            except Refusal as refusal:
                return Answer(refusal.answer, 400)
            place.uses += 1
            return Answer({"ok": True})

        said = await troubled(slack, request, "response_url", given if isinstance(given, dict) else {}, carry_out)
        slack.noted("response_url", given if isinstance(given, dict) else {}, said)
        if said.status == 200 and said.json == {"ok": True}:
            return web.Response(text="ok")
        return web.json_response(said.json or {}, status=said.status or 500, headers=said.headers)

    served.router.add_post("/{kind:actions|commands}/{team}/{key:.+}", answer)


def show_answer(slack: "SlackLike", team: Team, where: Channel, user: str, given: Json) -> None:
    """What an app answered a command with at once."""
    _show(slack, ResponsePlace(team, where, user, None, slack.clock.now()), given)
    slack.changed()


def _show(slack: "SlackLike", place: ResponsePlace, given: Json) -> None:
    old = place.message
    if given.get("delete_original"):
        if old is not None:
            _take_away(slack, place, old)
        return
    text, shown = _content(slack, place.team, given)
    if given.get("replace_original") and old is not None:
        if place.where.messages.get(old.ts) is not old:
            raise Refusal("message_not_found")
        if old.reader is None:
            happenings.changed(slack, place.team, place.where, old, text=text, blocks=shown)
        else:
            old.text, old.blocks = text, shown
        return
    thread = str(given.get("thread_ts") or "") or None
    install = slack.installed(place.team)
    assert install is not None
    message = Message(
        ts=place.where.new_ts(slack.clock.now()),
        user=install.bot_user,
        text=text,
        team_id=place.team.id,
        blocks=shown,
        thread_ts=thread,
        app_id=slack.app.id,
        bot_id=install.bot_id,
        reader=None if given.get("response_type") == "in_channel" else place.user,
    )
    if message.reader is None:
        happenings.posted(slack, place.team, place.where, message)
    else:
        place.where.messages[message.ts] = message


def _take_away(slack: "SlackLike", place: ResponsePlace, old: Message) -> None:
    if old.reader is not None:
        place.where.messages.pop(old.ts, None)
    elif place.where.messages.get(old.ts) is old:
        happenings.deleted(slack, place.team, place.where, old)


def _content(slack: "SlackLike", team: Team, given: Json) -> tuple[str, list[Json]]:
    text = str(given.get("text") or "")
    if len(text) > LONGEST_TEXT:
        raise Refusal("msg_too_long")
    shown = []
    if given.get("blocks"):
        shown = blocks.of_message(given["blocks"], slack.new_id, team.shown_files())
    if not text.strip() and not shown:
        raise Refusal("no_text")
    return text, shown
