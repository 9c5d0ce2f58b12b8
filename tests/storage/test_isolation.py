"""No repository lets one school see or change a row of another (design.md 4.17), whatever ids it is given."""

import asyncio
import inspect
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from storage_rows import COMING, DID, DOCUMENT, ELSEWHERE, EVIDENCE, PUBLISHED, TAKEN_FROM, Rows, populate, university
from storage_world import MORNING, RHYTHM, In, Place, Surroundings, found_school, in_school

from bot.domain.agreements import Purpose
from bot.domain.contacts import Contact, Reach
from bot.domain.foreign import Fault
from bot.domain.introductions import Reply
from bot.domain.issuers import Ended, Issuer, KeyKind, KeyState
from bot.domain.language import Bilingual
from bot.domain.learning import Progress, Route
from bot.domain.moving import Awards, Completions, Given
from bot.domain.people import Account, Role
from bot.domain.recognition import As
from bot.domain.sessions import Room
from bot.domain.staff import Expected
from bot.domain.stops import Stop, StopKind
from bot.services import ports
from bot.services.contact_ports import Contacts
from bot.services.enclosing_ports import Enclosures
from bot.services.foreign_ports import ForeignBadges, Trust
from bot.services.institution_ports import Institutions
from bot.services.invitation_ports import Invitations
from bot.services.link_ports import LinkCode, Links, Union
from bot.services.mail_ports import MailProofs
from bot.services.mandate_ports import Mandates
from bot.services.ports import Counts, Luggage, NewKey, Revision, Work
from bot.services.status_ports import StatusLists
from storage.scope import NoSchool
from storage.store import RowStore
from storage.tables import metadata

NOTHING: tuple[Any, ...] = (None, (), False, 0, {}, frozenset(), Counts(), Progress())
"""What a question about another school's rows is answered by."""

EVE = Expected("Eve", "eve@example.school", (), frozenset({Role.LEADER}), None)

Ask = Callable[[Work, Rows], Awaitable[Any]]

