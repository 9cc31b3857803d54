"""What a conversation remembers. These models are its one schema: the Burr state holds them as plain JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, Field

from email_assistant.brief import Ask
from email_assistant.conversation.commands import Kind
from email_assistant.conversation.header import Header
from email_assistant.mail import IncomingEmail
from email_assistant.mail.message import Text
from email_assistant.proofreading.model import AskStatus, Finding

HOW_TO_REPLY = "How would you like to reply?"
"""The one question that a mail without instructions leads to."""

InputStep = Literal["process_input", "clarify_instructions", "process_feedback"]
"""The actions that a person speaks before."""

NextStep = Literal[InputStep, "retry"]
"""What a conversation waits for: "retry" where a step did not finish."""

SCHEMA_VERSION = 1
"""Raise it with each change that a default value does not cover, and migrate the shape before it in
`migration.py`."""


class Moment(BaseModel):
    """When something was said or shown, and its place among all that was: `seq` counts from 0."""

    seq: int = 0
    created_at: str = ""
    """ISO 8601 in UTC."""


class SubmittedEmail(Moment):
    """An email that the user gave. The newest one is answered; the state holds what was read in it."""

    typed: Text | None = None
    """The message that brought it as it was typed, if that is not the email itself."""
    other: bool = False
    """Whether what was said of the emails before does not hold for it."""
    replaced: bool = False
    """Whether a later one took its place; `typed` is all that is kept of it then."""


class ClarificationRound(BaseModel):
    """One round of clarifying questions, or a remark that nobody asked for."""

    questions: list[Text] = Field(default_factory=list)
    answers: list[Text] | None = None
    """One per question, "" for a skipped one; None while the round is open."""
    remark: Text = ""
    """What the user said to all the questions at once."""
    typed: Text | None = None
    """The user's message as it was typed, where it was."""
    options: list[list[Text]] = Field(default_factory=list)
    """One-tap answers, a list for each question; empty if none are offered."""
    asked: Moment | None = None
    """None for a remark that nobody asked for."""
    answered: Moment | None = None
    """None while the round is open, or if another email closed it."""


class ModelUse(BaseModel):
    """Tokens of a model call."""

    model: str
    input_tokens: int
    output_tokens: int


class Draft(Moment):
    """One version of the reply. Versions count from 1."""

    version: int
    body: Text
    origin: Literal["written", "edited", "restored", "filled", "signed", "stopped"] = "written"
    restored_from: int | None = None
    another_of: int | None = None
    """The version that was written to the same request before."""
    model: str | None = None
    """The one that was asked; None where rules carried out a change, or a person wrote."""
    input_tokens: int | None = None
    output_tokens: int | None = None
    prompt: str | None = None
    """The version of the prompts that it was written with."""
    findings: list[Finding] = Field(default_factory=list)
    """What was wrong with it when it was kept."""
    asks: list[AskStatus] = Field(default_factory=list)
    """What it does with each of the conversation's `asks`."""
    attempt: Literal["first", "second", "rules"] = "first"
    """Which one was kept: the model's first, its second after a finding, or the offline writer's."""
    profile_used: list[str] = Field(default_factory=list)
    """The fields of the user's profile in its brief, or in that of the draft which it was made from."""

    @property
    def stands_in(self) -> bool:
        """Whether the rules wrote it because the model's own was not fit to show."""
        return self.attempt == "rules" and self.model is not None


class Feedback(Moment):
    """What the user said of the draft `draft_version`."""

    text: Text
    """What was typed or asked for; "" for a button that says it all."""
    draft_version: int
    kind: Kind = "revise"
    version: int | None = None
    """The version that it goes back to."""
    without_effect: bool = False
    """Whether the draft stayed as it was; such feedback is left out of the next request."""


class Acceptance(Moment):
    """The draft `draft_version` became the final reply; later feedback may have reopened it."""

    draft_version: int


class Aside(Moment):
    """A question of the user about the email or the draft, and its answer. It changes nothing else."""

    question: Text
    answer: Text


class Wish(BaseModel):
    """What the user wants of the drafts; a standing one also holds for all that follow."""

    text: Text
    standing: bool = False
    draft_version: int = 0
    """The draft that it was said of; 0 if it is from the instructions."""


class Original(BaseModel):
    """The file that an email came as; its bytes lie in the store."""

    file_id: str
    filename: Text
    size: int
    """In bytes."""


class HeaderChange(Moment):
    """What the user said of the reply's header."""

    text: Text = ""
    """What was typed; "" for a field of the card."""
    header: Header
    """What is chosen since then."""


