"""The mail's own sentences in the reply to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from email_assistant.brief import Brief
from email_assistant.proofreading.cutting import MAX_SOURCE, notes_of, own_end, plain
from email_assistant.proofreading.letter import MAX_DRAFT, locate, split_sentences
from email_assistant.proofreading.model import Finding
from email_assistant.proofreading.remembering import remembered
from email_assistant.proofreading.words import languages

_RUN = 6
"""Words in the mail's order that make a repetition; shorter ones every answer has."""
_WHOLE = 5  # words of a sentence that is repeated as it is
_NEARLY = 8  # words of a run that is nearly a whole sentence
_NEARLY_SHARE = 0.85
_MAX_SHARE = 0.75  # of a reply that may be the mail's
_SAID_SHARE = 0.5  # of a sentence that the notes give as well
_SHARE_WORDS = 24  # a shorter reply may say back what it confirms
_COURTESY_WORDS = 14

_TOKEN = re.compile(r"[^\W_](?:[^\W_\u3040-\u9fff]|['’.,:/@-](?=\w))*|[\u3040-\u9fff]")
_WIDE = re.compile(r"[\u3040-\u9fff]")
_CITED = re.compile(r"[“”\"„«»「『‘](?P<cited>[^“\"”„«»「」『』\n]{2,600})[”\"“»«」』]")


class _Sentence(NamedTuple):
    start: int
    end: int
    tokens: list[str]


def check(draft: str, brief: Brief) -> list[Finding]:
    """Return each sentence that repeats the newest message, or the whole where it is mostly the mail's.

    A citation, a courtesy, and what the user's notes say as well do not count.
    """
    mail = brief.email.newest[:MAX_SOURCE]
    draft = draft[:MAX_DRAFT]
    parts = locate(draft)
    body = draft[parts.body.start : min(parts.body.end, own_end(draft))]
    whole, runs = _read(mail)
    said, ours = _read(notes_of(brief))
    runs = runs - ours
    found, words, repeated, enough = [], 0, 0, _SHARE_WORDS
    for sentence in _sentences(_without_citations(body), parts.body.start):
        size = len(sentence.tokens)
        scale = 2 if sentence.tokens and _WIDE.match(sentence.tokens[0]) else 1
        words += size
        enough = _SHARE_WORDS * scale
        hits, key = _covered(sentence.tokens, runs), tuple(sentence.tokens)
        if size < _WHOLE * scale or not (hits or key in whole):
            continue
        if _is_courtesy(draft[sentence.start : sentence.end], size):
            continue
        repeated += hits
        is_whole = (
            key in whole and key not in said and not _covered(sentence.tokens, ours) > size * _SAID_SHARE
        )
        if is_whole or (hits >= _NEARLY * scale and hits >= size * _NEARLY_SHARE):
            found.append(_found(sentence))
    if not found and words >= enough and repeated > words * _MAX_SHARE:
        text = "Most of it repeats the mail. Say what you answer in words of your own."
        found.append(Finding(code="echo", text=text, request=_REQUEST))
    return found


_REQUEST = "Do not repeat the mail's sentences. Write only what I answer, in my own words."


def _found(sentence: _Sentence) -> Finding:
    text = "This repeats a sentence of the mail. Say what you answer, or take it out."
    return Finding(code="echo", text=text, start=sentence.start, end=sentence.end, request=_REQUEST)


def _sentences(body: str, offset: int) -> Iterator[_Sentence]:
    at = offset
    for sentence in split_sentences(body):
        bare = sentence.strip()
        start = at + (sentence.index(bare) if bare else 0)
        if bare and not bare.startswith(">"):
            yield _Sentence(start, start + len(bare), list(_tokens(bare)))
        at += len(sentence)


@remembered
def _read(text: str) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    """Return the sentences of a text, and the runs of words in it."""
    sentences = [tuple(_tokens(sentence)) for sentence in split_sentences(text)]
    return set(sentences), _runs([token for tokens in sentences for token in tokens])


def _tokens(text: str) -> Iterator[str]:
    return (found[0] for found in _TOKEN.finditer(plain(text)))


def _runs(tokens: list[str]) -> set[tuple[str, ...]]:
    return {tuple(tokens[at : at + _RUN]) for at in range(len(tokens) - _RUN + 1)}


def _covered(tokens: list[str], runs: set[tuple[str, ...]]) -> int:
    """Return how many of the words stand in a run."""
    count = end = 0
    for at in range(len(tokens) - _RUN + 1):
        if tuple(tokens[at : at + _RUN]) in runs:
            count += at + _RUN - max(at, end)
            end = at + _RUN
    return count


def _without_citations(body: str) -> str:
    """Return the same text, as long, with what stands in quotation marks made blank."""
    return _CITED.sub(lambda cited: cited[0][0] + " " * len(cited["cited"]) + cited[0][-1], body)


def _is_courtesy(sentence: str, size: int) -> bool:
    wide = _WIDE.search(sentence)
    return size <= _COURTESY_WORDS * (2 if wide else 1) and bool(_courtesy().search(sentence))


@cache
def _courtesy() -> re.Pattern[str]:
    return re.compile(
        "|".join(pattern for words in languages().values() for pattern in words.courtesy), re.IGNORECASE
    )