FOREIGN: dict[str, Ask] = {
    "people.lock": lambda w, r: w.people.lock(r.place.ann.id),
    "people.get": lambda w, r: w.people.get(r.place.ann.id),
    "people.exists": lambda w, r: w.people.exists(r.place.ann.id),
    "people.by_public_id": lambda w, r: w.people.by_public_id(r.place.ann.public_id),
    "people.by_account": lambda w, r: w.people.by_account(r.place.workspace.id, "U1"),
    "people.user_keys": lambda w, r: w.people.user_keys(r.place.workspace.id),
    "people.add": lambda w, r: w.people.add(
        "X", "ja", workspace_id=r.place.workspace.id, user_key="U9", rhythm=RHYTHM, roles=frozenset()
    ),
    "people.accounts": lambda w, r: w.people.accounts(r.place.ann.id),
    "people.save_account": lambda w, r: w.people.save_account(replace(r.place.people[0][1], gone_at=MORNING)),
    "people.save": lambda w, r: w.people.save(replace(r.place.ann, roles=frozenset({Role.OWNER}))),
    "people.rhythm": lambda w, r: w.people.rhythm(r.place.ann.id),
    "people.planned": lambda w, r: w.people.planned(r.place.ann.id),
    "people.save_rhythm": lambda w, r: w.people.save_rhythm(r.place.ann.id, RHYTHM, None),
    "people.forget": lambda w, r: w.people.forget(r.place.ann.id),
    "people.is_forgotten": lambda w, r: w.people.is_forgotten(r.place.workspace.id, "U1"),
    "contacts.of": lambda w, r: w.contacts.of(r.place.workspace.id, "U1"),
    "contacts.save": lambda w, r: w.contacts.save(Contact(r.place.people[0][1].id, r.place.ann.id, Reach.CLOSED)),
    "outbox.call": lambda w, r: w.outbox.call(r.place.ann.id),
    "outbox.waits_for": lambda w, r: w.outbox.waits_for(r.place.ann.id),
    "agreements.by_public_id": lambda w, r: w.agreements.by_public_id(r.agreement.public_id),
    "agreements.offer": lambda w, r: w.agreements.offer(r.place.school.id, r.agreement.receiver_id, Purpose.TRANSFER),
    "agreements.save": lambda w, r: w.agreements.save(replace(r.agreement, accepted_at=MORNING)),
    "agreements.note": lambda w, r: w.agreements.note("accept", r.agreement, actor=r.place.ann),
    "staff.proved": lambda w, r: w.staff.proved(r.place.ann.id),
    "staff.is_proved": lambda w, r: w.staff.is_proved("ben@example.school"),
    "staff.prove": lambda w, r: w.staff.prove(r.place.ann.id, "other@example.school"),
    "offers.add": lambda w, r: w.offers.add(
        r.place.ann.id, slot_key="slot-2", minutes=5, until=MORNING, requested=False
    ),
    "offers.get": lambda w, r: w.offers.get(r.offer.id),
    "offers.by_public_id": lambda w, r: w.offers.by_public_id(r.offer.public_id),
    "offers.save": lambda w, r: w.offers.save(replace(r.offer, minutes=1)),
    "offers.newest_proactive": lambda w, r: w.offers.newest_proactive(r.place.ann.id, 10**6),
    "offers.newest_for_unit": lambda w, r: w.offers.newest_for_unit(r.place.ann.id, "unit-1"),
    "learning.progress": lambda w, r: w.learning.progress(r.place.ann.id, "unit-1"),
    "learning.begun": lambda w, r: w.learning.begun(r.place.ann.id),
    "learning.save_progress": lambda w, r: w.learning.save_progress(r.place.ann.id, "unit-1", Progress(None, 9)),
    "learning.completions": lambda w, r: w.learning.completions(r.place.ann.id),
    "learning.completion": lambda w, r: w.learning.completion(r.place.ann.id, "unit-1"),
    "learning.completion_by_public_id": lambda w, r: w.learning.completion_by_public_id(r.completion.public_id),
    "learning.complete": lambda w, r: w.learning.complete(r.place.ann.id, "unit-2", Route.PRIOR, self_assessed=True),
    "learning.reflect": lambda w, r: w.learning.reflect(r.completion.id, "mine now"),
    "learning.add_attempt": lambda w, r: w.learning.add_attempt(r.place.ann.id, "unit-1", Route.OPENED, ()),
    "learning.attempt": lambda w, r: w.learning.attempt(r.attempt.public_id),
    "learning.answer": lambda w, r: w.learning.answer(r.attempt.id, True),
    "awards.add": lambda w, r: w.awards.add(r.place.ben.id, r.achievement, EVIDENCE),
    "awards.get": lambda w, r: w.awards.get(r.award.id),
    "awards.by_public_id": lambda w, r: w.awards.by_public_id(r.award.public_id),
    "awards.of_person": lambda w, r: w.awards.of_person(r.place.ann.id),
    "awards.reach": lambda w, r: w.awards.reach(r.award.id, MORNING, ()),
    "awards.save": lambda w, r: w.awards.save(replace(r.award, displayed_at=MORNING)),
    "awards.save_stop": lambda w, r: w.awards.save_stop(r.award.id, Stop(StopKind.REVOKED, "X", MORNING)),
    "collections.add": lambda w, r: w.collections.add(r.place.ann.id, "X", MORNING.date(), [r.award.id]),
    "collections.by_public_id": lambda w, r: w.collections.by_public_id(r.collection.public_id),
    "collections.of_person": lambda w, r: w.collections.of_person(r.place.ann.id),
    "collections.end": lambda w, r: w.collections.end(r.collection.id),
    "credentials.newest": lambda w, r: w.credentials.newest(r.award.id),
    "credentials.plain": lambda w, r: w.credentials.plain(r.award.id),
    "credentials.add": lambda w, r: w.credentials.add(r.award.id, Revision(r.award.id, 2, MORNING, "forged", ())),
    "credentials.save_token": lambda w, r: w.credentials.save_token(r.award.id, 1, "forged", "did:key:x"),
    "credentials.endorser_key": lambda w, r: w.credentials.endorser_key(r.place.ben.id),
    "credentials.add_endorser_key": lambda w, r: w.credentials.add_endorser_key(r.place.ann.id, "did:key:x", b"x"),
    "credentials.endorsement_text": lambda w, r: w.credentials.endorsement_text(r.endorsement.id),
    "credentials.of_institution": lambda w, r: w.credentials.of_institution(r.award.id, r.issuer.did, 3),
    "credentials.save_endorsement_text": lambda w, r: w.credentials.save_endorsement_text(r.endorsement.id, "forged"),
    "credentials.drop_endorsement_text": lambda w, r: w.credentials.drop_endorsement_text(r.endorsement.id),
    "endorsements.get": lambda w, r: w.endorsements.get(r.endorsement.id),
    "endorsements.by_public_id": lambda w, r: w.endorsements.by_public_id(r.endorsement.public_id),
    "endorsements.of": lambda w, r: w.endorsements.of(r.place.ben.id, r.target),
    "endorsements.add": lambda w, r: w.endorsements.add(r.place.people[2][0].id, r.target, As.LEADER, by_button=True),
    "endorsements.save": lambda w, r: w.endorsements.save(replace(r.endorsement, withdrawn_at=MORNING)),
    "endorsements.hide": lambda w, r: w.endorsements.hide(r.endorsement.id, True),
    "endorsements.shown": lambda w, r: w.endorsements.shown(r.target),
    "endorsements.ever": lambda w, r: w.endorsements.ever(r.target),
    "endorsements.standing": lambda w, r: w.endorsements.standing(r.target),
    "queries.shown_to": lambda w, r: w.queries.shown_to(r.place.ben.id),
    "endorsements.newest_signed": lambda w, r: w.endorsements.newest_signed(r.content.target, 3),
    "endorsements.given_by": lambda w, r: w.endorsements.given_by(r.place.ben.id),
    "endorsements.given_since": lambda w, r: w.endorsements.given_since(r.place.ben.id, MORNING - timedelta(days=1)),
    "endorsements.favour": lambda w, r: w.endorsements.favour(r.place.ben.id, r.place.ann.id, named=True),
    "status.of_award": lambda w, r: w.status.of_award(r.award.id),
    "status.of_endorsement": lambda w, r: w.status.of_endorsement(r.endorsement.id),
    "status.is_in_every_file": lambda w, r: w.status.is_in_every_file(r.award.id),
    "status.place_award": lambda w, r: w.status.place_award(r.award.id, DID),
    "status.place_endorsement": lambda w, r: w.status.place_endorsement(r.content.id, DID),
    "enclosures.of_award": lambda w, r: w.enclosures.of_award(r.award.id),
    "enclosures.around": lambda w, r: w.enclosures.around(r.award.id),
    "enclosures.enclose": lambda w, r: w.enclosures.enclose(r.award.id, r.award.id),
    "enclosures.take_out": lambda w, r: w.enclosures.take_out(r.award.id, r.award.id),
    "enclosures.set_inside": lambda w, r: w.enclosures.set_inside(r.award.id, (r.award.id,)),
    "enclosures.ended": lambda w, r: w.enclosures.ended(),
    "reactions.add": lambda w, r: w.reactions.add(r.shared.id, r.place.people[0][1].id, "white_check_mark"),
    "reactions.remove": lambda w, r: w.reactions.remove(r.shared.id, r.place.people[1][1].id, "white_flower"),
    "reactions.by_user": lambda w, r: w.reactions.by_user(r.shared.id),
    "reactions.live": lambda w, r: w.reactions.live(r.place.ben.id, [r.shared.id]),
    "messages.add": lambda w, r: w.messages.add(
        r.place.workspace.id, replace(r.shared.ref, key="m9"), "share", 1, None
    ),
    "messages.find": lambda w, r: w.messages.find(r.shared.ref),
    "messages.about": lambda w, r: w.messages.about("share", r.award.id),
    "messages.about_endorsement": lambda w, r: w.messages.about_endorsement("comment", r.endorsement.id),
    "messages.of_units": lambda w, r: w.messages.of_units(["unit-1"], r.place.ann.id),
    "messages.of_person": lambda w, r: w.messages.of_person(r.place.ann.id),
    "messages.heard": lambda w, r: w.messages.heard(r.shared.id),
    "messages.hear": lambda w, r: w.messages.hear(r.shared.id),
    "messages.drop": lambda w, r: w.messages.drop(r.shared.id),
    "introductions.keep_question": lambda w, r: w.introductions.keep_question(r.place.ann.id, "?"),
    "introductions.question": lambda w, r: w.introductions.question(r.question.public_id),
    "introductions.add": lambda w, r: w.introductions.add(r.place.ben.id, r.place.ann.id, r.award.id, "?"),
    "introductions.by_public_id": lambda w, r: w.introductions.by_public_id(r.introduction.public_id),
    "introductions.get": lambda w, r: w.introductions.get(r.introduction.id),
    "introductions.reply": lambda w, r: w.introductions.reply(r.introduction.id, Reply.YES),
    "introductions.waiting": lambda w, r: w.introductions.waiting(r.place.ben.id, r.place.ann.id),
    "introductions.asked_since": lambda w, r: w.introductions.asked_since(r.place.ann.id, MORNING),
    "introductions.of_person": lambda w, r: w.introductions.of_person(r.place.ann.id),
    "introductions.asked_by": lambda w, r: w.introductions.asked_by(r.place.ben.id),
    "invitations.add": lambda w, r: w.invitations.add(r.award.id, r.place.people[2][0].id),
    "invitations.get": lambda w, r: w.invitations.get(r.invitation.id),
    "invitations.by_public_id": lambda w, r: w.invitations.by_public_id(r.invitation.public_id),
    "invitations.of_award": lambda w, r: w.invitations.of_award(r.award.id),
    "invitations.asked_since": lambda w, r: w.invitations.asked_since(r.place.ben.id, MORNING),
    "invitations.end": lambda w, r: w.invitations.end(r.invitation.id),
    "submissions.add": lambda w, r: w.submissions.add(r.place.ann.id, r.award.id, r.submission.board_id),
    "submissions.of_award": lambda w, r: w.submissions.of_award(r.award.id),
    "submissions.of_person": lambda w, r: w.submissions.of_person(r.place.ann.id),
    "submissions.take_back": lambda w, r: w.submissions.take_back(r.submission.id),
    "sessions.add_door": lambda w, r: w.sessions.add_door(r.place.ann.id, "x", MORNING, Room.MAP),
    "sessions.use_door": lambda w, r: w.sessions.use_door(r.place.ann.id, "door-theirs", MORNING),
    "sessions.drop_doors": lambda w, r: w.sessions.drop_doors(r.place.ann.id, r.door.until),
    "sessions.add": lambda w, r: w.sessions.add(r.place.ann.id, "x", "Firefox"),
    "sessions.note_use": lambda w, r: w.sessions.note_use(r.place.ann.id, r.session.public_id),
    "sessions.of_person": lambda w, r: w.sessions.of_person(r.place.ann.id),
    "sessions.end": lambda w, r: w.sessions.end(r.place.ann.id, r.session.public_id),
    "sessions.end_all": lambda w, r: w.sessions.end_all(r.place.ann.id),
    "people.elsewhere": lambda w, r: w.people.elsewhere(r.place.workspace.id, "U1"),
    "people.same_user": lambda w, r: _not_only(w, r.place.people[0][1]),
    "people.add_account": lambda w, r: w.people.add_account(r.place.ann.id, r.place.workspace.id, "U9"),
    "links.begin": lambda w, r: w.links.begin(r.place.ann.id, r.place.people[0][1].id, MORNING),
    "links.end": lambda w, r: w.links.end(r.place.ann.id),
    "links.begun_since": lambda w, r: w.links.begun_since(r.place.ann.id, MORNING - timedelta(days=9)),
    "links.missed_since": lambda w, r: w.links.missed_since(r.place.ann.id, MORNING - timedelta(days=9)),
    "links.miss": lambda w, r: w.links.miss(r.place.ann.id),
    "links.by_code": lambda w, r: w.links.by_code(r.link_code),
    "links.bind": lambda w, r: w.links.bind(_link(r), r.place.ben.id),
    "links.bound": lambda w, r: w.links.bound("none", r.place.ben.id),
    "links.unite": lambda w, r: w.links.unite(_link(r), _union(r)),
    "links.anonymous": lambda w, r: w.links.anonymous((r.place.ann.id, r.place.ben.id)),
    "links.part": lambda w, r: w.links.part((r.place.people[0][1].id,), r.place.ann, RHYTHM),
    "links.follow": lambda w, r: w.links.follow(r.place.ann.id, "local:other"),
    "links.others": lambda w, r: w.links.others(r.place.ann.id),
    "links.have_endorsed": lambda w, r: w.links.have_endorsed(frozenset({r.place.ben.id}), r.endorsement.target),
    "moves.begin": lambda w, r: w.moves.begin(r.place.ann.id, MORNING),
    "moves.bind": lambda w, r: w.moves.bind("none", r.place.ann.id),
    "moves.bound": lambda w, r: w.moves.bound(r.move.public_id, r.place.ann.id),
    "moves.agreed": lambda w, r: w.moves.agreed(r.place.school.id),
    "moves.traces": lambda w, r: w.moves.traces(r.award.id),
    "moves.same": lambda w, r: w.moves.same(r.place.ann.id),
    "moves.former_accounts": lambda w, r: w.moves.former_accounts(r.place.ann.id),
    "moves.endorser": lambda w, r: w.moves.endorser(r.endorsement),
    "moves.endorsed": lambda w, r: w.moves.endorsed(r.endorsement),
    "moves.endorsed_holder": lambda w, r: w.moves.endorsed_holder(r.endorsement),
    "moves.hold_endorser": lambda w, r: w.moves.hold_endorser(r.endorsement),
    "moves.endorser_key": lambda w, r: w.moves.endorser_key(r.endorsement),
    "moves.add_endorser_key": lambda w, r: w.moves.add_endorser_key(r.content, "did:key:x", b"x"),
    "moves.issuer_keys": lambda w, r: w.moves.issuer_keys(r.award.id, None),
    "moves.hold_issuer_keys": lambda w, r: w.moves.hold_issuer_keys(r.award.id, None),
    "issuers.end": lambda w, r: w.issuers.end(r.issuer.id, Ended.ROTATED, None),
    "issuers.keys": lambda w, r: w.issuers.keys(r.issuer.id),
    "issuers.sealed": lambda w, r: w.issuers.sealed(r.issuer.id),
    "issuers.add_key": lambda w, r: w.issuers.add_key(r.issuer.id, NewKey(KeyKind.RSA, "x", "x", b"x")),
    "issuers.set_state": lambda w, r: w.issuers.set_state(r.issuer.id, KeyState.REVOKED, "mine now"),
    "moves.keep": lambda w, r: w.moves.keep(r.place.ann.id, replace(DOCUMENT, document_id="urn:uuid:other")),
    "moves.keep_completions": lambda w, r: w.moves.keep_completions(
        r.place.ann.id, [replace(ELSEWHERE, unit_key="unit-7")]
    ),
    "moves.documents": lambda w, r: w.moves.documents(r.place.ann.id),
    "moves.completions": lambda w, r: w.moves.completions(r.place.ann.id),
    "foreign.of_person": lambda w, r: w.foreign.of_person(r.place.ann.id),
    "foreign.by_public_id": lambda w, r: w.foreign.by_public_id(r.foreign.public_id),
    "foreign.keep": lambda w, r: w.foreign.keep(r.place.ann.id, replace(COMING, mark="1" * 64)),
    "foreign.note_good": lambda w, r: w.foreign.note_good(r.foreign.id, COMING),
    "foreign.note_tried": lambda w, r: w.foreign.note_tried(r.foreign.id),
    "foreign.note_fault": lambda w, r: w.foreign.note_fault(r.foreign.id, Fault.SUSPENDED, "x", MORNING),
    "foreign.note_address": lambda w, r: w.foreign.note_address(r.place.ann.id, r.foreign.id, "https://a.example/b"),
    "foreign.taken_from": lambda w, r: w.foreign.taken_from(r.place.ann.id, TAKEN_FROM),
    "foreign.save_findable": lambda w, r: w.foreign.save_findable(r.foreign.id, MORNING),
    "foreign.drop": lambda w, r: w.foreign.drop(r.foreign.id),
    "foreign.file": lambda w, r: w.foreign.file(r.foreign.id),
    "foreign.by_file": lambda w, r: w.foreign.by_file(r.place.ann.id, COMING.file),
    "foreign.published_at": lambda w, r: w.foreign.published_at(r.place.ann.id, [PUBLISHED]),
    "foreign.files": lambda w, r: w.foreign.files(r.place.ann.id),
    "proofs.of_person": lambda w, r: w.proofs.of_person(r.place.ann.id),
    "proofs.keep": lambda w, r: w.proofs.keep(r.place.ann.id, "mine@example.school"),
    "proofs.drop": lambda w, r: w.proofs.drop(r.place.ann.id, r.mailed.public_id),
    "proofs.ask": lambda w, r: w.proofs.ask(r.place.ann.id, "mine@example.school", MORNING),
    "proofs.asked": lambda w, r: w.proofs.asked(r.place.ann.id),
    "proofs.matches": lambda w, r: w.proofs.matches(r.asked, "00000000"),
    "proofs.note_wrong": lambda w, r: w.proofs.note_wrong(r.asked),
    "proofs.end": lambda w, r: w.proofs.end(r.place.ann.id),
    "proofs.take_back": lambda w, r: w.proofs.take_back(r.place.ann.id, r.asked.address, r.mail_code),
    "proofs.asked_by": lambda w, r: w.proofs.asked_by(r.place.ann.id, MORNING - timedelta(days=9)),
    "queries.wallet": lambda w, r: w.queries.wallet(r.place.ann.id),
    "queries.held": lambda w, r: w.queries.held(r.award.id),
    "queries.showing": lambda w, r: w.queries.showing(r.award.id),
    "queries.everything": lambda w, r: w.queries.everything(r.place.ann.id),
    "queries.content_counts": lambda w, r: w.queries.content_counts(r.achievement.key),
    "outbox.promise": lambda w, r: w.outbox.promise("offer", 1, lane="local:T", person_id=r.place.ann.id),
    "audit.record": lambda w, r: w.audit.record("endorse", actor=r.place.ben, subject="x"),
}
"""Every method that is given ids, asked about the rows of another school."""


