"""Opens the one database of the server with its schema up to date, and puts a backup in its place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from email_assistant.errors import InvalidInput, SettingsError
from email_assistant.settings import Settings, private_dir
from email_assistant.store import schema
from email_assistant.store.backups import restore
from email_assistant.store.database import Database, DatabaseUnavailable
from email_assistant.store.failures import DAMAGED
from email_assistant.store.sqlite import SqliteDatabase


@asynccontextmanager
async def open_database(settings: Settings, *, upgrade: bool | None = None) -> AsyncIterator[Database]:
    """Open the configured database, after making the private data directory.

    Raises:
        SettingsError: the directory cannot be made, or as `open_url`.
    """
    private_dir(settings.data_dir)
    async with open_url(settings.sqlalchemy_url, upgrade=upgrade) as database:
        yield database


@asynccontextmanager
async def open_url(url: str, *, upgrade: bool | None = None) -> AsyncIterator[Database]:
    """Open the database at `url`, an SQLAlchemy URL of SQLite or Postgres, and close it after the block.

    SQLite's file is made readable for its owner only; a connection to a Postgres on another host is
    encrypted and its certificate checked unless the URL says otherwise (`?sslmode=...`).

    Args:
        url: for instance `sqlite:////path/to/file.db` or `postgresql://user:password@host/database`.
        upgrade: whether to migrate the schema of an older version. By default a SQLite file is migrated and
            a Postgres, which other servers may be using, is not. An empty database always gets its tables.

    Raises:
        SettingsError: the URL cannot be used, nothing answers there, or the schema is not this version's.
    """
    database = create_database(url, patient=upgrade is True)
    try:
        try:
            database.prepare_files()
            await _migrate(database, database.MIGRATES_ON_OPEN if upgrade is None else upgrade)
        except (DatabaseUnavailable, OSError, TypeError) as failure:  # a TypeError if a parameter is unknown
            raise _cannot_be_opened(database, failure) from failure
        yield database
    finally:
        await database.aclose()


def create_database(url: str, *, patient: bool = False) -> Database:
    """Return the database at `url`; nothing is opened yet.

    Raises:
        SettingsError: the URL is of neither SQLite nor Postgres, or of a database in memory, or Postgres's
            driver is not installed.
    """
    try:
        parsed = make_url(url)
        name = parsed.get_backend_name()
    except (ArgumentError, ValueError):
        name = ""
    if name == "sqlite":
        return SqliteDatabase(parsed)
    if name in ("postgresql", "postgres"):
        # SQLAlchemy's async engines take a while to import, and SQLite needs none.
        from email_assistant.store.postgres import PostgresDatabase

        return PostgresDatabase(parsed, patient=patient)
    raise SettingsError(
        "EMAIL_ASSISTANT_DATABASE_URL must look like sqlite:////path/to/file.db "
        "or postgresql://user:password@host/database."
    )


def restore_database(settings: Settings, backup: Path) -> None:
    """Put a backup in place of the configured SQLite database, which no program may have open.

    Raises:
        InvalidInput: the backup cannot be used, or the database is in use; nothing was changed.
        SettingsError: the settings cannot be used.
    """
    from email_assistant.store import migrations

    private_dir(settings.data_dir)
    database = create_database(settings.sqlalchemy_url)
    if not isinstance(database, SqliteDatabase) or not database.file:
        raise InvalidInput("Restore a Postgres database with `pg_restore`.")
    restore(backup, database.file, migrations.known())


def _cannot_be_opened(database: Database, failure: Exception) -> SettingsError:
    cause = failure.__cause__ if isinstance(failure, DatabaseUnavailable) else failure
    why = cause.orig if isinstance(cause, DBAPIError) else cause
    sentence = f"The database {database.url!r} cannot be opened: {why}"
    return SettingsError(f"{sentence}. {DAMAGED}" if str(failure) == DAMAGED else sentence)


async def _migrate(database: Database, upgrade: bool) -> None:
    version = await database.read(_version)
    if version == schema.HEAD:
        return
    # Alembic takes a while to import, and nearly every start finds the schema up to date.
    from email_assistant.store import migrations

    if not upgrade and version in migrations.known():
        raise SettingsError(
            "The database was made by an older version of Email Assistant. Make a backup, stop all servers "
            "that use it, and run `email-assistant db upgrade`."
        )

    def migrate(connection: Connection) -> None:
        connection.exec_driver_sql(database.MIGRATION_LOCK)
        migrations.upgrade(connection)

    await database.write(migrate)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version
