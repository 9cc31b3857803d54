"""Let processes stop each other's turns, count those of a user together, and keep words of the dead."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """From a database whose claims say no more than who holds them."""
    op.add_column("claims", sa.Column("owner", sa.Text, nullable=False, server_default=""))
    op.add_column("claims", sa.Column("stop", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("claims", sa.Column("words", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "rates",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("used_until", sa.Double, nullable=False),
    )
