"""Where the spans and the measures of this process go."""

from __future__ import annotations

import pytest
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter


@pytest.fixture(scope="session")
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
