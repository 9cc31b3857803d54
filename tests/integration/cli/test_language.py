"""The terminal speaks the language of the locale."""

from __future__ import annotations

import pytest

from tests.integration.cli.program import Program

GERMAN = {"LC_ALL": "", "LANGUAGE": "", "LC_MESSAGES": "", "LANG": "de_DE.UTF-8"}


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("de_DE.UTF-8", "Es gibt noch keine Unterhaltungen. Beginnen Sie eine mit: email-assistant reply"),
        ("C", "There are no conversations yet. Begin one with: email-assistant reply"),
        ("POSIX", "There are no conversations yet. Begin one with: email-assistant reply"),
    ],
)
def test_it_follows_lang(program: Program, lang: str, sentence: str) -> None:
    listed = program.run("list", **GERMAN | {"LANG": lang})

    assert sentence in listed.stdout + listed.stderr
    assert listed.returncode == 0


def test_errors_and_usage_follow_it_too(program: Program) -> None:
    unknown = program.run("show", "1a2b3c4d", **GERMAN)
    assert "Die Unterhaltung '1a2b3c4d' gibt es nicht." in unknown.stderr
    assert unknown.returncode == 4
    usage = program.run("list", "--nothing", **GERMAN)
    assert "Die Option '--nothing' gibt es nicht." in usage.stderr
    assert usage.returncode == 2


def test_a_dialogue_in_german(program: Program, email: str) -> None:
    terminal = program.at_terminal("reply", email, columns=120, **GERMAN)
    terminal.sees("Wie möchten Sie antworten?")
    terminal.types("Ja, am Donnerstag.")
    terminal.sees("Sagen Sie, was sich ändern soll")
    terminal.types("accept")
    assert terminal.leaves() == 0
