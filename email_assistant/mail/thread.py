"""Several messages of one thread as the email to be answered, with the older ones as its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from email_assistant.mail.message import IncomingEmail, truncate
from email_assistant.mail.replying.reply import reply_subject

_BEGINNING = datetime.min.replace(tzinfo=UTC)


def join_thread(emails: Sequence[IncomingEmail]) -> IncomingEmail:
    """Return the newest of `emails`, with what it does not quote of the others below it, newest first.

    By date, and where dates are missing or equal in the order given, the last being the newest.
    """
    *older, newest = sorted(emails, key=lambda email: email.date or _BEGINNING)
    text = newest.text
    for email in reversed(older):
        said = email.newest.strip()
        if said and said not in _unquoted(text):
            text += f"\n\n{_attribution(email)}\n" + "\n".join(f"> {line}" for line in said.split("\n"))
    return newest.model_copy(update={"text": truncate(text)})


def same_thread(one: IncomingEmail, other: IncomingEmail) -> bool:
    """Return whether two emails belong together: by their ids, else by their subject and somebody in both."""
    if _ids(one) & _ids(other):
        return True
    subject = reply_subject(one.subject).casefold()
    return bool(subject) and subject == reply_subject(other.subject).casefold() and _share_people(one, other)


def _ids(email: IncomingEmail) -> set[str]:
    return {email.message_id, *email.in_reply_to, *email.references} - {""}


def _share_people(one: IncomingEmail, other: IncomingEmail) -> bool:
    people = _people(one) & _people(other)
    return bool(people) or not (_people(one) and _people(other))


def _people(email: IncomingEmail) -> set[str]:
    mailboxes = [*([email.sender] if email.sender else []), *email.to, *email.cc, *email.reply_to]
    return {(mailbox.address or mailbox.name).casefold() for mailbox in mailboxes} - {""}


def _attribution(email: IncomingEmail) -> str:
    when = f"On {email.date:%Y-%m-%d} at {email.date:%H:%M}, " if email.date else ""
    return f"{when}{email.sender or 'somebody'} wrote:"


def _unquoted(text: str) -> str:
    return "\n".join(line.lstrip("> ") for line in text.split("\n"))
