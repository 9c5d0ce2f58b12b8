"""What keeps a platform from being heard is told on the screen, once, and that it is over."""

from collections.abc import Iterator

import pytest

from bot.app.troubles import tell_troubles
from bot.wording import Wording


class Over(Exception):
    pass


async def told_of(codes: list[str | None]) -> list[str]:
    coming: Iterator[str | None] = iter(codes)
    told: list[str] = []

    async def trouble() -> str | None:
        try:
            return next(coming)
        except StopIteration:
            raise Over from None

    with pytest.raises(Over):
        await tell_troubles({"discord": trouble}, Wording("en"), told.append, every=0)
    return told


async def test_what_lasts_is_told_once_and_that_it_is_over() -> None:
    first, over, again = await told_of([None, "a.b", "a.b", "a.b", None, None, "a.b", "a.b"])
    assert first == again
    assert "Discord (a.b)" in first
    assert "sukima check" in first
    assert over == "Discord reaches us again."


async def test_what_is_there_for_a_moment_is_not_told() -> None:
    assert await told_of(["slack.no_answer", None, "slack.no_answer", None]) == []


async def test_another_trouble_is_told_too() -> None:
    one, other = await told_of(["a.one", "a.one", "a.other", "a.other", "a.other"])
    assert ("a.one" in one, "a.other" in other) == (True, True)
