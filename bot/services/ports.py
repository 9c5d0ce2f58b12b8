"""What use cases ask of the rooms they do not know. `bot.app` joins these protocols to concrete parts.

`Work` is one transaction of one school: every repository on it sees only that school's rows (design.md 4.17), and
nothing on it commits. `Store.run` commits when the use case returns and rolls back when it raises.
"""

import random
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar

from bot.badges.reads import Read, Unread
from bot.domain.agreements import Agreement, Purpose
from bot.domain.awards import Achievement, Award, Evidence, Level
from bot.domain.catalogue import Catalogue, Shelf
from bot.domain.collections import BadgeCollection
from bot.domain.introductions import Introduction, Reply
from bot.domain.issuers import Ended, Issuer, KeyKind, KeyState
from bot.domain.language import Bilingual, Lang
from bot.domain.learning import Attempt, Completion, Progress, Route, Why
from bot.domain.moving import Completions, Given, Kept
from bot.domain.offers import Offer
from bot.domain.ownership import Claim as OwnerClaim
from bot.domain.people import Account, Board, Person, Role, School, Workspace
from bot.domain.recognition import As, Endorsement, Seen, Target
from bot.domain.sessions import Door, Room, Session
from bot.domain.spare import Planned, Rhythm
from bot.domain.staff import Expected
from bot.domain.stops import Stop
from bot.domain.submissions import Submission
from bot.services.command_ports import CommandSets
from bot.services.contact_ports import Contacts
from bot.services.enclosing_ports import Enclosures
from bot.services.foreign_ports import ForeignBadges, Trust
from bot.services.install_ports import Installs
from bot.services.institution_ports import Institutions
from bot.services.invitation_ports import Invitations
from bot.services.link_ports import Links
from bot.services.mail_ports import MailProofs
from bot.services.mandate_ports import Mandates
from bot.services.status_ports import StatusLists
from bot.services.term_ports import Terms

# ---------------------------------------------------------------- promises


@dataclass(frozen=True)
class Promise:
    """What should become true, never rendered text. `subject` is the internal id that `kind` is about.

    `lane` names whose sends are paced together (platform and workspace), or `sign` for work that sends nothing.
    `token` identifies the delivery on the platform, so that a send in doubt can be looked up.
    """

    id: int
    school_id: int
    lane: str
    kind: str
    subject: int
    person_id: int | None
    detail: dict[str, str]
    token: str
    attempts: int
    in_doubt: bool
    """It was being sent when a process died: look on the platform before sending it again."""
    tried_at: datetime | None = None
    """When it was first tried: it cannot have happened before. None where that is not known."""
    waits_since: datetime | None = None
    """Since when it has been waiting for its person to come; None: it has not."""


class Outbox(Protocol):
    async def promise(
        self,
        kind: str,
        subject: int,
        *,
        lane: str,
        person_id: int | None = None,
        detail: dict[str, str] | None = None,
        due_at: datetime | None = None,
        once: str | None = None,
        of_school: int | None = None,
    ) -> None:
        """Remember a promise. While one with the same `once` is still unclaimed, a further one is the same promise.

        `of_school` is for what follows in another school: an endorser's act on a badge whose holder has moved.
        """

    async def call(self, person_id: int) -> None:
        """A person of the school is here: what waits for them is due now, also what is only about to wait."""

    async def waits_for(self, person_id: int) -> bool:
        """Whether something waits for a person of the school, or is being kept now and may be about to wait."""


class Promises(Protocol):
    """The relay's side of the outbox, over all schools. Each act is durable when it returns.

    What is reported about a promise that has meanwhile been released and claimed again changes nothing and is False.
    """

    async def lanes_due(self) -> frozenset[str]:
        """Lanes in which a promise waits whose time has come."""

    async def next_due(self) -> datetime | None:
        """When the first of the promises comes due whose time has not come yet; None when there is none."""

    async def claim(self, lane: str, limit: int) -> tuple[Promise, ...]:
        """Take up to `limit` due promises of a lane, the earliest first: nobody else gets them. Counts the attempt."""

    async def done(self, promise: Promise) -> bool:
        """It has become true."""

    async def retry_at(self, promise: Promise, moment: datetime, error: str, *, in_doubt: bool = False) -> bool:
        """Try again at `moment`; `in_doubt` when it may have happened all the same. Gives way to a newer same one."""

    async def hurry(self, leads: Callable[[str], bool], errors: Collection[str]) -> None:
        """In lanes that `leads` names, what is tried again later for one of these reasons (`retry_at`) is due now."""

    async def wait(self, promise: Promise, until: datetime) -> bool:
        """Nothing was done, and nothing can be until its person comes: it is due then, at once if they have come while
        it was tried, at the latest at `until`. The attempt does not count. Gives way to a newer same one."""

    async def fail(self, promise: Promise, error: str) -> bool:
        """It can never become true; it stays on record."""

    async def release_in_doubt(self, claimed_before: datetime | None = None) -> int:
        """Give free, as in doubt, what was claimed before this moment and never reported on; None: everything.

        Everything is right only where no other process works on the database (at the start, on SQLite).
        """


class Inbox(Protocol):
    async def seen(self, platform: str, event_id: str) -> bool:
        """Whether this event was taken in before."""

    async def first_time(self, platform: str, event_id: str) -> bool:
        """Whether this event was not seen before; remembers it."""


class Audit(Protocol):
    async def record(
        self, act: str, *, actor: Person | None, subject: str, detail: dict[str, str] | None = None
    ) -> None:
        """Append to the school's hash chain (design.md 4.15). The actor is kept as a hash under that person's key."""


# ---------------------------------------------------------------- repositories


@dataclass(frozen=True)
class MessageRef:
    """A message on a platform, in the platform's own keys."""

    platform: str
    workspace_key: str
    channel: str
    key: str


