"""A school in which every table has a row, for tests of isolation and of forgetting."""

from dataclasses import dataclass
from datetime import date, timedelta

from storage_world import MORNING, In, Place, add_achievement, in_school, over_all, planned_at

from bot.domain.agreements import Agreement, Purpose
from bot.domain.awards import Achievement, Award, Evidence
from bot.domain.collections import BadgeCollection
from bot.domain.contacts import Contact, Reach
from bot.domain.foreign import Foreign
from bot.domain.introductions import Introduction
from bot.domain.invitations import Invitation
from bot.domain.issuers import Issuer, KeyKind
from bot.domain.language import Bilingual
from bot.domain.learning import Attempt, Completion, Progress, Route
from bot.domain.moving import Kept
from bot.domain.offers import Offer
from bot.domain.people import Role, School
from bot.domain.proofs import AskedCode, MailAddress
from bot.domain.recognition import As, Endorsement, Target, TargetKind
from bot.domain.sessions import Door, Room, Session
from bot.domain.staff import Expected
from bot.domain.submissions import Submission
from bot.services.foreign_ports import Coming
from bot.services.ports import (
    BroughtCompletion,
    Document,
    MessageRef,
    Move,
    NewKey,
    Posted,
    Question,
    Revision,
    SealedKey,
    Work,
)
from storage.store import RowStore


@dataclass
class Rows:
    """Somebody (ann) with an award that ben endorsed, and everything around it."""

    place: Place
    agreement: Agreement
    achievement: Achievement
    offer: Offer
    completion: Completion
    attempt: Attempt
    award: Award
    endorsement: Endorsement
    content: Endorsement
    shared: Posted
    brought: Posted
    question: Question
    introduction: Introduction
    invitation: Invitation
    submission: Submission
    door: Door
    session: Session
    issuer: Issuer
    endorser_key: SealedKey
    collection: BadgeCollection
    move: Move
    code: str
    foreign: Foreign
    mailed: MailAddress
    asked: AskedCode
    mail_code: str
    """The code that `asked` stands for."""
    link_code: str

    @property
    def command(self) -> In:
        return self.place.command

    @property
    def target(self) -> Target:
        return Target(TargetKind.AWARD, self.award.id)


EVIDENCE = (Evidence("unit-1", Bilingual("単元", "Unit"), date(2026, 11, 24), prior=True),)


DID = "did:web:schools.example:issuers:1"
"""The same in every school: a did that says too little of whose it is."""
FAR = Bilingual("遠くの学校", "Far School")
DOCUMENT = Document(
    Kept.CREDENTIAL,
    "urn:uuid:far",
    "did:key:far",
    FAR,
    Bilingual("名", "Name"),
    date(2026, 5, 1),
    MORNING,
    "signed far",
)
ELSEWHERE = BroughtCompletion(
    "did:key:far", FAR, "unit-9", Bilingual("単元", "Unit"), date(2026, 5, 1), 5, Route.OPENED, False, "気づき"
)


PUBLISHED = "https://lms.example/assertion.json"

COMING = Coming(
    mark="0" * 64,
    issuer="https://lms.example/issuer",
    host="lms.example",
    issuer_name="例示大学",
    name="見取り",
    badge_id="https://lms.example/badge",
    about="子どもを見る",
    tags=("見取り",),
    awarded_on=date(2026, 3, 1),
    expires_at=None,
    is_picture=False,
    file=b"{}",
    copy=None,
    published=PUBLISHED,
)


TAKEN_FROM = "https://lms.example/badge.json"


async def populate(store: RowStore, place: Place) -> Rows:
    """The human keys are the same for every school."""
    achievement = await add_achievement(store, f"badge-{place.school.key}")
    third = await over_all(store, lambda work: _third_school(work, place))
    rows: Rows = await in_school(store, place, lambda work: _fill(work, place, achievement, third))
    return rows


def _ref(place: Place, key: str) -> MessageRef:
    return MessageRef(place.workspace.platform, place.workspace.key, "C1", key)


async def _third_school(work: Work, place: Place) -> School:
    """A school to agree with, a board above, and a university to issue for."""
    name = Bilingual("大学", "University")
    await work.directory.add_institution("univ", name, url="", zone="Asia/Tokyo", lang="ja", rehearsal=True)
    board = await work.directory.add_board("board", Bilingual("教育委員会", "Board"))
    await work.directory.put_under(place.school.id, board.id)
    return await work.directory.add_school(
        f"third-{place.school.key}",
        Bilingual("第三校", "Third School"),
        zone="Asia/Tokyo",
        lang="ja",
        country="JP",
        period_times=(),
        rehearsal=True,
    )


async def university(work: Work) -> int:
    """The institution for which every school may issue."""
    found = await work.directory.institution_by_key("univ")
    assert found is not None
    return found.id


async def _issuer(work: Work) -> Issuer:
    issuer = await work.issuers.add(DID)
    await work.issuers.add_key(issuer.id, NewKey(KeyKind.ED25519, "school", "school", b"sealed"))
    return issuer


