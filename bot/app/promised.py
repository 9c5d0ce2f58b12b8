"""What keeping each kind of promise means: signing is the vault's and badges' work, all else is said on a platform."""

from bot.conversation.outbound import Outbound
from bot.scheduler.relay import Again, Done, Handler, Outcome
from bot.services.credentials import Issuing
from bot.services.ports import Promise
from bot.services.promises import Kind


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

    signing: dict[str, Handler] = {Kind.ISSUE: issue, Kind.SIGN_ENDORSEMENT: sign_endorsement}
    return {**dict.fromkeys(Kind, deliver), **signing}
