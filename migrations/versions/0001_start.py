"""The schema the first release starts with: every table, and a log that only grows."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString as Text
from sqlmodel.sql.sqltypes import UTCDateTime as Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Lines of the log are never changed, and go only with their workshop.
SQLITE = (
    """CREATE TRIGGER log_no_update BEFORE UPDATE ON log
       BEGIN SELECT RAISE(ABORT, 'the log only grows'); END""",
    """CREATE TRIGGER log_no_delete BEFORE DELETE ON log
       WHEN EXISTS (SELECT 1 FROM workshop WHERE id = OLD.workshop_id)
       BEGIN SELECT RAISE(ABORT, 'the log only grows'); END""",
)
POSTGRES = (
    """CREATE FUNCTION log_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM workshop WHERE id = OLD.workshop_id) THEN
           RETURN OLD;
         END IF;
         RAISE EXCEPTION 'the log only grows';
       END $$""",
    "CREATE TRIGGER log_only_grows BEFORE UPDATE OR DELETE ON log"
    " FOR EACH ROW EXECUTE FUNCTION log_only_grows()",
)
SPOKESPERSON = "fk_organisation_spokesperson_id_participant"
TABLES = (
    "workshop",
    "agenda_session",
    "card",
    "log",
    "organisation",
    "role",
    "seating_table",
    "undo",
    "card_fact",
    "item",
    "link",
    "participant",
    "entry",
    "item_card",
    "link_secret",
    "pass",
    "projector",
    "vote",
    "count_sheet",
    "elector",
    "option",
    "submission",
    "time_request",
    "wall",
    "ballot",
    "cluster",
    "confirm_link",
    "confirmation",
    "count_line",
    "shift",
    "answer",
    "note",
)  # each after those it refers to


def upgrade() -> None:
    op.create_table(
        "workshop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", Text(length=6), nullable=False),
        sa.Column("template", Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title_en", Text(), nullable=False),
        sa.Column("title_cy", Text(), nullable=False),
        sa.Column("remit_en", Text(), nullable=False),
        sa.Column("remit_cy", Text(), nullable=False),
        sa.Column("privacy_en", Text(), nullable=False),
        sa.Column("privacy_cy", Text(), nullable=False),
        sa.Column("source_en", Text(), nullable=False),
        sa.Column("source_cy", Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("time_zone", Text(), nullable=False),
        sa.Column("state", Text(), nullable=False),
        sa.Column("shift_seconds", sa.Integer(), nullable=False),
        sa.Column("speed", sa.Integer(), nullable=False),
        sa.Column("smallest_group", sa.Integer(), server_default=sa.text("5"), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("rehearsal_of", sa.Integer(), nullable=True),
        sa.CheckConstraint("state IN ('ahead', 'running', 'closed')", name=op.f("ck_workshop_state")),
        sa.CheckConstraint("length(code) = 6", name=op.f("ck_workshop_code")),
        sa.CheckConstraint("smallest_group >= 3", name=op.f("ck_workshop_smallest_group")),
        sa.CheckConstraint("speed >= 1", name=op.f("ck_workshop_speed")),
        sa.ForeignKeyConstraint(
            ["rehearsal_of"], ["workshop.id"], name=op.f("fk_workshop_rehearsal_of_workshop")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop")),
        sa.UniqueConstraint("code", name=op.f("uq_workshop_code")),
    )
    op.create_index(op.f("ix_workshop_rehearsal_of"), "workshop", ["rehearsal_of"], unique=False)
    op.create_table(
        "agenda_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_en", Text(), nullable=False),
        sa.Column("name_cy", Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["workshop.id"],
            name=op.f("fk_agenda_session_workshop_id_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_session")),
        sa.UniqueConstraint("workshop_id", "position", name=op.f("uq_agenda_session_workshop_id_position")),
    )
    op.create_table(
        "card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("key", Text(), nullable=False),
        sa.Column("kind", Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title_en", Text(), nullable=False),
        sa.Column("title_cy", Text(), nullable=False),
        sa.Column("text_en", Text(), nullable=False),
        sa.Column("text_cy", Text(), nullable=False),
        sa.Column("note_en", Text(), nullable=False),
        sa.Column("note_cy", Text(), nullable=False),
        sa.Column("source", Text(), nullable=False),
        sa.CheckConstraint("kind IN ('criterion', 'test', 'proposal', 'method')", name=op.f("ck_card_kind")),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_card_workshop_id_workshop"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("workshop_id", "key", name=op.f("uq_card_workshop_id_key")),
    )
    op.create_table(
        "log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("role", Text(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("what", Text(), nullable=False),
        sa.Column("row_kind", Text(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=True),
        sa.Column("changes", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_log_workshop_id_workshop"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log")),
    )
    op.create_index("ix_log_workshop", "log", ["workshop_id", "id"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("name", Text(length=120), nullable=False),
        sa.Column("folded", Text(length=240), nullable=False),
        sa.Column("sector", Text(), nullable=False),
        sa.Column("spokesperson_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["spokesperson_id"],
            ["participant.id"],
            name=op.f(SPOKESPERSON),
            ondelete="SET NULL",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["workshop.id"],
            name=op.f("fk_organisation_workshop_id_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("workshop_id", "folded", name=op.f("uq_organisation_workshop_id_folded")),
    )
    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_en", Text(), nullable=False),
        sa.Column("name_cy", Text(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.CheckConstraint("length(name_cy) <= 80", name=op.f("ck_role_name_cy")),
        sa.CheckConstraint("length(name_en) BETWEEN 1 AND 80", name=op.f("ck_role_name_en")),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_role_workshop_id_workshop"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("workshop_id", "position", name=op.f("uq_role_workshop_id_position")),
    )
    op.create_table(
        "seating_table",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 999", name=op.f("ck_seating_table_number")),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["workshop.id"],
            name=op.f("fk_seating_table_workshop_id_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seating_table")),
        sa.UniqueConstraint("workshop_id", "number", name=op.f("uq_seating_table_workshop_id_number")),
    )
    op.create_table(
        "undo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("what", Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_undo_workshop_id_workshop"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undo")),
    )
    op.create_index("ix_undo_workshop", "undo", ["workshop_id", "id"], unique=False)
    op.create_table(
        "card_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label_en", Text(), nullable=False),
        sa.Column("label_cy", Text(), nullable=False),
        sa.Column("text_en", Text(), nullable=False),
        sa.Column("text_cy", Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"], ["card.id"], name=op.f("fk_card_fact_card_id_card"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_fact")),
        sa.UniqueConstraint("card_id", "position", name=op.f("uq_card_fact_card_id_position")),
    )
    op.create_table(
        "item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", Text(), nullable=False),
        sa.Column("phase", Text(), nullable=False),
        sa.Column("method_en", Text(), nullable=False),
        sa.Column("method_cy", Text(), nullable=False),
        sa.Column("title_en", Text(), nullable=False),
        sa.Column("title_cy", Text(), nullable=False),
        sa.Column("instruction_en", Text(), nullable=False),
        sa.Column("instruction_cy", Text(), nullable=False),
        sa.Column("guide_en", Text(), nullable=False),
        sa.Column("guide_cy", Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("locked_start", Text(length=5), nullable=True),
        sa.Column("state", Text(), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("clock_state", Text(), nullable=False),
        sa.Column("clock_ends_at", Instant(), nullable=True),
        sa.Column("clock_left_ms", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(clock_state = 'running') = (clock_ends_at IS NOT NULL) AND (clock_state = 'paused') = (clock_left_ms IS NOT NULL)",
            name=op.f("ck_item_clock"),
        ),
        sa.CheckConstraint("clock_state IN ('idle', 'running', 'paused')", name=op.f("ck_item_clock_state")),
        sa.CheckConstraint("kind IN ('talk', 'break', 'table', 'vote', 'wall')", name=op.f("ck_item_kind")),
        sa.CheckConstraint("state IN ('ahead', 'current', 'done')", name=op.f("ck_item_state")),
        sa.CheckConstraint("minutes >= 0 AND minutes <= 600", name=op.f("ck_item_minutes")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["agenda_session.id"],
            name=op.f("fk_item_session_id_agenda_session"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_item_workshop_id_workshop"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("workshop_id", "position", name=op.f("uq_item_workshop_id_position")),
    )
    op.create_index(op.f("ix_item_session_id"), "item", ["session_id"], unique=False)
    op.create_index(
        "uq_item_one_current",
        "item",
        ["workshop_id"],
        unique=True,
        sqlite_where=sa.text("state = 'current'"),
        postgresql_where=sa.text("state = 'current'"),
    )
    op.create_table(
        "link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("role", Text(), nullable=False),
        sa.Column("name", Text(length=80), nullable=False),
        sa.Column("table_id", sa.Integer(), nullable=True),
        sa.Column("one_time", sa.Boolean(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "(role = 'scribe') = (table_id IS NOT NULL)", name=op.f("ck_link_scribe_has_table")
        ),
        sa.CheckConstraint(
            "role IN ('organiser', 'lead', 'cofacilitator', 'scribe', 'observer', 'projector')",
            name=op.f("ck_link_role"),
        ),
        sa.ForeignKeyConstraint(
            ["table_id"],
            ["seating_table.id"],
            name=op.f("fk_link_table_id_seating_table"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_link_workshop_id_workshop"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
    )
    op.create_index(op.f("ix_link_table_id"), "link", ["table_id"], unique=False)
    op.create_index(op.f("ix_link_workshop_id"), "link", ["workshop_id"], unique=False)
    op.create_table(
        "participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("name", Text(length=80), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("table_id", sa.Integer(), nullable=True),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.Column("language", Text(), nullable=False),
        sa.Column("code_hash", Text(length=64), nullable=False),
        sa.Column("device_hash", Text(length=64), nullable=False),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=True),
        sa.CheckConstraint("language IN ('en', 'cy')", name=op.f("ck_participant_language")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_participant_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_participant_role_id_role")),
        sa.ForeignKeyConstraint(
            ["table_id"], ["seating_table.id"], name=op.f("fk_participant_table_id_seating_table")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["workshop.id"],
            name=op.f("fk_participant_workshop_id_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_participant_code_hash")),
    )
    op.create_index(op.f("ix_participant_organisation_id"), "participant", ["organisation_id"], unique=False)
    op.create_index("ix_participant_room", "participant", ["workshop_id", "removed_at"], unique=False)
    op.create_index(op.f("ix_participant_table_id"), "participant", ["table_id"], unique=False)
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("table_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("kind", Text(), nullable=False),
        sa.Column("text", Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("edited_at", Instant(), nullable=True),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('point', 'agreement', 'disagreement', 'question', 'quote', 'action', 'park')",
            name=op.f("ck_entry_kind"),
        ),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 500", name=op.f("ck_entry_text")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_entry_item_id_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["table_id"],
            ["seating_table.id"],
            name=op.f("fk_entry_table_id_seating_table"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_entry_workshop_id_workshop"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
    )
    op.create_index(op.f("ix_entry_item_id"), "entry", ["item_id"], unique=False)
    op.create_index("ix_entry_pad", "entry", ["table_id", "item_id"], unique=False)
    op.create_index(op.f("ix_entry_workshop_id"), "entry", ["workshop_id"], unique=False)
    op.create_table(
        "item_card",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"], ["card.id"], name=op.f("fk_item_card_card_id_card"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_card_item_id_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "card_id", name=op.f("pk_item_card")),
    )
    op.create_index(op.f("ix_item_card_card_id"), "item_card", ["card_id"], unique=False)
    op.create_table(
        "link_secret",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", Text(length=64), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["link.id"], name=op.f("fk_link_secret_link_id_link"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_secret")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_link_secret_token_hash")),
    )
    op.create_index(op.f("ix_link_secret_link_id"), "link_secret", ["link_id"], unique=False)
    op.create_table(
        "pass",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", Text(length=64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["link.id"], name=op.f("fk_pass_link_id_link"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pass")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_pass_token_hash")),
    )
    op.create_index(op.f("ix_pass_link_id"), "pass", ["link_id"], unique=False)
    op.create_table(
        "projector",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("language", Text(), nullable=False),
        sa.Column("blank", sa.Boolean(), nullable=False),
        sa.Column("join_shown", sa.Boolean(), nullable=False),
        sa.Column("frozen", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("language IN ('en', 'cy')", name=op.f("ck_projector_language")),
        sa.ForeignKeyConstraint(["id"], ["link.id"], name=op.f("fk_projector_id_link"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["workshop.id"],
            name=op.f("fk_projector_workshop_id_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projector")),
    )
    op.create_index(op.f("ix_projector_workshop_id"), "projector", ["workshop_id"], unique=False)
    op.create_table(
        "vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("type", Text(), nullable=False),
        sa.Column("question_en", Text(), nullable=False),
        sa.Column("question_cy", Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("unit", Text(), nullable=False),
        sa.Column("secrecy", Text(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=True),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("per_option", sa.Integer(), nullable=True),
        sa.Column("threshold", sa.Integer(), nullable=True),
        sa.Column("lowest", sa.BigInteger(), nullable=True),
        sa.Column("highest", sa.BigInteger(), nullable=True),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("measure_en", Text(), nullable=False),
        sa.Column("measure_cy", Text(), nullable=False),
        sa.Column("rule", Text(), nullable=False),
        sa.Column("rule_part", sa.Integer(), nullable=True),
        sa.Column("rule_whole", sa.Integer(), nullable=True),
        sa.Column("abstentions", Text(), nullable=False),
        sa.Column("ties", Text(), nullable=False),
        sa.Column("lot_seed", Text(), nullable=False),
        sa.Column("shuffled", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.Boolean(), nullable=False),
        sa.Column("receipts", sa.Boolean(), nullable=False),
        sa.Column("closes_after", sa.Integer(), nullable=True),
        sa.Column("repeats_id", sa.Integer(), nullable=True),
        sa.Column("repeats_as", Text(), nullable=True),
        sa.Column("state", Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("breakdown", Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("electorate_size", sa.Integer(), nullable=True),
        sa.Column("first_opened_at", Instant(), nullable=True),
        sa.Column("first_closed_at", Instant(), nullable=True),
        sa.Column("opened_at", Instant(), nullable=True),
        sa.Column("closes_at", Instant(), nullable=True),
        sa.Column("warned_at", Instant(), nullable=True),
        sa.Column("extended_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("revealed_at", Instant(), nullable=True),
        sa.Column("final_at", Instant(), nullable=True),
        sa.Column("key_destroyed_at", Instant(), nullable=True),
        sa.Column("files_cleared_at", Instant(), nullable=True),
        sa.Column("staged_at", Instant(), nullable=True),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "(key_destroyed_at IS NOT NULL) = (state = 'final' AND secrecy <> 'named')",
            name=op.f("ck_vote_key_destroyed_at"),
        ),
        sa.CheckConstraint("(rule = 'share') = (rule_part IS NOT NULL)", name=op.f("ck_vote_rule_part")),
        sa.CheckConstraint("abstentions IN ('left out', 'counted')", name=op.f("ck_vote_abstentions")),
        sa.CheckConstraint("breakdown IN ('', 'table', 'sector', 'role')", name=op.f("ck_vote_breakdown")),
        sa.CheckConstraint("closes_at IS NULL OR state = 'open'", name=op.f("ck_vote_closes_at")),
        sa.CheckConstraint("repeats_as IN ('round', 'after', 'runoff')", name=op.f("ck_vote_repeats_as")),
        sa.CheckConstraint("rule IN ('none', 'majority', 'share', 'consent')", name=op.f("ck_vote_rule")),
        sa.CheckConstraint("secrecy IN ('named', 'group', 'anonymous')", name=op.f("ck_vote_secrecy")),
        sa.CheckConstraint(
            "state IN ('draft', 'open', 'closed', 'revealed', 'final')", name=op.f("ck_vote_state")
        ),
        sa.CheckConstraint("ties IN ('keep', 'runoff', 'lot')", name=op.f("ck_vote_ties")),
        sa.CheckConstraint("unit IN ('people', 'organisations')", name=op.f("ck_vote_unit")),
        sa.CheckConstraint(
            "(first_opened_at IS NULL) = (electorate_size IS NULL)", name=op.f("ck_vote_first_opened_at")
        ),
        sa.CheckConstraint("(repeats_id IS NULL) = (repeats_as IS NULL)", name=op.f("ck_vote_repeats")),
        sa.CheckConstraint("(rule_part IS NULL) = (rule_whole IS NULL)", name=op.f("ck_vote_rule_whole")),
        sa.CheckConstraint("closes_after BETWEEN 60 AND 36000", name=op.f("ck_vote_closes_after")),
        sa.CheckConstraint(
            "files_cleared_at IS NULL OR key_destroyed_at IS NOT NULL", name=op.f("ck_vote_files_cleared_at")
        ),
        sa.CheckConstraint(
            "first_closed_at IS NULL OR first_opened_at IS NOT NULL", name=op.f("ck_vote_first_closed_at")
        ),
        sa.CheckConstraint("highest > lowest", name=op.f("ck_vote_highest")),
        sa.CheckConstraint("most >= least", name=op.f("ck_vote_most")),
        sa.CheckConstraint("rule_part BETWEEN 1 AND rule_whole", name=op.f("ck_vote_rule_share")),
        sa.CheckConstraint("warned_at IS NULL OR closes_at IS NOT NULL", name=op.f("ck_vote_warned_at")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_vote_item_id_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["repeats_id"], ["vote.id"], name=op.f("fk_vote_repeats_id_vote")),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_vote_workshop_id_workshop"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
    )
    op.create_index(
        "ix_vote_closes_at",
        "vote",
        ["closes_at"],
        unique=False,
        sqlite_where=sa.text("closes_at IS NOT NULL"),
        postgresql_where=sa.text("closes_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_vote_item_id"), "vote", ["item_id"], unique=False)
    op.create_index(op.f("ix_vote_repeats_id"), "vote", ["repeats_id"], unique=False)
    op.create_index(op.f("ix_vote_workshop_id"), "vote", ["workshop_id"], unique=False)
    op.create_index(
        "uq_vote_repeats",
        "vote",
        ["repeats_id", "repeats_as"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "count_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("table_id", sa.Integer(), nullable=True),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.Column("replaced_at", Instant(), nullable=True),
        sa.CheckConstraint("ballots >= 0", name=op.f("ck_count_sheet_ballots")),
        sa.ForeignKeyConstraint(["entered_by"], ["link.id"], name=op.f("fk_count_sheet_entered_by_link")),
        sa.ForeignKeyConstraint(
            ["table_id"],
            ["seating_table.id"],
            name=op.f("fk_count_sheet_table_id_seating_table"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vote_id"], ["vote.id"], name=op.f("fk_count_sheet_vote_id_vote"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_sheet")),
        sa.UniqueConstraint("vote_id", "id", name=op.f("uq_count_sheet_vote_id_id")),
    )
    op.create_index(op.f("ix_count_sheet_table_id"), "count_sheet", ["table_id"], unique=False)
    op.create_index(op.f("ix_count_sheet_vote_id"), "count_sheet", ["vote_id"], unique=False)
    op.create_table(
        "elector",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(participant_id IS NULL) <> (organisation_id IS NULL)", name=op.f("ck_elector_unit")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_elector_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_elector_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vote_id"], ["vote.id"], name=op.f("fk_elector_vote_id_vote"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elector")),
        sa.UniqueConstraint("vote_id", "id", name=op.f("uq_elector_vote_id_id")),
        sa.UniqueConstraint("vote_id", "organisation_id", name=op.f("uq_elector_vote_id_organisation_id")),
        sa.UniqueConstraint("vote_id", "participant_id", name=op.f("uq_elector_vote_id_participant_id")),
    )
    op.create_index(op.f("ix_elector_organisation_id"), "elector", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_elector_participant_id"), "elector", ["participant_id"], unique=False)
    op.create_table(
        "option",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("axis", Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label_en", Text(), nullable=False),
        sa.Column("label_cy", Text(), nullable=False),
        sa.Column("meaning", Text(), nullable=False),
        sa.CheckConstraint("axis IN ('option', 'criterion')", name=op.f("ck_option_axis")),
        sa.CheckConstraint(
            "meaning IN ('', 'for', 'against', 'abstain', 'block')", name=op.f("ck_option_meaning")
        ),
        sa.ForeignKeyConstraint(
            ["vote_id"], ["vote.id"], name=op.f("fk_option_vote_id_vote"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_option")),
        sa.UniqueConstraint("vote_id", "axis", "position", name=op.f("uq_option_vote_id_axis_position")),
        sa.UniqueConstraint("vote_id", "id", name=op.f("uq_option_vote_id_id")),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("who", Text(length=24), nullable=False),
        sa.Column("key", Text(length=64), nullable=False),
        sa.Column("digest", Text(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=True),
        sa.Column("row_id", sa.Integer(), nullable=True),
        sa.Column("received_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vote_id"], ["vote.id"], name=op.f("fk_submission_vote_id_vote"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["workshop.id"],
            name=op.f("fk_submission_workshop_id_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("workshop_id", "who", "key", name=op.f("uq_submission_workshop_id_who_key")),
    )
    op.create_index(op.f("ix_submission_vote_id"), "submission", ["vote_id"], unique=False)
    op.create_table(
        "time_request",
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_time_request_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vote_id"], ["vote.id"], name=op.f("fk_time_request_vote_id_vote"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("vote_id", "participant_id", name=op.f("pk_time_request")),
    )
    op.create_index(op.f("ix_time_request_participant_id"), "time_request", ["participant_id"], unique=False)
    op.create_table(
        "wall",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=True),
        sa.Column("prompt_en", Text(), nullable=False),
        sa.Column("prompt_cy", Text(), nullable=False),
        sa.Column("state", Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("released_at", Instant(), nullable=True),
        sa.Column("staged_at", Instant(), nullable=True),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'open', 'closed')", name=op.f("ck_wall_state")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_wall_item_id_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["vote_id"], ["vote.id"], name=op.f("fk_wall_vote_id_vote"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_wall_workshop_id_workshop"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wall")),
        sa.UniqueConstraint("vote_id", name=op.f("uq_wall_vote_id")),
    )
    op.create_index(op.f("ix_wall_item_id"), "wall", ["item_id"], unique=False)
    op.create_index(op.f("ix_wall_workshop_id"), "wall", ["workshop_id"], unique=False)
    op.create_table(
        "ballot",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("elector_id", sa.Integer(), nullable=True),
        sa.Column("voter_id", sa.Integer(), nullable=True),
        sa.Column("serial", Text(), nullable=True),
        sa.Column("channel", Text(), nullable=False),
        sa.Column("standing", Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("cast_at", Instant(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("reason", Text(), nullable=False),
        sa.Column("receipt", Text(), nullable=True),
        sa.Column("table_id", sa.Integer(), nullable=True),
        sa.Column("sector", Text(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("channel IN ('phone', 'paper')", name=op.f("ck_ballot_channel")),
        sa.CheckConstraint(
            "standing IN ('counted', 'contested', 'set aside')", name=op.f("ck_ballot_standing")
        ),
        sa.CheckConstraint("elector_id IS NULL OR serial IS NULL", name=op.f("ck_ballot_serial")),
        sa.CheckConstraint("length(reason) <= 280", name=op.f("ck_ballot_reason")),
        sa.ForeignKeyConstraint(["entered_by"], ["link.id"], name=op.f("fk_ballot_entered_by_link")),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_ballot_role_id_role")),
        sa.ForeignKeyConstraint(
            ["table_id"], ["seating_table.id"], name=op.f("fk_ballot_table_id_seating_table")
        ),
        sa.ForeignKeyConstraint(
            ["vote_id", "elector_id"],
            ["elector.vote_id", "elector.id"],
            name=op.f("fk_ballot_vote_id_elector_id_elector"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vote_id"], ["vote.id"], name=op.f("fk_ballot_vote_id_vote"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["voter_id"], ["participant.id"], name=op.f("fk_ballot_voter_id_participant"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
        sa.UniqueConstraint("vote_id", "id", name=op.f("uq_ballot_vote_id_id")),
        sa.UniqueConstraint("vote_id", "receipt", name=op.f("uq_ballot_vote_id_receipt")),
        sa.UniqueConstraint("vote_id", "serial", name=op.f("uq_ballot_vote_id_serial")),
    )
    op.create_index(op.f("ix_ballot_voter_id"), "ballot", ["voter_id"], unique=False)
    op.create_index(
        "uq_ballot_counted",
        "ballot",
        ["vote_id", "elector_id"],
        unique=True,
        sqlite_where=sa.text("standing = 'counted'"),
        postgresql_where=sa.text("standing = 'counted'"),
    )
    op.create_index(
        "uq_ballot_voter",
        "ballot",
        ["vote_id", "voter_id"],
        unique=True,
        sqlite_where=sa.text("standing <> 'set aside'"),
        postgresql_where=sa.text("standing <> 'set aside'"),
    )
    op.create_table(
        "cluster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("wall_id", sa.Integer(), nullable=False),
        sa.Column("symbol", Text(), nullable=False),
        sa.Column("title", Text(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "symbol IN ('circle', 'square', 'triangle', 'star', 'diamond', 'heart', 'cross', 'moon')",
            name=op.f("ck_cluster_symbol"),
        ),
        sa.ForeignKeyConstraint(
            ["wall_id"], ["wall.id"], name=op.f("fk_cluster_wall_id_wall"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_cluster_workshop_id_workshop"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster")),
        sa.UniqueConstraint("wall_id", "id", name=op.f("uq_cluster_wall_id_id")),
    )
    op.create_index(op.f("ix_cluster_wall_id"), "cluster", ["wall_id"], unique=False)
    op.create_index(op.f("ix_cluster_workshop_id"), "cluster", ["workshop_id"], unique=False)
    op.create_table(
        "confirm_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("elector_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", Text(length=64), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["vote_id", "elector_id"],
            ["elector.vote_id", "elector.id"],
            name=op.f("fk_confirm_link_vote_id_elector_id_elector"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirm_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_confirm_link_token_hash")),
        sa.UniqueConstraint("vote_id", "elector_id", name=op.f("uq_confirm_link_vote_id_elector_id")),
    )
    op.create_table(
        "confirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("elector_id", sa.Integer(), nullable=False),
        sa.Column("option_id", sa.Integer(), nullable=False),
        sa.Column("reason", Text(), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=False),
        sa.Column("replaced_at", Instant(), nullable=True),
        sa.CheckConstraint("length(reason) <= 280", name=op.f("ck_confirmation_reason")),
        sa.ForeignKeyConstraint(
            ["vote_id", "elector_id"],
            ["elector.vote_id", "elector.id"],
            name=op.f("fk_confirmation_vote_id_elector_id_elector"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vote_id", "option_id"],
            ["option.vote_id", "option.id"],
            name=op.f("fk_confirmation_vote_id_option_id_option"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
    )
    op.create_index(
        "uq_confirmation_standing",
        "confirmation",
        ["vote_id", "elector_id"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_table(
        "count_line",
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("option_id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n >= 1", name=op.f("ck_count_line_n")),
        sa.ForeignKeyConstraint(
            ["vote_id", "option_id"],
            ["option.vote_id", "option.id"],
            name=op.f("fk_count_line_vote_id_option_id_option"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vote_id", "sheet_id"],
            ["count_sheet.vote_id", "count_sheet.id"],
            name=op.f("fk_count_line_vote_id_sheet_id_count_sheet"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sheet_id", "option_id", name=op.f("pk_count_line")),
    )
    op.create_table(
        "shift",
        sa.Column("before_id", sa.Integer(), nullable=False),
        sa.Column("after_id", sa.Integer(), nullable=False),
        sa.Column("was", sa.Integer(), nullable=False),
        sa.Column("now", sa.Integer(), nullable=False),
        sa.Column("aside", sa.Boolean(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n >= 1", name=op.f("ck_shift_n")),
        sa.ForeignKeyConstraint(
            ["after_id", "now"],
            ["option.vote_id", "option.id"],
            name=op.f("fk_shift_after_id_now_option"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["after_id"], ["vote.id"], name=op.f("fk_shift_after_id_vote"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["before_id", "was"],
            ["option.vote_id", "option.id"],
            name=op.f("fk_shift_before_id_was_option"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["before_id"], ["vote.id"], name=op.f("fk_shift_before_id_vote"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("before_id", "after_id", "was", "now", "aside", name=op.f("pk_shift")),
    )
    op.create_table(
        "answer",
        sa.Column("ballot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("option_id", sa.Integer(), nullable=True),
        sa.Column("criterion_id", sa.Integer(), nullable=True),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("text", Text(), nullable=True),
        sa.CheckConstraint("criterion_id IS NULL OR option_id IS NOT NULL", name=op.f("ck_answer_criterion")),
        sa.CheckConstraint(
            "option_id IS NOT NULL OR value IS NOT NULL OR text IS NOT NULL", name=op.f("ck_answer_something")
        ),
        sa.CheckConstraint("place >= 1", name=op.f("ck_answer_place")),
        sa.ForeignKeyConstraint(
            ["vote_id", "ballot_id"],
            ["ballot.vote_id", "ballot.id"],
            name=op.f("fk_answer_vote_id_ballot_id_ballot"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vote_id", "criterion_id"],
            ["option.vote_id", "option.id"],
            name=op.f("fk_answer_vote_id_criterion_id_option"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vote_id", "option_id"],
            ["option.vote_id", "option.id"],
            name=op.f("fk_answer_vote_id_option_id_option"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ballot_id", "place", name=op.f("pk_answer")),
    )
    op.create_index("ix_answer_vote", "answer", ["vote_id"], unique=False)
    op.create_index(
        "uq_answer_once",
        "answer",
        ["ballot_id", "option_id", sa.literal_column("coalesce(criterion_id, 0)")],
        unique=True,
    )
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("wall_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("table_id", sa.Integer(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("language", Text(), nullable=False),
        sa.Column("text", Text(), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("released_at", Instant(), nullable=True),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.Column("hidden_at", Instant(), nullable=True),
        sa.Column("hidden_reason", Text(), nullable=True),
        sa.Column("cluster_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "hidden_reason IN ('abuse', 'personal', 'duplicate', 'off-topic')",
            name=op.f("ck_note_hidden_reason"),
        ),
        sa.CheckConstraint("language IN ('en', 'cy')", name=op.f("ck_note_language")),
        sa.CheckConstraint("(hidden_at IS NULL) = (hidden_reason IS NULL)", name=op.f("ck_note_hidden")),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 280", name=op.f("ck_note_text")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["participant.id"], name=op.f("fk_note_author_id_participant")
        ),
        sa.ForeignKeyConstraint(
            ["table_id"], ["seating_table.id"], name=op.f("fk_note_table_id_seating_table")
        ),
        sa.ForeignKeyConstraint(
            ["wall_id", "cluster_id"],
            ["cluster.wall_id", "cluster.id"],
            name=op.f("fk_note_wall_id_cluster_id_cluster"),
        ),
        sa.ForeignKeyConstraint(
            ["wall_id", "merged_into"],
            ["note.wall_id", "note.id"],
            name=op.f("fk_note_wall_id_merged_into_note"),
        ),
        sa.ForeignKeyConstraint(
            ["wall_id"], ["wall.id"], name=op.f("fk_note_wall_id_wall"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_note_workshop_id_workshop"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sa.UniqueConstraint("wall_id", "id", name=op.f("uq_note_wall_id_id")),
    )
    op.create_index(op.f("ix_note_author_id"), "note", ["author_id"], unique=False)
    op.create_index(op.f("ix_note_cluster_id"), "note", ["cluster_id"], unique=False)
    op.create_index(op.f("ix_note_merged_into"), "note", ["merged_into"], unique=False)
    op.create_index("ix_note_wall_author", "note", ["wall_id", "author_id"], unique=False)
    op.create_index(op.f("ix_note_workshop_id"), "note", ["workshop_id"], unique=False)
    if (
        op.get_bind().dialect.name == "postgresql"
    ):  # the two refer to each other; SQLite took it with the table
        op.create_foreign_key(
            op.f(SPOKESPERSON),
            "organisation",
            "participant",
            ["spokesperson_id"],
            ["id"],
            ondelete="SET NULL",
        )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(SPOKESPERSON), "organisation", type_="foreignkey")
    for table in reversed(TABLES):  # a trigger goes with its table
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION log_only_grows()")