async def _not_only(work: Work, account: Account) -> frozenset[int]:
    """Whoever else is the same user."""
    return await work.people.same_user(account) - {account.id}


def _link(rows: Rows) -> LinkCode:
    return LinkCode(1, "none", rows.place.ann.id, None, MORNING)


def _union(rows: Rows) -> Union:
    none = Completions((), (), ())
    return Union(rows.place.ann, rows.place.ben, RHYTHM, none, (), Awards((), ()), (), Given((), ()))


OWN: dict[str, tuple[Ask, Callable[[Rows, Any], bool]]] = {
    "people.all": (lambda w, r: w.people.all(), lambda r, got: len(got) == 3 and r.place.ann in got),
    "people.gone": (lambda w, r: w.people.gone(), lambda r, got: got == frozenset()),
    "people.with_user_key": (lambda w, r: w.people.with_user_key("U1"), lambda r, got: got == (r.place.ann,)),
    "people.lock_owners": (lambda w, r: w.people.lock_owners(), lambda r, got: got == ()),
    "agreements.standing": (lambda w, r: w.agreements.standing(), lambda r, got: got == (r.agreement,)),
    "staff.people": (lambda w, r: w.staff.people(), lambda r, got: got == {"ann@example.school": r.place.ann.id}),
    "staff.listed": (lambda w, r: w.staff.listed(), lambda r, got: got == {}),
    "staff.note_listed": (lambda w, r: w.staff.note_listed(["ann@example.school"]), lambda r, got: got is None),
    "staff.expected": (lambda w, r: w.staff.expected(), lambda r, got: [row.name for row in got] == ["Eve"]),
    "staff.count_expected": (lambda w, r: w.staff.count_expected(), lambda r, got: got == 1),
    "staff.expect": (lambda w, r: w.staff.expect([EVE]), lambda r, got: got is None),
    "staff.take": (lambda w, r: w.staff.take("eve@example.school"), lambda r, got: got.name == "Eve"),
    "staff.forgotten": (lambda w, r: w.staff.forgotten(["ann@example.school"]), lambda r, got: got == frozenset()),
    "queries.findable_beyond": (lambda w, r: w.queries.findable_beyond(), lambda r, got: got == ()),
    "awards.without_credential": (lambda w, r: w.awards.without_credential(), lambda r, got: got == ()),
    "issuers.current": (lambda w, r: w.issuers.current(), lambda r, got: got == r.issuer),
    "issuers.all": (lambda w, r: w.issuers.all(), lambda r, got: got == (r.issuer,)),
    "issuers.add": (lambda w, r: _a_second(w, r.issuer), lambda r, got: got.id > r.issuer.id),
    "messages.watched": (
        lambda w, r: w.messages.watched(),
        lambda r, got: got == (r.brought,),
    ),
    "introductions.last_asked": (
        lambda w, r: w.introductions.last_asked(),
        lambda r, got: set(got) == {r.place.ann.id},
    ),
    "links.now": (lambda w, r: w.links.now(r.place.ann.id), lambda r, got: got == r.place.ann.id),
    "moves.bringer": (
        lambda w, r: w.moves.bringer(DOCUMENT.issuer, "urn:uuid:far"),
        lambda r, got: got == r.place.ann.id,
    ),
    "moves.keys": (
        lambda w, r: w.moves.keys(r.place.ann.id),
        lambda r, got: {did: school for did, (_, school) in got.items()} == {r.issuer.did: r.place.school.id},
    ),
    "status.awards_without": (lambda w, r: w.status.awards_without(9), lambda r, got: got == ()),
    "status.endorsements_without": (
        lambda w, r: w.status.endorsements_without(9),
        lambda r, got: got == (r.content.id,),
    ),
    "trust.all": (lambda w, r: w.trust.all(), lambda r, got: [one.issuer for one in got] == ["lms.example"]),
    "trust.ever": (lambda w, r: w.trust.ever(), lambda r, got: [one.issuer for one in got] == ["lms.example"]),
    "trust.put": (lambda w, r: w.trust.put("lms.example", "大学"), lambda r, got: got is None),
    "trust.drop": (lambda w, r: w.trust.drop("lms.example"), lambda r, got: got is True),
    "proofs.asked_for": (
        lambda w, r: w.proofs.asked_for("ann@older.example.school", MORNING - timedelta(days=9)),
        lambda r, got: got == 1,
    ),
    "mandates.standing": (
        lambda w, r: w.mandates.standing(),
        lambda r, got: (
            [(one.school_id, one.institution, one.course) for one in got] == [(r.place.school.id, "univ", "")]
        ),
    ),
    "mandates.given": (lambda w, r: w.mandates.given(), lambda r, got: got == ()),
    "mandates.give": (lambda w, r: _give(w, "ict"), lambda r, got: got is True),
    "mandates.end": (lambda w, r: _end(w, ""), lambda r, got: got is True),
    "institutions.rename": (
        lambda w, r: _is_none(w.institutions.rename(Bilingual("名", "name"))),
        lambda r, got: got is None,
    ),
    "institutions.issued_since": (lambda w, r: _is_none(w.institutions.issued_since()), lambda r, got: got is None),
    "institutions.is_endorsed": (lambda w, r: w.institutions.is_endorsed(), lambda r, got: got is True),
    "institutions.remove": (lambda w, r: _is_none(w.institutions.remove()), lambda r, got: got is None),
    "foreign.marked": (lambda w, r: w.foreign.marked(COMING.mark), lambda r, got: got == r.foreign),
    "foreign.waiting": (
        lambda w, r: w.foreign.waiting(MORNING + timedelta(days=99)),
        lambda r, got: [one.public_id for one in got] == [r.foreign.public_id],
    ),
    "foreign.number": (lambda w, r: w.foreign.number(), lambda r, got: got == 1),
    "foreign.findable": (lambda w, r: w.foreign.findable(), lambda r, got: got == ()),
    "queries.findable": (lambda w, r: w.queries.findable(), lambda r, got: got == ()),
    "inbox.seen": (lambda w, r: w.inbox.seen("local", "E1"), lambda r, got: got is True),
    "inbox.first_time": (lambda w, r: w.inbox.first_time("local", "E2"), lambda r, got: got is True),
}
"""Every method that is given none: it answers from the school's own rows."""

