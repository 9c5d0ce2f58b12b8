"""What a person needs to know, before anybody thinks of widgets. `conversation.cards` gives each its default look.

Ids in views are public ids. Texts that exist in both languages stay `Bilingual` until the reader is known. Strings
typed by people (names, questions, reflections) are data and are shown as they are, escaped by the renderer.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from bot.badges.verdict import Verdict
from bot.domain.agreements import Purpose
from bot.domain.awards import Evidence, Level
from bot.domain.catalogue import UnitKind
from bot.domain.foreign import Fault
from bot.domain.introductions import Reply
from bot.domain.language import Bilingual, Lang
from bot.domain.learning import Route, Why
from bot.domain.outcomes import Refused
from bot.domain.people import Consent, Role
from bot.domain.recognition import As, TargetKind
from bot.domain.spare import Window
from bot.domain.stops import StopChange, StopKind
from bot.expertise.index import How
from bot.services.enclosing import Part
from bot.services.pathways import Halt, Over
from bot.services.ports import Counts


@dataclass(frozen=True)
class Picture:
    """A badge as a PNG with its credential baked in, or a drawn map."""

    name: str
    data: bytes = field(repr=False)


# ------------------------------------------------------------------ being welcomed


@dataclass(frozen=True)
class WelcomeLanguage:
    """First press: in which language?  Buttons: 日本語 · English."""

    name: str


@dataclass(frozen=True)
class WelcomeQuiet:
    """Second press: the proposed quiet hours are fine, or given in words."""

    windows: tuple[Window, ...]


@dataclass(frozen=True)
class WelcomeConsent:
    """Third press: may Sukima bring a unit in a spare moment, or only when asked? Says what is kept and who sees it."""


# ------------------------------------------------------------------ learning


@dataclass(frozen=True)
class OfferView:
    """One proposed unit with its five buttons. `left_in_module` counts this unit too."""

    offer: str
    title: Bilingual
    minutes: int
    kind: UnitKind
    course: Bilingual
    badge: Bilingual
    why: Why
    left_in_module: int
    topic: str = ""
    content: Counts | None = None
    slower: bool = False
    """Three offers stayed unanswered: said once with this offer."""
    asked_minutes: int | None = None
    """The minutes that were asked for; None: it comes in a gap of the week, or none were named."""
    renews: bool = False
    """It is done again to renew `badge`, of which `left_in_module` units are left."""
    requested: bool = False
    """Its person asked for it; else it comes in a gap by itself."""


@dataclass(frozen=True)
class NothingFits:
    """No unit for these minutes or this topic. `shortest` is the least minutes of what is left; None: all is done."""

    minutes: int | None
    topic: str
    shortest: int | None


@dataclass(frozen=True)
class UnitPage:
    """The unit, opened. `page` is its own text in Markdown, where the catalogue brought one; else follow `url`."""

    offer: str
    title: Bilingual
    minutes: int
    url: str
    page: str | None


@dataclass(frozen=True)
class LaterView:
    """Four choices of when."""

    offer: str


@dataclass(frozen=True)
class PickDate:
    """A form that asks for a date."""

    offer: str


@dataclass(frozen=True)
class LaterSet:
    """It comes back at `on` `at` (local, HH:MM). `moved`: what was asked for is not allowed (quiet, lesson, closed)."""

    on: date
    at: str
    moved: bool


@dataclass(frozen=True)
class ChoiceQuestion:
    """`choices` in the order to be shown; each with the author's index, which the answer carries."""

    attempt: str
    question: Bilingual
    choices: tuple[tuple[int, Bilingual], ...]
    route: Route


@dataclass(frozen=True)
class TextQuestion:
    attempt: str
    question: Bilingual
    min_chars: int
    too_short: bool = False
    typed: str = ""


@dataclass(frozen=True)
class WrongAnswer:
    """Kindly: why, and what next: again, open it (again), or tomorrow (a test-out has one try a day)."""

    offer: str
    why: Bilingual | None
    next: str
    """`again`, `open` or `tomorrow`."""
    over: bool = False
    """The question was answered before: this answer was not judged, right or wrong."""


