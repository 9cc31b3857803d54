"""Orders to a writer, `Please decline politely`, told from an email's own lines."""

from __future__ import annotations

import re

from email_assistant.mail.paste.pasted import read_pasted
from email_assistant.mail.text.attribution import is_attribution
from email_assistant.mail.text.locales import alternation, paste_alternation
from email_assistant.mail.text.shown_headers import RULE, bare, field_of_line, heading_of

MAX_ORDER = 1_500
"""Characters."""
MAX_ORDER_LINES = 15
_MAX_LINE = 300  # of those that mark something; longer ones are prose
_READ_AHEAD = 80  # lines

_GREETING = re.compile(rf"^[\s\"“„«]*(?:{alternation('hello')})\b(?!\s*[:：])", re.IGNORECASE)
_SIGN_OFF = re.compile(rf"^\s*(?:{alternation('bye')})\s*[,.!，。！]?\s*$", re.IGNORECASE)
_SIGNATURE_MARK = re.compile(r"^-- ?$")

_POLITE, _TONE = paste_alternation("polite"), paste_alternation("tone")
_POLITELY = re.compile(rf"^\W*{_POLITE}\b", re.IGNORECASE)
_ORDER = re.compile(
    rf"^[\s\-*•>\d.)]*(?:{_POLITE}[\s,]+){{0,3}}"
    rf"(?:{paste_alternation('order')}\b|(?:very\s+)?{_TONE}\s*(?:,|and\b|und\b|et\b|y\b|e\b|tone\b|reply\b|$))",
    re.IGNORECASE,
)
_ORDER_ANYWHERE = re.compile(paste_alternation("order_anywhere"))
# Printed below thousands of mails: words to the reader, not to a writer.
_FOOTER = re.compile(rf"https?://|www\.|©|{paste_alternation('footer')}", re.IGNORECASE)


def begins_politely(line: str) -> bool:
    """Return whether a line begins as a request does."""
    return _POLITELY.match(line) is not None


def is_order(lines: list[str]) -> bool:
    """Return whether lines are an order to a writer: short, imperative, with nothing of an email."""
    filled = [line for line in lines[: MAX_ORDER_LINES * 4] if line.strip()]
    if not filled or len(filled) > MAX_ORDER_LINES or sum(map(len, lines)) > MAX_ORDER:
        return False
    if any(_FOOTER.search(line) or is_mail_line(line) for line in filled):
        return False
    first = filled[0][:_MAX_LINE]
    return bool(_ORDER.match(first) or (len(first) < 120 and _ORDER_ANYWHERE.search(first)))


def is_mail_line(line: str) -> bool:
    """Return whether a line is of the kind that only emails have: greeting, sign-off, header line, quote."""
    if len(line) > _MAX_LINE:
        return False
    named = field_of_line(line)
    return bool(
        ends_mail(line)
        or _GREETING.match(line)
        or heading_of(bare(line))
        or line.lstrip().startswith(">")
        or is_attribution(line)
        or (named and named[0] != "other" and len(named[1]) > 2)
    )


def ends_mail(line: str) -> bool:
    """Return whether a line is a sign-off or the mark of a signature."""
    return len(line) <= _MAX_LINE and bool(_SIGN_OFF.match(line) or _SIGNATURE_MARK.match(line))


def begins_mail(lines: list[str]) -> bool:
    """Return whether an email begins here: with header lines, a heading, an attribution, a greeting."""
    ahead = lines[:_READ_AHEAD]
    filled = [line for line in ahead if line.strip()]
    if not filled:
        return False
    first = filled[0][:_MAX_LINE]
    return (
        read_pasted("\n".join(ahead)) is not None
        or bool(heading_of(bare(first)) or _GREETING.match(first) or first.startswith(">"))
        or (len(filled) > 1 and RULE.match(first) is not None and begins_mail(filled[1:4]))
    )
