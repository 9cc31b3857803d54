"""Watching the state machine with Burr's tracking or with OpenTelemetry; off unless it is asked for."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from burr.lifecycle.base import LifecycleAdapter
from burr.tracking import LocalTrackingClient

from email_assistant.settings import extra_missing, private_dir

Mode = Literal["off", "burr", "opentelemetry"]

log = logging.getLogger(__name__)

PROJECT = "email-assistant"
_EVENTS = (
    "post_application_create",
    "pre_run_step",
    "post_run_step",
    "pre_start_span",
    "post_end_span",
    "do_log_attributes",
    "pre_start_stream",
    "post_stream_item",
    "post_end_stream",
)


class Telemetry:
    """What is configured to watch; each turn's application is given hooks of its own.

    Raises:
        SettingsError: the packages that it needs are not installed, or its folder cannot be used.
    """

    def __init__(self, mode: Mode = "off", folder: Path = Path("burr")) -> None:
        self._mode, self._folder = mode, folder
        match mode:
            case "burr":
                private_dir(folder)
            case "opentelemetry":
                _export_spans()

    def hooks(self) -> list[LifecycleAdapter]:
        """Fresh hooks: a tracker holds the open log of one application."""
        match self._mode:
            case "burr":
                return [Tracker(project=PROJECT, storage_dir=str(self._folder))]
            case "opentelemetry":
                from burr.integrations.opentelemetry import OpenTelemetryBridge

                return [OpenTelemetryBridge(tracer_name=PROJECT)]
            case "off":
                return []

    def forget(self, app_id: str) -> None:
        """Remove what was written of a conversation."""
        shutil.rmtree(self._folder / PROJECT / app_id, ignore_errors=True)


def _export_spans() -> None:
    """Send spans where the `OTEL_…` variables say, unless whoever started the process has seen to that.

    The packages take half a second to import, which nobody else waits for.
    """
    try:
        import burr.integrations.opentelemetry  # noqa: F401
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise extra_missing("EMAIL_ASSISTANT_TELEMETRY=opentelemetry", "otel") from None
    if isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        named = Resource.create({SERVICE_NAME: PROJECT}).merge(OTELResourceDetector().detect())
        provider = TracerProvider(resource=named)
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        trace.set_tracer_provider(provider)


def _harmless(event: str) -> Callable[..., None]:
    """Burr's tracking of `event`, except that a turn outlives its failure."""

    def track(self: Tracker, **told: Any) -> None:
        try:
            getattr(LocalTrackingClient, event)(self, **told)
        except Exception as failure:  # a full disk, for instance; its text may hold mail
            log.warning("Tracking of %s failed: %s", event, type(failure).__name__)

    return track


class Tracker(LocalTrackingClient):
    """Burr's tracking into files for its UI: the whole state at every step, mail text included."""


for _event in _EVENTS:
    setattr(Tracker, _event, _harmless(_event))
