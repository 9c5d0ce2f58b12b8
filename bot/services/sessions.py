"""One-time links into one's own pages, and the sessions that they begin (design.md 5).

Whoever shows a link or sets a cookie makes its secret token; rows hold hashes only, so that reading them opens nothing.
"""

import hashlib
from dataclasses import dataclass

from bot.domain.people import Person, School
from bot.domain.sessions import DOOR_LIVES, LONGEST_BROWSER, Door, DoorState, Room, Session
from bot.services.commands import ByPerson, OfNoSchool
from bot.services.ports import Work

TOKEN_BYTES = 32


def mark_of(token: str) -> str:
    """What the rows know a token by. Tokens are random and long: a plain hash of one cannot be turned back."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, kw_only=True)
class MakeDoor(ByPerson):
    token: str
    room: Room = Room.WALLET


async def make_door(work: Work, command: MakeDoor) -> Door:
    """A link that opens once, within ten minutes. The person's former links that open no more are dropped."""
    await work.sessions.drop_doors(command.person_id, work.now)
    until = work.now + DOOR_LIVES
    return await work.sessions.add_door(command.person_id, mark_of(command.token), until, command.room)


@dataclass(frozen=True, kw_only=True)
class Knock(OfNoSchool):
    token: str


async def knock(work: Work, command: Knock) -> Door | DoorState:
    """Look at a link without using it: the door, or why it does not open."""
    door = await work.threshold.door(mark_of(command.token))
    if door is None:
        return DoorState.UNKNOWN
    state = door.state(work.now)
    return door if state is DoorState.OPEN else state


@dataclass(frozen=True, kw_only=True)
class Enter(ByPerson):
    """Use the link `token`; `session_token` is the new session's, `browser` names the browser in few words."""

    token: str
    session_token: str
    browser: str


@dataclass(frozen=True)
class Entered:
    session: Session
    room: Room


async def enter(work: Work, command: Enter) -> Entered | DoorState:
    """Use a link: of any number of tries at once, one begins a session; the others hear why theirs does not."""
    await work.people.lock(command.person_id)
    used = await work.sessions.use_door(command.person_id, mark_of(command.token), work.now)
    if used is None:
        found = await knock(work, Knock(token=command.token))
        return found if isinstance(found, DoorState) else DoorState.UNKNOWN
    session = await work.sessions.add(
        command.person_id, mark_of(command.session_token), command.browser[:LONGEST_BROWSER]
    )
    return Entered(session, used.room)


@dataclass(frozen=True, kw_only=True)
class Come(OfNoSchool):
    """A browser shows the token of its session."""

    token: str


async def come(work: Work, command: Come) -> Session | None:
    """The session that a token belongs to; None once it has ended."""
    session = await work.threshold.session(mark_of(command.token))
    return session if session is not None and session.lasts(work.now) else None


@dataclass(frozen=True)
class Guest:
    """Whose session it is."""

    person: Person
    school: School


async def guest(work: Work, command: ByPerson) -> Guest | None:
    """The person of a session; None once they were forgotten."""
    if not await work.people.exists(command.person_id):
        return None
    return Guest(await work.people.get(command.person_id), await work.school())


@dataclass(frozen=True, kw_only=True)
class OneSession(ByPerson):
    session: str
    """Public id."""


async def note_use(work: Work, command: OneSession) -> None:
    """The session is in use: it lasts on. One that has ended meanwhile stays ended."""
    await work.sessions.note_use(command.person_id, command.session)


async def own_sessions(work: Work, command: ByPerson) -> tuple[Session, ...]:
    """Where the person is in, the newest first."""
    return tuple(session for session in await work.sessions.of_person(command.person_id) if session.lasts(work.now))


async def end_session(work: Work, command: OneSession) -> None:
    """End one of one's own sessions; one that is not there has ended already."""
    await work.sessions.end(command.person_id, command.session)


async def end_others(work: Work, command: OneSession) -> None:
    """End all of one's own sessions but this one, and close the links that wait."""
    await work.sessions.end_all(command.person_id, but=command.session)


async def end_all(work: Work, command: ByPerson) -> None:
    """End all of one's own sessions, and close the links that wait."""
    await work.sessions.end_all(command.person_id)
