"""Every row about one person, for what they take out (design.md 4.16).

Which rows these are follows from the tables themselves: whatever leads to the person by a foreign key, to one of their
accounts or to one of their awards. A new table or column is therefore in, unless it is hidden here with a reason.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, ColumnElement, LargeBinary, Row, Select, Table, and_, or_, select

from storage import tables as t
from storage.columns import Id
from storage.personkeys import actor_hash
from storage.repositories.messages import ABOUT_AN_AWARD
from storage.repositories.people import to_person
from storage.scope import Scope

Plain = dict[str, list[dict[str, object]]]

HIDDEN = frozenset(
    {
        # Keys and marks by which the house knows something again.
        t.account.c.trace,
        t.account.c.human,
        t.endorsement.c.by_tombstone,
        t.signing_key.c.did,
        t.door.c.mark,
        t.session.c.mark,
        t.move.c.mark,
        t.mail_code.c.mark,
        t.link_code.c.mark,
        t.foreign_badge.c.mark,
        t.foreign_badge.c.address_mark,
        t.brought.c.issuer,
        t.brought_completion.c.issuer,
        t.outbox.c.token,
        t.outbox.c.once,
        t.audit.c.actor,
        t.audit.c.hash,
        t.audit.c.seq,
        # The holder's alone, whom the wallet's file tells it: an endorser is not told.
        t.endorsement.c.hidden_at,
        # Internal ids, and times of day, within a text.
        t.revision.c.embedded,
        t.revision.c.beside,
        t.revision.c.enclosed,
        t.offer.c.slot_key,
        t.message.c.key,
        t.contact.c.channel,
        t.contact.c.thread,
        t.outbox.c.detail,
        t.outbox.c.error,
        # Signed documents, which name their signers: they are handed over as files of their own.
        t.revision.c.text,
        t.revision.c.signed_with,
        t.revision.c.token,
        t.revision.c.token_with,
        t.endorsement.c.document,
        t.brought.c.text,
    }
)


async def everything(scope: Scope, person_id: int) -> Plain:
    """Every row about the person by table, as plain JSON values; moments are dates of the school's zone.

    `"asker": "you"` stands for a column that leads to the person. Internal ids, keys, sealed bytes and other people's
    ids are left out. Empty for nobody, and at a school
    that the person has moved away from.
    """
    found = await scope.one(
        select(t.person, t.school.c.zone)
        .join(t.school, t.school.c.id == t.person.c.school_id)
        .where(t.person.c.id == person_id, t.person.c.school_id == scope.school_id)
        .where(t.person.c.forgotten_at.is_(None), t.person.c.left_at.is_(None))
    )
    if found is None:
        return {}
    former = await scope.all(select(t.person).where(one_with(person_id, scope.school_id)))
    actors = [await actor_hash(scope, to_person(row)) for row in (found, *former)]
    public_ids = [row.public_id for row in (found, *former)]
    rows: Plain = {}
    for table, where in _about(person_id, public_ids, actors, scope.school_id):
        kept = await scope.all(_select(table, where))
        if kept:
            rows[table.name] = [_plain(row, table, person_id, ZoneInfo(found.zone)) for row in kept]
    return rows


def one_with(person_id: int, school_id: int) -> ColumnElement[bool]:
    """The rows of who became one with a person of the same school, by linking accounts."""
    return (t.person.c.moved_to_id == person_id) & (t.person.c.school_id == school_id) & t.person.c.left_at.is_not(None)


def _about(
    person_id: int, names: Sequence[str], actors: Sequence[str], school_id: int
) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Every table that can hold a row about the person, and which rows those are: of their school, and those of
    another one that lead to them by a key that crosses (an endorsement of somebody who moved)."""
    awards = select(t.award.c.id).where(t.award.c.person_id == person_id)
    accounts = select(t.account.c.id).where(t.account.c.person_id == person_id)
    public_ids = select(t.award.c.public_id).where(t.award.c.person_id == person_id)
    # What no foreign key says.
    said: dict[Table, ColumnElement[bool]] = {
        t.person: t.person.c.id == person_id,
        t.endorsement: (t.endorsement.c.target_kind == "award") & t.endorsement.c.target_id.in_(awards),
        t.message: t.message.c.about.in_(ABOUT_AN_AWARD) & t.message.c.subject.in_(awards),
        t.audit: or_(t.audit.c.actor.in_(actors), t.audit.c.subject.in_(names), t.audit.c.subject.in_(public_ids)),
    }
    for table in t.metadata.sorted_tables:
        leads = [column == person_id for column in leading_to(table, t.person)]
        leads += [column.in_(awards) for column in leading_to(table, t.award)]
        leads += [column.in_(accounts) for column in leading_to(table, t.account)]
        leads += [said[table]] if table in said else []
        if leads and shown(table):
            here = and_(table.c.school_id == school_id, or_(*leads))
            yield table, or_(here, *(column == person_id for column in _crossing(table)))


def _crossing(table: Table) -> Iterator[Column[Any]]:
    """The columns that lead to a person by a key with another school's column than the row's own."""
    for constraint in table.foreign_key_constraints:
        if constraint.referred_table is t.person and "school_id" not in constraint.columns:
            yield from (element.parent for element in constraint.elements if element.column is t.person.c.id)


def leading_to(table: Table, other: Table) -> list[Column[Any]]:
    """The columns of a table that hold the id of a row of another one."""
    return [
        element.parent
        for constraint in table.foreign_key_constraints
        for element in constraint.elements
        if element.column is other.c.id
    ]


def shown(table: Table) -> list[Column[Any]]:
    """The columns that tell a person something: no internal ids, no bytes, nothing hidden."""
    return [
        column
        for column in table.c
        if column.type is not Id and not isinstance(column.type, LargeBinary) and column not in HIDDEN
    ]


def _select(table: Table, where: ColumnElement[bool]) -> Select[Any]:
    columns = [*shown(table), *leading_to(table, t.person)]
    return select(*columns).where(where).order_by(*table.primary_key)


def _plain(row: Row[Any], table: Table, person_id: int, zone: ZoneInfo) -> dict[str, object]:
    values = row._asdict()
    roles = [column.name for column in leading_to(table, t.person) if column.name != "person_id"]
    you = {name.removesuffix("_id"): "you" for name in roles if values[name] == person_id}
    return {**you, **{column.name: _json(column, values[column.name], zone) for column in shown(table)}}


def _json(column: Column[Any], value: Any, zone: ZoneInfo) -> object:
    if isinstance(value, datetime):
        return value.astimezone(zone).date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    return json.loads(value) if column is t.rhythm.c.windows else value
