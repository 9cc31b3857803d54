"""What a person says to a conversation, and what a chat message means at each halt."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import assert_never

from email_assistant.conversation.state import NextStep
from email_assistant.mail import is_email_source, split_paste


@dataclass(frozen=True)
class EmailFile:
    """A file that holds an email."""

    filename: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class EmailGiven:
    """The email to answer, as text or as the files of one thread.

    `typed` is the whole message where it held more than the email.
    """

    email: str = ""
    instructions: str = ""
    typed: str | None = None
    files: tuple[EmailFile, ...] = ()


@dataclass(frozen=True)
class AnswersGiven:
    """One answer per question, "" for a skipped one; `remark` speaks to all the questions at once."""

    answers: tuple[str, ...]
    remark: str = ""
    typed: str | None = None


@dataclass(frozen=True)
class FeedbackGiven:
    """What the user says of the current draft; "" accepts it."""

    text: str


@dataclass(frozen=True)
class RetryAsked:
    """Run the step that did not finish."""


@dataclass(frozen=True)
class ReopenAsked:
    """Take back that the draft was accepted."""


Said = EmailGiven | AnswersGiven | FeedbackGiven | RetryAsked | ReopenAsked

# A corrected email under a line of its own, where it has no header lines to tell it by.
_EMAIL = re.compile(r"\s*(?:the\s+)?e-?mail\s*:[ \t]*\r?\n(?P<email>.*\S.*)", re.IGNORECASE | re.DOTALL)
_RETRY = re.compile(
    r"\W*(?:please\s+)?(?:retry|try\s+(?:it\s+)?again|again|go\s+on|continue)\W*", re.IGNORECASE
)
_SKIP = re.compile(
    r"\W*(?:skip(?:\s+(?:it|this|that|them|all|these|the\s+questions?))?|(?:please\s+)?just\s+(?:draft|write)"
    r"(?:\s+(?:it|the\s+(?:reply|draft|answer|email)))?|no\s+answer|n/?a|none)\W*|[-–—?.]+",
    re.IGNORECASE,
)
# "1. x", "(1) x", "Q1: x", "#1 x", "1 - x", but neither "2:30" nor "2-3 people".
_NUMBERED = re.compile(
    r"\s*(?:#\s*(\d)\b|[(\[]?(?:(?:q|a|question|answer)\s*)?(\d)\s*(?=\W))"
    r"\s*(?:[.):\]．、）：]+(?!\d)|[-–—](?!\s*\d)|(?<=#\d)\s)\s*(.*)",
    re.IGNORECASE,
)
_NUMBERED_INSIDE = re.compile(r"\s[(#]?(\d)[.)]\s")


def interpret(text: str, step: NextStep | None, *, questions: list[str], drafts: int) -> Said:
    """What a chat message means, by the action that the conversation halted before.

    Where a step did not finish, the message asks to retry it, or adds something that it must know. A
    finished conversation (`step` is None) takes feedback. An email in the place of anything else corrects
    the first one; `drafts` counts those that answer it.
    """
    match step:
        case "process_input":
            return read_email(text)
        case _ if corrected := _EMAIL.fullmatch(text):
            return read_email(corrected["email"], typed=text)
        case _ if is_email_source(text):
            return read_email(text)
        case "clarify_instructions":
            return read_answers(text, questions)
        case "retry" if _RETRY.fullmatch(text):
            return RetryAsked()
        case "retry" if not drafts:
            return AnswersGiven((), remark=text, typed=text)
        case "retry" | "process_feedback" | None:
            return FeedbackGiven(text)
        case _:
            assert_never(step)


def read_email(text: str, typed: str | None = None) -> EmailGiven:
    """Read a message that holds an email and perhaps how to answer it."""
    paste = split_paste(text)
    return EmailGiven(paste.email, paste.instructions, typed or (text if paste.instructions else None))


def read_files(files: tuple[EmailFile, ...], text: str) -> EmailGiven:
    """Read a message with files: what is typed beside them says how to answer."""
    names = "\n".join(f"[{file.filename}]" for file in files)
    return EmailGiven(instructions=text, typed=f"{text}\n\n{names}".strip(), files=files)


def read_answers(text: str, questions: list[str]) -> AnswersGiven:
    """Read a typed answer to `questions`: nothing of it is dropped.

    One question takes the whole message. Several take numbered lines, or one line each; any other text is
    a remark on all of them.
    """
    if _SKIP.fullmatch(text.strip()):
        return AnswersGiven(("",) * len(questions), typed=text)
    if len(questions) == 1:
        return AnswersGiven((text.strip(),), typed=text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if any(map(_NUMBERED.fullmatch, lines)):
        answers = _numbered(lines, len(questions))
    else:
        answers = lines if len(lines) == len(questions) else None
    if answers is None:
        return AnswersGiven(("",) * len(questions), remark=text.strip(), typed=text)
    return AnswersGiven(tuple("" if _SKIP.fullmatch(a) else a for a in answers), typed=text)


def _numbered(lines: list[str], count: int) -> list[str] | None:
    """The answers of numbered lines, each with the lines that follow it; None where they do not fit."""
    found: dict[int, list[str]] = {}
    current: list[str] | None = None
    for line in lines:
        if marked := _NUMBERED.fullmatch(line):
            number = int(marked[1] or marked[2])
            if not 1 <= number <= count or number in found:
                return None
            current = found[number] = [marked[3]]
        elif current is None:
            return None
        else:
            current.append(line)
    numbers_inside = {int(number) for line in lines for number in _NUMBERED_INSIDE.findall(line)}
    if any(1 <= number <= count and number not in found for number in numbers_inside):
        return None  # several answers stand on one line
    return ["\n".join(found.get(number, [])).strip() for number in range(1, count + 1)]