CROSSING: dict[str, Ask] = {
    "moves.by_code": lambda w, r: w.moves.by_code(r.code),
    "moves.leaving": lambda w, r: _is_a_mistake(w.moves.leaving, r.move),
    "moves.carry": lambda w, r: w.moves.carry(replace(r.move, to_person_id=1), NO_LUGGAGE),
    "moves.hold": lambda w, r: w.moves.hold(r.award.id),
    "moves.holder": lambda w, r: w.moves.holder(r.award.public_id),
    "moves.issues": lambda w, r: w.moves.issues("did:key:none"),
    "moves.signs": lambda w, r: w.moves.signs("did:key:none"),
    "credentials.holding": lambda w, r: w.credentials.holding(r.content.id),
    "status.seen": lambda w, r: w.status.seen(r.award.public_id),
    "status.said": lambda w, r: w.status.said(r.award.public_id),
    "enclosures.schools_ended": lambda w, r: w.enclosures.schools_ended(),
    "enclosures.coming": lambda w, r: w.enclosures.coming(),
    "issuers.count_badges": lambda w, r: w.issuers.count_badges(f"{r.issuer.did}#school"),
    "issuers.outdate": lambda w, r: w.issuers.outdate(f"{r.issuer.did}#school"),
}
"""What is made to look over schools: by the code that its person gave, to say no more than whose an award is, or to
find what a key signed wherever its holder is now."""


