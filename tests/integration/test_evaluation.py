"""The evaluation holds every case with the real service, and goes on where a turn fails."""

from __future__ import annotations

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

KEPT = Path(__file__).with_name("evaluation_rules.json")
"""The rules' figures; keep them anew with `email-assistant eval --writer rules --save-baseline`."""


def settings(**changes: object) -> Settings:
    return Settings.model_validate({"OPENAI_API_KEY": None, "OPENAI_BASE_URL": None} | changes)


async def measured(writer: Writer, cases: list[Case], *, at_once: int = 1) -> Report:
    outcomes: list[Outcome] = []
    await evaluate(writer, cases, outcomes.append, at_once=at_once)
    return Report.of(writer.label, outcomes)


@pytest.mark.parametrize("proofreader", [False, True], ids=["as it stands", "proofread"])
async def test_the_service_loses_nothing_of_what_a_perfect_model_writes(proofreader: bool) -> None:
    cases = load_cases()
    report = await measured(Writer.scripted(settings(proofreader=proofreader)), cases)
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
    report = await measured(Writer.scripted(settings(proofreader=False)), load_cases(only="pair"), at_once=8)
    assert report.figures["send_ready"].good == report.cases


async def test_a_case_whose_turn_fails_counts_as_failed_and_the_run_goes_on(
    openai_server: FakeOpenAI,
) -> None:
    first, second = load_cases(only="sv-stuga-*")
    openai_server.will(Reply(status=400, when=first.instructions, times=None))
    openai_server.will(Reply(text=second.reference_draft(1), structured=False, times=None))
    openai_server.will(Reply(questions=[*second.reference_questions], times=None))
    online = settings(OPENAI_BASE_URL=openai_server.url, OPENAI_API_KEY="test", proofreader=False)
    writer = Writer.model(online)
    report = await measured(writer, [first, second])
    failed, passed = report.outcomes
    assert failed.error
    assert failed.figures["must"].good == 0
    assert failed.figures["must"].of == len(first.must)
    assert (passed.error, passed.send_ready) == (None, True)
    assert report.failed_cases == 1
    assert report.tokens > 0
