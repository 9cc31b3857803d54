"""Users, tokens and the database, from the command line; all that is printed is what was asked for."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing

import pytest

from tests.integration.cli.program import Program, Terminal

PASSWORD = "correct horse battery"


@pytest.fixture
def sam(program: Program) -> str:
    added = program.run("users", "add", "Sam", "--password-stdin", given=f"{PASSWORD}\n")
    assert (added.returncode, added.stdout) == (0, "sam can sign in.\n")
    return "sam"


def test_a_user_is_added_disabled_and_enabled(program: Program, sam: str) -> None:
    assert "sam" in program.run("users", "list").stdout
    assert program.run("users", "disable", sam).returncode == 0
    assert "disabled" in program.run("users", "list").stdout
    assert program.run("users", "enable", sam).returncode == 0
    assert "disabled" not in program.run("users", "list").stdout
    assert program.run("users", "sign-out", sam).stdout == "sam is signed out everywhere.\n"


@pytest.mark.parametrize("command", ["passwd", "disable", "enable", "sign-out"])
def test_an_unknown_user_is_told(program: Program, command: str) -> None:
    options = ["--password-stdin"] if command == "passwd" else []
    ended = program.run("users", command, "eve", *options, given=f"{PASSWORD}\n")
    assert ended.returncode == 4
    assert "There is no user 'eve'" in ended.stderr


def test_a_short_password_and_a_name_twice_are_refused(program: Program, sam: str) -> None:
    short = program.run("users", "add", "kim", "--password-stdin", given="short\n")
    assert (short.returncode, "A password has 12 to 1024 characters" in short.stderr) == (3, True)
    twice = program.run("users", "add", "SAM", "--password-stdin", given=f"{PASSWORD}\n")
    assert (twice.returncode, "There is a user 'sam' already" in twice.stderr) == (3, True)


def test_without_a_terminal_a_password_is_not_asked_for(program: Program) -> None:
    ended = program.run("users", "add", "kim", given=PASSWORD)
    assert ended.returncode == 2
    assert "--password-stdin" in ended.stderr


def test_at_a_terminal_a_password_is_asked_for_twice_and_not_shown(program: Program) -> None:
    terminal: Terminal = program.at_terminal("users", "add", "kim")
    terminal.sees("Password: ")
    terminal.child.sendline(PASSWORD)
    terminal.sees("The same again: ")
    terminal.child.sendline(PASSWORD)
    terminal.sees("kim can sign in.")
    assert terminal.leaves() == 0
    assert PASSWORD not in "".join(terminal.shown)


def test_a_token_is_printed_once_and_listed_without_its_text(program: Program, sam: str) -> None:
    created = program.run("tokens", "create", sam, "laptop")
    token = created.stdout.strip()
    assert token.startswith("email-assistant-")
    assert "not shown again" in created.stderr

    listed = program.run("tokens", "list", sam).stdout
    assert "laptop" in listed
    assert token not in listed
    assert program.run("tokens", "revoke", sam, "laptop").returncode == 0
    assert program.run("tokens", "revoke", sam, "laptop").returncode == 4
    assert "There are no tokens" in program.run("tokens", "list", sam).stdout


def test_a_backup_is_whole_private_and_never_over_a_file(program: Program, sam: str) -> None:
    copy = program.data_dir.parent / "copy.db"
    assert program.run("db", "backup", str(copy)).returncode == 0
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT name FROM users").fetchall() == [("sam",)]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600

    again = program.run("db", "backup", str(copy))
    assert (again.returncode, "File exists" in again.stderr) == (3, True)


def test_a_database_is_upgraded_and_checked(program: Program, sam: str) -> None:
    assert program.run("db", "upgrade").stdout == "The database schema is up to date.\n"
    assert program.run("db", "check").stdout == "The database is intact.\n"


def test_a_damaged_database_is_told(program: Program, sam: str) -> None:
    with closing(sqlite3.connect(program.data_dir / "conversations.db")) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'conversations_by_activity'")
        connection.commit()
    ended = program.run("db", "check")
    assert ended.returncode == 7
    assert "The database is damaged" in ended.stderr


def test_files_are_moved_to_the_database_where_no_bucket_is_set(program: Program, email: str) -> None:
    program.run("reply", email, "-i", "yes", "--no-input")
    assert program.run("db", "move-files").stdout == "Files moved: 0.\n"


def test_old_conversations_are_purged_and_new_ones_stay(program: Program, email: str) -> None:
    for _ in range(2):
        program.run("reply", email, "-i", "yes", "--no-input")
    with closing(sqlite3.connect(program.data_dir / "conversations.db")) as connection:
        (first,) = connection.execute("SELECT app_id FROM conversations LIMIT 1").fetchone()
        connection.execute("UPDATE conversations SET updated_at = '2020-01-01' WHERE app_id = ?", (first,))
        connection.commit()

    assert program.run("purge", "--older-than", "90d", given="n\n").returncode != 0
    assert program.run("purge", "--older-than", "90d", "--yes").stdout == "1 conversation is deleted.\n"
    assert program.run("purge", "--older-than", "soon").returncode == 2
    assert program.run("list", "--json").stdout.count('"app_id"') == 1
