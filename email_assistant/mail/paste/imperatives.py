"""Orders to a writer, `Please decline politely`, and short answers, told from an email's own lines."""

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
_NAME = r"[^\W\d_a-z][\w.'’-]{0,30}(?: [^\W\d_a-z][\w.'’-]{0,30}){0,2}"
_SIGN_OFF_WITH_NAME = re.compile(
    rf"^\s*(?i:{alternation('bye')})\s?[,.!，。！]?\s{{1,3}}[-–—]?\s?{_NAME}\s*$"
)
_NAME_ALONE = re.compile(rf"^\s*[-–—]?\s?(?=[^\u3040-\u9fff\uac00-\ud7af]|\S{{1,6}}\s*$){_NAME}\s*$")
_SIGNATURE_MARK = re.compile(r"^-- ?$")

_POLITE, _TONE = paste_alternation("polite"), paste_alternation("tone")
_POLITELY = re.compile(rf"^\W*{_POLITE}\b", re.IGNORECASE)
_ORDER = re.compile(
    rf"^[\s\-*•>\d.)]*(?:{_POLITE}[\s,]+){{0,3}}"
    rf"(?:{paste_alternation('order')}\b|(?:very\s+)?{_TONE}\s*(?:,|and\b|und\b|et\b|y\b|e\b|tone\b|reply\b|$))",
    re.IGNORECASE,
)
_ORDER_ANYWHERE = re.compile(paste_alternation("order_anywhere"))
_ANSWER = re.compile(rf"^[\s\-*•>\"“„«¿¡]*(?:{paste_alternation('answer')})(?!\w)", re.IGNORECASE)
_ANSWER_ANYWHERE = re.compile(paste_alternation("answer_anywhere"), re.IGNORECASE)
_MAX_ANSWER, _MAX_ANSWER_LINES = 300, 3
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


def is_answer(lines: list[str]) -> bool:
    """Return whether lines answer an email in a few words, `yes, 3pm works`, with nothing of an email."""
    filled = [line for line in lines[: MAX_ORDER_LINES * 4] if line.strip()]
    if not 0 < len(filled) <= _MAX_ANSWER_LINES or sum(map(len, lines)) > _MAX_ANSWER:
        return False
    if any(_FOOTER.search(line) or is_mail_line(line) for line in filled):
        return False
    return bool(_ANSWER.match(filled[0]) or _ANSWER_ANYWHERE.search(filled[0].strip()))


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
    """Return whether a line is a sign-off, also with a name behind it, or the mark of a signature."""
    return len(line) <= _MAX_LINE and bool(
        _SIGN_OFF.match(line) or _SIGN_OFF_WITH_NAME.match(line) or _SIGNATURE_MARK.match(line)
    )


def is_name_alone(line: str) -> bool:
    """Return whether a line looks like the name that ends a mail."""
    return len(line) <= _MAX_LINE and _NAME_ALONE.match(line) is not None


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
