"""Read typed words as a command, by where the conversation stands."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Literal, assert_never

from email_assistant.conversation.asking import is_help, is_question
from email_assistant.conversation.commands import (
    AboutText,
    Accept,
    Another,
    Answers,
    Ask,
    Compose,
    Edit,
    EmailFile,
    GoOn,
    JustWrite,
    NewEmail,
    Parsed,
    Readdress,
    Reopen,
    Restore,
    Retry,
    Revise,
    SetHeader,
    SignAs,
    Typed,
    Undo,
    UseProposal,
    UseStopped,
)
from email_assistant.conversation.header import Own, reply_header
from email_assistant.conversation.header_reading import MAX_SAID as MAX_ABOUT_HEADER
from email_assistant.conversation.header_reading import read_header
from email_assistant.conversation.state import ConversationState, NextStep
from email_assistant.mail import is_email_source, new_mail
from email_assistant.normalization import normalize
from email_assistant.proofreading.letter import is_closing, is_name
from email_assistant.proofreading.passage import passage_in
from email_assistant.writing.offline.requests import requests
from email_assistant.writing.offline.styles import styles_of

Column = Literal[
    "help", "assist", "please", "thanks", "accept", "undo", "another", "retry", "go_on", "skip", "use",
    "reopen", "restore", "sign",
]  # fmt: skip
"""What `words.toml` has of a language."""

_SENTENCE = re.compile(r"[,.;:!?–—\n。、！？，؟،]+| - ")
_FIRST = ("help", "draft", "thanks")
_ABOUT_DRAFT: tuple[Column, ...] = (
    "accept", "undo", "another", "retry", "go_on", "skip", "use", "reopen",
)  # fmt: skip

MAX_WORDS = 60
"""Characters of a message that is a command in itself, such as "undo"."""
MAX_APPROVAL = 120
"""Characters of a message that approves a draft."""
APPROVALS = "👍✅👌"
DOUBTS = "?？؟👎❌🚫✋🤔😕🙁☹😞😡😠"
"""Signs beside which nothing is a plain approval."""

# A corrected email under a line of its own, if it has no header lines to tell it by.
_EMAIL = re.compile(r"\s*(?:the\s+)?e-?mail\s*:[ \t]*\r?\n(?P<email>.*\S.*)", re.IGNORECASE | re.DOTALL)
_NO_WORD = re.compile(r"[-–—?.]+")
"""What skips a question without a word."""
# "1. x", "(1) x", "Q1: x", "#1 x", "1 - x", but neither "2:30" nor "2-3 people".
_NUMBERED = re.compile(
    r"\s*+(?:#\s*+(\d)\b|[(\[]?(?:(?:q|a|question|answer)\s*+)?(\d)(?=\W))"
    r"(?:\s*+(?:[.):\]．、）：]+(?!\d)|[-–—](?!\s*\d))|(?<=#\d)\s)\s*(.*)",
    re.IGNORECASE,
)
_NUMBERED_INSIDE = re.compile(r"\s[(#]?(\d)[.)]\s")
_NAME = r"(?![a-zß-ÿ])(?P<name>[^\W\d_][^\n,;:?!、。」』”\"]{0,60}?)"
# The text starts on the line below, so that "Edit: make the date Tuesday" stays a request.
_EDIT = re.compile(r"\s*(?:edit|my text|my version)\s*:[ \t]*\r?\n(.*)", re.IGNORECASE | re.DOTALL)


def read(typed: Typed, step: NextStep | None, state: ConversationState, own: Own | None = None) -> Parsed:
    """Return what typed words mean in a conversation that halted before `step`.

    `own` comes from the user's profile.

    If a step did not finish, they ask to retry it, or add something that it must know. A finished
    conversation (`step` is None) takes feedback. An email in place of anything else is another one.

    Raises:
        InvalidInput: they are about the reply's recipients, and name somebody of whom no address is known.
    """
    text = typed.text
    if step != "clarify_instructions" and _quotes_draft(text, state):
        return Revise(text)
    if typed.feedback:
        return Ask(text) if is_question(text) else _about_header(text, state, own) or read_feedback(text)
    if is_help(text) or (
        step != "process_input" and is_question(text, among_answers=step in ("clarify_instructions", "retry"))
    ):
        return Ask(text)
    match step:
        case "process_input":
            return Compose(text) if new_mail(text) else NewEmail(text)
        case _ if corrected := _EMAIL.fullmatch(text):
            return NewEmail(corrected["email"], typed=text, role="corrected")
        case _ if is_email_source(text):
            return NewEmail(text)
        case "clarify_instructions" | "retry" if edited := _own_text(text):
            return edited
        case "clarify_instructions" if state.proposed_instructions and _is(text, "use"):
            return UseProposal()
        case "clarify_instructions":
            return read_answers(text, state.clarification_questions)
        case "retry":
            return _read_interrupted(text, state, own)
        case "process_feedback" | None:
            return _about_header(text, state, own) or read_feedback(text)
        case _:
            assert_never(step)


def _quotes_draft(text: str, state: ConversationState) -> bool:
    return has_draft(state) and passage_in(text, state.current_draft) is not None


def read_files(attached: tuple[EmailFile, ...], text: str) -> NewEmail:
    """Read a message with files: what is typed beside them says how to answer."""
    names = "\n".join(f"[{file.filename}]" for file in attached)
    return NewEmail(instructions=text, typed=f"{text}\n\n{names}".strip(), files=attached)


def read_feedback(text: str) -> AboutText:
    """Return what a message about a draft asks for; an empty one accepts it."""
    if edited := _own_text(text):
        return edited
    if version := _version_in(text):
        return Restore(version)
    if name := _name_in(text):
        return SignAs(name)
    if _is(text, "reopen"):
        return Reopen()
    if _is(text, "undo"):
        return Undo()
    if _is(text, "another"):
        return Another()
    return Accept() if is_approval(text) else Revise(text)


def _read_interrupted(text: str, state: ConversationState, own: Own | None) -> Parsed:
    """Read what is said of a step that did not finish."""
    if state.stopped_draft and _is(text, "go_on"):
        return GoOn()
    if state.stopped_draft and _is(text, "use"):
        return UseStopped()
    if _is(text, "retry"):
        return Retry()
    if has_draft(state):
        return _about_header(text, state, own) or read_feedback(text)
    if state.response_instructions and _is(text, "skip"):
        return JustWrite()
    return Answers((), remark=text, typed=text)


def _own_text(text: str) -> Edit | None:
    edited = _EDIT.fullmatch(text)
    return Edit(edited[1].strip()) if edited and edited[1].strip() else None


def has_draft(state: ConversationState) -> bool:
    """Return whether there is a draft that answers the email as it is now."""
    return len(state.draft_history) > state.drafts_before_email


def _about_header(text: str, state: ConversationState, own: Own | None) -> SetHeader | Readdress | None:
    """Return what a message says of the reply's header, if that is all that it says."""
    said = " ".join(text[: MAX_ABOUT_HEADER + 1].split())
    if "\n" in text.strip() or len(said) > MAX_ABOUT_HEADER or any(sign in text for sign in DOUBTS):
        return None
    said = _please().sub("", normalize("NFC", said).strip(" .!。！")).strip(" ,.!。！")
    return read_header(
        said, lambda: reply_header(state.incoming_email, state.header, own or Own()), state.current_draft
    )


