"""Header fields decoded: RFC 2047 words, addresses, message ids."""

from __future__ import annotations

import re
from email.utils import getaddresses

from email_assistant.mail.message import Mailbox


def parse_mailboxes(value: str) -> tuple[Mailbox, ...]:
    """Read a list of addresses (RFC 5322 section 3.4)."""
    cleaned = re.sub(r"\[mailto:([^\]\s]+)\]", r"<\1>", value).replace(";", ",")
    return tuple(
        Mailbox(name=name, address=address) for name, address in getaddresses([cleaned]) if name or address
    )