async def _give(work: Work, course: str) -> bool:
    return await work.mandates.give(await university(work), course)


async def _end(work: Work, course: str) -> bool:
    return await work.mandates.end(await university(work), course)


async def _is_none(asked: Awaitable[Any]) -> None:
    """A school is no institution: nobody renames or removes it."""
    with pytest.raises(LookupError):
        await asked


async def _a_second(work: Work, issuer: Issuer) -> Issuer:
    await work.issuers.end(issuer.id, Ended.ROTATED, "signed")
    return await work.issuers.add("did:key:new")


async def _is_a_mistake(ask: Callable[[Any], Any], about: Any) -> None:
    with pytest.raises(LookupError):
        ask(about)


NO_LUGGAGE = Luggage(Completions((), (), ()), (), (), (), Given((), ()))

SCOPED = {
    "people": ports.People,
    "contacts": Contacts,
    "agreements": ports.Agreements,
    "staff": ports.Staff,
    "offers": ports.Offers,
    "learning": ports.Learning,
    "awards": ports.Awards,
    "collections": ports.Collections,
    "issuers": ports.Issuers,
    "credentials": ports.Credentials,
    "endorsements": ports.Endorsements,
    "status": StatusLists,
    "enclosures": Enclosures,
    "reactions": ports.Reactions,
    "messages": ports.Messages,
    "introductions": ports.Introductions,
    "invitations": Invitations,
    "submissions": ports.Submissions,
    "sessions": ports.Sessions,
    "moves": ports.Moves,
    "links": Links,
    "foreign": ForeignBadges,
    "trust": Trust,
    "proofs": MailProofs,
    "mandates": Mandates,
    "institutions": Institutions,
    "queries": ports.Queries,
    "outbox": ports.Outbox,
    "inbox": ports.Inbox,
    "audit": ports.Audit,
}


