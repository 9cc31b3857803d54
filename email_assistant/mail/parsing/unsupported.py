"""What is not an email: each kind of file or content that cannot be answered, and what to do instead."""

from __future__ import annotations

import re
from typing import NoReturn

from email_assistant.errors import InvalidEmail
from email_assistant.mail.parsing.content import Content
from email_assistant.mail.parsing.pgp import without_encrypted

_ENDED_UP_HERE = "Attach the email itself (.eml or .msg), or paste its text."
_MAGIC = (
    (b"PK\x03\x04", "a zip archive or an Office document"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"RIFF", "an image or a recording"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a rar archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"{\\rtf", "a rich-text document"),
    (b"BEGIN:VCALENDAR", "a calendar file"),
    (b"BEGIN:VCARD", "a contact"),
    (b"SQLite format", "a database"),
    (b"!BDN", "a whole Outlook mailbox (.pst)"),
)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def refuse_other_kinds(source: bytes) -> None:
    """Refuse what has no header and is no text.

    Raises:
        InvalidEmail: it is binary; the sentence names the kind where it shows.
    """
    head = source[:20_000].lstrip()
    for magic, kind in _MAGIC:
        if head.startswith(magic) and (magic.isascii() is False or len(magic) > 2 or _CONTROLS.search(head)):
            raise InvalidEmail(f"This is {kind}, not an email. {_ENDED_UP_HERE}")
    if len(_CONTROLS.findall(head)) > max(3, len(head) // 100):
        raise InvalidEmail(f"This is a binary file, not an email. {_ENDED_UP_HERE}")


def refuse_encrypted(content: Content, newest: str) -> None:
    """Refuse an email whose text only its recipient's key opens, and note where a part of it is such.

    Raises:
        InvalidEmail: it is encrypted, whatever a server put around it.
    """
    readable = without_encrypted(newest)
    content.encrypted |= readable != newest
    if content.sealed or (content.encrypted and not readable.strip()):
        raise InvalidEmail(
            "This email is encrypted or sealed. Open it in your mail program, and copy its text from there."
        )


def refuse_damaged_msg(error: Exception) -> NoReturn:
    """Say that a .msg file is damaged, or that it is another kind of Office file.

    Raises:
        InvalidEmail: always.
    """
    raise InvalidEmail(
        "This file cannot be read as an Outlook email. Open it in Outlook and copy its text from there."
    ) from error
