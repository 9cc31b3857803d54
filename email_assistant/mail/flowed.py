"""Paragraphs of format=flowed text joined again (RFC 3676)."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"^(>*) ?(.*)$", re.DOTALL)


def unflowed(text: str, *, delsp: bool) -> str:
    """Join lines that end in a blank with the next of the same quote depth (section 4.2).

    Args:
        text: The decoded body, lines ended by LF.
        delsp: Whether the blank at a soft line break is to be deleted, as in scripts without blanks.
    """
    out: list[str] = []
    depth_before: int | None = None  # of the paragraph that still flows
    for line in text.split("\n"):
        marks, rest = _QUOTED.match(line).groups()  # type: ignore[union-attr]
        flows = rest.endswith(" ") and rest != "-- "  # the signature's line never flows (section 4.3)
        piece = rest[:-1] if flows and delsp else rest
        if depth_before == len(marks) and rest != "-- ":
            out[-1] += piece
        else:
            out.append(f"{marks} {piece}" if marks else piece)
        depth_before = len(marks) if flows else None
    return "\n".join(out)
