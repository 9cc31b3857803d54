"""Keep what an owner sets for all replies."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Upgrade from a database without preferences."""
    op.create_table(
        "preferences",
        sa.Column("owner", sa.Text, primary_key=True),
        sa.Column("preferences", sa.Text, nullable=False),
    )
