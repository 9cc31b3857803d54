"""What a person can say to a conversation, parsed once at the border."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class EmailFile:
    """A file that holds an email."""

    filename: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Typed:
    """Words as they were typed; what they mean depends on where the conversation stands.

    With `feedback` they speak of the draft, whatever they look like.
    """

    text: str
    feedback: bool = False


@dataclass(frozen=True)
class NewEmail:
    """The email to answer, as text or as the files of one thread.

    Text without `instructions` is read as one message in which both may stand. `typed` is what the person
    typed, if that is not the email itself. With `first_only` nothing is replaced: there must be no email yet.
    """

    email: str = ""
    instructions: str = ""
    typed: str | None = None
    files: tuple[EmailFile, ...] = ()
    first_only: bool = False


@dataclass(frozen=True)
class Answers:
    """One answer per question, "" for a skipped one; `remark` speaks to all the questions at once."""

    answers: tuple[str, ...]
    remark: str = ""
    typed: str | None = None


@dataclass(frozen=True)
class Accept:
    """The draft is right as it is."""


@dataclass(frozen=True)
class Revise:
    """Let the model change the draft."""

    text: str


@dataclass(frozen=True)
class Edit:
    """Take the user's own text as the next draft."""

    body: str


@dataclass(frozen=True)
class Restore:
    """Go back to an earlier version."""

    version: int


@dataclass(frozen=True)
class Reopen:
    """Take back that the draft was accepted."""


@dataclass(frozen=True)
class Retry:
    """Run the step that did not finish."""


AboutDraft = Accept | Revise | Edit | Restore | Reopen
"""What can be said of a draft."""

Command = Typed | NewEmail | Answers | Retry | AboutDraft
"""What can be said to a conversation."""

Parsed = NewEmail | Answers | Retry | AboutDraft
"""The same once typed words are read."""

Kind = Literal["revise", "accept", "edit", "restore", "reopen"]
"""What a feedback asks for, as the state keeps it."""
