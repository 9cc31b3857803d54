"""The MIME tree of a message (RFC 2045, 2046) as its text and its attachments."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field
from quopri import decodestring

from email_assistant.mail.charsets import codec_named, decoded, guessed
from email_assistant.mail.flowed import unflowed
from email_assistant.mail.headers import lenient_base64
from email_assistant.mail.html import html_to_text
from email_assistant.mail.message import Attachment
from email_assistant.mail.source import Header, split_header

_DEEPEST = 500
_MOST_PARTS = 5_000
_MOST_EMBEDDED = 20
_TEXTS = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext", "text/x-amp-html"})
_EMBEDDED = frozenset({"message/rfc822", "message/global", "message/delivery-status", "text/rfc822-headers"})


@dataclass
class Part:
    """One MIME entity: its header, and where its body lies in the source."""

    header: Header
    source: bytes
    start: int
    end: int
    depth: int = 0
    default_type: str = "text/plain"

    @property
    def media_type(self) -> str:
        """Type and subtype, in lower case; RFC 2045 section 5.2 says what an absent or broken one means."""
        value = re.sub(r"\s+", "", self.header.value("content-type"))
        return value if re.fullmatch(r"[\w.+-]+/[\w.+-]+", value) else _of_bare_type(value, self.default_type)

    @property
    def filename(self) -> str:
        """The name the sender gave it, without a path; "" where it gave none."""
        name = self.header.parameter("content-disposition", "filename") or self.header.parameter(
            "content-type", "name"
        )
        return re.split(r"[/\\]", name.rstrip("/\\"))[-1] if name else ""

    @property
    def data(self) -> bytes:
        """The body with its content transfer encoding undone (RFC 2045 section 6), as far as it goes."""
        body = self.source[self.start : self.end]
        match self.header.value("content-transfer-encoding").partition(" ")[0]:
            case "base64":
                return lenient_base64(body)
            case "quoted-printable":
                return decodestring(body)
            case "x-uuencode" | "uuencode" | "x-uue" | "uue":
                return uudecoded(body)
        return body

    @property
    def text(self) -> str:
        """The body as text, lines ended by LF; HTML is still HTML."""
        data = self.data
        codec = codec_named(self.header.parameter("content-type", "charset"))
        text = decoded(data, codec) if codec else guessed(data)
        return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")


@dataclass
class Content:
    """What was found in a message."""

    text: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    hidden_text: bool = False
    media_types: set[str] = field(default_factory=set)
    complete: bool = True
    """False where the message is nested deeper, or has more parts or text, than any real one."""


def read_content(root: Part) -> Content:
    """Walk the tree without recursion, so that no nesting exhausts the stack."""
    content = Content()
    texts: list[str] = []
    embedded: list[Part] = []
    todo: list[tuple[Part, bool]] = [(root, True)]
    seen = 0
    while todo and (seen := seen + 1) <= _MOST_PARTS:
        part, as_text = todo.pop()
        media_type = part.media_type
        content.media_types.add(media_type)
        if media_type.startswith("multipart/") and part.depth < _DEEPEST and (parts := children(part)):
            readable = {
                id(each) for each in (_chosen(parts) if media_type == "multipart/alternative" else parts)
            }
            todo += [(each, as_text and id(each) in readable) for each in reversed(parts)]
        elif media_type.startswith("multipart/") or _is_text(part, media_type):
            if as_text:
                texts.append(_leaf_text(part, media_type, content))
        else:
            if media_type in _EMBEDDED:
                embedded.append(part)
            content.attachments.append(
                Attachment(filename=part.filename, media_type=media_type, size=len(part.data))
            )
    content.complete &= not todo
    content.text = "\n".join(text.strip("\n") for text in texts if text.strip())
    for part in embedded:
        if content.text or part.depth > _MOST_EMBEDDED:
            break
        content.text = read_content(embedded_message(part)).text
    return content


def embedded_message(part: Part) -> Part:
    """The message that a message/rfc822 part (RFC 2046 section 5.2) or a delivery report's block holds."""
    data = part.data
    if part.media_type == "message/delivery-status":
        return Part(Header(), data, 0, len(data), part.depth + 1)
    header, start = split_header(data)
    return Part(header, data, start, len(data), part.depth + 1)