@dataclass(frozen=True)
class Questions:
    """The entry of the timeline at which a round was asked."""

    seq: int
    created_at: str
    round: ClarificationRound


@dataclass(frozen=True)
class Answered:
    """The entry of the timeline at which a round was answered."""

    seq: int
    created_at: str
    round: ClarificationRound


TimelineEntry = SubmittedEmail | Questions | Answered | Draft | Feedback | Acceptance | HeaderChange | Aside
"""One thing that was said or shown."""


class ConversationState(BaseModel):
    """The Burr state of a conversation. Field names of the published tutorial keep their names.

    Its texts can be shown and sent: NUL and lone surrogates, which no JSON reply can carry, are out.
    """

    schema_version: int = SCHEMA_VERSION
    version: int = 0
    """Counts what was said or shown; the `seq` of what comes next."""
    incoming_email: IncomingEmail | None = None
    email_to_respond: Text = ""
    email_history: list[SubmittedEmail] = Field(default_factory=list)
    originals: list[Original] = Field(default_factory=list)
    response_instructions: Text = ""
    instructions_found: Text = ""
    """What of the pasted message was taken for instructions."""
    proposed_instructions: Text = ""
    """Lines of the pasted message that may be the user's, for them to decide."""
    proposed_email: Text = ""
    """The email without those lines."""
    asks: list[Ask] = Field(default_factory=list)
    wishes: list[Wish] = Field(default_factory=list)
    clarification_questions: list[Text] = Field(default_factory=list)
    clarification_answers: list[Text] = Field(default_factory=list)
    clarification_history: list[ClarificationRound] = Field(default_factory=list)
    current_draft: Text = ""
    draft_history: list[Draft] = Field(default_factory=list)
    stopped_draft: Text = ""
    """The words of a draft that was stopped or broke off, until another one is there."""
    feedback: str = ""
    """The kind of the newest feedback: it decides what follows."""
    feedback_history: list[Feedback] = Field(default_factory=list)
    final_draft: Text | None = None
    acceptances: list[Acceptance] = Field(default_factory=list)
    header: Header = Field(default_factory=Header)
    """What the user chose of the reply's header."""
    header_history: list[HeaderChange] = Field(default_factory=list)
    is_new_mail: bool = False
    """Whether there is no email to answer: the instructions ask for a mail of its own."""
    asides: list[Aside] = Field(default_factory=list)
    """What the user asked, and was answered, beside the reply."""
    other_use: list[ModelUse] = Field(default_factory=list)
    """The tokens of calls that led to no draft: questions and asides. A draft has its own."""
    model: Text | None = None
    """The model that the user chose for this conversation, in place of that of their profile."""

    @property
    def timeline(self) -> list[TimelineEntry]:
        """All that was said or shown, in the order in which a person sees it."""
        entries: list[TimelineEntry] = [
            *self.email_history,
            *self.draft_history,
            *self.feedback_history,
            *self.acceptances,
            *self.header_history,
            *self.asides,
        ]
        for each in self.clarification_history:
            if each.asked:
                entries.append(Questions(each.asked.seq, each.asked.created_at, each))
            if each.answered:
                entries.append(Answered(each.answered.seq, each.answered.created_at, each))
        return sorted(entries, key=lambda entry: entry.seq)

    @property
    def typed_email(self) -> str | None:
        """The message that brought the email as it was typed, if that is not the email itself."""
        return self.email_history[-1].typed if self.email_history else None

    @property
    def drafts_before_email(self) -> int:
        """How many drafts answer a replaced email."""
        since = self.email_history[-1].seq if self.email_history else 0
        return sum(draft.seq < since for draft in self.draft_history)

    @property
    def rounds_before_email(self) -> int:
        """How many rounds of questions were about an email whose instructions do not hold for this one."""
        since = max((email.seq for email in self.email_history if email.other), default=0)
        began = (each.asked or each.answered for each in self.clarification_history)
        return sum(moment is not None and moment.seq < since for moment in began)

    @property
    def ask_statuses(self) -> list[tuple[Ask, AskStatus]]:
        """The asks, each with what the newest draft does with it; none where no proofreader looked at it."""
        done = self.draft_history[-1].asks if self.draft_history else []
        if self.draft_history and not done:
            return []
        return [(ask, done[at] if at < len(done) else "left_open") for at, ask in enumerate(self.asks)]


def initial_state() -> dict[str, Any]:
    """Return the state of a conversation in which nothing was said yet."""
    return ConversationState().model_dump(mode="json")
