"""Keep what a row of the sidebar shows, and the words by which a conversation is found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0007"
down_revision = "0006"

# FTS5 keeps no text of its own here, and of a word only which conversations have it. Triggers tell it, so
# that a deleted conversation takes its words along.
SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS found_words USING fts5"
    "(words, content='', columnsize=0, detail=none, tokenize='ascii', prefix='1 2 3')",
    "CREATE TRIGGER searches_insert AFTER INSERT ON searches BEGIN "
    "INSERT INTO found_words (rowid, words) VALUES (new.number, new.words); END",
    "CREATE TRIGGER searches_delete AFTER DELETE ON searches BEGIN "
    "INSERT INTO found_words (found_words, rowid, words) VALUES ('delete', old.number, old.words); END",
    "CREATE TRIGGER searches_update AFTER UPDATE ON searches BEGIN "
    "INSERT INTO found_words (found_words, rowid, words) VALUES ('delete', old.number, old.words); "
    "INSERT INTO found_words (rowid, words) VALUES (new.number, new.words); END",
)


def upgrade() -> None:
    """Upgrade from a database that found titles only; its rows are filled as they are looked at."""
    op.add_column("conversations", sa.Column("who", sa.Text, nullable=False, server_default=""))
    op.add_column("conversations", sa.Column("stage", sa.Text, nullable=False, server_default=""))
    op.add_column("conversations", sa.Column("shelf", sa.Text, nullable=False, server_default="open"))
    op.add_column("conversations", sa.Column("glance", sa.Integer, nullable=False, server_default="0"))
    op.execute("ALTER TABLE conversations DROP COLUMN folded_title")
    op.execute("UPDATE conversations SET shelf = 'untouched' WHERE sequence_id < 0")
    op.drop_index("conversations_by_activity", "conversations")
    op.create_index("conversations_by_activity", "conversations", ["owner", "shelf", "updated_at", "app_id"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "searches",
        sa.Column(
            "app_id",
            sa.String(36),
            sa.ForeignKey("conversations.app_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("number", sa.BigInteger, unique=True),
        sa.Column("words", sa.Text if is_sqlite else TSVECTOR, nullable=False),
    )
    if is_sqlite:
        for statement in SQLITE:
            op.execute(statement)
    else:
        op.create_index("searches_by_word", "searches", ["words"], postgresql_using="gin")
