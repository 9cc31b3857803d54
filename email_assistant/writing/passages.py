"""Fits what a model wrote in place of a passage into the draft."""

from __future__ import annotations

from email_assistant.proofreading.letter import parse_letter

PASSAGE_ALONE = (
    "(The text above is a passage of the reply. Answer with the changed passage alone, without greeting and "
    "closing.)"
)
"""The instruction for a model that rewrites a passage, behind the user's request."""
MAX_GROWTH, MAX_GROWN = 3, 200
"""How many times as long a passage may become, and by how many characters more."""
_QUOTES = '"“”„«»「」'


def fit_for_passage(text: str, old: str) -> str | None:
    """Return what a model wrote in place of a passage; None if it is more, such as a whole reply."""
    text = text.strip()
    if old[0] not in _QUOTES and len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES:
        text = text[1:-1].strip()
    was, now = parse_letter(old), parse_letter(text)
    framed = (now.greeting and not was.greeting) or (now.closing and not was.closing)
    return None if not text or framed or len(text) > MAX_GROWTH * len(old) + MAX_GROWN else text


def spliced(above: str, new: str, below: str) -> str:
    """Return the draft around a passage; where that was taken out, one of the gaps beside it closes."""
    if new or (above and not above[-1].isspace()):
        return f"{above}{new}{below}"
    if below.startswith("\n") and not above.endswith("\n"):
        return f"{above.rstrip(' ')}{below}"
    return f"{above}{below.lstrip()}"
