"""What a person should know before answering an email, as rules over its header and content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from email_assistant.mail.machine_talk import hides_letters, machine_talk
from email_assistant.mail.message import EmailWarning, Mailbox
from email_assistant.mail.mime import Content
from email_assistant.mail.source import Header

_NO_REPLY = re.compile(
    r"^(?:.*[._+-])?(?:no-?_?\.?reply|do-?_?\.?not-?_?\.?reply|noreply.*|no-?responder|nicht-?antworten|ne-?pas-?repondre"
    r"|non-?rispondere|mailer-daemon|postmaster|bounces?|unattended)(?:[._+-].*)?@",
    re.IGNORECASE,
)
_BULK = frozenset({"bulk", "junk", "auto_reply"})
_FUTURE, _PAST = timedelta(days=2), timedelta(days=365)


def warnings_of(
    header: Header,
    content: Content,
    *,
    sender: Mailbox | None,
    reply_to: tuple[Mailbox, ...],
    date: datetime | None,
    message_class: str = "",
) -> Iterator[EmailWarning]:
    """Each thing worth knowing, the weightiest first. `message_class` is that of an Outlook item."""
    answered = reply_to[0] if reply_to else sender
    if _is_calendar_item(message_class):
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
    if _is_bounce(header, content):
        yield EmailWarning(
            code="bounce",
            text="A mail server says here that a message was not delivered. Nobody reads an answer to it.",
        )
    elif reason := _automatic(header, content):
        yield EmailWarning(
            code="automatic",
            text=f"A program sent this email ({reason}). Check that somebody reads an answer to it.",
        )
    if answered and _NO_REPLY.search(answered.address):
        yield EmailWarning(
            code="no_reply",
            text=f"{answered.address} is an address that takes no answers. Find another address to write to.",
        )
    if not answered or not answered.address:
        yield EmailWarning(
            code="no_sender", text="This email names no address to answer to. Add one to the reply yourself."
        )
    elif not answered.address.rpartition("@")[0].isascii():
        yield EmailWarning(
            code="non_ascii_address",
            text=f"{answered.address} has letters before the @ that not every mail server can deliver to.",
        )
    if reply_to and sender and reply_to[0].address.lower() != sender.address.lower():
        yield EmailWarning(
            code="reply_to_differs",
            text=f"An answer goes to {reply_to[0].address}, not to {sender.address or sender.name}.",
        )
    yield from _about_date(date)
    if content.hidden_text:
        yield EmailWarning(
            code="hidden_text", text="This email has text that was hidden from its readers. It was left out."
        )
    yield from _about_machines(header, content, sender=sender)
    if not content.complete:
        yield EmailWarning(
            code="damaged",
            text="This email is nested deeper, or has more parts, text or recipients, than can be read."
            " Its end was left out.",
        )
    if list_id := list_id_of(header):
        yield EmailWarning(
            code="mailing_list",
            text=f"This email came through the mailing list {list_id}. Mind who is to read the answer.",
        )


def list_id_of(header: Header) -> str:
    """The identifier of the mailing list (RFC 2919), or ""."""
    value = header.text("list-id")
    found = re.search(r"<([^<>]+)>", value)
    return (found[1] if found else value).strip()


def auto_submitted_of(header: Header) -> str:
    """The keyword of Auto-Submitted (RFC 3834 section 5), "" where a person wrote."""
    value = header.value("auto-submitted").split(" ")[0]
    return "" if value == "no" else value


def _automatic(header: Header, content: Content) -> str:
    """What tells that a program wrote (RFC 3834 section 2), "" where nothing does."""
    if value := auto_submitted_of(header):
        return f"Auto-Submitted: {value}"
    if (precedence := header.value("precedence")) in _BULK:
        return f"Precedence: {precedence}"
    if header.raw("return-path").strip() == "<>":
        return "it came without a Return-Path"
    if "multipart/report" in content.media_types:
        return "it is a report"
    if "x-autoreply" in header or "x-autorespond" in header:
        return "an automatic answer"
    return ""


def _is_bounce(header: Header, content: Content) -> bool:
    return (
        bool({"message/delivery-status", "message/global-delivery-status"} & content.media_types)
        or "x-failed-recipients" in header
        or (header.raw("return-path").strip() == "<>" and "mailer-daemon" in header.raw("from").lower())
    )


def _is_calendar_item(message_class: str) -> bool:
    return message_class.lower().startswith(("ipm.appointment", "ipm.schedule", "ipm.task"))


def _about_machines(header: Header, content: Content, *, sender: Mailbox | None) -> Iterator[EmailWarning]:
    names = (attachment.filename for attachment in content.attachments)
    text = "\n".join((header.text("subject"), sender.name if sender else "", *names, content.text))
    if said := machine_talk(text):
        yield EmailWarning(
            code="machine_talk",
            text=f"This email seems to speak to an AI instead of to you: “{said}”. It is read as mail and"
            " not obeyed; check all the same that the draft does not follow it.",
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
