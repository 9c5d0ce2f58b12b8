"""Who is in front of us while a press or word is answered, and the parts that answering needs."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.conversation.actions import Action
from bot.conversation.export_page import Printer
from bot.conversation.held import HeldFiles
from bot.conversation.pictures import Pictures
from bot.conversation.views import Notice, View
from bot.domain.outcomes import Refused
from bot.domain.people import Account, Person, School, Workspace
from bot.services.addresses import Addresses
from bot.services.commands import ByPerson
from bot.services.foreign import ForeignDesk
from bot.services.outsiders import Outsiders
from bot.services.ports import Phrases, Store
from bot.services.proving import ProvingDesk
from bot.services.statements import Statements

Views = tuple[View, ...]


@dataclass(frozen=True)
class Parts:
    """What every answer may use."""

    store: Store
    pictures: Pictures
    phrases: Phrases
    addresses: Addresses
    statements: Statements
    export_page: Printer
    now: Callable[[], datetime]
    new_token: Callable[[], str]
    """A long random word that nobody can guess."""
    foreign: ForeignDesk
    held: HeldFiles
    proving: ProvingDesk
    outsiders: Mapping[str, Outsiders]
    """By platform, where others than a school's people may be in a channel."""


@dataclass(frozen=True)
class Scene:
    """One person, here and now."""

    parts: Parts
    person: Person
    account: Account
    workspace: Workspace
    school: School
    direct: bool
    event: str | None = None
    """The event that is being answered, where its platform may bring it again."""
    is_admin: bool = False
    """Their platform says, now, that they administer the workspace."""

    @property
    def store(self) -> Store:
        return self.parts.store

    @property
    def me(self) -> ByPerson:
        """A command that says nothing but who acts."""
        return ByPerson(school_id=self.school.id, person_id=self.person.id)

    @property
    def ids(self) -> dict[str, Any]:
        """The fields of `ByPerson`, for commands that say more."""
        return {"school_id": self.school.id, "person_id": self.person.id}

    @property
    def zone(self) -> ZoneInfo:
        """The school's: days are its days."""
        return ZoneInfo(self.school.zone)

    def local(self, moment: datetime) -> datetime:
        """The moment on the school's clock."""
        return moment.astimezone(self.zone)


Values = Mapping[str, str]
Act = Callable[[Scene, Action, Values], Awaitable[Views]]
"""Answers one pressed button or sent form."""


def refused(refusal: Refused) -> Views:
    """A refusal in words."""
    return (Notice(f"refused.{refusal.reason}", dict(refusal.params)),)
