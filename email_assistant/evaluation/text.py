"""What the checks look at: a draft's evened text, its first and last lines, its sentences."""

from __future__ import annotations

import re

_QUOTES = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "–": "-",
        "—": "-",
        "‑": "-",
        "\xa0": " ",
        "\u202f": " ",
    }
)
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"')\]]*\s+|(?<=[。！？])|\n+")
_CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
MAX_GREETING = 160
"""Characters of the first paragraph within which a greeting ends."""
_SIGNATURE_LINES = 4
_SIGNATURE_WORDS = 5
_SIGNATURE_LETTERS = 40


def even(text: str) -> str:
    """Return `text` on one line, with plain quotes, dashes and spaces: what a pattern is looked for in."""
    return " ".join(text.translate(_QUOTES).split())


def holds(pattern: str, text: str) -> bool:
    """Return whether the evened `text` holds `pattern`."""
    return bool(re.search(pattern, even(text), re.IGNORECASE))


def words(text: str) -> int:
    """Return how long a text is; in a script without spaces, half its letters."""
    letters = len(_CJK.findall(text))
    return letters // 2 if letters > len(text) // 4 else len(text.split())


def greeting(draft: str) -> str:
    """Return the beginning in which a greeting names somebody: one line, or a short first paragraph."""
    first = draft.strip().split("\n\n", 1)[0]
    line = first.split("\n", 1)[0]
    return (first if len(first) <= MAX_GREETING else line)[:MAX_GREETING]


def greeting_line(draft: str) -> str:
    """Return the first line, or what of it stands before the first comma."""
    line = draft.strip().split("\n", 1)[0]
    return line if len(line.split()) <= 6 else line.split(",", 1)[0][:MAX_GREETING]


def signature(draft: str) -> list[str]:
    """Return the short lines at the end, but for the greeting."""
    lines = [line.strip() for line in draft.strip().split("\n")[1:] if line.strip()]
    short: list[str] = []
    for line in reversed(lines[-_SIGNATURE_LINES:]):
        if len(line.split()) > _SIGNATURE_WORDS or len(line) > _SIGNATURE_LETTERS or line.endswith("。"):
            break
        short.insert(0, line)
    return short


def sentences(text: str) -> list[str]:
    """Return the sentences that are long enough to be nobody's by chance, evened and in small letters."""
    parts = (even(part).casefold().strip(" .!?…。！？") for part in _SENTENCE_END.split(text))
    return [part for part in parts if len(part.split()) >= 6 or len(_CJK.findall(part)) >= 20]
