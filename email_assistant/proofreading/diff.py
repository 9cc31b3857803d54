"""What changed between two drafts, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

Change = tuple[Literal["same", "removed", "added"], str]

MAX_PIECES = 4_000
"""Lines of a text, or words of a changed passage, above which it is compared as a whole: the time grows with
their cube, and a person may put in a text of any kind."""

_LINE = re.compile(r"[^\n]*\n+|[^\n]+")
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


def word_diff(before: str, after: str) -> list[Change]:
    """Return runs of text in reading order.

    Joined without the added ones they are `before`, without the removed ones `after`. A few words that stayed
    within a changed phrase count as changed: one long change is easier to follow than many short ones.
    """
    lines = _passages(_LINE, before, after)
    passages = [words for old, new in lines for words in _passages(_WORD, old, new)]
    changes: list[Change] = []
    removed = added = ""
    for (old, new), following in zip_longest(passages, passages[1:], fillvalue=("", "")):
        around = min(max(len(removed), len(added)), max(map(len, following)))
        if old != new or ("\n" not in old and len(old.strip()) <= around and (removed or added)):
            removed, added = removed + old, added + new
            continue
        changes += _changed(removed, added)
        removed = added = ""
        if changes and changes[-1][0] == "same":
            changes[-1] = ("same", changes[-1][1] + old)
        else:
            changes.append(("same", old))
    return changes + _changed(removed, added)


def _changed(removed: str, added: str) -> list[Change]:
    kinds: list[Change] = [("removed", removed), ("added", added)]
    return [change for change in kinds if change[1]]


def _passages(piece: re.Pattern[str], before: str, after: str) -> list[tuple[str, str]]:
    """Return the two texts side by side, in passages that are equal or differ."""
    old, new = piece.findall(before), piece.findall(after)
    if before == after or max(len(old), len(new)) > MAX_PIECES:
        return [(before, after)] if before or after else []
    opcodes = SequenceMatcher(str.isspace, old, new).get_opcodes()
    return [("".join(old[a:b]), "".join(new[c:d])) for _, a, b, c, d in opcodes]
