"""Several messages of one thread as the email to be answered, with the older ones as its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from email_assistant.mail.message import EmailWarning, IncomingEmail, truncate
from email_assistant.mail.replying.reply import reply_subject

_BEGINNING = datetime.min.replace(tzinfo=UTC)
_OTHER_THREAD = EmailWarning(
    code="other_thread",
    text="These emails do not seem to belong to one thread. The newest is answered; the others count as what "
    "was said before it.",
)


def join_thread(emails: Sequence[IncomingEmail]) -> IncomingEmail:
    """Return the newest of `emails`, with what it does not quote of the others below it, newest first.

    By date, and where dates are missing or equal in the order given, the last being the newest. A warning
    says so if one of them belongs with none of the others.
    """
    *older, newest = sorted(emails, key=lambda email: email.date or _BEGINNING)
    text = newest.text
    for email in reversed(older):
        said = email.newest.strip()
        if said and said not in _unquoted(text):
            text += f"\n\n{_attribution(email)}\n" + "\n".join(f"> {line}" for line in said.split("\n"))
    warnings = newest.warnings if _belong_together(emails) else (*newest.warnings, _OTHER_THREAD)
    return newest.model_copy(update={"text": truncate(text), "warnings": warnings})


def same_thread(one: IncomingEmail, other: IncomingEmail) -> bool:
    """Return whether two emails belong together: by their ids, else by their subject and somebody in both."""
    if _ids(one) & _ids(other):
        return True
    subject = reply_subject(one.subject).casefold()
    return bool(subject) and subject == reply_subject(other.subject).casefold() and _share_people(one, other)


def _belong_together(emails: Sequence[IncomingEmail]) -> bool:
    """Whether each of them belongs with another one."""
    return len(emails) == 1 or all(
        any(same_thread(one, other) for other in emails if other is not one) for one in emails
    )


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
