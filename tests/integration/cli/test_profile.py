"""The profile at the command line: shown, set, exported, imported, cleared, and learned from a draft."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.program import EMAIL, Program


def shown(program: Program) -> dict[str, Any]:
    return dict(json.loads(program.run("profile", "show", "--json").stdout))


def test_fields_are_set_and_the_others_stay(program: Program) -> None:
    ended = program.run("profile", "set", "name=Sam Lee", "addresses=sam@example.com, sam@example.org")
    assert (ended.returncode, ended.stdout) == (0, "The profile is saved.\n")
    program.run("profile", "set", "reply-all=yes", "quote=no", "facts=Two\nlines = two")
    kept = shown(program)
    assert kept["name"] == "Sam Lee"
    assert kept["addresses"] == ["sam@example.com", "sam@example.org"]
    assert (kept["reply_all"], kept["quote"], kept["facts"]) == (True, False, "Two\nlines = two")
    program.run("profile", "set", "name=")
    assert shown(program) == kept | {"name": ""}
    plain = program.run("profile", "show").stdout
    assert "sam@example.org" in plain
    assert "(not set)" in plain


def test_examples_come_from_files(program: Program, tmp_path: Path) -> None:
    (tmp_path / "mail.txt").write_text("Hi Kim,\n\nyes.\n")
    (tmp_path / "sent.eml").write_text(f"{EMAIL}\nOn Monday, Kim wrote:\n> Lunch?\n")
    program.run("profile", "set", "--example", "mail.txt", "--example", "sent.eml")
    first, second = shown(program)["examples"]
    assert first == "Hi Kim,\n\nyes."
    assert second.startswith("Hi Sam,")
    assert "Lunch?" not in second
    program.run("profile", "set", "--no-examples", "--example", "mail.txt")
    assert shown(program)["examples"] == ["Hi Kim,\n\nyes."]
    program.run("profile", "set", "--no-examples")
    assert shown(program)["examples"] == []


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["nmae=Sam"], 3, 'There is no field "nmae".'),
        (["addresses=sam"], 3, '"sam" is not an email address.'),
        (["quote=perhaps"], 3, "quote is either true or false."),
        ([f"tone={'x' * 501}"], 3, "at most 500 characters."),
        (["--example", "absent.txt"], 3, "absent.txt cannot be read"),
        (["name"], 2, "write FIELD=VALUE"),
        (["examples=x"], 2, "--example FILE"),
        ([], 2, "say what to set"),
    ],
)
def test_what_cannot_be_set_is_told_and_changes_nothing(
    program: Program, arguments: list[str], code: int, sentence: str
) -> None:
    ended = (
        program.run("profile", "set", "name=Sam", *arguments) if arguments else program.run("profile", "set")
    )
    assert ended.returncode == code
    assert sentence in ended.stderr
    assert shown(program)["name"] == ""


@pytest.mark.parametrize("name", ["profile.toml", "profile.json"])
def test_what_was_exported_is_imported_exactly(program: Program, tmp_path: Path, name: str) -> None:
    (tmp_path / "mail.txt").write_text('Zoë,\n\n"""quoted""" \\ and\ttabs\u2028\x1b[31m')
    program.run("profile", "set", "name=Sam Ó", "signature=Sam\n\n  Office ", "--example", "mail.txt")
    kept = shown(program)
    assert program.run("profile", "export", name).returncode == 0
    assert "exists already" in program.run("profile", "export", name).stderr
    assert program.run("profile", "export", name, "--force").returncode == 0

    assert program.run("profile", "clear").returncode == 2
    assert program.run("profile", "clear", "--yes").returncode == 0
    assert shown(program) != kept
    assert program.run("profile", "import", name).returncode == 0
    assert shown(program) == kept

    piped = program.run("profile", "export", LANG="C", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert "\x1b" not in piped.stdout
    program.run("profile", "clear", "--yes")
    program.run("profile", "import", "-", given=piped.stdout)
    assert shown(program) == kept


def test_a_file_that_is_no_profile_changes_nothing(program: Program, email: str, tmp_path: Path) -> None:
    program.run("profile", "set", "name=Sam")
    (tmp_path / "typo.toml").write_text('nmae = "Sam"')
    for file, sentence in (
        (email, "neither TOML nor JSON"),
        ("typo.toml", "no field"),
        ("absent.toml", "cannot be read"),
    ):
        ended = program.run("profile", "import", file)
        assert ended.returncode == 3
        assert sentence in ended.stderr
    assert shown(program)["name"] == "Sam"


def test_an_edited_draft_is_learned_in_the_dialogue(program: Program) -> None:
    app_id = program.drafted()
    terminal = program.at_terminal("resume", app_id)
    terminal.types("learn")
    terminal.sees("edited by hand")
    terminal.types("quit")
    assert terminal.leaves() == 0
    terminal = program.at_terminal("resume", program.drafted(own_text="Hi Dana,\n\nyes."))
    terminal.types("learn")
    terminal.sees("from now on")
    terminal.types("quit")
    assert terminal.leaves() == 0
    assert shown(program)["examples"] == ["Hi Dana,\n\nyes."]


def test_learn_can_be_said_without_a_terminal(program: Program) -> None:
    app_id = program.drafted(own_text="Hi Dana,\n\nyes.")
    ended = program.run("resume", app_id, "--say", "learn", "--no-input")
    assert ended.returncode == 0, ended.stderr
    assert shown(program)["examples"] == ["Hi Dana,\n\nyes."]
    assert program.run("resume", program.drafted(), "--say", "Learn", "--no-input").returncode != 0


def test_learn_can_be_said_at_the_beginning_of_a_dialogue(program: Program) -> None:
    app_id = program.drafted(own_text="Hi Dana,\n\nyes.")
    terminal = program.at_terminal("resume", app_id, "--say", "learn")
    terminal.sees("from now on")
    terminal.types("quit")
    assert terminal.leaves() == 0
    assert shown(program)["examples"] == ["Hi Dana,\n\nyes."]


def test_refinements_stand_on_a_line_each(program: Program) -> None:
    program.run("profile", "set", "refinements=less formal\n\nno questions\nless formal")
    assert shown(program)["refinements"] == ["less formal", "no questions"]
    program.run("profile", "set", "refinements=")
    assert shown(program)["refinements"] == []
