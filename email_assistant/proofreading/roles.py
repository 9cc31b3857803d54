"""Who speaks in a draft and to whom: it greets the sender and is signed by the user, once."""

from __future__ import annotations

import re
from functools import cache

from email_assistant.brief import Brief
from email_assistant.proofreading.cutting import MAX_SOURCE, cut, notes_of, own_end
from email_assistant.proofreading.frame import frame_for
from email_assistant.proofreading.letter import (
    MAX_DRAFT,
    Parts,
    greeted_name,
    is_name,
    locate,
    split_sentences,
)
from email_assistant.proofreading.model import Finding
from email_assistant.proofreading.people import (
    called_name,
    is_called,
    is_persons,
    known_as_sender,
    known_as_user,
    names,
)
from email_assistant.proofreading.words import any_of, languages

_MAX_OPENING = 400
"""Characters of a letter in which its writer says who they are."""


def check(draft: str, brief: Brief) -> list[Finding]:
    """Return who is greeted and who signs, in every language."""
    draft = draft[:MAX_DRAFT]
    if not draft.strip():
        return []
    parts = locate(draft)
    return [
        *_greeting(draft, parts, brief),
        *_introduction(draft, parts, brief),
        *_signature(draft, parts, brief),
    ]


def _greeting(draft: str, parts: Parts, brief: Brief) -> list[Finding]:
    greeting = draft[slice(*parts.greeting)]
    called = called_name(greeting)
    greeted = names(greeted_name(greeting))
    sender, notes = known_as_sender(brief), names(notes_of(brief))
    if not called or is_called(greeted, sender) or greeted & notes:
        return []
    to = brief.sender.first_name
    if is_called(greeted, known_as_user(brief)):
        text = f"It greets {called}, and that is you. It is made to greet {to or 'the sender'}."
    elif sender and _is_somebody_else(greeted, brief):
        text = f"It greets {called}, who is not the sender. It is made to greet {to}."
    else:
        return []
    return [
        Finding(
            code="role",
            text=text,
            start=parts.greeting.start,
            end=parts.greeting.end,
            replacement=frame_for(brief).greeting,
            request=f"Write the reply to {to or 'the sender'}.",
        )
    ]


def _introduction(draft: str, parts: Parts, brief: Brief) -> list[Finding]:
    """Return where the letter introduces its writer by the sender's name: "I am Dana"."""
    sender = brief.sender
    if not sender.name or is_called(names(brief.user.name), names(sender.name)):
        return []
    called = any_of([sender.name, "".join(sender.name.split()), sender.first_name])
    said = re.compile(_introduces().format(name=called), re.IGNORECASE)
    found = said.search(draft, parts.body.start, min(parts.body.end, parts.body.start + _MAX_OPENING))
    if not found:
        return []
    to = sender.first_name
    text = f"It says that you are {to}, who wrote to you."
    start, end = _sentence(draft, parts, found.start())
    if re.search(r"\w", draft[found.end() : end]):  # it says more
        return [
            Finding(
                code="role",
                text=text,
                start=found.start(),
                end=found.end(),
                request=f"I am not {to}, who wrote to me.",
            )
        ]
    span = cut(draft, start, end)
    return [Finding(code="role", text=text, start=span.start, end=span.end, replacement=span.replacement)]


@cache
def _introduces() -> str:
    patterns = [pattern for words in languages().values() for pattern in words.introduces]
    return rf"(?<!\w)(?:{'|'.join(patterns)})(?![\w'’])"


def _sentence(draft: str, parts: Parts, place: int) -> tuple[int, int]:
    start = parts.body.start
    for sentence in split_sentences(draft[slice(*parts.body)]):
        if place < start + len(sentence):
            return start, start + len(sentence)
        start += len(sentence)
    return place, parts.body.end


def _is_somebody_else(greeted: set[str], brief: Brief) -> bool:
    """Return whether the mail names a person so who did not write it."""
    email = brief.email
    authors = names(" ".join(mailbox.name for mailbox in (*email.co_authors, *email.reply_to)))
    others = {word for mailbox in (*email.to, *email.cc) for word in names(mailbox.name)}
    text = names_of(email.newest)
    last = [line for line in email.newest[-MAX_SOURCE:].splitlines() if line.strip()][-2:]
    ended = names(email.signature) | names(" ".join(line for line in last if is_name(line)))
    return bool(greeted & (others | text)) and not greeted & (authors | ended)


def names_of(text: str) -> set[str]:
    """Return the words of a text that begin with a capital, comparable."""
    return names(" ".join(re.findall(r"[A-ZÀ-ÞĀ-Ž][\w’'-]+", text[:MAX_SOURCE])), longest=MAX_SOURCE)


