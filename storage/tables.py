"""Every table. Migrations build them; tests compare the two.

Every table but shared catalogue content, achievements and the deployment's own (`meta`, and where an app is installed)
carries `school_id` (design.md 4.17). Keys that lead to a person, workspace, award, account or message carry the school
too, so that the database itself refuses a row that would join two schools. The unique keys are those of design.md 4.1.
"""

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from bot.domain.addresses import LONGEST_ADDRESS
from bot.domain.agreements import Purpose
from bot.domain.awards import Level
from bot.domain.contacts import Reach
from bot.domain.introductions import Reply
from bot.domain.issuers import Ended, KeyKind, KeyState
from bot.domain.language import LANGS
from bot.domain.learning import Route, Why
from bot.domain.moving import Kept
from bot.domain.offers import Answer, OfferState
from bot.domain.recognition import As, TargetKind
from bot.domain.sessions import Room
from bot.domain.trust import LONGEST_ISSUER
from storage.columns import Id, Json, Moment, Words, one_of

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

KEY = String(200)
UUID = String(36)
WORD = String(20)


def _id() -> Column[Any]:
    return Column("id", Id, primary_key=True)


def _school() -> Column[Any]:
    return Column("school_id", Id, ForeignKey("school.id"), nullable=False)


def _yes_no(name: str) -> Column[Any]:
    return Column(name, Boolean, nullable=False, server_default=false())


def _same_school(column: str, table: str, *, cascade: bool = False) -> ForeignKeyConstraint:
    """The row that `column` leads to belongs to the same school."""
    return ForeignKeyConstraint(
        [column, "school_id"], [f"{table}.id", f"{table}.school_id"], ondelete="CASCADE" if cascade else None
    )


def _of_school(column: str, school: str, table: str) -> ForeignKeyConstraint:
    """The row that `column` leads to belongs to the school that `school` names: the few keys that cross schools."""
    return ForeignKeyConstraint([column, school], [f"{table}.id", f"{table}.school_id"])


# ---------------------------------------------------------------- the deployment

meta = Table("meta", metadata, Column("key", KEY, primary_key=True), Column("value", Text, nullable=False))

