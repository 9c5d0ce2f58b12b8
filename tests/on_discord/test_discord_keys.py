"""What is derived from promises and moments: the same each time, within Discord's limits."""

from datetime import UTC, datetime, timedelta

from discord import PartialEmoji
from discord.utils import snowflake_time
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.discord.emoji import emoji_name
from bot.handlers.discord.keys import nonce_of, snowflake, snowflake_at

SINCE = datetime(2016, 1, 1, tzinfo=UTC)


@given(st.text())
def test_a_promise_has_one_nonce(token: str) -> None:
    assert nonce_of(token) == nonce_of(token)
    assert 0 < len(nonce_of(token)) <= 25
    assert nonce_of(token).isascii()


def test_other_promises_have_others() -> None:
    tokens = [f"promise {number}" for number in range(1000)]
    assert len({nonce_of(token) for token in tokens}) == 1000


@given(st.integers(0, 20_000_000_000).map(lambda tenths: SINCE + tenths * timedelta(milliseconds=100)))
def test_the_first_id_of_a_moment(moment: datetime) -> None:
    told = snowflake_time(snowflake_at(moment))
    assert timedelta(0) <= moment - told < timedelta(milliseconds=1)


@given(st.text())
def test_only_discords_own_ids_are_ids(key: str) -> None:
    found = snowflake(key)
    assert found is None or (key.isdecimal() and 0 <= found < 1 << 64)
    assert snowflake("80351110224678912") == 80351110224678912


def test_emoji() -> None:
    assert emoji_name(PartialEmoji(name="💮")) == "white_flower"
    assert emoji_name(PartialEmoji(name="✅")) == "white_check_mark"
    assert emoji_name(PartialEmoji(name="👍🏽")) == "👍"
    assert emoji_name(PartialEmoji(name="hanamaru", id=7)) == "hanamaru:7"