def test_every_method_of_a_scoped_repository_is_looked_at() -> None:
    every = {
        f"{name}.{method}"
        for name, protocol in SCOPED.items()
        for method, _ in inspect.getmembers(protocol, inspect.isfunction)
        if not method.startswith("_")
    }
    assert every == set(FOREIGN) | set(OWN) | set(CROSSING)


@dataclass
class Alike:
    """Two schools in which everything has the same human keys."""

    file: Path
    ours: Rows
    theirs: Rows


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Alike:
    file = tmp_path_factory.mktemp("isolation") / "filled.db"
    shutil.copy(sqlite_template, file)

    async def fill() -> tuple[Rows, Rows]:
        store = await Surroundings().open(f"sqlite:///{file}")
        ours, theirs = await found_school(store, "ours"), await found_school(store, "theirs")
        rows = await populate(store, ours), await populate(store, theirs)
        await store.close()
        return rows

    return Alike(file, *asyncio.run(fill()))


@pytest.fixture
def alike(filled: Alike, tmp_path: Path) -> Alike:
    file = tmp_path / "sukima.db"
    shutil.copy(filled.file, file)
    return replace(filled, file=file)


@pytest.fixture
def url(alike: Alike) -> str:
    return f"sqlite:///{alike.file}"


def _rows_of(alike: Alike, school: Place) -> dict[str, list[Any]]:
    """Every row of a school, in every table."""
    tables = [name for name, table in metadata.tables.items() if "school_id" in table.c]
    with closing(sqlite3.connect(alike.file)) as conn:
        return {
            name: conn.execute(f'SELECT * FROM "{name}" WHERE school_id = ?', (school.school.id,)).fetchall()
            for name in tables
        }


