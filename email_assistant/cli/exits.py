"""The program's exit codes, and which one an error ends with."""

from __future__ import annotations

from enum import IntEnum

from email_assistant.errors import (
    AccountNotFound,
    ConversationConflict,
    ConversationNotFound,
    EmailAssistantError,
    InvalidInput,
    ModelError,
    SettingsError,
)


class Exit(IntEnum):
    """What a script can tell from the exit code."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    BAD_INPUT = 3
    NOT_FOUND = 4
    CONFLICT = 5
    MODEL = 6
    SETUP = 7
    INTERRUPTED = 130  # 128 + SIGINT, as shells say it
    BROKEN_PIPE = 141  # 128 + SIGPIPE


_CODES: dict[type[EmailAssistantError], Exit] = {
    InvalidInput: Exit.BAD_INPUT,
    ConversationNotFound: Exit.NOT_FOUND,
    AccountNotFound: Exit.NOT_FOUND,
    ConversationConflict: Exit.CONFLICT,
    ModelError: Exit.MODEL,
    SettingsError: Exit.SETUP,
}


def exit_code(error: EmailAssistantError) -> Exit:
    """Return the exit code for an error; those of the database have no class in `errors`."""
    return next((code for kind, code in _CODES.items() if isinstance(error, kind)), Exit.SETUP)
