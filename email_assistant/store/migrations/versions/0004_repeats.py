"""Keep what was answered to requests that may be sent again."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Upgrade from a database without them."""
    op.create_table(
        "repeats",
        sa.Column("owner", sa.Text, primary_key=True),
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column(
            "app_id", sa.String(36), sa.ForeignKey("conversations.app_id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
    )
    op.create_index("repeats_by_age", "repeats", ["created_at"])
    op.create_index("repeats_by_conversation", "repeats", ["app_id"])
