"""The kinds of promises, and how use cases make them (see the outbox in `services.ports`)."""

from datetime import timedelta
from enum import StrEnum

from bot.domain.language import Lang
from bot.domain.people import Workspace
from bot.services.lanes import SIGN_LANE, lane_to
from bot.services.ports import MessageRef, Work

A_MOMENT = timedelta(seconds=1)
"""Reactions that come in one moment make one re-issue and one edit."""


class Kind(StrEnum):
    OFFER = "offer"
    """Bring an offer to its person. Subject: offer."""
    ISSUE = "issue"
    """Compose and sign the award's credential with the endorsements that stand. Subject: award."""
    SIGN_ENDORSEMENT = "endorse_content"
    """Sign an endorsement of content or of an issuer. Subject: endorsement. Kept as it was named before issuers were
    endorsed."""
    AWARD = "award"
    """Tell the holder of a badge, or bring what was told up to date. Subject: award."""
    SHARE = "share"
    """Post the award to the staff channel, or bring its post up to date. Subject: award."""
    RECEIPT = "receipt"
    """Tell the endorser what was endorsed, or that it is withdrawn. Subject: endorsement."""
    INVITE = "invite"
    """Ask a colleague to endorse a badge. Subject: invitation."""
    COMMENT = "comment"
    """Tell a holder of an endorser's own words, or bring what was told up to date. Subject: endorsement."""
    REFUSAL = "refusal"
    """Explain privately why something did not count. Detail: `reason`, and what its sentence names."""
    ASK = "ask"
    """Carry a question to the person asked. Subject: introduction."""
    ANSWER = "answer"
    """Carry the answer back to the asker. Subject: introduction."""
    ROLE = "role"
    """Tell somebody that they were given a role, or that it was taken. Subject: person. Detail: `role`, `given`."""
    AGREEMENT = "agreement"
    """Tell an owner how an agreement with another school stands. Subject: agreement. Detail: its public id."""
    STOP = "stop"
    """Tell a holder that their badge was revoked or suspended, or counts again. Subject: award."""
    REMINDER = "reminder"
    """Remind a holder that their badge is about to expire. Subject: award."""
    SAY = "say"
    """Say one sentence to one account, wherever else its person is written to.

    Detail: the user's key, the language, and the `notice`."""
    UNPOST = "unpost"
    """Take a message off the platform. Detail: the message's keys."""
    CLEAR = "clear"
    """Take back everything said directly to somebody who asked to be forgotten, and say goodbye.

    Detail: the user's key and language."""


def lane_of(workspace: Workspace, destination: str) -> str:
    """The lane of what is sent to a user or a channel of a workspace."""
    return lane_to(workspace.platform, workspace.key, destination)


async def home(work: Work, person_id: int) -> tuple[Workspace, str] | None:
    """Where a person is reached directly: the workspace and user key of their account. Of several it is the one that
    does not rest (`services.writing_to`), else the first; closed ones come last."""
    accounts = sorted(
        await work.people.accounts(person_id),
        key=lambda account: (account.gone_at is not None, account.rests is not None, account.id),
    )
    if not accounts:
        return None
    return await work.directory.workspace_by_id(accounts[0].workspace_id), accounts[0].user_key


async def is_gone(work: Work, person_id: int) -> bool:
    """Whether every account of a person is closed on its platform."""
    accounts = await work.people.accounts(person_id)
    return bool(accounts) and all(account.gone_at is not None for account in accounts)


async def promise_to(
    work: Work,
    person_id: int,
    kind: Kind,
    subject: int,
    *,
    detail: dict[str, str] | None = None,
    once: str | None = None,
) -> None:
    """Promise something to a person, where they are reached. Somebody without an account is told nothing."""
    place = await home(work, person_id)
    if place is not None:
        await work.outbox.promise(kind, subject, lane=lane_of(*place), person_id=person_id, detail=detail, once=once)


async def promise_issue(work: Work, award_id: int, *, settle: bool, of_school: int | None = None) -> None:
    """Promise a new edition of an award's credential; with `settle` after a moment, to gather what comes together.

    `of_school` is the school that the award belongs to, where that is another than the endorser's.
    """
    await work.outbox.promise(
        Kind.ISSUE,
        award_id,
        lane=SIGN_LANE,
        once=f"issue:{award_id}",
        due_at=work.now + A_MOMENT if settle else None,
        of_school=of_school,
    )


async def promise_issue_holding(work: Work, endorsement_id: int) -> None:
    """Promise new editions of the badges that hold an endorsement of their content, at whatever school."""
    for school_id, award_id in await work.credentials.holding(endorsement_id):
        await promise_issue(work, award_id, settle=True, of_school=school_id)


async def promise_post(work: Work, workspace: Workspace, award_id: int) -> None:
    """Promise that the award's post in the staff channel says what is true."""
    await work.outbox.promise(
        Kind.SHARE, award_id, lane=lane_of(workspace, workspace.staff_channel), once=f"share:{award_id}"
    )


async def promise_award(work: Work, person_id: int, award_id: int) -> None:
    """Promise that the holder's message about an award says what is true."""
    await promise_to(work, person_id, Kind.AWARD, award_id, once=f"award:{award_id}")


async def promise_unpost(work: Work, ref: MessageRef, *, of_school: int | None = None) -> None:
    """Promise to take a message off its platform. `of_school`: whose message it is, where that is another school's."""
    await work.outbox.promise(
        Kind.UNPOST,
        0,
        lane=lane_to(ref.platform, ref.workspace_key, ref.channel),
        detail={
            "platform": ref.platform,
            "workspace_key": ref.workspace_key,
            "channel": ref.channel,
            "key": ref.key,
        },
        of_school=of_school,
    )


async def promise_clear(work: Work, workspace: Workspace, user_key: str, lang: Lang) -> None:
    """Promise to take back everything that Sukima said directly to a user, and to say goodbye."""
    detail = {"user_key": user_key, "lang": lang}
    await work.outbox.promise(Kind.CLEAR, 0, lane=lane_of(workspace, user_key), detail=detail)
