"""Taking a sentence, a part of one, or a part of the frame out of a letter."""

from __future__ import annotations

import re

from email_assistant.proofreading.given import common_words
from email_assistant.proofreading.letter import Letter
from email_assistant.proofreading.lexicon import fold
from email_assistant.writing.offline.requests import about, matches

_COUNTED = re.compile(
    r"(?:the |my )?(?P<which>first|second|third|fourth|last|final)\s+(?P<unit>sentence|line|paragraph)",
    re.IGNORECASE,
)
_EMPTY_WORDS = frozenset(
    re.findall(
        r"\w+",
        "the a an and or of for with about that this from all any part bit it is are was to in on we i",
    )
)
_CLAUSE = re.compile(r"(?=, (?!\d))|(?<=[.!?;])\s+")
_JOINS = re.compile(
    r"^[\s,;]*(?:(?:and|but|und|aber|et|mais|y|pero|e|ed|ma|mas|en|maar|och|men|i|ale)\s+)?", re.IGNORECASE
)
_NAMED = 0.5
"""Of the words that a request names, how many a clause must have to be meant."""
_MIN_LEFT = 2
"""Words of a clause that can stand without the one before it."""


def remove(wish: str, letter: Letter) -> bool:
    """Take out what `wish` names; False where it names nothing, or nothing that is there."""
    return any(_remove(found["what"].strip(), letter) for found, _ in matches("remove", wish))


def _remove(what: str, letter: Letter) -> bool:
    match re.sub(r"^(?:the|a|any|my)\s+", "", what.lower()):
        case "greeting" | "salutation":
            letter.greeting = ""
        case "closing" | "sign-off" | "signoff" | "sign off":
            letter.closing = letter.name = ""
        case "signature" | "name":
            letter.name = ""
        case _ if counted := _COUNTED.fullmatch(what):
            return _remove_counted(counted["which"].lower(), counted["unit"].lower(), letter)
        case _ if any(matches("first", what)):
            return _remove_counted("first", "sentence", letter)
        case _ if any(matches("last", what)):
            return _remove_counted("last", "sentence", letter)
        case _:
            return _remove_about(about(what)[0], letter)
    return True


def _remove_counted(which: str, unit: str, letter: Letter) -> bool:
    between = "\n\n" if unit == "paragraph" else ""
    units = letter.body.split(between) if between else letter.sentences
    index = {"first": 0, "second": 1, "third": 2, "fourth": 3}.get(which, len(units) - 1)
    if not 0 <= index < len(units):
        return False
    del units[index]
    letter.body = between.join(units).strip()
    return True


def _remove_about(what: str, letter: Letter) -> bool:
    """Remove the sentence that has the words, or only its clause where another stands beside it."""
    named = _stems(what) - _EMPTY_WORDS
    content = named - {word[:5] for word in common_words()} or named
    words = content or {what.lower()}

    def hits(text: str) -> float:
        return len(words & _stems(text)) / len(words) + 9 * (what.lower() in text.lower())

    sentences = letter.sentences
    best = max(range(len(sentences)), key=lambda index: hits(sentences[index]), default=-1)
    if best < 0 or hits(sentences[best]) < _NAMED:
        return False
    sentence = sentences[best]
    bare = sentence.rstrip(" \t\n.!?")
    clauses = _clauses(bare)
    clause = max(range(len(clauses)), key=lambda index: hits(clauses[index]))
    whole = what.lower().strip() in bare.lower() and len(what) >= len(bare)
    if len(clauses) > 1 and not whole and hits(clauses[clause]) >= _NAMED:
        rest = "".join(clauses[:clause] + clauses[clause + 1 :])
        if not clause:
            rest = _JOINS.sub("", rest)
            rest = rest[:1].upper() + rest[1:]
        rest = rest.rstrip(" ,;")
        left = rest + ("" if rest[-1:] in ".!?" else sentence[len(bare) :].strip() or ".")
        sentences[best] = left + sentence[len(sentence.rstrip()) :] if len(rest.split()) >= _MIN_LEFT else ""
    else:
        del sentences[best]
    letter.body = "".join(sentences).strip()
    return True


def _clauses(sentence: str) -> list[str]:
    """Return the clauses of a sentence, each with the space behind it: joined they are the sentence."""
    found, start = [], 0
    for gap in _CLAUSE.finditer(sentence):
        found.append(sentence[start : gap.end()])
        start = gap.end()
    return [part for part in (*found, sentence[start:]) if part]


def _stems(text: str) -> set[str]:
    """Return the words' beginnings, so that "thanks" finds "thank you"."""
    return {word[:5] for word in re.findall(r"\w+", fold(text))}
