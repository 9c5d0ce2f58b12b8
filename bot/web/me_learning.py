"""The map and the record: what is mine to look at, and where it leads."""

import asyncio
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from bot.badges.map_picture import draw_map
from bot.conversation.map_facts import map_facts, pathway_facts
from bot.domain.language import Bilingual
from bot.domain.learning import Route
from bot.services import looks, pathways
from bot.web.elsewhere import brought_units
from bot.web.me_badges import PRIVATE, given_to_boards
from bot.web.visits import Visit


async def badge_map(visit: Visit) -> Response:
    """The picture, and the same in words: course by course, module by module."""
    courses = await visit.parts.store.look(looks.look_at_map, visit.me)
    ways = await visit.parts.store.look(pathways.look_at_pathways, visit.me)
    sent = await given_to_boards(visit)
    facts = pathway_facts(ways, visit.lang, visit.parts.phrases)
    return visit.page("me_map.html", place="map", courses=courses, pathways=facts, sent=sent)


async def map_picture(visit: Visit) -> Response:
    courses = await visit.parts.store.look(looks.look_at_map, visit.me)
    facts = map_facts(courses, visit.lang, visit.parts.phrases)
    return Response(await asyncio.to_thread(draw_map, facts), media_type="image/png", headers=PRIVATE)


@dataclass(frozen=True)
class Done:
    """One completion as the record shows it."""

    on: date
    title: Bilingual
    minutes: int | None
    prior: bool
    self_assessed: bool
    reflection: str | None
    renewed: bool = False
    """A check passed again, to renew a badge."""


async def record(visit: Visit) -> Response:
    """What I did, by date, with what I noticed. Nominal minutes, never measured time."""
    seen = await visit.parts.store.look(looks.look_at_record, visit.me)
    done = [
        Done(
            entry.completion.completed_at.astimezone(seen.zone).date(),
            entry.title,
            entry.unit.minutes if entry.unit else None,
            entry.completion.route is Route.PRIOR,
            entry.completion.self_assessed,
            entry.completion.reflection,
        )
        for entry in seen.entries
    ]
    total, units = sum(item.minutes or 0 for item in done), len(done)
    done += [
        Done(
            item.done.done_at.astimezone(seen.zone).date(), item.title, None, False, item.done.self_assessed, None, True
        )
        for item in seen.again
    ]
    done.sort(key=lambda item: item.on, reverse=True)
    sent = await given_to_boards(visit)
    return visit.page(
        "me_record.html",
        place="record",
        done=done,
        units=units,
        total=total,
        badges=len(seen.awards),
        sent=sent,
        brought=brought_units(seen.brought),
    )