school = Table(
    "school",
    metadata,
    _id(),
    Column("public_id", UUID, nullable=False, unique=True),
    Column("key", KEY, nullable=False, unique=True),
    Column("name_ja", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("zone", KEY, nullable=False),
    Column("lang", WORD, nullable=False),
    Column("country", WORD, nullable=False),
    Column("period_times", Json, nullable=False),
    _yes_no("rehearsal"),
    # Its own place on the web; empty: none is known.
    Column("url", Text, nullable=False, server_default=""),
    # A university or a board that schools issue for: it has keys, and neither people nor workspaces.
    _yes_no("issues_only"),
    # Of such a one: when the first badge was awarded in its name, and when it was removed. A row without a name stays.
    Column("issued_at", Moment),
    Column("removed_at", Moment),
    one_of("lang", LANGS),
    sqlite_autoincrement=True,
)

workspace = Table(
    "workspace",
    metadata,
    _id(),
    _school(),
    Column("platform", WORD, nullable=False),
    Column("key", KEY, nullable=False),
    Column("staff_channel", KEY, nullable=False),
    Column("lang", WORD, nullable=False),
    Column("emoji", Json, nullable=False),
    # Roles of its own on the platform that are followed.
    Column("teacher_role", KEY),
    Column("leader_role", KEY),
    UniqueConstraint("platform", "key"),
    UniqueConstraint("id", "school_id"),
    one_of("lang", LANGS),
    sqlite_autoincrement=True,
)

# ---------------------------------------------------------------- people

person = Table(
    "person",
    metadata,
    _id(),
    _school(),
    Column("public_id", UUID, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("lang", WORD, nullable=False),
    Column("roles", Words, nullable=False),
    Column("consents", Words, nullable=False),
    Column("welcomed_at", Moment),
    Column("findable_asked_at", Moment),
    Column("forgotten_at", Moment),
    Column("subjects", Json, nullable=False, server_default="[]"),
    # They moved to another school: what stays is a row without a name. `moved_to_id` is who they are there.
    Column("left_at", Moment),
    Column("moved_to_id", Id),
    UniqueConstraint("id", "school_id"),
    Index(None, "school_id"),
    Index(None, "moved_to_id"),
    one_of("lang", LANGS),
    sqlite_autoincrement=True,
)

person_key = Table(
    "person_key",
    metadata,
    Column("person_id", Id, primary_key=True, autoincrement=False),
    _school(),
    Column("sealed", LargeBinary, nullable=False),
    _same_school("person_id", "person"),
)

account = Table(
    "account",
    metadata,
    _id(),
    _school(),
    Column("person_id", Id, nullable=False),
    Column("workspace_id", Id, nullable=False),
    Column("user_key", KEY, nullable=False),
    # The trace of the person whom this account belonged to before being forgotten.
    Column("trace", UUID),
    # What the platform last said of it, so that a change is seen; and since when it is closed there.
    Column("locale", WORD),
    Column("zone", KEY),
    Column("gone_at", Moment),
    # Of one account among several: the name that its platform last told, and why its person is written to elsewhere.
    Column("name", Text),
    Column("rests", WORD),
    # Its workspace gave its person the role of a leader, and may take it away.
    _yes_no("leads"),
    # The same for all accounts that were one person's at any time: one human being has them.
    Column("human", UUID),
    UniqueConstraint("workspace_id", "user_key"),
    UniqueConstraint("id", "school_id"),
    Index(None, "person_id"),
    Index(None, "human"),
    _same_school("person_id", "person"),
    _same_school("workspace_id", "workspace"),
    sqlite_autoincrement=True,
)

# How somebody may be spoken to, where a platform does not let everybody be written to.
contact = Table(
    "contact",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    _school(),
    Column("reach", WORD, nullable=False),
    Column("channel", KEY),
    Column("closed_at", Moment),
    Column("came_at", Moment),
    Column("thread", KEY),
    Column("called_at", Moment),
    one_of("reach", Reach),
    _same_school("account_id", "account"),
)

rhythm = Table(
    "rhythm",
    metadata,
    Column("person_id", Id, primary_key=True, autoincrement=False),
    _school(),
    Column("zone", KEY, nullable=False),
    Column("windows", Text, nullable=False),
    Column("daily_budget", Integer, nullable=False),
    Column("pace", Integer, nullable=False),
    Column("unanswered", Integer, nullable=False),
    _yes_no("pace_told"),
    Column("last_offer_on", Date),
    Column("offers_that_day", Integer, nullable=False),
    Column("paused_until", Date),
    _yes_no("stopped"),
    Column("next_offer_at", Moment),
    Column("slot_start", Moment),
    Column("slot_end", Moment),
    Index(None, "next_offer_at"),
    _same_school("person_id", "person"),
)

# A keyed hash of an account that was forgotten, and the trace that its anonymous endorsements share.
tombstone = Table(
    "tombstone",
    metadata,
    Column("mark", String(64), primary_key=True),
    _school(),
    Column("trace", UUID, nullable=False),
    Index(None, "trace"),
)

erasure = Table(
    "erasure",
    metadata,
    Column("mark", String(64), primary_key=True),
    _school(),
    Column("erased_at", Moment, nullable=False),
)

# ---------------------------------------------------------------- accounts that become one person's

# A code shown to one account, to be typed by another: a keyed hash of it, gone once it was used. The row stays for as
# long as it is counted. `to_person_id` is who typed it first.
link_code = Table(
    "link_code",
    metadata,
    _id(),
    Column("public_id", UUID, nullable=False, unique=True),
    _school(),
    Column("person_id", Id, nullable=False),
    Column("account_id", Id),
    Column("mark", String(64), unique=True),
    Column("made_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("to_person_id", Id),
    Index(None, "person_id"),
    Index(None, "to_person_id"),
    _same_school("person_id", "person"),
    _same_school("to_person_id", "person"),
    _same_school("account_id", "account"),
    sqlite_autoincrement=True,
)

# A code that was typed and is none, counted for an hour.
link_miss = Table(
    "link_miss",
    metadata,
    _id(),
    _school(),
    Column("person_id", Id, nullable=False),
    Column("typed_at", Moment, nullable=False),
    Index(None, "person_id", "typed_at"),
    _same_school("person_id", "person"),
    sqlite_autoincrement=True,
)

# Which accounts were one person's at any time: a keyed hash of each, and the word that they share. It outlives
# unlinking and forgetting, and names nobody.
once_linked = Table(
    "once_linked",
    metadata,
    Column("mark", String(64), primary_key=True),
    _school(),
    Column("human", UUID, nullable=False),
    Index(None, "human"),
)

# ---------------------------------------------------------------- shared content

catalogue = Table(
    "catalogue",
    metadata,
    _id(),
    Column("key", KEY, nullable=False, unique=True),
    Column("digest", String(64), nullable=False),
    Column("document", Text, nullable=False),
)

page = Table(
    "page",
    metadata,
    Column("unit_key", KEY, primary_key=True),
    Column("lang", WORD, primary_key=True),
    Column("text", Text, nullable=False),
    one_of("lang", LANGS),
)

achievement = Table(
    "achievement",
    metadata,
    _id(),
    Column("public_id", UUID, nullable=False, unique=True),
    Column("key", KEY, nullable=False),
    Column("version", Integer, nullable=False),
    Column("level", WORD, nullable=False),
    Column("definition", Json, nullable=False),
    UniqueConstraint("key", "version"),
    one_of("level", Level),
    sqlite_autoincrement=True,
)

# ---------------------------------------------------------------- learning

offer = Table(
    "offer",
    metadata,
    _id(),
    Column("public_id", UUID, nullable=False, unique=True),
    _school(),
    Column("person_id", Id, nullable=False),
    Column("slot_key", KEY, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("state", WORD, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    _yes_no("requested"),
    Column("topic", Text, nullable=False),
    Column("unit_key", KEY),
    Column("why", WORD),
    Column("answer", WORD),
    _yes_no("slower"),
    Column("passed_over", Json, nullable=False),
    UniqueConstraint("person_id", "slot_key"),
    one_of("state", OfferState),
    one_of("why", Why),
    one_of("answer", Answer),
    _same_school("person_id", "person"),
    sqlite_autoincrement=True,
)

progress = Table(
    "progress",
    metadata,
    Column("person_id", Id, primary_key=True, autoincrement=False),
    Column("unit_key", KEY, primary_key=True),
    _school(),
    Column("opened_at", Moment),
    Column("wrong_tries", Integer, nullable=False),
    Column("tested_out_on", Date),
    _same_school("person_id", "person"),
)

completion = Table(
    "completion",
    metadata,
    _id(),
    Column("public_id", UUID, nullable=False, unique=True),
    _school(),
    Column("person_id", Id, nullable=False),
    Column("unit_key", KEY, nullable=False),
    Column("completed_at", Moment, nullable=False),
    Column("route", WORD, nullable=False),
    _yes_no("self_assessed"),
    Column("reflection", Text),
    UniqueConstraint("person_id", "unit_key"),
    one_of("route", Route),
    _same_school("person_id", "person"),
    sqlite_autoincrement=True,
)

# Checks of units passed again, to renew a badge.
redone = Table(
    "redone",
    metadata,
    _id(),
    _school(),
    Column("person_id", Id, nullable=False),
    Column("unit_key", KEY, nullable=False),
    Column("done_at", Moment, nullable=False),
    _yes_no("self_assessed"),
    Index(None, "person_id"),
    _same_school("person_id", "person"),
    sqlite_autoincrement=True,
)

attempt = Table(
    "attempt",
    metadata,
    _id(),
    Column("public_id", UUID, nullable=False, unique=True),
    _school(),
    Column("person_id", Id, nullable=False),
    Column("unit_key", KEY, nullable=False),
    Column("route", WORD, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("choice_order", Json, nullable=False),
    Column("answered_at", Moment),
    Column("was_right", Boolean),
    Index(None, "person_id"),
    one_of("route", Route),
    _same_school("person_id", "person"),
    sqlite_autoincrement=True,
)

# ---------------------------------------------------------------- badges

award = Table(
    "award",
    metadata,
    _id(),
    Column("public_id", UUID, nullable=False, unique=True),
    _school(),
    Column("person_id", Id, nullable=False),
    Column("achievement_id", Id, ForeignKey("achievement.id"), nullable=False),
    Column("achievement_key", KEY, nullable=False),
    Column("awarded_at", Moment, nullable=False),
    Column("evidence", Json, nullable=False),
    Column("displayed_at", Moment),
    Column("findable_at", Moment),
    Column("published_at", Moment),
    # Who signs it, where that is not the school that the row belongs to: the school that its holder has moved from, or
    # the institution in whose name it was awarded.
    Column("issuer_school_id", Id, ForeignKey("school.id")),
    # The school that awarded it in an institution's name; empty: it was awarded by who signs it.
    Column("source_school_id", Id, ForeignKey("school.id")),
    # Revoked or suspended by its issuer: why, and since when. All three or none.
    Column("stopped_as", KEY),
    Column("stop_reason", Text),
    Column("stopped_at", Moment),
    # Where its status stands on the web; empty without a public address.
    Column("status_id", Id, ForeignKey("status_entry.id")),
    # The local midnight that ends it; empty: it is valid for good.
    Column("valid_until", Moment),
    # When its holder is next reminded of that, and since when they renew it.
    Column("remind_at", Moment),
    Column("renewing_at", Moment),
    # Times that are over in which it did not hold; and when a pathway was reached, where that is told apart.
    Column("lapses", Json, nullable=False, server_default="[]"),
    Column("reached_at", Moment),
    UniqueConstraint("person_id", "achievement_key"),
    UniqueConstraint("id", "school_id"),
    _same_school("person_id", "person"),
    sqlite_autoincrement=True,
)
Index(
    "ix_award_findable",
    award.c.school_id,
    sqlite_where=award.c.findable_at.is_not(None),
    postgresql_where=award.c.findable_at.is_not(None),
)
Index(
    "ix_award_published",
    award.c.school_id,
    sqlite_where=award.c.published_at.is_not(None),
    postgresql_where=award.c.published_at.is_not(None),
)

Index(
    "ix_award_remind",
    award.c.remind_at,
    sqlite_where=award.c.remind_at.is_not(None),
    postgresql_where=award.c.remind_at.is_not(None),
)

# Badges that somebody chose to show together, to those with the link, until a day.
collection = Table(
    "collection",
    metadata,
    _id(),
    Column("public_id", UUID, nullable=False, unique=True),
    _school(),
    Column("person_id", Id, nullable=False),
    Column("title", Text, nullable=False),
    Column("until", Date, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("ended_at", Moment),
    UniqueConstraint("id", "school_id"),
    Index(None, "person_id"),
    _same_school("person_id", "person"),
    sqlite_autoincrement=True,
)

collected = Table(
    "collected",
    metadata,
    Column("collection_id", Id, primary_key=True, autoincrement=False),
    Column("award_id", Id, primary_key=True, autoincrement=False),
    _school(),
    Column("place", Integer, nullable=False),
    Index(None, "award_id"),
    _same_school("collection_id", "collection", cascade=True),
    _same_school("award_id", "award", cascade=True),
)

revision = Table(
    "revision",
    metadata,
    Column("award_id", Id, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _school(),
    Column("valid_from", Moment, nullable=False),
    Column("text", Text, nullable=False),
    # The verification method of the proof: what is to be signed anew when a key is revoked.
    Column("signed_with", Text, nullable=False, server_default=""),
    # The same as a compact JWT, and with which key; editions of before have none until the next start.
    Column("token", Text),
    Column("token_with", Text, nullable=False, server_default=""),
    Column("embedded", Json, nullable=False),
    # The endorsements inside that are not of the award but of its content.
    Column("beside", Json, nullable=False, server_default="[]"),
    # The editions inside, as [award, number], and those inside these.
    Column("enclosed", Json, nullable=False, server_default="[]"),
    # It names somebody who was forgotten: it goes as soon as a newer one is there.
    _yes_no("outdated"),
    _same_school("award_id", "award"),
)

# Which badges a person wants inside a badge that rests on them, and whether its newest edition holds them.
enclosure = Table(
    "enclosure",
    metadata,
    Column("award_id", Id, primary_key=True, autoincrement=False),
    Column("part_id", Id, primary_key=True, autoincrement=False),
    _school(),
    Column("enclosed_at", Moment, nullable=False),
    _yes_no("inside"),
    Index(None, "part_id"),
    _same_school("award_id", "award", cascade=True),
    _same_school("part_id", "award", cascade=True),
)

# Who signs for a school: one did at a time, and those that were followed by another.
issuer = Table(
    "issuer",
    metadata,
    _id(),
    _school(),
    Column("did", KEY, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("ended", WORD),
    Column("succession", Text),
    UniqueConstraint("school_id", "did"),
    UniqueConstraint("id", "school_id"),
    one_of("ended", Ended),
    sqlite_autoincrement=True,
)
_ISSUES_NOW = issuer.c.ended_at.is_(None)
Index(
    "uq_issuer_of_school",
    issuer.c.school_id,
    unique=True,
    sqlite_where=_ISSUES_NOW,
    postgresql_where=_ISSUES_NOW,
)

# The keys of an issuer, by the name that its verification method has in the did document.
issuer_key = Table(
    "issuer_key",
    metadata,
    _id(),
    _school(),
    Column("issuer_id", Id, nullable=False),
    Column("kind", WORD, nullable=False),
    Column("name", KEY, nullable=False),
    # As it is published: a multikey, or a JSON Web Key.
    Column("public", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("state", WORD, nullable=False),
    Column("state_since", Moment, nullable=False),
    # In the owner's own words.
    Column("reason", Text),
    UniqueConstraint("issuer_id", "name"),
    _same_school("issuer_id", "issuer"),
    one_of("kind", KeyKind),
    one_of("state", KeyState),
    sqlite_autoincrement=True,
)
_SIGNS_NOW = issuer_key.c.state == KeyState.CURRENT.value
Index(
    "uq_issuer_key_current",
    issuer_key.c.issuer_id,
    issuer_key.c.kind,
    unique=True,
    sqlite_where=_SIGNS_NOW,
    postgresql_where=_SIGNS_NOW,
)

# The status lists of an issuer: one of them gets new positions.
status_list = Table(
    "status_list",
    metadata,
    _id(),
    Column("public_id", UUID, nullable=False, unique=True),
    _school(),
    Column("issuer_id", Id, nullable=False),
    # As it stands in every document that names it.
    Column("url", Text, nullable=False),
    Column("taken", Integer, nullable=False),
    Column("closed_at", Moment),
    # Grows with every change of what the list says.
    Column("version", Integer, nullable=False),
    UniqueConstraint("id", "school_id"),
    _same_school("issuer_id", "issuer"),
    sqlite_autoincrement=True,
)
_IS_OPEN = status_list.c.closed_at.is_(None)
Index("uq_status_list_open", status_list.c.issuer_id, unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN)

# A position that was given out. It outlives what it was given to, and does not say whose it is.
status_entry = Table(
    "status_entry",
    metadata,
    _id(),
    _school(),
    Column("list_id", Id, nullable=False),
    Column("position", Integer, nullable=False),
    _yes_no("revoked"),
    _yes_no("suspended"),
    UniqueConstraint("list_id", "position"),
    _same_school("list_id", "status_list"),
    sqlite_autoincrement=True,
)
_IS_SET = status_entry.c.revoked.is_(True) | status_entry.c.suspended.is_(True)
Index("ix_status_entry_set", status_entry.c.list_id, sqlite_where=_IS_SET, postgresql_where=_IS_SET)

# The lasting keys of endorsers who agreed to be named.
signing_key = Table(
    "signing_key",
    metadata,
    _id(),
    _school(),
    Column("person_id", Id, nullable=False),
    Column("did", KEY, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("school_id", "did"),
    UniqueConstraint("person_id"),
    _same_school("person_id", "person"),
    sqlite_autoincrement=True,
)

endorsement = Table(
    "endorsement",
    metadata,
    _id(),
    Column("public_id", UUID, nullable=False, unique=True),
    _school(),
    Column("endorser_id", Id),
    # Whose colleague or leader the endorser spoke as: another school's once holder or endorser has moved.
    Column("endorser_school_id", Id, ForeignKey("school.id"), nullable=False),
    Column("target_kind", WORD, nullable=False),
    Column("target_id", Id, nullable=False),
    Column("role", WORD, nullable=False),
    Column("given_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
    _yes_no("held_by_button"),
    _yes_no("undone"),
    # The trace of an endorser who was forgotten: should they come back, they are not counted twice.
    Column("by_tombstone", UUID),
    Column("document", Text),
    Column("comment", Text),
    # Since when the holder of the award does not show it.
    Column("hidden_at", Moment),
    # What was endorsed, as it was then: version of the achievement, words in both languages, SHA-256 of the edition.
    Column("seen_version", Integer),
    Column("seen_words", Json),
    Column("seen_digest", String(64)),
    # As of an award: where it says whether it was withdrawn.
    Column("status_id", Id, ForeignKey("status_entry.id")),
    # When it stood before it was withdrawn and given again.
    Column("former", Json, nullable=False, server_default="[]"),
    UniqueConstraint("endorser_id", "target_kind", "target_id"),
    UniqueConstraint("school_id", "by_tombstone", "target_kind", "target_id"),
    Index(None, "target_id", "target_kind"),
    one_of("target_kind", TargetKind),
    one_of("role", As),
    _of_school("endorser_id", "endorser_school_id", "person"),
    Index(None, "endorser_school_id", "endorser_id"),
    sqlite_autoincrement=True,
)

# A colleague whom the holder of an award asked to endorse it. What they answered is kept nowhere.
invitation = Table(
    "invitation",
    metadata,
    _id(),
    Column("public_id", UUID, nullable=False, unique=True),
    _school(),
    Column("award_id", Id, nullable=False),
    Column("asked_id", Id, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("ended_at", Moment),
    UniqueConstraint("award_id", "asked_id"),
    Index(None, "asked_id", "asked_at"),
    _same_school("award_id", "award"),
    _same_school("asked_id", "person"),
    sqlite_autoincrement=True,
)

# ---------------------------------------------------------------- what is on the platforms

message = Table(
    "message",
    metadata,
    _id(),
    _school(),
    Column("workspace_id", Id, nullable=False),
    Column("channel", KEY, nullable=False),
    Column("key", KEY, nullable=False),
    Column("about", WORD, nullable=False),
    Column("subject", Id, nullable=False),
    Column("person_id", Id),
    # How often something about its reactions was heard: who reads them meanwhile reads them again.
    Column("heard", Integer, nullable=False, server_default="0"),
    UniqueConstraint("workspace_id", "channel", "key"),
    UniqueConstraint("id", "school_id"),
    Index(None, "subject", "about"),
    Index(None, "person_id"),
    _same_school("workspace_id", "workspace"),
    _same_school("person_id", "person"),
    sqlite_autoincrement=True,
)

reaction = Table(
    "reaction",
    metadata,
    Column("posted_id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("emoji", KEY, primary_key=True),
    _school(),
    Index(None, "account_id"),
    _same_school("posted_id", "message", cascade=True),
    _same_school("account_id", "account", cascade=True),
)

question = Table(
    "question",
    metadata,
    _id(),
    Column("public_id", UUID, nullable=False, unique=True),
    _school(),
    Column("asker_id", Id, nullable=False),
    Column("text", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Index(None, "asker_id"),
    Index(None, "asked_at"),
    _same_school("asker_id", "person"),
    sqlite_autoincrement=True,
)

introduction = Table(
    "introduction",
    metadata,
    _id(),
    Column("public_id", UUID, nullable=False, unique=True),
    _school(),
    Column("asker_id", Id, nullable=False),
    Column("helper_id", Id, nullable=False),
    Column("question", Text, nullable=False),
    Column("award_id", Id),
    Column("elsewhere", Text),
    Column("asked_at", Moment, nullable=False),
    Column("reply", WORD),
    Column("replied_at", Moment),
    Index(None, "helper_id", "asked_at"),
    Index(None, "asker_id"),
    one_of("reply", Reply),
    CheckConstraint("(award_id IS NULL) <> (elsewhere IS NULL)", name="one_badge"),
    _same_school("asker_id", "person"),
    _same_school("helper_id", "person"),
    _same_school("award_id", "award"),
    sqlite_autoincrement=True,
)

# ---------------------------------------------------------------- one's own pages in a browser

# A one-time link; `mark` is a hash of its secret.
door = Table(
    "door",
    metadata,
    _id(),
    _school(),
    Column("person_id", Id, nullable=False),
    Column("mark", String(64), nullable=False, unique=True),
    Column("room", WORD, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("used_at", Moment),
    Index(None, "person_id"),
    one_of("room", Room),
    _same_school("person_id", "person"),
    sqlite_autoincrement=True,
)

session = Table(
    "session",
    metadata,
    _id(),
    Column("public_id", UUID, nullable=False, unique=True),
    _school(),
    Column("person_id", Id, nullable=False),
    Column("mark", String(64), nullable=False, unique=True),
    Column("browser", Text, nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Index(None, "person_id"),
    _same_school("person_id", "person"),
    sqlite_autoincrement=True,
)

# A badge that its holder gave to the board of their school; of those that stand there is one for each board.
# It moves with its holder and stays with the board, which knows the holder as one of the school at that time.
submission = Table(
    "submission",
    metadata,
    _id(),
    Column("public_id", UUID, nullable=False, unique=True),
    _school(),
    Column("person_id", Id, nullable=False),
    Column("award_id", Id, nullable=False),
    Column("board_id", Id, ForeignKey("board.id"), nullable=False),
    Column("from_school_id", Id, ForeignKey("school.id"), nullable=False),
    Column("submitted_at", Moment, nullable=False),
    Column("taken_back_at", Moment),
    Column("seen_at", Moment),
    Index(None, "person_id"),
    Index(None, "board_id"),
    _same_school("person_id", "person"),
    _same_school("award_id", "award"),
    sqlite_autoincrement=True,
)
_STANDS = submission.c.taken_back_at.is_(None)
Index(
    "uq_submission_standing",
    submission.c.award_id,
    submission.c.board_id,
    unique=True,
    sqlite_where=_STANDS,
    postgresql_where=_STANDS,
)

# ---------------------------------------------------------------- promises, events, audit

inbox = Table(
    "inbox",
    metadata,
    Column("school_id", Id, ForeignKey("school.id"), primary_key=True, autoincrement=False),
    Column("platform", WORD, primary_key=True),
    Column("event_id", KEY, primary_key=True),
    Column("seen_at", Moment, nullable=False),
    Index(None, "seen_at"),
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    _school(),
    Column("lane", KEY, nullable=False),
    Column("kind", KEY, nullable=False),
    Column("subject", Id, nullable=False),
    Column("person_id", Id),
    Column("detail", Json, nullable=False),
    Column("token", UUID, nullable=False, unique=True),
    Column("once", KEY),
    Column("state", WORD, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    _yes_no("in_doubt"),
    Column("claimed_at", Moment),
    Column("tried_at", Moment),
    # It waits for its person since then; they came while it was being kept.
    Column("waits_since", Moment),
    _yes_no("called"),
    Column("error", Text),
    Index(None, "person_id"),
    one_of("state", ("new", "claimed", "failed")),
    _same_school("person_id", "person"),
    sqlite_autoincrement=True,
)
_WAITING = outbox.c.state == "new"
Index(
    "uq_outbox_once", outbox.c.school_id, outbox.c.once, unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING
)
Index("ix_outbox_waiting", outbox.c.lane, outbox.c.due_at, sqlite_where=_WAITING, postgresql_where=_WAITING)
Index(
    "ix_outbox_claimed",
    outbox.c.claimed_at,
    sqlite_where=outbox.c.state == "claimed",
    postgresql_where=outbox.c.state == "claimed",
)

audit = Table(
    "audit",
    metadata,
    Column("school_id", Id, ForeignKey("school.id"), primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("act", KEY, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("subject", KEY, nullable=False),
    Column("detail", Json, nullable=False),
    Column("hash", String(64), nullable=False),
)

# The end of each school's chain, so that cutting off its last entries is noticed too.
audit_head = Table(
    "audit_head",
    metadata,
    Column("school_id", Id, ForeignKey("school.id"), primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)

# ---------------------------------------------------------------- boards, agreements, staff lists

# Above the schools: a board belongs to none.
board = Table(
    "board",
    metadata,
    _id(),
    Column("public_id", UUID, nullable=False, unique=True),
    Column("key", KEY, nullable=False, unique=True),
    Column("name_ja", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    sqlite_autoincrement=True,
)

# Under which board a school is: one at most, as the key says.
membership = Table(
    "membership",
    metadata,
    Column("school_id", Id, ForeignKey("school.id"), primary_key=True, autoincrement=False),
    Column("board_id", Id, ForeignKey("board.id"), nullable=False),
    Index(None, "board_id"),
)

# The row is the giving school's; the receiving one sees it too. It is what lets anything cross.
agreement = Table(
    "agreement",
    metadata,
    _id(),
    Column("public_id", UUID, nullable=False, unique=True),
    _school(),
    Column("receiver_id", Id, ForeignKey("school.id"), nullable=False),
    Column("purpose", WORD, nullable=False),
    Column("offered_by", Id, ForeignKey("school.id"), nullable=False),
    Column("offered_at", Moment, nullable=False),
    Column("accepted_at", Moment),
    Column("ended_at", Moment),
    Index(None, "receiver_id"),
    one_of("purpose", Purpose),
    CheckConstraint("receiver_id <> school_id", name="two_schools"),
    CheckConstraint("offered_by IN (school_id, receiver_id)", name="by_one_of_both"),
    sqlite_autoincrement=True,
)
_STANDING = agreement.c.ended_at.is_(None)
Index(
    "uq_agreement_standing",
    agreement.c.school_id,
    agreement.c.receiver_id,
    agreement.c.purpose,
    unique=True,
    sqlite_where=_STANDING,
    postgresql_where=_STANDING,
)

# Addresses that a platform proved to be the person's. Never shown to anybody else.
address = Table(
    "address",
    metadata,
    Column("person_id", Id, primary_key=True, autoincrement=False),
    Column("address", String(LONGEST_ADDRESS), primary_key=True),
    _school(),
    Column("proved_at", Moment, nullable=False),
    # When the staff list last named this address; empty for somebody who came by themselves.
    Column("listed_at", Moment),
    UniqueConstraint("school_id", "address"),
    _same_school("person_id", "person"),
)

# Addresses that a person proved by a code sent by mail. Never shown to anybody else; they give no role.
mail_address = Table(
    "mail_address",
    metadata,
    _id(),
    Column("public_id", UUID, nullable=False, unique=True),
    _school(),
    Column("person_id", Id, nullable=False),
    Column("address", String(LONGEST_ADDRESS), nullable=False),
    Column("proved_at", Moment, nullable=False),
    UniqueConstraint("person_id", "address"),
    _same_school("person_id", "person"),
    sqlite_autoincrement=True,
)

# A code that was asked for: a keyed hash of it.
mail_code = Table(
    "mail_code",
    metadata,
    _id(),
    _school(),
    Column("person_id", Id, nullable=False),
    Column("address", String(LONGEST_ADDRESS), nullable=False),
    Column("mark", String(64), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("wrong", Integer, nullable=False, server_default="0"),
    Column("ended_at", Moment),
    Index(None, "person_id"),
    _same_school("person_id", "person"),
    sqlite_autoincrement=True,
)

# That a code was sent, counted for a day, so that nobody is sent too many: keyed hashes of the code, of the address and
# of whoever asked for it, once as the person and once for each of their accounts. It outlives forgetting and moving.
mail_sent = Table(
    "mail_sent",
    metadata,
    _id(),
    _school(),
    Column("code", String(64), nullable=False),
    Column("address", String(64), nullable=False),
    Column("asker", String(64), nullable=False),
    Column("asked_at", Moment, nullable=False),
    UniqueConstraint("school_id", "code", "asker"),
    Index(None, "school_id", "address"),
    Index(None, "school_id", "asker"),
    sqlite_autoincrement=True,
)

# Who is on the staff list and has not signed in yet: address and name sealed, found by a keyed mark of the address.
expected = Table(
    "expected",
    metadata,
    Column("school_id", Id, ForeignKey("school.id"), primary_key=True, autoincrement=False),
    Column("mark", String(64), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    # Empty where the list says nothing of them.
    Column("subjects", Json),
    Column("roles", Words),
    Column("lang", WORD),
    Column("listed_at", Moment, nullable=False),
    one_of("lang", LANGS),
)

# ---------------------------------------------------------------- moving

# A person on their way to another school. The row is the old school's; with `moved_at` it is all that says they left.
move = Table(
    "move",
    metadata,
    _id(),
    Column("public_id", UUID, nullable=False, unique=True),
    _school(),
    Column("person_id", Id),
    # A keyed hash of the code; gone once it was used.
    Column("mark", String(64), unique=True),
    Column("made_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("to_person_id", Id),
    Column("to_school_id", Id, ForeignKey("school.id")),
    Column("moved_at", Moment),
    Index(None, "person_id"),
    Index(None, "to_person_id"),
    _same_school("person_id", "person"),
    _of_school("to_person_id", "to_school_id", "person"),
    sqlite_autoincrement=True,
)

# A signed document that was earned elsewhere, byte for byte. It counts for nothing here.
brought = Table(
    "brought",
    metadata,
    _id(),
    Column("public_id", UUID, nullable=False, unique=True),
    _school(),
    Column("person_id", Id, nullable=False),
    Column("kind", WORD, nullable=False),
    Column("document_id", KEY, nullable=False),
    Column("issuer", KEY, nullable=False),
    Column("issuer_ja", Text, nullable=False),
    Column("issuer_en", Text, nullable=False),
    Column("name_ja", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("on_day", Date, nullable=False),
    Column("valid_from", Moment, nullable=False),
    Column("brought_at", Moment, nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("person_id", "document_id"),
    one_of("kind", Kept),
    _same_school("person_id", "person"),
    sqlite_autoincrement=True,
)

# What a person did elsewhere, as a school's signed statement says.
brought_completion = Table(
    "brought_completion",
    metadata,
    _id(),
    _school(),
    Column("person_id", Id, nullable=False),
    Column("issuer", KEY, nullable=False),
    Column("issuer_ja", Text, nullable=False),
    Column("issuer_en", Text, nullable=False),
    Column("unit_key", KEY, nullable=False),
    Column("title_ja", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("on_day", Date, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("route", WORD, nullable=False),
    _yes_no("self_assessed"),
    Column("reflection", Text),
    UniqueConstraint("person_id", "issuer", "unit_key"),
    one_of("route", Route),
    _same_school("person_id", "person"),
    sqlite_autoincrement=True,
)

# ---------------------------------------------------------------- taken in from elsewhere

# A badge that somebody else issued and its person took in: what its issuer said of it on the day of `checked_at`.
foreign_badge = Table(
    "foreign_badge",
    metadata,
    _id(),
    Column("public_id", UUID, nullable=False, unique=True),
    _school(),
    Column("person_id", Id, nullable=False),
    # Of issuer, achievement and assertion: it is kept once in a school.
    Column("mark", String(64), nullable=False),
    Column("issuer", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("issuer_name", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("badge_id", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("tags", Json, nullable=False),
    Column("awarded_on", Date, nullable=False),
    # The moment from which on it is not valid any more.
    Column("expires_at", Moment),
    Column("taken_at", Moment, nullable=False),
    Column("checked_at", Moment, nullable=False),
    Column("tried_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("revoked_why", Text, nullable=False, server_default=""),
    Column("fault", KEY),
    # Since when it is at any fault.
    Column("faulty_at", Moment),
    Column("findable_at", Moment),
    _yes_no("is_picture"),
    Column("file", LargeBinary, nullable=False),
    # What the address of a hosted badge answered on that day.
    Column("copy", LargeBinary),
    # The address that this names as its own, to find it without reading it.
    Column("published", Text),
    # A keyed hash of the address by which it was taken in, which may hold a secret; empty: it came as a file.
    Column("address_mark", String(64)),
    UniqueConstraint("school_id", "mark"),
    Index(None, "person_id"),
    Index(None, "school_id", "tried_at"),
    _same_school("person_id", "person"),
    sqlite_autoincrement=True,
)

# An issuer that the school trusts, by its did, address or host.
trusted_issuer = Table(
    "trusted_issuer",
    metadata,
    Column("school_id", Id, ForeignKey("school.id"), primary_key=True, autoincrement=False),
    Column("issuer", String(LONGEST_ISSUER), primary_key=True),
    Column("name", Text, nullable=False),
    Column("since", Moment, nullable=False),
    # What was taken in before this moment keeps its days until then; empty: it is trusted.
    Column("until", Moment),
)

# An institution lets a school issue in its name: the badges of a course, or (with an empty course) of every catalogue
# that the institution made.
mandate = Table(
    "mandate",
    metadata,
    _id(),
    Column("public_id", UUID, nullable=False, unique=True),
    _school(),
    Column("institution_id", Id, ForeignKey("school.id"), nullable=False),
    Column("course", KEY, nullable=False),
    Column("since", Moment, nullable=False),
    Column("ended_at", Moment),
    sqlite_autoincrement=True,
)
_STANDS = mandate.c.ended_at.is_(None)
Index(
    "uq_mandate_standing",
    mandate.c.school_id,
    mandate.c.institution_id,
    mandate.c.course,
    unique=True,
    sqlite_where=_STANDS,
    postgresql_where=_STANDS,
)
_OF_COURSE = _STANDS & (mandate.c.course != "")
Index(
    "uq_mandate_course",
    mandate.c.school_id,
    mandate.c.course,
    unique=True,
    sqlite_where=_OF_COURSE,
    postgresql_where=_OF_COURSE,
)

# ---------------------------------------------------------------- where a platform's app is installed

# Of the deployment: a workspace belongs to a school only once it is bound to it. Without an enterprise, or for a whole
# one, the column is empty: what is NULL would be unlike itself in the unique key. The tokens are sealed.
install = Table(
    "install",
    metadata,
    _id(),
    Column("platform", WORD, nullable=False),
    Column("enterprise_id", KEY, nullable=False),
    Column("team_id", KEY, nullable=False),
    _yes_no("is_enterprise_install"),
    Column("bot_user", KEY, nullable=False),
    Column("scopes", Words, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("expires_at", Moment),
    Column("exchange_began_at", Moment),
    UniqueConstraint("platform", "enterprise_id", "team_id", "is_enterprise_install"),
    sqlite_autoincrement=True,
)

# Questions that were answered already: each is answered once.
install_state = Table(
    "install_state",
    metadata,
    Column("mark", String(64), primary_key=True),
    Column("used_at", Moment, nullable=False),
)
