"""Keep which sessions were signed out before their time."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Upgrade from a database that ended sessions for a whole user only."""
    op.create_table(
        "ended_sessions",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("ends_at", sa.DateTime, nullable=False),
    )
