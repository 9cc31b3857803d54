"""The metrics as Prometheus reads them, at an address of their own that only this machine reaches."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from email_assistant.errors import SettingsError
from email_assistant.settings import extra_missing
from email_assistant.telemetry.measures import Instruments, TurnMeasures
from email_assistant.telemetry.turn import Turn, TurnWatcher

log = logging.getLogger("email_assistant")

HOST = "127.0.0.1"


@contextmanager
def metrics_at(port: int) -> Iterator[Callable[[Turn], TurnWatcher]]:
    """Serve `/metrics` at this port in the block, of all turns that what is yielded watches.

    Raises:
        SettingsError: the packages are not installed, or the port is taken.
    """
    try:
        from opentelemetry.exporter.prometheus import PrometheusMetricReader
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource
        from prometheus_client import start_http_server
    except ImportError:
        raise extra_missing("EMAIL_ASSISTANT_METRICS_PORT", "prometheus") from None
    try:
        server, thread = start_http_server(port, HOST)
    except OSError as refused:
        raise SettingsError(
            f"{HOST} port {port} cannot be listened on: {os.strerror(refused.errno or 0)}. "
            "Choose another port with EMAIL_ASSISTANT_METRICS_PORT."
        ) from None
    provider = MeterProvider(
        [PrometheusMetricReader()], resource=Resource.create({SERVICE_NAME: "email-assistant"})
    )
    log.info("Metrics are at http://%s:%s/metrics", HOST, server.server_port)
    try:
        yield partial(TurnMeasures, measured=Instruments(provider))
    finally:
        provider.shutdown()
        server.shutdown()
        server.server_close()
        thread.join()
