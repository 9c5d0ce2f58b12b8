"""The first owner opens the school in a window, which stays until what is in it can be taken."""

from pathlib import Path

from slack.at_work import at_work
from slack.first_steps import SCHOOL
from slack.server import SlackLike, Team

ZONE = "タイムゾーン"


async def test_a_window_that_is_not_taken_stays_and_keeps_what_was_typed(
    slack: SlackLike, school: Team, tmp_path: Path
) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "http") as sukima:
        sato = slack.person("sato")
        await sato.commands(f"claim {sukima.code}", where="general")
        await sato.modals.submits(SCHOOL | {ZONE: "Atlantis"})
        assert len(slack.called("views.open")) == 1, "no second window"
        typed = {label: element.get("initial_value") for label, element in sato.modals.inputs().items()}
        assert typed == SCHOOL | {ZONE: "Asia/Tokyo"}
        await sato.modals.submits({ZONE: "Asia/Tokyo"})
        await sato.sees("運営担当になりました", where="general")
