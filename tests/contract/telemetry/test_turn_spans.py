"""Turns and steps as spans and measures of OpenTelemetry."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from email_assistant import watching
from email_assistant.conversation.commands import Accept, Retry
from email_assistant.errors import ModelError, WrongStep
from email_assistant.writing.drafting import Drafting
from tests.contract.telemetry.collecting import attributes, measured, named, parent_of
from tests.contract.telemetry.watched import MAIL, OWNER, converse, opened
from tests.fakes.scripted_model import Hang, ScriptedModel


async def test_a_turn_is_a_span_with_a_span_for_each_step_and_no_mail_text(
    tmp_path: Path, spans: InMemorySpanExporter
) -> None:
    app_id = await converse(tmp_path, "opentelemetry")

    turn = named(spans, "turn NewEmail")
    assert turn.parent is None
    assert turn.status.status_code == StatusCode.OK
    assert attributes(turn) | {
        "gen_ai.conversation.id": app_id,
        "email_assistant.command": "NewEmail",
        "email_assistant.step": "formulate_draft",
        "email_assistant.outcome": "draft",
        "email_assistant.draft.version": 1,
    } == attributes(turn)
    steps = ["process_input", "determine_clarifications", "formulate_draft"]
    of_turn = [span for span in spans.get_finished_spans() if span.context.trace_id == turn.context.trace_id]
    assert [span.name for span in of_turn] == [*steps, "turn NewEmail"]
    assert {parent_of(span) for span in of_turn[:-1]} == {turn.context.span_id}
    asked = attributes(named(spans, "determine_clarifications"))
    assert (asked["email_assistant.questions"], asked["email_assistant.reason"]) == (0, "all_is_said")
    assert not any(
        "Lunch" in span.to_json() or "dana@" in span.to_json() for span in spans.get_finished_spans()
    )


@pytest.mark.parametrize("step", ["determine_clarifications", "formulate_draft"])
async def test_a_step_that_is_stopped_is_an_error_and_its_turn_is_not_lost(
    tmp_path: Path, spans: InMemorySpanExporter, step: str
) -> None:
    model, hang = ScriptedModel(), Hang()
    (model.questions if step == "determine_clarifications" else model.drafts).append(hang)
    async with opened(
        tmp_path, "opentelemetry", model=model, drafting=Drafting(proofreads=False)
    ) as assistant:
        app_id = (await assistant.create(OWNER)).app_id
        turn = asyncio.create_task(assistant.turn(OWNER, app_id, MAIL))
        await hang.reached.wait()
        await assistant.stop(OWNER, app_id)
        with pytest.raises(asyncio.CancelledError):
            await turn

    for span in (named(spans, step), named(spans, "turn NewEmail")):
        assert span.status.status_code == StatusCode.ERROR
        assert attributes(span)["error.type"] == "Stopped"
    assert attributes(named(spans, "turn NewEmail"))["email_assistant.outcome"] == "stopped"


@pytest.mark.parametrize("step", ["determine_clarifications", "formulate_draft"])
async def test_a_step_that_fails_is_an_error_by_its_type(
    tmp_path: Path, spans: InMemorySpanExporter, step: str
) -> None:
    model, failure = ScriptedModel(), ModelError("The mail said: Lunch")
    (model.drafts if step == "formulate_draft" else model.questions).append(
        failure if step == "formulate_draft" else RuntimeError("Lunch")
    )
    async with opened(
        tmp_path, "opentelemetry", model=model, drafting=Drafting(proofreads=False)
    ) as assistant:
        app_id = (await assistant.create(OWNER)).app_id
        with pytest.raises((ModelError, RuntimeError)):
            await assistant.turn(OWNER, app_id, MAIL)
        with pytest.raises(WrongStep):
            await assistant.turn(OWNER, app_id, Accept())
        await assistant.turn(OWNER, app_id, Retry())

    expected = "ModelError" if step == "formulate_draft" else "RuntimeError"
    failed, *_ = [span for span in spans.get_finished_spans() if span.name == step]
    for span in (failed, named(spans, "turn NewEmail")):
        assert (span.status.status_code, attributes(span)["error.type"]) == (StatusCode.ERROR, expected)
        assert "Lunch" not in span.to_json()
    refused = named(spans, "turn Accept")
    assert attributes(refused)["email_assistant.outcome"] == "refused"
    assert refused.status.status_code == StatusCode.UNSET
    assert named(spans, "turn Retry").status.status_code == StatusCode.OK


async def test_a_turn_is_a_child_of_the_span_that_was_begun_for_its_request(
    tmp_path: Path, spans: InMemorySpanExporter
) -> None:
    watching.trace_parent.set("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
    with trace.get_tracer("server").start_as_current_span("PUT /initialize_draft"):
        await converse(tmp_path, "opentelemetry")
    assert not trace.get_current_span().get_span_context().is_valid

    request = named(spans, "PUT /initialize_draft")
    assert parent_of(named(spans, "turn NewEmail")) == request.context.span_id


async def test_what_was_found_and_repaired_is_counted(
    tmp_path: Path, collected: tuple[InMemorySpanExporter, InMemoryMetricReader]
) -> None:
    model = ScriptedModel()
    model.drafts += ["Hi Dana,\n\nTBD [date].\n\nSam", "Hi Dana,\n\nYes, gladly: [time].\n\nSam"]
    async with opened(tmp_path, "opentelemetry", model=model) as assistant:
        app_id = (await assistant.create(OWNER)).app_id
        view = await assistant.turn(OWNER, app_id, MAIL)

    kept = view.state.draft_history[-1]
    codes = {each["code"] for each in measured(collected[1], "email_assistant.findings")}
    assert {finding.code for finding in kept.findings} <= codes
    assert {"origin": "written", "attempt": kept.attempt} in measured(collected[1], "email_assistant.drafts")
