"""From the bytes of a file, or from pasted text, to an `IncomingEmail`."""

from __future__ import annotations

import re

from email_assistant.errors import InvalidEmail
from email_assistant.mail.html.to_text import ReadHtml, html_to_text, looks_like_html
from email_assistant.mail.message import IncomingEmail, Mailbox, storable, truncate
from email_assistant.mail.parsing.content import Content, read_content
from email_assistant.mail.parsing.mime import Part
from email_assistant.mail.parsing.msg import OLE_MAGIC, read_msg
from email_assistant.mail.parsing.pgp import without_armour
from email_assistant.mail.parsing.source import Header, as_bytes, messages_in_mbox, split_header
from email_assistant.mail.parsing.unsupported import refuse_damaged_msg, refuse_encrypted, refuse_other_kinds
from email_assistant.mail.parsing.warning_rules import auto_submitted_of, list_id_of, warnings_of
from email_assistant.mail.paste.pasted import read_pasted
from email_assistant.mail.text.language import language_of
from email_assistant.mail.text.quoting import split_text
from email_assistant.mail.text.shown_headers import heads_a_message
from email_assistant.mail.wire.charsets import guessed
from email_assistant.mail.wire.header_decoding import (
    MAX_FIELD,
    MAX_MAILBOXES,
    message_ids,
    parse_date,
    parse_mailboxes,
)
from email_assistant.mail.wire.header_encoding import addr_spec

MAX_BYTES = 25_000_000
"""The size at which mail servers commonly stop."""

# Fields that only the source of a message has; the others also stand in what was copied from a window.
_OF_SOURCE = frozenset(
    {
        "received",
        "message-id",
        "mime-version",
        "content-type",
        "return-path",
        "delivered-to",
        "dkim-signature",
        "content-transfer-encoding",
        "in-reply-to",
        "references",
        "x-mailer",
        "user-agent",
    }
)
_OF_ANY = frozenset({"from", "to", "subject", "date", "cc", "reply-to", "sender", "bcc", "resent-from"})
_READ_FOR_LANGUAGE = 20_000  # characters
_MAX_FIELDS = 100  # of one name: some programs repeat To for every recipient
MAX_SUBJECT = 1_000
"""Characters; a subject is shown, and looked at, again and again."""


def parse_email(data: bytes | str, filename: str | None = None) -> IncomingEmail:
    """Read an email: the bytes of a .eml, .msg, .mbox (with one message), .txt or .html file, or pasted text.

    Pasted text may be a message's source, a message copied with its header lines in any of the known
    languages, or a text alone; HTML is read as the text that it shows. What the kind is follows from the
    content; of the file's name only the endings `.txt` and `.html` count, where the content leaves it open.

    Raises:
        InvalidEmail: it is empty, too large, or not one readable email; the sentence says what.
    """
    source = data if isinstance(data, bytes) else _encoded(data)
    if len(source) > MAX_BYTES:
        raise InvalidEmail(
            f"This email is larger than {MAX_BYTES // 1_000_000} MB."
            " Save it without its attachments, or paste its text."
        )
    if source.startswith(OLE_MAGIC):
        return _from_msg(source)
    source = as_bytes(source)
    if not source.strip(b" \t\r\n\0"):
        raise InvalidEmail("There is no text in this email. Paste it again, or attach it as a .eml file.")
    if (count := messages_in_mbox(source)) > 1:
        raise InvalidEmail(
            f"This mailbox holds {count} emails. Save the one to answer as its own .eml file and attach that."
        )
    header, start = split_header(source)
    name = (filename or "").lower()
    html = name.endswith((".html", ".htm"))
    typed = isinstance(data, str) or html or name.endswith(".txt")
    if _is_source(header, typed=typed):
        return _email(header, read_content(Part(header, source, start, len(source))))
    refuse_other_kinds(source)
    return _from_text(guessed(source).replace("\r\n", "\n").replace("\r", "\n"), html=html)


