"""Watching the state machine with Burr's tracking or with OpenTelemetry; off unless it is asked for."""

from __future__ import annotations

import logging
import shutil
from functools import wraps
from pathlib import Path
from typing import Any, Literal

from burr.lifecycle.base import LifecycleAdapter
from burr.lifecycle.internal import REGISTERED_SYNC_HOOKS
from burr.tracking import LocalTrackingClient

from email_assistant.settings import extra_missing, private_dir

Mode = Literal["off", "burr", "opentelemetry"]

log = logging.getLogger(__name__)

PROJECT = "email-assistant"


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


class Tracker(LocalTrackingClient):
    """Burr's tracking into files for its UI: the whole state at every step, mail text included.

    A turn outlives the failure of any of its hooks: a full disk, for instance.
    """

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in REGISTERED_SYNC_HOOKS:
            return found

        @wraps(found)
        def hook(**event: Any) -> None:
            try:
                found(**event)
            except Exception as failure:  # its text may hold mail
                log.warning("Tracking of %s failed: %s", name, type(failure).__name__)

        return hook