@dataclass(frozen=True)
class Posted:
    """A message that Sukima posted, and what it is about: `about` is `award`, `share`, `unit`, `receipt`, `ask` …"""

    id: int
    school_id: int
    workspace_id: int
    ref: MessageRef
    about: str
    subject: int
    person_id: int | None


class Directory(Protocol):
    """Schools, workspaces and accounts: the one repository that looks over all schools, to find the right one."""

    async def school(self, school_id: int) -> School: ...
    async def schools(self) -> tuple[School, ...]:
        """Those with people; no institutions."""

    async def institutions(self) -> tuple[School, ...]:
        """Those that schools issue for, by key."""

    async def institution_by_key(self, key: str) -> School | None: ...
    async def add_institution(
        self, key: str, name: Bilingual, *, url: str, zone: str, lang: Lang, rehearsal: bool
    ) -> School:
        """A new institution; one with this `key` is returned as it is."""

    async def add_school(
        self,
        key: str,
        name: Bilingual,
        *,
        zone: str,
        lang: Lang,
        country: str,
        period_times: tuple[tuple[int, int, int], ...],
        rehearsal: bool,
    ) -> School:
        """A new school; one with this `key` is returned as it is."""

    async def school_by_key(self, key: str) -> School | None: ...
    async def school_of_award(self, public_id: str) -> School | None:
        """The school that an award belongs to."""

    async def board_by_key(self, key: str) -> Board | None: ...
    async def boards(self) -> tuple[Board, ...]: ...
    async def add_board(self, key: str, name: Bilingual) -> Board:
        """A new board; one with this `key` is returned as it is."""

    async def board_of(self, school_id: int) -> Board | None:
        """The board that a school is under; it is under one at most."""

    async def under(self, board_id: int) -> tuple[School, ...]:
        """The schools that are under a board."""

    async def put_under(self, school_id: int, board_id: int) -> None:
        """From now on the school is under this board, and under no other."""

    async def workspaces(self, school_id: int) -> tuple[Workspace, ...]: ...
    async def has_owner(self) -> bool:
        """Whether anybody in any school is an owner."""

    async def workspace(self, platform: str, key: str) -> Workspace | None: ...
    async def workspace_by_id(self, workspace_id: int) -> Workspace: ...
    async def last_used(self, platform: str, user_key: str) -> str | None:
        """The key of the workspace in which a user of the platform last came by themselves (`domain.contacts`)."""

    async def known_in(self, platform: str, user_key: str) -> tuple[str, ...]:
        """The keys of the workspaces in which a user of the platform has an account."""

    async def add_workspace(
        self, school_id: int, platform: str, key: str, *, staff_channel: str, lang: Lang, emoji: tuple[str, ...]
    ) -> Workspace:
        """A new workspace; one with this platform and key is returned as it is."""

    async def save_workspace(self, workspace: Workspace) -> None:
        """Staff channel, language and followed roles as they are on `workspace`."""


class Claims(Protocol):
    """The one-time claim by which a deployment gets its first owner. It belongs to no school."""

    async def current(self) -> OwnerClaim | None:
        """The claim that is open. Nobody else changes it until the transaction ends."""

    async def put(self, claim: OwnerClaim | None) -> None:
        """Keep this claim in place of the former; None: there is none any more."""


class Agreements(Protocol):
    """What this transaction's school gives to others, and is given. Other schools' agreements are not seen."""

    async def standing(self) -> tuple[Agreement, ...]:
        """Offered and accepted ones that have not ended, on either side; oldest first."""

    async def by_public_id(self, public_id: str) -> Agreement | None: ...
    async def offer(self, giver_id: int, receiver_id: int, purpose: Purpose) -> Agreement | None:
        """A new offer by this school, which is one of the two; None when one of the same content stands."""

    async def save(self, agreement: Agreement) -> bool:
        """Keep when it was accepted or ended; False when that had changed meanwhile."""

    async def note(self, act: str, agreement: Agreement, *, actor: Person) -> None:
        """Append to the audit chains of both schools. In the other school's the actor is not named."""


class Staff(Protocol):
    """Proved addresses, and those on the school's staff list who have not signed in yet. Addresses are normalised."""

    async def proved(self, person_id: int) -> tuple[str, ...]: ...
    async def is_proved(self, address: str) -> bool:
        """Whether somebody of the school proved it."""

    async def prove(self, person_id: int, address: str) -> bool:
        """Keep that the platform proved this address; False when it is kept already, for whomever."""

    async def people(self) -> dict[str, int]:
        """The people of the school by their proved addresses."""

    async def listed(self) -> dict[str, int]:
        """As `people`, those only whom a staff list named."""

    async def note_listed(self, addresses: Collection[str]) -> None:
        """The staff list names these people."""

    async def expected(self) -> tuple[Expected, ...]:
        """Everybody who has not signed in yet."""

    async def count_expected(self) -> int: ...
    async def expect(self, rows: Collection[Expected]) -> None:
        """Wait for these people; rows of the same address are replaced."""

    async def take(self, address: str) -> Expected | None:
        """The waiting row of this address, which is gone then."""

    async def forgotten(self, addresses: Collection[str]) -> frozenset[str]:
        """Those among the addresses whose person asked to be forgotten."""


