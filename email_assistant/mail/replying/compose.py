"""A reply as the source of a message, ready to be opened as a draft (RFC 5322, RFC 2045)."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from email.utils import format_datetime
from quopri import encodestring
from uuid import uuid4

from email_assistant.mail.message import IncomingEmail, Mailbox, storable
from email_assistant.mail.replying.reply import (
    Recipients,
    reply_recipients,
    reply_references,
    reply_subject,
)
from email_assistant.mail.text.language import language_of
from email_assistant.mail.text.locales import ATTRIBUTIONS
from email_assistant.mail.wire.header_decoding import parse_mailboxes
from email_assistant.mail.wire.header_encoding import (
    MAX_LINE,
    addr_spec,
    address_field,
    ids_field,
    text_field,
)


def compose_reply(
    email: IncomingEmail,
    body: str,
    *,
    sender: str,
    reply_all: bool = False,
    quote: bool = True,
    own: Collection[str] = (),
    signature: str = "",
    subject: str | None = None,
    recipients: Recipients | None = None,
    date: datetime | None = None,
) -> bytes:
    """Write the reply as a .eml that mail programs open as an editable draft.

    Nothing of the original's header is copied but what a reply takes over: recipients, subject and thread.

    Args:
        email: The email that is answered.
        body: The text of the reply, in any Unicode.
        sender: The user, as `Anna Example <anna@example.com>` or the address alone; where it is no address,
            the draft has no From, and the mail program fills it in.
        reply_all: Whether To and Cc of the original get it too.
        quote: Whether the original follows below an attribution line.
        own: The user's own addresses, which are left out of the recipients; the sender's is always one.
        signature: What stands below the body, unless the body ends with it already.
        subject: Another subject than the original's with `Re: `.
        recipients: Others than those that `reply_all` and `own` lead to.
        date: When it is written; None means now, in the local zone.

    Returns:
        The source: CRLF line ends, no line over 998 bytes, ASCII but for a local part beyond it.
    """
    author = next(iter(parse_mailboxes(sender)), Mailbox())
    if recipients is None:
        recipients = reply_recipients(email, own=(*own, author.address), reply_all=reply_all)
    text = reply_text(email, body, quote=quote, signature=signature)
    encoding, encoded = _encoded_body(text)
    domain = addr_spec(author.address).rpartition("@")[2].strip("[]") or "localhost"
    fields = (
        address_field("From", [author]),
        address_field("To", recipients.to),
        address_field("Cc", recipients.cc),
        address_field("Bcc", recipients.bcc),
        text_field("Subject", reply_subject(email.subject) if subject is None else subject),
        text_field("Date", format_datetime(date or datetime.now().astimezone())),
        ids_field("Message-ID", [f"<{uuid4()}@{domain}>"]),
        ids_field("In-Reply-To", reply_references(email)[-1:]),
        ids_field("References", reply_references(email)),
        "X-Unsent: 1\r\n",  # Outlook opens it as a draft
        "X-Uniform-Type-Identifier: com.apple.mail-draft\r\n",  # and so does Apple Mail
        "MIME-Version: 1.0\r\n",
        "Content-Type: text/plain; charset=utf-8\r\n",
        f"Content-Transfer-Encoding: {encoding}\r\n",
    )
    return "".join(fields).encode("utf-8") + b"\r\n" + encoded


def reply_text(email: IncomingEmail, body: str, *, quote: bool = True, signature: str = "") -> str:
    """Return the reply's text, lines ended by LF: the body, the signature, the quoted original.

    A signature is set off by `-- ` (RFC 3676 section 4.3) only where nothing follows it: mail programs take
    all that stands below that line for a part of it, and drop the quote with it.
    """
    body, below = _clean(body), signature_below(body, signature)
    quoted = quote_of(email, body) if quote else ""
    if below and not quoted:
        below = f"-- \n{below}"
    return "\n\n".join(filter(None, (body, below, quoted))) + "\n"


def signature_below(body: str, signature: str) -> str:
    """Return the signature as it stands below the body; "" if the body ends with it already."""
    signature = _clean(signature)
    return "" if "".join(body.split()).endswith("".join(signature.split())) else signature


def quote_of(email: IncomingEmail, body: str = "") -> str:
    """Return the original, each line quoted, below the line that says whose it is; "" if it has no text."""
    if not email.text.strip():
        return ""
    return f"{attribution_line(email, body)}\n{_quoted(_clean(email.text))}".lstrip("\n")


def attribution_line(email: IncomingEmail, body: str = "") -> str:
    """Return the line above the quote, in the reply's language; "" if nobody is known to have written."""
    if email.sender is None:
        return ""
    language = language_of(body) or email.language
    with_date, without_date = ATTRIBUTIONS.get(language, ATTRIBUTIONS["en"])
    if email.date is None:
        return without_date.format(name=email.sender)
    return with_date.format(name=email.sender, date=email.date)


def _quoted(text: str) -> str:
    return "\n".join(
        f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in text.split("\n")
    )


def _clean(text: str) -> str:
    return str(storable(text)).replace("\r\n", "\n").replace("\r", "\n").strip("\n\ufeff")


def _encoded_body(text: str) -> tuple[str, bytes]:
    """Return the content transfer encoding that the text needs, and the text in it."""
    data = text.encode("utf-8")
    plain = data.isascii() and not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", data)
    if plain and max(map(len, data.split(b"\n"))) <= MAX_LINE:
        return "7bit", data.replace(b"\n", b"\r\n")
    return "quoted-printable", encodestring(data).replace(b"\n", b"\r\n")
