"""Unicode normalization in time that grows with the length of the text (UAX #15, stream-safe text)."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

MAX_MARKS = 30
"""Marks on one letter; no language has more."""
_MAY_BE_MARKS = re.compile(rf"[^\x00-\x7f\w\s]{{{MAX_MARKS + 1},}}")


def few_marks(text: str) -> str:
    """Return `text` with at most `MAX_MARKS` marks on one letter.

    Python takes the square of their number to normalize them.
    """
    return text if text.isascii() else _MAY_BE_MARKS.sub(_first_marks, text)


def normalize(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """Return `text` in a normalization form, with few marks on a letter."""
    return unicodedata.normalize(form, few_marks(text))


def _first_marks(run: re.Match[str]) -> str:
    marks, kept = 0, []
    for character in run[0]:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)
