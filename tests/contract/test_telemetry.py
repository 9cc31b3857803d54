"""The turns can be watched, and a watcher that fails breaks no turn."""

from __future__ import annotations

import ast
import asyncio
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from opentelemetry import metrics, trace
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import AggregationTemporality
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from email_assistant import watching
from email_assistant.conversation.commands import Accept, Answers, NewEmail, Retry, Revise
from email_assistant.errors import ModelError, WrongStep
from email_assistant.service.assistant import EmailAssistant
from email_assistant.service.document import state_of
from email_assistant.service.turns import Delta, Progress
from email_assistant.settings import Settings, Watcher
from email_assistant.store.opening import open_url
from email_assistant.telemetry import PROJECT, Telemetry
from email_assistant.writing import create_model
from email_assistant.writing.drafting import Drafting
from email_assistant.writing.model import LanguageModel
from email_assistant.writing.offline import OfflineWriter
from tests.fakes.openai_server import FakeOpenAI, Reply
from tests.fakes.scripted_model import Hang, ScriptedModel

OWNER = "sam"
DELTA = "AGGREGATION_TEMPORALITY_DELTA"
MAIL = NewEmail("From: Dana <dana@example.com>\nSubject: Lunch\n\nLunch on Tuesday?\n\nDana", "say yes")


@asynccontextmanager
async def opened(
    folder: Path, *watchers: Watcher, model: LanguageModel | None = None, drafting: Drafting | None = None
) -> AsyncIterator[EmailAssistant]:
    telemetry = Telemetry(watchers, folder / "burr")
    async with (
        open_url(f"sqlite:///{folder / 'x.db'}") as database,
        aclosing(
            EmailAssistant(database, model or OfflineWriter(delay=0), telemetry, drafting=drafting)
        ) as assistant,
    ):
        yield assistant


async def converse(folder: Path, *watchers: Watcher, delete: bool = False) -> str:
    async with opened(folder, *watchers) as assistant:
        app_id = (await assistant.create(OWNER)).app_id
        view = await assistant.turn(OWNER, app_id, MAIL)
        assert view.next_step == "process_feedback"
        await assistant.turn(OWNER, app_id, Revise("Make it shorter."))
        if delete:
            await assistant.delete(OWNER, app_id)
    return app_id


async def test_burr_tracks_every_step_in_a_private_folder_until_the_conversation_is_deleted(
    tmp_path: Path,
) -> None:
    app_id = await converse(tmp_path, "burr")

    tracked = tmp_path / "burr" / PROJECT / app_id
    lines = [json.loads(line) for line in (tracked / "log.jsonl").read_text().splitlines()]
    ended = [line["sequence_id"] for line in lines if line["type"] == "end_entry"]
    assert ended == [0, 1, 2, 3, 4]
    assert stat.S_IMODE((tmp_path / "burr").stat().st_mode) == 0o700

    deleted = await converse(tmp_path, "burr", delete=True)
    assert not (tmp_path / "burr" / PROJECT / deleted).exists()


def tracked(folder: Path, app_id: str) -> tuple[str, list[tuple[str, Any]]]:
    """Return what Burr's page lists a conversation by, and what it shows beside its steps."""
    of = folder / "burr" / PROJECT / app_id
    lines = [json.loads(line) for line in (of / "log.jsonl").read_text().splitlines()]
    attributes = [(line["key"], line["value"]) for line in lines if line["type"] == "attribute"]
    return json.loads((of / "metadata.json").read_text())["partition_key"], attributes


async def test_burrs_page_shows_what_was_decided_and_what_the_model_took(
    tmp_path: Path, openai_server: FakeOpenAI
) -> None:
    app_id = await ask_model(tmp_path, openai_server, "burr")

    label, attributes = tracked(tmp_path, app_id)
    assert label == OWNER
    assert ("why it asked", "ask_left_open") in attributes
    call, *_ = [value for key, value in attributes if key == "model call 1"]
    assert (call["model"], call["task"], call["error"]) == ("small", "clarify", None)
    assert call["input_tokens"] > 0


