"""A script of a day that is killed and started again: `python kill_driver.py FOLDER SEED KILLS`.

Each life is a process of its own that opens the town in FOLDER and goes on with the first act that was not
acknowledged. When an act is acknowledged its number is written to `FOLDER/../acknowledged`. A life ends by SIGKILL;
after KILLS of them, at the latest, one plays to the end. Used by `test_killed_house.py`.
"""

import asyncio
import io
import logging
import os
import random
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog
from PIL import Image
from scenarios.shelf import CARE, FIRST, UNITS
from scenarios.town import Town, answer_token, button, label, offers, open_town

from bot.conversation import pictures
from bot.conversation.intents import Pressed
from bot.domain.catalogue import ChoiceCheck
from bot.domain.people import Consent
from bot.handlers.local.chairs import Place
from storage import tables as t

Act = Callable[[Town], Awaitable[None]]
"""Ends when it is acknowledged, not when all that follows has happened."""

LEARNERS = ("aoki", "hall", "mori")
BADGES = (("aoki", FIRST), ("hall", CARE), ("mori", FIRST))


def acts() -> Iterator[Act]:
    """The day, act by act. Each may be done again when it was not acknowledged."""
    minutes = iter((34, 38, 42, 46, 50, 54))
    for key in LEARNERS:
        yield _consents(key)
    for key in LEARNERS:
        for unit in ("u-board", "u-breath", "u-quiz"):
            yield _studies(key, unit)
    for key, badge in BADGES:
        yield _presses_award(key, key, badge, "share")
    for emoji in ("white_flower", "white_check_mark"):
        for number, (holder, badge) in enumerate(BADGES):
            for key in ("aoki", "hall", "mori", "sato", "nishi"):
                yield _reacts(key, number, holder, badge, emoji, on=True)
            yield _clock(4, next(minutes))
    for number, (holder, badge) in enumerate(BADGES):
        yield _reacts("sato", number, holder, badge, "white_flower", on=False)
        yield _reacts("sato", number, holder, badge, "white_check_mark", on=False)
    for holder, badge in BADGES:
        yield _presses_award("sato", holder, badge, "endorse")
    yield _names("mori")
    for emoji in ("white_flower", "white_check_mark"):
        yield _reacts("mori", 0, "aoki", FIRST, emoji, on=False)
    yield _reacts("mori", 0, "aoki", FIRST, "white_flower", on=True)
    yield _forgets("nishi")
    yield _clock(4, 56)
    for key in LEARNERS:
        yield _studies(key, "u-note")
    yield _presses_award("hall", "hall", CARE, "private")


# ---------------------------------------------------------------- acts


async def press(town: Town, key: str, token: str) -> None:
    """Acknowledged when the router has answered; the answer is shown as the adapter does."""
    await town.adapter.interact(Pressed(town.east[key].chair.at(Place.DIRECT).origin, token))


def _consents(key: str) -> Act:
    async def act(town: Town) -> None:
        await press(town, key, town.token("consent", Consent.DELIVERY, "on"))
        await town.adapter.interact(_form(town, key, town.token("windows"), {"words": "weekdays 13:30-14:00"}))

    return act


def _form(town: Town, key: str, token: str, values: dict[str, str]):  # type: ignore[no-untyped-def]
    from scenarios.town import intent

    return intent(town.east[key].chair.at(Place.DIRECT).origin, token, values)


def _studies(key: str, unit: str) -> Act:
    async def act(town: Town) -> None:
        actor = town.east[key]
        person = await town.person(town.east, key)
        if await town.rows(t.completion, t.completion.c.person_id == person.id, t.completion.c.unit_key == unit):
            return
        await press(town, key, town.token("learn", unit))
        await town.settle()
        offer = offers(actor)[-1]
        await press(town, key, button(offer, label(actor, "open")) or "")
        await press(town, key, button(offer, label(actor, "done")) or "")
        if isinstance(UNITS[unit].check, ChoiceCheck):
            await press(town, key, answer_token(actor, unit, right=True))
            return
        form = actor.newest().card.form
        assert form is not None
        words = {"text": "明日の朝の会で、一つずつ短く伝えます"}
        await town.adapter.interact(_form(town, key, form.action, words))

    return act


