"""How many endorsements count in a day, and how soon one that was given may be returned: in any order of acts."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.endorsing_limits import COOL_DOWN, DAILY_MOST, Recent, held_back
from bot.domain.outcomes import Refused
from bot.domain.recognition import As, Endorsed, Endorsement, Facts, Target, Unchanged, pressed, reacted

MONDAY = datetime(2026, 6, 8, tzinfo=UTC)
DAY = timedelta(days=1)
Pair = tuple[int, int]
"""Endorser and the number of a badge."""
ACTS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 44), st.booleans(), st.sampled_from((0, 0, 0, 1, 5, 24))),
    min_size=20,
    max_size=150,
)
"""Who, which badge (its number modulo three says whose), giving or taking back, and how many hours pass before."""
BUSY = st.lists(
    st.tuples(
        st.just(0), st.integers(0, 44), st.sampled_from((True, True, True, False)), st.sampled_from((0,) * 40 + (1,))
    ),
    min_size=60,
    max_size=150,
)
"""One person who endorses by the dozen."""


@dataclass
class Town:
    """Three people who hold fifteen badges each, and what stands between them, kept by the rule alone."""

    now: datetime = MONDAY
    given: dict[Pair, Endorsement] = field(default_factory=dict)

    def standing(self) -> dict[Pair, Endorsement]:
        return {pair: one for pair, one in self.given.items() if one.stands}

    def recent(self, who: int, badge: int) -> Recent:
        midnight = self.now.replace(hour=0)
        standing = self.standing()
        today = sum(one.given_at >= midnight for (by, _), one in self.given.items() if by == who)
        favours = [one.given_at for (by, of), one in standing.items() if by == badge % 3 and of % 3 == who]
        return Recent(self.now, today, max(favours, default=None))

    def facts(self, who: int, badge: int) -> Facts:
        return Facts(
            endorser_id=who,
            is_bot=False,
            speaks=As.COLLEAGUE,
            holder_id=badge % 3,
            displayed=True,
            recent=self.recent(who, badge),
            current=self.given.get((who, badge)),
        )

    def gives(self, who: int, badge: int) -> object:
        decision = reacted(self.facts(who, badge))
        assert decision == pressed(self.facts(who, badge)), "a reaction and the button are under one rule"
        if isinstance(decision, Endorsed):
            target = Target.of_award(badge)
            self.given[who, badge] = Endorsement(1, "", 1, who, target, decision.role, self.now)
        return decision

    def takes_back(self, who: int, badge: int) -> None:
        if (who, badge) in self.given:
            self.given[who, badge] = replace(self.given[who, badge], withdrawn_at=self.now)


def played(acts: list[tuple[int, int, bool, int]]) -> Town:
    town = Town()
    for who, badge, gives, hours in acts:
        town.now += timedelta(hours=hours)
        if gives:
            town.gives(who, badge)
        else:
            town.takes_back(who, badge)
    return town


@given(BUSY)
def test_no_more_than_the_limit_is_given_on_one_day(acts: list[tuple[int, int, bool, int]]) -> None:
    days: dict[tuple[int, object], int] = {}
    for (who, _), one in played(acts).given.items():
        days[who, one.given_at.date()] = days.get((who, one.given_at.date()), 0) + 1
    assert all(count <= DAILY_MOST for count in days.values())


@given(ACTS)
def test_whoever_was_refused_gives_it_a_day_later(acts: list[tuple[int, int, bool, int]]) -> None:
    """There is always a way out, and it is the one that the words name."""
    town = played(acts)
    for who in range(3):
        for badge in range(45):
            if badge % 3 != who and isinstance(town.gives(who, badge), Refused):
                later = Town(town.now + DAY, dict(town.given))
                assert isinstance(later.gives(who, badge), Endorsed)


@given(ACTS)
def test_the_limits_take_nothing_back(acts: list[tuple[int, int, bool, int]]) -> None:
    town = played(acts)
    before = town.standing()
    for who, badge in before:
        assert town.gives(who, badge) == Unchanged()
    assert town.standing() == before


@given(ACTS, st.integers(0, 2), st.integers(0, 44))
def test_an_endorsement_within_a_day_of_a_favour_was_there_before_it(
    acts: list[tuple[int, int, bool, int]], who: int, badge: int
) -> None:
    town = played(acts)
    recent, current = town.recent(who, badge), town.given.get((who, badge))
    if who == badge % 3 or not isinstance(town.gives(who, badge), Endorsed) or recent.favour is None:
        return
    returned_late = town.now - recent.favour >= COOL_DOWN
    assert returned_late or (current is not None and current.given_at <= recent.favour)


def test_the_edges() -> None:
    assert held_back(Recent(MONDAY, DAILY_MOST - 1), None) is None
    assert held_back(Recent(MONDAY, DAILY_MOST), None) == Refused("endorsed_enough", {"most": DAILY_MOST})
    just_now = MONDAY - COOL_DOWN + timedelta(microseconds=1)
    assert held_back(Recent(MONDAY, 0, just_now), None) == Refused("endorsed_back")
    assert held_back(Recent(MONDAY, 0, MONDAY - COOL_DOWN), None) is None
    assert held_back(Recent(MONDAY, 0, just_now), just_now) is None, "it was there before: no favour returned"
