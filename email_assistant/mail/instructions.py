"""Which lines of one chat message are the email, and which say how to answer it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from email_assistant.mail.orders import (
    LONGEST_ORDER,
    MOST_ORDER_LINES,
    begins_mail,
    ends_mail,
    is_mail_line,
    is_order,
    reads_like_mail,
)

_SURE_MARKER = re.compile(
    r"^[\s#*_>\-=\[(]*(?:(?:my|your|reply|response|the|meine)\s+)?"
    r"(?:instructions?(?:\s+(?:for|to)\s+(?:the\s+)?(?:reply|assistant|ai|answer))?|instruc(?:ciones|ción|ções|ção)"
    r"|anweisung(?:en)?|consignes?|istruzion[ei]|instructies?|instruktion(?:er|en)?|instruksjon(?:er)?|ohjeet"
    r"|instrukcj[ae]|instrukce|pokyny|инструкци[ия]|указани[ея]|інструкці[яї]|talimatlar|指示|指令|说明|지시|how\s+to\s+(?:reply|answer|respond)"
    r"|so\s+antworten|prompt)"
    r"[\s*_\])]*[:：][\s*_\-=]*(?P<rest>.*)$",
    re.IGNORECASE,
)
_REPLY_MARKER = re.compile(
    r"^[\s#*_\-=\[(]*(?:(?:my|the|meine|ma|mi)\s+)?(?:reply|answer|response|antwort|réponse|respuesta|risposta|resposta"
    r"|antwoord|svar|vastaus|odpowiedź|odpověď|ответ|відповідь|返信|返事|回复|回覆|답장)"
    r"[\s*_\])]*[:：][\s*_\-=]*(?P<rest>.*)$",
    re.IGNORECASE,
)
_EMAIL_MARKER = re.compile(
    r"^[\s#*_\-=\[(]*(?:(?:the|incoming|original|received|here\s+is\s+the|die|der|l['’]|le|el|il|o|de)\s*)?"
    r"(?:e-?mail|mail|message|nachricht|courriel|correo|messaggio|mensagem|bericht|письмо|メール|邮件|郵件|메일)"
    r"(?:\s+(?:to\s+(?:answer|respond\s+to|reply\s+to)|received|text))?[\s*_\])]*[:：][\s*_\-=]*(?P<rest>.*)$",
    re.IGNORECASE,
)
_DASHES = re.compile(r"^\s*(?:-{3,}|={3,}|\*{3,}|_{3,}|~{3,}|[—–─]{2,})\s*$")
_ADDRESSES_READER = re.compile(r"(?<!can )(?<!could )(?<!would )\byour?\b|@", re.IGNORECASE)
_LONGEST_MARKER = 300  # characters of a line with what follows the marker on it


class Paste(NamedTuple):
    """One chat message in its two parts; `instructions` is "" when all of it is the email."""

    email: str
    instructions: str


def split_paste(text: str) -> Paste:
    """Tell the email from the instructions that were typed above or below it.

    They are apart where a line says so (`Instructions:`, in several languages), where a line of dashes stands
    between and one side is an order to a writer, or where such an order stands alone above the email's head
    or below its signature. When unsure, all of it is the email. No line is lost but the separating one.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for rule in (_by_marker, _by_dashes, _order_above, _order_below):
        for found in rule(lines):
            if found.email and found.instructions:
                return found
    return Paste(text.strip(), "")


def _by_marker(lines: list[str]) -> Iterator[Paste]:
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if rest := _after(_SURE_MARKER, lines[first:]):
        yield _instructions_first(rest)
    for at in range(len(lines) - 1, _first_near_end(lines) - 1, -1):
        below = _after(_SURE_MARKER, lines[at:])
        # `Reply:` is a word of emails too: it counts on its own, below what reads like one.
        if (
            below is None
            and at
            and not lines[at - 1].strip()
            and (below := _after(_REPLY_MARKER, lines[at:]))
        ):
            below = below if reads_like_mail(lines[:at]) else None
        if below and not any(is_mail_line(line) for line in below):
            above = _trimmed(lines[:at])
            yield _paste(_after(_EMAIL_MARKER, above) or above, below)


def _instructions_first(rest: list[str]) -> Paste:
    """Part at a line that says where the email begins, or where one does, else at the first blank line."""
    for cut in range(1, min(len(rest), MOST_ORDER_LINES * 4)):
        if email := _after(_EMAIL_MARKER, rest[cut:]):
            return _paste(email, rest[:cut])
        if _DASHES.match(rest[cut]):
            return _paste(rest[cut + 1 :], rest[:cut])
        if not rest[cut - 1].strip() and begins_mail(rest[cut:]):
            return _paste(rest[cut:], rest[:cut])
    start = next((at for at, line in enumerate(rest) if line.strip()), 0)
    end = next((at for at, line in enumerate(rest) if at > start and not line.strip()), len(rest))
    return _paste(rest[end:], rest[:end])


def _by_dashes(lines: list[str]) -> Iterator[Paste]:
    cuts = [at for at, line in enumerate(lines) if _DASHES.match(line)]
    for at in dict.fromkeys([*cuts[-1:], *cuts[:1]]):
        above, below = lines[:at], lines[at + 1 :]
        if is_order(below):
            yield _paste(above, below)
        elif is_order(above):
            yield _paste(below, above)


def _order_above(lines: list[str]) -> Iterator[Paste]:
    for at in range(1, min(len(lines), MOST_ORDER_LINES * 2)):
        apart = not lines[at - 1].strip() or lines[at - 1].rstrip().endswith((":", "："))
        if apart and lines[at].strip() and is_order(lines[:at]) and begins_mail(lines[at:]):
            yield _paste(lines[at:], lines[:at])


def _order_below(lines: list[str]) -> Iterator[Paste]:
    for at in range(len(lines) - 1, max(_first_near_end(lines), 1) - 1, -1):
        if lines[at - 1].strip() or not is_order(lines[at:]):
            continue
        near = _trimmed(lines[max(0, at - 20) : at])[-8:]
        ended = any(ends_mail(line) for line in near) or (bool(near) and near[-1].lstrip().startswith(">"))
        # What addresses its reader, or gives an address, is still the email's.
        if ended and not _ADDRESSES_READER.search("\n".join(lines[at:])):
            yield _paste(lines[:at], lines[at:])


def _first_near_end(lines: list[str]) -> int:
    """The first line from which the rest is short enough to be instructions."""
    room = LONGEST_ORDER
    at = len(lines)
    while at and (room := room - len(lines[at - 1]) - 1) >= 0:
        at -= 1
    return at


def _after(marker: re.Pattern[str], lines: list[str]) -> list[str] | None:
    """The lines with the marker taken off the first, or None where that has none."""
    mark = marker.match(lines[0]) if lines and len(lines[0]) <= _LONGEST_MARKER else None
    return [mark["rest"], *lines[1:]] if mark else None


def _trimmed(lines: list[str]) -> list[str]:
    filled = [at for at, line in enumerate(lines) if line.strip()]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def _paste(email: list[str], instructions: list[str]) -> Paste:
    return Paste("\n".join(_trimmed(email)), "\n".join(_trimmed(instructions)).strip())