@dataclass(frozen=True)
class UnitCompleted:
    """Done. `left_in_module` units remain to the badge; 0: the badge is on its way. Asks for one optional line."""

    completion: str
    title: Bilingual
    badge: Bilingual
    left_in_module: int
    already: bool = False
    """It had been done before: nothing changed."""
    content: str = ""
    """By which its content is endorsed; empty where it is on no shelf any more."""


# ------------------------------------------------------------------ badges


@dataclass(frozen=True)
class StopView:
    """That a badge is revoked or suspended: since which day of its school, and why."""

    kind: StopKind
    reason: str
    on: date


@dataclass(frozen=True)
class ValidityView:
    """Until when a badge is valid: its last day, of its school. `renewable`: the time to renew it has begun."""

    last_day: date
    expired: bool
    renewable: bool = False


@dataclass(frozen=True)
class ExpiryReminder:
    """To a holder: their badge is about to expire. `can_renew`: what it is made of is still to be had."""

    award: str
    name: Bilingual
    last_day: date
    can_renew: bool


@dataclass(frozen=True)
class BadgeRenewed:
    """The badge is valid for another term, until and with this day."""

    name: Bilingual
    last_day: date


@dataclass(frozen=True)
class UnitDoneAgain:
    """A check was passed again; `left` more until the badge `name` is renewed, of which `next_key` is the next."""

    title: Bilingual
    name: Bilingual | None = None
    left: int = 0
    next_key: str = ""
    next_title: Bilingual | None = None


@dataclass(frozen=True)
class StopNews:
    """To its holder: their badge was revoked or suspended; or, with no `stop`, it counts again."""

    award: str
    name: Bilingual
    stop: StopView | None


@dataclass(frozen=True)
class StopForm:
    """To an owner: which badge is it about?"""


@dataclass(frozen=True)
class StopChoice:
    """To an owner: the badge that was named, how it stands, and what can be done. Its holder stands nowhere in it."""

    award: str
    name: Bilingual
    awarded_on: date
    stop: StopView | None


@dataclass(frozen=True)
class StopQuestion:
    """Asks for the reason, and so once more whether it is meant. `is_unclear`: what was written was no reason."""

    award: str
    name: Bilingual
    awarded_on: date
    change: StopChange
    is_unclear: bool = False


@dataclass(frozen=True)
class AwardView:
    """An award to its holder, with *Share with colleagues · Keep private · View badge*."""

    award: str
    name: Bilingual
    level: Level
    issuer: Bilingual
    """Whose content it is."""
    school: Bilingual
    """Who issues it; a rehearsal says so."""
    awarded_on: date
    picture: Picture
    displayed: bool
    stop: StopView | None = None
    validity: ValidityView | None = None


@dataclass(frozen=True)
class BadgeDetails:
    """*View badge*: what it says, evidence by date, endorsements by role, and its switches."""

    award: str
    name: Bilingual
    level: Level
    issuer: Bilingual
    school: Bilingual
    awarded_on: date
    criteria: Bilingual
    evidence: tuple[Evidence, ...]
    counts: Counts
    displayed: bool
    findable: bool
    published: bool
    address: str | None
    """Where its public page is, or would be; None where this deployment has no public address."""
    picture: Picture
    stop: StopView | None = None
    validity: ValidityView | None = None


@dataclass(frozen=True)
class InviteForm:
    """*Ask a colleague*: whom one asked for a badge already, and the form for one more."""

    award: str
    name: Bilingual
    asked: tuple[tuple[str, str, date], ...]
    """(invitation, name, asked on) of those that stand."""
    left: int
    colleagues: tuple[tuple[str, str], ...]
    """(public id, name) to choose from; empty where they are too many for a list, or nobody is left."""
    typed: str | None = None
    """What was typed and meant nobody, or several."""
    anybody: bool = True
    """Somebody is left to be asked."""


@dataclass(frozen=True)
class InviteWhich:
    """Several colleagues may be meant: (public id, name)."""

    award: str
    words: str
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class InviteQuestion:
    """Who would see which badge, before anybody is asked. Only the answer asks."""

    award: str
    name: Bilingual
    colleague: str
    colleague_name: str


