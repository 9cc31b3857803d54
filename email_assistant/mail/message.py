"""The values of a received email: mailboxes, attachments, warnings, and the message that holds them."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict

from email_assistant.mail.text.quoting import SplitText, split_text
from email_assistant.normalization import few_marks

_SURROGATE = re.compile(r"[\ud800-\udfff]")
MAX_TEXT, MAX_LINES = 2_000_000, 20_000
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def storable(text: object) -> object:
    """Take out what no JSON database can hold: NUL, and surrogates without their other half."""
    if not isinstance(text, str):
        return text
    return few_marks(_SURROGATE.sub("\ufffd", text.replace("\0", "")))


def one_line(text: object) -> object:
    """Return the same for a header field's value, which is one line: a decoded word may hide a real CR LF."""
    if not isinstance(text, str):
        return text
    return few_marks(_CONTROLS.sub(" ", _SURROGATE.sub("\ufffd", text)).strip())


def truncate(text: str) -> str:
    """Truncate a body to 2,000,000 characters and 20,000 lines; every view splits it again."""
    return "\n".join(text[:MAX_TEXT].split("\n", MAX_LINES)[:MAX_LINES])


Text = Annotated[str, BeforeValidator(storable)]
HeaderText = Annotated[str, BeforeValidator(one_line)]

WarningCode = Literal[
    "no_text",
    "encrypted_part",
    "no_sender",
    "other_thread",
    "no_reply",
    "automatic",
    "bounce",
    "mailing_list",
    "reply_to_differs",
    "date_far_off",
    "hidden_text",
    "hidden_characters",
    "machine_talk",
    "non_ascii_address",
    "calendar",
    "damaged",
]


class Mailbox(BaseModel):
    """RFC 5322 section 3.4: a display name and an addr-spec; either may be empty."""

    model_config = ConfigDict(frozen=True)

    name: HeaderText = ""
    address: HeaderText = ""

    def __str__(self) -> str:
        if self.name and self.address:
            return f"{self.name} <{self.address}>"
        return self.name or self.address


class Attachment(BaseModel):
    """What a message carries beside its text; `size` in bytes, decoded."""

    model_config = ConfigDict(frozen=True)

    filename: HeaderText = ""
    media_type: HeaderText = "application/octet-stream"
    size: int = 0


class EmailWarning(BaseModel):
    """What a person should know before answering: a code for programs, a sentence for people."""

    model_config = ConfigDict(frozen=True)

    code: WarningCode
    text: Text


class IncomingEmail(BaseModel):
    """The email to be answered; JSON-safe, so that it can lie in a database.

    The newest message, the quoted history and the signature are views of `text`, computed when asked for.
    """

    model_config = ConfigDict(frozen=True)

    subject: HeaderText = ""
    sender: Mailbox | None = None
    """From; where it names several authors, the first."""
    co_authors: tuple[Mailbox, ...] = ()
    """The others that From names."""
    reply_to: tuple[Mailbox, ...] = ()
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    mail_followup_to: tuple[Mailbox, ...] = ()
    """Where a mailing list's member wants answers to all to go."""
    date: AwareDatetime | None = None
    message_id: HeaderText = ""
    """RFC 5322 section 3.6.4 with its angle brackets, or ""."""
    in_reply_to: tuple[HeaderText, ...] = ()
    references: tuple[HeaderText, ...] = ()
    """Oldest first, each with its angle brackets."""
    list_id: HeaderText = ""
    """RFC 2919, such as `users.lists.example.org`, or ""."""
    auto_submitted: HeaderText = ""
    """RFC 3834: `auto-replied`, `auto-generated`, or "" where a person wrote."""
    text: Text = ""
    """The whole body as text: every quote and the signature included, lines ended by LF."""
    attachments: tuple[Attachment, ...] = ()
    language: str = ""
    """ISO 639-1 of the newest message, or "" when unsure."""
    warnings: tuple[EmailWarning, ...] = ()

    @cached_property
    def _views(self) -> SplitText:
        return split_text(self.text)

    @property
    def newest(self) -> str:
        """The newest message, quotes and signature off."""
        return self._views.newest

    @property
    def quoted(self) -> str:
        """What was quoted of earlier messages, attribution lines included; "" when nothing was."""
        return self._views.quoted

    @property
    def signature(self) -> str:
        """The newest message's signature, or ""."""
        return self._views.signature
