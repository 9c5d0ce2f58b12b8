"""Health: everybody learns yes or no; why, and the numbers, only at home or with the token."""

import asyncio
import io
import json
from collections.abc import Sequence
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from bot import log
from bot.services.vitals import Check, Vitals
from bot.web.callers import Callers
from bot.web.health import Health, Remembered, health_routes
from bot.web.metrics import Metrics
from bot.web.watch import Watch
from tests.web.asking import Browser

TOKEN = "a-token-nobody-guesses"
VITALS = Vitals({"new": 3, "failed": 1}, timedelta(seconds=90), {"kept": 7}, {"awards": 12, "events": 5})


def site(
    *checks: Check,
    token: str | None = TOKEN,
    client: str = "192.0.2.1",
    host: str = "sukima.example",
    behind_proxy: bool = False,
) -> Browser:
    async def seen() -> Sequence[Check]:
        return checks or (Check("database"), Check("clock"))

    async def vitals() -> Vitals:
        return VITALS

    health = Health(seen, vitals, Metrics(), Callers(), token, behind_proxy)
    return Browser(Starlette(routes=health_routes(health)), client=client, host=host)


def test_alive() -> None:
    answer = site().get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_ready_or_not() -> None:
    assert site().get("/readyz").json() == {"ready": True}
    broken = site(Check("database", "db.damaged"), Check("clock")).get("/readyz")
    assert (broken.status_code, broken.json()) == (503, {"ready": False})


def test_why_is_told_at_home() -> None:
    home = site(Check("database", "db.damaged"), Check("clock"), token=None, client="127.0.0.1", host="localhost")
    assert home.get("/readyz").json() == {"ready": False, "checks": {"database": "db.damaged", "clock": "ok"}}


@pytest.mark.parametrize(
    ("sent", "token", "status"),
    [
        (f"Bearer {TOKEN}", TOKEN, 200),
        (f"bearer  {TOKEN} ", TOKEN, 200),
        (f"Basic {TOKEN}", TOKEN, 404),
        ("Bearer wrong", TOKEN, 404),
        ("Bearer ", TOKEN, 404),
        ("Bearer ", None, 404),
        ("Bearer ü", TOKEN, 404),
        ("", TOKEN, 404),
    ],
)
def test_numbers_only_with_the_token(sent: str, token: str | None, status: int) -> None:
    headers = {"Authorization": sent.encode("latin-1")} if sent else {}
    assert site(token=token).get("/metrics", headers=headers).status_code == status


@pytest.mark.parametrize(("token", "behind_proxy"), [(TOKEN, False), (TOKEN, True), (None, True)])
def test_a_proxy_that_looks_like_home_is_told_nothing(token: str | None, behind_proxy: bool) -> None:
    """One that sends no header of its own and calls us by a name of this machine."""
    home = site(token=token, behind_proxy=behind_proxy, client="127.0.0.1", host="localhost")
    assert home.get("/metrics").status_code == 404
    assert home.get("/readyz").json() == {"ready": True}
    with_token = home.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert with_token.status_code == (404 if token is None else 200)


async def test_however_many_ask_there_is_one_look_in_a_second() -> None:
    looks, moment = [0], [100.0]

    async def seen() -> Sequence[Check]:
        looks[0] += 1
        await asyncio.sleep(0)
        return (Check("database", f"look {looks[0]}"),)

    checks = Remembered(seen, lambda: moment[0]).checks
    await asyncio.gather(*(checks() for _ in range(20)))
    assert looks == [1]
    moment[0] += 0.9
    assert (await checks())[0].why == "look 1"
    moment[0] += 0.1
    assert (await checks())[0].why == "look 2"


def test_the_numbers() -> None:
    text = site(token=None, client="::1", host="[::1]:8080").get("/metrics").text
    for line in (
        'sukima_promises{state="new"} 3.0',
        'sukima_promises{state="failed"} 1.0',
        "sukima_promise_overdue_seconds 90.0",
        'sukima_promises_since_start{outcome="kept"} 7.0',
        'sukima_rows{kind="awards"} 12.0',
    ):
        assert line in text.splitlines()


def test_the_token_does_not_show() -> None:
    health = Health(site, site, Metrics(), Callers(), TOKEN)  # type: ignore[arg-type]  # nothing is called
    assert TOKEN not in repr(health)


# ---------------------------------------------------------------- what is noted of requests


async def badge(request: Request) -> Response:
    return PlainTextResponse("a badge")


async def broken(request: Request) -> Response:
    raise ValueError("Tanaka Hanako")


async def stream(request: Request) -> Response:
    async def news():  # type: ignore[no-untyped-def]
        yield "data: 1\n\n"

    return StreamingResponse(news(), media_type="text/event-stream")


def watched(metrics: Metrics) -> Browser:
    inner = Mount("/room", routes=[Route("/as/{user}", badge)])
    routes = [Route("/badges/{id}", badge), Route("/broken", broken), Route("/live", stream), inner]
    ticks = iter(range(1000))
    ids = iter(f"id-{number}" for number in range(1000))
    app = Watch(Starlette(routes=routes), metrics, lambda: float(next(ticks)), lambda: next(ids))
    return Browser(app)


def test_requests_are_noted_by_their_route_and_nothing_else() -> None:
    said = io.StringIO()
    log.configure("info", json=True, stream=said)
    browser = watched(Metrics())
    answers = [
        browser.get("/badges/secret-id?token=secret-token", headers={"Cookie": "c=secret-cookie"}),
        browser.get("/nowhere/secret-path"),
        browser.get("/room/as/secret-user"),
        browser.get("/broken"),
        browser.request("SECRET", "/badges/1"),
    ]
    notes = [json.loads(line) for line in said.getvalue().splitlines()]
    noted = [(n["method"], n["route"], n["status"], n["ms"]) for n in notes if n["event"] == "web.answered"]
    assert noted == [
        ("GET", "/badges/{id}", 200, 1000.0),
        ("GET", "unmatched", 404, 1000.0),
        ("GET", "/room/as/{user}", 200, 1000.0),
        ("GET", "/broken", 500, 1000.0),
        ("other", "/badges/{id}", 405, 1000.0),
    ]
    assert [answer.headers.get("x-request-id") for answer in answers] == ["id-0", "id-1", "id-2", "id-3", "id-4"]
    assert [n["request"] for n in notes if n["event"] == "web.answered"] == ["id-0", "id-1", "id-2", "id-3", "id-4"]
    for personal in ("secret", "Tanaka", "testclient"):
        assert personal not in said.getvalue()


def test_requests_are_counted_and_streams_not_timed() -> None:
    metrics = Metrics()
    browser = watched(metrics)
    browser.get("/badges/1")
    browser.get("/badges/2")
    browser.get("/live")
    lines = metrics.text(VITALS).decode().splitlines()
    assert 'sukima_requests_total{method="GET",route="/badges/{id}",status="200"} 2.0' in lines
    assert 'sukima_request_seconds_count{route="/badges/{id}"} 2.0' in lines
    assert not any('sukima_request_seconds_count{route="/live"}' in line for line in lines)
    assert "sukima_streams 0.0" in lines