@dataclass(frozen=True)
class InvitedToEndorse:
    """To the colleague: who asks for an endorsement of which badge. `leads`: theirs is a recommendation."""

    invitation: str
    award: str
    holder: str
    name: Bilingual
    level: Level
    issuer: Bilingual
    school: Bilingual
    awarded_on: date
    about: Bilingual
    leads: bool
    picture: Picture


@dataclass(frozen=True)
class PublishQuestion:
    """Asked at *Publish*: what anyone with the link will see. Only the answer publishes."""

    award: str
    name: Bilingual


@dataclass(frozen=True)
class Published:
    """The badge's page exists."""

    award: str
    name: Bilingual
    address: str


@dataclass(frozen=True)
class FindableQuestion:
    """Asked once, at the first *Share*: may Sukima name you for this badge when a colleague asks?"""

    award: str
    name: Bilingual


@dataclass(frozen=True)
class SharedPost:
    """The post in the staff channel. Counts by role; button *My endorsement*."""

    award: str
    holder: str
    name: Bilingual
    level: Level
    issuer: Bilingual
    """Whose content it is."""
    school: Bilingual
    """Who issues it; a rehearsal says so."""
    counts: Counts
    emoji: tuple[str, ...]
    picture: Picture | None
    """None when a post is refreshed: its picture stays."""
    validity: ValidityView | None = None


# ------------------------------------------------------------------ endorsing


@dataclass(frozen=True)
class Receipt:
    """To the endorser, privately: what was endorsed and as whom, with *Undo*. `holder` is None for content and issuers.

    `moved`: the holder went to another school, and is not named any more. `named`: the endorser's name stands in it.
    """

    endorsement: str
    name: Bilingual
    holder: str | None
    role: As
    stands: bool
    moved: bool = False
    named: bool = False
    comment: str | None = None
    """The endorser's own words."""
    of_issuer: bool = False


@dataclass(frozen=True)
class EndorsedAlready:
    """To whoever endorses a badge a second time: `endorsement` is the public id of what stands.

    `beside_reaction`: they had reacted, too, and from now on it stays without that.
    """

    endorsement: str
    beside_reaction: bool = False


@dataclass(frozen=True)
class CommentForm:
    """Asked of an endorser: their own words, with those that stand. Nothing typed takes them back."""

    endorsement: str
    name: Bilingual
    comment: str
    named: bool = False
    refusal: Refused | None = None
    """Why what was typed is not taken."""
    of: TargetKind = TargetKind.AWARD


@dataclass(frozen=True)
class EndorsableLine:
    """Content or a school that one may endorse."""

    of: TargetKind
    subject: str
    """Public id."""
    name: Bilingual
    role: As
    """As whom one endorses it."""
    given: str = ""
    """One's own endorsement, where it stands."""
    comment: str | None = None
    level: Level | None = None
    """Of content."""


@dataclass(frozen=True)
class ColleagueBadge:
    """A badge as its holder shows it to colleagues. `given` is one's own endorsement of it; empty where none stands."""

    award: str
    holder: str
    name: Bilingual
    level: Level
    on: date
    counts: Counts
    given: str
    validity: ValidityView | None = None


@dataclass(frozen=True)
class ColleagueBadges:
    """What a colleague, or several of that name, show to all colleagues; newest first, perhaps nothing."""

    badges: tuple[ColleagueBadge, ...]


@dataclass(frozen=True)
class EndorsableView:
    """What one may endorse beside colleagues' badges: content that one did a part of, and schools as issuers."""

    content: tuple[EndorsableLine, ...]
    """What one learned of last comes first."""
    issuers: tuple[EndorsableLine, ...]
    door: str | None = None


@dataclass(frozen=True)
class CommentReceived:
    """To a holder, privately: the words that an endorser put to their badge, with *Hide*. None: taken back."""

    endorsement: str
    name: Bilingual
    role: As
    by: str | None
    comment: str | None
    hidden: bool = False


@dataclass(frozen=True)
class ReceivedLine:
    """One endorsement that a badge received."""

    endorsement: str
    role: As
    by: str | None
    on: date
    comment: str | None
    hidden: bool


