"""Copies of a SQLite database: made, checked, and put in its place."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from errno import EEXIST, EISDIR
from pathlib import Path

from email_assistant.errors import InvalidInput

LOGS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database, by the end of its name: part of that one and of no other."""

_WRITE_VERSION = 18
"""The byte of a database's head that is 1 without a write-ahead log and 2 with one (SQLite's file format)."""


def make_private(file: Path, *, exist_ok: bool) -> None:
    """Make `file` readable for its owner only; SQLite gives its log the same mode.

    Raises:
        OSError: it can neither be made nor taken.
    """
    if file.is_dir():
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(file))
    file.touch(mode=0o600, exist_ok=exist_ok)
    file.chmod(0o600)


def write_copy(source: sqlite3.Connection, file: Path) -> None:
    """Write what `source` holds to a new `file`, which is whole as soon as it is there.

    Raises:
        InvalidInput: the file exists, or cannot be made.
        sqlite3.Error: the source cannot be read, or the disk is full.
    """
    part = file.with_name(f".{file.name}.part")  # what a killed backup left is written over
    try:
        if file.exists() or file.is_symlink():
            raise FileExistsError(EEXIST, os.strerror(EEXIST))
        _copy(source, part)
        part.rename(file)
        _sync(file.parent)
    except OSError as failure:
        part.unlink(missing_ok=True)
        raise InvalidInput(f"No backup can be made at {str(file)!r}: {failure.strerror}.") from failure
    except sqlite3.Error:
        part.unlink(missing_ok=True)
        raise


def restore(backup: Path, database: Path, versions: set[str]) -> None:
    """Put `backup` in place of `database`, which no program may have open.

    Killed at any point, it leaves the one or the other whole.

    Args:
        backup: a file that `write_copy` wrote, or any other copy of a database.
        database: where it goes; what is there is gone then.
        versions: of the schema, that it may have.

    Raises:
        InvalidInput: the backup cannot be used, or the database is in use; nothing was changed.
    """
    if database.exists() and backup.exists() and database.samefile(backup):
        raise InvalidInput(f"{str(backup)!r} is the database itself. Name a backup of it.")
    part = database.with_name(f".{database.name}.part")
    try:
        with _opened_backup(backup) as source:
            _check_backup(source, backup, versions)
            _copy(source, part)
        _let_go(database)
        part.replace(database)
        _sync(database.parent)
    except OSError as failure:
        raise InvalidInput(f"{str(backup)!r} cannot be restored: {failure.strerror}.") from failure
    finally:
        part.unlink(missing_ok=True)


def discard_foreign_log(database: Path) -> None:
    """Remove a write-ahead log that belongs to another database, which this one was put in place of.

    SQLite would apply it, and damage both. A database says in its head whether it has a log, before it gets
    one; a copy that `write_copy` made says that it has none.
    """
    log = database.with_name(f"{database.name}-wal")
    if log.exists() and _head(database)[_WRITE_VERSION : _WRITE_VERSION + 1] == b"\1":
        _remove_logs(database)


def _copy(source: sqlite3.Connection, part: Path) -> None:
    part.unlink(missing_ok=True)
    make_private(part, exist_ok=False)
    source.execute("VACUUM INTO ?", (str(part),))
    _sync(part)


@contextmanager
def _opened_backup(backup: Path) -> Iterator[sqlite3.Connection]:
    if not backup.is_file():
        raise InvalidInput(f"There is no file {str(backup)!r}.")
    # A copy of a database in use may have a log of its own. Else nothing is written beside it.
    has_log = _head(backup)[_WRITE_VERSION : _WRITE_VERSION + 1] == b"\2" and Path(f"{backup}-wal").exists()
    how = "mode=ro" if has_log else "mode=ro&immutable=1"
    with closing(sqlite3.connect(f"{backup.resolve().as_uri()}?{how}", uri=True)) as source:
        yield source


def _check_backup(source: sqlite3.Connection, backup: Path, versions: set[str]) -> None:
    try:
        problems = source.execute("PRAGMA integrity_check(1)").fetchall()
        if problems != [("ok",)]:
            raise sqlite3.DatabaseError
        (version,) = source.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
    except sqlite3.Error:
        raise InvalidInput(
            f"{str(backup)!r} is no whole database of Email Assistant. Nothing was changed; "
            "try an older backup."
        ) from None
    if version not in versions:
        raise InvalidInput(
            f"{str(backup)!r} was written by a newer version of Email Assistant. Nothing was changed; "
            "install that version, and restore it there."
        )


def _let_go(database: Path) -> None:
    """Take its log away from `database`, which is replaced next.

    Raises:
        InvalidInput: another program has it open.
    """
    if database.exists():
        # The log goes into the file, where that can be, so that a restore that is killed here loses nothing.
        with closing(sqlite3.connect(database, timeout=0)) as old, suppress(sqlite3.DatabaseError):
            try:
                old.execute("PRAGMA journal_mode = DELETE").close()
            except sqlite3.OperationalError as refused:
                if "locked" in str(refused):
                    raise InvalidInput(
                        "The database is in use. Stop every server and program that has it open, then "
                        "restore again."
                    ) from None
                raise
    _remove_logs(database)


def _remove_logs(database: Path) -> None:
    for end in LOGS:
        database.with_name(database.name + end).unlink(missing_ok=True)


def _head(database: Path) -> bytes:
    with suppress(OSError), database.open("rb") as file:
        return file.read(100)
    return b""


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folder, and writes its names with the file
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
