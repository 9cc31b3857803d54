"""How the six actions follow each other: one table, conditional on the state."""

from __future__ import annotations

from typing import Any

from burr.core import Condition, Graph, GraphBuilder, State, default, expr

from email_assistant.conversation import actions
from email_assistant.conversation.drafting import determine_clarifications, formulate_draft
from email_assistant.conversation.state import HOW_TO_REPLY, InputStep
from email_assistant.writing.drafting import Drafting
from email_assistant.writing.model import LanguageModel

# A run ends before an action that a person must speak to, or after one that shows a result.
HALT_BEFORE: list[str] = ["clarify_instructions", "process_feedback"]
HALT_AFTER: list[str] = ["formulate_draft", "final_result"]
INPUT_STEPS: tuple[InputStep, ...] = ("process_input", "clarify_instructions", "process_feedback")


def _instructions_came(state: State[Any]) -> bool:
    return state["clarification_questions"] == [HOW_TO_REPLY] and bool(state["response_instructions"])


instructions_came = Condition(
    ["clarification_questions", "response_instructions"],
    _instructions_came,
    name="the instructions came as an answer",
)

TRANSITIONS = [
    ("process_input", "determine_clarifications", default),
    ("determine_clarifications", "clarify_instructions", expr("len(clarification_questions) > 0")),
    ("determine_clarifications", "formulate_draft", default),
    ("clarify_instructions", "determine_clarifications", instructions_came),
    ("clarify_instructions", "formulate_draft", default),
    ("formulate_draft", "process_feedback", default),
    ("process_feedback", "final_result", expr("feedback == 'accept'")),
    ("process_feedback", "formulate_draft", expr(f"feedback in {actions.WRITTEN}")),
    ("process_feedback", "process_feedback", default),  # own text, an earlier version, reopened
    ("final_result", "process_feedback", default),  # one more feedback reopens it
]


def build_graph(model: LanguageModel, drafting: Drafting) -> Graph:
    """Return the state machine with its writers bound; build it once and use it for every conversation."""
    return (
        GraphBuilder()
        .with_actions(
            process_input=actions.process_input,
            determine_clarifications=determine_clarifications.bind(model=model, drafting=drafting),
            clarify_instructions=actions.clarify_instructions,
            formulate_draft=formulate_draft.bind(model=model, drafting=drafting),
            process_feedback=actions.process_feedback,
            final_result=actions.final_result,
        )
        .with_transitions(*TRANSITIONS)
        .build()
    )
