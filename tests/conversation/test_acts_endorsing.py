"""What an endorser hears at once: as whom they endorsed; and no second message where the receipt says it itself."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.conversation.actions import Action
from bot.conversation.acts.endorsing import HERE, endorse, undo
from bot.conversation.scene import Scene
from bot.conversation.views import Notice
from bot.domain.outcomes import Refused
from bot.domain.recognition import As, Decision, Endorsed, Unchanged, Withdrawn
from bot.wording import Wording


class Answers:
    """A store whose use cases all come to one outcome."""

    def __init__(self, outcome: Decision) -> None:
        self.outcome = outcome

    async def run(self, use_case: object, command: object) -> Any:
        return self.outcome


def scene(outcome: Decision, *, direct: bool) -> Scene:
    ids = {"school_id": 1, "person_id": 2}
    return cast(Scene, SimpleNamespace(store=Answers(outcome), ids=ids, direct=direct))


@pytest.mark.parametrize(("role", "word"), [(As.COLLEAGUE, "裏書しました"), (As.LEADER, "推薦しました")])
async def test_a_button_says_as_whom(role: As, word: str) -> None:
    (view,) = await endorse(scene(Endorsed(role), direct=False), Action("endorse", "a"), {})
    assert isinstance(view, Notice)
    assert word in Wording("ja").say(view.key)


async def test_undo_leaves_the_word_to_the_receipt() -> None:
    assert await undo(scene(Withdrawn(), direct=True), Action("undo", "e"), {}) == ()


async def test_undo_on_a_list_is_answered_there() -> None:
    """What was endorsed before receipts came has none that could say it."""
    answered = await undo(scene(Withdrawn(), direct=True), Action("undo", "e", HERE), {})
    assert answered == (Notice("notice.undone"),)


@pytest.mark.parametrize(("outcome", "direct"), [(Withdrawn(), False), (Unchanged(), True), (Unchanged(), False)])
async def test_undo_is_answered_where_no_receipt_says_it(outcome: Decision, direct: bool) -> None:
    assert await undo(scene(outcome, direct=direct), Action("undo", "e"), {}) == (Notice("notice.undone"),)


async def test_a_refused_undo_is_explained() -> None:
    refusal = Refused("not_yours")
    assert await undo(scene(refusal, direct=True), Action("undo", "e"), {}) == (Notice("refused.not_yours"),)
