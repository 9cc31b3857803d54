"""The sentences of a text."""

from __future__ import annotations

import re

_ABBREVIATION = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|Prof|St|Nr|No|vs|ca|approx|etc|bzw|Sr|Sra|Dott|e\.g|i\.e|z\.B|p\.ex|[ap]\.m)"
    r"|\bal|\b[^\W\d_]|(?<![\d:.,])\b\d{1,2})\.$"
)
_BOUNDARY = re.compile(r"(?<=[.!?…])[\"”’»)\]]?[ \t]+(?=[^\s\W]|[\"“‘«(\[¿¡])|(?<=[。！？])|\n+")


def split_sentences(text: str) -> list[str]:
    """The sentences of `text`, each with the space behind it: joined they are `text`."""
    parts, start = [], 0
    for gap in _BOUNDARY.finditer(text):
        before = text[max(start, gap.start() - 12) : gap.start()]
        if "\n" not in gap[0] and _ABBREVIATION.search(before):
            continue
        parts.append(text[start : gap.end()])
        start = gap.end()
    return [part for part in (*parts, text[start:]) if part]
