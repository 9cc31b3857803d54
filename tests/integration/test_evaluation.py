"""The evaluation against the real service: every case, with the writers that need no model, and with one that fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from email_assistant.evaluation import (
    Outcome,
    Report,
    Writer,
    as_table,
    compare,
    evaluate,
    load_cases,
    read_figures,
)
from email_assistant.evaluation.cases import Case
from email_assistant.settings import Settings
from tests.fakes.openai_server import FakeOpenAI, Reply
from tests.integration.cli.conftest import Model, model, online, program  # noqa: F401 - fixtures
from tests.integration.cli.program import Program

KEPT = Path(__file__).with_name("evaluation_rules.json")
"""The rules' figures; keep them anew with `email-assistant eval --writer rules --save-baseline`."""


def settings(**changes: object) -> Settings:
    return Settings.model_validate({"OPENAI_API_KEY": None, "OPENAI_BASE_URL": None} | changes)


async def measured(writer: Writer, cases: list[Case], *, at_once: int = 1) -> Report:
    outcomes: list[Outcome] = []
    await evaluate(writer, cases, outcomes.append, at_once=at_once)
    return Report.of(writer.label, outcomes)


async def test_the_service_loses_nothing_of_what_a_perfect_model_writes() -> None:
    cases = load_cases()
    report = await measured(Writer.scripted(settings()), cases)
    assert report.cases == len(cases)
    wrong = {o.case: [d.failed for d in o.drafts if d.failed] or o.error for o in report.outcomes}
    assert {case: what for case, what in wrong.items() if what} == {}
    assert [figure for figure, tally in report.figures.items() if tally.good < tally.of] == []


async def test_the_rules_write_no_worse_than_they_did() -> None:
    report = await measured(Writer.rules(settings()), load_cases())
    assert report.failed_cases == 0
    worse = [f"{fall.label}: {fall.now}, was {fall.before}" for fall in compare(read_figures(KEPT), [report])]
    assert worse == [], as_table([report])


async def test_many_cases_at_once_do_not_mix() -> None:
    report = await measured(Writer.scripted(settings()), load_cases(only="pair"), at_once=8)
    assert report.figures["send_ready"].good == report.cases


async def test_a_case_whose_turn_fails_counts_as_failed_and_the_run_goes_on(openai_server: FakeOpenAI) -> None:
    first, second = load_cases(only="sv-stuga-*")
    openai_server.will(Reply(status=400, structured=True, when=first.instructions, times=None))
    openai_server.will(Reply(text=second.reference_draft(1), structured=False, times=None))
    openai_server.will(Reply(questions=[*second.reference_questions], times=None))
    writer = Writer.model(settings(OPENAI_BASE_URL=openai_server.url, OPENAI_API_KEY="test"))
    report = await measured(writer, [first, second])
    failed, passed = report.outcomes
    assert failed.error
    assert failed.figures["must"].good == 0
    assert failed.figures["must"].of == len(first.must)
    assert (passed.error, passed.send_ready) == (None, True)
    assert report.failed_cases == 1
    assert report.tokens > 0


def test_two_prompts_are_compared_in_one_run(online: Program, tmp_path: Path) -> None:  # noqa: F811
    shipped = (Path(__file__).parents[2] / "email_assistant/writing/prompt.toml").read_text(encoding="utf-8")
    for name in ("one.toml", "two.toml"):
        (tmp_path / name).write_text(shipped, encoding="utf-8")
    ended = online.run(
        "eval", "--prompt-file", "one.toml", "--against", "two.toml", "--only", "sv-stuga-enough", "--json", "all.json"
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "with one.toml" in ended.stdout.splitlines()[0]
    assert "with two.toml" in ended.stdout.splitlines()[0]
    written = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert [report["cases"] for report in written["writers"]] == [1, 1]


def test_a_figure_that_got_worse_ends_the_program_with_1(program: Program, tmp_path: Path) -> None:  # noqa: F811
    options = ("eval", "--only", "pl-wesele-odmowa", "--baseline", "kept.json")
    kept = program.run(*options[:3], "--writer", "scripted", "--save-baseline", "kept.json")
    assert kept.returncode == 0
    assert program.run(*options, "--writer", "scripted").returncode == 0
    text = (tmp_path / "kept.json").read_text(encoding="utf-8").replace('"scripted"', '"rules"')
    (tmp_path / "kept.json").write_text(text, encoding="utf-8")
    worse = program.run(*options, "--writer", "rules")
    assert worse.returncode == 1
    assert "Worse than the baseline: rules, " in worse.stdout


def test_an_interrupted_run_shows_what_was_measured(online: Program, model: Model) -> None:  # noqa: F811
    model.will(stall=True, when="vi har lakan med oss", times=None)
    terminal = online.at_terminal("eval", "--only", "sv", "--limit", "2", COLUMNS="100")
    terminal.sees("1 of 2 cases")
    terminal.presses("c")
    assert terminal.leaves() == 130
    assert "send-ready" in terminal.text
    assert "Stopped. The table is of the cases that were done until then." in terminal.text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--only", "nothing-like-it"], "no case has 'nothing-like-it'"),
        (["--writer", "model"], "no model is set"),
        (["--writer", "rules", "--model", "x"], "leave the other writers out"),
        (["--json", "no/such/folder.json"], "its folder does not exist"),
    ],
)
def test_what_cannot_be_measured_is_refused_at_once(program: Program, arguments: list[str], said: str) -> None:  # noqa: F811
    ended = program.run("eval", *arguments)
    assert ended.returncode == 2
    assert said in ended.stderr
