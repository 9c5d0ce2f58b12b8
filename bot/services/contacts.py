"""The way to a person on a platform that does not let everybody be written to, and calling what waits for them.

A person who comes is noted here, which makes due what waited for them (`Waits` in `services.contact_ports`).
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import contacts
from bot.domain.contacts import Contact
from bot.domain.people import School, Workspace
from bot.services import schools
from bot.services.commands import ByPerson, OfNoSchool, OfSchool
from bot.services.ports import Store, Work

NOTED_FOR = timedelta(minutes=1)
"""Whoever does several things in a row is noted once in this time."""
MOST_NOTED = 5_000


@dataclass(frozen=True, kw_only=True)
class AtAccount(OfSchool):
    """Somebody, as their platform names them."""

    workspace_id: int
    user_key: str


@dataclass(frozen=True, kw_only=True)
class Come(AtAccount):
    """They used Sukima by themselves; `direct` names the direct conversation in which they did."""

    direct: str | None = None


async def come(work: Work, command: Come) -> None:
    """Note it, and make due what waits for them. Who is not known yet is not made known by this."""
    contact = await work.contacts.of(command.workspace_id, command.user_key, lock=True)
    if contact is not None:
        await work.contacts.save(contacts.came(contact, work.now, command.direct))
        await work.outbox.call(contact.person_id)


async def find(work: Work, command: AtAccount) -> Contact | None:
    return await work.contacts.of(command.workspace_id, command.user_key)


async def is_waited_for(work: Work, command: AtAccount) -> bool:
    """Whether a promise waits for them, or is being kept now and may be about to wait."""
    contact = await work.contacts.of(command.workspace_id, command.user_key)
    return contact is not None and await work.outbox.waits_for(contact.person_id)


@dataclass(frozen=True, kw_only=True)
class Change(AtAccount):
    """What was learnt of the way to them: a pure change of what is known."""

    change: Callable[[Contact, datetime], Contact]


async def learn(work: Work, command: Change) -> None:
    contact = await work.contacts.of(command.workspace_id, command.user_key, lock=True)
    if contact is not None:
        await work.contacts.save(command.change(contact, work.now))


@dataclass(frozen=True, kw_only=True)
class OnPlatform(OfNoSchool):
    platform: str
    user_key: str


async def last_used(work: Work, command: OnPlatform) -> str | None:
    """The workspace in which somebody last came: several of one platform may know them."""
    return await work.directory.last_used(command.platform, command.user_key)


async def known_in(work: Work, command: OnPlatform) -> tuple[str, ...]:
    """The workspaces in which somebody has an account."""
    return await work.directory.known_in(command.platform, command.user_key)


async def anything_waits(work: Work, command: ByPerson) -> bool:
    """Whether something promised to a person waits for them to come, or is just being brought."""
    return await work.outbox.waits_for(command.person_id)


class ContactDesk:
    """The contacts of a platform's people, by the platform's own keys. Of an unknown workspace nothing is kept."""

    def __init__(self, store: Store, platform: str, now: Callable[[], datetime]) -> None:
        self._store = store
        self._platform = platform
        self._now = now
        self._noted: OrderedDict[str, tuple[str, str | None, datetime]] = OrderedDict()
        """Where each user came last, and when that was noted."""

    async def came(self, workspace_key: str, user_key: str, *, direct: str | None = None) -> None:
        """Somebody used Sukima: an interaction, or a direct message in the conversation `direct`.

        To be called once they are known: after their act was handled, and after a way to answer them was opened.
        When this returns, what waited for them is due.
        """
        home = await self._home(workspace_key)
        if home is None:
            return
        command = Come(school_id=home[1].id, workspace_id=home[0].id, user_key=user_key, direct=direct)
        if self._is_noted(workspace_key, user_key, direct) and not await self._store.look(is_waited_for, command):
            return
        await self._store.run(come, command)
        self._note(workspace_key, user_key, direct)

    async def of(self, workspace_key: str, user_key: str) -> Contact | None:
        """What is known of the way to somebody; None: they are not known."""
        home = await self._home(workspace_key)
        if home is None:
            return None
        command = AtAccount(school_id=home[1].id, workspace_id=home[0].id, user_key=user_key)
        return await self._store.look(find, command)

    async def opened(self, workspace_key: str, user_key: str, channel: str) -> None:
        """A direct conversation with them was opened."""
        await self._learn(workspace_key, user_key, lambda contact, now: contacts.opened(contact, channel))

    async def closed(self, workspace_key: str, user_key: str) -> None:
        """They took no direct message."""
        self._noted.pop(user_key, None)
        await self._learn(workspace_key, user_key, contacts.closed)

    async def threaded(self, workspace_key: str, user_key: str, thread: str | None) -> None:
        """A private thread with them was begun, or (None) is there no more."""
        await self._learn(workspace_key, user_key, lambda contact, now: contacts.threaded(contact, thread))

    async def called(self, workspace_key: str, user_key: str, at: datetime) -> None:
        """They were told in their thread that something waits."""
        await self._learn(workspace_key, user_key, lambda contact, now: contacts.called(contact, at))

    async def staff_channel(self, workspace_key: str) -> str | None:
        """The key of a workspace's staff channel; None: no school uses it."""
        home = await self._home(workspace_key)
        return None if home is None else home[0].staff_channel

    async def last_used(self, user_key: str) -> str | None:
        """The key of the workspace in which somebody last came."""
        return await self._store.look(last_used, OnPlatform(platform=self._platform, user_key=user_key))

    async def known_in(self, user_key: str) -> tuple[str, ...]:
        """The keys of the workspaces in which somebody has an account."""
        return await self._store.look(known_in, OnPlatform(platform=self._platform, user_key=user_key))

    async def _learn(self, home: str, user_key: str, change: Callable[[Contact, datetime], Contact]) -> None:
        found = await self._home(home)
        if found is not None:
            command = Change(school_id=found[1].id, workspace_id=found[0].id, user_key=user_key, change=change)
            await self._store.run(learn, command)

    async def _home(self, workspace_key: str) -> tuple[Workspace, School] | None:
        command = schools.FindHome(platform=self._platform, key=workspace_key)
        return await self._store.look(schools.find_home, command)

    def _is_noted(self, workspace_key: str, user_key: str, direct: str | None) -> bool:
        place, known, at = self._noted.get(user_key, ("", None, None))
        if at is None or place != workspace_key or self._now() - at >= NOTED_FOR:
            return False
        return direct is None or direct == known

    def _note(self, workspace_key: str, user_key: str, direct: str | None) -> None:
        self._noted[user_key] = (workspace_key, direct, self._now())
        self._noted.move_to_end(user_key)
        while len(self._noted) > MOST_NOTED:
            self._noted.popitem(last=False)
