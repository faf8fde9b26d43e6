"""For months at work: when each source was last heard is found without looking at every push there ever was."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Go to this version."""
    op.create_index("ix_ingest_run_heard", "ingest_run", ["source", "state", "started_at"])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_ingest_run_heard", "ingest_run")
