"""Exports know where they go, and the file they became: what was shared in Slack can be deleted there."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Go to this version."""
    for name in ("channel", "thread", "file"):
        op.add_column("export_request", sa.Column(name, sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Go back."""
    for name in ("file", "thread", "channel"):
        op.drop_column("export_request", name)
