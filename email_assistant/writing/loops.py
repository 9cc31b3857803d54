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
    """Return the text with what it repeats said once, up to a sentence's end; None without a loop.

    "" where the text is nothing but a loop: there is no letter in it. Only the last 4,000 characters are
    looked at, so the time for one look does not grow with the text.
    """
    tail, window = text[-TAIL:], text[-_WINDOW:]
    if len(tail) < TAIL or window.count(tail) < TIMES:
        return None
    period = len(window) - TAIL - window.rindex(tail, 0, len(window) - 1)
    begin = len(window) - period
    while begin and window[begin - 1] == window[begin - 1 + period]:
        begin -= 1
    if begin == 0 and len(window) == len(text):
        return ""
    # What stands before the loop may end as its rounds do, with a full stop.
    once = text[: len(text) - len(window) + begin + period + 2]
    end = max(once.rfind(mark) for mark in _ENDS)
    return once[: end + 1].rstrip() if end > 0 else once.rstrip()
