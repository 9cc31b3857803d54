"""What the model behind the page will answer, in the order of the conversation."""

from __future__ import annotations

from typing import Any

from tests.fakes.openai_server import Reply


def asks(*questions: str, **how: Any) -> Reply:
    """Return clarifying questions; by default the model has none."""
    return Reply(questions=list(questions), structured=True, **how)


def writes(text: str, **how: Any) -> Reply:
    """Return a draft; `how` are the fields of `Reply`."""
    return Reply(text=text, structured=False, **how)


def fails(status: int, **how: Any) -> Reply:
    """Return a draft that fails with an HTTP status."""
    return Reply(status=status, structured=False, **how)
