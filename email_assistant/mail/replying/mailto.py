"""A reply as a `mailto:` link (RFC 6068)."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import quote

from email_assistant.mail.message import IncomingEmail, Mailbox
from email_assistant.mail.replying.compose import reply_text
from email_assistant.mail.replying.reply import (
    Recipients,
    reply_recipients,
    reply_references,
    reply_subject,
)
from email_assistant.mail.wire.header_encoding import addr_spec

MAX_LINK = 2_000
"""Characters. What Windows hands on to a mail program ends soon after."""


def mailto_link(
    email: IncomingEmail,
    body: str,
    *,
    reply_all: bool = False,
    own: Collection[str] = (),
    quote: bool = False,
    signature: str = "",
    subject: str | None = None,
    recipients: Recipients | None = None,
) -> str | None:
    """Return a link that opens the reply in the mail program; None if it has no recipient or does not fit.

    The arguments are those of `compose_reply`. A link holds no names, no Date and no From: those the mail
    program adds.
    """
    if recipients is None:
        recipients = reply_recipients(email, own=own, reply_all=reply_all)
    to, cc, bcc = map(_addresses, (recipients.to, recipients.cc, recipients.bcc))
    if not (to or cc or bcc):
        return None
    lines = reply_text(email, body, quote=quote, signature=signature).strip("\n").split("\n")
    fields = {
        "cc": cc,
        "bcc": bcc,
        "subject": _encoded(reply_subject(email.subject) if subject is None else subject),
        "in-reply-to": _encoded("".join(reply_references(email)[-1:])),
        "body": "%0D%0A".join(map(_encoded, lines)),
    }
    link = f"mailto:{to}?" + "&".join(f"{name}={value}" for name, value in fields.items() if value)
    return link if len(link) <= MAX_LINK else None


def _addresses(mailboxes: Collection[Mailbox]) -> str:
    return ",".join(
        quote(address, safe="@!$'*+") for each in mailboxes if (address := addr_spec(each.address))
    )


def _encoded(text: str) -> str:
    return quote(text, safe="", errors="replace")