@pytest.mark.parametrize(
    ("subject", "label"),
    [("Lunch", "Lunch"), ("50% off? a/b #1", "50 off a b 1"), ("Mittag äöü", "Mittag äöü")],
)
async def test_burrs_page_lists_by_subject_where_that_is_allowed(
    tmp_path: Path, subject: str, label: str
) -> None:
    telemetry = Telemetry(["burr"], tmp_path / "burr", page="http://127.0.0.1:7241", with_subjects=True)
    async with (
        open_url(f"sqlite:///{tmp_path / 'x.db'}") as database,
        aclosing(EmailAssistant(database, OfflineWriter(delay=0), telemetry)) as assistant,
    ):
        app_id = (await assistant.create(OWNER)).app_id
        mail = NewEmail(f"From: Dana <dana@example.com>\nSubject: {subject}\n\nLunch?\n\nDana", "say yes")
        view = await assistant.turn(OWNER, app_id, mail)

    assert tracked(tmp_path, app_id)[0] == label
    assert state_of(view).monitor == f"http://127.0.0.1:7241/project/email-assistant/sam/{app_id}"


async def test_a_tracker_that_cannot_write_breaks_no_turn(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "burr").mkdir()
    (tmp_path / "burr" / PROJECT).write_text("a file where the folder should be")

    await converse(tmp_path, "burr")

    assert "Tracking of post_application_create failed" in caplog.text
    assert "Lunch" not in caplog.text


@pytest.fixture(scope="module")
def collected() -> tuple[InMemorySpanExporter, InMemoryMetricReader]:
    """Provide where the spans and the measures of this process go; OpenTelemetry allows to set that once."""
    exporter, reader = InMemorySpanExporter(), InMemoryMetricReader()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    metrics.set_meter_provider(MeterProvider([reader]))
    return exporter, reader


@pytest.fixture
def spans(collected: tuple[InMemorySpanExporter, InMemoryMetricReader]) -> InMemorySpanExporter:
    collected[0].clear()
    return collected[0]


def named(spans: InMemorySpanExporter, name: str) -> ReadableSpan:
    [span] = [span for span in spans.get_finished_spans() if span.name == name]
    return span


def parent_of(span: ReadableSpan) -> int:
    assert span.parent is not None
    return span.parent.span_id


def attributes(span: ReadableSpan) -> dict[str, Any]:
    assert span.attributes is not None
    return dict(span.attributes)


def measured(reader: InMemoryMetricReader, name: str) -> list[dict[str, Any]]:
    """Return the attributes of each measure of that name."""
    data = reader.get_metrics_data()
    assert data is not None
    found = [
        metric.data.data_points
        for resource in data.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
        if metric.name == name
    ]
    return [dict(point.attributes or {}) for points in found for point in points]


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


def talking_to(server: FakeOpenAI) -> LanguageModel:
    return create_model(Settings(openai_base_url=server.url, model="small", temperature=0.3))


QUESTION = NewEmail(
    "From: Dana <dana@example.com>\nSubject: Lunch\n\nWhich day suits you?\n\nDana", "say yes"
)


async def ask_model(folder: Path, server: FakeOpenAI, watcher: Watcher = "opentelemetry") -> str:
    async with (
        aclosing(talking_to(server)) as model,
        opened(folder, watcher, model=model, drafting=Drafting(proofreads=False)) as assistant,
    ):
        app_id = (await assistant.create(OWNER)).app_id
        server.replies += [
            Reply(questions=["Which day?"]),
            Reply(text="Hi Dana,\n\nLunch on Friday.\n\nSam"),
        ]
        view = await assistant.turn(OWNER, app_id, QUESTION)
        assert view.next_step == "clarify_instructions"
        await assistant.turn(OWNER, app_id, Answers(("Friday",)))
        await assistant.turn(OWNER, app_id, Accept())
    return app_id


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


