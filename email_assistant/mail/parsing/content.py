"""The text of a message and what it carries beside it, found in its MIME tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from email_assistant.mail.html.to_text import ReadHtml, html_to_text, looks_like_html
from email_assistant.mail.message import Attachment
from email_assistant.mail.parsing.invitation import calendar_to_text
from email_assistant.mail.parsing.mime import (
    MAX_PARTS,
    Part,
    begins_with_boundary,
    children,
    embedded_message,
)
from email_assistant.mail.parsing.smime import signed_content
from email_assistant.mail.parsing.source import Header, split_header
from email_assistant.mail.parsing.tnef import tnef_to_text
from email_assistant.mail.wire.flowed import unflowed

_DEEPEST = 500
MAX_EMBEDDED = 20
_MAX_STUB_WORDS = 200
_FEW_WORDS = 60
_MAX_HTML_DEPTH = 3
_TEXTS = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext", "text/x-amp-html"})
_ENRICHED = frozenset({"text/enriched", "text/richtext"})
_COMMAND = re.compile(r"<<|</?[A-Za-z\d-]{1,60}>")
_PARAM = re.compile(r"<param>[^<]{0,500}</param>", re.IGNORECASE)
_MESSAGES = frozenset({"message/rfc822", "message/global"})
_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status", "text/rfc822-headers"})
_SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_ENCRYPTED = _SEALED | {"multipart/encrypted", "application/pgp-encrypted"}
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
FORWARDED = "---------- Forwarded message ----------"
_SHOWN_FIELDS = ("From", "Date", "Subject", "To", "Cc")
_REPORTED = re.compile(rb"^Action[ \t]*:[ \t]*([a-z]+)", re.MULTILINE | re.IGNORECASE)
_STATUS = re.compile(rb"^Status[ \t]*:[ \t]*([245])\.", re.MULTILINE | re.IGNORECASE)
_ACTION_OF_STATUS = {"2": "delivered", "4": "delayed", "5": "failed"}
_NO_PROSE = re.compile(r"\S*(?:://|@|www\.)\S*")
_ABOUT_HTML = re.compile(
    r"html|browser|mail (?:client|program|reader)|view (?:this|it)|online|web ?version", re.IGNORECASE
)
# A word, or in scripts that put no blanks between words any two characters.
_WORD = re.compile(r"(?=([\u3040-\u30ff\u3400-\u9fff]{2}))|([^\W\d_\u3040-\u30ff\u3400-\u9fff]{2,})")


@dataclass
class Content:
    """What was found in a message."""

    text: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    hidden_text: bool = False
    media_types: set[str] = field(default_factory=set)
    complete: bool = True
    """False where the message is nested deeper, or has more parts or text, than any real one."""
    encrypted: bool = False
    """Whether a part is there that only a key opens."""
    sealed: bool = False
    """Whether such a part stands where the text would begin."""
    actions: set[str] = field(default_factory=set)
    """What a report says became of a message (RFC 3464 section 2.3.3)."""

    def take(self, read: ReadHtml) -> str:
        """Return the text of a part; what is to be known of it is noted."""
        self.hidden_text |= read.hidden
        self.complete &= read.complete
        return read.text


def read_content(root: Part) -> Content:
    """Walk the tree without recursion, so that no nesting exhausts the stack."""
    content = Content()
    texts: list[str] = []
    all_named = True
    others: list[Part] = []  # what may hold the text where no part is plainly it
    messages: list[Part] = []
    todo: list[tuple[Part, _Use]] = [(root, _Use(as_text=True))]
    seen = 0
    while todo and (seen := seen + 1) <= MAX_PARTS:
        part, use = todo.pop()
        media_type = part.media_type
        content.media_types.add(media_type)
        if use.as_text and media_type in _ENCRYPTED:
            if opened := _opened(part, media_type):
                todo.append((opened, use))
                continue
            content.encrypted = True
            content.sealed |= not any(text.strip() for text in texts)
        parts = children(part) if part.depth < _DEEPEST and _is_multipart(part, media_type) else []
        if parts:
            todo += reversed(list(_uses(parts, media_type, use)))
        elif media_type.startswith("multipart/") or _is_text(part, media_type, use, all_named=all_named):
            if use.as_text:
                texts.append(_leaf_text(part, media_type, content))
                all_named &= bool(part.filename)
        else:
            if media_type in _REPORTS:
                content.actions |= _reported(part.data)
            if use.as_text and media_type in _MESSAGES and not part.is_attachment:
                messages.append(part)
            others.append(part)
            content.attachments.append(
                Attachment(filename=part.filename, media_type=media_type, size=len(part.data))
            )
    content.complete &= not todo
    content.text = "\n".join(text.strip("\n") for text in texts if text.strip())
    if not content.text and not content.sealed:
        content.text = _text_of_others(others, messages, root, content)
    _add_messages(content, messages)
    return content


@dataclass(frozen=True)
class _Use:
    """What a part is good for."""

    as_text: bool
    is_alternative: bool = False
    """A part of an alternative is the text, though it may have a name."""
    in_report: bool = False


def _is_multipart(part: Part, media_type: str) -> bool:
    """Return whether an entity has parts; some messages lost the field that says so, or have a wrong one."""
    return media_type.startswith("multipart/") or (
        part.depth == 0 and media_type == "text/plain" and begins_with_boundary(part)
    )


def _uses(parts: list[Part], media_type: str, use: _Use) -> Iterator[tuple[Part, _Use]]:
    is_alternative = media_type == "multipart/alternative"
    readable = {id(each) for each in (_chosen(parts) if is_alternative else parts)}
    in_report = use.in_report or media_type == "multipart/report"
    for each in parts:
        # A report's last part is the message that it is about.
        as_text = use.as_text and id(each) in readable and not (in_report and each.media_type in _MESSAGES)
        yield each, _Use(as_text, is_alternative or use.is_alternative, in_report)


def _opened(part: Part, media_type: str) -> Part | None:
    """Return the entity in a part that is signed as a whole; None if it is encrypted."""
    data = signed_content(part.data) if media_type in _SEALED else None
    if data is None:
        return None
    header, start = split_header(data)
    return Part(header, data, start, len(data), part.depth + 1)


def _text_of_others(others: list[Part], messages: list[Part], root: Part, content: Content) -> str:
    """Return the text if no part is plainly it: of a file alone, an invitation, a report."""
    for part in others:
        media_type = part.media_type
        text = ""
        if media_type in _TEXTS and (part is root or not part.is_attachment):
            text = _leaf_text(part, media_type, content)
        elif media_type == "text/calendar" or (
            part.filename.lower().endswith(".ics") and not part.is_attachment
        ):
            text = calendar_to_text(part.text)
        elif media_type in _TNEF or part.filename.lower() == "winmail.dat":
            text = content.take(tnef_to_text(part.data))
        if text.strip():
            return text.strip("\n")
    if messages:
        return ""
    for part in others:
        if part.media_type in _MESSAGES | _REPORTS and part.depth <= MAX_EMBEDDED:
            inner = read_content(embedded_message(part))
            content.hidden_text |= inner.hidden_text
            if inner.text:
                return inner.text
    return ""


def _add_messages(content: Content, messages: list[Part]) -> None:
    """Put the messages that are shown below a text there, as mail programs forward them."""
    add_messages(
        content,
        [
            (embedded.header, read_content(embedded))
            for part in messages[:MAX_EMBEDDED]
            if part.depth <= MAX_EMBEDDED
            for embedded in [embedded_message(part)]
        ],
    )


def add_messages(content: Content, messages: list[tuple[Header, Content]]) -> None:
    """Put messages with their headers below a text; where there is none, a single one's is the text."""
    content.hidden_text |= any(inner.hidden_text for _, inner in messages)
    if len(messages) == 1 and not content.text.strip():
        content.text = messages[0][1].text
        return
    for header, inner in messages:
        if inner.text:
            shown = ((name, header.text(name.lower())) for name in _SHOWN_FIELDS)
            fields = [f"{name}: {value}" for name, value in shown if value]
            forwarded = "\n".join([FORWARDED, *fields, "", inner.text])
            content.text = f"{content.text}\n\n{forwarded}" if content.text else forwarded