@dataclass(frozen=True)
class ReceivedView:
    """To a holder: who endorsed a badge, with a switch for each to hide or show it."""

    award: str
    name: Bilingual
    lines: tuple[ReceivedLine, ...]
    page: str | None = None
    """Where the badge's own page is, with those that are not listed here."""


@dataclass(frozen=True)
class PartsView:
    """To a holder: the badges that one of theirs rests on, with a switch for each to put it inside or take it out."""

    award: str
    name: Bilingual
    parts: tuple[Part, ...]
    page: str | None = None
    """Where the badge's own page is, with all of them."""
    at: int = 0
    """Which of them is to be seen, counted from 0: where there are many, those around it are listed."""


# ------------------------------------------------------------------ asking


@dataclass(frozen=True)
class Because:
    """One reason for naming somebody: which badge, when, endorsements by role, and how it relates to the question."""

    badge: Bilingual
    level: Level | None
    """None for a badge from elsewhere."""
    on: date
    counts: Counts
    matched: tuple[str, ...]
    """Words of the question that matched."""
    through: How
    """Where the badge has the first of them."""
    host: str = ""
    """Who vouches for a badge from elsewhere."""


@dataclass(frozen=True)
class Expert:
    award: str
    """The award that names them; *Ask for an introduction* carries it. Empty for a badge from elsewhere."""
    name: str
    reasons: tuple[Because, ...]
    school: Bilingual | None = None
    """Set for somebody of another school: then there is no introduction, one asks at that school."""
    elsewhere: str = ""
    """The badge from elsewhere that names them instead; *Ask for an introduction* carries it likewise."""


@dataclass(frozen=True)
class Experts:
    question: str
    ask: str
    """Public id under which the question is kept while its buttons live."""
    people: tuple[Expert, ...]


@dataclass(frozen=True)
class Nobody:
    """An honest "nobody yet", with what one could learn instead: (course title, shortest unit's minutes, unit key)."""

    question: str
    closest: tuple[Bilingual, ...]
    learn: tuple[tuple[Bilingual, int, str], ...]


@dataclass(frozen=True)
class Crisis:
    """Words of crisis: the school's own procedure and people first, no search."""


@dataclass(frozen=True)
class IntroductionAsked:
    """To the person asked, with their three answers until they give one."""

    introduction: str
    asker: str
    question: str
    badge: Bilingual
    reply: Reply | None = None
    """What they answered; nothing more is offered then."""


@dataclass(frozen=True)
class IntroductionAnswered:
    """To the asker. `helper` is named only on yes; no `reply` will come where the one who was asked is gone: None."""

    reply: Reply | None
    helper: str
    question: str


# ------------------------------------------------------------------ looking


@dataclass(frozen=True)
class NextUnit:
    """What could be learned next. `left_in_module` counts this unit too."""

    key: str
    title: Bilingual
    minutes: int
    kind: UnitKind
    course: Bilingual
    badge: Bilingual
    left_in_module: int


@dataclass(frozen=True)
class HomeView:
    """The top of a page of one's own: what is next (None: all is done), and how many questions wait for an answer."""

    next: NextUnit | None
    asked: int
    has_pages: bool = True
    """As in `HelpView`."""


@dataclass(frozen=True)
class WalletLine:
    award: str
    name: Bilingual
    level: Level
    on: date
    counts: Counts
    displayed: bool
    findable: bool
    published: bool
    address: str | None
    """Where its public page is, or would be; None where this deployment has no public address."""
    stop: StopView | None = None
    validity: ValidityView | None = None


@dataclass(frozen=True)
class BroughtLine:
    """A badge, or something finished, that was earned elsewhere: as its school says, counted for nothing here."""

    name: Bilingual
    on: date
    school: Bilingual
    stop: StopView | None = None
    validity: ValidityView | None = None


