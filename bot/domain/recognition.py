"""Endorsements: who may endorse what, and what a reaction or its removal changes (design.md 4.1, 4.8, 4.9)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.endorsing_limits import Recent, held_back
from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.domain.periods import Period


class TargetKind(StrEnum):
    AWARD = "award"
    ACHIEVEMENT = "achievement"
    ISSUER = "issuer"


@dataclass(frozen=True)
class Target:
    """What is endorsed: an award (the holder), an achievement (the content) or an issuer (a school under one did).

    `id` is the internal id of the award, of the achievement's first version, or of the issuer.
    """

    kind: TargetKind
    id: int

    @classmethod
    def of_award(cls, award_id: int) -> "Target":
        return cls(TargetKind.AWARD, award_id)

    @property
    def is_content(self) -> bool:
        return self.kind is TargetKind.ACHIEVEMENT


class As(StrEnum):
    """In which role the endorser speaks. A leader's endorsement is a recommendation (推薦)."""

    COLLEAGUE = "colleague"
    LEADER = "leader"
    OFFICER = "officer"
    """For the board of education; of issuers only."""


@dataclass(frozen=True)
class Seen:
    """What was endorsed, as it was at that moment: posts vanish from a chat, content is edited, badges are re-issued.

    It names nobody.
    """

    version: int | None
    """Of the achievement; None for an issuer, which has none."""
    words: Bilingual
    """What the badge said it is about, or who the issuer said it is, line by line."""
    digest: str | None
    """SHA-256 in hexadecimal digits: of the award's newest edition, or of the issuer's did document, byte for byte, or
    of what defines the content. None where the award was not signed yet, and for an issuer whose did is its key."""


@dataclass(frozen=True)
class Stood:
    """An endorsement held for a while, said in this role."""

    period: Period
    role: As


def ended(one: Stood, at: datetime) -> Stood:
    """The same, over at that moment unless it was before."""
    return one if one.period.until is not None else Stood(Period(one.period.since, at), one.role)


@dataclass(frozen=True)
class Endorsement:
    """One person's endorsement of one target. `held_by_button` does not depend on reactions; `undone` holds until the
    reaction is removed and given again."""

    id: int
    public_id: str
    school_id: int
    endorser_id: int | None
    """None once the endorser asked to be forgotten: the endorsement stays, anonymous."""
    target: Target
    role: As
    given_at: datetime
    withdrawn_at: datetime | None = None
    held_by_button: bool = False
    undone: bool = False
    """*Undo* was pressed while the reaction was still there."""
    endorser_school_id: int | None = None
    """Where the endorser is, or was, a colleague or leader; None: at the school that the endorsement belongs to."""
    comment: str | None = None
    """The endorser's own words, on one line; they go with the endorsement."""
    hidden_at: datetime | None = None
    """Since when the holder of the award does not show it. The endorser is not told: to them it stands."""
    seen: Seen | None = None
    """None for what was given before this was kept."""
    former: tuple[Stood, ...] = ()
    """When it stood before it was withdrawn and given again."""

    @property
    def spoken_at(self) -> int:
        """The school as whose colleague or leader the endorser speaks."""
        return self.school_id if self.endorser_school_id is None else self.endorser_school_id

    @property
    def stands(self) -> bool:
        return self.withdrawn_at is None

    @property
    def stood(self) -> tuple[Stood, ...]:
        """Every time that it stood, the newest last."""
        return (*self.former, Stood(Period(self.given_at, self.withdrawn_at), self.role))

    @property
    def is_shown(self) -> bool:
        """It is counted, stands on pages and in the next edition of the badge."""
        return self.stands and self.hidden_at is None


MOST_HELD = 20
"""So many endorsements of an award stand in one edition of its badge. Each is a signed document of its own: hundreds of
them would be more than readers, also ours, look through, and too much for a picture that is sent around."""


def held(shown: Sequence[Endorsement]) -> tuple[Endorsement, ...]:
    """Those that an edition holds, in the order given: the last ones, half of the room for leaders' recommendations and
    half for colleagues' endorsements; what the one leaves is the other's."""
    newest = sorted(shown, key=lambda each: (each.given_at, each.id), reverse=True)
    leaders = [each for each in newest if each.role is As.LEADER]
    others = [each for each in newest if each.role is not As.LEADER]
    of_leaders = max(MOST_HELD // 2, MOST_HELD - len(others))
    of_others = MOST_HELD - min(len(leaders), of_leaders)
    chosen = {each.id for each in (*leaders[:of_leaders], *others[:of_others])}
    return tuple(each for each in shown if each.id in chosen)


@dataclass(frozen=True)
class Endorsed:
    """The endorsement now stands."""

    role: As


@dataclass(frozen=True)
class Withdrawn:
    pass


@dataclass(frozen=True)
class Rearmed:
    """The reaction that *Undo* outweighed is gone: the next one counts again."""


@dataclass(frozen=True)
class Unchanged:
    pass


Decision = Endorsed | Withdrawn | Rearmed | Unchanged | Refused


@dataclass(frozen=True)
class Facts:
    """Everything a decision about one endorser and one target looks at."""

    endorser_id: int
    is_bot: bool
    speaks: As
    """In which role they would endorse."""
    holder_id: int | None
    """Who holds the award; None for content and issuers."""
    displayed: bool
    """The award is shown to colleagues; True for content and issuers."""
    recent: Recent
    stopped: bool = False
    """The award is revoked or suspended."""
    completed: bool = True
    """The endorser completed a unit of this content; True for awards."""
    current: Endorsement | None = None
    by_other_account: bool = False
    """Another account of the same human being, which was linked with theirs once, endorses it."""
    live_emoji: Collection[str] = field(default_factory=frozenset)
    """Endorsing emoji by this person that are on the target's messages after this event."""


def reacted(facts: Facts) -> Decision:
    """An endorsing emoji was put on a message of the target."""
    refusal = _refusal(facts)
    if refusal is not None:
        return refusal
    if facts.current is not None and (facts.current.stands or facts.current.undone):
        return Unchanged()
    return _endorsed(facts)


def unreacted(facts: Facts) -> Decision:
    """An endorsing emoji was taken off. Only the removal of the last one withdraws."""
    if facts.current is None or facts.live_emoji:
        return Unchanged()
    if facts.current.undone:
        return Rearmed()
    if not facts.current.stands or facts.current.held_by_button:
        return Unchanged()
    return Withdrawn()


def pressed(facts: Facts) -> Decision:
    """*My endorsement* was pressed: it endorses, or keeps what stands."""
    refusal = _refusal(facts)
    if refusal is not None:
        return refusal
    if facts.current is not None and facts.current.stands:
        return Unchanged()
    return _endorsed(facts)


def undo(facts: Facts) -> Decision:
    """*Undo* was pressed: withdraws whatever holds it, until the reaction is removed and given again."""
    if facts.current is None or not facts.current.stands:
        return Unchanged()
    return Withdrawn()


def _endorsed(facts: Facts) -> Endorsed | Refused:
    """A new endorsement, or one given again, if it is within the limits."""
    before = None if facts.current is None else facts.current.given_at
    return held_back(facts.recent, before) or Endorsed(facts.speaks)


def _refusal(facts: Facts) -> Refused | None:
    if facts.is_bot:
        return Refused("bot")
    if facts.holder_id is not None and facts.endorser_id == facts.holder_id:
        return Refused("own_award")
    if not facts.displayed:
        return Refused("not_displayed")
    if facts.stopped:
        return Refused("stopped")
    if not facts.completed:
        return Refused("complete_first")
    if facts.by_other_account:
        return Refused("endorsed_by_other_account")
    return None