def _chosen(parts: list[Part]) -> list[Part]:
    """Return every plain alternative that says something, else the last that can be read as text.

    A plain one that says something else than the HTML beside it, as that it is there, gives way to it.
    """
    plain = [part for part in parts if _is_plain(part)]
    rich = [part for part in parts if part.media_type.startswith("multipart/") or part.media_type in _TEXTS]
    if plain and not ((html := _html_in(rich[-1])) and all(_is_stub(part, html) for part in plain)):
        return plain
    return [part for part in rich if part.media_type not in _TEXTS or part.text.strip()][-1:] or rich[-1:]


def _html_in(part: Part, depth: int = 0) -> Part | None:
    if part.media_type == "text/html":
        return part
    if depth == _MAX_HTML_DEPTH or not part.media_type.startswith("multipart/"):
        return None
    return next((html for each in children(part)[:4] if (html := _html_in(each, depth + 1))), None)


def _is_stub(plain: Part, html: Part) -> bool:
    """Return whether a plain alternative is not the message: HTML's source, or a hint at HTML."""
    text = plain.text
    if looks_like_html(text):
        return True
    if text.count(" ") > _MAX_STUB_WORDS * 2:
        return False
    words = _words(text)
    if len(words) > (_MAX_STUB_WORDS if _ABOUT_HTML.search(text) else _FEW_WORDS):
        return False
    said = _words(html_to_text(html.text).text)
    return len(said) >= 3 and len(words & said) < len(words) / 2 + (not words)


