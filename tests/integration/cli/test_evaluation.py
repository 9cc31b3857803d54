"""`email-assistant eval`: compares, keeps figures, and can be stopped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Model
from tests.integration.cli.program import ROOT, Program


def test_two_prompts_are_compared_in_one_run(online: Program, tmp_path: Path) -> None:
    shipped = (ROOT / "email_assistant/writing/prompt.toml").read_text(encoding="utf-8")
    for name in ("one.toml", "two.toml"):
        (tmp_path / name).write_text(shipped, encoding="utf-8")
    ended = online.run(
        *("eval", "--only", "sv-stuga-enough", "--json", "all.json"),
        *("--prompt-file", "one.toml", "--against", "two.toml"),
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "with one.toml" in ended.stdout.splitlines()[0]
    assert "with two.toml" in ended.stdout.splitlines()[0]
    written = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert [report["cases"] for report in written["writers"]] == [1, 1]


def test_a_figure_that_got_worse_ends_the_program_with_1(program: Program, tmp_path: Path) -> None:
    options = ("eval", "--only", "es-casero-tu", "--baseline", "kept.json")
    kept = program.run(*options[:3], "--writer", "scripted", "--save-baseline", "kept.json")
    assert kept.returncode == 0
    assert program.run(*options, "--writer", "scripted").returncode == 0
    text = (tmp_path / "kept.json").read_text(encoding="utf-8").replace('"scripted"', '"rules"')
    (tmp_path / "kept.json").write_text(text, encoding="utf-8")
    worse = program.run(*options, "--writer", "rules")
    assert worse.returncode == 1
    assert "Worse than the baseline: rules, " in worse.stdout


def test_an_interrupted_run_shows_what_was_measured(online: Program, model: Model) -> None:
    model.will(stall=True, when="vi har lakan med oss", times=None)
    terminal = online.at_terminal("eval", "--only", "sv", "--limit", "2", COLUMNS="100")
    terminal.sees("1 of 2 cases")
    terminal.presses("c")
    assert terminal.leaves() == 130
    assert "send-ready" in terminal.text
    assert "Stopped. The table covers the cases done so far." in terminal.text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--only", "nothing-like-it"], "no case has 'nothing-like-it'"),
        (["--writer", "model"], "no model is set"),
        (["--writer", "rules", "--model", "x"], "leave the other writers out"),
        (["--json", "no/such/folder.json"], "its folder does not exist"),
    ],
)
def test_what_cannot_be_measured_is_refused_at_once(
    program: Program, arguments: list[str], said: str
) -> None:
    ended = program.run("eval", *arguments)
    assert ended.returncode == 2
    assert said in ended.stderr