@dataclass(frozen=True)
class ForeignLine:
    """A badge that somebody else issued and its person took in. Texts are the issuer's own, in whatever language."""

    badge: str
    name: str
    issuer: str
    host: str
    on: date
    checked_on: date
    """When it was last found good."""
    tried_on: date | None = None
    """When it was last tried in vain, if that was later."""
    last_day: date | None = None
    """The last day on which it is valid, at the school."""
    is_expired: bool = False
    revoked_on: date | None = None
    """Since when it is known to be good no more, for its `fault`."""
    revoked_why: str = ""
    fault: Fault | None = None
    findable: bool = False
    """`who` may name its holder for it."""
    may_be_found: bool = False
    """It could be turned on."""


@dataclass(frozen=True)
class WalletView:
    badges: tuple[WalletLine, ...]
    door: str | None = None
    """A one-time link to the same in the browser; None where there are no pages."""
    brought: tuple[BroughtLine, ...] = ()
    foreign: tuple[ForeignLine, ...] = ()
    """Taken in from other issuers."""


@dataclass(frozen=True)
class LinkForm:
    """Asks for the address of a badge: to `verify` it, or to `take_in` one's own. `door` leads to where a file can be
    brought; None where there are no pages. `platform`: where one reads it, since files are sent differently."""

    purpose: Literal["verify", "take_in"]
    door: str | None
    platform: str = "local"


@dataclass(frozen=True)
class AddressLine:
    """A mail address that was proved by a code, by its public id."""

    id: str
    address: str
    on: date


@dataclass(frozen=True)
class AddressesView:
    """One's own mail addresses: those that the chat platform vouches for, and those proved by a code. `sends`: this
    deployment sends mail; `waits` is the address that a code was sent to; `typed` is one to begin the form with."""

    chat: tuple[str, ...]
    mail: tuple[AddressLine, ...]
    sends: bool
    waits: str | None
    typed: str = ""


@dataclass(frozen=True)
class CodeForm:
    """Asks for the code that was sent to an address, and holds for some minutes."""

    address: str
    minutes: int


@dataclass(frozen=True)
class VerdictView:
    """What was found of a badge that somebody asked about. Nothing of it is kept."""

    verdict: Verdict
    file: str = ""
    """The name of the file in which it came; empty for one behind an address."""
    held: str | None = None
    """The key by which the file can still be taken in (`conversation.held`)."""
    issuer: EndorsableLine | None = None
    """Its issuer, where the reader may endorse it and has not yet."""


@dataclass(frozen=True)
class FileRefused:
    """A file was not looked at, and why: the code and params of a `Problem`."""

    file: str
    code: str
    params: dict[str, str | int]


@dataclass(frozen=True)
class TakenIn:
    """A badge from elsewhere is kept. `new` is False where it was kept already: it was verified again."""

    line: ForeignLine
    new: bool
    door: str | None
    file: str = ""
    """The name of the file in which it came."""


@dataclass(frozen=True)
class ForeignFindable:
    """Whether `who` may name the reader for a badge from elsewhere: what that means, before anything is changed."""

    line: ForeignLine


@dataclass(frozen=True)
class NotTakenIn:
    """A badge from elsewhere is not kept, and why; `verdict` where something could be looked at."""

    refusal: Refused
    verdict: Verdict | None
    file: str = ""


@dataclass(frozen=True)
class MyPages:
    """The way into one's own pages; None where this deployment has none."""

    door: str | None


@dataclass(frozen=True)
class MapModule:
    name: Bilingual
    done: int
    total: int
    earned: bool
    next: bool
    expired: bool = False
    """Earned, and expired meanwhile."""


@dataclass(frozen=True)
class MapCourse:
    title: Bilingual
    badge: Bilingual
    earned: bool
    modules: tuple[MapModule, ...]
    expired: bool = False


@dataclass(frozen=True)
class MapHalt:
    """A badge of one's own that a pathway needs and that does not count."""

    badge: Bilingual
    award: str
    why: Halt
    on: date

    @property
    def renewable(self) -> bool:
        return self.why is Halt.EXPIRED


@dataclass(frozen=True)
class MapPathway:
    """A pathway in the reader's words: `has`, `missing` and `early` are names and phrases, finished for a line."""

    name: Bilingual
    badge: Bilingual
    earned: bool
    has: tuple[str, ...]
    missing: tuple[str, ...]
    early: tuple[str, ...]
    """Badges that came before their turn."""
    next_unit: Bilingual | None = None
    next_key: str = ""
    next_badge: str = ""
    halted: tuple[MapHalt, ...] = ()
    over: tuple[Over, ...] = ()
    reached_on: date | None = None
    """Of an earned one, where that became known later than it was so."""


