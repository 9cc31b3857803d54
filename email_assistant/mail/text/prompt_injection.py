"""Finds what in a mail speaks to an AI instead of to a person, or is hidden between its letters."""

from __future__ import annotations

import re
from functools import cache

from email_assistant.mail.text.locales import INJECTIONS
from email_assistant.normalization import normalize

MAX_EXCERPT = 80
MAX_TEXT = 80_000
"""Characters that are looked at: more than a model is given."""

# Characters without a width. Newsletters fill lines with them; between two Latin letters they hide a word.
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u034f"
_WITHOUT_WIDTH = re.compile(f"[{_ZERO_WIDTH}]")
_PIECE = re.compile(r".{1,500}", re.DOTALL)
_BLANKS = re.compile(r"\s+")
_I_OF_TURKISH = {0x130: "i", 0x131: "i"}  # regular expressions without regard to case take them for i
_SPLIT_WORD = re.compile(r"[A-Za-z][\u200b\u200c\u200d\u2060\ufeff](?=[A-Za-z])")
_FEW_SPLIT_WORDS = 2
"""So many come from copying out of a web page."""

# Right-to-left override turns words around; embeddings and isolates are how Hebrew and Arabic are written.
_OVERRIDE = re.compile("[\u202d\u202e]")
# Letters that nobody sees: tag characters (flags of regions apart) and supplementary variation selectors.
_REGION_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f")
_UNSEEN_LETTERS = re.compile("[\U000e0000-\U000e007f]{3,}|[\U000e0100-\U000e01ef]{4,}")


def prompt_injection(text: str) -> str:
    """Return the first words in `text` that speak to an AI, on one line; "" if there are none."""
    text = normalize("NFKC", _WITHOUT_WIDTH.sub("", text[:MAX_TEXT]))
    # A thousand blank lines would cost the patterns a million steps.
    text = _BLANKS.sub(lambda blanks: "\n" if "\n" in blanks[0] else " ", text)
    folded = text.translate(_I_OF_TURKISH).casefold().replace("\n", " ")
    found = [
        match
        for words, pattern in INJECTIONS
        if any(word in folded for word in words) and (match := _compiled(pattern).search(text))
    ]
    if not found:
        return ""
    line = " ".join(min(found, key=re.Match.start)[0].split())
    return line if len(line) <= MAX_EXCERPT else f"{line[: MAX_EXCERPT - 1].rstrip()}…"


def hides_letters(text: str) -> bool:
    """Return whether characters that nobody sees stand in `text` where nothing but hiding explains them."""
    text = text[:MAX_TEXT]
    return bool(
        _OVERRIDE.search(text)
        or _UNSEEN_LETTERS.search(_REGION_FLAG.sub("", text))
        or len(_SPLIT_WORD.findall(text)) > _FEW_SPLIT_WORDS
    )


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)
