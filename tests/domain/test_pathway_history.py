"""When a pathway was reached: whatever becomes known in whatever order, it is reached at the same moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone

from domain.pathway_rules import BADGES, ELSEWHERE, ISSUERS, NAME, START, day, rules
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.awards import Award
from bot.domain.foreign import Foreign
from bot.domain.pathway_history import Got, History, Lasting, Reached, first_reached, judged, reached_pathways
from bot.domain.pathways import (
    All,
    AnyOf,
    Earned,
    Endorsed,
    Endorsing,
    Imported,
    InOrder,
    Prior,
    Rule,
    counted,
    missing,
)
from bot.domain.periods import Period, common, without
from bot.domain.recognition import As, Endorsement, Stood, Target
from bot.domain.stops import StopChange, StopKind, change_stop
from bot.domain.trust import TrustedIssuer, names_of
from bot.errors import Problem

ZONE = timezone(timedelta(hours=9))
MORNING = datetime(START.year, START.month, START.day, tzinfo=ZONE)
LAST = 200
A, B, P = Earned("a"), Earned("b"), Earned("p")


def hour(number: int) -> datetime:
    return MORNING + timedelta(hours=number)


def got(badge: str, since: int, until: int | None = None, on: int | None = None) -> Lasting:
    """A badge that held from one hour to another."""
    earned = day((since if on is None else on) // 24)
    return Lasting(Got(badge, earned), Period(hour(since), None if until is None else hour(until)))


def past(*facts: Lasting) -> History:
    return History(frozenset(facts), ZONE)


def at(found: Reached | None) -> datetime | None:
    return None if found is None else found.at


# ---------------------------------------------------------------- periods


def test_what_is_left_of_a_period_outside_of_gaps() -> None:
    whole = Period(hour(0), hour(9))
    gaps = (Period(hour(3), hour(5)), Period(hour(1), hour(2)), Period(hour(4), hour(6)), Period(hour(7), hour(7)))
    assert without(whole, gaps) == (Period(hour(0), hour(1)), Period(hour(2), hour(3)), Period(hour(6), hour(9)))
    assert without(whole, [Period(hour(5))]) == (Period(hour(0), hour(5)),)
    assert without(whole, [Period(hour(8), hour(20))]) == (Period(hour(0), hour(8)),)
    assert without(Period(hour(2), hour(2)), ()) == ()
    assert common(whole, Period(hour(4))) == Period(hour(4), hour(9))
    assert common(whole, Period(hour(9))).is_empty


# ---------------------------------------------------------------- one rule


def test_reached_when_all_held_together_for_the_first_time() -> None:
    both = All((A, B))
    assert at(first_reached(both, past(got("a", 1, 5), got("b", 3, 4)), hour(90))) == hour(3)
    assert first_reached(both, past(got("a", 1, 5), got("b", 5)), hour(90)) is None, "what ended holds no more"
    renewed = past(got("a", 1, 5), got("a", 50, None, on=1), got("b", 30))
    assert at(first_reached(both, renewed, hour(90))) == hour(50)
    assert first_reached(both, renewed, hour(49)) is None, "nothing is known of what is to come"
    assert judged(both, renewed, hour(90)).met_on == day(2)
    assert missing(judged(both, renewed, hour(40))) == A, "it expired"
    assert judged(both, past(got("a", 1, 5), got("b", 3, 4)), hour(90)).met_on == day(0), "for good"


def test_an_order_asks_when_things_were_earned_and_not_when_they_were_renewed() -> None:
    renewed = past(got("a", 1, 5), got("a", 50, None, on=1), got("b", 30))
    assert at(first_reached(InOrder((A, B)), renewed, hour(90))) == hour(50)
    assert first_reached(InOrder((B, A)), renewed, hour(90)) is None


def test_one_pathway_completes_another_from_when_it_was_reached() -> None:
    ways = (("q", InOrder((P, B))), ("p", AnyOf((A, Earned("late")), 1)))
    known = past(got("a", 60), got("b", 30))
    assert {badge: one.at for badge, one in reached_pathways(ways, known, hour(90)).items()} == {"p": hour(60)}
    earlier = replace(known, facts=known.facts | {got("late", 10, 12)})
    found = reached_pathways(ways, earlier, hour(90))
    assert {badge: one.at for badge, one in found.items()} == {"p": hour(10), "q": hour(30)}
    assert reached_pathways(ways[::-1], earlier, hour(90)) == found


# ---------------------------------------------------------------- a small world, in which things happen and are told


@dataclass(frozen=True)
class Given:
    """A pathway's badge: when it was reached, and what it rests on."""

    at: datetime
    parts: tuple[tuple[str, date], ...]


