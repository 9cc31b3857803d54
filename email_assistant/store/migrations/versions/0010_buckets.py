"""Let the bytes of files lie in a bucket."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """From a database that holds all files itself."""
    op.add_column("files", sa.Column("url", sa.Text, nullable=False, server_default=""))
    op.add_column("files", sa.Column("sha256", sa.String(64), nullable=False, server_default=""))
    op.create_table(
        "objects",
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column("app_id", sa.String(36), nullable=False),
        sa.Column("file_id", sa.Text, nullable=False),
        sa.Column("due_at", sa.DateTime, nullable=False),
        sa.Index("objects_by_conversation", "app_id", "file_id"),
    )
