"""Asking a findable colleague for an introduction, and the answer (the labels of design.md section 5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.outcomes import Refused

OPEN_REQUESTS_PER_HELPER_A_WEEK = 5
A_WEEK = timedelta(days=7)
"""The span in which a colleague is asked for only so much, whatever it is."""


class Reply(StrEnum):
    YES = "yes"
    NOT_NOW = "not_now"
    SOMEONE_ELSE = "someone_else"


@dataclass(frozen=True)
class Introduction:
    """One question carried to one person, who may be named for a badge: `award_id`, or one from `elsewhere` by the
    name that it had. `reply` is None while it waits."""

    id: int
    public_id: str
    school_id: int
    asker_id: int
    helper_id: int
    question: str
    award_id: int | None
    asked_at: datetime
    reply: Reply | None = None
    replied_at: datetime | None = None
    elsewhere: str | None = None


def may_request(asker_id: int, helper_id: int, waiting: bool, helper_asked_this_week: int) -> Refused | None:
    """Whether the question may be carried; None means yes. Nobody is asked the same thing twice or too often."""
    if asker_id == helper_id:
        return Refused("ask_yourself")
    if waiting:
        return Refused("already_asked")
    if helper_asked_this_week >= OPEN_REQUESTS_PER_HELPER_A_WEEK:
        return Refused("asked_enough")
    return None


def may_reply(introduction: Introduction, person_id: int) -> Refused | None:
    """Only the person asked answers, once."""
    if introduction.helper_id != person_id:
        return Refused("not_yours")
    if introduction.reply is not None:
        return Refused("already_answered")
    return None
