"""Which lines of one chat message are the email, and which say how to answer it.

Whoever writes a mail chooses its last lines, and all lines of a mail without a greeting. So only what stands
above the beginning of a mail is the person's word; all else is the mail's, or may at most be proposed to the
person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from email_assistant.mail.paste.imperatives import (
    MAX_ORDER,
    MAX_ORDER_LINES,
    begins_mail,
    ends_mail,
    is_answer,
    is_mail_line,
    is_name_alone,
    is_order,
)
from email_assistant.mail.paste.windows import (
    MAX_ABOVE,
    begins_message,
    first_head,
    may_lack_subject,
    names_folder,
)
from email_assistant.mail.text.locales import paste_alternation
from email_assistant.mail.text.shown_headers import field_of_line

_REPLY, _EMAIL, _MY = paste_alternation("reply"), paste_alternation("email"), paste_alternation("my")
_REST = r"[\s*_\])]*[:：][\s*_\-=]*(?P<rest>.*)$"
_SURE_MARKER = re.compile(
    rf"^[\s#*_>\-=\[(]*(?:(?:{_MY}|{_REPLY})\s+)?{paste_alternation('instructions')}{_REST}", re.IGNORECASE
)
_REPLY_MARKER = re.compile(rf"^[\s#*_\-=\[(]*(?:{_MY}\s+)?{_REPLY}{_REST}", re.IGNORECASE)
_EMAIL_MARKER = re.compile(
    rf"^[\s#*_\-=\[(]*(?:{paste_alternation('the')}\s*)?{_EMAIL}{_REST}", re.IGNORECASE
)
_DASHES = re.compile(r"^\s*(?:-{3,}|={3,}|\*{3,}|_{3,}|~{3,}|[—–─]{2,})\s*$")
# "Write a polite reply to this email declining: Hi Sam, …", all in one line.
_ORDER_ABOUT_MAIL = re.compile(
    rf"^(?P<order>[^:：\n]{{0,200}}\b{paste_alternation('this')}\s+{_EMAIL}\b[^:：\n]{{0,200}}[:：])\s+(?=\S)",
    re.IGNORECASE,
)
_MAX_MARKER = 300  # characters of a line with what follows the marker on it
_MAX_HEAD, _MAX_TAIL = 120, 60  # lines at the beginning and the end that are looked at
_MAX_LINE = 2_000  # characters; no line of a person's own order is longer
_MAX_WORDS_ABOVE = 300  # characters of words above a mail that may be the person's
_MAX_LINES_ABOVE = 3
_MAX_SIGNATURE = 20  # lines below a sign-off
_MIN_WORDS = 4  # of a line in small letters that is no subject
_ENDS_SENTENCE = re.compile(r"[.!?。！？…]\s*$")


class Paste(NamedTuple):
    """One chat message in its two parts; `instructions` is "" when all of it is the email."""

    email: str
    instructions: str


def split_paste(text: str) -> Paste:
    """Tell the email from the instructions that the person typed above it.

    The message begins with an order to a writer, or with a line such as `Instructions:` in any of several
    languages, and the head of a mail follows: header lines, a greeting, a forward's heading, or a line
    `Email:`. When unsure, all of it is the email; `propose_split` has the other reading. So where a copy out
    of a mail program's window follows, which begins with the subject: that is the mail's. Only the line
    between them is lost.
    """
    lines = _lines(text)
    for found in _taken(lines):
        if found.email and found.instructions:
            return found
    return Paste(text.strip(), "")


def propose_split(text: str) -> Paste | None:
    """Return the other reading of what `split_paste` takes for an email alone, for the person to decide.

    Lines at its end, or above what may be its head, can be the person's or the mail's own.
    """
    lines = _lines(text)
    if split_paste(text).instructions:
        return None
    return next((found for found in _proposed(lines) if found.email and found.instructions), None)


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _taken(lines: list[str]) -> Iterator[Paste]:
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    marked = _after(_SURE_MARKER, lines[first:])
    lines = marked or lines[first:]
    # A head that is read as the person's words would be passed over, and its subject with it.
    head = first_head(lines, min(len(lines), _MAX_HEAD))
    about = None if marked else _ORDER_ABOUT_MAIL.match(lines[0][:_MAX_LINE])
    if about and is_order([about["order"]]) and head >= min(len(lines), MAX_ABOVE):
        yield _paste([lines[0][about.end() :], *lines[1:]], [about["order"]])
    for cut in _ends_of_head(lines)[:head]:
        if not marked and not is_order(lines[:cut]):
            continue
        if email := _after(_EMAIL_MARKER, lines[cut:]):
            yield _paste(email, lines[:cut])
        elif _DASHES.match(lines[cut]) and begins_mail(lines[cut + 1 :]):
            yield _paste(lines[cut + 1 :], lines[:cut])
        elif _is_apart(lines, cut) and begins_mail(lines[cut:]):
            if not may_lack_subject(lines[cut:]):
                yield _paste(lines[cut:], lines[:cut])
            return


def _proposed(lines: list[str]) -> Iterator[Paste]:
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if rest := _after(_SURE_MARKER, lines[first:]):
        start = next((at for at, line in enumerate(rest) if line.strip()), 0)
        end = next((at for at, line in enumerate(rest) if at > start and not line.strip()), len(rest))
        yield _paste(rest[end:], rest[:end])
    yield from _words_above(lines)
    yield from _marked_below(lines)
    yield from _beside_dashes(lines)
    yield from _words_below(lines)
    yield from _order_below(lines)


def _marked_below(lines: list[str]) -> Iterator[Paste]:
    for at in range(len(lines) - 1, max(_first_near_end(lines), 1) - 1, -1):
        below = _after(_SURE_MARKER, lines[at:])
        # `Reply:` is a word of emails too: it counts below a blank line only.
        if below is None and not lines[at - 1].strip():
            below = _after(_REPLY_MARKER, lines[at:])
        if below and not any(is_mail_line(line) for line in below):
            above = _trimmed(lines[:at])
            yield _paste(_after(_EMAIL_MARKER, above) or above, below)


def _beside_dashes(lines: list[str]) -> Iterator[Paste]:
    cuts = [at for at in range(_first_near_end(lines), len(lines)) if _DASHES.match(lines[at][:_MAX_LINE])]
    if cuts and _is_said(lines[cuts[-1] + 1 :]):
        yield _paste(lines[: cuts[-1]], lines[cuts[-1] + 1 :])
    top = next((at for at, line in enumerate(lines[:_MAX_HEAD]) if _DASHES.match(line[:_MAX_LINE])), 0)
    if top and is_order(lines[:top]):
        yield _paste(lines[top + 1 :], lines[:top])


def _words_below(lines: list[str]) -> Iterator[Paste]:
    """Yield the last paragraphs, or lines of a signature, that say how to answer."""
    lines = lines[: len(lines) - next((at for at, line in enumerate(reversed(lines)) if line.strip()), 0)]
    first, end, start = max(_first_near_end(lines), 1), len(lines), len(lines)
    for at in range(len(lines) - 1, first - 1, -1):
        if lines[at - 1].strip() or not lines[at].strip():
            continue
        if not _is_said(lines[at:end]):
            break
        start, end = at, at - 1
    if start < len(lines):
        if _has_ended(lines[:start]):
            yield _paste(lines[:start], lines[start:])
        return
    for at in range(max(first, len(lines) - _MAX_LINES_ABOVE), len(lines)):
        if lines[at - 1].strip() and is_answer(lines[at:]) and _has_ended(lines[:at]):
            yield _paste(lines[:at], lines[at:])


def _order_below(lines: list[str]) -> Iterator[Paste]:
    for at in range(len(lines) - 1, max(_first_near_end(lines), 1) - 1, -1):
        if lines[at - 1].strip() or not is_order(lines[at:]):
            continue
        near = _trimmed(lines[max(0, at - 20) : at])[-8:]
        if any(ends_mail(line) for line in near) or (near and near[-1].lstrip().startswith(">")):
            yield _paste(lines[:at], lines[at:])


def _is_said(lines: list[str]) -> bool:
    return is_order(lines) or is_answer(lines)


def _has_ended(lines: list[str]) -> bool:
    """Return whether a mail comes to its end in these lines: with a sign-off, a name, a quote below that."""
    near = _trimmed(lines[-4 * _MAX_SIGNATURE :])[-_MAX_SIGNATURE:]
    if any(map(ends_mail, near)) or (len(near) > 1 and is_name_alone(near[-1])):
        return True
    return bool(near) and near[-1].lstrip().startswith(">") and any(map(ends_mail, lines[:_MAX_HEAD]))


def _words_above(lines: list[str]) -> Iterator[Paste]:
    """Yield a few words above a mail: the person's, or its subject, or a message above the one it quotes."""
    for cut in _ends_of_head(lines):
        above = "\n".join(lines[:cut]).strip()
        if len(above) > _MAX_WORDS_ABOVE or any(map(is_mail_line, lines[:cut])) or names_folder(lines[:cut]):
            return
        if not above or not lines[cut].strip():
            continue
        named = field_of_line(lines[cut][:_MAX_LINE])
        headed = named is not None and named[0] == "from"
        said = headed or (_is_apart(lines, cut) and _may_be_said(lines[:cut]))
        if said and (begins_mail(lines[cut:]) or begins_message(lines, cut)):
            words = _trimmed(lines[:cut])
            yield _paste(lines[cut:], words[:-1] if _DASHES.match(words[-1][:_MAX_LINE]) else words)
            return


