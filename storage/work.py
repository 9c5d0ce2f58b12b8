"""One transaction as use cases see it: the repositories, the outbox, the time, and no commit."""

import random
from datetime import datetime

from bot.domain.people import School
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
from bot.services.ports import (
    Agreements,
    Audit,
    Awards,
    Cabinet,
    Calendar,
    Claims,
    Clock,
    Collections,
    Credentials,
    Directory,
    Endorsements,
    Inbox,
    Introductions,
    Issuers,
    Learning,
    Messages,
    Moves,
    Offers,
    Outbox,
    People,
    Public,
    Queries,
    Reactions,
    Sessions,
    Shelves,
    Staff,
    Submissions,
    Threshold,
    Work,
)
from bot.services.status_ports import StatusLists
from bot.services.term_ports import Terms
from storage.audit import AuditRows
from storage.clock import ClockRows
from storage.inbox import InboxRows
from storage.outbox import OutboxRows
from storage.public import PublicRows
from storage.queries import QueryRows
from storage.repositories.agreements import AgreementRows
from storage.repositories.awards import AwardRows
from storage.repositories.claims import ClaimRows
from storage.repositories.collections import CollectionRows
from storage.repositories.command_sets import CommandSetRows
from storage.repositories.contacts import ContactRows
from storage.repositories.credentials import CredentialRows
from storage.repositories.directory import DirectoryRows
from storage.repositories.enclosures import EnclosureRows
from storage.repositories.endorsements import EndorsementRows
from storage.repositories.foreign import ForeignRows, TrustRows
from storage.repositories.installs import InstallRows
from storage.repositories.institutions import InstitutionRows
from storage.repositories.introductions import IntroductionRows
from storage.repositories.invitations import InvitationRows
from storage.repositories.issuers import IssuerRows
from storage.repositories.learning import LearningRows
from storage.repositories.links import LinkRows
from storage.repositories.mandates import MandateRows
from storage.repositories.messages import MessageRows
from storage.repositories.moves import MoveRows
from storage.repositories.offers import OfferRows
from storage.repositories.people import PeopleRows
from storage.repositories.proofs import ProofRows
from storage.repositories.reactions import ReactionRows
from storage.repositories.sessions import SessionRows, ThresholdRows
from storage.repositories.shelves import ShelfRows
from storage.repositories.staff import StaffRows
from storage.repositories.status import StatusRows
from storage.repositories.submissions import CabinetRows, SubmissionRows
from storage.repositories.terms import TermRows
from storage.scope import Scope


class RowWork:
    """Implements `Work`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._school: School | None = None
        self.now: datetime = scope.now
        self.rng: random.Random = scope.deployment.rng
        self.calendar: Calendar = scope.deployment.calendar
        self.directory: Directory = DirectoryRows(scope)
        self.claims: Claims = ClaimRows(scope)
        self.agreements: Agreements = AgreementRows(scope)
        self.staff: Staff = StaffRows(scope)
        self.proofs: MailProofs = ProofRows(scope)
        self.people: People = PeopleRows(scope)
        self.contacts: Contacts = ContactRows(scope)
        self.shelves: Shelves = ShelfRows(scope)
        self.offers: Offers = OfferRows(scope)
        self.learning: Learning = LearningRows(scope)
        self.awards: Awards = AwardRows(scope)
        self.collections: Collections = CollectionRows(scope)
        self.issuers: Issuers = IssuerRows(scope)
        self.credentials: Credentials = CredentialRows(scope)
        self.status: StatusLists = StatusRows(scope)
        self.endorsements: Endorsements = EndorsementRows(scope)
        self.reactions: Reactions = ReactionRows(scope)
        self.messages: Messages = MessageRows(scope)
        self.introductions: Introductions = IntroductionRows(scope)
        self.invitations: Invitations = InvitationRows(scope)
        self.sessions: Sessions = SessionRows(scope)
        self.threshold: Threshold = ThresholdRows(scope)
        self.submissions: Submissions = SubmissionRows(scope)
        self.terms: Terms = TermRows(scope)
        self.enclosures: Enclosures = EnclosureRows(scope)
        self.cabinet: Cabinet = CabinetRows(scope)
        self.moves: Moves = MoveRows(scope, work_in)
        self.links: Links = LinkRows(scope)
        self.foreign: ForeignBadges = ForeignRows(scope)
        self.trust: Trust = TrustRows(scope)
        self.mandates: Mandates = MandateRows(scope)
        self.institutions: Institutions = InstitutionRows(scope)
        self.installs: Installs = InstallRows(scope)
        self.command_sets: CommandSets = CommandSetRows(scope)
        self.queries: Queries = QueryRows(scope)
        self.public: Public = PublicRows(scope)
        self.outbox: Outbox = OutboxRows(scope)
        self.inbox: Inbox = InboxRows(scope)
        self.audit: Audit = AuditRows(scope)
        self.clock: Clock = ClockRows(scope)

    def new_id(self) -> str:
        return self._scope.new_id()

    async def school(self) -> School:
        if self._school is None:
            self._school = await self.directory.school(self._scope.school_id)
        return self._school


def work_in(scope: Scope) -> Work:
    """The work of one transaction."""
    return RowWork(scope)