@dataclass
class World:
    """What is kept of one person, changed by what happens as the use cases change it."""

    awards: dict[str, Award] = field(default_factory=dict)
    endorsements: dict[tuple[str, str], Endorsement] = field(default_factory=dict)
    kept: dict[str, Foreign] = field(default_factory=dict)
    trusted: dict[str, TrustedIssuer] = field(default_factory=dict)
    reached: dict[str, Given] = field(default_factory=dict)

    def looks(self, ways: Mapping[str, Rule], now: datetime) -> None:
        """Award what is due: given is given, and may turn out to have been reached earlier, or to rest on more."""
        asked = [(badge, rule) for badge, rule in ways.items() if not self._rests_on_stopped(badge)]
        history = self.history()
        found = reached_pathways(asked, history, now)
        for badge, one in found.items():
            days = history.having(found).at(one.at).earned
            if badge not in self.reached or one.at <= self.reached[badge].at:
                self.reached[badge] = Given(one.at, tuple((part, days[part]) for part in counted(one.progress)))

    def stopped(self) -> set[str]:
        return {badge for badge, award in self.awards.items() if award.stop is not None}

    def _rests_on_stopped(self, badge: str) -> bool:
        way = self.reached.get(badge)
        return way is not None and not self.stopped().isdisjoint(part for part, _ in way.parts)

    def lifts(self, ways: Mapping[str, Rule], now: datetime) -> None:
        """What is suspended is found to be nothing."""
        for badge, award in self.awards.items():
            if award.stop is not None and award.stop.kind is StopKind.SUSPENDED:
                self.awards[badge] = replace(award, stop=None)
        self.looks(ways, now)

    def history(self) -> History:
        facts = {
            Lasting(Got(badge, award.begins.astimezone(ZONE).date()), period)
            for badge, award in self.awards.items()
            for period in award.periods()
        }
        for badge, way in self.reached.items():
            facts.add(Lasting(Got(badge, way.at.astimezone(ZONE).date()), Period(way.at)))
        for (by, badge), one in self.endorsements.items():
            for stood in one.stood:
                on = stood.period.since.astimezone(ZONE).date()
                held = self.awards[badge].periods() if badge in self.awards else ()
                both = [common(stood.period, period) for period in held]
                facts |= {Lasting(Endorsing(badge, by, stood.role, on), period) for period in both}
        for foreign in self.kept.values():
            prior = Prior(foreign.badge_id, names_of(foreign.issuer), foreign.awarded_on)
            facts.add(Lasting(prior, foreign.counted(self.trusted.values(), ZONE)))
        return History(frozenset(facts), ZONE, frozenset(self.reached))


