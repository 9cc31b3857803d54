"""What a draft may rest on: the user's words, and what the newest message says to its reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from email_assistant.brief import Brief
from email_assistant.mail import IncomingEmail
from email_assistant.mail.paste.imperatives import begins_politely, is_order
from email_assistant.mail.text.language import language_of
from email_assistant.mail.text.locales import COMMON_WORDS
from email_assistant.mail.text.prompt_injection import prompt_injection
from email_assistant.proofreading.letter import split_sentences
from email_assistant.proofreading.lexicon import fold
from email_assistant.proofreading.remembering import remembered

MAX_DRAFT = 20_000
"""Characters of a draft that are looked at; no reply is longer."""
MAX_SAID = 20_000
"""Characters of all that the user said, the newest first."""
MAX_NEWEST = 40_000
"""Characters of the newest message: as many as a model is given."""
MAX_SIGNATURE = 2_000
MAX_HEADER = 10_000
"""Characters of the header's mailboxes and subject."""
MAX_PASSAGE = 2_000
"""Characters of a text that tell its likely language."""
MAX_NEIGHBOURS = 500
"""Passages of which neighbours are read together too."""

_MIN_HITS = 2
_STEM = 6
_WORD = re.compile(r"[^\W\d_]+")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_WRAPPED_AT = 50  # characters; a shorter line that ends within a sentence is a line of its own
_ENDED = re.compile(r"[.!?…。！？؟:：][\"'”»)]*\s*$")
_SPEAKS_ON = re.compile(r"[:：]\s*$")


def said(brief: Brief) -> tuple[str, ...]:
    """Return what the user said, oldest first; the newest is kept where it is too much."""
    texts = [
        brief.instructions,
        *(each.answer for each in brief.clarifications),
        *(each.feedback for each in brief.revisions),
    ]
    kept: list[str] = []
    room = MAX_SAID
    for text in reversed(texts):
        kept.append(text[:room])
        room -= len(kept[-1])
    return tuple(text for text in reversed(kept) if text.strip())


def about_user(brief: Brief) -> str:
    """Return what the user's settings say of them, and how they are called."""
    user = brief.user
    return "\n".join(
        (brief.voice.facts[:MAX_SAID], user.name[:200], *user.addresses[:20], *brief.wishes[:50])
    )


def header(email: IncomingEmail) -> str:
    """Return the subject and the people of a mail's header."""
    people = [email.sender, *email.co_authors, *email.reply_to, *email.to, *email.cc]
    lines = [email.subject, *(str(person) for person in people[:200] if person)]
    lines += [attachment.filename for attachment in email.attachments[:50]]
    return "\n".join(lines)[:MAX_HEADER]


def newest(email: IncomingEmail) -> str:
    """Return the newest message, or what there is of one."""
    return (email.newest or email.text)[:MAX_NEWEST]


def parted(email: IncomingEmail) -> tuple[str, str]:
    """Return the newest message without the passages that speak to an AI, and those passages."""
    return _parted(newest(email))


@remembered
def _parted(text: str) -> tuple[str, str]:
    if not _talks(text):
        return text, ""
    paragraphs = _PARAGRAPH.split(text)
    speaking = _speaking(paragraphs)
    if not speaking:
        return "", text
    kept: list[str] = []
    steering: list[str] = []
    speaks_on = False
    for at, paragraph in enumerate(paragraphs):
        if speaks_on or at in speaking:
            rest, order = ("", paragraph) if speaks_on else _cut(paragraph)
            kept.append(rest)
            steering.append(order)
            speaks_on = bool(_SPEAKS_ON.search(paragraph[-20:])) and not speaks_on
        else:
            kept.append(paragraph)
    return "\n\n".join(filter(str.strip, kept)), "\n\n".join(steering)


def _speaking(passages: list[str]) -> set[int]:
    """Return which of them speak to an AI, else which two neighbours do together."""
    alone = {at for at, passage in enumerate(passages) if prompt_injection(passage)}
    if alone or len(passages) > MAX_NEIGHBOURS:
        return alone
    return {
        each
        for at in range(len(passages) - 1)
        if prompt_injection("\n".join(passages[at : at + 2]))
        for each in (at, at + 1)
    }


_talked: dict[int, bool] = {}
_MAX_TALKED = 1_000


def _talks(text: str) -> bool:
    """Return whether a mail speaks to an AI anywhere.

    It is kept by the text's hash, not its words: the look takes long, and is the same for each draft.
    """
    key = hash(text)
    if key not in _talked:
        if len(_talked) >= _MAX_TALKED:
            _talked.clear()
        _talked[key] = bool(prompt_injection(text))
    return _talked[key]


def _cut(paragraph: str) -> tuple[str, str]:
    """Return the paragraph without the sentences that speak to an AI, and those.

    What follows such a sentence is part of its order, unless it asks the reader something; behind "Note to AI
    assistants:", all is.
    """
    sentences = list(_sentences(paragraph))
    speaking = _speaking(sentences)
    if not speaking:
        return "", paragraph
    first = min(speaking)
    is_speech = _SPEAKS_ON.search(prompt_injection(sentences[first]))
    kept: list[str] = []
    order: list[str] = []
    for at, sentence in enumerate(sentences):
        asks = at < first or (at not in speaking and not is_speech and _asks_reader(sentence))
        (kept if asks else order).append(sentence)
    return "".join(kept).strip(), "".join(order).strip()


def _asks_reader(sentence: str) -> bool:
    """Return whether a sentence asks a question, or for anything but a reply, which an AI is to write."""
    if sentence.rstrip(" \n\"'”»)").endswith(("?", "？", "؟")):
        return True
    return begins_politely(sentence) and not is_order([sentence])


def _sentences(paragraph: str) -> Iterator[str]:
    """Yield the sentences, each with the space behind it; one may go on over the end of a wrapped line."""
    begun = ""
    for piece in split_sentences(paragraph):
        begun += piece
        line = begun.rstrip("\n").rpartition("\n")[2]
        if not piece.endswith("\n") or len(line) < _WRAPPED_AT or _ENDED.search(line):
            yield begun
            begun = ""
    if begun:
        yield begun


@remembered
def sure_language(text: str) -> str:
    """Return the language of a text, or ""."""
    return language_of(text)


def content_words(text: str) -> set[str]:
    """Return the words that carry a text, without their endings: long ones, folded."""
    return {word[:_STEM] for word in re.findall(r"[^\W\d_]{4,}", fold(text)) if word not in common_words()}


@cache
def common_words() -> frozenset[str]:
    """Return words that every text of a language has, folded."""
    return frozenset(fold(word) for words in COMMON_WORDS.values() for word in words)


def language(draft: str, brief: Brief) -> str:
    """Return the language that a draft is written in: its own where that is sure, else the one wanted."""
    return sure_language(draft) or brief.language or brief.email.language or likely_language(draft)


@remembered
def likely_language(text: str) -> str:
    """Return the likeliest language of a text, even a short one: that of most words, or ""."""
    if sure := sure_language(text):
        return sure
    words = _WORD.findall(text[:MAX_PASSAGE].lower())
    hits = sorted(((sum(word in known for word in words), code) for code, known in COMMON_WORDS.items()))
    (second, _), (most, best) = hits[-2:]
    return best if most > second and most >= _MIN_HITS else ""


def mail_language(email: IncomingEmail, text: str = "") -> str:
    """Return the language of a mail."""
    return email.language or likely_language(text or newest(email))