def is_email_source(text: str) -> bool:
    """Return whether a typed message begins as an email: its source, or copied header lines."""
    lines = text.strip().split("\n", 40)
    if heads_a_message(lines, 0):
        return True
    header, _ = split_header(_encoded("\n".join(lines[:40])))
    names = {name for name, _ in header.items()}
    return bool(names & _OF_SOURCE) and len(names & (_OF_SOURCE | _OF_ANY)) >= 3


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        # A lone surrogate is a byte that somebody decoded so, or damage.
        return re.sub(r"[\ud800-\udc7f\udd00-\udfff]", "\ufffd", text).encode("utf-8", "surrogateescape")


def _is_source(header: Header, *, typed: bool) -> bool:
    names = {name for name, _ in header.items()}
    # `Sent:` is what Outlook shows for Date, so the lines were copied from its window.
    return bool(names & _OF_SOURCE) or (not typed and bool(names & _OF_ANY) and "sent" not in names)


def _from_msg(source: bytes) -> IncomingEmail:
    try:
        header, content, message_class = read_msg(source)
    # olefile and python-oxmsg raise what they meet in a damaged file.
    except Exception as error:
        refuse_damaged_msg(error)
    return _email(header, content, message_class)


def _from_text(text: str, *, html: bool) -> IncomingEmail:
    is_html = looks_like_html(text, named=html)
    read = html_to_text(text) if is_html else ReadHtml(text, hidden=False)
    header, kept = Header(), truncate(read.text)
    if pasted := read_pasted(kept):
        for name, value in pasted.fields.items():
            header.add(name.replace("_", "-").encode(), value.encode("utf-8", "replace"))
    body = pasted.body if pasted else kept.strip("\n")
    complete = read.complete and len(kept) == len(read.text)
    return _email(header, Content(text=body, hidden_text=read.hidden, complete=complete))


def _email(header: Header, content: Content, message_class: str = "") -> IncomingEmail:
    charset = header.parameter("content-type", "charset")

    def mailboxes(name: str) -> tuple[Mailbox, ...]:
        values = header.all(name)
        found = tuple(
            mailbox for value in values[:_MAX_FIELDS] for mailbox in parse_mailboxes(value, charset=charset)
        )
        content.complete &= len(found) <= MAX_MAILBOXES and max(map(len, values), default=0) <= MAX_FIELD
        return found[:MAX_MAILBOXES]

    authors = mailboxes("from") or mailboxes("sender")
    kept = truncate(without_armour(content.text))
    content.complete &= len(kept) == len(without_armour(content.text))
    text = str(storable(kept))
    newest = split_text(text[:_READ_FOR_LANGUAGE]).newest
    refuse_encrypted(content, newest)
    email = IncomingEmail(
        subject=_shortened(header.text("subject", charset)),
        sender=authors[0] if authors else None,
        co_authors=authors[1:],
        # One without an address, as `Reply-To: Jo`, asks for nothing.
        reply_to=tuple(each for each in mailboxes("reply-to") if addr_spec(each.address)),
        to=mailboxes("to"),
        cc=mailboxes("cc"),
        mail_followup_to=mailboxes("mail-followup-to"),
        date=parse_date(header.text("date", charset))
        or parse_date(header.raw("received").rpartition(";")[2]),
        message_id=next(iter(message_ids(header.raw("message-id"))), ""),
        in_reply_to=message_ids(header.raw("in-reply-to")),
        references=message_ids(header.raw("references")),
        list_id=list_id_of(header),
        auto_submitted=auto_submitted_of(header),
        text=text,
        attachments=tuple(content.attachments),
        language=language_of(newest),
    )
    warnings = tuple(warnings_of(email, header, content, message_class=message_class))
    return email.model_copy(update={"warnings": warnings})


def _shortened(subject: str) -> str:
    return subject if len(subject) <= MAX_SUBJECT else f"{subject[: MAX_SUBJECT - 1]}…"
