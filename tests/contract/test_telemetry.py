"""The state machine can be watched, and a watcher that fails breaks no turn."""

import json
import os
import stat
import subprocess
import sys
from contextlib import aclosing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from opentelemetry import trace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from email_assistant.conversation.commands import NewEmail, Revise
from email_assistant.service.assistant import EmailAssistant
from email_assistant.store.opening import open_url
from email_assistant.telemetry import PROJECT, Mode, Telemetry
from email_assistant.writing.offline import OfflineWriter

OWNER = "sam"
MAIL = NewEmail("From: Dana <dana@example.com>\nSubject: Lunch\n\nLunch on Tuesday?\n\nDana", "say yes")


async def converse(folder: Path, mode: Mode, *, delete: bool = False) -> str:
    telemetry = Telemetry(mode, folder / "burr")
    async with (
        open_url(f"sqlite:///{folder / 'x.db'}") as database,
        aclosing(EmailAssistant(database, OfflineWriter(delay=0), telemetry)) as assistant,
    ):
        app_id = (await assistant.create(OWNER)).app_id
        view = await assistant.turn(OWNER, app_id, MAIL)
        assert view.next_step == "process_feedback"
        await assistant.turn(OWNER, app_id, Revise("Make it shorter."))
        if delete:
            await assistant.delete(OWNER, app_id)
    return app_id


async def test_burr_tracks_every_step_in_a_private_folder_until_the_conversation_is_deleted(tmp_path):
    app_id = await converse(tmp_path, "burr")

    tracked = tmp_path / "burr" / PROJECT / app_id
    lines = [json.loads(line) for line in (tracked / "log.jsonl").read_text().splitlines()]
    ended = [line["sequence_id"] for line in lines if line["type"] == "end_entry"]
    assert ended == [0, 1, 2, 3, 4]
    assert stat.S_IMODE((tmp_path / "burr").stat().st_mode) == 0o700

    deleted = await converse(tmp_path, "burr", delete=True)
    assert not (tmp_path / "burr" / PROJECT / deleted).exists()


async def test_a_tracker_that_cannot_write_breaks_no_turn(tmp_path, caplog):
    (tmp_path / "burr").mkdir()
    (tmp_path / "burr" / PROJECT).write_text("a file where the folder should be")

    await converse(tmp_path, "burr")

    assert "Tracking of post_application_create failed" in caplog.text
    assert "Lunch" not in caplog.text


@pytest.fixture(scope="module")
def spans() -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


async def test_each_action_is_a_span_without_mail_text(tmp_path, spans):
    await converse(tmp_path, "opentelemetry")

    finished = spans.get_finished_spans()
    names = [span.name for span in finished]
    actions = ["process_input", "determine_clarifications", "formulate_draft", "process_feedback"]
    assert set(actions) <= set(names)
    assert not any("Lunch" in span.to_json() or "dana@" in span.to_json() for span in finished)


class Receiver(HTTPServer):
    """What listens for OTLP over HTTP, as a collector does, and keeps what comes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Receiving)
        self.received: list[tuple[str, ExportTraceServiceRequest]] = []


class _Receiving(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, ExportTraceServiceRequest.FromString(body)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_the_setting_alone_sends_spans_where_opentelemetrys_variables_say(tmp_path):
    with Receiver() as receiver:
        serving = Thread(target=receiver.serve_forever)
        serving.start()
        try:
            program = "from email_assistant.cli import main; main()"
            ended = subprocess.run(
                [sys.executable, "-c", program, "reply", "-", "--no-input", "-i", "say yes"],
                input="Lunch on Tuesday?\n\nDana\n",
                env={
                    **{name: value for name, value in os.environ.items() if not name.startswith("OTEL_")},
                    "EMAIL_ASSISTANT_DATA_DIR": str(tmp_path),
                    "EMAIL_ASSISTANT_TELEMETRY": "opentelemetry",
                    "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{receiver.server_port}",
                },
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            receiver.shutdown()
            serving.join()

    assert (ended.returncode, ended.stderr) == (0, "")
    assert {path for path, _ in receiver.received} == {"/v1/traces"}
    resources = [spans for _, request in receiver.received for spans in request.resource_spans]
    services = {
        a.value.string_value for r in resources for a in r.resource.attributes if a.key == "service.name"
    }
    assert services == {PROJECT}
    names = {span.name for r in resources for scope in r.scope_spans for span in scope.spans}
    assert {"process_input", "formulate_draft"} <= names


async def test_nothing_watches_unless_it_is_asked_for(tmp_path):
    await converse(tmp_path, "off")
    assert not (tmp_path / "burr").exists()
