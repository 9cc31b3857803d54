"""What a person should know before answering an email, as rules over its header and content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from email_assistant.mail.message import EmailWarning, IncomingEmail, Mailbox
from email_assistant.mail.parsing.content import Content
from email_assistant.mail.parsing.program_mail import (
    automatic,
    is_automatic_subject,
    is_bounce_subject,
    is_mail_server,
    takes_no_answers,
)
from email_assistant.mail.parsing.source import Header
from email_assistant.mail.replying.reply import reply_recipients
from email_assistant.mail.text.prompt_injection import hides_letters, prompt_injection

_FUTURE, _PAST = timedelta(days=2), timedelta(days=365)
_MAX_NAMED = 3
_REPORTED = {  # RFC 3464 section 2.3.3, the weightiest first
    "failed": "was not delivered",
    "delayed": "is delayed and will be tried again",
    "relayed": "was handed on to a server that reports no more",
    "expanded": "was handed on to the members of a list",
    "delivered": "was delivered",
}


def warnings_of(
    email: IncomingEmail, header: Header, content: Content, *, message_class: str = ""
) -> Iterator[EmailWarning]:
    """Yield each thing worth knowing, the weightiest first. `message_class` is that of an Outlook item."""
    yield from _about_text(email, content, message_class)
    yield from _about_programs(email, header, content, message_class)
    yield from _about_recipients(email)
    yield from _about_date(email.date)
    if content.hidden_text:
        yield EmailWarning(
            code="hidden_text", text="This email has text that was hidden from its readers. It was left out."
        )
    yield from _about_machines(email, content)
    if not content.complete:
        yield EmailWarning(
            code="damaged",
            text="This email is nested deeper, or has more parts, text or recipients, than can be read."
            " Its end was left out.",
        )
    if email.list_id:
        yield EmailWarning(
            code="mailing_list",
            text=f"This email came through the mailing list {email.list_id}. Mind who is to read the answer.",
        )


def list_id_of(header: Header) -> str:
    """Return the identifier of the mailing list (RFC 2919), or ""."""
    value = header.text("list-id")
    found = re.search(r"<([^<>]+)>", value)
    return (found[1] if found else value).strip()


def auto_submitted_of(header: Header) -> str:
    """Return the keyword of Auto-Submitted (RFC 3834 section 5), "" if a person wrote."""
    value = header.value("auto-submitted").split(" ")[0]
    return "" if value == "no" else value


def _about_text(email: IncomingEmail, content: Content, message_class: str) -> Iterator[EmailWarning]:
    if message_class.lower().startswith(("ipm.appointment", "ipm.schedule", "ipm.task")):
        yield EmailWarning(
            code="calendar",
            text="This is an entry of an Outlook calendar, not an email. A reply answers it like one;"
            " to accept or decline an invitation, use the calendar.",
        )
    elif "text/calendar" in content.media_types:
        yield EmailWarning(
            code="calendar",
            text="This email carries an invitation. A reply is only text: accept it in your calendar.",
        )
    if content.encrypted:
        yield EmailWarning(
            code="encrypted_part",
            text="A part of this email is encrypted and could not be read. Open the email in your mail"
            " program to see it.",
        )
    if not email.text.strip():
        yield EmailWarning(
            code="no_text",
            text="No text was found in this email. Open it in your mail program, and paste what it says.",
        )


def _about_programs(
    email: IncomingEmail, header: Header, content: Content, message_class: str
) -> Iterator[EmailWarning]:
    if actions := _reported(email, header, content, message_class):
        said = next((sentence for action, sentence in _REPORTED.items() if action in actions), "")
        yield EmailWarning(
            code="bounce" if actions & {"failed", "delayed"} else "automatic",
            text=f"A mail server says here that a message {said}. Nobody reads an answer to it.",
        )
    elif reason := _automatic(email, header, content):
        yield EmailWarning(
            code="automatic",
            text=f"A program sent this email ({reason}). Check that somebody reads an answer to it.",
        )


def _about_recipients(email: IncomingEmail) -> Iterator[EmailWarning]:
    answered = reply_recipients(email).to
    for each in answered[:_MAX_NAMED]:
        if takes_no_answers(each.address):
            yield EmailWarning(
                code="no_reply",
                text=f"{each.address} is an address that takes no answers. Find another address to write to.",
            )
        if not each.address.rpartition("@")[0].isascii():
            yield EmailWarning(
                code="non_ascii_address",
                text=f"{each.address} has letters before the @ that not every mail server can deliver to.",
            )
    # A text without a header names nobody, and whoever pasted it knows that.
    if not answered and (email.sender or email.to or email.subject or email.date or email.message_id):
        yield EmailWarning(
            code="no_sender", text="This email names no address to answer to. Add one to the reply yourself."
        )
    yield from _about_other_recipients(email, answered)


def _about_other_recipients(email: IncomingEmail, answered: tuple[Mailbox, ...]) -> Iterator[EmailWarning]:
    """Yield that an answer goes to others than who sent the email, which a forger makes use of."""
    sender = email.sender or Mailbox()
    others = [each for each in answered if each.address.casefold() != sender.address.casefold()]
    if others and email.reply_to:
        instead = len(others) == len(answered)
        yield EmailWarning(
            code="reply_to_differs",
            text=f"This email asks for answers to {_named(others)}, not to {sender.address or sender.name}."
            if instead and str(sender)
            else f"This email asks for answers to {_named(others)} as well.",
        )
    elif others and email.co_authors:
        yield EmailWarning(
            code="reply_to_differs",
            text=f"This email has several authors. An answer goes to {_named(others)} as well.",
        )
    known = {each.address.casefold() for each in (sender, *answered, *email.to, *email.cc)}
    to_all = reply_recipients(email, reply_all=True).to if email.mail_followup_to else ()
    if strangers := [each for each in to_all if each.address.casefold() not in known]:
        yield EmailWarning(
            code="reply_to_differs",
            text=f"This email asks for answers to all to go to {_named(strangers)}, whom it was not sent to.",
        )


def _named(mailboxes: list[Mailbox]) -> str:
    named = [each.address for each in mailboxes[:_MAX_NAMED]]
    if more := len(mailboxes) - len(named):
        return f"{', '.join(named)} and {more} more"
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))


def _reported(email: IncomingEmail, header: Header, content: Content, message_class: str) -> set[str]:
    """Return what a mail server reports of a delivery, in RFC 3464's words; empty where it is no report."""
    if (
        "message/delivery-status" in content.media_types
        or "message/global-delivery-status" in content.media_types
    ):
        return (content.actions & _REPORTED.keys()) or {"failed"}
    if message_class.lower().startswith("report.") and message_class.lower().endswith((".ndr", ".dr")):
        return {"failed" if message_class.lower().endswith(".ndr") else "delivered"}
    by_server = is_mail_server(email.sender)
    if "x-failed-recipients" in header or (by_server and header.raw("return-path").strip() == "<>"):
        return {"failed"}
    if is_bounce_subject(email.subject) and (by_server or not reply_recipients(email).to):
        return {"failed"}
    return set()


