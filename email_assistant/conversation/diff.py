"""What changed between two drafts, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal

Change = tuple[Literal["same", "removed", "added"], str]

MOST_PIECES = 4_000
"""Lines of a text, or words of a changed passage, above which it is compared as a whole: the time grows with
their cube, and a person may put in a text of any kind."""

_LINE = re.compile(r"[^\n]*\n+|[^\n]+")
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


def word_diff(before: str, after: str) -> list[Change]:
    """Runs of text, in reading order: joined without the added ones they are `before`, without the removed
    ones `after`."""
    changes: list[Change] = []
    for old_lines, new_lines in _passages(_LINE, before, after):
        for old, new in _passages(_WORD, old_lines, new_lines):
            if old != new:
                changes += [("removed", old)] if old else []
                changes += [("added", new)] if new else []
            elif changes and changes[-1][0] == "same":
                changes[-1] = ("same", changes[-1][1] + old)
            else:
                changes.append(("same", old))
    return changes


def _passages(piece: re.Pattern[str], before: str, after: str) -> list[tuple[str, str]]:
    """The two texts side by side, in passages that are equal or differ."""
    old, new = piece.findall(before), piece.findall(after)
    if before == after or max(len(old), len(new)) > MOST_PIECES:
        return [(before, after)] if before or after else []
    opcodes = SequenceMatcher(None, old, new).get_opcodes()
    return [("".join(old[a:b]), "".join(new[c:d])) for _, a, b, c, d in opcodes]
