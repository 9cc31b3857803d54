"""Several messages of one thread as the email to be answered, with the older ones as its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from email_assistant.mail.message import IncomingEmail, beginning

_BEGINNING = datetime.min.replace(tzinfo=UTC)


def join_thread(emails: Sequence[IncomingEmail]) -> IncomingEmail:
    """The newest of `emails`, with what it does not quote of the others below it, newest first.

    By date, and where dates are missing or equal in the order given, the last being the newest.
    """
    *older, newest = sorted(emails, key=lambda email: email.date or _BEGINNING)
    text = newest.text
    for email in reversed(older):
        said = email.newest.strip()
        if said and said not in _unquoted(text):
            text += f"\n\n{_attribution(email)}\n" + "\n".join(f"> {line}" for line in said.split("\n"))
    return newest.model_copy(update={"text": beginning(text)})


def _attribution(email: IncomingEmail) -> str:
    when = f"On {email.date:%Y-%m-%d} at {email.date:%H:%M}, " if email.date else ""
    return f"{when}{email.sender or 'somebody'} wrote:"


def _unquoted(text: str) -> str:
    return "\n".join(line.lstrip("> ") for line in text.split("\n"))
