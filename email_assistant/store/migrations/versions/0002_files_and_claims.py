"""Keep original files, and let several server processes take turns."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Upgrade from a database of conversations and states."""
    op.create_table(
        "files",
        sa.Column(
            "app_id",
            sa.String(36),
            sa.ForeignKey("conversations.app_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("file_id", sa.Text, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "claims",
        sa.Column("app_id", sa.String(36), primary_key=True),
        sa.Column("holder", sa.String(36), nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
    )
