"""How far a platform goes to reach somebody: nobody's conversation is opened unasked, and nothing is said in public."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.contacts import Contact, Reach, Step, step_to

CONTACTS = st.builds(Contact, st.just(1), st.just(1), st.sampled_from(Reach))


@given(CONTACTS, st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_only_who_began_is_written_to(contact: Contact, receipt: bool, awaited: bool, way: bool, here: bool) -> None:
    step = step_to(contact, is_receipt=receipt, is_awaited=awaited, has_way=way, is_here=here)
    if step in (Step.DIRECT, Step.OPEN):
        assert contact.reach in (Reach.OPEN, Reach.STARTED)
    if receipt:
        assert step is not Step.OPEN
    if step is Step.THREAD:
        assert awaited
        assert not way
        assert not here, "who is here is not called"
    assert (step is Step.FOLLOW_UP) <= way


def test_how_somebody_is_reached() -> None:
    def step(reach: Reach, *, receipt: bool = False, awaited: bool = False, way: bool = False) -> Step:
        return step_to(Contact(1, 1, reach), is_receipt=receipt, is_awaited=awaited, has_way=way, is_here=False)

    assert step(Reach.OPEN, receipt=True, way=True) is Step.DIRECT
    assert step(Reach.STARTED) is Step.OPEN
    assert step(Reach.STARTED, receipt=True, way=True) is Step.FOLLOW_UP
    assert step(Reach.STARTED, receipt=True) is Step.WAIT
    assert step(Reach.CLOSED, awaited=True, way=True) is Step.FOLLOW_UP
    assert step(Reach.CLOSED, awaited=True) is Step.THREAD
    assert step(Reach.CLOSED) is Step.WAIT
    assert step(Reach.UNKNOWN, awaited=True) is Step.THREAD
    assert step(Reach.UNKNOWN) is Step.WAIT
