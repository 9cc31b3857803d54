"""Header lines as mail programs show them, `Betreff: Treffen`, and the headings above, in any language."""

from __future__ import annotations

import re

from email_assistant.mail.locales import FIELD_OF_LABEL, Field, alternation

_LABEL = re.compile(
    r"^[\s*_]*(?P<label>[^\s:：<>@*][^:：<>@*]{0,38}?)[\s*_]*[:：][*_]*(?!//)\s*(?P<value>.*)$"
)
_QUOTE_MARKS = re.compile(r"^\s{0,3}(?:>\s?)+")


def _heading(phrases: str) -> re.Pattern[str]:
    """`---------- Forwarded message ----------` or `Begin forwarded message:`, perhaps with more behind."""
    return re.compile(
        rf"^\s*(?:[-_=*]{{2,}}\s*(?:{phrases})[^\n]{{0,60}}?\s*[-_=*]{{2,}}|(?:{phrases})[^\n:：]{{0,30}}\s*[:：][\s*]*$)",
        re.IGNORECASE,
    )


FORWARD_HEADING = _heading(alternation("forwarded"))
"""The heading above a forwarded message."""
HEADING = _heading(f"{alternation('forwarded')}|{alternation('original')}")
"""The heading above a forwarded message, or above one that is answered."""
RULE = re.compile(r"^\s*[_=*]{4,}\s*$")
"""The line that Outlook draws above header lines; dashes are as often the writer's own."""
_MOST_GAP = 3


def bare(line: str) -> str:
    """The line without quote marks, a byte order mark and white space around."""
    return _QUOTE_MARKS.sub("", line.lstrip("\ufeff")).strip("\ufeff\u200e \t\u00a0")


def field_of_line(line: str) -> tuple[Field, str] | None:
    """The header field and value of one line, or None."""
    found = _LABEL.match(line)
    name = FIELD_OF_LABEL.get(" ".join(found["label"].split()).casefold()) if found else None
    return (name, found["value"].strip(" *_\t")) if found and name else None


def heads_a_message(lines: list[str], at: int) -> bool:
    """Whether a quoted or forwarded message begins at this line with its header lines or their heading.

    Header lines alone count when they name who wrote, and when or about what, and look like a program's: an
    address, or three of them.
    """
    line = bare(lines[at])
    if HEADING.match(line):
        return True
    ruled = bool(RULE.match(line))
    if ruled:
        at = next(
            (each for each in range(at + 1, min(at + 1 + _MOST_GAP, len(lines))) if bare(lines[each])), at
        )
    seen: dict[Field, str] = {}
    gap = 0
    for each in lines[at : at + 16]:
        line = bare(each)
        if named := field_of_line(line):
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
