"""What a mail, a draft or a title says to the terminal is shown and never obeyed."""

from __future__ import annotations

import json
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


@pytest.fixture
def hostile_email(tmp_path: Path) -> str:
    text = EMAIL.replace("Hi Sam", f"Hi Sam {HOSTILE}").replace("Lunch", f"Lunch {HOSTILE.rstrip()}")
    text = text.replace("Dana Whitfield", f"Dana {OVERRIDE}")
    (tmp_path / "hostile.eml").write_text(
        text.replace("Message-ID", "Content-Type: text/plain; charset=utf-8\nMIME-Version: 1.0\nMessage-ID"),
        encoding="utf-8",
        newline="",
    )
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


@pytest.mark.parametrize("redirected", ['"$@"', '"$@" | cat'])
def test_lists_and_stories_show_it_harmlessly(
    online: Program, model: Model, hostile_email: str, redirected: str
) -> None:
    model.will(text=f"Hi {HOSTILE} Dana", structured=False)
    drafted = json.loads(online.run("reply", hostile_email, "-i", "yes", "--no-input", "--json").stdout)
    for command in (
        ["list"],
        ["show", drafted["app_id"]],
        ["show", drafted["app_id"], "--json"],
        ["list", "--json"],
    ):
        terminal = online.at_terminal(*command, line=redirected)
        assert terminal.leaves() == 0
        assert "Dana" in terminal.raw or "Lunch" in terminal.raw
        assert obeyed(terminal.raw) == []


def test_a_terminal_is_shown_an_export_harmlessly_and_a_file_gets_it_exactly(
    online: Program, model: Model, hostile_email: str
) -> None:
    model.will(text=f"Hi {TITLE} Dana", structured=False)
    drafted = json.loads(online.run("reply", hostile_email, "-i", "yes", "--no-input", "--json").stdout)
    terminal = online.at_terminal("export", drafted["app_id"])
    assert terminal.leaves() == 0
    assert obeyed(terminal.raw) == []
    assert online.run("export", drafted["app_id"]).stdout == f"Hi {TITLE} Dana\n"


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
