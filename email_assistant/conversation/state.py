"""What a conversation remembers: plain JSON in the Burr state, and a typed view of it at the edges."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from email_assistant.brief import Ask
from email_assistant.conversation.commands import Kind
from email_assistant.mail import IncomingEmail
from email_assistant.mail.message import Text
from email_assistant.proofreading.model import AskStatus, Finding

HOW_TO_REPLY = "How would you like to reply?"
"""The one question that a mail without instructions leads to."""

InputStep = Literal["process_input", "clarify_instructions", "process_feedback"]
"""The actions that a person speaks before."""

NextStep = Literal[InputStep, "retry"]
"""What a conversation waits for: "retry" where a step did not finish."""


class Round(BaseModel):
    """One round of clarifying questions."""

    questions: list[Text]
    answers: list[Text] | None = None
    """One per question, "" for a skipped one; None while the round is open."""
    remark: Text = ""
    """What the user said to all the questions at once."""
    typed: Text | None = None
    """The user's message as it was typed, where it was."""
    options: list[list[Text]] = Field(default_factory=list)
    """One-tap answers, a list for each question; empty if none are offered."""


class Draft(BaseModel):
    """One version of the reply. Versions count from 1."""

    version: int
    body: Text
    origin: Literal["written", "edited", "restored", "filled", "signed", "stopped"] = "written"
    restored_from: int | None = None
    another_of: int | None = None
    """The version that was written to the same request before."""
    model: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    findings: list[Finding] = Field(default_factory=list)
    """What was wrong with it when it was kept."""
    asks: list[AskStatus] = Field(default_factory=list)
    """What it does with each of the conversation's `asks`."""
    attempt: Literal["first", "second", "rules"] = "first"
    """Which one was kept: the model's first, its second after a finding, or the offline writer's."""
    profile_used: list[str] = Field(default_factory=list)
    """The fields of the user's profile in its brief, or in that of the draft which it was made from."""
    created_at: str = ""


class Feedback(BaseModel):
    """What the user said of the draft `draft_version`."""

    text: Text
    """What was typed or asked for; "" for a button that says it all."""
    draft_version: int
    kind: Kind = "revise"
    version: int | None = None
    """The version that it goes back to."""
    created_at: str = ""
    without_effect: bool = False
    """Whether the draft stayed as it was; such feedback is left out of the next request."""


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


class Moment(BaseModel):
    """One entry of the timeline: what came when, in the order in which a person sees it.

    `index` points into the list that holds it: `replaced_emails` for emails (one past its end is the one
    that is answered), `clarification_history` for questions and answers (from 0),
    `draft_history` for drafts (the version), `feedback_history` for feedback (from 0).
    """

    kind: Literal["email", "questions", "answers", "draft", "feedback", "final"]
    index: int = 0
    at: str


class ConversationState(BaseModel):
    """The Burr state of a conversation. Field names of the published tutorial keep their names.

    Its texts can be shown and sent: NUL and lone surrogates, which no JSON reply can carry, are out.
    """

    incoming_email: IncomingEmail | None = None
    email_to_respond: Text = ""
    typed_email: Text | None = None
    """The message that brought the email as it was typed, where it held more or less than that."""
    originals: list[Original] = Field(default_factory=list)
    replaced_emails: list[Text] = Field(default_factory=list)
    """What was typed to bring the emails that a corrected one has replaced."""
    drafts_before_email: int = 0
    """How many drafts answer a replaced email."""
    rounds_before_email: int = 0
    """How many rounds of questions were about an email whose instructions do not hold for this one."""
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
    clarification_history: list[Round] = Field(default_factory=list)
    current_draft: Text = ""
    draft_history: list[Draft] = Field(default_factory=list)
    stopped_draft: Text = ""
    """The words of a draft that was stopped or broke off, until another one is there."""
    feedback: str = ""
    feedback_history: list[Feedback] = Field(default_factory=list)
    final_draft: Text | None = None
    timeline: list[Moment] = Field(default_factory=list)

    @property
    def ask_statuses(self) -> list[tuple[Ask, AskStatus]]:
        """The asks, each with what the newest draft does with it."""
        done = self.draft_history[-1].asks if self.draft_history else []
        return [(ask, done[at] if at < len(done) else "left_open") for at, ask in enumerate(self.asks)]


def initial_state() -> dict[str, Any]:
    """The state of a conversation in which nothing was said yet."""
    return ConversationState().model_dump(mode="json")


def now() -> str:
    """The present moment as the state keeps it: ISO 8601 in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(kind: str, index: int = 0) -> dict[str, Any]:
    """A timeline entry for now."""
    return {"kind": kind, "index": index, "at": now()}