def children(part: Part) -> list[Part]:
    """The parts of a multipart entity (RFC 2046 section 5.1.1); a last one that is not closed counts too."""
    boundary = part.header.parameter("content-type", "boundary").rstrip()
    source, end = part.source, part.end
    if not boundary:
        found = re.compile(rb"\s*--([^\r\n]{1,200}?)[ \t]*\r?\n").match(source, part.start, end)
        boundary = found[1].decode("utf-8", "surrogateescape") if found else ""
    if not boundary:
        return []
    mark = boundary.encode("utf-8", "surrogateescape")
    delimiter = re.compile(rb"--" + re.escape(mark) + rb"(--)?[ \t]*\r?(?:\n|\Z)")
    default_type = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
    found_parts: list[Part] = []
    begin: int | None = None
    for line in delimiter.finditer(source, part.start, end):
        if line.start() > part.start and source[line.start() - 1] != 0x0A:
            continue
        if begin is not None:
            found_parts.append(_part(source, begin, line.start(), part.depth + 1, default_type))
        begin = None if line[1] else line.end()
        if len(found_parts) > _MOST_PARTS:
            return found_parts
    if begin is not None:
        found_parts.append(_part(source, begin, end, part.depth + 1, default_type))
    return found_parts


def _part(source: bytes, start: int, end: int, depth: int, default_type: str) -> Part:
    # The line end before a delimiter belongs to the delimiter.
    if source[max(start, end - 2) : end] == b"\r\n":
        end -= 2
    elif source[max(start, end - 1) : end] == b"\n":
        end -= 1
    header, body = split_header(source, start, end)
    return Part(header, source, min(body, end), end, depth, default_type)


def _chosen(parts: list[Part]) -> list[Part]:
    """Of alternatives, every plain one that says something, else the last that can be read as text."""
    if plain := [part for part in parts if _is_plain(part)]:
        return plain
    return [part for part in parts if part.media_type.startswith("multipart/") or part.media_type in _TEXTS][
        -1:
    ]


def _is_plain(part: Part) -> bool:
    """Whether a part is plain text, or a group of parts with plain text and no HTML among them."""
    if part.media_type == "text/plain":
        return bool(part.text.strip())
    if part.media_type != "multipart/mixed":
        return False
    inner = children(part)
    return all(each.media_type != "text/html" for each in inner) and any(
        each.media_type == "text/plain" and each.text.strip() for each in inner
    )


def _is_text(part: Part, media_type: str) -> bool:
    """Whether a leaf is part of the text to read, not a file beside it."""
    if part.header.value("content-disposition") == "attachment" or media_type not in _TEXTS:
        return False
    return not part.filename


def _leaf_text(part: Part, media_type: str, content: Content) -> str:
    text = part.text
    if media_type == "text/html":
        read = html_to_text(text)
        content.hidden_text |= read.hidden
        content.complete &= read.complete
        return read.text
    if part.header.parameter("content-type", "format").lower() == "flowed":
        return unflowed(text, delsp=part.header.parameter("content-type", "delsp").lower() == "yes")
    return text


def uudecoded(body: bytes) -> bytes:
    """Decode uuencoded data, line by line, as far as it goes."""
    out = []
    for line in body.split(b"\n"):
        try:
            out.append(binascii.a2b_uu(line.rstrip(b"\r")))
        except binascii.Error:
            continue  # the lines `begin` and `end`, and damage
    return b"".join(out)


def _of_bare_type(value: str, default: str) -> str:
    if value.startswith("multipart"):
        return "multipart/mixed"
    return "text/html" if value in {"html", "text/htm"} else default
