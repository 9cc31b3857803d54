"""The commands on the database: upgrade, back up, check, and remove what is old."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from email_assistant.cli import texts
from email_assistant.cli.console import messages, output
from email_assistant.cli.help import Command, Group

if TYPE_CHECKING:
    from email_assistant.store.database import Database
    from email_assistant.store.files import Files

Result = TypeVar("Result")


def _days(_: click.Context, __: click.Parameter, value: str) -> timedelta:
    """Read an age such as `90d`."""
    found = re.fullmatch(r"(\d{1,5})d?", value)
    if not found:
        raise click.BadParameter(texts.NO_AGE.format(value=value))
    return timedelta(days=int(found[1]))


@click.group(cls=Group, epilog=texts.DB_EXAMPLES)
def db() -> None:
    """Maintain the database."""


@db.command()
def upgrade() -> None:
    """Bring the database of an older version to this one.

    A SQLite file is upgraded by itself when it is opened. For Postgres, stop all servers that use it first.
    """

    async def opened(_: Database) -> None:
        pass

    _with_database(opened, upgrade=True)
    output().say(texts.UPGRADED)


@db.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy a SQLite database to a new file, also while the server runs.

    The copy holds private mail like the database: keep it as safe. Files in a bucket are not in it.
    """
    _with_database(lambda database: database.back_up(file))
    output().say(texts.BACKED_UP.format(path=file))


@db.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(file: Path, yes: bool) -> None:
    """Replace a SQLite database with a backup.

    Stop the server first. The backup is checked before anything is changed; what is in the database now is
    gone then.
    """
    from email_assistant.settings import load_settings
    from email_assistant.store.opening import restore_database

    settings = load_settings()
    if not yes and sys.stdin and sys.stdin.isatty():
        click.confirm(texts.RESTORE, abort=True)
    restore_database(settings, file)
    output().say(texts.BACKUP_RESTORED)


@db.command()
def check() -> None:
    """Check that the database can be read and is intact."""
    _with_database(lambda database: database.check())
    output().say(texts.WHOLE)


@db.command("move-files")
def move_files() -> None:
    """Move all original emails to the bucket, or out of it.

    EMAIL_ASSISTANT_FILES says where to; if it is not set, they move to the database. Servers may run
    meanwhile, if they can reach the bucket.
    """
    output().say(texts.MOVED.format(count=_with_files(lambda _, files: files.move())))


@click.command(cls=Command, epilog=texts.PURGE_EXAMPLES)
@click.option("--older-than", "age", callback=_days, required=True, metavar="DAYS", help="Such as 90d.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge(age: timedelta, yes: bool) -> None:
    """Delete all users' conversations that have been inactive for some time.

    No byte of them stays in the files of SQLite or in the bucket.
    """
    from email_assistant.store.conversations import Conversations
    from email_assistant.store.database import HELD_BACK

    before = datetime.now(UTC) - age
    if not yes:
        click.confirm(texts.PURGE.format(days=age.days), abort=True)

    async def delete(database: Database, files: Files) -> tuple[int, bool]:
        return await Conversations(database).purge(before), await files.sweep()

    deleted, all_is_gone = _with_files(delete)
    output().say(texts.PURGED_ONE if deleted == 1 else texts.PURGED.format(count=deleted))
    if not all_is_gone:
        messages().say(HELD_BACK)


COMMANDS = (db, purge)


def _with_database(call: Callable[[Database], Awaitable[Result]], *, upgrade: bool | None = None) -> Result:
    from email_assistant.settings import load_settings
    from email_assistant.store.opening import open_database

    async def run() -> Result:
        async with open_database(load_settings(), upgrade=upgrade) as database:
            return await call(database)

    return asyncio.run(run())


def _with_files(call: Callable[[Database, Files], Awaitable[Result]]) -> Result:
    from email_assistant.settings import load_settings
    from email_assistant.store.files import Files

    return _with_database(lambda database: call(database, Files(database, load_settings().files)))
