"""What changed between two drafts, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal

Change = tuple[Literal["same", "removed", "added"], str]

_PIECES = re.compile(r"\s+|\w+|[^\w\s]")


def word_diff(before: str, after: str) -> list[Change]:
    """Runs of text, in reading order: joined without the added ones they are `before`, without the removed
    ones `after`."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    changes: list[Change] = []
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            changes.append(("same", "".join(old[old_from:old_to])))
            continue
        if old_from < old_to:
            changes.append(("removed", "".join(old[old_from:old_to])))
        if new_from < new_to:
            changes.append(("added", "".join(new[new_from:new_to])))
    return changes
