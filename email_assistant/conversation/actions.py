"""The actions of the email assistant that take what a person said: state in, state out.

They call no model, so that what was said is saved before anything can fail.
"""

# No `from __future__ import annotations` here: Burr then could not check `reads` against the code.
from typing import Any

from burr.core import State, action

from email_assistant.conversation.state import HOW_TO_REPLY, moment, now

ORIGINS = {"edit": "edited", "restore": "restored"}
"""Where a draft comes from that a feedback of this kind brings along."""
UNASKED: dict[str, Any] = {"questions": [], "answers": None, "remark": "", "typed": None}


@action(
    reads=[
        "email_to_respond",
        "typed_email",
        "response_instructions",
        "replaced_emails",
        "clarification_history",
        "draft_history",
        "timeline",
    ],
    writes=[
        "incoming_email",
        "email_to_respond",
        "typed_email",
        "originals",
        "response_instructions",
        "replaced_emails",
        "clarification_questions",
        "clarification_history",
        "drafts_before_email",
        "final_draft",
        "timeline",
    ],
)
async def process_input(
    state: State[Any],
    *,
    incoming_email: dict[str, Any],
    email_to_respond: str,
    response_instructions: str,
    typed_email: str | None = None,
    originals: list[dict[str, Any]] | None = None,
) -> State[Any]:
    """Take the email and, where the user gave them, the instructions; a corrected one replaces the first."""
    rounds, replaced = state["clarification_history"], state["replaced_emails"]
    if any(entry["kind"] == "email" for entry in state["timeline"]):
        replaced = [*replaced, state["typed_email"] or state["email_to_respond"]]
    if rounds and rounds[-1]["answers"] is None:  # questions about the replaced email
        rounds = [*rounds[:-1], {**rounds[-1], "answers": [""] * len(rounds[-1]["questions"])}]
    return state.update(
        incoming_email=incoming_email,
        email_to_respond=email_to_respond,
        typed_email=typed_email,
        originals=originals or [],
        response_instructions=response_instructions.strip() or state["response_instructions"],
        replaced_emails=replaced,
        clarification_questions=[],
        clarification_history=rounds,
        drafts_before_email=len(state["draft_history"]),
        final_draft=None,
    ).append(timeline=moment("email", len(replaced)))


@action(
    reads=["clarification_history", "response_instructions", "timeline"],
    writes=["clarification_answers", "clarification_history", "response_instructions", "timeline"],
)
async def clarify_instructions(
    state: State[Any], answers: list[str], remark: str = "", typed_answers: str | None = None
) -> State[Any]:
    """Take the user's answers, one per question; `remark` speaks to all the questions at once."""
    *earlier, asked = state["clarification_history"] or [UNASKED]
    if asked["answers"] is not None:  # a remark that nobody asked for, before an interrupted step is retried
        earlier, asked = [*earlier, asked], UNASKED
    instructions = state["response_instructions"]
    if asked["questions"] == [HOW_TO_REPLY]:
        instructions = answers[0]
    return state.update(
        clarification_answers=answers,
        clarification_history=[
            *earlier,
            {**asked, "answers": answers, "remark": remark, "typed": typed_answers},
        ],
        response_instructions=instructions,
    ).append(timeline=moment("answers", len(earlier)))


@action(
    reads=["draft_history", "feedback_history", "timeline"],
    writes=["feedback", "feedback_history", "final_draft", "current_draft", "draft_history", "timeline"],
)
async def process_feedback(
    state: State[Any], kind: str, text: str = "", body: str = "", version: int | None = None
) -> State[Any]:
    """Take what the user says of the draft.

    `text` is what they typed, `body` the next draft where they bring one along, and `version` the one that
    it was before.
    """
    index, drafts = len(state["feedback_history"]), state["draft_history"]
    said = {"text": text, "draft_version": len(drafts), "kind": kind, "created_at": now(), "version": version}
    state = state.update(feedback=kind, final_draft=None, current_draft=drafts[-1]["body"]).append(
        feedback_history=said, timeline=moment("feedback", index)
    )
    if not body:
        return state
    return with_draft(state, new_draft(state, body, origin=ORIGINS[kind], restored_from=version))


@action(reads=["current_draft", "timeline"], writes=["final_draft", "timeline"])
async def final_result(state: State[Any]) -> State[Any]:
    """Make the current draft the final one."""
    return state.update(final_draft=state["current_draft"]).append(timeline=moment("final"))


def new_draft(state: State[Any], body: str, **origin: Any) -> dict[str, Any]:
    """The record of the next version."""
    return {
        "version": len(state["draft_history"]) + 1,
        "body": body,
        "origin": "written",
        "restored_from": None,
        "model": None,
        "input_tokens": None,
        "output_tokens": None,
        "created_at": now(),
    } | origin


def with_draft(state: State[Any], draft: dict[str, Any]) -> State[Any]:
    """The state with `draft` as its newest version."""
    return state.update(current_draft=draft["body"]).append(
        draft_history=draft, timeline=moment("draft", draft["version"])
    )