class People(Protocol):
    async def lock(self, person_id: int) -> None:
        """Nobody else changes what is this person's until the transaction ends: lock, then read, then write.

        Raises `LookupError` where they became one with another person of the school meanwhile.
        """

    async def get(self, person_id: int) -> Person: ...
    async def exists(self, person_id: int) -> bool:
        """False once the person was forgotten."""

    async def by_public_id(self, public_id: str) -> Person | None: ...
    async def by_account(self, workspace_id: int, user_key: str) -> tuple[Person, Account] | None: ...
    async def all(self) -> tuple[Person, ...]: ...
    async def gone(self) -> frozenset[int]:
        """The ids of those whose every account is closed on its platform: nobody is led to them, nor are they told."""

    async def with_user_key(self, user_key: str) -> tuple[Person, ...]:
        """Who has this key in one of the school's workspaces."""

    async def lock_owners(self) -> tuple[Person, ...]:
        """The owners of the school, oldest first. Nobody else changes who they are until the transaction ends."""

    async def add(
        self, name: str, lang: Lang, *, workspace_id: int, user_key: str, rhythm: Rhythm, roles: frozenset[Role]
    ) -> tuple[Person, Account]:
        """A new person with one account, and a key of their own (design.md 4.15)."""

    async def elsewhere(self, workspace_id: int, user_key: str) -> Person | None:
        """Who has this key in another workspace of the school, where the platform's keys are the same everywhere."""

    async def same_user(self, account: Account) -> frozenset[int]:
        """The ids of the accounts that are one user's by themselves: this one; where the platform's keys are the same
        everywhere, those with its key."""

    async def add_account(self, person_id: int, workspace_id: int, user_key: str) -> Account:
        """Another account of somebody."""

    async def accounts(self, person_id: int) -> tuple[Account, ...]: ...
    async def user_keys(self, workspace_id: int) -> tuple[str, ...]:
        """The keys of all whose account in a workspace is known, in their order."""

    async def save_account(self, account: Account) -> None:
        """Language, time zone, closing, name and rest as they are on `account`."""

    async def save(self, person: Person) -> None:
        """Name, language, welcome, consents, roles and subjects as they are on `person`."""

    async def rhythm(self, person_id: int) -> Rhythm: ...
    async def planned(self, person_id: int) -> Planned | None:
        """The next spare moment as planned."""

    async def save_rhythm(self, person_id: int, rhythm: Rhythm, planned: Planned | None) -> None: ...
    async def forget(self, person_id: int) -> None:
        """Remove everything personal, destroy the person's key, keep a keyed tombstone (design.md 4.16)."""

    async def is_forgotten(self, workspace_id: int, user_key: str) -> bool:
        """Whether the account belonged to somebody who asked to be forgotten."""


class Shelves(Protocol):
    """The catalogues: shared content, of no school."""

    async def current(self) -> Shelf: ...
    async def save(self, catalogue: Catalogue) -> None:
        """Put a catalogue on the shelf in the place of its former edition."""

    async def achievement(self, achievement_id: int) -> Achievement: ...
    async def newest(self, key: str) -> Achievement | None:
        """The newest version of the achievement with this badge key."""

    async def versions(self, key: str) -> tuple[Achievement, ...]:
        """Every version of the achievement with this badge key, oldest first."""

    async def first_id(self, key: str) -> int:
        """The id of the achievement's first version: it stands for the content over all its versions."""

    async def add_version(self, key: str, level: Level, definition: dict[str, object]) -> Achievement: ...
    async def page(self, unit_key: str, lang: Lang) -> str | None:
        """The unit's own page in Markdown, where the catalogue brought one."""

    async def save_page(self, unit_key: str, lang: Lang, text: str) -> None: ...
    async def drop_pages(self, unit_keys: Collection[str]) -> None:
        """Drop the pages of these units, in every language."""


class Offers(Protocol):
    async def add(
        self,
        person_id: int,
        *,
        slot_key: str,
        minutes: int,
        until: datetime,
        requested: bool,
        topic: str = "",
        unit_key: str | None = None,
        why: Why | None = None,
    ) -> Offer | None:
        """A new offer, or None when this person already has one for this slot."""

    async def get(self, offer_id: int) -> Offer | None: ...
    async def by_public_id(self, public_id: str) -> Offer | None: ...
    async def save(self, offer: Offer) -> None: ...
    async def newest_proactive(self, person_id: int, before: int) -> Offer | None:
        """The last delivered offer that the clock made before the offer with id `before`."""

    async def newest_for_unit(self, person_id: int, unit_key: str) -> Offer | None: ...


class Learning(Protocol):
    async def progress(self, person_id: int, unit_key: str) -> Progress: ...
    async def begun(self, person_id: int) -> frozenset[str]:
        """The units that the person did something with."""

    async def save_progress(self, person_id: int, unit_key: str, progress: Progress) -> None: ...
    async def completions(self, person_id: int) -> tuple[Completion, ...]: ...
    async def completion(self, person_id: int, unit_key: str) -> Completion | None: ...
    async def completion_by_public_id(self, public_id: str) -> Completion | None: ...
    async def complete(self, person_id: int, unit_key: str, route: Route, *, self_assessed: bool) -> Completion | None:
        """A new completion, or None when the person has already done the unit."""

    async def reflect(self, completion_id: int, text: str) -> None: ...
    async def add_attempt(self, person_id: int, unit_key: str, route: Route, order: tuple[int, ...]) -> Attempt: ...
    async def attempt(self, public_id: str) -> Attempt | None: ...
    async def answer(self, attempt_id: int, right: bool) -> bool:
        """Keep the answer; False when this attempt was answered before."""


