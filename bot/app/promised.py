"""What keeping each kind of promise means: signing is the vault's and badges' work, all else is said on a platform."""

from bot.conversation.outbound import Outbound
from bot.scheduler.relay import Done, Handler, Outcome
from bot.services.credentials import Issuing
from bot.services.ports import Promise
from bot.services.promises import Kind


def handlers(issuing: Issuing, outbound: Outbound) -> dict[str, Handler]:
    """The relay's handlers, by kind of promise."""

    async def issue(promise: Promise) -> Outcome:
        await issuing.issue(promise.school_id, promise.subject)
        return Done()

    async def endorse_content(promise: Promise) -> Outcome:
        await issuing.endorse_content(promise.school_id, promise.subject)
        return Done()

    async def deliver(promise: Promise) -> Outcome:
        await outbound.deliver(promise)
        return Done()

    signing: dict[str, Handler] = {Kind.ISSUE: issue, Kind.ENDORSE_CONTENT: endorse_content}
    return {**dict.fromkeys(Kind, deliver), **signing}
