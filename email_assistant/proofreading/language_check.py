"""Whether a draft is in the language that is wanted."""

from __future__ import annotations

import re

from email_assistant.brief import Brief
from email_assistant.mail.text.language import language_of
from email_assistant.proofreading.cutting import own_end
from email_assistant.proofreading.letter import MAX_DRAFT, locate
from email_assistant.proofreading.model import Finding
from email_assistant.proofreading.words import languages

_MIN_WORDS = 7
_MIN_CHARACTERS = 12  # of a script without spaces
_ALIKE = (frozenset({"da", "no"}), frozenset({"cs", "sk"}), frozenset({"ru", "uk"}))
_QUOTED = re.compile(r"[“”\"„«»「][^“”\"„«»「」\n]{1,500}[”\"“»«」]|^[ \t]*>.*$", re.MULTILINE)


def check(draft: str, brief: Brief) -> list[Finding]:
    """Return one finding if the body is in another language; silent where it is short, mixed or unknown."""
    wanted = brief.language
    if not wanted:
        return []
    draft = draft[:MAX_DRAFT]
    body = draft[slice(*locate(draft).body)][: own_end(draft)]
    prose = _QUOTED.sub(" ", body)
    is_long = len(prose.split()) >= _MIN_WORDS or (
        not prose.isascii()
        and len(prose.strip()) >= _MIN_CHARACTERS
        and language_of(prose) in {"ja", "zh", "ko"}
    )
    written = language_of(prose) if is_long else ""
    if not written or written == wanted or any({written, wanted} <= alike for alike in _ALIKE):
        return []
    named = languages()[wanted].name if wanted in languages() else f"the language {wanted!r}"
    other = languages()[written].name if written in languages() else "another language"
    return [
        Finding(
            code="language",
            text=f"It is in {other}, not in {named}.",
            request=f"Write the whole reply in {named}.",
        )
    ]
