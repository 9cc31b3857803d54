"""What every call answers: the whole conversation, so that a client only renders it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from email_assistant.conversation.cautions import unsupported_claims
from email_assistant.conversation.state import ConversationState, Draft, NextStep, Original, Round
from email_assistant.conversation.state import Feedback as FeedbackRecord
from email_assistant.mail import (
    Attachment,
    EmailWarning,
    IncomingEmail,
    Mailbox,
    reply_recipients,
    reply_subject,
)
from email_assistant.view import ConversationView

EXAMPLE: JsonDict = {
    "app_id": "1f6a7a52-3c0e-4f0b-9d0a-5a4f6f0c2b11",
    "title": "Lunch next week?",
    "created_at": "2026-03-02T09:00:00Z",
    "updated_at": "2026-03-02T09:01:30Z",
    "version": 2,
    "next_step": "process_feedback",
    "problem": None,
    "running": None,
    "email_to_respond": "From: Dana Whitfield <dana@example.com>\nSubject: Lunch next week?\n\nThursday?",
    "response_instructions": "Say yes to Thursday, at noon.",
    "questions": [],
    "answers": [],
    "drafts": ["Hi Dana,\n\nThursday at noon suits me.\n\nBest regards"],
    "feedback_history": [],
    "final_draft": None,
    "clarifications": [],
    "draft_details": [
        {
            "version": 1,
            "origin": "written",
            "restored_from": None,
            "model": "gpt-5-mini",
            "input_tokens": 412,
            "output_tokens": 38,
            "created_at": "2026-03-02T09:01:30.120Z",
        }
    ],
    "feedback_details": [],
    "cautions": [],
    "originals": [],
    "email": {
        "subject": "Lunch next week?",
        "sender": {"name": "Dana Whitfield", "address": "dana@example.com"},
        "to": [],
        "cc": [],
        "date": None,
        "attachments": [],
        "warnings": [],
    },
    "reply": {
        "subject": "Re: Lunch next week?",
        "to": [{"name": "Dana Whitfield", "address": "dana@example.com"}],
    },
}


class Email(BaseModel):
    """The header fields of the email, as they were read."""

    subject: str = Field(description="Its Subject, or empty.")
    sender: Mailbox | None = Field(description="Its author (From), or null where none is known.")
    to: tuple[Mailbox, ...] = Field(description="Its To.")
    cc: tuple[Mailbox, ...] = Field(description="Its Cc.")
    date: datetime | None = Field(description="Its Date, or null.")
    attachments: tuple[Attachment, ...] = Field(description="What it carries beside its text.")
    warnings: tuple[EmailWarning, ...] = Field(description="What to know before answering it.")


class Reply(BaseModel):
    """Where the reply goes."""

    subject: str = Field(description="The reply's Subject, or empty where the email has none.")
    to: tuple[Mailbox, ...] = Field(description="The reply's To; empty where the email names nobody.")


class Clarification(BaseModel):
    """One round of questions."""

    questions: list[str] = Field(description="What was asked.")
    answers: list[str] | None = Field(description='One for each question, "" where skipped; null while open.')
    remark: str = Field(description="What was said to all the questions at once, or empty.")


class DraftDetails(BaseModel):
    """What is known of a draft beside its text."""

    version: int = Field(description="Counted from 1: `drafts[version - 1]` is the text.")
    origin: Literal["written", "edited", "restored"] = Field(
        description="Written by the model, edited by the person, or restored from an earlier version."
    )
    restored_from: int | None = Field(description="That earlier version, or null.")
    model: str | None = Field(description="The model that wrote it, or null.")
    input_tokens: int | None = Field(description="Tokens that the model read, where it said so.")
    output_tokens: int | None = Field(description="Tokens that the model wrote, where it said so.")
    created_at: str = Field(description="When, as RFC 3339 in UTC.")


class FeedbackDetails(BaseModel):
    """What is known of a feedback beside its text."""

    draft_version: int = Field(description="The draft that it speaks of.")
    kind: Literal["revise", "accept", "edit", "restore", "reopen"] = Field(description="What it asked for.")
    created_at: str = Field(description="When, as RFC 3339 in UTC.")


class EmailAssistantState(BaseModel):
    """A whole conversation. Render it, and send what `next_step` asks for."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    app_id: str = Field(
        description="The conversation's id, the same in the chat.", json_schema_extra={"format": "uuid"}
    )
    title: str = Field(description="Its title in the list; empty before there is an email.")
    created_at: datetime = Field(description="When it began, in UTC.")
    updated_at: datetime = Field(description="Its newest activity, in UTC.")
    version: int = Field(description="Grows with all that is said or shown; it is the ETag as well.", ge=0)
    next_step: NextStep | None = Field(
        description="What it waits for: `process_input` an email (`initialize_draft`), "
        "`clarify_instructions` answers, `process_feedback` feedback, `retry` a step that did not finish "
        "(`retry`). Null when done; one more feedback reopens it."
    )
    problem: str | None = Field(description="Why the last step did not finish, where that is known.")
    running: str | None = Field(
        description="The step that runs now, perhaps in another server process, or null."
    )
    email_to_respond: str = Field(
        description="The email as it was given, or the text of its file; empty before."
    )
    response_instructions: str = Field(description="How to answer it; empty before that is known.")
    questions: list[str] = Field(description="The newest questions.")
    answers: list[str] = Field(description="The newest answers, one for each question.")
    drafts: list[str] = Field(description="The text of every draft, oldest first.")
    feedback_history: list[str] = Field(description="Every feedback, oldest first.")
    final_draft: str | None = Field(description="The accepted reply, or null while it is open.")
    clarifications: list[Clarification] = Field(description="Every round of questions, oldest first.")
    draft_details: list[DraftDetails] = Field(description="One for each of `drafts`.")
    feedback_details: list[FeedbackDetails] = Field(description="One for each of `feedback_history`.")
    cautions: list[str] = Field(
        description="What to check in the newest draft: details that are in neither the newest message nor "
        "what the person said."
    )
    originals: list[Original] = Field(description="The files that the email came as, kept whole.")
    email: Email | None = Field(description="What was read in the email; null before there is one.")
    reply: Reply | None = Field(description="Where the reply goes; null before there is an email.")


