"""What every call answers: the whole conversation, so that a client only renders it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from email_assistant.conversation.commands import Kind
from email_assistant.conversation.state import (
    Aside,
    ClarificationRound,
    ConversationState,
    Draft,
    NextStep,
    Original,
)
from email_assistant.mail import (
    Attachment,
    EmailWarning,
    IncomingEmail,
    Mailbox,
)
from email_assistant.proofreading.model import AskStatus, Code, Finding
from email_assistant.service.cost import Prices
from email_assistant.service.view import ConversationView
from email_assistant.translations import retold

Shown = TypeVar("Shown", bound=BaseModel)

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
    "asides": [],
    "final_draft": None,
    "clarifications": [],
    "draft_details": [
        {
            "version": 1,
            "origin": "written",
            "restored_from": None,
            "another_of": None,
            "model": "gpt-5-mini",
            "input_tokens": 412,
            "output_tokens": 38,
            "prompt": "3f9a1c07",
            "cost": 0.000179,
            "created_at": "2026-03-02T09:01:30.120Z",
        }
    ],
    "feedback_details": [],
    "cautions": [],
    "asks": [
        {
            "text": "lunch on Tuesday or Thursday",
            "quote": "Could we have lunch on Tuesday or Thursday?",
            "status": "answered",
        }
    ],
    "findings": [],
    "gaps": [],
    "wishes": [{"text": "no exclamation marks", "standing": True}],
    "profile_used": ["name", "tone"],
    "instructions_found": "",
    "proposed_instructions": "",
    "model": "gpt-5-mini",
    "usage": {"input_tokens": 561, "output_tokens": 51, "cost": 0.000242, "currency": "USD"},
    "monitor": None,
    "chosen_model": None,
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
        "cc": [],
        "bcc": [],
        "reply_all": False,
        "signature": "",
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
    """The reply around its text: where it goes, its subject, and what stands below (`set_header`)."""

    subject: str = Field(description="Its Subject, or empty.")
    to: tuple[Mailbox, ...] = Field(description="Its To; empty where the email names nobody.")
    cc: tuple[Mailbox, ...] = Field(description="Its Cc.")
    bcc: tuple[Mailbox, ...] = Field(description="Its Bcc.")
    reply_all: bool = Field(description="Whether it goes to all recipients of the email.")
    signature: str = Field(
        description="The signature below the newest draft in `reply.eml`, or empty where the draft has it."
    )


class Clarification(BaseModel):
    """One round of questions."""

    questions: list[str] = Field(description="What was asked.")
    answers: list[str] | None = Field(description='One for each question, "" where skipped; null while open.')
    remark: str = Field(description="What was said to all the questions at once, or empty.")
    options: list[list[str]] = Field(
        description="Answers to choose from, a list for each question; empty if none are offered."
    )


class AskState(BaseModel):
    """One thing that the newest message asks."""

    text: str = Field(description="What it asks, in a few words.")
    quote: str = Field(description="The sentence of the email that asks it, or empty.")
    status: AskStatus = Field(
        description="What the newest draft does with it: answers it, has a gap for it, or leaves it open."
    )


class FindingState(BaseModel):
    """What a person should look at in the newest draft."""

    code: Code = Field(description="What kind it is.")
    text: str = Field(description="What it is and what to do, in a sentence.")
    start: int = Field(description="Where it begins in the draft, in characters.")
    end: int = Field(description="Where it ends; 0 if it concerns the whole.")


class GapState(BaseModel):
    """A place in the newest draft that the person fills in."""

    text: str = Field(description="What is missing.")
    start: int = Field(description="Where it begins in the draft, in characters, brackets included.")
    end: int = Field(description="Where it ends.")


class WishState(BaseModel):
    """Something that the person wants of the drafts."""

    text: str = Field(description="What it is.")
    standing: bool = Field(description="Whether it holds for all drafts that follow as well.")


class DraftDetails(BaseModel):
    """What is known of a draft beside its text."""

    version: int = Field(description="Counted from 1: `drafts[version - 1]` is the text.")
    origin: Literal["written", "edited", "restored", "filled", "signed", "stopped"] = Field(
        description="Written by the model, edited by the person, restored from an earlier version, a gap "
        "filled in, signed with the name that was given, or the words of one that was stopped."
    )
    restored_from: int | None = Field(description="That earlier version, or null.")
    another_of: int | None = Field(description="The first version of the same request, or null.")
    model: str | None = Field(description="The model that wrote it, or null.")
    input_tokens: int | None = Field(description="Tokens that the model read, where it said so.")
    output_tokens: int | None = Field(description="Tokens that the model wrote, where it said so.")
    prompt: str | None = Field(description="The version of the prompts that it was written with, or null.")
    cost: float | None = Field(description="What these tokens cost, where the operator set prices, or null.")
    created_at: str = Field(description="When, as RFC 3339 in UTC.")


class Usage(BaseModel):
    """What the model calls of the conversation took, as far as the model's server said so."""

    input_tokens: int = Field(description="Tokens that models read.")
    output_tokens: int = Field(description="Tokens that models wrote.")
    cost: float | None = Field(description="What they cost, or null where a model has no price.")
    currency: str = Field(description="The currency of the cost, by ISO 4217.")


class FeedbackDetails(BaseModel):
    """What is known of a feedback beside its text."""

    draft_version: int = Field(description="The draft that it speaks of.")
    kind: Kind = Field(description="What it asked for.")
    created_at: str = Field(description="When, as RFC 3339 in UTC.")