@dataclass(frozen=True)
class Happens:
    """One thing, at an hour. `what` names what is done, `key` with what."""

    hour: int
    what: str
    key: str
    more: int = 0

    def to(self, world: World) -> None:
        now = hour(self.hour)
        getattr(self, f"_{self.what}")(world, now)

    def _earn(self, world: World, now: datetime) -> None:
        ends = None if self.more == 0 else now + timedelta(hours=self.more)
        world.awards.setdefault(self.key, Award(1, "", 1, 1, 1, self.key, now, valid_until=ends))

    def _renew(self, world: World, now: datetime) -> None:
        award = world.awards.get(self.key)
        if award is None or award.valid_until is None or award.stop is not None:
            return
        lapses = (*award.lapses, Period(award.valid_until, now)) if award.is_expired(now) else award.lapses
        ends = max(award.valid_until, now) + timedelta(hours=self.more + 1)
        world.awards[self.key] = replace(award, valid_until=ends, lapses=lapses)

    def _stop(self, world: World, now: datetime) -> None:
        award, change = world.awards.get(self.key), list(StopChange)[self.more % 3]
        if award is None:
            return
        try:
            stop = change_stop(award.stop, change, "why", now)
        except Problem:
            return
        world.awards[self.key] = replace(award, stop=stop)

    def _endorse(self, world: World, now: datetime) -> None:
        by, role = str(self.more % 2), list(As)[self.more % 3]
        former = world.endorsements.get((by, self.key))
        if former is not None and former.withdrawn_at is None:
            world.endorsements[by, self.key] = replace(former, withdrawn_at=now)
            return
        stood: tuple[Stood, ...] = () if former is None else former.stood
        world.endorsements[by, self.key] = Endorsement(1, "", 1, 1, Target.of_award(1), role, now, former=stood)

    def _trust(self, world: World, now: datetime) -> None:
        world.trusted[self.key] = TrustedIssuer(self.key, self.key, now)

    def _untrust(self, world: World, now: datetime) -> None:
        listed = world.trusted.get(self.key)
        if listed is not None and listed.until is None:
            world.trusted[self.key] = replace(listed, until=now)

    def _fault(self, world: World, now: datetime) -> None:
        kept = world.kept.get(self.key)
        if kept is not None:
            world.kept[self.key] = replace(kept, faulty_at=kept.faulty_at or now)

    def _good(self, world: World, now: datetime) -> None:
        kept = world.kept.get(self.key)
        if kept is not None:
            world.kept[self.key] = replace(kept, faulty_at=None)


@dataclass(frozen=True)
class Arrives(Happens):
    """A badge from elsewhere is taken in: `more` is the day of its award, `ends` the day whose beginning ends it."""

    ends: int | None = None

    def to(self, world: World) -> None:
        badge, issuer = self.key.split("@")
        now, expires = hour(self.hour), None if self.ends is None else hour(24 * self.ends)
        world.kept[self.key] = Foreign(
            1, "", 1, f"https://{issuer}", issuer, "", "", badge, "", (), day(self.more), expires, now, now, now
        )  # fmt: skip


HOURS, KEYS = st.integers(1, LAST), st.sampled_from(BADGES)
FOREIGN = st.sampled_from([f"{badge}@{issuer}" for badge in ELSEWHERE for issuer in ISSUERS])
SMALL = st.integers(0, 5)
OWN = st.one_of(
    st.builds(Happens, HOURS, st.just("earn"), KEYS, st.sampled_from((0, 10, 40))),
    st.builds(Happens, HOURS, st.just("renew"), KEYS, st.integers(0, 40)),
    st.builds(Happens, HOURS, st.just("stop"), KEYS, st.sampled_from((1, 2))),
    st.builds(Happens, HOURS, st.just("endorse"), KEYS, SMALL),
    st.builds(Happens, HOURS, st.sampled_from(("trust", "trust", "untrust")), st.sampled_from(ISSUERS)),
    st.builds(Happens, HOURS, st.sampled_from(("fault", "good")), FOREIGN),
)
REVOKED = st.lists(st.builds(Happens, HOURS, st.just("stop"), KEYS, st.just(0)), min_size=1, max_size=3)


