"""Reads the email: from files, from standard input, or pasted at the terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from email_assistant.cli import texts
from email_assistant.cli.console import Console
from email_assistant.cli.sanitize import sanitize
from email_assistant.errors import InvalidEmail

if TYPE_CHECKING:
    from email_assistant.conversation.commands import NewEmail

MAX_BYTES = 26_000_000
"""More than an email may have, so that whoever parses it says what is wrong; an endless input ends here."""
PIPED = "email.eml"
"""The name of an email that came on standard input."""


def read_files(paths: Sequence[str], instructions: str) -> NewEmail:
    """Return the email in one file, or the thread in several.

    Raises:
        InvalidEmail: the system does not let us read one.
    """
    from email_assistant.conversation import reading
    from email_assistant.conversation.commands import EmailFile

    read = [(Path(path).name, _bytes_of(path)) for path in paths]
    if len(read) == 1 and not instructions and paths[0].lower().endswith(".txt"):
        return _from_bytes(*read[0], instructions)
    return reading.read_files(tuple(EmailFile(*file) for file in read), instructions)


def read_standard_input(console: Console, instructions: str = "") -> NewEmail:
    """Return the email on standard input; at a terminal, say how to end it."""
    if sys.stdin is None:
        return _from_bytes(PIPED, b"", instructions)
    if not sys.stdin.isatty():
        return _from_bytes(PIPED, sys.stdin.buffer.read(MAX_BYTES), instructions)
    try:
        from email_assistant.cli.pasting import pasted
    except ImportError:  # Windows, whose terminal edits lines of any length
        console.say(texts.PASTE, dim=True)
        return _from_bytes(PIPED, sys.stdin.buffer.read(MAX_BYTES), instructions)
    return _from_text(pasted(sys.stdin.fileno(), console, MAX_BYTES), instructions)


def _bytes_of(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(MAX_BYTES)
    except OSError as refused:
        raise InvalidEmail(texts.NO_SUCH_FILE.format(path=sanitize(path), reason=refused.strerror)) from None


def _from_bytes(name: str, data: bytes, instructions: str) -> NewEmail:
    """Return the email in `data`: text as if it had been pasted, anything else as a file."""
    from email_assistant.conversation import reading
    from email_assistant.conversation.commands import EmailFile

    try:
        return _from_text(data.decode(), instructions)
    except UnicodeDecodeError:
        return reading.read_files((EmailFile(name, data),), instructions)


def _from_text(text: str, instructions: str) -> NewEmail:
    from email_assistant.conversation.commands import NewEmail

    return NewEmail(text, instructions)
