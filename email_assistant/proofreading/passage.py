"""A passage of a draft, quoted in front of what is asked of it: `“I am very busy.”: friendlier`."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

MAX_QUOTED = 4_000
"""Characters of a passage and of what is asked of it."""
_MAX_ENDS = 20
_CLOSED_BY = {"“": "”", '"': '"', "„": "“”", "«": "»", "「": "」", "『": "』"}
_END = re.compile(r"[”\"“»」』]\s*[:：]")


class Passage(NamedTuple):
    """Where the passage stands in the draft, in characters, and what is asked of it."""

    start: int
    end: int
    request: str


def passage_in(feedback: str, draft: str) -> Passage | None:
    """Return the passage that a feedback begins with; None unless the draft has it exactly once.

    White space counts as one blank.
    """
    said = feedback.strip()
    if not said or len(said) > MAX_QUOTED or said[0] not in _CLOSED_BY:
        return None
    passage = None  # the longest: it may have such marks inside
    for end in islice(_END.finditer(said, 1), _MAX_ENDS):
        quoted, request = said[1 : end.start()].split(), said[end.end() :].strip()
        if end[0][0] not in _CLOSED_BY[said[0]] or not quoted or not request:
            continue
        found = [*islice(re.finditer(r"\s+".join(map(re.escape, quoted)), draft), 2)]
        if len(found) == 1:
            passage = Passage(found[0].start(), found[0].end(), request)
    return passage