class Awards(Protocol):
    async def add(
        self,
        person_id: int,
        achievement: Achievement,
        evidence: tuple[Evidence, ...],
        valid_until: datetime | None = None,
        reached_at: datetime | None = None,
        institution_id: int | None = None,
    ) -> Award | None:
        """A new award, or None when the person already holds this achievement (any version). It is issued in the
        school's own name, or in an institution's."""

    async def reach(self, award_id: int, at: datetime, evidence: tuple[Evidence, ...]) -> None:
        """A pathway turns out to have been reached at this earlier moment, on this evidence."""

    async def get(self, award_id: int) -> Award | None: ...
    async def by_public_id(self, public_id: str) -> Award | None: ...
    async def of_person(self, person_id: int) -> tuple[Award, ...]: ...
    async def without_credential(self) -> tuple[Award, ...]:
        """Every award in the school whose credential was not signed yet, or does not count any more, oldest first."""

    async def save(self, award: Award) -> None:
        """Display, findable and published as they are on `award`."""

    async def save_stop(self, award_id: int, stop: Stop | None) -> None:
        """That the award is revoked or suspended; None: that it counts."""


class Collections(Protocol):
    async def add(self, person_id: int, title: str, until: date, award_ids: Sequence[int]) -> BadgeCollection:
        """A new collection of these awards, in this order."""

    async def by_public_id(self, public_id: str) -> BadgeCollection | None: ...
    async def of_person(self, person_id: int) -> tuple[BadgeCollection, ...]:
        """Newest first, those that ended too."""

    async def end(self, collection_id: int) -> None: ...


@dataclass(frozen=True)
class Revision:
    """One edition of an award's credential: `text` is the signed document, byte for byte."""

    award_id: int
    number: int
    valid_from: datetime
    text: str
    embedded: tuple[int, ...]
    """Ids of the endorsements of the award that stand inside."""
    signed_with: str = ""
    """The verification method of its proof."""
    beside: tuple[int, ...] = ()
    """Ids of the endorsements inside that are not of the award: of its content, and of its issuer."""
    enclosed: tuple[tuple[int, int], ...] = ()
    """The editions that stand inside, as (award, number), and those inside these."""
    outdated: bool = False
    """It names somebody who was forgotten, its key was revoked, or a restore found an endorsement in it withdrawn or
    hidden: it goes once a newer one is there."""
    token: str | None = None
    """The same credential as a compact JWT; None until it is made (again, when its key was revoked)."""
    token_with: str = ""
    """The verification method of the token's signature."""


@dataclass(frozen=True)
class SealedKey:
    """A private key, sealed by the vault. `did` is whom it signs for."""

    id: int
    did: str
    sealed: bytes = field(repr=False)
    kind: KeyKind = KeyKind.ED25519
    name: str = ""
    """Of an issuer's key: the fragment of its verification method."""

    @property
    def method(self) -> str:
        """The verification method of an issuer's key."""
        return f"{self.did}#{self.name}"

    @property
    def label(self) -> str:
        """What it was sealed for: a did:key is its key, under a did:web there are many."""
        return f"signing:{self.method if self.did.startswith('did:web:') else self.did}"


@dataclass(frozen=True)
class NewKey:
    """A key that was made just now, sealed for its issuer."""

    kind: KeyKind
    name: str
    public: str
    """As it is published: a multikey, or a JSON Web Key as text."""
    sealed: bytes = field(repr=False)


@dataclass(frozen=True)
class IssuerKey:
    """What anybody may know of an issuer's key. `since` is when it came into its state."""

    id: int
    issuer_id: int
    kind: KeyKind
    name: str
    public: str
    state: KeyState
    made_at: datetime
    since: datetime
    reason: str | None = None
    """Why it was revoked: one line, for everybody to read."""


class Issuers(Protocol):
    """Who signs for the school."""

    async def current(self) -> Issuer | None:
        """The issuer of new awards."""

    async def all(self) -> tuple[Issuer, ...]:
        """Newest first, with those that were followed by another."""

    async def add(self, did: str) -> Issuer: ...
    async def end(self, issuer_id: int, why: Ended, succession: str | None) -> None:
        """Another one follows. It goes on signing for what it issued."""

    async def keys(self, issuer_id: int) -> tuple[IssuerKey, ...]:
        """Newest first."""

    async def sealed(self, issuer_id: int) -> tuple[SealedKey, ...]:
        """All its private keys, newest first."""

    async def add_key(self, issuer_id: int, key: NewKey) -> None:
        """A current key. There is one of a kind: the former one is retired or revoked before."""

    async def set_state(self, key_id: int, state: KeyState, reason: str | None = None) -> None: ...
    async def count_badges(self, method: str) -> int:
        """How many awards have an edition that was signed with a key."""

    async def outdate(self, method: str) -> tuple[tuple[int, int], ...]:
        """Editions and tokens that a key signed do not count any more. The (school, award) pairs that need new ones."""


class Credentials(Protocol):
    async def newest(self, award_id: int) -> Revision | None: ...
    async def plain(self, award_id: int) -> Revision | None:
        """The newest edition that still counts and holds nobody's endorsement: of the award, its content or issuer, or
        of a part inside."""

    async def add(self, award_id: int, revision: Revision) -> bool:
        """Keep a revision; False when its number is taken (somebody else re-issued meanwhile)."""

    async def save_token(self, award_id: int, number: int, token: str, token_with: str) -> bool:
        """Keep the token of an edition that has none; False where it has, or does not count any more."""

    async def endorser_key(self, person_id: int) -> SealedKey | None:
        """The lasting key of an endorser who agreed to be named."""

    async def add_endorser_key(self, person_id: int, did: str, sealed: bytes) -> SealedKey: ...
    async def endorsement_text(self, endorsement_id: int) -> str | None:
        """Of the school's own badges, by its own people, or of an institution in whose name it holds badges."""

    async def of_institution(self, award_id: int, did: str, most: int) -> tuple[tuple[int, str], ...]:
        """The last endorsements of the institution that issues an award under `did`, oldest first: each id with its
        signed text. Never one by people of the school that awarded it, those who moved on included."""

    async def save_endorsement_text(self, endorsement_id: int, text: str) -> None:
        """Keep the signed EndorsementCredential."""

    async def drop_endorsement_text(self, endorsement_id: int) -> None:
        """A withdrawn endorsement has no credential; one that is signed anew loses its former text."""

    async def holding(self, endorsement_id: int) -> tuple[tuple[int, int], ...]:
        """The (school, award) pairs whose newest edition holds an endorsement beside the award's own: wherever the
        holder is now."""


