"""The one-time claim: its code, and how long one may guess."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.outcomes import Refused
from bot.domain.ownership import (
    ALPHABET,
    LETTERS,
    PAUSE,
    RANDOM_BYTES,
    TRIES,
    Claim,
    Mistaken,
    digest_of,
    judge,
    new_code,
    plain,
)

NOW = datetime(2026, 11, 24, tzinfo=UTC)
codes = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES).map(new_code)


@settings(deadline=None)
@given(codes)
def test_a_code_opens_its_claim_however_it_is_typed(code: str) -> None:
    claim = Claim(digest_of(code))
    assert len(plain(code)) == LETTERS
    assert set(plain(code)) <= set(ALPHABET)
    for typed in (code, code.lower(), code.replace("-", ""), code.replace("-", " ")):
        assert judge(claim, typed, "who", 1, NOW) is None
    assert code not in repr(claim)
    assert plain(code) not in repr(claim)


@settings(deadline=None)
@given(codes, codes)
def test_another_code_opens_nothing(code: str, other: str) -> None:
    if plain(code) != plain(other):
        assert isinstance(judge(Claim(digest_of(code)), other, "who", 1, NOW), Mistaken)


def test_after_a_few_wrong_tries_even_the_right_one_waits() -> None:
    code = new_code(bytes(range(RANDOM_BYTES)))
    claim = Claim(digest_of(code))
    for _ in range(TRIES):
        outcome = judge(claim, "WRONG", "who", 1, NOW)
        assert isinstance(outcome, Mistaken)
        claim = outcome.claim
    refused = judge(claim, code, "who", 1, NOW)
    assert isinstance(refused, Refused)
    assert refused.reason == "claim_too_often"
    assert judge(claim, code, "somebody else", 1, NOW) is None
    assert judge(claim, code, "who", 1, NOW + PAUSE + timedelta(seconds=1)) is None


def test_a_claim_that_founded_a_school_is_for_that_school() -> None:
    code = new_code(bytes(RANDOM_BYTES))
    claim = Claim(digest_of(code), school_id=7)
    assert judge(claim, code, "who", 7, NOW) is None
    for other in (8, None):
        assert judge(claim, code, "who", other, NOW) == Refused("claim_none")
    assert judge(None, code, "who", 7, NOW) == Refused("claim_none")
