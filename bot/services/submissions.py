"""Submitting one's own badge to the board of one's school, taking it back, and what the board's officers see.

An act of its own: nothing else leads to it (tests/test_contracts.py). It crosses schools only because its holder sent
it, and only to the board that the holder's school is under.
"""

from dataclasses import dataclass

from bot.domain.awards import Achievement, Award
from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.domain.people import Board, Person, Role
from bot.domain.submissions import Submission
from bot.services.awards import AboutAward, own_award
from bot.services.commands import ByPerson
from bot.services.ports import Held, Submitted, Work


@dataclass(frozen=True)
class Envelope:
    """What would be sent, and to whom; `board` is None where the school is under none that is known here."""

    held: Held
    person: Person
    school: Bilingual
    board: Board | None
    is_signed: bool
    is_sent: bool
    """Whether that board has it already."""
    refusal: Refused | None = None
    """Why it cannot be sent, whatever the board; None: it can."""


async def look_at_envelope(work: Work, command: AboutAward) -> Envelope | Refused:
    """The question before submitting: exactly what goes where."""
    award = await own_award(work, command)
    if isinstance(award, Refused):
        return award
    held = await work.queries.held(award.id)
    if held is None:
        return Refused("unknown_thing")
    school = await work.school()
    board = await work.directory.board_of(school.id)
    standing = await work.submissions.of_award(award.id)
    return Envelope(
        held,
        await work.people.get(command.person_id),
        school.name,
        board,
        await work.credentials.newest(award.id) is not None,
        board is not None and any(item.board_id == board.id for item in standing),
        _why_not(work, award),
    )


@dataclass(frozen=True, kw_only=True)
class Submit(AboutAward):
    board: str
    """Public id of the board that the person was told: should the school have come under another, nothing is sent."""


async def submit(work: Work, command: Submit) -> Submission | Refused:
    """Give the badge to the board. Given already, it stays as it is.

    Should the school have come under another board, that one has it instead. What a board was given at a school that
    the holder has left stays with it.
    """
    await work.people.lock(command.person_id)
    award = await own_award(work, command)
    if isinstance(award, Refused):
        return award
    refusal = _why_not(work, award)
    if refusal is not None:
        return refusal
    board = await work.directory.board_of(command.school_id)
    if board is None:
        return Refused("submit_no_board")
    if board.public_id != command.board:
        return Refused("submit_other_board")
    if await work.credentials.newest(award.id) is None:
        return Refused("publish_unsigned")
    for standing in await work.submissions.of_award(award.id):
        if standing.board_id == board.id:
            return standing
        if standing.from_school_id == command.school_id:
            await work.submissions.take_back(standing.id)
    given = await work.submissions.add(command.person_id, award.id, board.id)
    person = await work.people.get(command.person_id)
    await work.audit.record("submit", actor=person, subject=award.public_id, detail={"board": board.public_id})
    return given


def _why_not(work: Work, award: Award) -> Refused | None:
    """The refusal of an award that does not count."""
    if award.counts(work.now):
        return None
    return Refused("expired_submit") if award.stop is None else Refused("stopped_show")


@dataclass(frozen=True, kw_only=True)
class TakeBack(AboutAward):
    board: str
    """Public id of the board that is to have it no more."""


async def take_back(work: Work, command: TakeBack) -> Award | Refused:
    """The board has it no more, from now on."""
    await work.people.lock(command.person_id)
    award = await own_award(work, command)
    if isinstance(award, Refused):
        return award
    boards = {board.id: board.public_id for board in await work.directory.boards()}
    for standing in await work.submissions.of_award(award.id):
        if boards[standing.board_id] == command.board:
            await work.submissions.take_back(standing.id)
            person = await work.people.get(command.person_id)
            detail = {"board": command.board}
            await work.audit.record("take_back", actor=person, subject=award.public_id, detail=detail)
    return award


@dataclass(frozen=True)
class Sent:
    """One thing that a person submitted, for their own eyes."""

    submission: Submission
    achievement: Achievement
    award: Award
    board: Board


async def own_submissions(work: Work, command: ByPerson) -> tuple[Sent, ...]:
    """What stands, newest first."""
    boards = {board.id: board for board in await work.directory.boards()}
    found = []
    for submission in await work.submissions.of_person(command.person_id):
        award = await work.awards.get(submission.award_id)
        if award is not None and submission.stands:
            achievement = await work.shelves.achievement(award.achievement_id)
            found.append(Sent(submission, achievement, award, boards[submission.board_id]))
    return tuple(found)


@dataclass(frozen=True)
class CabinetSeen:
    """What was submitted to a board, newest first."""

    board: Board
    submitted: tuple[Submitted, ...]


async def board_of_officer(work: Work, command: ByPerson) -> Board | Refused:
    """The board that the person is an officer of."""
    person = await work.people.get(command.person_id)
    if Role.OFFICER not in person.roles:
        return Refused("officers_only")
    return await work.directory.board_of(command.school_id) or Refused("submit_no_board")


async def look_at_cabinet(work: Work, command: ByPerson) -> CabinetSeen | Refused:
    """What was submitted to one's board. The look is on record, and those who sent something see that it was seen."""
    board = await board_of_officer(work, command)
    if isinstance(board, Refused):
        return board
    submitted = await work.cabinet.submitted(board.id)
    unseen = [item for item in submitted if item.submission.seen_at is None]
    if unseen:
        await work.cabinet.note_seen(board.id)
    person = await work.people.get(command.person_id)
    await work.audit.record("look", actor=person, subject=board.public_id, detail={"seen": str(len(submitted))})
    return CabinetSeen(board, submitted)