def state_of(view: ConversationView) -> EmailAssistantState:
    """What the service knows, as a client sees it."""
    state = view.state
    # The view is ours and whole, so nothing of it is checked again.
    return EmailAssistantState.model_construct(
        app_id=view.app_id,
        title=view.title,
        created_at=view.created_at,
        updated_at=view.updated_at,
        version=view.version,
        next_step=view.next_step,
        problem=view.problem,
        running=view.running,
        email_to_respond=_email_text(state),
        response_instructions=state.response_instructions,
        questions=state.clarification_questions,
        answers=state.clarification_answers,
        drafts=[draft.body for draft in state.draft_history],
        feedback_history=[said.text for said in state.feedback_history],
        final_draft=state.final_draft,
        clarifications=[_clarification(asked) for asked in state.clarification_history],
        draft_details=[_draft_details(draft) for draft in state.draft_history],
        feedback_details=[_feedback_details(said) for said in state.feedback_history],
        cautions=[*unsupported_claims(state.current_draft, state)],
        originals=state.originals,
        email=_email(state.incoming_email),
        reply=_reply(state),
    )


def _clarification(asked: Round) -> Clarification:
    return Clarification.model_construct(
        questions=asked.questions, answers=asked.answers, remark=asked.remark
    )


def _draft_details(draft: Draft) -> DraftDetails:
    return DraftDetails.model_construct(
        version=draft.version,
        origin=draft.origin,
        restored_from=draft.restored_from,
        model=draft.model,
        input_tokens=draft.input_tokens,
        output_tokens=draft.output_tokens,
        created_at=draft.created_at,
    )


def _feedback_details(said: FeedbackRecord) -> FeedbackDetails:
    return FeedbackDetails.model_construct(
        draft_version=said.draft_version, kind=said.kind, created_at=said.created_at
    )


def _email_text(state: ConversationState) -> str:
    email = state.incoming_email
    return state.email_to_respond or (email.text if email else "")


def _email(email: IncomingEmail | None) -> Email | None:
    if email is None:
        return None
    return Email.model_construct(
        subject=email.subject,
        sender=email.sender,
        to=email.to,
        cc=email.cc,
        date=email.date,
        attachments=email.attachments,
        warnings=email.warnings,
    )


def _reply(state: ConversationState) -> Reply | None:
    email = state.incoming_email
    if email is None:
        return None
    return Reply.model_construct(subject=reply_subject(email.subject), to=reply_recipients(email).to)
