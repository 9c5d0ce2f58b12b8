"""Schools and the people in them: who somebody is, on which platform, in which roles, and what they agreed to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.language import Bilingual, Lang


class Role(StrEnum):
    TEACHER = "teacher"
    LEADER = "leader"
    OFFICER = "officer"
    AUTHOR = "author"
    OWNER = "owner"


class Standing(StrEnum):
    """What a platform says of an account's place in its workspace, now."""

    MEMBER = "member"
    GUEST = "guest"
    """Let in by the workspace for some of its channels: no colleague of the school."""
    ADMIN = "admin"
    """Runs the workspace. It is no role here; it gives a few (`domain.roles`)."""


class Consent(StrEnum):
    """What a person may agree to. Everything is off until pressed."""

    DELIVERY = "delivery"
    """Sukima may bring a unit in a spare moment."""
    NAMED = "named"
    """My name may stand in the endorsements that I give."""
    BEYOND = "beyond"
    """Where I may be named, colleagues of schools that mine has an agreement with may find me too."""


@dataclass(frozen=True)
class Board:
    """A board of education. It has several schools; it belongs to none."""

    id: int
    public_id: str
    key: str
    name: Bilingual


@dataclass(frozen=True)
class School:
    """The tenant. `period_times` are what words such as 「5限」 stand for: (number, start, end), minutes of the day."""

    id: int
    public_id: str
    key: str
    name: Bilingual
    zone: str
    lang: Lang
    country: str
    period_times: tuple[tuple[int, int, int], ...] = ()
    rehearsal: bool = False
    url: str = ""
    """Its own place on the web; empty: none is known."""
    issues_only: bool = False
    """It is an institution, such as a university or a board, that schools issue for: it has neither people nor
    workspaces."""


@dataclass(frozen=True)
class PlatformRoles:
    """Which of a workspace's own roles Sukima follows, by the platform's ids; None: none (`domain.platform_roles`)."""

    teacher: str | None = None
    leader: str | None = None

    @property
    def of_school(self) -> frozenset[str]:
        """Whoever wears one of them belongs to the school; empty: everybody in the workspace does."""
        return frozenset() if self.teacher is None else frozenset({self.teacher, self.leader or self.teacher})


@dataclass(frozen=True)
class Workspace:
    """A school's workspace on one platform. `key` is the platform's own id; `emoji` are those that endorse here."""

    id: int
    school_id: int
    platform: str
    key: str
    staff_channel: str
    lang: Lang
    emoji: tuple[str, ...]
    roles: PlatformRoles = PlatformRoles()


@dataclass(frozen=True)
class Person:
    """A human being of one school."""

    id: int
    school_id: int
    public_id: str
    name: str
    lang: Lang
    roles: frozenset[Role] = frozenset({Role.TEACHER})
    consents: frozenset[Consent] = frozenset()
    welcomed_at: datetime | None = None
    findable_asked_at: datetime | None = None
    subjects: tuple[str, ...] = ()
    """What the school's staff list says that they teach, in the list's words."""


class Rest(StrEnum):
    """Why nothing is sent to an account: its person is written to at another one."""

    UNTIL_USED = "until_used"
    """The other one was used last."""
    BY_CHOICE = "by_choice"
    """The person chose the other one."""


@dataclass(frozen=True)
class Account:
    """One person's identity in one workspace."""

    id: int
    school_id: int
    person_id: int
    workspace_id: int
    user_key: str
    locale: Lang | None = None
    zone: str | None = None
    """Language and time zone as the platform last told them: a change there is followed, a choice made here stays."""
    gone_at: datetime | None = None
    """Since when the platform has it closed."""
    name: str | None = None
    """The name as the platform last told it, of one account among several; None: it is the person's."""
    rests: Rest | None = None
    """Why its person is written to at another account; None: this is where they are reached."""
    leads: bool = False
    """Its workspace gave its person the role of a leader, which nobody else had given: it may take that away."""
