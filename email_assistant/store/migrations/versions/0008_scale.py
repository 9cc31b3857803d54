"""Find what an older version saved without reading all that a person keeps, and index words at once."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """From a database in which every search read all rows of its owner for those of an older version."""
    condition = sa.text("glance < 1")
    op.create_index(
        "conversations_to_project",
        "conversations",
        ["owner"],
        sqlite_where=condition,
        postgresql_where=condition,
    )
    if op.get_bind().dialect.name == "postgresql":
        # Else new words wait in a list that every search reads through, until some turn has to sort it in.
        op.execute("ALTER INDEX searches_by_word SET (fastupdate = off)")