class Endorsements(Protocol):
    async def get(self, endorsement_id: int) -> Endorsement | None: ...
    async def by_public_id(self, public_id: str) -> Endorsement | None: ...
    async def of(self, endorser_id: int, target: Target) -> Endorsement | None: ...
    async def add(
        self,
        endorser_id: int,
        target: Target,
        role: As,
        *,
        by_button: bool,
        seen: Seen | None = None,
        of_school: int | None = None,
    ) -> Endorsement:
        """By one of this school's people. `of_school` is whose the target is, where that is another school's."""

    async def save(self, endorsement: Endorsement) -> None: ...
    async def hide(self, endorsement_id: int, hidden: bool) -> None:
        """Keep whether the holder of the award shows it."""

    async def standing(self, target: Target) -> tuple[Endorsement, ...]:
        """Endorsements of the target that stand, oldest first."""

    async def shown(self, target: Target) -> tuple[Endorsement, ...]:
        """Those among the standing ones that the holder shows: what a new edition holds."""

    async def ever(self, target: Target) -> tuple[Endorsement, ...]:
        """Every endorsement of the target, oldest first, those that were withdrawn or are hidden too."""

    async def newest_signed(self, target: Target, most: int) -> tuple[Endorsement, ...]:
        """The last ones that stand and are signed, oldest first; at most so many."""

    async def given_by(self, person_id: int) -> tuple[Endorsement, ...]: ...
    async def given_since(self, person_id: int, since: datetime) -> int:
        """How many a person gave since then, also of what they took back."""

    async def favour(self, by: int, to: int, *, named: bool) -> datetime | None:
        """When a person last endorsed a badge of another, of what stands and the other can know.

        That is what a reaction shows; with `named` also what was pressed, since it bears a name.
        """


@dataclass(frozen=True)
class Move:
    """A person on their way: from `school_id`, until `until` by code; `to_person_id` is who gave the code."""

    id: int
    public_id: str
    school_id: int
    person_id: int
    until: datetime
    to_person_id: int | None = None
    to_school_id: int | None = None
    moved_at: datetime | None = None


@dataclass(frozen=True)
class Document:
    """A signed document from elsewhere, as it is kept: byte for byte. `document_id` is its own id."""

    kind: Kept
    document_id: str
    issuer: str
    """As did:key."""
    issuer_name: Bilingual
    name: Bilingual
    on: date
    valid_from: datetime
    text: str = field(repr=False)


@dataclass(frozen=True)
class BroughtCompletion:
    """What a person did elsewhere, as the school `issuer` stated it. The reflection is the person's own word."""

    issuer: str
    issuer_name: Bilingual
    unit_key: str
    title: Bilingual
    on: date
    minutes: int
    route: Route
    self_assessed: bool
    reflection: str | None = None


@dataclass(frozen=True)
class GivesWay:
    """An award that another one of the same badge is kept before. Ids of its endorsements that go over, and go."""

    award_id: int
    kept_id: int
    keep: tuple[int, ...]
    drop: tuple[int, ...]
    document: Document | None


@dataclass(frozen=True)
class Luggage:
    """Everything that a move carries, decided beforehand, by internal ids."""

    completions: Completions
    progress: tuple[tuple[str, Progress], ...]
    awards: tuple[int, ...]
    give_way: tuple[GivesWay, ...]
    given: Given


class Moves(Protocol):
    """People on their way between schools: the one repository that changes rows of two schools (design.md 4.17).

    Whoever asks it has shown the code, or a move that was bound to one of this school's people by the code.
    """

    async def begin(self, person_id: int, until: datetime) -> str:
        """A new one-time code, kept as a keyed hash only; a former one of this person ends."""

    async def by_code(self, code: str) -> Move | None:
        """The open move that a code stands for, of whatever school; None when it is unknown, used or too late."""

    async def bind(self, code: str, person_id: int) -> None:
        """Note who of this school gave the code."""

    async def bound(self, public_id: str, person_id: int) -> Move | None:
        """The open move that was bound to this person of this school."""

    async def agreed(self, giver_id: int) -> bool:
        """Whether an agreement lets people move from this school to the transaction's own."""

    def leaving(self, move: Move) -> "Work":
        """The old school's side of this very transaction."""

    async def traces(self, award_id: int) -> dict[int, str]:
        """Which endorsements of an award are by somebody forgotten, and by which trace they are told apart."""

    async def carry(self, move: Move, luggage: Luggage) -> None:
        """Move the rows; what stays of the person at the old school has no name."""

    async def hold(self, award_id: int) -> None:
        """Until the transaction ends the award stays in the school where it is."""

    async def same(self, person_id: int) -> frozenset[int]:
        """The person, and who they were or are at schools they moved from or to."""

    async def former_accounts(self, person_id: int) -> tuple[Account, ...]:
        """Accounts that this school's person has left at schools they moved away from."""

    async def endorser(self, endorsement: Endorsement) -> Person | None:
        """Who gave an endorsement of this school's, wherever they are now; None when they were forgotten."""

    async def hold_endorser(self, endorsement: Endorsement) -> None:
        """Their consents stay as they are until the transaction ends."""

    async def endorsed(self, endorsement: Endorsement) -> Achievement | None:
        """What is endorsed by an endorsement of an award that this school's person gave, wherever the award is."""

    async def endorsed_holder(self, endorsement: Endorsement) -> Person | None:
        """Who holds the award that an endorsement of this school's, or of its person's, is about, wherever they are."""

    async def endorser_key(self, endorsement: Endorsement) -> SealedKey | None:
        """The lasting key of its endorser."""

    async def add_endorser_key(self, endorsement: Endorsement, did: str, sealed: bytes) -> None: ...
    async def issuer_keys(self, award_id: int, did: str | None) -> tuple[SealedKey, ...]:
        """With what an award of this school's is signed, by the school that issued it: under this did, else under the
        one that it issues with now. A did:key signs with its one key whatever became of that; a did:web with those
        that are current."""

    async def hold_issuer_keys(self, award_id: int, did: str | None) -> tuple[SealedKey, ...]:
        """The same; and they stay as they are until the transaction ends."""

    async def keep(self, person_id: int, document: Document) -> bool:
        """Keep a document from elsewhere; one that is kept gives way to a newer edition only. False: nothing new."""

    async def keep_completions(self, person_id: int, completions: Sequence[BroughtCompletion]) -> int:
        """Keep what is not kept yet, and count it."""

    async def documents(self, person_id: int) -> tuple[Document, ...]:
        """What the person brought, newest first."""

    async def completions(self, person_id: int) -> tuple[BroughtCompletion, ...]: ...
    async def bringer(self, issuer: str, document_id: str) -> int | None:
        """Who of this school has brought this issuer's document."""

    async def holder(self, award: str) -> int | None:
        """Who in this deployment holds the award with this public id, whatever their school."""

    async def issues(self, did: str) -> bool:
        """Whether a school of this deployment issues under this did, or did so once."""

    async def signs(self, did: str) -> bool:
        """The same; or whether somebody of this deployment endorses under it."""

    async def keys(self, person_id: int) -> dict[str, tuple[SealedKey, int]]:
        """By did: the keys kept in this deployment that issued what this person holds, and whose school's they are."""


