"""What a person can say to a conversation, parsed once at the border."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from email_assistant.mail import IncomingEmail, Mailbox


@dataclass(frozen=True)
class EmailFile:
    """A file that holds an email."""

    filename: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Typed:
    """Words as they were typed; what they mean depends on where the conversation stands.

    With `feedback` they speak of the draft, whatever they look like. With `mind_gaps` they do not accept a
    draft that has open gaps.
    """

    text: str
    feedback: bool = False
    mind_gaps: bool = False


@dataclass(frozen=True)
class NewEmail:
    """The email to answer, as text or as the files of one thread.

    Text without `instructions` is read as one message in which both may stand. `typed` is what the person
    typed, if that is not the email itself. With `first_only` nothing is replaced: there must be no email yet.

    `parsed` is the email, if the door has read it already.

    Where there is one, `role` says what this one is to it: "corrected" takes its place under the same
    instructions, "instead" is answered with instructions of its own. A "new" one joins if it belongs to the
    same thread, and is refused if it does not, so that the person can choose.
    """

    email: str = ""
    instructions: str = ""
    typed: str | None = None
    files: tuple[EmailFile, ...] = ()
    first_only: bool = False
    role: Literal["new", "corrected", "instead"] = "new"
    parsed: IncomingEmail | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Compose:
    """Write a new mail, which answers none, as `text` asks; it may say to whom and about what as well."""

    text: str
    to: tuple[str, ...] = ()
    subject: str = ""


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


@dataclass(frozen=True)
class UseStopped:
    """Take the words of the draft that was stopped as the next draft."""


@dataclass(frozen=True)
class GoOn:
    """Write the draft that was stopped to its end."""


@dataclass(frozen=True)
class JustWrite:
    """Write without asking."""


@dataclass(frozen=True)
class Ask:
    """A question about the email or the draft; its answer changes nothing of them."""

    text: str


@dataclass(frozen=True)
class FillGap:
    """Put `text` in place of a gap of the newest draft, counted from 0."""

    gap: int
    text: str


@dataclass(frozen=True)
class Another:
    """Write the reply again to the same request."""


@dataclass(frozen=True)
class Undo:
    """Go back to where the conversation was before the newest draft, or before it was accepted."""


@dataclass(frozen=True)
class SignAs:
    """The user's name, for this draft and all that follow."""

    name: str


@dataclass(frozen=True)
class UseProposal:
    """The proposed words of the pasted message are the user's instructions."""


@dataclass(frozen=True)
class RemoveWish:
    """Take back a wish, counted from 0."""

    index: int


@dataclass(frozen=True)
class SetInstructions:
    """Put the instructions right, and write by them."""

    text: str


@dataclass(frozen=True)
class SetHeader:
    """Whom the reply goes to, each by an address or a name that is known, and its subject; None leaves it.

    With `reply_all` the recipients are those of the email, all or not; the fields beside it hold after that.
    """

    to: tuple[str, ...] | None = None
    cc: tuple[str, ...] | None = None
    bcc: tuple[str, ...] | None = None
    subject: str | None = None
    reply_all: bool | None = None


@dataclass(frozen=True)
class Readdress:
    """Add people to a field or put them in place of its own, take them out, or let them alone get it."""

    how: Literal["add", "set", "remove", "only"]
    people: tuple[Mailbox, ...]
    field: Literal["to", "cc", "bcc"] = "to"


AboutText = (
    Accept
    | Revise
    | Edit
    | UseStopped
    | Restore
    | Reopen
    | FillGap
    | Another
    | Undo
    | SignAs
    | RemoveWish
    | SetInstructions
)
"""What can be said of a draft's text."""

AboutDraft = AboutText | SetHeader | Readdress
"""What can be said of a draft."""

Command = Typed | NewEmail | Compose | Answers | UseProposal | Retry | Ask | GoOn | JustWrite | AboutDraft
"""What can be said to a conversation."""

Parsed = NewEmail | Compose | Answers | UseProposal | Retry | Ask | GoOn | JustWrite | AboutDraft
"""The same once typed words are read."""

Kind = Literal[
    "revise",
    "accept",
    "edit",
    "stopped",
    "restore",
    "reopen",
    "fill",
    "another",
    "undo",
    "sign",
    "wish",
    "instructions",
]
"""What a feedback asks for, as the state keeps it."""
