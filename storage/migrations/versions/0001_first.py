"""The first schema."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0001"
down_revision = None

APPLICATION_ID = 0x53554B4D


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    op.create_table(
        "achievement",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("definition", columns.Json(), nullable=False),
        sa.CheckConstraint("level IN ('knowledge', 'competence')", name=op.f("ck_achievement_level")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_achievement")),
        sa.UniqueConstraint("key", "version", name=op.f("uq_achievement_key_version")),
        sa.UniqueConstraint("public_id", name=op.f("uq_achievement_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "catalogue",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue")),
        sa.UniqueConstraint("key", name=op.f("uq_catalogue_key")),
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "page",
        sa.Column("unit_key", sa.String(length=200), nullable=False),
        sa.Column("lang", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("lang IN ('ja', 'en')", name=op.f("ck_page_lang")),
        sa.PrimaryKeyConstraint("unit_key", "lang", name=op.f("pk_page")),
    )
    op.create_table(
        "school",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("name_ja", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("zone", sa.String(length=200), nullable=False),
        sa.Column("lang", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=20), nullable=False),
        sa.Column("period_times", columns.Json(), nullable=False),
        sa.Column("rehearsal", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("lang IN ('ja', 'en')", name=op.f("ck_school_lang")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school")),
        sa.UniqueConstraint("key", name=op.f("uq_school_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_school_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit",
        sa.Column("school_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("act", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("detail", columns.Json(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_audit_school_id_school")),
        sa.PrimaryKeyConstraint("school_id", "seq", name=op.f("pk_audit")),
    )
    op.create_table(
        "audit_head",
        sa.Column("school_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_audit_head_school_id_school")),
        sa.PrimaryKeyConstraint("school_id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "erasure",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("erased_at", columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_erasure_school_id_school")),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_erasure")),
    )
    op.create_table(
        "inbox",
        sa.Column("school_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.Column("seen_at", columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_inbox_school_id_school")),
        sa.PrimaryKeyConstraint("school_id", "platform", "event_id", name=op.f("pk_inbox")),
    )
    op.create_index(op.f("ix_inbox_seen_at"), "inbox", ["seen_at"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=20), nullable=False),
        sa.Column("roles", columns.Words(), nullable=False),
        sa.Column("consents", columns.Words(), nullable=False),
        sa.Column("welcomed_at", columns.Moment(), nullable=True),
        sa.Column("findable_asked_at", columns.Moment(), nullable=True),
        sa.Column("forgotten_at", columns.Moment(), nullable=True),
        sa.CheckConstraint("lang IN ('ja', 'en')", name=op.f("ck_person_lang")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_person_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("id", "school_id", name=op.f("uq_person_id_school_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_person_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_person_school_id"), "person", ["school_id"], unique=False)
    op.create_table(
        "tombstone",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("trace", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_tombstone_school_id_school")),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_tombstone")),
    )
    op.create_index(op.f("ix_tombstone_trace"), "tombstone", ["trace"], unique=False)
    op.create_table(
        "workspace",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("staff_channel", sa.String(length=200), nullable=False),
        sa.Column("lang", sa.String(length=20), nullable=False),
        sa.Column("emoji", columns.Json(), nullable=False),
        sa.CheckConstraint("lang IN ('ja', 'en')", name=op.f("ck_workspace_lang")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_workspace_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
        sa.UniqueConstraint("id", "school_id", name=op.f("uq_workspace_id_school_id")),
        sa.UniqueConstraint("platform", "key", name=op.f("uq_workspace_platform_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "account",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("person_id", columns.Id, nullable=False),
        sa.Column("workspace_id", columns.Id, nullable=False),
        sa.Column("user_key", sa.String(length=200), nullable=False),
        sa.Column("trace", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_account_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_account_school_id_school")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "school_id"],
            ["workspace.id", "workspace.school_id"],
            name=op.f("fk_account_workspace_id_school_id_workspace"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("id", "school_id", name=op.f("uq_account_id_school_id")),
        sa.UniqueConstraint("workspace_id", "user_key", name=op.f("uq_account_workspace_id_user_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_account_person_id"), "account", ["person_id"], unique=False)
    op.create_table(
        "attempt",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("person_id", columns.Id, nullable=False),
        sa.Column("unit_key", sa.String(length=200), nullable=False),
        sa.Column("route", sa.String(length=20), nullable=False),
        sa.Column("asked_at", columns.Moment(), nullable=False),
        sa.Column("choice_order", columns.Json(), nullable=False),
        sa.Column("answered_at", columns.Moment(), nullable=True),
        sa.Column("was_right", sa.Boolean(), nullable=True),
        sa.CheckConstraint("route IN ('opened', 'prior')", name=op.f("ck_attempt_route")),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_attempt_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_attempt_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("public_id", name=op.f("uq_attempt_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_attempt_person_id"), "attempt", ["person_id"], unique=False)
    op.create_table(
        "award",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("person_id", columns.Id, nullable=False),
        sa.Column("achievement_id", columns.Id, nullable=False),
        sa.Column("achievement_key", sa.String(length=200), nullable=False),
        sa.Column("awarded_at", columns.Moment(), nullable=False),
        sa.Column("evidence", columns.Json(), nullable=False),
        sa.Column("displayed_at", columns.Moment(), nullable=True),
        sa.Column("findable_at", columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["achievement_id"], ["achievement.id"], name=op.f("fk_award_achievement_id_achievement")
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_award_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_award_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("id", "school_id", name=op.f("uq_award_id_school_id")),
        sa.UniqueConstraint("person_id", "achievement_key", name=op.f("uq_award_person_id_achievement_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_award_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_award_findable",
        "award",
        ["school_id"],
        unique=False,
        sqlite_where=sa.text("findable_at IS NOT NULL"),
        postgresql_where=sa.text("findable_at IS NOT NULL"),
    )
    op.create_table(
        "completion",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("person_id", columns.Id, nullable=False),
        sa.Column("unit_key", sa.String(length=200), nullable=False),
        sa.Column("completed_at", columns.Moment(), nullable=False),
        sa.Column("route", sa.String(length=20), nullable=False),
        sa.Column("self_assessed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reflection", sa.Text(), nullable=True),
        sa.CheckConstraint("route IN ('opened', 'prior')", name=op.f("ck_completion_route")),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_completion_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_completion_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion")),
        sa.UniqueConstraint("person_id", "unit_key", name=op.f("uq_completion_person_id_unit_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_completion_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "endorsement",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("endorser_id", columns.Id, nullable=True),
        sa.Column("target_kind", sa.String(length=20), nullable=False),
        sa.Column("target_id", columns.Id, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("given_at", columns.Moment(), nullable=False),
        sa.Column("withdrawn_at", columns.Moment(), nullable=True),
        sa.Column("held_by_button", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("undone", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("by_tombstone", sa.String(length=36), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.CheckConstraint("role IN ('colleague', 'leader')", name=op.f("ck_endorsement_role")),
        sa.CheckConstraint("target_kind IN ('award', 'achievement')", name=op.f("ck_endorsement_target_kind")),
        sa.ForeignKeyConstraint(
            ["endorser_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_endorsement_endorser_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_endorsement_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endorsement")),
        sa.UniqueConstraint(
            "endorser_id", "target_kind", "target_id", name=op.f("uq_endorsement_endorser_id_target_kind_target_id")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_endorsement_public_id")),
        sa.UniqueConstraint(
            "school_id",
            "by_tombstone",
            "target_kind",
            "target_id",
            name=op.f("uq_endorsement_school_id_by_tombstone_target_kind_target_id"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_endorsement_target_id_target_kind"), "endorsement", ["target_id", "target_kind"], unique=False
    )
    op.create_table(
        "message",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("workspace_id", columns.Id, nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("about", sa.String(length=20), nullable=False),
        sa.Column("subject", columns.Id, nullable=False),
        sa.Column("person_id", columns.Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_message_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_message_school_id_school")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "school_id"],
            ["workspace.id", "workspace.school_id"],
            name=op.f("fk_message_workspace_id_school_id_workspace"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("id", "school_id", name=op.f("uq_message_id_school_id")),
        sa.UniqueConstraint("workspace_id", "channel", "key", name=op.f("uq_message_workspace_id_channel_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_message_person_id"), "message", ["person_id"], unique=False)
    op.create_index(op.f("ix_message_subject_about"), "message", ["subject", "about"], unique=False)
    op.create_table(
        "offer",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("person_id", columns.Id, nullable=False),
        sa.Column("slot_key", sa.String(length=200), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("until", columns.Moment(), nullable=False),
        sa.Column("requested", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("unit_key", sa.String(length=200), nullable=True),
        sa.Column("why", sa.String(length=20), nullable=True),
        sa.Column("answer", sa.String(length=20), nullable=True),
        sa.Column("slower", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("passed_over", columns.Json(), nullable=False),
        sa.CheckConstraint("answer IN ('opened', 'done', 'later', 'another', 'known')", name=op.f("ck_offer_answer")),
        sa.CheckConstraint("state IN ('promised', 'delivered', 'answered', 'lapsed')", name=op.f("ck_offer_state")),
        sa.CheckConstraint("why IN ('asked', 'again', 'last_of_module', 'started', 'fits')", name=op.f("ck_offer_why")),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_offer_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_offer_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("person_id", "slot_key", name=op.f("uq_offer_person_id_slot_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_offer_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "outbox",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("lane", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("subject", columns.Id, nullable=False),
        sa.Column("person_id", columns.Id, nullable=True),
        sa.Column("detail", columns.Json(), nullable=False),
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.Column("once", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("due_at", columns.Moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("in_doubt", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("claimed_at", columns.Moment(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('new', 'claimed', 'failed')", name=op.f("ck_outbox_state")),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_outbox_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_outbox_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("token", name=op.f("uq_outbox_token")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_claimed",
        "outbox",
        ["claimed_at"],
        unique=False,
        sqlite_where=sa.text("state = 'claimed'"),
        postgresql_where=sa.text("state = 'claimed'"),
    )
    op.create_index(op.f("ix_outbox_person_id"), "outbox", ["person_id"], unique=False)
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["lane", "due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'new'"),
        postgresql_where=sa.text("state = 'new'"),
    )
    op.create_index(
        "uq_outbox_once",
        "outbox",
        ["school_id", "once"],
        unique=True,
        sqlite_where=sa.text("state = 'new'"),
        postgresql_where=sa.text("state = 'new'"),
    )
    op.create_table(
        "person_key",
        sa.Column("person_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_person_key_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_person_key_school_id_school")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_key")),
    )
    op.create_table(
        "progress",
        sa.Column("person_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("unit_key", sa.String(length=200), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("opened_at", columns.Moment(), nullable=True),
        sa.Column("wrong_tries", sa.Integer(), nullable=False),
        sa.Column("tested_out_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_progress_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_progress_school_id_school")),
        sa.PrimaryKeyConstraint("person_id", "unit_key", name=op.f("pk_progress")),
    )
    op.create_table(
        "question",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("asker_id", columns.Id, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asker_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_question_asker_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_question_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("public_id", name=op.f("uq_question_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_question_asked_at"), "question", ["asked_at"], unique=False)
    op.create_index(op.f("ix_question_asker_id"), "question", ["asker_id"], unique=False)
    op.create_table(
        "rhythm",
        sa.Column("person_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("zone", sa.String(length=200), nullable=False),
        sa.Column("windows", sa.Text(), nullable=False),
        sa.Column("daily_budget", sa.Integer(), nullable=False),
        sa.Column("pace", sa.Integer(), nullable=False),
        sa.Column("unanswered", sa.Integer(), nullable=False),
        sa.Column("pace_told", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("last_offer_on", sa.Date(), nullable=True),
        sa.Column("offers_that_day", sa.Integer(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("stopped", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("next_offer_at", columns.Moment(), nullable=True),
        sa.Column("slot_start", columns.Moment(), nullable=True),
        sa.Column("slot_end", columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_rhythm_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_rhythm_school_id_school")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_rhythm")),
    )
    op.create_index(op.f("ix_rhythm_next_offer_at"), "rhythm", ["next_offer_at"], unique=False)
    op.create_table(
        "signing_key",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("person_id", columns.Id, nullable=True),
        sa.Column("did", sa.String(length=200), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("retired_at", columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_signing_key_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_signing_key_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
        sa.UniqueConstraint("person_id", name=op.f("uq_signing_key_person_id")),
        sa.UniqueConstraint("school_id", "did", name=op.f("uq_signing_key_school_id_did")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_signing_key_of_school",
        "signing_key",
        ["school_id"],
        unique=True,
        sqlite_where=sa.text("person_id IS NULL AND retired_at IS NULL"),
        postgresql_where=sa.text("person_id IS NULL AND retired_at IS NULL"),
    )
    op.create_table(
        "introduction",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("asker_id", columns.Id, nullable=False),
        sa.Column("helper_id", columns.Id, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("award_id", columns.Id, nullable=False),
        sa.Column("asked_at", columns.Moment(), nullable=False),
        sa.Column("reply", sa.String(length=20), nullable=True),
        sa.Column("replied_at", columns.Moment(), nullable=True),
        sa.CheckConstraint("reply IN ('yes', 'not_now', 'someone_else')", name=op.f("ck_introduction_reply")),
        sa.ForeignKeyConstraint(
            ["asker_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_introduction_asker_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["award_id", "school_id"],
            ["award.id", "award.school_id"],
            name=op.f("fk_introduction_award_id_school_id_award"),
        ),
        sa.ForeignKeyConstraint(
            ["helper_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_introduction_helper_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_introduction_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introduction")),
        sa.UniqueConstraint("public_id", name=op.f("uq_introduction_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_introduction_asker_id"), "introduction", ["asker_id"], unique=False)
    op.create_index(op.f("ix_introduction_helper_id_asked_at"), "introduction", ["helper_id", "asked_at"], unique=False)
    op.create_table(
        "reaction",
        sa.Column("posted_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("account_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("emoji", sa.String(length=200), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "school_id"],
            ["account.id", "account.school_id"],
            name=op.f("fk_reaction_account_id_school_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["posted_id", "school_id"],
            ["message.id", "message.school_id"],
            name=op.f("fk_reaction_posted_id_school_id_message"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_reaction_school_id_school")),
        sa.PrimaryKeyConstraint("posted_id", "account_id", "emoji", name=op.f("pk_reaction")),
    )
    op.create_index(op.f("ix_reaction_account_id"), "reaction", ["account_id"], unique=False)
    op.create_table(
        "revision",
        sa.Column("award_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("valid_from", columns.Moment(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("embedded", columns.Json(), nullable=False),
        sa.Column("outdated", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["award_id", "school_id"],
            ["award.id", "award.school_id"],
            name=op.f("fk_revision_award_id_school_id_award"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_revision_school_id_school")),
        sa.PrimaryKeyConstraint("award_id", "number", name=op.f("pk_revision")),
    )
    op.execute("INSERT INTO meta (key, value) VALUES ('product', 'sukima')")
