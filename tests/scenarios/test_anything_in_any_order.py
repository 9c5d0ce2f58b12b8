"""Anything that people do, in any order, with restarts in between: what always holds (design.md 4)."""

import asyncio
import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from kill_driver import plain_picture

from bot.domain.endorsing_limits import COOL_DOWN
from bot.domain.people import Consent
from bot.handlers.local.stage import Actor, Stage
from scenarios.shelf import CARE, FIRST
from scenarios.town import TOKYO, Town, copy_town, open_town, posts_of, shares, studies
from storage import tables as t

R = TypeVar("R")
SCHOOLS = st.sampled_from(("east", "west"))
PEOPLE = st.sampled_from(("aoki", "mori", "sato"))
WORDS = ("板書が見やすいです", "見事です", " ")
"""What an endorser may say; the last one says nothing."""
MOVES = ("+white_flower", "-white_flower", "+white_check_mark", "-white_check_mark", "press", "undo")
ACTS = st.sampled_from((*MOVES, "hide", "show", *(f"say {words}" for words in WORDS)))
AGAIN = ("+white_flower", "press", "-white_flower", "undo", "hide", f"say {WORDS[0]}")
BADGES = st.sampled_from((FIRST, CARE))
NUMBERS = st.integers(0, 10_000)
NEEDS = {FIRST: {"u-board"}, CARE: {"u-breath"}}


@dataclass
class Given:
    """What one person thinks of one badge, by the rules of design.md 4.8."""

    live: set[str] = field(default_factory=set)
    stands: bool = False
    button: bool = False
    undone: bool = False
    anonymous: bool = False
    """They were forgotten: it stands, and is nobody's until it is given again."""
    hidden: bool = False
    """By the holder; it stays hidden when it is withdrawn and given again."""
    words: str = ""
    at: datetime | None = None
    """When it was given last; it is nobody's favour while it is nobody's."""

    def counts(self, now: datetime, favour: datetime | None) -> bool:
        """Whether it stands from now on, which it does not where a favour of less than a day ago is returned."""
        if self.stands and not self.anonymous:
            return True
        if favour is not None and now - favour < COOL_DOWN and (self.at is None or self.at > favour):
            return False
        self.stands, self.anonymous, self.at = True, False, now
        return True

    def reacts(self, emoji: str, now: datetime, favour: datetime | None) -> None:
        self.live.add(emoji)
        if not self.undone:
            self.counts(now, favour)

    def unreacts(self, emoji: str) -> None:
        self.live.discard(emoji)
        if self.live or self.anonymous:
            return
        if self.undone:
            self.undone = False
        elif not self.button:
            self.stands, self.words = False, ""

    def presses(self, now: datetime, favour: datetime | None) -> None:
        if self.counts(now, favour):
            self.button, self.undone = True, False

    def undoes(self) -> None:
        if self.stands:
            self.stands, self.button, self.undone, self.words = False, False, bool(self.live), ""

    @property
    def seen(self) -> tuple[bool, str]:
        return self.hidden, self.words


Badge = tuple[str, str, str]
"""School, holder, badge."""


