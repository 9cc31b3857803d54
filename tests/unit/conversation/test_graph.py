"""The transitions, each under each condition, and whole paths through them."""

from __future__ import annotations

from typing import Any

import pytest
from burr.core import Application, ApplicationBuilder, State

from email_assistant.conversation.graph import (
    HALT_AFTER,
    HALT_BEFORE,
    INPUT_STEPS,
    TRANSITIONS,
    build_graph,
)
from email_assistant.conversation.state import (
    HOW_TO_REPLY,
    Acceptance,
    ConversationState,
    Draft,
    Feedback,
    SubmittedEmail,
    initial_state,
)
from email_assistant.mail import IncomingEmail
from email_assistant.writing.drafting import Drafting
from tests.fakes.scripted_model import ScriptedModel

EMAIL = IncomingEmail(subject="Lunch", text="Shall we have lunch?").model_dump(mode="json")


@pytest.mark.parametrize(
    ("after", "fields", "following"),
    [
        ("process_input", {}, "determine_clarifications"),
        ("determine_clarifications", {"clarification_questions": []}, "formulate_draft"),
        ("determine_clarifications", {"clarification_questions": ["Which day?"]}, "clarify_instructions"),
        ("determine_clarifications", {"clarification_questions": [HOW_TO_REPLY]}, "clarify_instructions"),
        ("clarify_instructions", {"clarification_questions": ["Which day?"]}, "formulate_draft"),
        (
            "clarify_instructions",
            {"clarification_questions": ["Which day?"], "response_instructions": "say yes"},
            "formulate_draft",
        ),
        (
            "clarify_instructions",
            {"clarification_questions": [HOW_TO_REPLY], "response_instructions": "say yes"},
            "determine_clarifications",
        ),
        ("clarify_instructions", {"clarification_questions": [HOW_TO_REPLY]}, "formulate_draft"),
        ("formulate_draft", {}, "process_feedback"),
        ("process_feedback", {"feedback": "accept"}, "final_result"),
        ("process_feedback", {"feedback": "revise"}, "formulate_draft"),
        ("process_feedback", {"feedback": "edit"}, "process_feedback"),
        ("process_feedback", {"feedback": "restore"}, "process_feedback"),
        ("final_result", {}, "process_feedback"),
    ],
)
def test_what_follows(after: str, fields: dict[str, Any], following: str) -> None:
    graph = build_graph(ScriptedModel(), Drafting(proofreads=False))

    found = graph.get_next_node(after, State(initial_state() | fields), "process_input")

    assert found is not None
    assert found.name == following


def test_the_table_names_the_six_actions_of_the_tutorial() -> None:
    named = {name for start, end, _ in TRANSITIONS for name in (start, end)}

    assert named == {
        action.name for action in build_graph(ScriptedModel(), Drafting(proofreads=False)).actions
    }
    assert named == {
        "process_input",
        "determine_clarifications",
        "clarify_instructions",
        "formulate_draft",
        "process_feedback",
        "final_result",
    }


def test_every_action_that_takes_a_persons_words_calls_no_model() -> None:
    """Their input is saved before anything can fail."""
    for action in build_graph(ScriptedModel(), Drafting(proofreads=False)).actions:
        required, _ = action.optional_and_required_inputs
        assert bool(required) == (action.name in INPUT_STEPS)


class Talk:
    """A conversation in memory, run from halt to halt."""

    def __init__(self, model: ScriptedModel) -> None:
        self._graph = build_graph(model, Drafting(proofreads=False))
        self._application: Application[Any] | None = None

    async def say(self, **inputs: Any) -> str:
        """Return the action that halted the run."""
        if self._application is None:
            self._application = await (
                ApplicationBuilder()
                .with_graph(self._graph)
                .with_state(**initial_state())
                .with_entrypoint("process_input")
                .abuild()
            )
        halted, container = await self._application.astream_result(
            halt_after=HALT_AFTER, halt_before=HALT_BEFORE, inputs=inputs
        )
        async for _ in container:
            pass
        return str(halted.name)

    @property
    def state(self) -> ConversationState:
        assert self._application
        return ConversationState.model_validate(self._application.state.get_all())


def email(instructions: str = "") -> dict[str, Any]:
    return {
        "incoming_email": EMAIL,
        "email_to_respond": "Shall we have lunch?",
        "response_instructions": instructions,
    }


async def test_the_shortest_path_is_email_draft_accept() -> None:
    talk = Talk(ScriptedModel())

    assert await talk.say(**email("say yes")) == "formulate_draft"
    assert await talk.say(kind="accept") == "final_result"
    assert talk.state.final_draft == "Draft 1."
    assert [type(entry) for entry in talk.state.timeline] == [
        SubmittedEmail,
        Draft,
        Feedback,
        Acceptance,
    ]


async def test_the_longest_path_asks_twice_revises_edits_goes_back_accepts_and_reopens() -> None:
    model = ScriptedModel()
    model.questions.append(["Which day?"])
    talk = Talk(model)

    await talk.say(**email())
    assert talk.state.clarification_questions == [HOW_TO_REPLY]
    await talk.say(answers=["say yes"])
    assert talk.state.clarification_questions == ["Which day?"]
    assert await talk.say(answers=["Thursday"]) == "formulate_draft"
    assert await talk.say(kind="revise", text="shorter") == "formulate_draft"
    await talk.say(kind="edit", body="Yes!")
    await talk.say(kind="restore", body="Draft 1.", version=1)
    assert await talk.say(kind="accept") == "final_result"
    assert talk.state.final_draft == "Draft 1."
    assert await talk.say(kind="revise", text="warmer") == "formulate_draft"
    assert talk.state.final_draft is None
    assert await talk.say(kind="accept") == "final_result"

    assert talk.state.final_draft == "Draft 3."
    assert [draft.origin for draft in talk.state.draft_history] == [
        "written",
        "written",
        "edited",
        "restored",
        "written",
    ]


async def test_skipping_the_question_how_to_reply_drafts_all_the_same() -> None:
    talk = Talk(ScriptedModel())
    await talk.say(**email())

    assert await talk.say(answers=[""]) == "formulate_draft"
    assert talk.state.response_instructions == ""