def _may_be_said(lines: list[str]) -> bool:
    """Return whether lines say something, other than a subject."""
    filled = _trimmed(lines)
    return _is_said(filled) or (
        len(filled) <= _MAX_LINES_ABOVE
        and (
            _ENDS_SENTENCE.search(filled[-1]) is not None
            or (filled[0].lstrip()[0].islower() and len(filled[0].split()) >= _MIN_WORDS)
        )
    )


def _ends_of_head(lines: list[str]) -> range:
    return range(1, min(len(lines), MAX_ORDER_LINES * 4, _MAX_HEAD))


def _is_apart(lines: list[str], cut: int) -> bool:
    above = lines[cut - 1].rstrip()
    return bool(lines[cut].strip()) and (not above or above.endswith((":", "：")))


def _first_near_end(lines: list[str]) -> int:
    """Return the first line from which the rest is short enough to be instructions."""
    room, at = MAX_ORDER, len(lines)
    while at > len(lines) - _MAX_TAIL and at and (room := room - len(lines[at - 1]) - 1) >= 0:
        at -= 1
    return at


def _after(marker: re.Pattern[str], lines: list[str]) -> list[str] | None:
    """Return the lines with the marker taken off the first, or None if that has none."""
    mark = marker.match(lines[0]) if lines and len(lines[0]) <= _MAX_MARKER else None
    return [mark["rest"], *lines[1:]] if mark else None


def _trimmed(lines: list[str]) -> list[str]:
    filled = [at for at, line in enumerate(lines) if line.strip()]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def _paste(email: list[str], instructions: list[str]) -> Paste:
    return Paste("\n".join(_trimmed(email)), "\n".join(_trimmed(instructions)).strip())
