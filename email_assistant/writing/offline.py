"""The offline writer: rules, not a model, so that the whole assistant can be tried without one."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator

from pydantic import ValidationError

from email_assistant.errors import ModelNonsense
from email_assistant.writing.model import Brief, Shape, Usage

SECONDS_A_WORD = 0.015


class OfflineWriter:
    """A `LanguageModel` that follows rules. `delay` is in seconds a word, so that a person sees it flow."""

    name = "offline writer"

    def __init__(self, delay: float = SECONDS_A_WORD) -> None:
        self._delay = delay

    async def aclose(self) -> None:
        """Nothing to close."""

    async def parse(self, brief: Brief, shape: type[Shape]) -> Shape:
        """Ask what the instructions leave open; `shape` is one with a field `questions`."""
        try:
            return shape.model_validate({"questions": _questions(brief)})
        except ValidationError:
            raise ModelNonsense(
                "The offline writer can only ask questions. Set up a model for more."
            ) from None

    async def stream(self, brief: Brief) -> AsyncGenerator[str | Usage, None]:
        """Write the reply's body word by word."""
        text = _revise(brief) if brief.revisions else _draft(brief)
        for word in re.findall(r"\S+\s*", text):
            yield word
            await asyncio.sleep(self._delay)


def _questions(brief: Brief) -> list[str]:
    days = re.findall(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b", brief.email.newest)
    if len(set(days)) > 1 and not any(day.lower() in brief.instructions.lower() for day in days):
        return [f"Which day suits you: {' or '.join(dict.fromkeys(days))}?"]
    return []


def _draft(brief: Brief) -> str:
    name = (brief.email.sender.name if brief.email.sender else "").split(" ")[0]
    said = [brief.instructions, *(c.answer for c in brief.clarifications)]
    body = " ".join(text.strip().rstrip(".") + "." for text in said if text.strip())
    return f"Hello{' ' + name if name else ''},\n\n{body}\n\nBest regards"


def _revise(brief: Brief) -> str:
    newest = brief.revisions[-1]
    *body, closing = newest.draft.rsplit("\n\n", 1)
    return "\n\n".join([*body, newest.feedback, closing])
