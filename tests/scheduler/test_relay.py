"""Promises are kept, tried again, given up, and never silently lost."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.errors import Problem
from bot.scheduler.relay import Again, Done, Handler, Never, Outcome, Patience, Relay
from bot.services.contact_ports import Waits
from bot.services.ports import Promise, RetryLater, Unsendable
from tests.scheduler.memory import Hands, MemoryPromises

LANE = "local:school"


class Hand:
    """A handler that does what it is told, promise by promise, and remembers."""

    def __init__(self) -> None:
        self.seen: list[Promise] = []
        self.answers: dict[int, list[Outcome | Exception]] = {}

    async def __call__(self, promise: Promise) -> Outcome:
        self.seen.append(promise)
        answers = self.answers.get(promise.id)
        answer = answers.pop(0) if answers else Done()
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def ids(self) -> list[int]:
        return [promise.id for promise in self.seen]


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def relay(promises: MemoryPromises, hand: Hand, now: Hands) -> Relay:
    return Relay(promises, {"offer": hand}, now)


async def test_keeps_promises_by_due_time_then_id(
    relay: Relay, promises: MemoryPromises, hand: Hand, now: Hands
) -> None:
    late, early, early_too = (promises.add(LANE, in_s=seconds) for seconds in (2, 1, 1))
    other = promises.add("sign")
    coming = promises.add(LANE, in_s=60)
    now.forward(seconds=3)
    await relay.drain(LANE)
    assert hand.ids == [early, early_too, late]
    assert set(promises.rows) == {other, coming}
    assert relay.counts["kept"] == 3


async def test_what_is_promised_meanwhile_takes_its_turn(relay: Relay, promises: MemoryPromises, hand: Hand) -> None:
    first, second = promises.add(LANE), promises.add(LANE)

    async def promises_more(promise: Promise) -> Outcome:
        if promise.id == first:
            promises.add(LANE, in_s=-5)
        return await hand(promise)

    relay._handlers = {"offer": promises_more}
    await relay.drain(LANE)
    assert hand.ids == [first, second + 1, second]


async def test_claims_only_what_it_begins(relay: Relay, promises: MemoryPromises, hand: Hand) -> None:
    """A process that is killed leaves one promise in doubt, not a batch of them."""
    first, second = promises.add(LANE), promises.add(LANE)

    async def dies(promise: Promise) -> Outcome:
        raise asyncio.CancelledError

    relay._handlers = {"offer": dies}
    with pytest.raises(asyncio.CancelledError):
        await relay.drain(LANE)
    assert [promises.rows[number].state for number in (first, second)] == ["claimed", "new"]
    assert await relay.release_lost(all_claims=True) == 1
    relay._handlers = {"offer": hand}
    await relay.drain(LANE)
    assert {promise.id: promise.in_doubt for promise in hand.seen} == {first: True, second: False}


async def test_a_lost_claim_is_released_after_a_while(relay: Relay, promises: MemoryPromises, now: Hands) -> None:
    promises.add(LANE)
    await promises.claim(LANE, 1)
    now.forward(minutes=4)
    assert await relay.release_lost() == 0
    now.forward(minutes=2)
    assert await relay.release_lost() == 1


@pytest.mark.parametrize(
    ("answer", "reason"), [(Never("gone"), "gone"), (Unsendable("the message of Yamada"), "unsendable")]
)
async def test_what_can_never_be_stays_on_record(
    relay: Relay, promises: MemoryPromises, hand: Hand, answer: Outcome | Exception, reason: str
) -> None:
    bad, good = promises.add(LANE), promises.add(LANE)
    hand.answers[bad] = [answer]
    await relay.drain(LANE)
    assert hand.ids == [bad, good]
    assert (promises.rows[bad].state, promises.rows[bad].error) == ("failed", reason)
    assert relay.counts == {"failed": 1, "kept": 1}


async def test_again_certainly_did_not_happen(relay: Relay, promises: MemoryPromises, hand: Hand, now: Hands) -> None:
    number = promises.add(LANE)
    hand.answers[number] = [Again(timedelta(minutes=1))]
    await relay.drain(LANE)
    assert promises.rows[number].due_at == now.at + timedelta(minutes=1)
    now.forward(minutes=1)
    await relay.drain(LANE)
    assert [promise.in_doubt for promise in hand.seen] == [False, False]
    assert not promises.rows


async def test_retry_later_pauses_its_lane_and_no_other(
    relay: Relay, promises: MemoryPromises, hand: Hand, now: Hands
) -> None:
    first, second = promises.add(LANE), promises.add(LANE)
    other = promises.add("slack:T1")
    hand.answers[first] = [RetryLater(timedelta(seconds=30))]
    await relay.drain(LANE)
    await relay.drain(LANE)
    assert hand.ids == [first]
    assert await relay.lanes() == {"slack:T1"}
    assert await relay.next_due() == now.at + timedelta(seconds=30)
    await relay.drain("slack:T1")
    assert hand.ids == [first, other]
    now.forward(seconds=30)
    assert await relay.lanes() == {LANE}
    await relay.drain(LANE)
    assert sorted(hand.ids[2:]) == [first, second]
    assert not any(promise.in_doubt for promise in hand.seen)


async def test_a_pause_ends_where_its_place_is_open_again(relay: Relay, promises: MemoryPromises, hand: Hand) -> None:
    for lane in (LANE, "slack:T1"):
        hand.answers[promises.add(lane)] = [RetryLater(timedelta(minutes=10))]
        await relay.drain(lane)
    later = promises.add(LANE, in_s=60)
    await relay.resume(lambda lane: lane == LANE)
    assert await relay.lanes() == {LANE}
    await relay.drain(LANE)
    assert list(promises.rows) == [2, later], "another lane, and what is for later"


async def test_a_rate_limit_never_fails_a_promise(
    relay: Relay, promises: MemoryPromises, hand: Hand, now: Hands
) -> None:
    number = promises.add(LANE)
    hand.answers[number] = [RetryLater(timedelta(seconds=1)) for _ in range(50)]
    for _ in range(51):
        await relay.drain(LANE)
        now.forward(seconds=1)
    assert not promises.rows
    assert (relay.counts["paused"], relay.counts["kept"]) == (50, 1)


async def test_other_errors_back_off_in_doubt_and_let_others_pass(
    relay: Relay, promises: MemoryPromises, hand: Hand, now: Hands
) -> None:
    bad, good = promises.add(LANE), promises.add(LANE)
    hand.answers[bad] = [ConnectionResetError("to Yamada"), ConnectionResetError("to Yamada")]
    delays = []
    with capture_logs() as logs:
        for _ in range(2):
            await relay.drain(LANE)
            delays.append(promises.rows[bad].due_at - now.at)
            now.at = promises.rows[bad].due_at
        await relay.drain(LANE)
    assert hand.ids == [bad, good, bad, bad]
    assert delays == [timedelta(seconds=2), timedelta(seconds=4)]
    assert [promise.in_doubt for promise in hand.seen if promise.id == bad] == [False, True, True]
    assert not promises.rows
    assert {entry["event"] for entry in logs} == {"relay.delayed"}
    assert logs[0]["promise"] == bad


async def test_after_many_tries_it_fails_counted_and_on_record(
    relay: Relay, promises: MemoryPromises, hand: Hand, now: Hands
) -> None:
    number = promises.add(LANE)
    hand.answers[number] = [Problem("vault.wrong_secret") for _ in range(100)]
    began = now.at
    while promises.rows[number].state == "new":
        await relay.drain(LANE)
        now.forward(hours=1)
    assert len(hand.seen) == Patience().tries
    assert (promises.rows[number].state, promises.rows[number].error) == ("failed", "vault.wrong_secret")
    assert relay.counts["failed"] == 1
    assert now.at - began > timedelta(hours=8)


async def test_a_kind_nobody_knows_is_not_lost(relay: Relay, promises: MemoryPromises) -> None:
    number = promises.add(LANE, "from_the_future")
    await relay.drain(LANE)
    assert promises.rows[number].state == "new"
    assert promises.rows[number].error == "LookupError"


async def test_a_try_that_hangs_is_broken_off(promises: MemoryPromises, now: Hands) -> None:
    async def hangs(promise: Promise) -> Outcome:
        await asyncio.Event().wait()
        return Done()

    relay = Relay(promises, {"offer": hangs}, now, Patience(per_try=timedelta(0)))
    number = promises.add(LANE)
    await relay.drain(LANE)
    assert promises.rows[number].error == "TimeoutError"
    assert promises.rows[number].promise.in_doubt


async def test_stops_between_promises(relay: Relay, promises: MemoryPromises, hand: Hand) -> None:
    promises.add(LANE), promises.add(LANE)
    await relay.drain(LANE, lambda: not hand.seen)
    assert len(hand.seen) == 1
    assert [row.state for row in promises.rows.values()] == ["new"]


@given(st.integers(min_value=-5, max_value=10_000))
def test_delays_grow_up_to_the_longest(tries: int) -> None:
    patience = Patience()
    assert patience.first_delay <= patience.delay(tries) <= patience.delay(tries + 1) <= patience.longest_delay


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["a", "b", "sign"]), min_size=1, max_size=12),
    st.lists(st.sampled_from(["done", "again", "later", "error", "never", "die"]), max_size=40),
)
def test_every_promise_is_kept_or_on_record(lanes: list[str], fates: list[str]) -> None:
    """Whatever befalls the tries: kept once, or failed on record; in doubt exactly after a try without report."""
    asyncio.run(_live_through(lanes, list(fates)))


async def _live_through(lanes: list[str], fates: list[str]) -> None:
    now = Hands()
    promises = MemoryPromises(now)
    kept: list[int] = []
    doubtful: set[int] = set()

    async def handler(promise: Promise) -> Outcome:
        assert promise.in_doubt == (promise.id in doubtful)
        fate = fates.pop() if fates else "done"
        acts: dict[str, Callable[[], Outcome]] = {
            "done": Done,
            "again": lambda: Again(timedelta(seconds=7)),
            "never": lambda: Never("gone"),
        }
        if fate == "later":
            raise RetryLater(timedelta(seconds=9))
        if fate in ("error", "die"):
            doubtful.add(promise.id)
            raise asyncio.CancelledError if fate == "die" else OSError
        if fate == "done":
            kept.append(promise.id)
        return acts[fate]()

    handlers: dict[str, Handler] = {"offer": handler}
    relay = Relay(promises, handlers, now)
    made = [promises.add(lane) for lane in lanes]
    while any(row.state != "failed" for row in promises.rows.values()):
        for lane in sorted(await relay.lanes()):
            try:
                await relay.drain(lane)
            except asyncio.CancelledError:
                relay = Relay(promises, handlers, now)
                await relay.release_lost(all_claims=True)
        coming = await relay.next_due()
        if coming is not None:
            now.at = coming
    assert sorted([*kept, *promises.rows]) == made


async def test_what_waits_for_its_person_hinders_nothing_and_counts_no_try(
    relay: Relay, promises: MemoryPromises, hand: Hand, now: Hands
) -> None:
    waiting, other = promises.add(LANE), promises.add(LANE)
    hand.answers[waiting] = [Waits() for _ in range(50)]
    await relay.drain(LANE)
    assert hand.ids == [waiting, other]
    assert await relay.next_due() == now() + timedelta(days=30)
    for _ in range(25):
        promises.come()
        await relay.drain(LANE)
    row = promises.rows[waiting]
    assert (row.state, row.promise.attempts, relay.counts["waiting"], relay.counts["failed"]) == ("new", 0, 26, 0)
    hand.answers.clear()
    promises.come()
    await relay.drain(LANE)
    assert waiting not in promises.rows


async def test_nobody_is_waited_for_longer_than_a_month(
    relay: Relay, promises: MemoryPromises, hand: Hand, now: Hands
) -> None:
    waiting = promises.add(LANE)
    hand.answers[waiting] = [Waits() for _ in range(50)]
    await relay.drain(LANE)
    for _ in range(2):
        now.forward(days=10)
        promises.come()
        await relay.drain(LANE)
    now.forward(days=9, hours=23)
    await relay.drain(LANE)
    assert promises.rows[waiting].state == "new"
    now.forward(hours=1)
    assert await relay.lanes() == {LANE}
    await relay.drain(LANE)
    assert (promises.rows[waiting].state, promises.rows[waiting].error) == ("failed", "waited_out")
