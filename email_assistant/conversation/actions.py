"""The actions of the email assistant that take what a person said: state in, state out.

They call no model, so that what was said is saved before anything can fail.
"""

# No `from __future__ import annotations` here: Burr then could not check `reads` against the code.
from typing import Any

from burr.core import State, action

from email_assistant.conversation.state import HOW_TO_REPLY, moment, now

ORIGINS = {
    "edit": "edited",
    "stopped": "stopped",
    "restore": "restored",
    "undo": "restored",
    "fill": "filled",
    "sign": "signed",
}
"""Where a draft comes from that a feedback of this kind brings along."""
WRITTEN = ("revise", "another", "instructions")
"""The kinds of feedback that a model writes the next draft for."""
_ASKS_FOR_MORE = {"revise", "another"}
UNASKED: dict[str, Any] = {"questions": [], "answers": None, "remark": "", "typed": None}


@action(
    reads=[
        "email_to_respond",
        "typed_email",
        "response_instructions",
        "wishes",
        "replaced_emails",
        "clarification_history",
        "draft_history",
        "rounds_before_email",
        "timeline",
    ],
    writes=[
        "incoming_email",
        "email_to_respond",
        "typed_email",
        "originals",
        "response_instructions",
        "instructions_found",
        "proposed_instructions",
        "proposed_email",
        "wishes",
        "replaced_emails",
        "clarification_questions",
        "clarification_history",
        "drafts_before_email",
        "rounds_before_email",
        "stopped_draft",
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
    instructions_found: str = "",
    proposed_instructions: str = "",
    proposed_email: str = "",
    other: bool = False,
) -> State[Any]:
    """Take the email and, if the user gave them, the instructions; a corrected one replaces the first.

    What was said so far holds for a corrected email, and does not for an `other` one.
    """
    rounds, replaced = _closed(state["clarification_history"]), state["replaced_emails"]
    earlier = "" if other else state["response_instructions"]
    if any(entry["kind"] == "email" for entry in state["timeline"]):
        replaced = [*replaced, state["typed_email"] or state["email_to_respond"]]
    return state.update(
        incoming_email=incoming_email,
        email_to_respond=email_to_respond,
        typed_email=typed_email,
        originals=originals or [],
        response_instructions=response_instructions.strip() or earlier,
        instructions_found=instructions_found,
        proposed_instructions=proposed_instructions,
        proposed_email=proposed_email,
        wishes=[] if other else state["wishes"],
        replaced_emails=replaced,
        clarification_questions=[],
        clarification_history=rounds,
        drafts_before_email=len(state["draft_history"]),
        rounds_before_email=len(rounds) if other else state["rounds_before_email"],
        stopped_draft="",
        final_draft=None,
    ).append(timeline=moment("email", len(replaced)))


@action(
    reads=[
        "incoming_email",
        "email_to_respond",
        "typed_email",
        "clarification_history",
        "response_instructions",
        "instructions_found",
        "timeline",
    ],
    writes=[
        "incoming_email",
        "email_to_respond",
        "typed_email",
        "clarification_answers",
        "clarification_history",
        "response_instructions",
        "instructions_found",
        "proposed_instructions",
        "proposed_email",
        "timeline",
    ],
)
async def clarify_instructions(  # noqa: PLR0917 - Burr's inputs
    state: State[Any],
    answers: list[str],
    remark: str = "",
    typed_answers: str | None = None,
    incoming_email: dict[str, Any] | None = None,
    email_to_respond: str = "",
) -> State[Any]:
    """Take the user's answers, one per question; `remark` speaks to all the questions at once.

    If the answer stood in the pasted message, `incoming_email` and `email_to_respond` are the email
    without it.
    """
    *earlier, asked = state["clarification_history"] or [UNASKED]
    if asked["answers"] is not None:  # a remark that nobody asked for, before an interrupted step is retried
        earlier, asked = [*earlier, asked], UNASKED
    instructions = state["response_instructions"]
    if asked["questions"] == [HOW_TO_REPLY]:
        instructions = answers[0]
    if incoming_email:
        state = state.update(
            incoming_email=incoming_email,
            email_to_respond=email_to_respond,
            typed_email=state["typed_email"] or state["email_to_respond"],
            instructions_found=instructions,
        )
    return state.update(
        incoming_email=state["incoming_email"],
        email_to_respond=state["email_to_respond"],
        typed_email=state["typed_email"],
        instructions_found=state["instructions_found"],
        proposed_instructions="",
        proposed_email="",
        clarification_answers=answers,
        clarification_history=[
            *earlier,
            {**asked, "answers": answers, "remark": remark, "typed": typed_answers},
        ],
        response_instructions=instructions,
    ).append(timeline=moment("answers", len(earlier)))


@action(
    reads=[
        "clarification_history",
        "draft_history",
        "stopped_draft",
        "feedback_history",
        "response_instructions",
        "instructions_found",
        "wishes",
        "timeline",
    ],
    writes=[
        "clarification_history",
        "stopped_draft",
        "feedback",
        "feedback_history",
        "final_draft",
        "current_draft",
        "draft_history",
        "response_instructions",
        "instructions_found",
        "wishes",
        "timeline",
    ],
)
async def process_feedback(  # noqa: PLR0917 - Burr's inputs
    state: State[Any],
    kind: str,
    text: str = "",
    body: str = "",
    version: int | None = None,
    wishes: list[dict[str, Any]] | None = None,
    notes: dict[str, Any] | None = None,
) -> State[Any]:
    """Take what the user says of the draft.

    `text` is what they typed, `body` the next draft if they bring one along, with `notes` on it, `version`
    the one that it was before, and `wishes` are those that still hold. What they write before there is a
    draft leaves the open questions unanswered.
    """
    index, drafts = len(state["feedback_history"]), state["draft_history"]
    said = {"text": text, "draft_version": len(drafts), "kind": kind, "created_at": now(), "version": version}
    new_instructions = text if kind == "instructions" else None
    state = state.update(
        feedback=kind,
        final_draft=None,
        clarification_history=_closed(state["clarification_history"]),
        stopped_draft=state["stopped_draft"] if kind in WRITTEN else "",
        current_draft=drafts[-1]["body"] if drafts else "",
        response_instructions=new_instructions or state["response_instructions"],
        instructions_found=new_instructions or state["instructions_found"],
        wishes=state["wishes"] if wishes is None else wishes,
    ).append(feedback_history=said, timeline=moment("feedback", index))
    if not body:
        return state
    made_from = drafts[version - 1 if version else -1] if drafts else {}
    draft = new_draft(
        state,
        body,
        origin=ORIGINS[kind],
        restored_from=version,
        profile_used=made_from.get("profile_used", []),
        **(notes or {}),
    )
    return with_draft(state, draft)


@action(reads=["current_draft", "timeline"], writes=["final_draft", "timeline"])
async def final_result(state: State[Any]) -> State[Any]:
    """Make the current draft the final one."""
    return state.update(final_draft=state["current_draft"]).append(timeline=moment("final"))


def _closed(rounds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rounds of questions; an open one was passed over."""
    if rounds and rounds[-1]["answers"] is None:
        return [*rounds[:-1], {**rounds[-1], "answers": [""] * len(rounds[-1]["questions"])}]
    return rounds


def new_draft(state: State[Any], body: str, **origin: Any) -> dict[str, Any]:
    """The record of the next version."""
    return {
        "version": len(state["draft_history"]) + 1,
        "body": body,
        "origin": "written",
        "restored_from": None,
        "another_of": written_before(state),
        "model": None,
        "input_tokens": None,
        "output_tokens": None,
        "profile_used": [],
        "created_at": now(),
    } | origin


def written_before(state: State[Any]) -> int | None:
    """The first version that was written to the same request, if another one of it was asked for."""
    drafts, said = state["draft_history"], state["feedback_history"]
    if not drafts or not said or said[-1]["kind"] != "another" or said[-1]["draft_version"] != len(drafts):
        return None
    return drafts[-1].get("another_of") or len(drafts)


def with_draft(state: State[Any], draft: dict[str, Any]) -> State[Any]:
    """The state with `draft` as its newest version.

    One that was written and is equal to the newest is no version; what was found in it is kept with that.
    """
    *earlier, newest = state["draft_history"] or [None]
    asked_of_it = bool(state["feedback_history"]) and state["feedback_history"][-1]["kind"] in _ASKS_FOR_MORE
    if newest and asked_of_it and draft["origin"] == "written" and draft["body"] == newest["body"]:
        *before, asked = state["feedback_history"]
        return state.update(
            current_draft=newest["body"],
            draft_history=[*earlier, newest | {"findings": draft.get("findings", [])}],
            feedback_history=[*before, asked | {"without_effect": True}],
        )
    return state.update(current_draft=draft["body"]).append(
        draft_history=draft, timeline=moment("draft", draft["version"])
    )