class TwoSchools(RuleBasedStateMachine):
    """Two schools, and a model of what must be true of them."""

    template: Path

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="sukima-machine-"))
        copy_town(self.template, self.folder / "town")
        self.runner = asyncio.Runner()
        self.done: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.shown: set[Badge] = set()
        self.named: set[tuple[str, str]] = set()
        self.given: dict[Badge, dict[str, Given]] = defaultdict(lambda: defaultdict(Given))
        self._start()
        for school in ("east", "west"):
            self.done[school, "aoki"] = {"u-board", "u-breath"}
            self.shown |= {(school, "aoki", badge) for badge in (FIRST, CARE)}

    def _start(self) -> None:
        self.stack = AsyncExitStack()
        self.town: Town = self._run(self.stack.enter_async_context(open_town(self.folder / "town")))

    def _run(self, doing: Coroutine[Any, Any, R]) -> R:
        return self.runner.run(doing)

    def teardown(self) -> None:
        if hasattr(self, "town"):
            self.town.check_database()
            self._run(self.stack.aclose())
            self.runner.close()
            shutil.rmtree(self.folder)

    def _stage(self, school: str) -> Stage:
        return self.town.east if school == "east" else self.town.west

    def _actor(self, school: str, person: str) -> Actor:
        return self._stage(school)[person]

    def _badges(self, school: str, person: str) -> set[str]:
        return {badge for badge, units in NEEDS.items() if units <= self.done[school, person]}

    # ------------------------------------------------------------------ what people do

    @rule(school=SCHOOLS, person=PEOPLE, unit=st.sampled_from(("u-board", "u-breath")))
    def learns(self, school: str, person: str, unit: str) -> None:
        if unit not in self.done[school, person]:
            self._welcome(school, person)
            self._run(studies(self._actor(school, person), unit))
            self.done[school, person].add(unit)

    def _welcome(self, school: str, person: str) -> None:
        """Somebody who was forgotten begins anew."""
        actor = self._actor(school, person)
        if self._account(school, person) is None:
            self._run(actor.commands("help"))
        for verb, subject in (("lang", actor.lang), ("deliver", "no")):
            row = self._account(school, person)
            if row is None or row.welcomed_at is None:
                self._run(self.town.press(actor, self.town.token(verb, subject)))

    def _account(self, school: str, person: str) -> Any:
        workspace = self._run(self.town.workspace(self._stage(school)))
        rows = self._run(
            self.town.rows(t.account, t.account.c.workspace_id == workspace.id, t.account.c.user_key == person)
        )
        return self._run(self.town.person(self._stage(school), person)) if rows else None

    @rule(school=SCHOOLS, person=PEOPLE, badge=BADGES, verb=st.sampled_from(("share", "share", "private", "findable")))
    def decides(self, school: str, person: str, badge: str, verb: str) -> None:
        if badge not in self._badges(school, person):
            return
        award = self._run(self.town.award(self._stage(school), person, badge))
        self._run(self.town.press(self._actor(school, person), self.town.token(verb, award.public_id, "yes")))
        which = (school, person, badge)
        if verb == "share":
            self.shown.add(which)
        if verb == "private":
            self.shown.discard(which)
            for given in self.given[which].values():
                given.live.clear()

    @rule(number=NUMBERS, person=PEOPLE, acts=st.lists(ACTS, min_size=3, max_size=8), lost=st.booleans())
    def minds(self, number: int, person: str, acts: list[str], lost: bool) -> None:
        """One person and one badge: reactions, the button, *Undo*, words, and the holder's hiding, in any order."""
        self._do(self._some_badge(number), person, acts, lost)

    @rule(number=NUMBERS, acts=st.permutations(AGAIN), lost=st.booleans())
    def minds_and_minds_again(self, number: int, acts: list[str], lost: bool) -> None:
        """The same by somebody who is no holder at first, each act once and in any order."""
        self._do(self._some_badge(number), "mori", acts, lost)

    def _do(self, which: Badge | None, person: str, acts: list[str], lost: bool) -> None:
        for act in acts if which is not None else ():
            assert which is not None
            match act.partition(" "):
                case "press", _, _:
                    self._press(which, person)
                case "undo", _, _:
                    self._undo(which, person)
                case ("hide" | "show") as turn, _, _:
                    self._hide(which, person, hidden=turn == "hide")
                case "say", _, words:
                    self._say(which, person, words.strip())
                case sign, _, _:
                    self._change(which, person, sign[1:], on=sign[0] == "+", lost=lost)

    def _some_badge(self, number: int) -> Badge | None:
        """Nearly always one that is shown."""
        held = sorted((*who, badge) for who in self.done for badge in self._badges(*who))
        shown = sorted(self.shown)
        return (shown * 5 + held)[number % len(shown * 5 + held)] if held else None

    def _change(self, which: Badge, person: str, emoji: str, *, on: bool, lost: bool) -> None:
        """With `lost` the platform's event is missed, and made good by reading back."""
        school, holder, badge = which
        given = self.given[which][person]
        if which not in self.shown or (emoji in given.live) is on:
            return
        favour = self._favour(which, person)
        (post,) = posts_of(self._actor(school, "sato"), self._actor(school, holder), badge)
        room = self.town.room
        (room.react if on else room.unreact)(post.ref, person, emoji)
        if lost and self._account(school, person) is not None:  # reading back brings nobody back who was forgotten
            self.town.miss()
            self._run(self.town.house.reconcile())
        self._run(self.town.settle())
        if person == holder:
            (given.live.add if on else given.live.discard)(emoji)
        elif on:
            given.reacts(emoji, self.town.room.now(), favour)
        else:
            given.unreacts(emoji)

    def _press(self, which: Badge, person: str) -> None:
        award = self._run(self.town.award(self._stage(which[0]), which[1], which[2]))
        self._run(self.town.press(self._actor(which[0], person), self.town.token("endorse", award.public_id)))
        known = self._account(which[0], person) is not None  # buttons of before do nothing for who was forgotten
        if which in self.shown and person != which[1] and known:
            self.given[which][person].presses(self.town.room.now(), self._favour(which, person))

    def _favour(self, which: Badge, person: str) -> datetime | None:
        """When the holder last endorsed a badge of this person so that it can be known: by a reaction, or by name."""
        school, holder, _ = which
        theirs = [given[holder] for badge, given in self.given.items() if badge[:2] == (school, person)]
        known = [one for one in theirs if one.live or (school, holder) in self.named]
        return max((one.at for one in known if one.stands and one.at is not None), default=None)

    def _undo(self, which: Badge, person: str) -> None:
        given = self._by(which, person)
        if given is not None:
            self._run(self.town.press(self._actor(which[0], person), self.town.token("undo", given.public_id)))
            self.given[which][person].undoes()

    def _say(self, which: Badge, person: str, words: str) -> None:
        given = self._by(which, person)
        if given is not None:
            token = self.town.token("comment_say", given.public_id)
            self._run(self.town.press(self._actor(which[0], person), token, {"words": words}))
            if self.given[which][person].stands:
                self.given[which][person].words = words

    def _hide(self, which: Badge, person: str, *, hidden: bool) -> None:
        """Pressed by the holder and, in vain, by the endorser."""
        given = self._by(which, person)
        if given is not None:
            token = self.town.token("hide", given.public_id, "yes" if hidden else "no")
            for who in (which[1], person):
                self._run(self.town.press(self._actor(which[0], who), token))
            if self.given[which][person].stands:
                self.given[which][person].hidden = hidden

    def _by(self, which: Badge, person: str) -> Any:
        """What somebody gave to a badge, standing or not; None where there is nothing of theirs."""
        award = self._run(self.town.award(self._stage(which[0]), which[1], which[2]))
        account = self._account(which[0], person)
        rows = self._run(self.town.rows(t.endorsement, t.endorsement.c.target_id == award.id))
        mine = [row for row in rows if row.target_kind == "award" and account and row.endorser_id == account.id]
        return mine[0] if mine else None

    @rule(school=SCHOOLS, person=PEOPLE, on=st.booleans())
    def agrees_to_be_named(self, school: str, person: str, on: bool) -> None:
        token = self.town.token("consent", Consent.NAMED, "on" if on else "off")
        self._run(self.town.press(self._actor(school, person), token))
        (self.named.add if on and self._account(school, person) is not None else self.named.discard)((school, person))

    @rule(school=SCHOOLS, person=PEOPLE)
    def agrees_to_be_offered_something(self, school: str, person: str) -> None:
        actor = self._actor(school, person)
        self._run(self.town.press(actor, self.town.token("windows"), {"words": "free weekdays 12:30-13:00"}))
        self._run(self.town.press(actor, self.town.token("consent", Consent.DELIVERY, "on")))

    @rule(school=SCHOOLS, person=PEOPLE)
    def is_forgotten(self, school: str, person: str) -> None:
        if self._account(school, person) is None:
            return
        self._run(self.town.press(self._actor(school, person), self.town.token("forget_yes")))
        self.done[school, person].clear()
        self.named.discard((school, person))
        for which in [one for one in self.given if one[:2] == (school, person)]:
            del self.given[which]
        self.shown = {one for one in self.shown if one[:2] != (school, person)}
        for which, people in self.given.items():
            if which[0] == school and person in people:
                # It stays, anonymous; the reaction that stands on the platform is nobody's until it is given again.
                left = people.pop(person)
                if left.stands:
                    people[person] = Given(stands=True, anonymous=True, hidden=left.hidden)
                if left.live and which in self.shown:
                    self._take_off(which, person, left.live)

    def _take_off(self, which: Badge, person: str, live: set[str]) -> None:
        """The reactions of somebody forgotten are taken off by hand: the model need not know of half a person."""
        (post,) = posts_of(self._actor(which[0], "sato"), self._actor(*which[:2]), which[2])
        for emoji in live:
            self.town.room.unreact(post.ref, person, emoji)
        self.town.miss()

    @rule(
        school=SCHOOLS,
        badges=st.tuples(BADGES, BADGES),
        acts=st.lists(st.sampled_from(MOVES), min_size=2, max_size=4),
        hours=st.sampled_from((0, 1, 23.5, 24)),
    )
    def endorse_each_other(self, school: str, badges: tuple[str, str], acts: list[str], hours: float) -> None:
        """Two who both show a badge; the second acts at once, or when hours have passed."""
        for holder, other, badge in (("aoki", "mori", badges[0]), ("mori", "aoki", badges[1])):
            unit = next(iter(NEEDS[badge]))
            self.learns(school, holder, unit)
            self.decides(school, holder, badge, "share")
            if (school, holder, badge) in self.shown:
                self._do((school, holder, badge), other, ["press", *acts], lost=False)
            self.time_passes(hours)

    @rule(hours=st.sampled_from((0.5, 2, 7, 24, 72)))
    def time_passes(self, hours: float) -> None:
        end = self.town.room.now() + timedelta(hours=hours)
        planned = [row.next_offer_at for row in self._run(self.town.rows(t.rhythm)) if row.next_offer_at]
        for moment in (*sorted({one for one in planned if self.town.room.now() < one < end}), end):
            if moment > self.town.room.now():
                self.town.room.put_clock(moment)
            self._run(self.town.settle())

    @rule()
    def starts_again(self) -> None:
        self._run(self.stack.aclose())
        self._start()

    # ------------------------------------------------------------------ what always holds

    def _standing(self) -> list[Any]:
        return self._run(
            self.town.rows(
                t.endorsement, t.endorsement.c.target_kind == "award", t.endorsement.c.withdrawn_at.is_(None)
            )
        )

    def _which(self, row: Any) -> tuple[Badge, str]:
        """Whose badge an endorsement is about, and by whom it is."""
        (award,) = self._run(self.town.rows(t.award, t.award.c.id == row.target_id))
        keys = {}
        for account in self._run(self.town.rows(t.account)):
            keys[account.person_id] = account.user_key
        school = "east" if award.school_id == 1 else "west"
        return (school, keys[award.person_id], award.achievement_key), keys.get(row.endorser_id, "")

    @invariant()
    def standing_endorsements_are_those_of_the_rules(self) -> None:
        if not hasattr(self, "town"):
            return
        stored: dict[Badge, list[tuple[bool, str]]] = defaultdict(list)
        for row in self._standing():
            stored[self._which(row)[0]].append((row.hidden_at is not None, row.comment or ""))
        model = {
            which: sorted(given.seen for given in people.values() if given.stands)
            for which, people in self.given.items()
        }
        assert {k: sorted(v) for k, v in stored.items()} == {k: v for k, v in model.items() if v}

    @invariant()
    def awards_are_what_was_earned_once_each(self) -> None:
        if not hasattr(self, "town"):
            return
        awards = self._run(self.town.rows(t.award))
        assert len({(one.person_id, one.achievement_key) for one in awards}) == len(awards)
        held = [one for one in awards if one.achievement_key in NEEDS]
        earned = sum(len(self._badges(*who)) for who in list(self.done))
        assert len(held) == earned
        assert sum(one.displayed_at is not None for one in held) == len(self.shown)

    @invariant()
    def the_newest_edition_embeds_exactly_what_is_shown(self) -> None:
        if not hasattr(self, "town"):
            return
        newest = {one.award_id: one for one in self._run(self.town.rows(t.revision))}
        shown: dict[int, dict[str, str]] = defaultdict(dict)
        for row in self._standing():
            if row.hidden_at is None:
                shown[row.target_id][f"urn:uuid:{row.public_id}"] = row.comment or ""
        for award in self._run(self.town.rows(t.award)):
            embedded = json.loads(newest[award.id].text).get("endorsement", ())
            said = {one["id"]: one["credentialSubject"]["endorsementComment"] for one in embedded}
            own = {one: words if words in WORDS else "" for one, words in said.items()}
            assert own == shown[award.id]

    @invariant()
    def no_offer_comes_uninvited(self) -> None:
        """What nobody asked for comes in a window of one's own, once a day."""
        if not hasattr(self, "town"):
            return
        brought = [one for one in self._run(self.town.rows(t.offer)) if not one.requested and one.state != "lapsed"]
        for one in brought:
            local = one.created_at.astimezone(TOKYO)
            assert local.weekday() < 5
            assert (12, 30) <= (local.hour, local.minute) < (13, 0)
        days = [(one.person_id, one.created_at.astimezone(TOKYO).date()) for one in brought]
        assert len(days) == len(set(days))


@pytest.fixture(scope="module")
def town_with_badges(town_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In both schools Aoki has two badges, and shows them."""
    folder = copy_town(town_template, tmp_path_factory.mktemp("machine") / "town")

    async def begin() -> None:
        async with open_town(folder) as town:
            for stage in (town.east, town.west):
                await studies(stage["aoki"], "u-board", "u-breath")
                for badge in (FIRST, CARE):
                    await shares(stage["aoki"], badge)

    asyncio.run(begin())
    return folder


def test_anything_in_any_order(town_with_badges: Path, quiet_log: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.conversation.pictures.draw_badge", lambda face: plain_picture())
    machine = type("Machine", (TwoSchools,), {"template": town_with_badges})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=13,
            stateful_step_count=12,
            deadline=None,
            phases=(Phase.generate,),
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