class Reactions(Protocol):
    """Which endorsing emoji are live on which message, by which account."""

    async def add(self, posted_id: int, account_id: int, emoji: str) -> None: ...
    async def remove(self, posted_id: int, account_id: int, emoji: str) -> None: ...
    async def by_user(self, posted_id: int) -> tuple[tuple[Account, Person, str], ...]:
        """Who has which endorsing emoji on one message."""

    async def live(self, person_id: int, posted_ids: Collection[int]) -> frozenset[str]:
        """The emoji that a person, with any account, has on these messages."""


class Messages(Protocol):
    async def add(
        self, workspace_id: int, ref: MessageRef, about: str, subject: int, person_id: int | None
    ) -> Posted: ...
    async def find(self, ref: MessageRef) -> Posted | None: ...
    async def about(self, about: str, subject: int) -> tuple[Posted, ...]: ...
    async def about_endorsement(self, about: str, endorsement_id: int) -> tuple[Posted, ...]:
        """At whatever school it was told: holder or endorser may have moved. Only of one that this school sees."""

    async def of_units(self, unit_keys: Collection[str], person_id: int) -> tuple[Posted, ...]:
        """Messages that brought one of these units to this person."""

    async def of_person(self, person_id: int) -> tuple[Posted, ...]:
        """Everything posted to a person, and their badges' posts."""

    async def watched(self) -> tuple[Posted, ...]:
        """Messages on which missed reactions are looked for: shared posts of displayed badges, newer units."""

    async def heard(self, posted_id: int) -> int:
        """How many times `hear` was called for a message."""

    async def hear(self, posted_id: int) -> int:
        """Something about the reactions to a message was heard. How many times so far, with this one.

        Whoever hears of the same message meanwhile waits until this is durable.
        """

    async def drop(self, posted_id: int) -> None: ...


@dataclass(frozen=True)
class Question:
    """What somebody asked, kept while the buttons of its answer live."""

    id: int
    public_id: str
    asker_id: int
    text: str


class Introductions(Protocol):
    async def keep_question(self, asker_id: int, text: str) -> Question: ...
    async def question(self, public_id: str) -> Question | None: ...
    async def add(
        self, asker_id: int, helper_id: int, award_id: int | None, question: str, elsewhere: str | None = None
    ) -> Introduction: ...
    async def by_public_id(self, public_id: str) -> Introduction | None: ...
    async def get(self, introduction_id: int) -> Introduction | None: ...
    async def reply(self, introduction_id: int, reply: Reply) -> bool:
        """Keep the reply; False when there is one already."""

    async def waiting(self, asker_id: int, helper_id: int) -> bool: ...
    async def asked_since(self, helper_id: int, moment: datetime) -> int: ...
    async def asked_by(self, person_id: int) -> tuple[Introduction, ...]: ...
    async def of_person(self, person_id: int) -> tuple[Introduction, ...]:
        """Those that the person asked for, and those they were asked for."""

    async def last_asked(self) -> dict[int, datetime]:
        """When each person was last asked for an introduction."""


class Sessions(Protocol):
    """One-time links and sessions of one school's people. `mark` is a hash of the secret that a browser has."""

    async def add_door(self, person_id: int, mark: str, until: datetime, room: Room) -> Door: ...
    async def use_door(self, person_id: int, mark: str, now: datetime) -> Door | None:
        """Use a link; None when it is not this person's, was used or is late. Of several at once, one gets it."""

    async def drop_doors(self, person_id: int, before: datetime) -> None:
        """Drop the person's links that opened no later than `before`."""

    async def add(self, person_id: int, mark: str, browser: str) -> Session: ...
    async def note_use(self, person_id: int, public_id: str) -> None: ...
    async def of_person(self, person_id: int) -> tuple[Session, ...]:
        """Newest first."""

    async def end(self, person_id: int, public_id: str) -> None: ...
    async def end_all(self, person_id: int, *, but: str | None = None) -> None:
        """End every session, but the one with this public id; links that wait are closed."""