def _signature(draft: str, parts: Parts, brief: Brief) -> list[Finding]:
    if parts.name.is_empty:
        return _unsigned(draft, parts, brief)
    lines = [line for line in draft[slice(*parts.name)].splitlines() if line.strip()]
    signed = names(" ".join(lines), longest=1_000)
    first = lines[0].strip(" -–—~,")
    frame, user, sender = frame_for(brief), known_as_user(brief), known_as_sender(brief)
    own = names(brief.user.name)
    of_sender = [line for line in lines if is_name(line) and names(line) and is_called(names(line), sender)]
    if names(first) & names(notes_of(brief)) and not is_called(names(first), sender):
        return []  # as they asked
    if of_sender and not is_called(names(of_sender[0]), own):
        text = f"It is signed by {of_sender[0].strip()}, who wrote to you."
        if is_called(signed, own | user):
            keep = "\n".join(line for line in lines if line not in of_sender)
            return [_renamed(parts, keep or frame.name, text)]
        if frame.name:
            return [_renamed(parts, frame.name, f"{text} Your name is put in.")]
        span = cut(draft, *parts.name)
        return [Finding(code="role", text=text, start=span.start, end=span.end, replacement=span.replacement)]
    if not own:
        return _stranger(first, user) if is_name(first) else []
    if _is_strange(first, signed, own | user, parts):
        return [
            _renamed(parts, frame.name, f"It is signed by {first}, which is not your name. Yours is put in.")
        ]
    return _twice(draft, parts, lines, own)


def _renamed(parts: Parts, name: str, text: str) -> Finding:
    return Finding(
        code="role", text=text, start=parts.name.start, end=parts.name.end, replacement=name, request=""
    )


def _stranger(first: str, user: set[str]) -> list[Finding]:
    if not is_persons(first) or is_called(names(first), user):
        return []
    text = f"It is signed by {first}, but your name is not known. Say how to sign."
    return [Finding(code="unsigned", text=text)]


def _is_strange(first: str, signed: set[str], own: set[str], parts: Parts) -> bool:
    """Return whether a person's name stands below the closing that is not the user's."""
    bare = names(first)
    if parts.closing.is_empty or not bare or not is_name(first) or not is_persons(first):
        return False
    initials = len(first) <= 3 and first.isupper()
    same_script = any(word[0] < "\u0250" for word in bare) == any(word[0] < "\u0250" for word in own)
    return same_script and not initials and not is_called(signed, own)


def _twice(draft: str, parts: Parts, lines: list[str], own: set[str]) -> list[Finding]:
    """Return the name, and the closing with it, a second time."""
    text = "Your name stands below it twice. It is left there once."
    named = [line for line in lines if is_name(line) and is_called(names(line), own)]
    if len(named) > 1 and (len(lines) == len(named) or len(set(map(str.strip, named))) < len(named)):
        once = max(named, key=lambda line: len(names(line))) if len(lines) == len(named) else named[0]
        kept = [line for line in lines if line not in named]
        return [_renamed(parts, "\n".join([once.strip(), *kept]), text)]
    rest = draft[parts.rest.start : own_end(draft)].strip()
    if rest and "\n" not in rest and is_name(rest) and is_called(names(rest), own):
        at = draft.index(rest, parts.rest.start)
        span = cut(draft, at, at + len(rest))
        return [Finding(code="role", text=text, start=span.start, end=span.end, replacement=span.replacement)]
    return []


def _unsigned(draft: str, parts: Parts, brief: Brief) -> list[Finding]:
    if _unnamed().search(notes_of(brief)):
        return []
    frame = frame_for(brief)
    ended = draft[parts.body.start : own_end(draft)].splitlines()[-8:]
    if any(len(line) <= 60 and names(line) & names(brief.user.name) for line in ended):
        return []  # the name is there, with something behind it that other checks find
    if not frame.name:
        text = "Your name is not known. Say how to sign."
        return [Finding(code="unsigned", text=text)]
    if not parts.closing.is_empty:
        at, ending = parts.closing.end, f"\n{frame.name}"
    else:
        at, ending = len(draft[: min(parts.body.end, own_end(draft))].rstrip()), f"\n\n{frame.ending}"
    text = "It is not signed. Your name is put below it."
    return [Finding(code="role", text=text, start=at, end=at, replacement=ending)]


@cache
def _unnamed() -> re.Pattern[str]:
    """Return the wish for a reply without a name below it."""
    return re.compile(
        "|".join(pattern for words in languages().values() for pattern in words.unnamed), re.IGNORECASE
    )