@pytest.mark.parametrize("method", sorted(FOREIGN))
async def test_another_schools_rows_are_neither_seen_nor_changed(method: str, store: RowStore, alike: Alike) -> None:
    ours, theirs = alike.ours, alike.theirs
    before = _rows_of(alike, theirs.place)
    ask = FOREIGN[method]
    try:
        answer = await in_school(store, ours.place, lambda work: ask(work, theirs))
    except (LookupError, IntegrityError):
        answer = None
    assert answer in NOTHING
    assert _rows_of(alike, theirs.place) == before


@pytest.mark.parametrize("method", sorted(OWN))
async def test_what_is_listed_is_of_ones_own_school(method: str, store: RowStore, alike: Alike) -> None:
    ours, theirs = alike.ours, alike.theirs
    before = _rows_of(alike, theirs.place)
    ask, fits = OWN[method]
    assert fits(ours, await in_school(store, ours.place, lambda work: ask(work, ours)))
    assert _rows_of(alike, theirs.place) == before


@pytest.mark.parametrize("method", sorted(CROSSING))
async def test_what_looks_over_schools_changes_nothing_there(method: str, store: RowStore, alike: Alike) -> None:
    ours, theirs = alike.ours, alike.theirs
    before = _rows_of(alike, theirs.place)
    with suppress(LookupError):
        await in_school(store, ours.place, lambda work: CROSSING[method](work, theirs))
    assert _rows_of(alike, theirs.place) == before


