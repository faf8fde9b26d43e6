"""What the columns of an imported file were understood as."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Go to this version."""
    op.add_column("ingest_run", sa.Column("files", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Go back."""
    op.drop_column("ingest_run", "files")
