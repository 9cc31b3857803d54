"""The MIME tree of a message (RFC 2045, 2046): its parts, and what each of them holds."""

from __future__ import annotations

import re
from dataclasses import dataclass

from email_assistant.mail.parsing.source import Header, split_header
from email_assistant.mail.wire.charsets import codec_named, codec_of_html, decoded, guessed
from email_assistant.mail.wire.transfer import base64_text, lenient_base64, quoted_printable, uudecoded

MAX_PARTS = 5_000
_MAX_SHARED = 8
"""The depth to which a boundary may be that of the entity around it: each level reads the rest once more."""
# How a boundary that the header does not name, or names wrongly, is known: a field of a part stands below it.
_BOUNDARY_LINE = re.compile(
    rb"^--([^\r\n]{1,200}?)[ \t]*\r?\n(?=Content-[!-9;-~]+[ \t]*:)", re.MULTILINE | re.IGNORECASE
)
_FIRST_LINE = re.compile(rb"\s*--([^\r\n]{1,200}?)[ \t]*\r?\n")


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
    def boundary(self) -> str:
        """What its header says that its parts are delimited by."""
        return self.header.parameter("content-type", "boundary").rstrip()

    @property
    def filename(self) -> str:
        """The name the sender gave it, without a path; "" where it gave none."""
        name = self.header.parameter("content-disposition", "filename") or self.header.parameter(
            "content-type", "name"
        )
        return re.split(r"[/\\]", name.rstrip("/\\"))[-1] if name else ""

    @property
    def is_attachment(self) -> bool:
        """Whether the sender wanted it to be a file beside the text."""
        return self.header.value("content-disposition") == "attachment"

    @property
    def data(self) -> bytes:
        """The body with its content transfer encoding undone (RFC 2045 section 6), as far as it goes."""
        body = self.source[self.start : self.end]
        match self.header.value("content-transfer-encoding").partition(" ")[0]:
            case "base64":
                return base64_text(body) if self.media_type.startswith("text/") else lenient_base64(body)
            case "quoted-printable":
                return quoted_printable(body)
            case "x-uuencode" | "uuencode" | "x-uue" | "uue":
                return uudecoded(body)
        return body

    @property
    def text(self) -> str:
        """The body as text, lines ended by LF; HTML is still HTML."""
        data = self.data
        codec = codec_named(self.header.parameter("content-type", "charset"))
        if self.media_type == "text/html" and codec in {None, "ascii", "cp1252"}:
            codec = codec_of_html(data) or codec
        text = decoded(data, codec) if codec else guessed(data)
        return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")


def embedded_message(part: Part) -> Part:
    """Return the message in a message/rfc822 part (RFC 2046 section 5.2) or a delivery report."""
    data = part.data
    if part.media_type == "message/delivery-status":
        return Part(Header(), data, 0, len(data), part.depth + 1)
    header, start = split_header(data)
    return Part(header, data, start, len(data), part.depth + 1)


def children(part: Part) -> list[Part]:
    """Return the parts of a multipart entity (RFC 2046 section 5.1.1).

    A last one that is not closed counts too.
    """
    source, end = part.source, part.end
    named = part.boundary
    found_parts = _parts_at(part, named) if named else []
    if not found_parts and (
        found := _BOUNDARY_LINE.search(source, part.start, end) or _FIRST_LINE.match(source, part.start, end)
    ):
        found_parts = _parts_at(part, found[1].decode("utf-8", "surrogateescape"))
    return found_parts


def begins_with_boundary(part: Part) -> bool:
    """Return whether the body begins as that of a multipart entity does, and the boundary comes again."""
    found = _BOUNDARY_LINE.match(part.source, part.start, part.end)
    return found is not None and part.source.find(b"\n--" + found[1], found.end(), part.end) != -1


def _parts_at(part: Part, boundary: str) -> list[Part]:
    source, end = part.source, part.end
    mark = boundary.encode("utf-8", "surrogateescape")
    delimiter = re.compile(rb"--" + re.escape(mark) + rb"(--)?[ \t]*\r?(?:\n|\Z)")
    default_type = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
    found_parts: list[Part] = []
    begin: int | None = None
    # Some programs give a multipart entity the boundary of the one around it: it ends where that is closed.
    is_shared = False
    for line in delimiter.finditer(source, part.start, end):
        if line.start() > part.start and source[line.start() - 1] != 0x0A:
            continue
        if is_shared and not line[1]:
            continue
        if begin is not None:
            found = _part(source, begin, line.start(), part.depth + 1, default_type)
            if is_shared := not (is_shared or line[1]) and _is_delimited_by(boundary, found):
                continue
            found_parts.append(found)
        begin = None if line[1] else line.end()
        if len(found_parts) > MAX_PARTS:
            return found_parts
    if begin is not None:
        found_parts.append(_part(source, begin, end, part.depth + 1, default_type))
    return found_parts


def _is_delimited_by(boundary: str, part: Part) -> bool:
    return (
        part.depth <= _MAX_SHARED and part.media_type.startswith("multipart/") and part.boundary == boundary
    )


def _part(source: bytes, start: int, end: int, depth: int, default_type: str) -> Part:
    # The line end before a delimiter belongs to the delimiter.
    if source[max(start, end - 2) : end] == b"\r\n":
        end -= 2
    elif source[max(start, end - 1) : end] == b"\n":
        end -= 1
    header, body = split_header(source, start, end)
    return Part(header, source, min(body, end), end, depth, default_type)


def _of_bare_type(value: str, default: str) -> str:
    if value.startswith("multipart"):
        return "multipart/mixed"
    return "text/html" if value in {"html", "text/htm"} else default
