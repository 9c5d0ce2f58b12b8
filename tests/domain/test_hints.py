"""A hint lets what comes by itself wait a little, and never keeps it away."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hints import LONGEST_WAIT, LOOKED_AT_AGAIN, ON_THE_WAY, better_moment

NOW = datetime(2026, 6, 10, 7, 0, tzinfo=UTC)
SPANS = st.integers(-3 * 3600, 3 * 3600).map(lambda seconds: timedelta(seconds=seconds))


@given(SPANS.map(abs), SPANS, st.none() | SPANS)
def test_it_waits_a_few_minutes_and_comes_while_it_fits(waited: timedelta, left: timedelta, busy: timedelta) -> None:
    promised, last = NOW - waited, NOW + left
    moment = better_moment(NOW, promised, last, None if busy is None else NOW + busy)
    if moment is None:
        no_hint = busy is None or busy <= timedelta(0)
        assert no_hint or waited >= LONGEST_WAIT or left <= ON_THE_WAY
    else:
        assert NOW < moment <= min(NOW + LOOKED_AT_AGAIN, promised + LONGEST_WAIT, last - ON_THE_WAY)


def test_who_is_busy_for_ever_is_brought_it_in_the_end() -> None:
    moment, looks = NOW, 0
    while (after := better_moment(moment, NOW, NOW + timedelta(hours=2), datetime.max.replace(tzinfo=UTC))) is not None:
        moment, looks = after, looks + 1
    assert (moment, looks) == (NOW + LONGEST_WAIT, LONGEST_WAIT // LOOKED_AT_AGAIN)
