"""Whether a model says the same again and again, as small ones do until somebody stops them."""

from __future__ import annotations

TAIL = 60
"""Characters that no letter holds four times."""
TIMES = 4
STEP = 200
"""Characters after which it is worth to look again."""
_WINDOW = 4_000
_ENDS = ".!?…。！？\n"


def without_loop(text: str) -> str | None:
    """The text up to where it begins to repeat itself, or to a sentence's end before; None without a loop.

    Only the last 4,000 characters are looked at, so the time for one look does not grow with the text.
    """
    tail, window = text[-TAIL:], text[-_WINDOW:]
    if len(tail) < TAIL or window.count(tail) < TIMES:
        return None
    once = text[: len(text) - len(window) + window.index(tail) + TAIL]
    end = max(once.rfind(mark) for mark in _ENDS)
    return once[: end + 1].rstrip() if end > 0 else once.rstrip()
