"""A message or a conversation as copied from a mail program's window or its print view, without labels."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from email_assistant.mail.text.attribution import INVISIBLE, is_attribution
from email_assistant.mail.text.dates import shown_date
from email_assistant.mail.text.locales import Field, alternation, paste_alternation
from email_assistant.mail.text.shown_headers import bare, field_of_line, heading_of

_ADDRESS = r"[^\s<>()\[\]\"',;:@]{1,64}@[^\s<>()\[\]\"',;:@]{3,190}"
_MAILBOX_LINE = re.compile(rf"^(?P<who>[^<>@:：|]{{0,80}}<\s?{_ADDRESS}\s?>)\s*(?P<when>\S.{{0,80}})?$")
_NAME_LINE = re.compile(r"^[^\W\d_][\w.'’-]*(?:[ ][\w.'’(-]+\)?){0,4}$")
_CLOCK = re.compile(r"\d{1,2}\s?[:.hH時时시]\s?\d{2}(?!\d)|\d{1,2}\s?[ap]\.?m\b", re.IGNORECASE)
_BEGINS_WITH_CLOCK = re.compile(r"\d{1,2}\s?[:.時时시]\s?\d{2}(?:\s?[ap]\.?m\.?)?\s*(?:\(|$)", re.IGNORECASE)
_RECIPIENT = re.compile(
    rf"^(?:{alternation('to')}|发送至|寄給|收件者)\s?[:：]?\s+\S.{{0,100}}$", re.IGNORECASE
)
_READER = frozenset(
    [
        "you",
        "sie",
        "du",
        "vous",
        "toi",
        "usted",
        "tú",
        "você",
        "tu",
        "lei",
        "u",
        "jij",
        "ty",
        "вы",
        "me",
        "我",
        "您",
    ]
)
_TO_READER = re.compile(
    rf"^(?:{alternation('to')}|发送至|寄給|收件者)\s?[:：]?\s+(?:{paste_alternation('reader')})(?!\w)",
    re.IGNORECASE,
)
# `3 messages`, `сообщений: 3`, and the folder or the label that Gmail shows beside the subject.
_OWN_LINES = re.compile(
    rf"^(?:gmail|\d+\s+\w+|\w+:\s*\d+|(?:{paste_alternation('folder')})\s*[x×]?)$", re.IGNORECASE
)
_CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{4}")
MAX_ABOVE = 6
"""Lines of the window above the first message: its subject, its folder, whose mailbox it is."""
_MAX_LINES_OF_HEAD = 6
_MAX_MESSAGES = 200
_ENDS_TEXT = re.compile(r"[,:;?!，。：；？！、]\s*$|(?<!\b[ap]\.m)(?<!\bm)\.\s*$")
_NEVER = datetime.min.replace(tzinfo=UTC)
_MAX_LINE = 150  # characters


@dataclass
class _Message:
    """One message of the window: where its head begins and ends, and what the head says."""

    start: int
    end: int
    who: str
    when: str = ""
    fields: dict[Field, str] = field(default_factory=dict)
    sure: bool = True
    """Whether a date or a recipient stands beside who wrote."""
    to_reader: bool = False
    """Whether it says `to me`."""


def read_window(lines: list[str]) -> tuple[dict[Field, str], str] | None:
    """Return a copied window's newest message: header fields, and text with the older ones quoted.

    None where the text does not begin as a window does. By date, and where dates are missing the last is the
    newest, as conversations show it.
    """
    messages = _messages(lines)
    if len(messages) > 1 and not messages[0].sure:
        del messages[0]  # a print view begins with whose mailbox it is
    if not messages:
        return None
    above = [bare(line) for line in lines[: messages[0].start] if bare(line)]
    if not _are_of_window(above):
        return None
    ends = [*(message.start for message in messages[1:]), len(lines)]
    texts = ["\n".join(lines[each.end : end]).strip("\n") for each, end in zip(messages, ends, strict=True)]
    dates = [shown_date(each.when) for each in messages]
    order = list(range(len(messages)))
    if None not in dates:
        order.sort(key=lambda at: dates[at] or _NEVER)
    newest, *older = reversed(order)
    text = texts[newest] + "".join(f"\n\n{_quoted(messages[at], texts[at])}" for at in older)
    head = messages[newest]
    found: dict[Field, str] = {"from": head.who, **head.fields}
    if date := dates[newest]:
        found["date"] = date.isoformat()
    if subject := next((line for line in above if not (_OWN_LINES.match(line) or "@" in line)), ""):
        found["subject"] = subject
    return found, text


def may_lack_subject(lines: list[str]) -> bool:
    """Return whether a window begins here without its subject, which may be the line above.

    A word alone is no subject for certain: it may be the label of the reader's own.
    """
    window = read_window(lines)
    subject = window[0].get("subject", "") if window else ""
    return window is not None and " " not in subject and not _CJK.search(subject)


def names_folder(lines: list[str]) -> bool:
    """Return whether one of a few lines is the name of a folder, such as stands beside a subject."""
    return any(_OWN_LINES.match(bare(line)) for line in lines if len(line) <= _MAX_LINE)


def begins_message(lines: list[str], at: int) -> bool:
    """Return whether the head of a message begins at a line, as it does below other lines of a window."""
    plain = bare(lines[at])
    message = _message_at(lines, at, plain, first=False) if plain else None
    return message is not None and message.sure


def first_head(lines: list[str], end: int) -> int:
    """Return the first line before `end` that only says who wrote a message, or when; `end` if none does."""
    heads = (at for at in range(end) if begins_message(lines, at) or _is_head(bare(lines[at])))
    return next(heads, end)


def _is_head(line: str) -> bool:
    if len(line) > _MAX_LINE:
        return False
    if "@" in line:
        return _MAILBOX_LINE.match(line) is not None
    return _is_when(line) and (_BEGINS_WITH_CLOCK.match(line) or shown_date(line)) is not None


def _quoted(message: _Message, text: str) -> str:
    when = f"On {message.when}, " if message.when else ""
    return f"{when}{message.who} wrote:\n" + "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _are_of_window(above: list[str]) -> bool:
    """Return whether the lines above the first message are a subject and such, not running text."""
    return len(above) <= MAX_ABOVE and all(
        len(line) <= _MAX_LINE
        and not (_ENDS_TEXT.search(line) and (number or line[-1] not in "?!？！"))
        and field_of_line(line) is None
        and heading_of(line) is None
        for number, line in enumerate(above)
    )


def _messages(lines: list[str]) -> list[_Message]:
    found: list[_Message] = []
    filled = 0
    for at, line in enumerate(lines):
        if found and at < found[-1].end:
            continue
        plain = bare(line)
        if not plain:
            continue
        filled += 1
        if filled > MAX_ABOVE + 1 and not found:
            break
        if message := _message_at(lines, at, plain, first=not found):
            found.append(message)
            if len(found) == _MAX_MESSAGES:
                break
    return found


def _message_at(lines: list[str], at: int, plain: str, *, first: bool) -> _Message | None:
    """Return the head of a message that begins at a line: who wrote, and when or to whom."""
    if len(plain) > _MAX_LINE:
        return None
    mailbox = _MAILBOX_LINE.match(plain) if "@" in plain else None
    if not mailbox and not _NAME_LINE.match(plain):
        return None
    message = _Message(at, at + 1, mailbox["who"] if mailbox else plain)
    first_line = first and not any(bare(line) for line in lines[:at])
    if mailbox and mailbox["when"]:
        if not _is_when(mailbox["when"]) or is_attribution(plain):
            return None
        message.when = _without_remark(mailbox["when"])
    addressed = _read_head(lines, message)
    if not mailbox:  # a name alone takes both; below a subject, or `to me`
        return message if message.when and addressed and (message.to_reader or not first_line) else None
    message.sure = bool(message.when or addressed)
    if message.sure:
        return message
    if not (first and _stands_alone(lines, at)):
        return None
    below = next((each for each in range(at + 1, min(at + 4, len(lines))) if bare(lines[each])), at)
    if bare(lines[below]).casefold() in _READER:
        message.end = below + 1
    return message


def _read_head(lines: list[str], message: _Message) -> bool:
    """Take up the date and the recipients that stand below who wrote; whether there are recipients."""
    addressed = False
    for index in range(message.end, min(message.end + _MAX_LINES_OF_HEAD, len(lines))):
        line = bare(lines[index])
        named = field_of_line(line)
        if named and named[0] in {"to", "cc", "reply_to"}:
            message.fields.setdefault(*named)
            addressed = True
        elif not message.when and _is_when(line):
            message.when = _without_remark(line)
        elif _is_recipient(line) or "\u200b" in lines[index]:  # Outlook's lines end with a zero-width blank
            addressed = True
            message.to_reader = message.to_reader or _TO_READER.match(line) is not None
        else:
            break
        message.end = index + 1
    return addressed


def _stands_alone(lines: list[str], at: int) -> bool:
    """Return whether a mailbox is the text's first line, or one under a subject, with a blank line below."""
    return not any(bare(line) for line in lines[:at]) or (
        not any("@" in line for line in lines[:at])
        and at + 1 < len(lines)
        and not bare(lines[at + 1])
        and at <= MAX_ABOVE
    )


def _is_when(line: str) -> bool:
    if not line or len(line) > 80 or "@" in line or _ENDS_TEXT.search(line):
        return False
    words = re.findall(r"[^\W\d_]{2,}", re.sub(r"\([^)]*\)", "", line))
    return len(words) <= 7 and (_CLOCK.search(line) is not None or shown_date(line) is not None)


def _is_recipient(line: str) -> bool:
    return line.casefold() in _READER or (
        _RECIPIENT.match(line) is not None and len(line.split()) <= 8 and not line.endswith((".", "?", "!"))
    )


def _without_remark(when: str) -> str:
    """Return the date without `(2 hours ago)`."""
    return re.sub(r"\s*\((?![A-Z]{3}|[+-])[^)]*\)\s*$", "", when.translate(INVISIBLE)).strip()