def _automatic(email: IncomingEmail, header: Header, content: Content) -> str:
    """Return what tells that a program wrote (RFC 3834 section 2), "" if nothing does."""
    if reason := automatic(header):
        return reason
    if "multipart/report" in content.media_types:
        return "it is a report"
    return "its subject says so" if is_automatic_subject(email.subject) else ""


def _about_machines(email: IncomingEmail, content: Content) -> Iterator[EmailWarning]:
    names = (attachment.filename for attachment in content.attachments)
    text = "\n".join((email.subject, email.sender.name if email.sender else "", *names, content.text))
    if said := prompt_injection(text):
        yield EmailWarning(
            code="machine_talk",
            text=f"This email seems to speak to an AI instead of to you: “{said}”. Where its newest"
            " message does so, those sentences are left out of what the model reads. Check all the same that"
            " the draft does not follow them.",
        )
    if hides_letters(text):
        yield EmailWarning(
            code="hidden_characters",
            text="This email has characters between its letters that nobody can see, or that turn words"
            " around. What you read may not be what a program reads.",
        )


def _about_date(date: datetime | None) -> Iterator[EmailWarning]:
    if date is None:
        return
    now = datetime.now(UTC)
    said = f"{date:%Y-%m-%d}"
    if date > now + _FUTURE:
        yield EmailWarning(
            code="date_far_off",
            text=f"This email is dated {said}, which has not come yet. Do not rely on its date.",
        )
    elif date < now - _PAST:
        yield EmailWarning(
            code="date_far_off",
            text=f"This email is old: it is dated {said}. Check that an answer is still wanted.",
        )