@st.composite
def told_twice(draw: st.DrawFn) -> tuple[list[Happens], list[Happens]]:
    """One past, told in two ways: badges from elsewhere are taken in later or sooner, when they are still good."""
    own = draw(st.lists(OWN, max_size=16))
    ways: tuple[list[Happens], list[Happens]] = ([], [])
    for key in draw(st.lists(FOREIGN, max_size=4, unique=True)):
        over = {("fault", key), ("untrust", key.split("@")[1])}
        latest = min((one.hour for one in own if (one.what, one.key) in over), default=LAST + 1) - 1
        awarded, ends = draw(st.integers(0, latest // 24)), draw(st.none() | st.integers(1, LAST // 24))
        for way in ways:
            arrival = draw(st.integers(awarded * 24, latest))
            way.append(Arrives(arrival, "take_in", key, awarded, None if ends is None else awarded + ends))
    first, second = (sorted([*own, *way], key=lambda one: (one.hour, one.what, one.key)) for way in ways)
    return first, second


WAYS = st.tuples(rules(), rules((*BADGES, "p0")), rules((*BADGES, "p0", "p1")), st.permutations(range(3)))


@given(told_twice(), WAYS, st.tuples(HOURS, HOURS, HOURS))
def test_whatever_the_order_in_which_it_is_told_the_same_is_reached_at_the_same_time(
    told: tuple[list[Happens], list[Happens]], drawn: tuple[Rule, Rule, Rule, list[int]], loaded: tuple[int, int, int]
) -> None:
    """Judged after each thing that happens, with pathways that are loaded some time; and once, when all is known.

    Nothing was revoked, and what was suspended is good in the end.
    """
    *trees, order = drawn
    ways = {f"p{number}": trees[number] for number in order}
    first, second = World(), World()
    for world, happened in zip((first, second), told, strict=True):
        for one in happened:
            one.to(world)
            there = {f"p{number}" for number in range(3) if world is first or loaded[number] <= one.hour}
            world.looks({badge: rule for badge, rule in ways.items() if badge in there}, hour(one.hour))
        world.lifts(ways, hour(LAST))
    assert first.reached == second.reached
    second.reached.clear()
    second.looks(ways, hour(LAST))
    assert first.reached == second.reached


@given(told_twice(), REVOKED, WAYS)
def test_nothing_is_built_on_a_stopped_badge_and_what_was_given_before_stands(
    told: tuple[list[Happens], list[Happens]], revoked: list[Happens], drawn: tuple[Rule, Rule, Rule, list[int]]
) -> None:
    """Revoking is an event whose time counts: it can only keep away what would have been given after it."""
    *trees, order = drawn
    ways = {f"p{number}": trees[number] for number in order}
    spared, world = World(), World()
    for one in told[0]:
        one.to(spared)
        spared.looks(ways, hour(one.hour))
    for one in sorted([*told[0], *revoked], key=lambda one: (one.hour, one.what, one.key)):
        before = dict(world.reached)
        one.to(world)
        world.looks(ways, hour(one.hour))
        for badge, way in world.reached.items():
            if way != before.get(badge):
                assert world.stopped().isdisjoint(part for part, _ in way.parts)
        assert all(world.reached[badge].at <= way.at for badge, way in before.items())
    for each in (spared, world):
        each.lifts(ways, hour(LAST))
    assert all(spared.reached[badge].at <= way.at for badge, way in world.reached.items())


def test_a_badge_brought_late_counts_on_the_days_on_which_it_was_valid() -> None:
    """What was over before it is taken in completes what was together with it, and nothing else."""
    wanted = {"p": All((A, Imported(NAME, ("x",), ())))}
    own = [
        Happens(1, "trust", "ix.example"),
        Happens(30, "earn", "a", 40),
        Happens(85, "renew", "a", 9),
        Happens(87, "stop", "a", 1),
        Happens(89, "stop", "a", 2),
    ]
    for arrival, ends, reached in ((150, 2, hour(30)), (31, 2, hour(30)), (150, 1, None), (3, 1, None)):
        world = World()
        taken = Arrives(arrival, "take_in", "x@ix.example", 0, ends)
        for one in sorted([*own, taken], key=lambda one: one.hour):
            one.to(world)
            world.looks(wanted, hour(one.hour))
        way = world.reached.get("p")
        assert (way and way.at) == reached


def test_what_comes_in_when_trust_has_ended_was_never_trusted() -> None:
    wanted = {"p": Imported(NAME, (), ())}
    trust, untrust, again = (
        Happens(n, what, "ix.example") for n, what in ((1, "trust"), (9, "untrust"), (40, "trust"))
    )
    late = Arrives(20, "take_in", "x@ix.example", 0)
    world = World()
    for one in (trust, untrust, late):
        one.to(world)
        world.looks(wanted, hour(one.hour))
    assert not world.reached
    again.to(world)
    world.looks(wanted, hour(40))
    assert world.reached == {"p": Given(hour(0), ())}, "trust reaches back"


def test_an_endorsement_counts_while_it_stood() -> None:
    wanted = {"p": All((Endorsed(("a",), 1), Imported(NAME, ("x",), ())))}
    world = World()
    for one in (
        Happens(1, "trust", "ix.example"),
        Happens(2, "earn", "a"),
        Happens(3, "endorse", "a", 1),
        Happens(5, "endorse", "a", 1),
        Happens(90, "endorse", "a", 1),
        Arrives(120, "take_in", "x@ix.example", 0, 1),
    ):
        one.to(world)
        world.looks(wanted, hour(one.hour))
    assert world.reached == {"p": Given(hour(3), ())}