class Threshold(Protocol):
    """Finds a link or session by its mark, over all schools: a browser does not say which school it is from."""

    async def door(self, mark: str) -> Door | None: ...
    async def session(self, mark: str) -> Session | None: ...


class Submissions(Protocol):
    """What one school's people gave to their board."""

    async def add(self, person_id: int, award_id: int, board_id: int) -> Submission:
        """From this school. Of those that stand there is one for each award and board."""

    async def of_award(self, award_id: int) -> tuple[Submission, ...]:
        """Those that stand, newest first."""

    async def of_person(self, person_id: int) -> tuple[Submission, ...]:
        """Newest first, those taken back too."""

    async def take_back(self, submission_id: int) -> None: ...


# ---------------------------------------------------------------- read models


@dataclass(frozen=True)
class Submitted:
    """What a board's officers see of a submission."""

    submission: Submission
    holder: str
    school: Bilingual
    zone: str
    """The school's: days are its days."""
    award: Award
    achievement: Achievement


class Cabinet(Protocol):
    """What was submitted to a board from all the schools that are under it. Its officers look at it, nobody else."""

    async def submitted(self, board_id: int) -> tuple[Submitted, ...]:
        """What stands, newest first."""

    async def note_seen(self, board_id: int) -> None:
        """Somebody of the board has looked."""


@dataclass(frozen=True)
class Counts:
    """Endorsements that stand and are shown, by role."""

    colleagues: int = 0
    leaders: int = 0


@dataclass(frozen=True)
class Held:
    """An award as its holder's wallet shows it."""

    award: Award
    achievement: Achievement
    counts: Counts


@dataclass(frozen=True)
class Spoken:
    """One standing endorsement as strangers see it: by role, and by name only where the endorser agreed to that."""

    role: As
    name: str | None = None
    comment: str | None = None


@dataclass(frozen=True)
class Showing:
    """An award as it is shown outside of the school. Its holder stands nowhere in it (design.md 4.18)."""

    award: Award
    achievement: Achievement
    content_id: str
    """Public id of the achievement's first version: it stands for the content over all its versions."""
    school: School
    school_is_public: bool
    """The school has a published badge, and so a page."""
    revision: Revision
    is_settled: bool
    """The newest edition says nothing that was taken back since: it may leave the house."""
    endorsements: tuple[Spoken, ...]
    source: Bilingual | None = None
    """The school that awarded it in its issuer's name; None: who issues it awarded it."""

    @property
    def gives_files(self) -> bool:
        """Whether its files are handed out: never those of an award that is stopped, which say nothing of it."""
        return self.is_settled and self.award.stop is None


@dataclass(frozen=True)
class OpenCollection:
    collection: BadgeCollection
    showings: tuple[Showing, ...]
    """In the order that the person chose."""


@dataclass(frozen=True)
class IssuerSeen:
    """One did of a school, with the keys that it is known by, newest first."""

    issuer: Issuer
    keys: tuple[IssuerKey, ...]


@dataclass(frozen=True)
class IssuerEndorsed:
    """An endorsement of an issuer that stands: by role and school, and by name where the endorser agreed to that."""

    issuer_id: int
    role: As
    school: Bilingual
    board: Bilingual | None
    name: str | None
    comment: str | None
    given_at: datetime
    text: str | None = field(repr=False)
    """The signed credential; None until it is signed."""


@dataclass(frozen=True)
class PublicIssuer:
    school: School
    issuers: tuple[IssuerSeen, ...]
    """Newest first."""
    endorsed: tuple[IssuerEndorsed, ...] = ()
    """Oldest first."""


class Public(Protocol):
    """What anybody may see, over all schools. It answers with nothing that its holder did not publish or collect."""

    async def issuers(self) -> tuple[School, ...]:
        """Those who issued a badge that is published."""

    async def badge(self, public_id: str) -> Showing | None:
        """A published award that has a credential."""

    async def collection(self, public_id: str) -> OpenCollection | None:
        """A collection that runs today at its school, with its awards that have a credential."""

    async def achievement(self, public_id: str) -> Achievement | None:
        """The newest version of the achievement whose first version has this id."""

    async def content_counts(self, badge_key: str) -> Counts:
        """Endorsements of the content by people of schools that have a published badge."""

    async def issuer(self, public_id: str) -> PublicIssuer | None:
        """A school that has a published badge."""

    async def signer(self, public_id: str) -> PublicIssuer | None:
        """Any school, for the keys alone: whoever was handed a badge as a file verifies it by them."""


@dataclass(frozen=True)
class HeldBeyond:
    """An award of another school's person who may be named here, by an agreement and by a consent of their own."""

    held: Held
    name: str
    school: Bilingual


class Queries(Protocol):
    """Reads for screens; they change nothing."""

    async def showing(self, award_id: int) -> Showing | None:
        """How an award of the school would be seen from outside, published or not."""

    async def wallet(self, person_id: int) -> tuple[Held, ...]: ...
    async def held(self, award_id: int) -> Held | None: ...
    async def shown_to(self, person_id: int) -> tuple[Held, ...]:
        """Badges of colleagues that a person sees, newest first: displayed to all, or shown to them alone by asking
        for their endorsement since two weeks. Not those that are revoked or suspended."""

    async def findable(self) -> tuple[Held, ...]:
        """Awards for which their holders may be named; not those that are revoked, suspended or expired."""

    async def findable_beyond(self) -> tuple[HeldBeyond, ...]:
        """Awards of other schools, of those only that agreed to have their findable people named here."""

    async def content_counts(self, badge_key: str) -> Counts:
        """Endorsements of the content behind a badge."""

    async def everything(self, person_id: int) -> dict[str, list[dict[str, object]]]:
        """Every row about a person by table, as plain JSON values: dates of the school's zone, never times; no keys,
        no internal ids, nobody else's ids."""


