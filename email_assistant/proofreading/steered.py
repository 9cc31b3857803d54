"""Finds in a draft what only text supports that the mail addresses to an AI."""

from __future__ import annotations

import re

from email_assistant.brief import Brief
from email_assistant.proofreading.given import MAX_DRAFT, about_user, header, parted, said
from email_assistant.proofreading.letter import split_sentences
from email_assistant.proofreading.lexicon import fold
from email_assistant.proofreading.model import Finding

MAX_FINDINGS = 3
_MIN_WORDS = 3
_SHARED = 0.6
"""Of a sentence's words; so many from such a passage are no chance."""
_LONG_WORD = re.compile(r"[^\W\d_]{4,}|\d{2,}")


def check(draft: str, brief: Brief) -> list[Finding]:
    """Return a finding for each sentence that carries out what such a passage says. Speaks every language."""
    _, steering = parted(brief.email)
    if not steering:
        return []
    clean, _ = parted(brief.email)
    ordered = _stems(steering)
    given = _stems("\n".join((clean, *said(brief), about_user(brief), header(brief.email))))
    findings: list[Finding] = []
    at = 0
    for sentence in split_sentences(draft[:MAX_DRAFT]):
        words = _stems(sentence)
        from_order = words & ordered
        only_order = from_order - given
        if only_order and (
            any(word.isdigit() for word in only_order)
            or (len(from_order) >= _MIN_WORDS and len(from_order) >= _SHARED * len(words))
        ):
            findings.append(_finding(sentence, at))
        at += len(sentence)
    return findings[:MAX_FINDINGS]


def _stems(text: str) -> set[str]:
    return {word if word.isdigit() else word[:6] for word in _LONG_WORD.findall(fold(text))}


def _finding(sentence: str, at: int) -> Finding:
    bare = sentence.strip()
    start = at + len(sentence) - len(sentence.lstrip())
    excerpt = bare if len(bare) <= 80 else f"{bare[:79].rstrip()}…"
    return Finding(
        code="steered",
        text=f"“{excerpt}” does what the email tells an AI to do. Take it out unless you want to say it.",
        start=start,
        end=start + len(bare),
        request=f"Take out “{excerpt}”: I did not ask for it.",
    )
