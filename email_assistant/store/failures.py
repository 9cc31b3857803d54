"""What a database's driver raises, and the sentence that a person reads instead."""

from __future__ import annotations

import re
import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

DRIVER_ERRORS = (DBAPIError, PoolTimeoutError, OSError, sqlite3.Error)
"""What SQLAlchemy or SQLite raises if a database fails, has no connection to give, or is not there."""

DAMAGED = (
    "The database is damaged. Stop the server, and restore a backup with "
    "`email-assistant db restore FILE`; if there is no backup, keep a copy of the damaged file."
)

SENTENCES = {
    "malformed|not a database|corrupt": DAMAGED,
    "locked": "The database is held by another program. Try again in a moment.",
    "read-?only": "The database cannot be written. Check who may write to it, then try again.",
    "full|no space left": "The disk is full, so this could not be saved. Make room and try again.",
    "disk i/o": "The disk failed. Check it and the room on it, then try again.",
    "": "The database does not answer. Try again in a moment.",
}
"""A pattern for the driver's message, and the sentence for the person."""


def sentence_of(failure: Exception) -> str:
    """Return the sentence for one of the `DRIVER_ERRORS`."""
    message = str(getattr(failure, "orig", failure)).lower()
    return next(sentence for pattern, sentence in SENTENCES.items() if re.search(pattern, message))