def read_answers(text: str, questions: list[str]) -> Answers:
    """Read a typed answer to `questions`: nothing of it is dropped.

    One question takes the whole message. Several take numbered lines, or one line each; any other text is
    a remark on all of them.
    """
    if _skips(text):
        return Answers(("",) * len(questions), typed=text)
    if len(questions) == 1:
        return Answers((text.strip(),), typed=text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if any(map(_NUMBERED.fullmatch, lines)):
        answers = _numbered(lines, len(questions))
    else:
        answers = lines if len(lines) == len(questions) else None
    if answers is None:
        return Answers(("",) * len(questions), remark=text.strip(), typed=text)
    return Answers(tuple("" if _skips(a) else a for a in answers), typed=text)


def small_talk(message: str) -> Literal["help", "thanks", "draft"] | None:
    """Return what a first message is that is no email: a hello, thanks, or words about a draft.

    None if it says anything else.
    """
    if len(message) > MAX_APPROVAL or not message.strip():
        return None
    parts = [part for part in _SENTENCE.split(message) if _said(part) not in _column("please") | {""}]
    if is_help(message) or not parts:
        return "help"
    said = {_kind(part) for part in parts}
    return None if None in said else min(said, key=_FIRST.index)


def _kind(part: str) -> Literal["help", "thanks", "draft"] | None:
    said = _said(part)
    asked = {said, _without_please(said)}
    if asked & _column("help") or any(map(_pattern("assist").fullmatch, asked)):
        return "help"
    if asked & _column("thanks"):
        return "thanks"
    about_draft = any(asked & _column(each) for each in _ABOUT_DRAFT)
    return "draft" if about_draft or _version_in(part) or styles_of(part, tuple(requests())) else None


def is_approval(message: str) -> bool:
    """Return whether the whole message says that the draft is right, in one of the common languages."""
    if len(message) > MAX_APPROVAL or any(sign in message for sign in DOUBTS):
        return False
    said = normalize("NFC", message).casefold().replace("’", "'")
    without_thanks = _thanks().sub(",", said)
    approvals = _column("accept")
    parts = [_words(part) for part in re.split(r"[,.;:!?–—\n。、！，]+| - ", without_thanks)]
    if any(parts):
        return all(part in approvals for part in parts if part)
    return not said.strip() or without_thanks != said or any(sign in said for sign in APPROVALS)


def _numbered(lines: list[str], count: int) -> list[str] | None:
    """Return the answers of numbered lines, each with the lines that follow it; None if they do not fit."""
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


def _is(text: str, command: Column) -> bool:
    """Return whether the whole message is one of the words for `command`, in any language of `words.toml`."""
    if len(text) > MAX_WORDS or any(sign in text for sign in DOUBTS):
        return False
    said = _said(text)
    return said in _column(command) or _without_please(said) in _column(command)


def _skips(answer: str) -> bool:
    return bool(_NO_WORD.fullmatch(answer.strip())) or _is(answer, "skip")


def _version_in(text: str) -> int | None:
    """Return the version that the message asks to go back to, if it asks for nothing else."""
    if len(text) > MAX_WORDS or any(sign in text for sign in DOUBTS) or len(re.findall(r"\d+", text)) != 1:
        return None
    found = _pattern("restore").fullmatch(_without_please(_said(text)))
    return int(next(filter(None, found.groups()))) if found else None


def _name_in(text: str) -> str | None:
    """Return the name that the message asks to sign with, if it asks for nothing else.

    A name begins with no small letter: "sign as formally as you can" is a request.
    """
    if len(text) > MAX_APPROVAL or "\n" in text.strip() or any(sign in text for sign in DOUBTS):
        return None
    said = _please().sub("", normalize("NFC", " ".join(text.split())).strip(" .!。！"))
    for pattern in _signing():
        found = pattern.fullmatch(said.strip(" ,.!。！"))
        if found and is_name(name := found["name"].strip(" .")) and not is_closing(name):
            return name
    return None


def _said(text: str) -> str:
    return _words(normalize("NFC", text).casefold().replace("’", "'"))


def _without_please(said: str) -> str:
    return " ".join(_please().sub(" ", said).split())


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files(__package__) / "words.toml").read_text(encoding="utf-8"))


