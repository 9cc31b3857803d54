"""Calls of a model as spans, by OpenTelemetry's conventions."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from pathlib import Path

import pytest
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from email_assistant import watching
from email_assistant.errors import ModelError
from email_assistant.service.turns import Delta, Progress
from tests.contract.telemetry.collecting import attributes, measured, named, parent_of
from tests.contract.telemetry.watched import MAIL, OWNER, ask_model, opened, talking_to
from tests.fakes.openai_server import FakeOpenAI, Reply


async def test_a_model_call_is_a_client_span_by_the_conventions(
    tmp_path: Path,
    collected: tuple[InMemorySpanExporter, InMemoryMetricReader],
    spans: InMemorySpanExporter,
    openai_server: FakeOpenAI,
) -> None:
    app_id = await ask_model(tmp_path, openai_server)

    calls = [span for span in spans.get_finished_spans() if span.name == "chat small"]
    asked, written = calls
    for call, step in ((asked, "determine_clarifications"), (written, "formulate_draft")):
        assert call.kind == SpanKind.CLIENT
        assert parent_of(call) == named(spans, step).context.span_id
        known = attributes(call)
        assert known["gen_ai.response.time_to_first_chunk"] > 0
        assert known["gen_ai.usage.input_tokens"] > 0
        assert known["gen_ai.usage.output_tokens"] > 0
        assert (
            known
            | {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.conversation.id": app_id,
                "gen_ai.request.model": "small",
                "gen_ai.request.temperature": 0.3,
                "server.address": "127.0.0.1",
                "server.port": openai_server.port,
            }
            == known
        )
    assert attributes(written)["gen_ai.response.finish_reasons"] == ("stop",)
    assert (attributes(asked)["gen_ai.output.type"], attributes(written)["gen_ai.output.type"]) == (
        "json",
        "text",
    )
    assert not any("Lunch" in span.to_json() or "Which day" in span.to_json() for span in calls)
    why = attributes(named(spans, "determine_clarifications"))["email_assistant.reason"]
    assert why == "ask_left_open"

    reader = collected[1]
    tokens = {kind["gen_ai.token.type"] for kind in measured(reader, "gen_ai.client.token.usage")}
    assert tokens == {"input", "output"}
    for name in ("gen_ai.client.operation.duration", "gen_ai.client.operation.time_to_first_chunk"):
        assert any(each["gen_ai.request.model"] == "small" for each in measured(reader, name))
    assert {"asked": True, "reason": "ask_left_open"} in measured(reader, "email_assistant.clarifications")
    outcomes = {each["outcome"] for each in measured(reader, "email_assistant.turns")}
    assert {"asked", "draft", "accepted"} <= outcomes
    assert measured(reader, "email_assistant.conversation.drafts")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Reply(status=401, times=None), "ModelRejectedKey"),
        (Reply(text="one two", cut=True, after=1), "ModelCutOff"),
    ],
)
async def test_a_model_call_that_fails_is_an_error_by_its_type(
    tmp_path: Path, spans: InMemorySpanExporter, openai_server: FakeOpenAI, answer: Reply, error: str
) -> None:
    openai_server.replies.append(answer)
    async with (
        aclosing(talking_to(openai_server)) as model,
        opened(tmp_path, "opentelemetry", model=model) as assistant,
    ):
        app_id = (await assistant.create(OWNER)).app_id
        with pytest.raises(ModelError):
            await assistant.turn(OWNER, app_id, MAIL)

    for name in ("chat small", "formulate_draft", "turn NewEmail"):
        span = named(spans, name)
        assert (span.status.status_code, attributes(span)["error.type"]) == (StatusCode.ERROR, error)


async def test_a_model_call_that_is_stopped_is_one_too(
    tmp_path: Path, spans: InMemorySpanExporter, openai_server: FakeOpenAI
) -> None:
    openai_server.replies.append(Reply(text="one two three", stall=True, after=2))
    async with (
        aclosing(talking_to(openai_server)) as model,
        opened(tmp_path, "opentelemetry", model=model) as assistant,
    ):
        app_id = (await assistant.create(OWNER)).app_id
        begun = asyncio.Event()

        async def listen(progress: Progress) -> None:
            if isinstance(progress, Delta):
                begun.set()

        turn = asyncio.create_task(assistant.turn(OWNER, app_id, MAIL, listener=listen))
        await begun.wait()
        await assistant.stop(OWNER, app_id)
        with pytest.raises(asyncio.CancelledError):
            await turn

    for name in ("chat small", "formulate_draft", "turn NewEmail"):
        span = named(spans, name)
        assert (span.status.status_code, attributes(span)["error.type"]) == (StatusCode.ERROR, "Stopped")


async def test_mail_text_is_in_a_span_only_where_opentelemetrys_variable_says_so(
    tmp_path: Path, spans: InMemorySpanExporter, openai_server: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "true")
    await ask_model(tmp_path, openai_server)

    *_, written = [span for span in spans.get_finished_spans() if span.name == "chat small"]
    assert "Which day suits you?" in attributes(written)["gen_ai.input.messages"]
    [answer] = json.loads(attributes(written)["gen_ai.output.messages"])
    assert answer["finish_reason"] == "stop"
    assert "Lunch on Friday." in answer["parts"][0]["content"]
    assert json.loads(attributes(written)["gen_ai.system_instructions"])[0]["type"] == "text"


async def test_a_turn_goes_on_with_the_trace_of_its_request_up_to_the_model(
    tmp_path: Path, spans: InMemorySpanExporter, openai_server: FakeOpenAI
) -> None:
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    known, trace_parent = watching.id_of_request("", parent)
    watching.request_id.set(known)
    watching.trace_parent.set(trace_parent)

    await ask_model(tmp_path, openai_server)

    turn = named(spans, "turn NewEmail")
    assert f"{turn.context.trace_id:032x}" == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert attributes(turn)["email_assistant.request_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    for exchange in openai_server.exchanges:
        assert exchange.headers["x-request-id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
        assert exchange.headers["traceparent"].split("-")[1] == "4bf92f3577b34da6a3ce929d0e0e4736"
