"""What a message about a draft asks for: accept it, go back, reopen, take the user's own text, or revise."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from email_assistant.errors import InvalidInput


@dataclass(frozen=True)
class Accept:
    """The draft is right as it is."""


@dataclass(frozen=True)
class Restore:
    """Go back to an earlier version."""

    version: int


@dataclass(frozen=True)
class Replace:
    """Take the user's own text as the next draft."""

    body: str


@dataclass(frozen=True)
class Reopen:
    """The accepted draft is not final after all."""


@dataclass(frozen=True)
class Revise:
    """Let the model change the draft."""

    request: str


Wish = Accept | Restore | Replace | Reopen | Revise

REOPEN = "Reopen"

LONGEST_APPROVAL = 120
APPROVALS = "👍✅👌"
DOUBTS = "?？؟👎❌🚫✋🤔😕🙁☹😞😡😠"
"""Whatever stands beside one of these, it is no plain approval."""
_RESTORE = re.compile(
    r"(?:please\s+)?(?:restore|(?:go\s+)?back\s+to|revert\s+to|return\s+to)\s+(?:the\s+)?(?:version|draft|v)"
    r"\s*#?(\d{1,6})[\s.!]*",
    re.IGNORECASE,
)
_REOPEN = re.compile(
    r"(?:please\s+)?re-?open(?:\s+(?:it|this|the\s+(?:draft|reply|conversation)))?[\s.!]*", re.IGNORECASE
)
# The text starts on the line below, so that "Edit: make the date Tuesday" stays a request.
_REPLACE = re.compile(r"\s*(?:edit|my text|my version)\s*:[ \t]*\r?\n(.*)", re.IGNORECASE | re.DOTALL)


def understand(message: str, versions: int) -> Wish:
    """What `message`, typed or tapped, asks for where `versions` drafts exist; an empty one accepts.

    Raises:
        InvalidInput: it names a version that does not exist.
    """
    if replaced := _REPLACE.fullmatch(message):
        return Replace(replaced[1].strip()) if replaced[1].strip() else Revise(message)
    if restored := _RESTORE.fullmatch(message.strip()):
        version = int(restored[1])
        if not 1 <= version <= versions:
            raise InvalidInput(f"There is no version {version}. Choose one from 1 to {versions}.")
        return Restore(version)
    if _REOPEN.fullmatch(message.strip()):
        return Reopen()
    return Accept() if is_approval(message) else Revise(message)


def restoring(version: int) -> str:
    """The message that goes back to `version`."""
    return f"Restore version {version}"


def replacing(body: str) -> str:
    """The message that puts the user's own text, `body`, in the draft's place."""
    return f"Edit:\n{body}"


def is_approval(message: str) -> bool:
    """Whether the whole message says that the draft is right, in one of the common languages."""
    if len(message) > LONGEST_APPROVAL or any(sign in message for sign in DOUBTS):
        return False
    said = unicodedata.normalize("NFC", message).casefold().replace("’", "'")
    without_thanks = _thanks().sub(",", said)
    parts = [_words(part) for part in re.split(r"[,.;:!?–—\n。、！，]+| - ", without_thanks)]
    approvals = [part for part in parts if part]
    if approvals:
        return all(part in _phrases("approvals.txt") for part in approvals)
    return not said.strip() or without_thanks != said or any(sign in said for sign in APPROVALS)


@cache
def _phrases(name: str) -> frozenset[str]:
    lines = (files(__package__) / name).read_text(encoding="utf-8").splitlines()
    return frozenset(phrase for line in lines if not line.startswith("#") for phrase in line.split("|"))


@cache
def _thanks() -> re.Pattern[str]:
    longest_first = sorted(_phrases("thanks.txt"), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


def _words(text: str) -> str:
    """The text's words, with emoji and other symbols taken off."""
    kept = (c for c in text if c == "'" or c.isspace() or unicodedata.category(c)[0] in "LMN")
    return " ".join("".join(kept).split())
