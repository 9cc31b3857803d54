"""Every error of ours as a problem document."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from email_assistant import errors
from email_assistant.api.problems import problem_of
from email_assistant.mail_reader import ReaderUnavailable
from email_assistant.store.database import DatabaseUnavailable
from email_assistant.store.places import FilesUnavailable

AT_THE_START = {errors.SettingsError}
"""These end the server before it answers anything."""
WAIT = (errors.ModelError, errors.RateLimited, DatabaseUnavailable, FilesUnavailable, ReaderUnavailable)


def below(error: type[Exception]) -> Iterator[type[Exception]]:
    for kind in error.__subclasses__():
        # One with an underscore stays in its module.
        ours = kind.__module__.startswith("email_assistant.") and not kind.__name__.startswith("_")
        if ours and kind not in AT_THE_START:
            yield kind
            yield from below(kind)


KINDS = sorted(set(below(errors.EmailAssistantError)), key=lambda kind: kind.__name__)


def raised(kind: type[Exception]) -> Exception:
    """Return one of them, without what else it is made of."""
    error = kind.__new__(kind, "What happened. What to do.")
    vars(error).update(next_step="process_feedback", retry_after=None)
    return error


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_has_a_status_of_its_own(kind: type[Exception]) -> None:
    problem, headers = problem_of(raised(kind))
    assert 400 <= problem.status < 600
    assert problem.status != 500
    assert problem.code == kind.__name__
    assert problem.detail.startswith("What happened. What to do.")
    assert ("Retry-After" in headers) == issubclass(kind, WAIT)


def test_what_nobody_foresaw_tells_nothing(caplog: pytest.LogCaptureFixture) -> None:
    problem, _ = problem_of(ValueError("Dear Dana, this is private"))
    assert problem.status == 500
    assert "Dana" not in problem.model_dump_json() + caplog.text
    assert "ValueError" in caplog.text


@pytest.mark.parametrize("wait", [float("inf"), float("nan"), -1.0, 0.0, 1e300])
def test_a_wait_that_another_server_made_up_is_a_number_of_seconds(wait: float) -> None:
    _, headers = problem_of(errors.ModelBusy("It is busy.", retry_after=wait))
    assert 1 <= int(headers["Retry-After"]) <= 24 * 3600
