"""The actions of the email assistant that take what a person said: state in, state out.

They call no model, so that the person's input is saved before anything can fail.
"""

# No `from __future__ import annotations` here: Burr then could not check `reads` against the code.
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Literal

from burr.core import State, action
from pydantic import BaseModel

from email_assistant.conversation.commands import Kind
from email_assistant.conversation.header import Header
from email_assistant.conversation.state import (
    HOW_TO_REPLY,
    Acceptance,
    Aside,
    ClarificationRound,
    ConversationState,
    Draft,
    Feedback,
    HeaderChange,
    ModelUse,
    Moment,
    SubmittedEmail,
)

ORIGINS: dict[Kind, Literal["edited", "stopped", "restored", "filled", "signed"]] = {
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


def parsed(state: State[Any]) -> ConversationState:
    """Return the state by its schema; a field that the action does not read has its default."""
    return ConversationState.model_validate(state.get_all())


def dumped(records: Iterable[BaseModel]) -> list[dict[str, Any]]:
    """Return records as the state holds them."""
    return [record.model_dump(mode="json") for record in records]


def next_moment(state: State[Any]) -> Moment:
    """Return the moment of the next timeline entry."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Moment(seq=state["version"], created_at=now)


def with_entry(
    state: State[Any],
    history: str,
    record: SubmittedEmail | ClarificationRound | Draft | Feedback | Acceptance | HeaderChange | Aside,
) -> State[Any]:
    """Add a record to the end of a history, and number and date it."""
    moment = next_moment(state)
    stamp = {"asked": moment} if isinstance(record, ClarificationRound) else dict(moment)
    (new,) = dumped([record.model_copy(update=stamp)])
    return state.append(**{history: new}).update(version=moment.seq + 1)


@action(
    reads=[
        "version",
        "email_to_respond",
        "email_history",
        "response_instructions",
        "wishes",
        "clarification_history",
        "header",
    ],
    writes=[
        "version",
        "incoming_email",
        "email_to_respond",
        "email_history",
        "originals",
        "response_instructions",
        "instructions_found",
        "proposed_instructions",
        "proposed_email",
        "wishes",
        "clarification_questions",
        "clarification_history",
        "stopped_draft",
        "final_draft",
        "header",
        "is_new_mail",
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
    header: dict[str, Any] | None = None,
    is_new_mail: bool = False,
) -> State[Any]:
    """Take the email and, if the user gave them, the instructions; a corrected one replaces the first.

    What was said so far holds for a corrected email, and does not for an `other` one.
    """
    before = parsed(state)
    emails, rounds = before.email_history, _closed(before.clarification_history)
    if emails:
        typed = before.typed_email or before.email_to_respond
        emails[-1] = emails[-1].model_copy(update={"typed": typed, "replaced": True})
    earlier = "" if other else before.response_instructions
    state = state.update(
        incoming_email=incoming_email,
        email_to_respond=email_to_respond,
        email_history=dumped(emails),
        originals=originals or [],
        response_instructions=response_instructions.strip() or earlier,
        instructions_found=instructions_found,
        proposed_instructions=proposed_instructions,
        proposed_email=proposed_email,
        wishes=[] if other else state["wishes"],
        clarification_questions=[],
        clarification_history=dumped(rounds),
        stopped_draft="",
        final_draft=None,
        header={} if other else header or state["header"],
        is_new_mail=is_new_mail,
    )
    return with_entry(state, "email_history", SubmittedEmail(typed=typed_email, other=other))


@action(
    reads=[
        "version",
        "incoming_email",
        "email_to_respond",
        "email_history",
        "clarification_history",
        "response_instructions",
        "instructions_found",
    ],
    writes=[
        "version",
        "incoming_email",
        "email_to_respond",
        "email_history",
        "clarification_answers",
        "clarification_history",
        "response_instructions",
        "instructions_found",
        "proposed_instructions",
        "proposed_email",
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
    before = parsed(state)
    emails, rounds, instructions = (
        before.email_history,
        before.clarification_history,
        before.response_instructions,
    )
    if not rounds or rounds[-1].answers is not None:
        rounds.append(
            ClarificationRound()
        )  # a remark that nobody asked for, before an interrupted step is retried
    asked = rounds[-1]
    if asked.questions == [HOW_TO_REPLY]:
        instructions = answers[0]
    if incoming_email:
        typed = before.typed_email or before.email_to_respond
        emails[-1:] = [email.model_copy(update={"typed": typed}) for email in emails[-1:]]
    answered = {"answers": answers, "remark": remark, "typed": typed_answers, "answered": next_moment(state)}
    rounds[-1] = ClarificationRound.model_validate(dict(asked) | answered)
    return state.update(
        version=state["version"] + 1,
        incoming_email=incoming_email or state["incoming_email"],
        email_to_respond=email_to_respond if incoming_email else state["email_to_respond"],
        email_history=dumped(emails),
        instructions_found=instructions if incoming_email else state["instructions_found"],
        proposed_instructions="",
        proposed_email="",
        clarification_answers=answers,
        clarification_history=dumped(rounds),
        response_instructions=instructions,
    )


@action(
    reads=[
        "version",
        "clarification_history",
        "draft_history",
        "stopped_draft",
        "feedback",
        "feedback_history",
        "final_draft",
        "response_instructions",
        "instructions_found",
        "wishes",
        "header",
        "header_history",
    ],
    writes=[
        "version",
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
        "header",
        "header_history",
    ],
)
async def process_feedback(  # noqa: PLR0917 - Burr's inputs
    state: State[Any],
    kind: Kind | Literal["header"],
    text: str = "",
    body: str = "",
    version: int | None = None,
    wishes: list[dict[str, Any]] | None = None,
    notes: dict[str, Any] | None = None,
    header: dict[str, Any] | None = None,
    resumes: bool = False,
) -> State[Any]:
    """Take what the user says of the draft.

    `text` is what they typed, `body` the next draft if they bring one along, with `notes` on it, `version`
    the one that it was before, and `wishes` are those that still hold. What they write before there is a
    draft leaves the open questions unanswered. A `header` is no word about the text: the draft stays as it
    is, accepted or not, and a step that did not finish runs again.
    """
    if kind == "header":
        state = state.update(feedback=state["feedback"] if resumes else kind, header=header)
        return with_entry(
            state, "header_history", HeaderChange(text=text, header=Header.model_validate(header))
        )
    before = parsed(state)
    drafts = before.draft_history
    new_instructions = text if kind == "instructions" else None
    state = state.update(
        feedback=kind,
        final_draft=None,
        clarification_history=dumped(_closed(before.clarification_history)),
        stopped_draft=before.stopped_draft if kind in WRITTEN else "",
        current_draft=drafts[-1].body if drafts else "",
        response_instructions=new_instructions or state["response_instructions"],
        instructions_found=new_instructions or state["instructions_found"],
        wishes=state["wishes"] if wishes is None else wishes,
    )
    said = Feedback(text=text, draft_version=len(drafts), kind=kind, version=version)
    state = with_entry(state, "feedback_history", said)
    if not body:
        return state
    made_from = drafts[version - 1 if version else -1] if drafts else None
    draft = Draft(
        version=len(drafts) + 1,
        body=body,
        origin=ORIGINS[kind],
        restored_from=version,
        profile_used=made_from.profile_used if made_from else [],
        **(notes or {}),
    )
    return with_draft(state, draft)


@action(reads=["version", "current_draft", "draft_history"], writes=["version", "final_draft", "acceptances"])
async def final_result(state: State[Any]) -> State[Any]:
    """Make the current draft the final one."""
    accepted = Acceptance(draft_version=len(state["draft_history"]))
    return with_entry(state.update(final_draft=state["current_draft"]), "acceptances", accepted)


def _closed(rounds: list[ClarificationRound]) -> list[ClarificationRound]:
    """Return the rounds of questions; an open one was passed over."""
    if rounds and rounds[-1].answers is None:
        skipped = [""] * len(rounds[-1].questions)
        return [*rounds[:-1], rounds[-1].model_copy(update={"answers": skipped})]
    return rounds


def with_use(state: State[Any], model: str | None, read: int | None, written: int | None) -> State[Any]:
    """Return the state with the tokens of a call that led to no draft, where they are known."""
    if model is None or read is None or written is None:
        return state
    return state.append(
        other_use=ModelUse(model=model, input_tokens=read, output_tokens=written).model_dump()
    )


def with_draft(state: State[Any], draft: Draft) -> State[Any]:
    """Return the state with `draft` as its newest version.

    One that was written and is equal to the newest is no version; what was found in it is kept with that.
    """
    before = parsed(state)
    drafts, feedback = before.draft_history, before.feedback_history
    asked_of_it = bool(feedback) and feedback[-1].kind in _ASKS_FOR_MORE
    if drafts and asked_of_it and draft.origin == "written" and draft.body == drafts[-1].body:
        drafts[-1] = drafts[-1].model_copy(update={"findings": draft.findings})
        feedback[-1] = feedback[-1].model_copy(update={"without_effect": True})
        state = state.update(
            current_draft=draft.body, draft_history=dumped(drafts), feedback_history=dumped(feedback)
        )
        return with_use(state, draft.model, draft.input_tokens, draft.output_tokens)
    return with_entry(state.update(current_draft=draft.body), "draft_history", draft)
