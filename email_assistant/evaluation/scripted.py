"""A language model that makes no mistakes: it says what the case's author would have written.

With it the evaluation measures all but a model: that the cases can be passed, that the service loses nothing
of a good draft on its way, and that it alters none.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextvars import ContextVar

from email_assistant.evaluation.cases import Case
from email_assistant.writing.model import Brief, Shape, Usage

case_in_hand: ContextVar[Case] = ContextVar("case_in_hand")
"""The case that the running task talks about: a brief does not tell two cases with the same mail apart."""


class ScriptedWriter:
    """A `LanguageModel` that says the references of `case_in_hand`."""

    name = "scripted"

    async def parse(self, brief: Brief, shape: type[Shape]) -> Shape:
        """Ask the case's questions, unless they were answered."""
        case = case_in_hand.get()
        asked = {said.question for said in brief.clarifications}
        return shape.model_validate({"questions": [q for q in case.reference_questions if q not in asked]})

    async def stream(self, brief: Brief) -> AsyncGenerator[str | Usage, None]:
        """Write the reference of the draft that is asked for, word by word."""
        case = case_in_hand.get()
        for word in case.reference_draft(_number(case, brief)).split(" "):
            yield word + " "

    async def aclose(self) -> None:
        """Do nothing: nothing is open."""


def _number(case: Case, brief: Brief) -> int:
    """Return which draft it is: the feedback tells, however often it is asked to write."""
    if not brief.revisions:
        return 1
    said = brief.revisions[-1].feedback
    for number, asked in enumerate(case.rounds, 2):
        if asked.say.strip() in said:
            return number
    return 1
