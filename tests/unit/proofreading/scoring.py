"""Precision and recall of what is found in labelled drafts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Set

MIN_PRECISION, MIN_RECALL = 0.95, 0.8


def check_scores(drafts: Iterable[tuple[str, Set[str], Set[str]]], codes: Iterable[str]) -> None:
    """Fail unless each code is found precisely and nearly always.

    Args:
        drafts: the text of each, the codes that were found in it, and those that it is labelled with.
        codes: the kinds of findings; each must be labelled at least twice.
    """
    right, found, wanted = Counter[str](), Counter[str](), Counter[str]()
    wrong = []
    for text, has, should in drafts:
        right.update(has & should)
        found.update(has)
        wanted.update(should)
        if has != should:
            wrong.append(f"{sorted(has)} instead of {sorted(should)}: {text!r}")
    for code in codes:
        assert wanted[code] >= 2, code
        precision, recall = right[code] / max(found[code], 1), right[code] / wanted[code]
        assert precision >= MIN_PRECISION, (code, precision, wrong)
        assert recall >= MIN_RECALL, (code, recall, wrong)
