"""What a client sends: the JSON bodies of the calls that write."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from email_assistant.conversation.header import MAX_RECIPIENTS, MAX_SUBJECT
from email_assistant.conversation.planning import MAX_NAME
from email_assistant.store.conversations import MAX_AT_ONCE
from email_assistant.store.rows import MAX_TITLE

# Characters. A mail of a million is a book; what a person writes beside it is short.
MAX_EMAIL = 1_000_000
MAX_TEXT = 20_000
MAX_DRAFT = 100_000
MAX_ANSWERS = 10
MAX_ADDRESS = 1_000


class Body(BaseModel):
    """A body that holds what it should and nothing else; strict also about half of a surrogate pair."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _whole(number: object) -> object:
    """Take 1.0 for 1, as JSON Schema does (validation, section 6.1.1)."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


Whole = Annotated[int, BeforeValidator(_whole)]


class EmailToAnswer(Body):
    """The email, and how to answer it."""

    email_to_respond: str = Field(
        description="The email to answer: pasted text, with or without its header lines, or raw RFC 5322.",
        min_length=1,
        max_length=MAX_EMAIL,
        pattern=r"[^\s\x00]",
        examples=[
            "From: Dana Whitfield <dana@example.com>\nSubject: Lunch next week?\n\n"
            "Hi Sam,\n\nCould we have lunch on Tuesday or Thursday?\n\nBest,\nDana\n"
        ],
    )
    response_instructions: str = Field(
        default="",
        description='How to answer it. With "" the first question will be how to reply.',
        max_length=MAX_TEXT,
        examples=["Say yes to Thursday, at noon."],
    )


class MailToWrite(Body):
    """A new mail, which answers none."""

    instructions: str = Field(
        description="What it should say.",
        min_length=1,
        max_length=MAX_TEXT,
        pattern=r"[^\s\x00]",
        examples=["Write an email to my boss that I am sick today."],
    )
    to: list[Annotated[str, Field(max_length=MAX_ADDRESS)]] = Field(
        default=[],
        description="Whom it goes to, each as `Lee Park <lee@example.com>` or as the address alone.",
        max_length=MAX_RECIPIENTS,
    )
    subject: str = Field(default="", description="Its Subject.", max_length=MAX_SUBJECT)


class Answers(Body):
    """The answers to the questions that the conversation asked."""

    answers: list[Annotated[str, Field(max_length=MAX_TEXT)]] = Field(
        description='One answer for each of `questions`, in their order; "" skips one. '
        "`proposed_instructions` answer the question how to reply, and then are no part of the email.",
        max_length=MAX_ANSWERS,
        examples=[["At noon", ""]],
    )


class Feedback(Body):
    """What the person says of the newest draft."""

    feedback: str = Field(
        description='What to change. "", or plain approval such as "looks good", accepts the draft.',
        max_length=MAX_DRAFT,
        examples=["Make it shorter."],
    )


class Version(Body):
    """One of the drafts."""

    version: Whole = Field(
        description="The draft to go back to, counted from 1.", ge=1, le=10**6, examples=[1]
    )


class OwnDraft(Body):
    """A draft that the person wrote."""

    body: str = Field(
        description="The whole text of the reply; it becomes the newest draft as it stands.",
        min_length=1,
        max_length=MAX_DRAFT,
        pattern=r"\S",
        examples=["Hi Dana,\n\nThursday at noon suits me.\n\nBest,\nSam"],
    )


class GapFilled(Body):
    """What belongs into a gap of the newest draft."""

    gap: Whole = Field(description="Its place in `gaps`, counted from 0.", ge=0, le=10**6, examples=[0])
    text: str = Field(
        description="What to put in its place.",
        min_length=1,
        max_length=MAX_TEXT,
        pattern=r"\S",
        examples=["noon"],
    )


class Instructions(Body):
    """How to answer the email."""

    response_instructions: str = Field(
        description="What takes the place of the instructions so far.",
        min_length=1,
        max_length=MAX_TEXT,
        pattern=r"\S",
        examples=["Say yes to Tuesday."],
    )


class Name(Body):
    """Who signs."""

    name: str = Field(
        description="The name below this draft and those that follow.",
        min_length=1,
        max_length=MAX_NAME,
        pattern=r"[^\s\x00]",
        examples=["Sam Lee"],
    )


People = Annotated[list[Annotated[str, Field(max_length=MAX_ADDRESS)]], Field(max_length=MAX_RECIPIENTS)]
_PEOPLE = Field(
    default=None,
    description="Each as `Lee Park <lee@example.com>`, as the address alone, or by a name that the email "
    "has. Left out or null, they stay as they are.",
    examples=[["lee@example.com"]],
)


class ReplyHeader(Body):
    """Whom the reply goes to, and its subject."""

    to: Annotated[People | None, _PEOPLE] = None
    cc: Annotated[People | None, _PEOPLE] = None
    bcc: Annotated[People | None, _PEOPLE] = None
    subject: Annotated[str, Field(max_length=MAX_SUBJECT)] | None = Field(
        default=None,
        description="Its Subject. Left out or null, it stays as it is.",
        examples=["Lunch on Thursday"],
    )
    reply_all: bool | None = Field(
        default=None,
        description="Put all recipients of the email in place of those of the reply, or its sender "
        "alone. Fields beside it hold after that. Left out or null, it stays as it is.",
    )


class WishTakenBack(Body):
    """One of the wishes."""

    wish: Whole = Field(description="Its place in `wishes`, counted from 0.", ge=0, le=10**6, examples=[0])


class Question(Body):
    """A question about the email or the newest draft."""

    question: str = Field(
        description="What to ask.",
        min_length=1,
        max_length=MAX_TEXT,
        pattern=r"[^\s\x00]",
        examples=["What does she want?"],
    )


class Archiving(Body):
    """Which conversations to take off the list, or to put back."""

    app_ids: list[str] = Field(description="Their ids.", min_length=1, max_length=MAX_AT_ONCE)
    archived: bool = Field(default=True, description="false puts them back.")


class ModelChoice(Body):
    """Which model writes in a conversation."""

    model: str | None = Field(
        description="One of those that `models` lists. null for the one that writes elsewhere, as your "
        "profile says.",
        max_length=MAX_NAME,
        examples=["qwen3"],
    )


class Title(Body):
    """A conversation's title in the list."""

    title: str = Field(
        description="The title, on one line.",
        min_length=1,
        max_length=MAX_TITLE,
        pattern=r"[^\s\x00]",
        examples=["Lunch with Dana"],
    )