async def _fill(work: Work, place: Place, achievement: Achievement, third: School) -> Rows:
    ann, ben = place.ann, place.ben
    offer = await work.offers.add(
        ann.id,
        slot_key="slot-1",
        minutes=10,
        until=work.now + timedelta(minutes=10),
        requested=False,
        topic="分数",
        unit_key="unit-1",
    )
    completion = await work.learning.complete(ann.id, "unit-1", Route.OPENED, self_assessed=False)
    award = await work.awards.add(ann.id, achievement, EVIDENCE)
    assert offer is not None
    assert completion is not None
    assert award is not None
    await work.learning.reflect(completion.id, "気づき")
    await work.terms.redo(ann.id, "unit-1", self_assessed=False)
    await work.learning.save_progress(ann.id, "unit-1", Progress(work.now, 1, date(2026, 11, 24)))
    attempt = await work.learning.add_attempt(ann.id, "unit-1", Route.OPENED, (2, 0, 1))
    endorsement = await work.endorsements.add(ben.id, Target(TargetKind.AWARD, award.id), As.LEADER, by_button=False)
    content = await work.endorsements.add(
        ann.id, Target(TargetKind.ACHIEVEMENT, achievement.id), As.COLLEAGUE, by_button=True
    )
    await work.credentials.save_endorsement_text(endorsement.id, "signed by Ben")
    await work.credentials.save_endorsement_text(content.id, "signed by Ann")
    await work.credentials.add(award.id, Revision(award.id, 1, work.now, "signed", (endorsement.id,), token="a.b.c"))
    shared = await work.messages.add(place.workspace.id, _ref(place, "m1"), "share", award.id, None)
    brought = await work.messages.add(place.workspace.id, _ref(place, "m2"), "unit", offer.id, ann.id)
    await work.reactions.add(shared.id, place.people[1][1].id, "white_flower")
    await work.reactions.add(brought.id, place.people[0][1].id, "white_flower")
    question = await work.introductions.keep_question(ben.id, "分数を教えられるのは？")
    introduction = await work.introductions.add(ben.id, ann.id, award.id, question.text)
    invitation = await work.invitations.add(award.id, ben.id)
    assert invitation is not None
    (board,) = await work.directory.boards()
    submission = await work.submissions.add(ann.id, award.id, board.id)
    door = await work.sessions.add_door(ann.id, f"door-{place.school.key}", work.now + timedelta(minutes=10), Room.MAP)
    session = await work.sessions.add(ann.id, f"session-{place.school.key}", "Firefox, Windows")
    await work.people.save_rhythm(ann.id, await work.people.rhythm(ann.id), planned_at(work.now))
    await work.outbox.promise("offer", offer.id, lane="local:T", person_id=ann.id, once="offer:1")
    await work.contacts.save(Contact(place.people[0][1].id, ann.id, Reach.OPEN, "D1", None, work.now, "T1"))
    await work.inbox.first_time("local", "E1")
    await work.staff.prove(ann.id, "ann@example.school")
    await work.staff.expect([Expected("Eve", "eve@example.school", ("算数",), frozenset({Role.TEACHER}), "ja")])
    await work.audit.record("endorse", actor=ben, subject=award.public_id)
    agreement = await work.agreements.offer(place.school.id, third.id, Purpose.FIND)
    assert agreement is not None
    code = await work.moves.begin(ann.id, work.now + timedelta(days=1))
    move = await work.moves.by_code(code)
    assert move is not None
    await work.moves.keep(ann.id, DOCUMENT)
    await work.moves.keep_completions(ann.id, [ELSEWHERE])
    link_code = await work.links.begin(ann.id, place.people[0][1].id, work.now + timedelta(minutes=10))
    await work.links.miss(ann.id)
    issuer = await _issuer(work)
    await work.status.place_award(award.id, DID)
    await work.status.place_endorsement(endorsement.id, DID)
    foreign = await work.foreign.keep(ann.id, COMING)
    assert foreign is not None
    await work.foreign.note_address(ann.id, foreign.id, TAKEN_FROM)
    mailed = await work.proofs.keep(ann.id, "ann@old.example.school")
    typed = await work.proofs.ask(ann.id, "ann@older.example.school", work.now + timedelta(minutes=15))
    asked = await work.proofs.asked(ann.id)
    assert asked is not None
    await work.trust.put("lms.example", "例示大学")
    # One award is enough for a row.
    await work.enclosures.enclose(award.id, award.id)
    await work.mandates.give(await university(work), "")
    return Rows(
        place,
        agreement,
        achievement,
        offer,
        completion,
        attempt,
        award,
        endorsement,
        content,
        shared,
        brought,
        question,
        introduction,
        invitation,
        submission,
        door,
        session,
        issuer,
        await work.credentials.add_endorser_key(ben.id, "did:key:ben", b"sealed too"),
        await work.collections.add(ann.id, "見せるバッジ", date(2026, 12, 24), [award.id]),
        move,
        code,
        foreign,
        mailed,
        asked,
        typed,
        link_code,
    )
