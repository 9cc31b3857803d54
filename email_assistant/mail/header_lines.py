"""Header lines as mail programs show them, `Betreff: Treffen`, and the headings above, in any language."""

from __future__ import annotations

import re

from email_assistant.mail.locales import FIELD_OF_LABEL, Field, alternation

_COLON = re.compile(r"[:：](?!//)")
_LONGEST_LABEL = 45
_LONGEST_HEADING = 120
_QUOTE_MARKS = re.compile(r"^\s{0,3}(?:>\s?)+")


def _heading(phrases: str) -> re.Pattern[str]:
    """`---------- Forwarded message ----------` or `Begin forwarded message:`, perhaps with more behind."""
    return re.compile(
        rf"^\s*(?:[-_=*]{{2,}}\s*(?:{phrases})[^\n]{{0,60}}?\s*[-_=*]{{2,}}|(?:{phrases})[^\n:：]{{0,30}}\s*[:：][\s*]*$)",
        re.IGNORECASE,
    )


_FORWARD_HEADING = _heading(alternation("forwarded"))
_HEADING = _heading(f"{alternation('forwarded')}|{alternation('original')}")
RULE = re.compile(r"^\s*[_=*]{4,}\s*$")
"""The line that Outlook draws above header lines; dashes are as often the writer's own."""
_MOST_GAP = 3


def bare(line: str) -> str:
    """The line without quote marks, a byte order mark and white space around."""
    return _QUOTE_MARKS.sub("", line.lstrip("\ufeff")).strip("\ufeff\u200e \t\u00a0")


def field_of_line(line: str) -> tuple[Field, str] | None:
    """The header field and value of one line, or None."""
    colon = _COLON.search(line, 0, _LONGEST_LABEL)
    if not colon:
        return None
    name = FIELD_OF_LABEL.get(" ".join(line[: colon.start()].strip(" *_\t\u00a0").split()).casefold())
    return (name, line[colon.end() :].strip(" *_\t\u00a0")) if name else None


def heading_of(line: str) -> re.Match[str] | None:
    """The heading of a forwarded or answered message with which a line begins."""
    return _HEADING.match(line[:_LONGEST_HEADING])


def is_forward_heading(line: str) -> bool:
    """Whether a line begins with the heading of a forwarded message."""
    return _FORWARD_HEADING.match(line[:_LONGEST_HEADING]) is not None


def heads_a_message(lines: list[str], at: int) -> bool:
    """Whether a quoted or forwarded message begins at this line with its header lines or their heading.

    Header lines alone count when they name who wrote, and when or about what, and look like a program's: an
    address, or three of them.
    """
    line = bare(lines[at])
    if ":" not in line and "：" not in line and not line.startswith(("-", "=", "*", "_")):
        return False
    ruled = bool(RULE.match(line))
    if not ruled and heading_of(line):
        return True
    if ruled:
        at = next(
            (each for each in range(at + 1, min(at + 1 + _MOST_GAP, len(lines))) if bare(lines[each])), at
        )
    seen: dict[Field, str] = {}
    gap = 0
    for each in lines[at : at + 16]:
        line = bare(each)
        if named := field_of_line(line):
            if named[0] in seen and named[0] != "other":
                break
            seen.setdefault(*named)
            gap = 0
        elif not seen or gap >= (1 if line else 2):
            break
        else:
            gap += 1
    address = any("@" in value for name, value in seen.items() if name in {"from", "to", "cc", "reply_to"})
    if "from" not in seen:
        return address and bool(re.search(r"\d\d?[:.]\d\d", seen.get("date", ""))) and "to" in seen
    about = "date" in seen or "subject" in seen
    return (about and (address or len(seen) >= 3)) or (ruled and "@" in seen["from"])
