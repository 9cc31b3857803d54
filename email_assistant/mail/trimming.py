"""An email cut to what a model can read: at the borders of quoted messages, the oldest first."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import NamedTuple

from email_assistant.mail.attribution import find_attributions
from email_assistant.mail.header_lines import bare, heads_a_message
from email_assistant.mail.message import IncomingEmail

LEFT_OUT = "[… older messages left out …]"
CUT_SHORT = "[… cut short …]"
_MAX_DEPTH = 100
_DEPTH = re.compile(r"^\s{0,3}((?:>\s?)*)")


class Trimmed(NamedTuple):
    """The text for the model, and whether any of the email is missing in it."""

    text: str
    was_trimmed: bool


def trim_for_model(email: IncomingEmail, limit_chars: int) -> Trimmed:
    """The email's text in at most `limit_chars` characters.

    Where it does not fit, the newest message comes first and the history below it loses its oldest messages:
    the deepest quotes, then what stands last. Only a newest message that is too long alone is cut itself.
    """
    if len(email.text) <= limit_chars:
        return Trimmed(email.text, was_trimmed=False)
    newest = "\n\n".join(part for part in (email.newest, email.signature) if part)
    room = limit_chars - len(newest) - len(LEFT_OUT) - 4
    if room < 0:
        newest = email.newest
    if len(newest) + len(CUT_SHORT) + 2 > limit_chars:
        kept = newest[: max(0, limit_chars - len(CUT_SHORT) - 2)]
        return Trimmed(f"{_whole_paragraphs(kept)}\n\n{CUT_SHORT}"[:limit_chars], was_trimmed=True)
    history = _newest_history(email.quoted.split("\n"), room)
    return Trimmed(
        "\n\n".join(part for part in (newest, history, LEFT_OUT) if part)[:limit_chars], was_trimmed=True
    )


def _newest_history(lines: list[str], room: int) -> str:
    """As much of the quoted messages as fits, in whole messages."""
    depths = [_depth(line) for line in lines]
    deepest, length = min(depths), 0
    for depth in sorted(set(depths)):
        length += _length([line for line, of_line in zip(lines, depths, strict=True) if of_line == depth])
        if length > room:
            break
        deepest = depth
    kept = [line for line, depth in zip(lines, depths, strict=True) if depth <= deepest]
    if _length(kept) > room:  # no marks tell the messages apart, only the lines with which each begins
        ends = list(accumulate(len(line) + 1 for line in kept))
        kept = kept[: max((at for at in _beginnings(kept) if at and ends[at - 1] <= room), default=0)]
    return "\n".join(kept).strip("\n")


def _beginnings(lines: list[str]) -> list[int]:
    """Where each message in the history begins."""
    plain = [bare(line) for line in lines]
    found = {each.start for each in find_attributions(plain)}
    return sorted(found | {at for at in range(len(plain)) if heads_a_message(plain, at)})


def _depth(line: str) -> int:
    found = _DEPTH.match(line)
    return min(found[1].count(">"), _MAX_DEPTH) if found else 0


def _length(lines: list[str]) -> int:
    return sum(len(line) + 1 for line in lines)


def _whole_paragraphs(text: str) -> str:
    """Cut back to the last end of a paragraph, a line or a sentence, where one is near the end."""
    for border in ("\n\n", "\n", ". ", " "):
        at = text.rfind(border)
        if at > len(text) * 0.8:
            return text[: at + 1].rstrip()
    return text