@dataclass(frozen=True)
class MapView:
    courses: tuple[MapCourse, ...]
    picture: Picture
    door: str | None = None
    pathways: tuple[MapPathway, ...] = ()


@dataclass(frozen=True)
class RecordLine:
    title: Bilingual
    on: date
    minutes: int
    prior: bool
    self_assessed: bool
    reflection: str | None
    renewed: bool = False
    """A check passed again, to renew a badge: it counts no minutes."""


@dataclass(frozen=True)
class RecordView:
    """What I did: nominal minutes, never measured time. Newest first."""

    lines: tuple[RecordLine, ...]
    minutes: int
    badges: int
    door: str | None = None
    brought: tuple[BroughtLine, ...] = ()


@dataclass(frozen=True)
class SettingsView:
    name: str
    lang: Lang
    roles: frozenset[Role]
    consents: frozenset[Consent]
    windows: tuple[Window, ...]
    pace: int
    next_on: date | None
    next_at: str
    subjects: tuple[str, ...] = ()
    """As the school's staff list says."""
    door: str | None = None


@dataclass(frozen=True)
class WindowsForm:
    """Free windows, quiet hours and lessons in words."""

    windows: tuple[Window, ...]
    typed: str = ""
    complaint: str = ""
    """Code of what was not understood (`complaint.<code>`)."""
    complaint_params: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class WindowsSaved:
    """The weekly windows as they are kept now."""

    windows: tuple[Window, ...]


@dataclass(frozen=True)
class HelpView:
    has_pages: bool = True
    """Whether this deployment shows pages of one's own in the browser."""


@dataclass(frozen=True)
class ExportReady:
    """Everything about me as one ZIP."""

    file_name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class ForgetConfirm:
    """Says plainly what will go and what stays, with *Forget me* and *Cancel*."""

    badges: int
    endorsements: int


# ------------------------------------------------------------------ roles, schools, owners


@dataclass(frozen=True)
class RolesView:
    """One's own roles and what they mean. To who names roles also who has which, and a form to change them."""

    own: frozenset[Role]
    agrees: bool
    stops: bool
    people: tuple[tuple[str, frozenset[Role], bool], ...] = ()
    """Names with roles, and whether they are gone."""
    may_give: tuple[Role, ...] = ()
    may_take: tuple[Role, ...] = ()
    is_admin: bool = False
    """They administer the workspace on its platform."""


@dataclass(frozen=True)
class WhichPerson:
    """Several people may be meant: (public id, name, user keys). One press says which, and does it."""

    words: str
    people: tuple[tuple[str, str, tuple[str, ...]], ...]
    role: Role
    given: bool


@dataclass(frozen=True)
class RoleChanged:
    """To the person: a role was given or taken. Who did it is not named."""

    role: Role
    given: bool


class AgreementState(StrEnum):
    OFFERED = "offered"
    """By this school; the other one has not accepted yet."""
    TO_ACCEPT = "to_accept"
    IN_FORCE = "in_force"
    ENDED = "ended"


@dataclass(frozen=True)
class AgreementLine:
    agreement: str
    other: Bilingual
    purpose: Purpose
    gives: bool
    state: AgreementState


@dataclass(frozen=True)
class AgreementsView:
    """What this school and others agreed on, with a form to offer more. `key` is how others name this school."""

    key: str
    lines: tuple[AgreementLine, ...]


@dataclass(frozen=True)
class AgreementNews:
    """To an owner: how an agreement stands now."""

    line: AgreementLine


@dataclass(frozen=True)
class FoundSchoolForm:
    """To whoever has the owner's code in a workspace of no school: what is the school called?"""

    code: str
    zone: str
    typed: tuple[str, str] = ("", "")
    """Japanese and English name as typed before."""
    complaints: tuple[tuple[str, str], ...] = ()
    """What was wrong: a field's name, and the key of what is said of it."""


