"""Finds promises in a draft, and acts told as done, that the user did not make."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from email_assistant.brief import Brief
from email_assistant.proofreading.given import (
    about_user,
    content_words,
    language,
    likely_language,
    mail_language,
    parted,
    said,
)
from email_assistant.proofreading.lexicon import LANGUAGES, fold
from email_assistant.proofreading.model import Finding
from email_assistant.proofreading.saying import decision_of

MAX_PROMISES = 5

_PREFIXED = frozenset(("de", "nl"))
"""Languages whose verbs begin with what they mean beside: zuschicken, geschickt."""
_GUARANTEE, _ATTACHED = "guarantee", "attach"
_STEM_OF_ATTACHING = {
    "en": "attach|enclos",
    "de": "anhang|anhäng|beigefug|anbei|anlage|beifug",
    "fr": "joint|joins|joind|joign|annexe",
    "es": "adjunt|anex",
    "it": "alleg",
    "pt": "anex",
    "nl": "bijlage|bijgevoegd|bijvoeg|bijgaand",
}


class Promise(NamedTuple):
    """What a draft commits to: the kind of act, and where it says so."""

    act: str
    start: int
    end: int


def promises_in(folded: str, language: str) -> list[Promise]:
    """Return the promises of a text, folded, in its language."""
    if language not in LANGUAGES:
        return []
    pattern, acts = _pattern(language)
    found: list[Promise] = []
    for match in pattern.finditer(folded):
        act = next((name for name in acts if match[name]), "")
        found.append(Promise(act, *match.span()))
        if len(found) == MAX_PROMISES:
            break
    return found


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files(__package__).joinpath("promises.toml").read_text(encoding="utf-8"))


@cache
def _pattern(language: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    table = _table()[language]
    acts: dict[str, list[str]] = table["acts"]
    prefix = r"\w{0,4}?" if language in _PREFIXED else ""
    begins = f"(?:{table['first']}|{table['done']})"
    verbs = "|".join(f"(?P<{name}>(?:{_any(stems)}))" for name, stems in acts.items())
    alternatives = [
        rf"\b{begins}\s?{prefix}(?:{verbs})\w*",
        rf"\b(?P<{_ATTACHED}>{_any(table['attached'])})\b",
        rf"\b(?P<{_GUARANTEE}>{_any(table['sure'])})\w*",
    ]
    return re.compile("|".join(alternatives)), (*acts, _ATTACHED, _GUARANTEE)


@cache
def _said_pattern(act: str, languages: tuple[str, ...]) -> re.Pattern[str]:
    """Return an act's words in several languages."""
    tables = [(code, _table()[code]) for code in languages]
    if act == _ATTACHED:
        stems = [_STEM_OF_ATTACHING[code] for code in languages]
    elif act == _GUARANTEE:
        stems = [stem for _, table in tables for stem in table["sure"]]
    else:
        stems = [
            rf"\w{{0,4}}(?:{stem})" if code in _PREFIXED else stem
            for code, table in tables
            for stem in table["acts"].get(act, [])
        ]
    return re.compile(rf"(?<!\w)(?:{_any(stems)})")


_DENIED = re.compile(
    r"\b(?:no|not|never|without|kein\w*|nicht|ohne|pas|sans|sin|senza|sem|geen|niet|zonder)(?:\s+\w+){1,3}"
)


def _sentence_end(text: str, start: int) -> int:
    found = re.compile(r"[.!?\n]").search(text, start)
    return found.start() if found else len(text)


def _speaks_of(promised: str, words: str) -> bool:
    """Return whether a promise follows from the user's note: "slides tomorrow" promises to send them.

    What the user denied is not: "no refund".
    """
    denied = content_words(" ".join(_DENIED.findall(words)))
    return bool(content_words(promised) & (content_words(words) - denied))


def _any(stems: list[str]) -> str:
    return "|".join(stems)


def unsupported_promises(draft: str, brief: Brief) -> list[Finding]:
    """Return a finding for each that neither the words of the user nor their consent to the mail supports."""
    folded = fold(draft)
    written_in = language(draft, brief)
    made = promises_in(folded, written_in)
    if not made:
        return []
    words = fold("\n".join((*said(brief), about_user(brief))))
    asked = fold(parted(brief.email)[0])
    consents = decision_of(fold(brief.instructions)) == "yes"
    likely = (written_in, "en", mail_language(brief.email), likely_language(words))
    languages = tuple(code for code in dict.fromkeys(likely) if code in LANGUAGES)
    findings: dict[str, Finding] = {}
    for act, start, end in made:
        pattern = _said_pattern(act, languages)
        if pattern.search(words) or (consents and act != _GUARANTEE and pattern.search(asked)):
            continue
        if act != _GUARANTEE and _speaks_of(draft[start : _sentence_end(draft, end)], words):
            continue
        written = draft[start:end].strip()
        findings[act] = Finding(
            code="unsupported_fact",
            text=f"You did not say “{written}”. Check that it is so, or take it out.",
            start=start,
            end=end,
            request=f"Take out “{written}”: I did not say that.",
        )
    return [*findings.values()]
