"""From bytes or pasted text to an `IncomingEmail`."""

from __future__ import annotations

from email_assistant.errors import InvalidEmail
from email_assistant.mail.message import IncomingEmail
from email_assistant.mail.pasted import read_pasted_headers


def parse_email(data: bytes | str, filename: str | None = None) -> IncomingEmail:
    """Read an email, as raw source, a pasted message with its header lines, or plain text.

    Raises:
        InvalidEmail: it cannot be read as one.
    """
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    if not text.strip():
        raise InvalidEmail("There is no text in this email. Paste it again, or attach it as a .eml file.")
    if pasted := read_pasted_headers(text):
        return IncomingEmail(
            subject=pasted.values.get("subject", ""),
            sender=pasted.sender,
            to=pasted.mailboxes("to"),
            cc=pasted.mailboxes("cc"),
            reply_to=pasted.mailboxes("reply_to"),
            date=pasted.date,
            text=pasted.body,
        )
    return IncomingEmail(text=text)
