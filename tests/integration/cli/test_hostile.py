"""What a mail, a draft or a title says to the terminal is shown and never obeyed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli.conftest import Model
from tests.integration.cli.program import EMAIL, Program

TITLE = "\x1b]0;owned\x07"
CLEAR = "\x1b[2J\x1b[1;1H"
C1 = "\x9b31m"
OVERRIDE = "\u202egnp.exe\u2066"
HOSTILE = f"{TITLE}{CLEAR}{C1}{OVERRIDE}\b\b\b\r"
OBEYED = ("\x1b]", "\x1b[2J", "\x1b[1;1H", "\x9b", "\x07", "\b", "\u202e", "\u2066")


HOSTILE_EMAIL = (
    EMAIL.replace("Hi Sam", f"Hi Sam {HOSTILE}")
    .replace("Lunch", f"Lunch {HOSTILE.rstrip()}")
    .replace("Dana Whitfield", f"Dana {OVERRIDE}")
    .replace("Message-ID", "Content-Type: text/plain; charset=utf-8\nMIME-Version: 1.0\nMessage-ID")
)


@pytest.fixture
def hostile_email(tmp_path: Path) -> str:
    (tmp_path / "hostile.eml").write_text(HOSTILE_EMAIL, encoding="utf-8", newline="")
    return "hostile.eml"


def obeyed(shown: str) -> list[str]:
    return [sequence for sequence in OBEYED if sequence in shown]


def test_a_dialogue_shows_it_harmlessly(online: Program, model: Model, hostile_email: str) -> None:
    model.will(questions=[f"Which {HOSTILE} day?"])
    model.will(text=f"Hi {HOSTILE} Dana", structured=False)
    model.will(text=f"Hello {HOSTILE} Dana", structured=False)
    terminal = online.at_terminal("reply", hostile_email, "-i", "say yes", "--json")
    terminal.types("Tuesday")
    for said in ("email", "change it", "diff", "show", "accept"):
        terminal.types(said)
    assert terminal.leaves() == 0
    assert obeyed(terminal.raw) == []
    assert "␛]0;owned␇" in terminal.text
    assert "<U+202E>gnp.exe" in terminal.text


@pytest.mark.parametrize(
    "arguments", [["list"], ["list", "--json"], ["show", "ID"], ["show", "ID", "--json"]]
)
def test_lists_and_stories_show_it_harmlessly(program: Program, arguments: list[str]) -> None:
    app_id = program.drafted(HOSTILE_EMAIL, own_text=f"Hi {HOSTILE} Dana")
    terminal = program.at_terminal(*[app_id if argument == "ID" else argument for argument in arguments])
    assert terminal.leaves() == 0
    assert "Lunch" in terminal.raw
    assert obeyed(terminal.raw) == []


def test_a_reader_behind_a_pipe_is_shown_it_harmlessly_too(program: Program) -> None:
    app_id = program.drafted(HOSTILE_EMAIL, own_text=f"Hi {HOSTILE} Dana")
    assert obeyed(program.run("show", app_id).stdout) == []


def test_a_terminal_is_shown_an_export_harmlessly_and_a_file_gets_it_exactly(program: Program) -> None:
    app_id = program.drafted(own_text=f"Hi {TITLE} Dana")
    terminal = program.at_terminal("export", app_id)
    assert terminal.leaves() == 0
    assert obeyed(terminal.raw) == []
    assert program.run("export", app_id).stdout == f"Hi {TITLE} Dana\n"


def test_a_paste_is_echoed_harmlessly(program: Program) -> None:
    terminal = program.at_terminal("reply", "-i", "say yes")
    terminal.sees("Ctrl-D")
    terminal.child.send(f"Hello Sam,\n{TITLE}{C1}{OVERRIDE}\nlunch?\nDana\n")
    terminal.presses("d")
    terminal.sees("Draft 1")
    terminal.types("quit")
    terminal.leaves()
    assert obeyed(terminal.raw) == []


def test_nothing_but_text_is_sent_to_a_terminal_that_knows_no_more(
    program: Program, hostile_email: str
) -> None:
    terminal = program.at_terminal("reply", hostile_email, "-i", "say yes", "--no-input", TERM="dumb")
    assert terminal.leaves() == 0
    assert "\x1b" not in terminal.raw
