"""Following a platform's own roles: who leads by what they wear there (`domain.platform_roles`)."""

from dataclasses import dataclass, replace

from bot.domain.people import Role
from bot.domain.platform_roles import following, is_followed
from bot.services.commands import ByPerson
from bot.services.ports import Work
from bot.services.roles import BY_PLATFORM, set_roles


@dataclass(frozen=True, kw_only=True)
class FollowLeader(ByPerson):
    """`leads`: whether they wear the leaders' role now in the workspace of that account of theirs."""

    account_id: int
    leads: bool


async def follow_leader(work: Work, command: FollowLeader) -> None:
    """Give the role of a leader, or take one that was given so, as their platform does.

    They are told; the audit log says what it followed.
    """
    await work.people.lock(command.person_id)
    if not await work.people.exists(command.person_id):
        return
    person = await work.people.get(command.person_id)
    accounts = await work.people.accounts(person.id)
    account = next((each for each in accounts if each.id == command.account_id), None)
    if account is None or is_followed(person, account, leads=command.leads):
        return
    await work.people.save_account(replace(account, leads=command.leads))
    if (Role.LEADER in person.roles) is not command.leads:
        await set_roles(work, person, following(person.roles, leads=command.leads), actor=None, by=BY_PLATFORM)
