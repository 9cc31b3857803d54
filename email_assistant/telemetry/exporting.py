"""Send spans and metrics where the `OTEL_…` variables say."""

from __future__ import annotations

import os

from opentelemetry import metrics, trace

from email_assistant.settings import extra_missing

PROJECT = "email-assistant"


def export() -> None:
    """Send spans and metrics by OTLP over HTTP, unless whoever started the process has seen to that.

    What is sent where, how often and with which header fields is the packages' to read from the variables.

    Raises:
        SettingsError: the packages are not installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
        from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise extra_missing("EMAIL_ASSISTANT_TELEMETRY=opentelemetry", "otel") from None
    named = Resource.create({SERVICE_NAME: PROJECT}).merge(OTELResourceDetector().detect())
    if isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider) and _is_sent("TRACES"):
        provider = TracerProvider(resource=named)
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        trace.set_tracer_provider(provider)
    if not _is_set(metrics.get_meter_provider()) and _is_sent("METRICS"):
        reader = PeriodicExportingMetricReader(OTLPMetricExporter())
        metrics.set_meter_provider(MeterProvider([reader], resource=named))


def _is_set(provider: metrics.MeterProvider) -> bool:
    """Return whether somebody set the provider; until then one stands in for it, whose class is private."""
    return type(provider).__name__ != "_ProxyMeterProvider"


def _is_sent(signal: str) -> bool:
    return os.environ.get(f"OTEL_{signal}_EXPORTER", "otlp").strip().lower() != "none"
