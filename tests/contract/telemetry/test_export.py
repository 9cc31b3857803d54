"""What is sent to a collector, by OpenTelemetry's own variables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import AggregationTemporality

from email_assistant.telemetry import PROJECT
from tests.contract.telemetry.watched import reply

DELTA = "AGGREGATION_TEMPORALITY_DELTA"


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


PAGE = Path(__file__).parents[3] / "docs" / "telemetry.md"


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
