"""An event is one line, with ids and without text."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from email_assistant import watching
from email_assistant.telemetry import Telemetry
from email_assistant.telemetry.logs import Format, JsonLines, TextLines, log_to_stderr
from email_assistant.watching import CallEnded, Clarified, ModelCall, tell

LOGGERS = ("email_assistant", "uvicorn", "opentelemetry")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def loggers_as_before() -> Iterator[None]:
    before = [(logging.getLogger(name), logging.getLogger(name).level) for name in LOGGERS]
    kept = [(logger, level, logger.handlers[:], logger.propagate) for logger, level in before]
    yield
    for logger, level, handlers, propagate in kept:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


def record(message: str, *values: object, error: Exception | None = None) -> logging.LogRecord:
    info = (type(error), error, None) if error else None
    return logging.LogRecord("email_assistant.any", logging.WARNING, "", 1, message, values, info)


def run_a_turn() -> None:
    call = ModelCall(
        "small", "openai", "127.0.0.1", 80, "body", "1a2b", [{"role": "user", "content": "Lunch?"}], {}
    )
    call.input_tokens, call.pieces = 12, ["Gladly."]
    with Telemetry().turn("1f6a", "NewEmail"):
        tell(Clarified(1, "choice_left_open"))
        tell(CallEnded(call))


@pytest.mark.parametrize(
    ("form", "stream", "is_json"),
    [
        ("auto", Terminal, False),
        ("auto", io.StringIO, True),
        ("text", io.StringIO, False),
        ("json", Terminal, True),
    ],
)
def test_a_line_is_readable_on_a_terminal_and_json_elsewhere_unless_it_is_set(
    monkeypatch: pytest.MonkeyPatch, form: Format, stream: type[io.StringIO], is_json: bool
) -> None:
    written = stream()
    monkeypatch.setattr("sys.stderr", written)
    log_to_stderr(form)

    run_a_turn()

    first, second = written.getvalue().splitlines()
    assert "Lunch" not in first
    assert "Gladly" not in first
    if is_json:
        call, turn = json.loads(first), json.loads(second)
        assert (call["event"], call["model"], call["input_tokens"]) == ("model call", "small", 12)
        assert (turn["event"], turn["questions"], turn["reason"]) == ("turn", 1, "choice_left_open")
        assert call["conversation"] == turn["conversation"] == "1f6a"
        assert len(turn["request_id"]) == 32
        assert call["request_id"] == turn["request_id"]
    else:
        assert " INFO model call request_id=" in first
        assert "conversation=1f6a command=NewEmail" in second


def test_what_cannot_be_sent_is_logged_in_the_same_form(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    log_to_stderr("json")

    logging.getLogger("opentelemetry.exporter.any").error("Failed to export %s", "spans")
    logging.getLogger("opentelemetry.exporter.any").info("Exported")

    [line] = written.getvalue().splitlines()
    assert (json.loads(line)["event"], json.loads(line)["level"]) == ("Failed to export spans", "error")


def test_a_turn_of_a_request_has_its_id(caplog: pytest.LogCaptureFixture) -> None:
    watching.request_id.set("from-outside")
    with caplog.at_level(logging.INFO, "email_assistant"):
        run_a_turn()

    assert [json.loads(JsonLines().format(each))["request_id"] for each in caplog.records] == [
        "from-outside"
    ] * 2
    watching.request_id.set("")


@pytest.mark.parametrize("lines", [TextLines(), JsonLines()])
def test_an_event_is_one_line_and_the_text_of_an_error_is_left_out(lines: logging.Formatter) -> None:
    line = lines.format(record("It failed:\n%s", "two\nlines", error=ValueError("Lunch with\nDana")))

    assert "\n" not in line
    assert "It failed: two lines: ValueError" in line
    assert "Lunch" not in line