# ---------------------------------------------------------------- the clock's own view, over all schools


@dataclass(frozen=True)
class DuePerson:
    """Somebody whose next moment has come."""

    person_id: int
    school_id: int
    public_id: str
    country: str
    lane: str
    """The lane of the workspace where they are reached."""
    rhythm: Rhythm
    planned: Planned


@dataclass(frozen=True)
class Claim:
    """What a tick decided for one due person: an offer now or none, and the moment after it."""

    due: DuePerson
    offer_minutes: int | None
    rhythm: Rhythm
    next: Planned | None


class Clock(Protocol):
    async def due(self, limit: int) -> tuple[DuePerson, ...]:
        """People whose `next_offer_at` has passed, earliest first."""

    async def coming(self) -> datetime | None:
        """The earliest `next_offer_at` of anybody, which may have passed already; None when nobody has one."""

    async def claim(self, claims: Sequence[Claim]) -> int:
        """Store the claims together: offers (once per slot), their promises, the next moments. Counts the offers."""


class Calendar(Protocol):
    def closed(self, country: str, day: date) -> bool:
        """Whether schools of this country are closed on this day (public holidays)."""


class Work(Protocol):
    """One transaction of one school (or, for the clock and the directory, of none)."""

    now: datetime
    rng: random.Random
    calendar: Calendar
    directory: Directory
    claims: Claims
    agreements: Agreements
    people: People
    contacts: Contacts
    staff: Staff
    proofs: MailProofs
    shelves: Shelves
    offers: Offers
    learning: Learning
    awards: Awards
    collections: Collections
    issuers: Issuers
    credentials: Credentials
    status: StatusLists
    endorsements: Endorsements
    reactions: Reactions
    messages: Messages
    introductions: Introductions
    invitations: Invitations
    sessions: Sessions
    threshold: Threshold
    submissions: Submissions
    terms: Terms
    enclosures: Enclosures
    cabinet: Cabinet
    moves: Moves
    links: Links
    foreign: ForeignBadges
    trust: Trust
    mandates: Mandates
    institutions: Institutions
    installs: Installs
    command_sets: CommandSets
    queries: Queries
    public: Public
    outbox: Outbox
    inbox: Inbox
    audit: Audit
    clock: Clock

    def new_id(self) -> str:
        """A fresh public id: a random UUID in its usual 36 characters."""

    async def school(self) -> School:
        """The school of this transaction."""


class Command(Protocol):
    """What a use case is asked to do. `school_id` says whose rows it may see; None: no school's."""

    @property
    def school_id(self) -> int | None: ...


C = TypeVar("C", bound=Command)
R = TypeVar("R")
UseCase = Callable[[Work, C], Awaitable[R]]


class Store(Protocol):
    async def run(self, use_case: UseCase[C, R], command: C) -> R:
        """Run a use case in one transaction; commit when it returns. A lost race is run again, a few times."""

    async def look(self, use_case: UseCase[C, R], command: C) -> R:
        """Run a use case that only reads."""


# ---------------------------------------------------------------- siblings


class Vault(Protocol):
    def seal(self, secret: bytes, *, label: str) -> bytes:
        """Encrypt under the deployment's secret; `label` (key id and purpose) is bound to the result."""

    def open(self, sealed: bytes, *, label: str) -> bytes:
        """Decrypt. Raises `Problem("vault.wrong_secret")` for another secret, label or a changed text."""


class Fetch(Protocol):
    async def get(self, url: str, accept: str) -> Read | Unread:
        """What an address that somebody wrote answers (design.md 4.14), whatever its status; `accept` says which media
        types would be welcome. Never raises: why there is no answer is a code."""


View = TypeVar("View", contravariant=True)


@dataclass(frozen=True)
class Live:
    """What is on a message now, read completely."""

    pairs: frozenset[tuple[str, str]]
    """(user key, emoji)."""
    unnamed: frozenset[str] = frozenset()
    """The keys of users on it of whom the platform does not say who they are: what is known of theirs stays as it is,
    and nothing is added."""


class Sender(Protocol[View]):
    """One platform's way of showing a view. `Unsendable` means it can never work, `Waits` (`services.contact_ports`)
    not before the person comes; other errors are tried again."""

    async def send(
        self, workspace_key: str, to: str, view: View, *, direct: bool, token: str, lang: Lang
    ) -> MessageRef:
        """Post to a channel, or directly to a user. The same `token` twice posts once."""

    async def edit(self, ref: MessageRef, view: View, *, lang: Lang) -> None: ...
    async def delete(self, ref: MessageRef) -> None: ...
    async def clear(self, workspace_key: str, user_key: str) -> None:
        """Delete everything that Sukima said directly to a user, files included."""

    async def find(
        self, workspace_key: str, to: str, *, direct: bool, token: str, since: datetime | None = None
    ) -> MessageRef | None:
        """The message that a delivery in doubt left behind, if any. It was first tried at `since`."""

    async def reactions(self, ref: MessageRef) -> Live | None:
        """What is on a message now, by people, not bots; None when it cannot be read completely."""


class Unsendable(Exception):
    """The platform will never take this: the message or the person is gone."""


class RetryLater(Exception):
    """The platform took nothing and asks for a pause of its lane: `after` from now."""

    def __init__(self, after: timedelta) -> None:
        super().__init__(after)
        self.after = after


class Phrases(Protocol):
    """Finished sentences for documents that leave the house (the only way for services to say something)."""

    def say(self, lang: Lang, key: str, **params: str | int) -> str: ...


class Engine(Protocol):
    def kick(self, lane: str) -> None:
        """Say, once it is committed, that something was promised in this lane: for now or for later."""