# ------------------------------------------------------------------ moving


@dataclass(frozen=True)
class MoveCode:
    """At the old school, to the person who moves: the one-time code, what comes along and what stays."""

    code: str
    until: date
    badges: int
    completions: int
    given: int
    """Endorsements of colleagues' badges, which stay where they are."""


@dataclass(frozen=True)
class MovePreview:
    """At the new school, before anything is done: what comes along from where, with *Move here* and *Cancel*."""

    move: str
    school: Bilingual
    badges: int
    completions: int
    endorsements: int
    """Received: they come along inside the badges."""
    given: int
    doubled: int
    """Badges that the person has earned at both: the earlier one stays."""


@dataclass(frozen=True)
class LinkCodeView:
    """To somebody who links another account: the one-time code, and for how many minutes it holds."""

    code: str
    minutes: int


@dataclass(frozen=True)
class LinkPreview:
    """On the other account, before anything is done: what becomes one, with *Link* and *Cancel*."""

    link: str
    stays: str
    """Whose name and settings stay."""
    goes: str
    badges: int
    doubled: int
    """Badges that were earned on both: one of each stays."""
    completions: int
    withdrawn: int
    """Endorsements of one by the other."""
    alike: int = 0
    """Endorsements of something else that both gave: they count once."""


@dataclass(frozen=True)
class AccountLine:
    id: int
    platform: str
    name: str
    is_here: bool
    """The one from which its person is asking."""
    is_written_to: bool


@dataclass(frozen=True)
class AccountsView:
    """One's own accounts, with a way to link another one."""

    lines: tuple[AccountLine, ...]


@dataclass(frozen=True)
class UnlinkQuestion:
    """Before an account is let go: what stays, and what it begins with."""

    id: int
    platform: str
    name: str


@dataclass(frozen=True)
class Notice:
    """One sentence: `key` in `wording` (`refused.own_award`, `notice.kept_private`, `problem.action.expired` …)."""

    key: str
    params: dict[str, str | int | Bilingual] = field(default_factory=dict)


@dataclass(frozen=True)
class WhichWorkspace:
    """A direct conversation could be about several: which one?  Buttons: their names."""

    workspaces: tuple[tuple[str, str], ...]
    """(the platform's key, the name it has there)."""


@dataclass(frozen=True)
class SomethingWaits:
    """Something waits for its reader that cannot be brought to them; a press fetches it. Others may see this."""


View = (
    WelcomeLanguage
    | LinkCodeView
    | LinkPreview
    | AccountsView
    | UnlinkQuestion
    | WelcomeQuiet
    | WelcomeConsent
    | WhichWorkspace
    | OfferView
    | NothingFits
    | UnitPage
    | LaterView
    | PickDate
    | LaterSet
    | ChoiceQuestion
    | TextQuestion
    | WrongAnswer
    | UnitCompleted
    | AwardView
    | BadgeDetails
    | InviteForm
    | InviteWhich
    | InviteQuestion
    | InvitedToEndorse
    | PublishQuestion
    | Published
    | FindableQuestion
    | SharedPost
    | Receipt
    | EndorsedAlready
    | ColleagueBadges
    | CommentForm
    | CommentReceived
    | EndorsableView
    | ReceivedView
    | PartsView
    | Experts
    | Nobody
    | Crisis
    | IntroductionAsked
    | IntroductionAnswered
    | HomeView
    | WalletView
    | LinkForm
    | VerdictView
    | FileRefused
    | TakenIn
    | NotTakenIn
    | ForeignFindable
    | AddressesView
    | CodeForm
    | MyPages
    | MapView
    | RecordView
    | SettingsView
    | WindowsForm
    | WindowsSaved
    | HelpView
    | ExportReady
    | ForgetConfirm
    | RolesView
    | WhichPerson
    | RoleChanged
    | AgreementsView
    | AgreementNews
    | FoundSchoolForm
    | MoveCode
    | MovePreview
    | StopNews
    | StopForm
    | StopChoice
    | StopQuestion
    | ExpiryReminder
    | BadgeRenewed
    | UnitDoneAgain
    | SomethingWaits
    | Notice
)