async def test_rows_fill_every_table(store: RowStore, alike: Alike) -> None:
    rows = _rows_of(alike, alike.ours.place)
    empty = {name for name, found in rows.items() if not found}
    assert empty == {"tombstone", "erasure", "once_linked"}


@pytest.mark.parametrize("method", sorted({**FOREIGN, **OWN}))
async def test_without_a_school_a_scoped_repository_is_a_mistake(method: str, store: RowStore, alike: Alike) -> None:
    ask = FOREIGN[method] if method in FOREIGN else OWN[method][0]

    async def use_case(work: Work, command: In) -> Any:
        return await ask(work, alike.ours)

    with pytest.raises(NoSchool):
        await store.run(use_case, In())


async def test_the_clock_belongs_to_no_school(store: RowStore, alike: Alike) -> None:
    with pytest.raises(NoSchool):
        await in_school(store, alike.ours.place, lambda work: work.clock.due(1))
    with pytest.raises(NoSchool):
        await in_school(store, alike.ours.place, lambda work: work.clock.claim([]))


async def test_an_endorsement_from_another_school_counts_nowhere(store: RowStore, alike: Alike) -> None:
    ours, theirs = alike.ours, alike.theirs
    await in_school(
        store,
        ours.place,
        lambda work: work.endorsements.add(ours.place.ben.id, theirs.target, As.LEADER, by_button=True),
    )
    held = await in_school(store, theirs.place, lambda work: work.queries.held(theirs.award.id))
    assert held.counts == Counts(0, 1)
    standing = await in_school(store, theirs.place, lambda work: work.endorsements.standing(theirs.target))
    assert standing == (theirs.endorsement,)