def _presses_award(key: str, holder: str, badge: str, verb: str) -> Act:
    async def act(town: Town) -> None:
        await press(town, key, town.token(verb, (await town.award(town.east, holder, badge)).public_id))

    return act


def _reacts(key: str, number: int, holder: str, badge: str, emoji: str, *, on: bool) -> Act:
    async def act(town: Town) -> None:
        await town.settle()
        award = await town.award(town.east, holder, badge)
        (post,) = await town.rows(t.message, t.message.c.about == "share", t.message.c.subject == award.id)
        ref = next(one.ref for one in town.east["sato"].staff() if one.ref.key == post.key)
        (town.room.react if on else town.room.unreact)(ref, key, emoji)
        await town.adapter.deliver()

    return act


def _clock(hour: int, minute: int) -> Act:
    async def act(town: Town) -> None:
        moment = town.room.now().replace(day=10, hour=hour, minute=minute, second=0)
        if moment > town.room.now():
            town.room.put_clock(moment)

    return act


def _names(key: str) -> Act:
    async def act(town: Town) -> None:
        await press(town, key, town.token("consent", Consent.NAMED, "on"))

    return act


def _forgets(key: str) -> Act:
    async def act(town: Town) -> None:
        workspace = await town.workspace(town.east)
        if await town.rows(t.account, t.account.c.workspace_id == workspace.id, t.account.c.user_key == key):
            await press(town, key, town.token("forget_yes"))

    return act


# ---------------------------------------------------------------- lives


@dataclass(frozen=True)
class End:
    """How a life ends: `opening` after a moment, `act` a moment after an act was acknowledged, or on the very spot
    when a message has appeared (`message`) or something was committed (`commit`) for the nth time."""

    when: str
    nth: int
    moment: float


def some_end(rng: random.Random) -> End:
    when = rng.choice(("opening", "act", "act", "message", "message", "message", "commit", "commit"))
    return End(when, rng.randint(1, 5), rng.uniform(0.0, 0.4 if when == "opening" else 0.06))


async def live(folder: Path, tell: int, end: End | None) -> None:
    """Go on with the day where it was broken off; a byte to `tell` for each act that is acknowledged."""
    log = folder.parent / "acknowledged"
    async with open_town(folder) as town:
        _prepare(town, end)
        done = len(log.read_text().splitlines()) if log.exists() else 0
        for number, act in list(enumerate(acts()))[done:]:
            await act(town)
            with log.open("a") as acknowledged:
                acknowledged.write(f"{number}\n")
            os.write(tell, b".")
            await town.settle()


def _prepare(town: Town, end: End | None) -> None:
    """Let this very process end itself on the spot."""
    left = end.nth if end else 0

    def count() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    if end is not None and end.when == "message":
        town.room.listen(count)
    if end is not None and end.when == "commit":
        kick = town.house.store.on_commit

        def committed(lanes: frozenset[str]) -> None:
            count()
            kick(lanes)

        town.house.store.on_commit = committed


def run_lives(folder: Path, seed: int, kills: int) -> int:
    """How often a life was ended before the day was over."""
    rng = random.Random(seed)
    ended = 0
    while True:
        end = some_end(rng) if ended < kills else None
        hear, tell = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(hear)
            asyncio.run(live(folder, tell, end))
            os._exit(0)
        os.close(tell)
        if end is not None and _is_time(hear, end):
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        os.close(hear)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            ended += 1
        elif status:
            raise SystemExit(f"a life failed: {status}")
        else:
            return ended


def _is_time(hear: int, end: End) -> bool:
    """Waits until it is time to end a life from outside; False when it ends by itself."""
    if end.when == "opening":
        time.sleep(end.moment)
        return True
    if end.when != "act":
        return False
    for _ in range(end.nth):
        if os.read(hear, 1) == b"":
            return False
    time.sleep(end.moment)
    return True


def plain_picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return out.getvalue()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    picture = plain_picture()
    setattr(pictures, "draw_badge", lambda face: picture)  # noqa: B010 - a module's function
    print(run_lives(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))  # noqa: T201
