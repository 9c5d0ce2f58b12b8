from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.enclosing import KIBIBYTE, MOST_KIBIBYTES, MOST_PARTS, fitting

ROOM = MOST_KIBIBYTES * KIBIBYTE


@example(sizes=[1] * (MOST_PARTS + 1))
@example(sizes=[ROOM, 1, 0])
@given(sizes=st.lists(st.integers(0, ROOM + 1), max_size=2 * MOST_PARTS))
def test_as_many_as_fit_in_their_order_and_none_that_would_fit_is_left_out(sizes: list[int]) -> None:
    taken = fitting(sizes)
    inside = [size for size, is_in in zip(sizes, taken, strict=True) if is_in]
    assert len(inside) <= MOST_PARTS
    assert sum(inside) <= ROOM
    for place, is_in in enumerate(taken):
        before = [size for size, was in zip(sizes[:place], taken[:place], strict=True) if was]
        assert is_in == (len(before) < MOST_PARTS and sum(before) + sizes[place] <= ROOM)
