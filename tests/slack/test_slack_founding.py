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
        assert list(sato.modals.errors) == [ZONE]
        await sato.modals.submits({**dict.fromkeys(SCHOOL, " "), ZONE: "てすと"})
        assert set(sato.modals.errors) == {*SCHOOL, ZONE}, "every mistake at once, beside its field"
        await sato.modals.submits(SCHOOL | {ZONE: "Asia/Tokyo"})
        await sato.sees("運営担当になりました", where="general")
