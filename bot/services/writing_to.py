"""To which of several accounts a person is written: the one that they used last, or the one that they chose."""

from dataclasses import dataclass, replace

from bot.domain.people import Account, Rest
from bot.services.commands import ByPerson
from bot.services.ports import Work
from bot.services.promises import home, lane_of


@dataclass(frozen=True, kw_only=True)
class WriteHere(ByPerson):
    """`chosen`: by the person's own press; else since they have just used this account."""

    account_id: int
    chosen: bool = False


async def used(work: Work, command: WriteHere) -> None:
    """The person acts at an account: they are written to there from now on, unless they chose another one."""
    await work.people.lock(command.person_id)
    await write_here(work, command.person_id, command.account_id, chosen=command.chosen)


async def write_here(work: Work, person_id: int, account_id: int | None, *, chosen: bool = False) -> None:
    """Let one account be where the person is reached; promises that wait follow. None: the one that is, or the first.

    An account that rests by choice stays so until another choice is made.
    """
    accounts = await work.people.accounts(person_id)
    here = next((account for account in accounts if account.id == account_id), None) or _reached(accounts)
    others = [account for account in accounts if here is not None and account.id != here.id]
    if here is None or (here.rests is Rest.BY_CHOICE and not chosen and any(each.rests is None for each in others)):
        return
    by_choice = chosen or (here.rests is None and any(account.rests is Rest.BY_CHOICE for account in others))
    for account in accounts:
        rests = None if account.id == here.id else Rest.BY_CHOICE if by_choice else Rest.UNTIL_USED
        if account.rests is not rests:
            await work.people.save_account(replace(account, rests=rests))
    place = await home(work, person_id)
    if place is not None:
        await work.links.follow(person_id, lane_of(*place))


def _reached(accounts: tuple[Account, ...]) -> Account | None:
    return min(
        accounts, key=lambda account: (account.gone_at is not None, account.rests is not None, account.id), default=None
    )
