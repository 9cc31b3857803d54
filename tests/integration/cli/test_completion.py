"""Completion, as the shells ask for it."""

from __future__ import annotations

import shutil

import pytest

from tests.integration.cli.program import Program


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_asks_the_program(program: Program, shell: str) -> None:
    ended = program.run("completion", shell)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert f"_EMAIL_ASSISTANT_COMPLETE={shell}_complete" in ended.stdout
    if path := shutil.which(shell):
        assert program.run(before=[path, "-n", "-c", ended.stdout]).returncode == 0


def complete(program: Program, *words: str) -> list[str]:
    asked = {"COMP_WORDS": " ".join(["email-assistant", *words]), "COMP_CWORD": str(len(words))}
    ended = program.run(_EMAIL_ASSISTANT_COMPLETE="bash_complete", **asked)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout.split()


def test_commands_options_and_files_are_completed(program: Program) -> None:
    assert complete(program, "re") == ["plain,reply", "plain,resume"]
    assert "plain,--no-input" in complete(program, "reply", "--no")
    assert complete(program, "reply", "ma") == ["file,ma"]


def test_ids_are_completed_where_there_are_any(program: Program) -> None:
    assert complete(program, "show", "") == []
    app_id = program.drafted()
    assert complete(program, "show", app_id[:2]) == [f"plain,{app_id[:8]}"]
    assert complete(program, "show", "zz") == []


def test_a_database_that_cannot_be_opened_completes_nothing(program: Program) -> None:
    (program.data_dir / "conversations.db").write_bytes(b"this is no database" * 100)
    assert complete(program, "show", "") == []