@cache
def _column(column: Column) -> frozenset[str]:
    """Return the phrases of all languages, spelt as `_said` spells a message."""
    return frozenset(_said(phrase) for words in _table().values() for phrase in words.get(column, ()))


@cache
def _pattern(column: Literal["restore", "assist"]) -> re.Pattern[str]:
    found = [pattern for words in _table().values() for pattern in words.get(column, ())]
    return re.compile("|".join(found).replace("{n}", r"#?(\d{1,6})"))


@cache
def _signing() -> tuple[re.Pattern[str], ...]:
    found = [pattern for words in _table().values() for pattern in words.get("sign", ())]
    around = (each if "{name}" in each else rf"{each}\s*{{name}}" for each in found)
    quoted = rf")[\"“„«「『]?{_NAME}[\"”“»」』]?(?i:"
    return tuple(re.compile(f"(?i:{each.replace('{name}', quoted)})") for each in around)


@cache
def _please() -> re.Pattern[str]:
    """Return what is polite before or behind a command."""
    phrases = sorted(_column("please"), key=len, reverse=True)
    apart = "|".join(re.escape(phrase) for phrase in phrases if phrase.isascii() or phrase[0] < "\u3040")
    joined = "|".join(re.escape(phrase) for phrase in phrases if phrase[0] >= "\u3040")
    return re.compile(rf"^(?:(?:{apart})\s+|(?:{joined}))|,?\s(?:{apart})$|(?:{joined})$", re.IGNORECASE)


@cache
def _thanks() -> re.Pattern[str]:
    longest_first = sorted(_column("thanks"), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


def _words(text: str) -> str:
    """Return the text's words, with emoji and other symbols taken off."""
    kept = (c for c in text if c == "'" or c.isspace() or unicodedata.category(c)[0] in "LMN")
    return " ".join("".join(kept).split())
