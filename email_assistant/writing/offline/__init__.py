"""The offline writer: rules, not a model, so that the whole assistant can be tried without one."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator

from pydantic import ValidationError

from email_assistant.errors import ModelInvalidAnswer
from email_assistant.writing.model import Brief, Shape, Usage
from email_assistant.writing.offline.asking import questions
from email_assistant.writing.offline.drafting import draft
from email_assistant.writing.offline.passages import change_passage
from email_assistant.writing.offline.revising import Outcome, carry_out, revise

__all__ = ["OfflineWriter", "Outcome", "carry_out", "change_passage", "write_by_rules"]

SECONDS_A_WORD = 0.015


def write_by_rules(brief: Brief) -> str:
    """Return the whole reply, or the newest draft with what its feedback asks changed."""
    return (revise(brief) if brief.revisions else draft(brief)).strip()


class OfflineWriter:
    """A `LanguageModel` that follows rules. `delay` is in seconds a word, so that a person sees it flow."""

    name = "offline writer"

    def __init__(self, delay: float = SECONDS_A_WORD) -> None:
        self._delay = delay

    async def aclose(self) -> None:
        """Do nothing: there is nothing to close."""

    async def parse(self, brief: Brief, shape: type[Shape]) -> Shape:
        """Ask what the instructions leave open; `shape` is one with a field `questions`."""
        try:
            return shape.model_validate({"questions": questions(brief)})
        except ValidationError:
            raise ModelInvalidAnswer("The offline writer can only ask questions. Set up a model.") from None

    async def stream(self, brief: Brief) -> AsyncGenerator[str | Usage, None]:
        """Write the reply's body word by word."""
        for word in re.findall(r"\S+\s*", write_by_rules(brief)):
            yield word
            await asyncio.sleep(self._delay)
