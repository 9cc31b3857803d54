"""What changed between two drafts, word by word, with neighbouring words as one change."""

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
    removed = added = ""
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for position, (kind, old_from, old_to, new_from, new_to) in enumerate(opcodes, 1):
        gone, come = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        # A space between two changed words would make a riddle of a changed phrase.
        if kind != "equal" or (removed and added and gone == " " and position < len(opcodes)):
            removed, added = removed + gone, added + come
            continue
        changes += _changed(removed, added)
        removed = added = ""
        changes.append(("same", gone))
    return changes + _changed(removed, added)


def _changed(removed: str, added: str) -> list[Change]:
    kinds: list[Change] = [("removed", removed), ("added", added)]
    return [change for change in kinds if change[1]]
