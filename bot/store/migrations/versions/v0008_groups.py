"""A million errors: what a group shares stands once, figures are kept instead of counted, words are indexed."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

from bot.store.tables import BYTEWISE, UTCDateTime

revision = "0008"
down_revision = "0007"

_KINDS: dict[str, TypeEngine[Any]] = {"rules_version": sa.Integer(), "fields": sa.JSON()}
_SHARED = ("fingerprint", "error_type", "category", "resync", "rules_version", "code", "fields")

# The newest error of a group tells what the group is shown as.
_GROUPS = """
INSERT INTO error_group (fingerprint, error_type, category, resync, rules_version, code, message, fields, errors,
                         first_seen, last_seen)
SELECT e.fingerprint, e.error_type, e.category, e.resync, e.rules_version, e.code, e.message, e.fields, g.errors,
       g.first_seen, g.last_seen
FROM (SELECT max(id) AS id, sum(CASE WHEN status IN ('open', 'resyncing') THEN 1 ELSE 0 END) AS errors,
             coalesce(min(CASE WHEN status IN ('open', 'resyncing') THEN first_seen END), min(first_seen))
                 AS first_seen,
             max(last_seen) AS last_seen
      FROM error GROUP BY fingerprint, error_type, resync) g
JOIN error e ON e.id = g.id
ORDER BY e.id
"""
_BELONGS = """
UPDATE error SET group_id = (
    SELECT id FROM error_group g
    WHERE g.fingerprint = error.fingerprint AND g.error_type = error.error_type AND g.resync = error.resync)
"""
_TALLIES = """
INSERT INTO error_tally (category, errors, records)
SELECT category, count(*), count(DISTINCT object || ':' || record_key)
FROM error WHERE status IN ('open', 'resyncing') GROUP BY category
"""
_TALLY = """
INSERT INTO error_tally (category, errors, records)
SELECT '', count(*), count(DISTINCT object || ':' || record_key) FROM error WHERE status IN ('open', 'resyncing')
"""
_MINUTES = {
    "sqlite": "CAST(strftime('%s', first_seen) AS integer) / 60",
    "postgresql": "CAST(floor(extract(epoch FROM first_seen) / 60) AS integer)",
}
_NEW = """
INSERT INTO error_minute (minute, category, errors)
SELECT {minute}, category, count(*) FROM error
WHERE status IN ('open', 'resyncing') AND first_seen > {yesterday} GROUP BY 1, 2
"""
_YESTERDAY = {"sqlite": "datetime('now', '-1 day')", "postgresql": "now() - interval '1 day'"}

WORDS = "to_tsvector('simple', regexp_replace(lower(record), '[^[:alnum:]]+', ' ', 'g'))"
"""What PostgreSQL indexes of a record's name."""

_SQLITE_WORDS = """
CREATE VIRTUAL TABLE error_words USING fts5(record, content='error', content_rowid='id', detail='none',
    columnsize=0, tokenize='unicode61 remove_diacritics 0')
;;
INSERT INTO error_words (error_words) VALUES ('rebuild')
;;
CREATE TRIGGER error_words_added AFTER INSERT ON error BEGIN
    INSERT INTO error_words (rowid, record) VALUES (new.id, new.record);
END
;;
CREATE TRIGGER error_words_removed AFTER DELETE ON error BEGIN
    INSERT INTO error_words (error_words, rowid, record) VALUES ('delete', old.id, old.record);
END
;;
CREATE TRIGGER error_words_changed AFTER UPDATE OF record ON error WHEN old.record != new.record BEGIN
    INSERT INTO error_words (error_words, rowid, record) VALUES ('delete', old.id, old.record);
    INSERT INTO error_words (rowid, record) VALUES (new.id, new.record);
END
"""


def upgrade() -> None:
    """Go to this version."""
    dialect = op.get_context().dialect.name
    op.create_table(
        "error_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("error_type", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("resync", sa.String(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("first_seen", UTCDateTime(), nullable=False),
        sa.Column("last_seen", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("fingerprint", "error_type", "resync"),
    )
    op.create_index("ix_error_group_rules_version", "error_group", ["rules_version"])
    op.create_table(
        "error_tally",
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("category"),
    )
    op.create_table(
        "error_minute",
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("minute", "category"),
    )
    for statement in (_GROUPS, _TALLIES, _TALLY):
        op.execute(statement)
    op.execute(_NEW.format(minute=_MINUTES[dialect], yesterday=_YESTERDAY[dialect]))
    op.add_column("error", sa.Column("group_id", sa.Integer(), nullable=True))
    op.execute(_BELONGS)
    for index in ("ix_error_cards", "ix_error_records", "ix_error_hubspot", "ix_error_salesforce"):
        op.drop_index(index, "error")
    with op.batch_alter_table("error") as batch_op:
        for column in _SHARED:
            # The constraint over the fingerprint goes with it.
            batch_op.drop_column(column)
        batch_op.add_column(sa.Column("affected", sa.Integer(), nullable=False, server_default="1"))
        batch_op.alter_column("group_id", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("record_key", existing_type=sa.String(), type_=BYTEWISE)
        batch_op.alter_column("salesforce_id", existing_type=sa.String(), type_=BYTEWISE)
        batch_op.create_unique_constraint("error_record_key_object_group_id_key", ["record_key", "object", "group_id"])
    op.create_index("ix_error_group", "error", ["group_id", "status", "id", "affected"])
    given = sa.text("salesforce_id != ''")
    op.create_index("ix_error_salesforce", "error", ["salesforce_id"], sqlite_where=given, postgresql_where=given)
    if dialect == "sqlite":
        for statement in _SQLITE_WORDS.split(";;"):
            op.execute(statement)
    else:
        op.execute(f"CREATE INDEX ix_error_words ON error USING gin ({WORDS})")


def downgrade() -> None:
    """Go back."""
    if op.get_context().dialect.name == "sqlite":
        for trigger in ("added", "removed", "changed"):
            op.execute(f"DROP TRIGGER error_words_{trigger}")
        op.execute("DROP TABLE error_words")
    else:
        op.execute("DROP INDEX ix_error_words")
    for index in ("ix_error_group", "ix_error_salesforce"):
        op.drop_index(index, "error")
    for column in _SHARED:
        op.add_column("error", sa.Column(column, _KINDS.get(column, sa.String()), nullable=True))
    shared = ", ".join(_SHARED)
    of_group = f"SELECT {shared} FROM error_group g WHERE g.id = group_id"  # noqa: S608 - our own columns
    op.execute(f"UPDATE error SET ({shared}) = ({of_group})")  # noqa: S608 - likewise
    with op.batch_alter_table("error") as batch_op:
        batch_op.drop_constraint("error_record_key_object_group_id_key", type_="unique")
        batch_op.drop_column("group_id")
        batch_op.drop_column("affected")
        for column in _SHARED:
            batch_op.alter_column(column, nullable=False)
        batch_op.alter_column("record_key", existing_type=BYTEWISE, type_=sa.String())
        batch_op.alter_column("salesforce_id", existing_type=BYTEWISE, type_=sa.String())
        batch_op.create_unique_constraint(
            "error_object_record_key_fingerprint_key", ["object", "record_key", "fingerprint"]
        )
    op.create_index("ix_error_cards", "error", ["status", "category", "fingerprint"])
    op.create_index("ix_error_hubspot", "error", ["hubspot_id"])
    op.create_index("ix_error_records", "error", ["status", "category", "object", "record_key", "first_seen"])
    op.create_index("ix_error_salesforce", "error", ["salesforce_id"])
    for table in ("error_minute", "error_tally", "error_group"):
        op.drop_table(table)
