"""What keeping each kind of promise means: signing is the vault's and badges' work, all else is said on a platform.

A channel that is closed to us, archived or left, may be opened again by whoever runs the workspace: a post for
everybody waits for that. What is for one person does not: there is nobody to open the way.
"""

from datetime import timedelta

import structlog

from bot.conversation.outbound import Outbound
from bot.scheduler.relay import CLOSED, Again, Done, Handler, Outcome
from bot.services.credentials import Issuing
from bot.services.ports import Promise, Unsendable
from bot.services.promises import Kind

LOOKED_AT_AGAIN = timedelta(minutes=10)
LOOKS = 7 * 24 * 6
"""A week of them; then the post is given up, and stays on record."""
log = structlog.get_logger(__name__)


def handlers(issuing: Issuing, outbound: Outbound) -> dict[str, Handler]:
    """The relay's handlers, by kind of promise."""

    async def issue(promise: Promise) -> Outcome:
        await issuing.issue(promise.school_id, promise.subject)
        return Done()

    async def sign_endorsement(promise: Promise) -> Outcome:
        await issuing.sign_endorsement(promise.school_id, promise.subject)
        return Done()

    async def deliver(promise: Promise) -> Outcome:
        after = await outbound.deliver(promise)
        return Done() if after is None else Again(after, "busy")

    async def share(promise: Promise) -> Outcome:
        try:
            return await deliver(promise)
        except Unsendable as error:
            if promise.attempts >= LOOKS:
                raise
            if promise.attempts == 1:
                log.warning("relay.channel_closed", promise=promise.id, lane=promise.lane, reason=str(error))
            return Again(LOOKED_AT_AGAIN, CLOSED)

    own: dict[str, Handler] = {Kind.ISSUE: issue, Kind.SIGN_ENDORSEMENT: sign_endorsement, Kind.SHARE: share}
    return {**dict.fromkeys(Kind, deliver), **own}
