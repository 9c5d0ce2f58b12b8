"""Collections: some of one's badges shown together, to whoever has the link, until a day."""

from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.domain.collections import LONGEST_TITLE, BadgeCollection
from bot.domain.outcomes import Refused
from bot.services import collections, looks
from bot.services.definitions import definition_of
from bot.web.visits import Form, Visit

PATH = "/me/collections"
A_MONTH = timedelta(days=30)
"""How long a collection is proposed to be open."""


@dataclass(frozen=True)
class CollectionLine:
    id: str
    title: str
    until: date
    address: str | None


async def own_collections(visit: Visit) -> Response:
    return await _page(visit, {}, "")


async def _page(visit: Visit, form: Form, wrong: str, status: int = HTTPStatus.OK) -> Response:
    """The collections that are open, and the form for a new one with what was typed in it."""
    store, today = visit.parts.store, visit.parts.now().astimezone(visit.zone).date()
    held = await store.look(looks.look_at_wallet, visit.me)
    found = await store.look(collections.list_collections, visit.me)
    chosen = visit.lists.get("badge", ())
    return visit.page(
        "me_collections.html",
        place="collections",
        status=status,
        open=[_line(visit, item) for item in found],
        badges=[
            (item.award.public_id, definition_of(item.achievement).name, item.award.public_id in chosen)
            for item in held
        ],
        title=form.get("title", ""),
        until=form.get("until", (today + A_MONTH).isoformat()),
        longest=LONGEST_TITLE,
        wrong=wrong,
    )


def _line(visit: Visit, item: BadgeCollection) -> CollectionLine:
    token = visit.parts.collection_tokens.token(item.public_id)
    return CollectionLine(item.public_id, item.title, item.until, visit.parts.addresses.collection(token))


async def make(visit: Visit, form: Form) -> Response:
    """A new one; what cannot be taken is said above what was typed."""
    command = collections.MakeCollection(
        **visit.ids,
        title=form.get("title", ""),
        until=_day(form.get("until", "")),
        awards=visit.lists.get("badge", ()),
    )
    made = await visit.parts.store.run(collections.make_collection, command)
    if not isinstance(made, Refused):
        return visit.back(PATH, "collected")
    if made.reason == "not_yours":
        raise HTTPException(HTTPStatus.NOT_FOUND)
    wrong = visit.parts.phrases.say(visit.lang, f"refused.{made.reason}", **made.params)
    return await _page(visit, form, wrong, HTTPStatus.UNPROCESSABLE_ENTITY)


def _day(typed: str) -> date:
    """The day as browsers send it; whatever else was sent is a day long gone, which is refused kindly."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return date.min


async def end(visit: Visit, form: Form) -> Response:
    """End one before its day; ended already, it stays so."""
    command = collections.EndCollection(**visit.ids, collection=form.get("collection", ""))
    if isinstance(await visit.parts.store.run(collections.end_collection, command), Refused):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return visit.back(PATH, "collection_ended")
