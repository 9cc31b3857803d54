"""Where the writer's text ends and the signature begins. What may be text is text."""

from __future__ import annotations

import re

from email_assistant.mail.text.locales import alternation

SIGN_OFF = re.compile(rf"^\s*(?:{alternation('bye')})\s*[,.!，。！]?\s*$", re.IGNORECASE)
_MARK = re.compile(r"^--\s*$")  # RFC 3676 section 4.3, its blank often lost
_RULE = re.compile(r"^\s*(?:-{3,}|_{2,}|={3,}|\*{3,}|[—–])\s*$")
_NAME = re.compile(r"^(?:[-/~]|[–—]\s?)(?P<name>[^\W\d_][\w.'’-]*(?:\s+[^\W\d_][\w.'’-]*){0,2})\s*$")
# Chinese, Japanese and Korean set none, and Hebrew a hyphen.
_BLANK_OR_NONE = r"(?:\s+|(?<=[\u3040-\u9fff\uac00-\ud7af])|(?<=[\u0590-\u05ff])-)"
_SENT_FROM = re.compile(
    rf"^\s*[<\[]?(?:(?:{alternation('sent_from')}){_BLANK_OR_NONE}[^\s,;]+(?:\s+[^\s,.;<(]+){{0,6}}\.?"
    r"|\S.*(?:から送信|에서 보냄|에서 보내짐)|(?:\S+\s){0,2}(?:iPhone|iPad|Android|Galaxy|Samsung|Huawei)\S*"
    r"(?:\s\S+){0,3}\sgönderildi|(?:\S+\s){0,4}Outlook(?:\s\S+){0,4}\s?<https?://aka\.ms/[^>\s]{1,40}>)[>\]]?\s*(?:[<(]\s?https?://[^>)\s]*\s?[>)])?\s*$",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(
    rf"^\s*{alternation('postscript')}(?:(?<=[\W\u3040-\u9fff\uac00-\ud7af])|(?!\w))\s*[:：.,–—-]*\s*\S",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"@|https?:|www\.|(?:\d[\s()/.+-]{0,3}){6}", re.IGNORECASE)
_ITEM = re.compile(r"^\s*(?:[-*•–—]|\d{1,2}[.)])\s*\w")
_ENDS_SENTENCE = re.compile(r"[a-z\d]{2}[.!?]\s*$|\?|？")
_OF_LIST = re.compile(r"mailing list|listinfo|unsubscribe|/lists?[./]|archives?\b", re.IGNORECASE)
_MAX_LINES, _MAX_LINE = 14, 80
_MAX_FOOTER = 8  # lines
_MAX_NAME_LINES = 2
_MIN_WORDS = 4  # of a line of text


def without_signature(lines: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Return a message's lines, its signature, and what was added: a list's footer, a phone's history.

    A postscript below the signature is of the message.
    """
    lines, footer = _without_footer(lines)
    filled = [at for at, line in enumerate(lines) if line.strip()]
    rules = sum(1 for at in filled if _RULE.match(lines[at]))
    for number, at in enumerate(filled[1:], start=1):
        line = lines[at]
        goes_on = at + 1 < len(lines) and _reads_as_text(lines[at + 1])
        if _SENT_FROM.match(line) and not lines[at - 1].strip() and not goes_on:
            end = _postscript(lines, at + 1)
            return [*lines[:at], *lines[end:]], [line], [*lines[at + 1 : end], *footer]
        if len(filled) - number > _MAX_LINES * 3:
            continue
        end = _postscript(lines, at + 1)
        tail = [each for each in lines[at + 1 : end] if each.strip()]
        if (
            (_MARK.match(line) and (line == "-- " or not _goes_on(lines[at + 1 : end])))
            or (
                SIGN_OFF.match(line) and _is_signature(tail) and not _lists(lines[at + 1 : end], above=number)
            )
            or (_is_signed_name(lines, at, tail) and _is_signature(tail))
            or (_RULE.match(line) and rules == 1 and _is_signature(tail) and _tells_contact(tail))
        ):
            return [*lines[:at], *lines[end:]], lines[at:end], footer
    return lines, [], footer


def _without_footer(lines: list[str]) -> tuple[list[str], list[str]]:
    filled = 0
    for at in range(len(lines) - 1, 0, -1):
        filled += bool(lines[at].strip())
        if filled > _MAX_FOOTER:
            break
        if _RULE.match(lines[at]) and filled > 1:
            below = [line for line in lines[at + 1 :] if line.strip()]
            if _tells_contact(below) and any(_OF_LIST.search(line) for line in below):
                return lines[:at], lines[at:]
            break
    return lines, []


def _postscript(lines: list[str], at: int) -> int:
    """Return where a postscript begins, behind a blank line; else the end."""
    return next(
        (
            each
            for each in range(at + 1, len(lines))
            if not lines[each - 1].strip() and _POSTSCRIPT.match(lines[each])
        ),
        len(lines),
    )


def _is_signed_name(lines: list[str], at: int, tail: list[str]) -> bool:
    """Return whether a line such as `-Jo Example` ends the text; an item of a list may look the same."""
    name = _NAME.match(lines[at])
    if not (name and name["name"].istitle()) or lines[at - 1].strip():
        return False
    above = next((line for line in reversed(lines[:at]) if line.strip()), "")
    ends = lines[at][0] in "/~" or re.search(r"[.!?…)。！？,]\s*$", above) or SIGN_OFF.match(above)
    return bool(ends) and (not tail or (bool(lines[at + 1].strip()) and _tells_contact(tail)))


def _is_signature(tail: list[str]) -> bool:
    """Return whether the lines to the end are a name and such, not a message that goes on."""
    if len(tail) > _MAX_LINES or any(_reads_as_text(line) for line in tail):
        return False
    return not tail or not re.search(r"\d", tail[0]) or _CONTACT.search(tail[0]) is not None


def _reads_as_text(line: str) -> bool:
    if (
        len(line) > _MAX_LINE
        or _ENDS_SENTENCE.search(line)
        or _ITEM.match(line)
        or line.rstrip().endswith(":")
    ):
        return True
    words = re.findall(r"[^\W\d_]{2,}", line)
    small = sum(1 for word in words if word.islower())
    return len(words) >= _MIN_WORDS and small * 2 > len(words) and not _CONTACT.search(line)


def _goes_on(below: list[str]) -> bool:
    """Return whether below `--` a further part of the message stands, not a signature."""
    tail = [line for line in below if line.strip()]
    if below and not below[0].strip() and not _is_signature(tail):
        return True
    return any(_MARK.match(line) or line.rstrip().endswith(("?", "？")) for line in tail)


def _lists(below: list[str], *, above: int) -> bool:
    """Return whether below `Thanks!` things are asked for and a name stands last.

    There are `above` lines before them.
    """
    tail = [line for line in below if line.strip()]
    if _tells_contact(tail):
        return False
    text = "\n".join(below).strip()
    name_last = re.search(r"\n\s*\n[^\n]{1,40}$", text) is not None
    return len(tail) > _MAX_NAME_LINES and (above == 1 or name_last)


def _tells_contact(tail: list[str]) -> bool:
    return any(_CONTACT.search(line) for line in tail)
