"""Make the tables for conversations and their states."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Upgrade from an empty database."""
    op.create_table(
        "conversations",
        sa.Column("app_id", sa.String(36), primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("folded_title", sa.Text, nullable=False),
        sa.Column("renamed", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("updated_at", sa.DateTime, nullable=False),
        sa.Column("sequence_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Text),
        sa.Column("status", sa.Text),
        sa.Column("problem_kind", sa.Text),
        sa.Column("problem", sa.Text),
    )
    op.create_index("conversations_by_activity", "conversations", ["owner", "updated_at", "app_id"])
    op.create_table(
        "states",
        sa.Column(
            "app_id",
            sa.String(36),
            sa.ForeignKey("conversations.app_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("state", sa.LargeBinary, nullable=False),
    )
