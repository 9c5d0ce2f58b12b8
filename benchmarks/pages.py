"""How many pages of a published badge are answered in a CPU second, against a bare Starlette page.

    python benchmarks/pages.py [--rounds N] [--quick]

Ours: the public application answers `GET /badges/{id}`: it asks the database whether the badge is (still) published and
who endorsed it, and hands out the page that follows from that, kept from before. The badge has three endorsements. Also
the answer to a browser that has the page already (304), the first drawing of a page, and what is not published (404).

The floor: a Starlette application with one route that hands out the same bytes, in the same rounds of the same loop.
Both are called as ASGI applications, without a server or a network.
"""

import argparse
import asyncio
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from _measuring import Cost, say, timed_async
from _school import OpenSchool, add_teacher, open_school
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message

from bot.app import House, World, demo_catalogue, open_house
from bot.domain.awards import Evidence
from bot.domain.recognition import As, Target
from bot.pages import Pages
from bot.pages.csrf import Csrf
from bot.pages.errors import ErrorPages
from bot.services.addresses import Addresses
from bot.services.awards import AboutAward
from bot.services.collections import CollectionTokens
from bot.services.commands import OfSchool
from bot.services.definitions import definition_of, definitions
from bot.services.ports import Work
from bot.services.publishing import publish
from bot.settings import Settings
from bot.web.callers import Callers
from bot.web.parts import WebParts
from bot.web.public import public_routes
from bot.wording import Voices

NOBODYS = "00000000-0000-4000-8000-000000000000"
ENDORSERS = 3


@dataclass(frozen=True, kw_only=True)
class FillSchool(OfSchool):
    workspace_id: int
    badge: str


async def fill_school(work: Work, command: FillSchool) -> tuple[int, int, str]:
    """A teacher with an award that three colleagues endorsed: person, award, its public id."""
    people = [await add_teacher(work, command.workspace_id, number) for number in range(ENDORSERS + 1)]
    achievement = await work.shelves.newest(command.badge)
    assert achievement is not None
    today = work.now.date()
    parts = definition_of(achievement).parts
    award = await work.awards.add(
        people[0].id, achievement, tuple(Evidence(part.key, part.name, today) for part in parts)
    )
    assert award is not None
    for person in people[1:]:
        await work.endorsements.add(person.id, Target.of_award(award.id), As.COLLEAGUE, by_button=True)
    return people[0].id, award.id, award.public_id


async def prepare(house: House) -> str:
    """A published badge: its public id."""
    read = demo_catalogue()
    await house.load_catalogues([read])
    school_id, workspace_id = await house.store.run(open_school, OpenSchool())
    badge = next(key for key, _ in definitions(read[0]))
    fill = FillSchool(school_id=school_id, workspace_id=workspace_id, badge=badge)
    person_id, award_id, public_id = await house.store.run(fill_school, fill)
    await house.issuing.issue(school_id, award_id)
    await house.store.run(publish, AboutAward(school_id=school_id, person_id=person_id, award=public_id))
    return public_id


def public_app(house: House, pages: Pages) -> ASGIApp:
    """The public pages with an empty memory."""
    parts = WebParts(
        store=house.store,
        pages=pages,
        pictures=house.pictures,
        phrases=Voices(),
        issuing=house.issuing,
        addresses=Addresses("https://badges.example"),
        statements=house.statements,
        export_page=house.export_page,
        csrf=Csrf(bytes(32)),
        collection_tokens=CollectionTokens(bytes(32)),
        lang="ja",
        now=house.world.now,
        fetch=house.fetch,
        callers=Callers(()),
        lists=house.lists,
        verifier=house.verifier,
        foreign=house.foreign,
        proving=house.proving,
        outsiders=house.outsiders,
        new_token=house.world.new_id,
    )
    return Starlette(routes=public_routes(parts), exception_handlers=ErrorPages(pages, "ja").handlers())


def bare_app(body: bytes) -> ASGIApp:
    async def page(request: Request) -> Response:
        return Response(body, media_type="text/html")

    return Starlette(routes=[Route("/badges/{id}", page, methods=["GET"])])


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[bytes, bytes]
    body: bytes


async def ask(app: ASGIApp, path: str, headers: Sequence[tuple[bytes, bytes]] = ()) -> Answer:
    """One GET, as a server would hand it on."""
    told: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        told.append(message)

    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "https",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": [(b"host", b"badges.example"), (b"accept", b"text/html"), (b"accept-language", b"ja"), *headers],
        "client": ("192.0.2.1", 1), "server": ("badges.example", 443),
    }  # fmt: skip
    await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in told[1:])
    return Answer(told[0]["status"], dict(told[0]["headers"]), body)


async def measure(house: House, rounds: int, times: int) -> None:
    path = f"/badges/{await prepare(house)}"
    pages = Pages("bot.web")
    ours = public_app(house, pages)
    page = await ask(ours, path)
    assert page.status == 200, page.status
    bare = bare_app(page.body)
    has = [(b"if-none-match", page.headers[b"etag"])]

    async def repeated(app: ASGIApp, where: str, status: int, headers: Sequence[tuple[bytes, bytes]] = ()) -> Cost:
        async def act() -> None:
            for _ in range(times):
                assert (await ask(app, where, headers)).status == status

        return (await timed_async(act)).over(times)

    async def first() -> Cost:
        fresh = [public_app(house, pages) for _ in range(max(1, times // 20))]

        async def act() -> None:
            for app in fresh:
                await ask(app, path)

        return (await timed_async(act)).over(len(fresh))

    costs: dict[str, list[Cost]] = {name: [] for name in ("floor", "page", "unchanged", "missing", "first")}
    for _ in range(rounds):
        costs["floor"].append(await repeated(bare, path, 200))
        costs["page"].append(await repeated(ours, path, 200))
        costs["unchanged"].append(await repeated(ours, path, 304, has))
        costs["missing"].append(await repeated(ours, f"/badges/{NOBODYS}", 404))
        costs["first"].append(await first())
    report(costs, len(page.body), rounds * times)


WHAT = {
    "page": "pages of a published badge",
    "unchanged": "answers that the reader has the page already",
    "missing": "answers that there is no such page",
    "first": "pages drawn anew",
}


def report(costs: dict[str, list[Cost]], size: int, n: int) -> None:
    floor_is = f"a bare Starlette page of the same {size / 1000:.0f} kB"
    floor = [1 / cost.cpu for cost in costs["floor"]]
    for name, what in WHAT.items():
        rate = [1 / cost.cpu for cost in costs[name]]
        say(f"pages.{name}", what, "per CPU second", rate, floor, floor_is, n=n, more_is_better=True)


async def run(rounds: int, times: int) -> None:
    with tempfile.TemporaryDirectory(prefix="sukima-") as folder:
        settings = Settings.from_env({"SUKIMA_DATA_DIR": str(Path(folder))}, env_file=None)
        async with open_house(settings, World(rng=random.Random(1))) as house:
            await measure(house, rounds, times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--quick", action="store_true", help="one small round, only to see that it runs")
    options = parser.parse_args()
    asyncio.run(run(1, 20) if options.quick else run(options.rounds, 200))


if __name__ == "__main__":
    main()