class AsideState(BaseModel):
    """A question of the person, which changed nothing, and its answer."""

    question: str = Field(description="What they asked.")
    answer: str = Field(description="What they were answered, as plain text.")
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
    asides: list[AsideState] = Field(description="What was asked beside the reply, oldest first.")
    cautions: list[str] = Field(
        description="What to check in the newest draft: details that are in neither the newest message nor "
        "what the person said."
    )
    asks: list[AskState] = Field(description="What the newest message asks, and what the draft does with it.")
    findings: list[FindingState] = Field(description="What to look at in the newest draft.")
    gaps: list[GapState] = Field(description="What to fill in in the newest draft (`fill_gap`).")
    wishes: list[WishState] = Field(description="What the person wants of the drafts (`remove_wish`).")
    profile_used: list[str] = Field(
        description="The fields of the person's profile that the newest draft was written from (`profile`)."
    )
    instructions_found: str = Field(
        description="What of the pasted message was taken for the instructions, or empty "
        "(`set_instructions`)."
    )
    proposed_instructions: str = Field(
        description="What of the pasted message may be the person's instructions, for them to decide, "
        "or empty."
    )
    model: str = Field(description="What writes the drafts.")
    usage: Usage | None = Field(description="What its model calls took, or null where that is not known.")
    monitor: str | None = Field(
        description="Where Burr's page shows its steps, if the operator set that, or null."
    )
    chosen_model: str | None = Field(
        description="The model that was chosen for this conversation (`choose_model`), or null."
    )
    originals: list[Original] = Field(description="The files that the email came as, kept whole.")
    email: Email | None = Field(description="What was read in the email; null before there is one.")
    reply: Reply | None = Field(
        description="Where the reply goes and its subject; null before there is an email."
    )


def state_of(view: ConversationView) -> EmailAssistantState:
    """Return what the service knows, as a client sees it."""
    state = view.state
    newest = state.draft_history[-1] if state.draft_history else None
    # The view is ours and whole, so nothing of it is checked again.
    return EmailAssistantState.model_construct(
        app_id=view.app_id,
        title=view.title,
        created_at=view.created_at,
        updated_at=view.updated_at,
        version=view.version,
        next_step=view.next_step,
        problem=retold(view.problem) if view.problem else None,
        running=view.running,
        email_to_respond=_email_text(state),
        response_instructions=state.response_instructions,
        questions=[*map(retold, state.clarification_questions)],
        answers=state.clarification_answers,
        drafts=[draft.body for draft in state.draft_history],
        feedback_history=[said.text for said in state.feedback_history],
        final_draft=state.final_draft,
        clarifications=[_clarification(asked) for asked in state.clarification_history],
        draft_details=[_draft_details(view.prices, draft) for draft in state.draft_history],
        asides=[_aside(aside) for aside in state.asides],
        feedback_details=[shown(FeedbackDetails, said) for said in state.feedback_history],
        cautions=[*map(retold, view.cautions)],
        asks=_asks(state),
        findings=[_finding(finding) for finding in newest.findings] if newest else [],
        gaps=[shown(GapState, gap) for gap in view.gaps],
        wishes=[shown(WishState, wish) for wish in state.wishes],
        profile_used=newest.profile_used if newest else [],
        instructions_found=state.instructions_found,
        proposed_instructions=state.proposed_instructions,
        model=view.model,
        usage=_usage(view),
        monitor=view.monitor,
        chosen_model=state.model,
        originals=state.originals,
        email=_email(state.incoming_email) if state.incoming_email else None,
        reply=_reply(view),
    )


def shown(model: type[Shown], source: object) -> Shown:
    """Return the fields of `model` as `source` has them; they are ours, so they are not checked again."""
    return model.model_construct(**{name: getattr(source, name) for name in model.model_fields})


def _draft_details(prices: Prices, draft: Draft) -> DraftDetails:
    taken = prices.of_draft(draft)
    known = {name: getattr(draft, name) for name in DraftDetails.model_fields if name != "cost"}
    return DraftDetails.model_construct(**known, cost=taken.cost if taken else None)


def _usage(view: ConversationView) -> Usage | None:
    taken = view.prices.of_conversation(view.state)
    if taken is None:
        return None
    return Usage.model_construct(
        input_tokens=taken.input_tokens,
        output_tokens=taken.output_tokens,
        cost=taken.cost,
        currency=view.prices.currency,
    )


def _finding(finding: Finding) -> FindingState:
    told = shown(FindingState, finding)
    told.text = retold(finding.text)
    return told


def _clarification(asked: ClarificationRound) -> Clarification:
    told = shown(Clarification, asked)
    told.questions = [*map(retold, asked.questions)]
    return told


def _aside(aside: Aside) -> AsideState:
    told = shown(AsideState, aside)
    told.answer = retold(aside.answer)
    return told


def _email(email: IncomingEmail) -> Email:
    told = shown(Email, email)
    told.warnings = tuple(
        warning.model_copy(update={"text": retold(warning.text)}) for warning in email.warnings
    )
    return told


def _asks(state: ConversationState) -> list[AskState]:
    return [
        AskState.model_construct(text=ask.text, quote=ask.quote, status=status)
        for ask, status in state.ask_statuses
    ]


def _email_text(state: ConversationState) -> str:
    email = state.incoming_email
    return state.email_to_respond or (email.text if email else "")


def _reply(view: ConversationView) -> Reply | None:
    if view.state.incoming_email is None:
        return None
    header = view.header
    return Reply.model_construct(
        subject=header.subject,
        to=header.to,
        cc=header.cc,
        bcc=header.bcc,
        reply_all=header.reply_all,
        signature=view.signature,
    )
