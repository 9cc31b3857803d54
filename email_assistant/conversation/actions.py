"""The six actions of the email assistant: state in, state out, the model as an argument.

An action that takes what a person said calls no model, so that it is saved before anything can fail.
"""

# No `from __future__ import annotations` here: Burr then could not check `reads` against the code.
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from burr.core import State, action
from burr.core.action import streaming_action

from email_assistant.brief import Person
from email_assistant.conversation.feedback import Accept, Reopen, Replace, Restore, Revise, understand
from email_assistant.conversation.state import HOW_TO_REPLY, ConversationState, moment, now
from email_assistant.errors import ModelNonsense
from email_assistant.writing.model import (
    MAX_QUESTIONS,
    Brief,
    Clarification,
    Clarifications,
    LanguageModel,
    Restart,
    Revision,
    Usage,
)

KINDS: dict[type, str] = {
    Accept: "accept",
    Reopen: "reopen",
    Replace: "edit",
    Restore: "restore",
    Revise: "revise",
}
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
    reads=["incoming_email", "response_instructions", "clarification_history", "timeline"],
    writes=["clarification_questions", "clarification_history", "timeline"],
)
async def determine_clarifications(
    state: State[Any], model: LanguageModel, user_name: str = ""
) -> State[Any]:
    """Ask what the reply still needs from the user; without instructions, for those."""
    if state["response_instructions"]:
        brief = brief_of(ConversationState.model_validate(state.get_all()), user_name)
        asked = await model.parse(brief, Clarifications)
        questions = [" ".join(question.split()) for question in asked.questions if question.strip()]
        # The answer to "how" takes the place of the instructions, and here they are.
        questions = [question for question in questions if question != HOW_TO_REPLY][:MAX_QUESTIONS]
    else:
        questions = [HOW_TO_REPLY]
    state = state.update(clarification_questions=questions)
    if not questions:
        return state
    return state.append(
        clarification_history={**UNASKED, "questions": questions},
        timeline=moment("questions", len(state["clarification_history"])),
    )


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


@streaming_action(
    reads=[
        "incoming_email",
        "response_instructions",
        "clarification_history",
        "drafts_before_email",
        "draft_history",
        "feedback_history",
        "timeline",
    ],
    writes=["current_draft", "draft_history", "timeline"],
)
async def formulate_draft(
    state: State[Any], model: LanguageModel, user_name: str = ""
) -> AsyncGenerator[tuple[dict[str, Any], State[Any] | None], None]:
    """Write the reply, or revise the current draft; each piece is yielded as `{"delta": str}`.

    `{"restart": True}` says that the pieces so far were no part of it.
    """
    pieces: list[str] = []
    usage: Usage | None = None
    brief = brief_of(ConversationState.model_validate(state.get_all()), user_name)
    async with aclosing(model.stream(brief)) as written:
        async for piece in written:
            if isinstance(piece, Usage):
                usage = piece
            elif isinstance(piece, Restart):
                pieces.clear()
                yield {"restart": True}, None
            else:
                pieces.append(piece)
                yield {"delta": piece}, None
    body = "".join(pieces).strip()
    if not body:
        raise ModelNonsense("The model answered with an empty draft. Try again.")
    draft = _draft(state, body, model=model.name)
    if usage:
        draft |= {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}
    yield {"draft": body}, _with_draft(state, draft)


@action(
    reads=["draft_history", "feedback_history", "timeline"],
    writes=["feedback", "feedback_history", "final_draft", "current_draft", "draft_history", "timeline"],
)
async def process_feedback(state: State[Any], feedback: str) -> State[Any]:
    """Take what the user says of the draft: approval, a change, their own text, a way back or on."""
    index, drafts = len(state["feedback_history"]), state["draft_history"]
    wish = understand(feedback, len(drafts))
    kind = KINDS[type(wish)]
    said = {"text": feedback, "draft_version": len(drafts), "kind": kind, "created_at": now()}
    state = state.update(feedback=kind, final_draft=None, current_draft=drafts[-1]["body"]).append(
        feedback_history=said, timeline=moment("feedback", index)
    )
    match wish:
        case Replace(body):
            return _with_draft(state, _draft(state, body, origin="edited"))
        case Restore(version):
            body = drafts[version - 1]["body"]
            return _with_draft(state, _draft(state, body, origin="restored", restored_from=version))
        case Accept() | Reopen() | Revise():
            return state


@action(reads=["current_draft", "timeline"], writes=["final_draft", "timeline"])
async def final_result(state: State[Any]) -> State[Any]:
    """Make the current draft the final one."""
    return state.update(final_draft=state["current_draft"]).append(timeline=moment("final"))


def brief_of(state: ConversationState, user_name: str = "") -> Brief:
    """What the model is told: the email, and all that the user has said so far."""
    assert state.incoming_email is not None  # noqa: S101 - the graph reaches no draft without an email
    return Brief(
        email=state.incoming_email,
        instructions=state.response_instructions,
        user=Person(user_name),
        clarifications=tuple(_clarifications(state)),
        revisions=tuple(_revisions(state)),
    )


def _clarifications(state: ConversationState) -> list[Clarification]:
    told: list[Clarification] = []
    for asked in state.clarification_history:
        if asked.answers is None or asked.questions == [HOW_TO_REPLY]:
            continue  # the answer to "how" became the instructions
        if asked.remark:
            told.append(Clarification("\n".join(asked.questions), asked.remark))
        else:
            told += map(Clarification, asked.questions, asked.answers)
    return told


def _revisions(state: ConversationState) -> list[Revision]:
    """One for each draft that was to be changed: words added before a retry belong to the same request."""
    asked: dict[int, list[str]] = {}
    for said in state.feedback_history:
        if said.kind == "revise" and said.draft_version > state.drafts_before_email:
            asked.setdefault(said.draft_version, []).append(said.text)
    return [
        Revision(state.draft_history[version - 1].body, "\n".join(texts)) for version, texts in asked.items()
    ]


def _draft(state: State[Any], body: str, **origin: Any) -> dict[str, Any]:
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


def _with_draft(state: State[Any], draft: dict[str, Any]) -> State[Any]:
    return state.update(current_draft=draft["body"]).append(
        draft_history=draft, timeline=moment("draft", draft["version"])
    )
