"""How often one caller may ask: with a clock of our own, nobody waits."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web.callers import Callers
from bot.web.limits import FORM_COST, Buckets, Rate, RateLimit
from tests.web.asking import Browser


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_then_so_many_a_second() -> None:
    seconds = Seconds()
    buckets = Buckets(Rate(burst=3, per_second=2), seconds)
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 0]
    assert buckets.take("a") == pytest.approx(0.5)
    assert buckets.take("b") == 0
    seconds.now += 0.5
    assert buckets.take("a") == 0
    assert buckets.take("a") > 0
    seconds.now += 1000
    assert [buckets.take("a") > 0 for _ in range(4)] == [False, False, False, True]


def test_a_refusal_takes_nothing() -> None:
    seconds = Seconds()
    buckets = Buckets(Rate(burst=1, per_second=1), seconds)
    buckets.take("a")
    for _ in range(50):
        seconds.now += 0.01
        assert buckets.take("a") > 0
    seconds.now += 0.51
    assert buckets.take("a") == 0


def test_a_clock_that_goes_back_gives_nothing_and_breaks_nothing() -> None:
    seconds = Seconds()
    buckets = Buckets(Rate(burst=1, per_second=1), seconds)
    buckets.take("a")
    seconds.now -= 500
    assert buckets.take("a") == pytest.approx(1)


@given(names=st.lists(st.integers(0, 50)), most=st.integers(1, 10))
def test_there_are_never_more_buckets_than_fit(names: list[int], most: int) -> None:
    buckets = Buckets(Rate(), Seconds(), most)
    for name in names:
        buckets.take(str(name))
        assert len(buckets) <= most


@given(steps=st.lists(st.tuples(st.floats(0, 5), st.floats(1, 12)), max_size=60))
def test_nobody_gets_more_than_the_rate(steps: list[tuple[float, float]]) -> None:
    seconds = Seconds()
    rate = Rate(burst=10, per_second=3)
    buckets = Buckets(rate, seconds)
    got = 0.0
    for pause, cost in steps:
        seconds.now += pause
        if buckets.take("a", cost) == 0:
            got += min(cost, rate.burst)
        assert got <= rate.burst + (seconds.now - 1000) * rate.per_second + 1e-6


def kind(request: Request, status: int) -> Response:
    return PlainTextResponse("please wait", status)


async def hello(request: Request) -> Response:
    return PlainTextResponse("hello")


def site(seconds: Callable[[], float], rate: Rate) -> Browser:
    routes = [Route(path, hello, methods=["GET", "POST"]) for path in ("/verify", "/static/base.css", "/healthz")]
    app = RateLimit(Starlette(routes=routes), Buckets(rate, seconds), Callers(), kind)
    return Browser(app)


def test_too_often_is_429_and_says_when_to_come_again() -> None:
    seconds = Seconds()
    browser = site(seconds, Rate(burst=2, per_second=0.1))
    assert [browser.get("/verify").status_code for _ in range(3)] == [200, 200, 429]
    refused = browser.get("/verify")
    assert (refused.text, refused.headers["retry-after"]) == ("please wait", "10")
    seconds.now += 10
    assert browser.get("/verify").status_code == 200


def test_a_form_costs_more_and_styles_and_health_nothing() -> None:
    browser = site(Seconds(), Rate(burst=FORM_COST + 1, per_second=0.1))
    assert browser.post("/verify").status_code == 200
    assert browser.post("/verify").status_code == 429
    assert browser.get("/verify").status_code == 200
    assert browser.get("/verify").status_code == 429
    assert {browser.get(path).status_code for path in ("/static/base.css", "/healthz")} == {200}
