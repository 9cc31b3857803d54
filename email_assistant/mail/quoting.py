"""The newest message, the quoted history and the signature, as views of one body."""

from __future__ import annotations

import re
from typing import NamedTuple

from email_assistant.mail.attribution import find_attributions
from email_assistant.mail.header_lines import RULE, bare, field_of_line, heading_of, heads_a_message
from email_assistant.mail.locales import alternation

_QUOTED = re.compile(r"^\s{0,3}>")
_SIGNATURE_MARK = re.compile(r"^--\s*$")  # RFC 3676 section 4.3, its blank often lost
_SIGNATURE_RULE = re.compile(r"^\s*(?:-{3,}|_{2,}|={3,}|\*{3,}|—)\s*$")
_SIGN_OFF = re.compile(rf"^\s*(?:{alternation('bye')})\s*[,.!，。！]?\s*$", re.IGNORECASE)
_SIGNED_NAME = re.compile(r"^(?:[-/~]|[–—]\s?)(?P<name>[^\W\d_][\w.'’-]*(?:\s+[^\W\d_][\w.'’-]*){0,2})\s*$")
_SENT_FROM = re.compile(
    rf"^\s*[<\[]?(?:(?:{alternation('sent_from')})\s+[^\s,;]+(?:\s+[^\s,.;<]+){{0,6}}"
    r"|\S.*(?:から送信|에서 보냄))[>\]]?\s*(?:<https?://[^>]*>)?\s*$",
    re.IGNORECASE,
)
_MOST_SIGNATURE_LINES, _LONGEST_SIGNATURE_LINE = 14, 80
_SHORT_QUOTE = 2  # lines; so few without an attribution may be anything
_WRAPPED_AT = 60  # characters; quoted lines this long get broken, and their rest loses its mark


class SplitText(NamedTuple):
    """Three views of one text; what is in one is not in another."""

    newest: str
    quoted: str
    signature: str


def split_text(text: str) -> SplitText:
    """Part a body into its newest message, what it quotes, and the newest message's signature.

    A message that begins with what it forwards has nothing of its own above: there the forwarded message is
    the newest. Where in doubt, a line belongs to the newest message.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    own, quoted = _parted(lines)
    if not any(line.strip() for line in own):
        own, quoted = _forwarded_alone(lines)
    body, signature, below = _without_signature(own)
    return SplitText(_text(body), _text([*below, *quoted]), _text(signature))


def _parted(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines of the newest message, and those that are quoted with what introduces them."""
    introduced = {each.start: each for each in find_attributions(lines)}
    own: list[str] = []
    quoted: list[str] = []
    at = 0
    while at < len(lines):
        if at in introduced:
            attribution = introduced[at]
            if attribution.reply:
                own.append(attribution.reply)
                lines[at] = lines[at].strip().removeprefix(attribution.reply)
            end = _end_of_quote(lines, attribution.end)
            if end is None:  # no quote marks below: all the rest is the older message
                return own, [*quoted, *lines[at:]]
            quoted += lines[at:end]
            at = end
        elif _QUOTED.match(lines[at]):
            end = _end_of_quote(lines, at) or at + 1
            is_history = at > min(introduced, default=at) or _is_history(lines[at:end])
            (quoted if is_history else own).extend(lines[at:end])
            at = end
        elif heads_a_message(lines, at):
            cut = len(own)
            while cut and (not own[cut - 1].strip() or RULE.match(own[cut - 1])):
                cut -= 1
            return own[:cut], [*quoted, *own[cut:], *lines[at:]]
        else:
            own.append(lines[at])
            at += 1
    return own, quoted


def _is_history(run: list[str]) -> bool:
    """Whether quoted lines that nothing introduced are an earlier message, not a phrase that is cited."""
    filled = [bare(line) for line in run if bare(line)]
    return len(filled) > _SHORT_QUOTE or bool(find_attributions(filled))


def _end_of_quote(lines: list[str], at: int) -> int | None:
    """The index behind the run of quoted lines that begins at or soon after `at`; None where none does."""
    first = next((each for each in range(at, len(lines)) if lines[each].strip()), None)
    if first is None:
        return len(lines)
    if not _QUOTED.match(lines[first]):
        return None
    end = first + 1
    while end < len(lines) and (_QUOTED.match(lines[end]) or _is_broken_off(lines, end)):
        end += 1
    return end


def _is_broken_off(lines: list[str], at: int) -> bool:
    """Whether a line without a mark is the rest of the quoted one above, broken by a mail program."""
    return (
        len(lines[at - 1]) >= _WRAPPED_AT
        and _QUOTED.match(lines[at - 1]) is not None
        and re.match(r"[a-zß-ÿ\d(_<&/]", lines[at]) is not None
        and (at + 1 == len(lines) or not lines[at + 1].strip() or _QUOTED.match(lines[at + 1]) is not None)
    )


def _forwarded_alone(lines: list[str]) -> tuple[list[str], list[str]]:
    """The same for a body with nothing above what it quotes: its first message, with what introduces it."""
    introduced = {each.start: each.end for each in find_attributions(lines)}
    at = 0
    while at < len(lines):
        line = bare(lines[at])
        if at in introduced:
            at = introduced[at]
        elif not line or heading_of(line) or RULE.match(line) or field_of_line(line):
            at += 1
        else:
            break
    own, quoted = _parted(lines[at:])
    return (lines[:at] + own, quoted) if any(line.strip() for line in own) else (lines, [])


def _without_signature(lines: list[str]) -> tuple[list[str], list[str], list[str]]:
    """The lines of a message, its signature, and what stands below a phone's signature."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    for number, at in enumerate(filled[1:], start=1):
        line, left = lines[at], len(filled) - number
        if _SENT_FROM.match(line) and not lines[at - 1].strip():
            return lines[:at], [line], lines[at + 1 :]
        if left > _MOST_SIGNATURE_LINES * 3:
            continue
        ends = (
            _SIGN_OFF.match(line)
            or ((name := _SIGNED_NAME.match(line)) and name["name"].istitle() and not lines[at - 1].strip())
            or (_SIGNATURE_RULE.match(line) and left > 1)
        )
        if _SIGNATURE_MARK.match(line) or (ends and _is_signature(lines[at + 1 :])):
            return lines[:at], lines[at:], []
    return lines, [], []


def _is_signature(lines: list[str]) -> bool:
    """Whether the lines to the end are a name and such, not a message that goes on."""
    filled = [line for line in lines if line.strip()]
    return len(filled) <= _MOST_SIGNATURE_LINES and all(
        len(line) <= _LONGEST_SIGNATURE_LINE and not re.search(r"[a-z\d]{2}[.!?]\s*$|\?", line)
        for line in filled
    )


def _text(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n").rstrip()
