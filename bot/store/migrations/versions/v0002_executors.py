"""Several processes at work: who they are, which request each job came from, and what a resync waits for."""

import sqlalchemy as sa
from alembic import op

from bot.store.tables import UTCDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "executor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("slack", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("job") as batch_op:
        batch_op.add_column(sa.Column("request", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("resync_batch") as batch_op:
        batch_op.add_column(sa.Column("waiting", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("resync_batch") as batch_op:
        batch_op.drop_column("waiting")
    with op.batch_alter_table("job") as batch_op:
        batch_op.drop_column("request")
    op.drop_table("executor")
