"""Paragraphs of format=flowed text joined again (RFC 3676)."""

from __future__ import annotations


def unflowed(text: str, *, delsp: bool) -> str:
    """Join lines that end in a blank with the next of the same quote depth (section 4.2).

    Args:
        text: The decoded body, lines ended by LF.
        delsp: Whether the blank at a soft line break is to be deleted, as in scripts without blanks.
    """
    paragraphs: list[list[str]] = []
    flowing: int | None = None  # the quote depth of the paragraph that goes on
    for line in text.split("\n"):
        rest = line.lstrip(">")
        depth = len(line) - len(rest)
        rest = rest.removeprefix(" ")  # stuffed (section 4.4)
        is_mark = rest == "-- "  # the signature's line never flows (section 4.3)
        flows = rest.endswith(" ") and not is_mark
        piece = rest[:-1] if flows and delsp else rest
        if flowing == depth and not is_mark:
            paragraphs[-1].append(piece)
        else:
            paragraphs.append([">" * depth + " " * bool(depth and piece), piece])
        flowing = depth if flows else None
    return "\n".join(map("".join, paragraphs))
