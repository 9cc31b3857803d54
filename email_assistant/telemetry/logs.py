"""Logs: one event a line, with ids and never with text; readable on a terminal, JSON elsewhere."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from burr.lifecycle import LifecycleAdapter

from email_assistant.errors import cause_of
from email_assistant.telemetry.turn import Turn
from email_assistant.watching import CallEnded, Event, request_id

Format = Literal["auto", "text", "json"]

log = logging.getLogger("email_assistant.turns")

_FIELDS = "fields"
_LOUD = {
    "email_assistant": logging.INFO,
    "uvicorn": logging.WARNING,
    "opentelemetry": logging.WARNING,  # says where nothing can be sent
}
"""What is logged, from which level on; what other packages say may hold mail text."""


def log_to_stderr(form: Format) -> None:
    """Log to standard error what this program, its web server and what sends its spans report."""
    is_text = form == "text" or (form == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.setFormatter(TextLines() if is_text else JsonLines())
    for name, level in _LOUD.items():
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(level)
        logger.propagate = False


class TextLines(logging.Formatter):
    """An event as a person reads it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        when = datetime.fromtimestamp(record.created).strftime("%Y-%m-%d %H:%M:%S")
        fields = [f"{name}={value}" for name, value in _fields(record).items()]
        return " ".join([when, record.levelname, _sentence(record), *fields])


class JsonLines(logging.Formatter):
    """An event as programs read it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "time": when.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _sentence(record),
        }
        return json.dumps(line | _fields(record), default=str)


def _sentence(record: logging.LogRecord) -> str:
    """Return what happened, on one line.

    An error is logged by its kind and place alone, since its text may hold mail.
    """
    said = " ".join(record.getMessage().split())
    error = record.exc_info[1] if record.exc_info else None
    return f"{said}: {cause_of(error)}" if error else said


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    known: dict[str, Any] = {"request_id": request_id.get()} if request_id.get() else {}
    return known | getattr(record, _FIELDS, {})


class TurnLog:
    """Logs the model calls of a turn, and at its end what it led to."""

    hooks: Sequence[LifecycleAdapter] = ()

    def __init__(self, turn: Turn) -> None:
        self._app_id = turn.app_id

    def notice(self, event: Event) -> None:
        """Log what was asked of a model."""
        if isinstance(event, CallEnded):
            call = event.call
            self._log(
                "model call",
                model=call.model,
                task=call.task,
                seconds=round(call.seconds, 3),
                first_word=None if call.first_word is None else round(call.first_word, 3),
                input_tokens=call.input_tokens,
                output_tokens=call.output_tokens,
                finish=call.finish,
                error=call.error,
            )

    def end(self, turn: Turn) -> None:
        """Log the turn."""
        clarified = turn.clarified
        self._log(
            "turn",
            command=turn.command,
            outcome=turn.outcome,
            step=turn.step or None,
            version=turn.version or None,
            seconds=round(turn.seconds, 3),
            questions=clarified.questions if clarified else None,
            reason=clarified.why if clarified else None,
            findings=[finding.code for draft in turn.drafts for finding in draft.findings] or None,
            error=turn.error,
        )

    def _log(self, event: str, **fields: Any) -> None:
        known = {name: value for name, value in fields.items() if value is not None}
        log.info(event, extra={_FIELDS: {"conversation": self._app_id, **known}})