async def test_a_turn_is_a_child_of_the_span_that_was_begun_for_its_request(
    tmp_path: Path, spans: InMemorySpanExporter
) -> None:
    watching.trace_parent.set("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
    with trace.get_tracer("server").start_as_current_span("PUT /initialize_draft"):
        await converse(tmp_path, "opentelemetry")
    assert not trace.get_current_span().get_span_context().is_valid

    request = named(spans, "PUT /initialize_draft")
    assert parent_of(named(spans, "turn NewEmail")) == request.context.span_id


def test_what_is_off_is_not_imported(tmp_path: Path) -> None:
    program = (
        "import sys; from email_assistant.cli.program import run; code = run(sys.argv[1:]); "
        "print([m for m in sys.modules if m.startswith(('opentelemetry.sdk', 'opentelemetry.exporter', "
        "'prometheus_client', 'email_assistant.telemetry.'))], file=sys.stderr); sys.exit(code)"
    )
    ended = reply(tmp_path, program=program)

    assert ended.returncode == 0
    imported = {name.removeprefix("email_assistant.telemetry.") for name in ast.literal_eval(ended.stderr)}
    assert imported == {"hooks", "logs", "turn"}


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


class Receiver(HTTPServer):
    """What listens for OTLP over HTTP, as a collector does, and keeps what comes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Receiving)
        self.spans: list[ExportTraceServiceRequest] = []
        self.metrics: list[ExportMetricsServiceRequest] = []
        self.paths: set[str] = set()
        self.fields: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Receiving(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.paths.add(self.path)
        self.server.fields.append({name.lower(): value for name, value in self.headers.items()})
        if self.path.endswith("/v1/traces"):
            self.server.spans.append(ExportTraceServiceRequest.FromString(body))
        else:
            self.server.metrics.append(ExportMetricsServiceRequest.FromString(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def receiving() -> Iterator[Receiver]:
    with Receiver() as receiver:
        serving = Thread(target=receiver.serve_forever)
        serving.start()
        try:
            yield receiver
        finally:
            receiver.shutdown()
            serving.join()


PROGRAM = "from email_assistant.cli import main; main()"


def reply(folder: Path, program: str = PROGRAM, **variables: str) -> subprocess.CompletedProcess[str]:
    """Have a reply written by the program, watched as the variables say."""
    return subprocess.run(
        [sys.executable, "-c", program, "reply", "-", "--no-input", "-i", "say yes"],
        input="Lunch on Tuesday?\n\nDana\n",
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("OTEL_")},
            "EMAIL_ASSISTANT_DATA_DIR": str(folder),
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_setting_alone_sends_spans_and_metrics_where_opentelemetrys_variables_say(tmp_path: Path) -> None:
    with receiving() as receiver:
        ended = reply(
            tmp_path,
            EMAIL_ASSISTANT_TELEMETRY="burr, opentelemetry",
            OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url,
        )

    assert (ended.returncode, ended.stderr) == (0, "")
    assert receiver.paths == {"/v1/traces", "/v1/metrics"}
    resources = [spans for request in receiver.spans for spans in request.resource_spans]
    services = {
        a.value.string_value for r in resources for a in r.resource.attributes if a.key == "service.name"
    }
    assert services == {PROJECT}
    names = {span.name for r in resources for scope in r.scope_spans for span in scope.spans}
    assert {"turn NewEmail", "process_input", "formulate_draft"} <= names
    sent = "\n".join(map(str, [*receiver.metrics, *receiver.spans]))
    assert "email_assistant.turns" in sent
    assert "Lunch" not in sent
    assert (tmp_path / "burr" / PROJECT).is_dir(), "the other watcher watched as well"


def test_a_signal_that_is_not_wanted_is_not_sent(tmp_path: Path) -> None:
    with receiving() as receiver:
        ended = reply(
            tmp_path,
            EMAIL_ASSISTANT_TELEMETRY="opentelemetry",
            OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url,
            OTEL_METRICS_EXPORTER="none",
        )

    assert ended.returncode == 0
    assert receiver.paths == {"/v1/traces"}


PAGE = Path(__file__).parents[2] / "docs" / "telemetry.md"


def shown_for(service: str) -> dict[str, str]:
    """Return the variables that the page has for a service."""
    [row] = [
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| [{service}]")
    ]
    return dict(re.findall(r'`(OTEL_\w+)="?([^"`]*)"?`', row))


@pytest.mark.parametrize("service", ["Langfuse", "Datadog", "Grafana Cloud"])
def test_a_service_is_reached_by_the_variables_that_the_page_shows(tmp_path: Path, service: str) -> None:
    variables = shown_for(service)
    path = urlsplit(variables["OTEL_EXPORTER_OTLP_ENDPOINT"]).path
    with receiving() as receiver:
        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = f"{receiver.url}{path}"
        ended = reply(tmp_path, EMAIL_ASSISTANT_TELEMETRY="opentelemetry", **variables)

    assert (ended.returncode, ended.stderr) == (0, "")
    signals = {"traces"} if variables.get("OTEL_METRICS_EXPORTER") == "none" else {"traces", "metrics"}
    assert receiver.paths == {f"{path}/v1/{signal}" for signal in signals}
    expected = dict(
        field.split("=") for field in variables.get("OTEL_EXPORTER_OTLP_HEADERS", "").split(",") if field
    )
    for name, value in expected.items():
        assert {sent.get(name.lower()) for sent in receiver.fields} == {value.replace("%20", " ")}
    if "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE" in variables:
        sums = [
            metric.sum
            for request in receiver.metrics
            for resource in request.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == "email_assistant.turns"
        ]
        assert {each.aggregation_temporality for each in sums} == {AggregationTemporality.Value(DELTA)}


async def test_nothing_watches_unless_it_is_asked_for(tmp_path: Path) -> None:
    await converse(tmp_path)
    assert not (tmp_path / "burr").exists()
