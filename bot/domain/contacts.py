"""How somebody may be spoken to on a platform that does not let everybody be written to.

Nobody's direct conversation is opened unless they used Sukima by themselves, and never for a receipt. What cannot
reach its person now waits until they come.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

TRIED_AGAIN = timedelta(days=1)
"""Whoever took no direct messages, and comes after so long, may have changed their mind: one more may be tried."""


class Reach(StrEnum):
    UNKNOWN = "unknown"
    """They never used Sukima by themselves."""
    STARTED = "started"
    """They used it; no direct conversation was opened yet."""
    OPEN = "open"
    """There is a direct conversation."""
    CLOSED = "closed"
    """They take no direct messages."""


@dataclass(frozen=True)
class Contact:
    """What is known of the way to one account."""

    account_id: int
    person_id: int
    reach: Reach = Reach.UNKNOWN
    channel: str | None = None
    """The direct conversation, by the platform's key, where there is one."""
    closed_at: datetime | None = None
    came_at: datetime | None = None
    """When they last used Sukima here by themselves, to about a minute."""
    thread: str | None = None
    """The private thread with them in the staff channel, where one was begun."""
    called_at: datetime | None = None
    """When they were last told there that something waits."""

    @property
    def is_called(self) -> bool:
        """They were told that something waits, and have not come since."""
        return self.called_at is not None and (self.came_at is None or self.came_at <= self.called_at)


class Step(StrEnum):
    """What is done to bring something to somebody."""

    DIRECT = "direct"
    """Say it in the open direct conversation."""
    OPEN = "open"
    """Open the direct conversation and say it there."""
    FOLLOW_UP = "follow_up"
    """Say it beside what they have just done, for their eyes only."""
    THREAD = "thread"
    """Tell them in a private thread that something waits, which waits then."""
    WAIT = "wait"


def step_to(contact: Contact, *, is_receipt: bool, is_awaited: bool, has_way: bool, is_here: bool) -> Step:
    """How something reaches somebody now.

    `is_receipt`: it only confirms, and opens nothing. `is_awaited`: somebody waits for it. `has_way`: they have just
    done something beside which it can be said. `is_here`: they are doing something now, so there will be a way soon.
    """
    if contact.reach is Reach.OPEN:
        return Step.DIRECT
    if contact.reach is Reach.STARTED and not is_receipt:
        return Step.OPEN
    if has_way:
        return Step.FOLLOW_UP
    is_called = is_awaited and contact.reach is not Reach.STARTED and not is_here
    return Step.THREAD if is_called else Step.WAIT


def came(contact: Contact, now: datetime, direct: str | None) -> Contact:
    """They used Sukima by themselves; in a direct conversation, if `direct` names it."""
    if direct is not None:
        return replace(contact, reach=Reach.OPEN, channel=direct, closed_at=None, came_at=now)
    was_closed = contact.closed_at is not None and now - contact.closed_at >= TRIED_AGAIN
    if contact.reach is Reach.UNKNOWN or (contact.reach is Reach.CLOSED and was_closed):
        return replace(contact, reach=Reach.STARTED, closed_at=None, came_at=now)
    return replace(contact, came_at=now)


def opened(contact: Contact, channel: str) -> Contact:
    """A direct conversation with them was opened."""
    return replace(contact, reach=Reach.OPEN, channel=channel, closed_at=None)


def closed(contact: Contact, now: datetime) -> Contact:
    """They took no direct message."""
    return replace(contact, reach=Reach.CLOSED, channel=None, closed_at=now)


def threaded(contact: Contact, thread: str | None) -> Contact:
    """A private thread with them was begun; None: it is there no more, nor what was said in it."""
    return replace(contact, thread=thread, called_at=None)


def called(contact: Contact, at: datetime) -> Contact:
    """They were told in it that something waits."""
    return replace(contact, called_at=at)