def _words(text: str) -> set[str]:
    return {found[1] or found[2] for found in _WORD.finditer(_NO_PROSE.sub(" ", text).casefold())}


def _is_plain(part: Part) -> bool:
    """Return whether a part is plain text, or a group of parts with plain text and no HTML among them."""
    if part.media_type == "text/plain":
        return bool(part.text.strip())
    if part.media_type != "multipart/mixed":
        return False
    inner = children(part)
    return all(each.media_type != "text/html" for each in inner) and any(
        each.media_type == "text/plain" and each.text.strip() for each in inner
    )


def _is_text(part: Part, media_type: str, use: _Use, *, all_named: bool) -> bool:
    """Return whether a leaf is part of the text to read, not a file beside it."""
    if part.is_attachment or media_type not in _TEXTS:
        return False
    # The text that a message begins with is its own, though it may have a name; and then the next ones are.
    return (
        not part.filename or use.is_alternative or (all_named and use.as_text and media_type == "text/plain")
    )


def _leaf_text(part: Part, media_type: str, content: Content) -> str:
    text = part.text
    if media_type == "text/html" or looks_like_html(text):
        return content.take(html_to_text(text))
    if media_type in _ENRICHED:
        return _without_commands(text)
    if part.header.parameter("content-type", "format").lower() == "flowed":
        return unflowed(text, delsp=part.header.parameter("content-type", "delsp").lower() == "yes")
    return text


def _without_commands(text: str) -> str:
    """Return the text of text/enriched (RFC 1896): one line end is a blank, of several one goes.

    `<<` is `<`.
    """
    text = _COMMAND.sub(lambda found: "<" if found[0] == "<<" else "", _PARAM.sub("", text))
    return re.sub(r"\n(\n*)", lambda ends: ends[1] or " ", text.strip("\n"))


def _reported(data: bytes) -> set[str]:
    if actions := {action.decode().lower() for action in _REPORTED.findall(data)}:
        return actions
    return {_ACTION_OF_STATUS[status.decode()] for status in _STATUS.findall(data)}
