"""The source of a message made fit to read: its encoding, and its header parted from its body."""

from __future__ import annotations

import re

from email_assistant.mail.wire.charsets import codec_named, decoded
from email_assistant.mail.wire.header_decoding import MAX_FIELD, decode_header, raw_text

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_MBOX_LINE = re.compile(rb">?From (?:\S+ .*\d{4}|- |\S+@\S+)")
_BARE_PARAMETER = re.compile(
    rb"\s*(?:boundary|charset|name|filename|type|format|delsp)\*?\d*\*?=", re.IGNORECASE
)
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:\\.|[^"\\])*+(?:"|$)|[^;]*)', re.DOTALL)
_BLANK_LINES = re.compile(rb"(?:[ \t]*\r?\n)+")
_CONTINUES = re.compile(rb"[ \t]+\S|[!-9;-~]+[ \t]*:")
_MAX_HEADER_BYTES = 4_000_000
_MAX_PARAMETERS = 20_000


class Header:
    """The fields of a header: raw values, bytes over 127 as surrogates, by name without case."""

    def __init__(self) -> None:
        self._fields: dict[str, list[str]] = {}

    def add(self, name: bytes, value: bytes) -> None:
        """Take in one field as it stands in the source."""
        if name:
            text = value.strip(b" \t\r\n").decode("ascii", "surrogateescape")
            self._fields.setdefault(name.decode("ascii").lower(), []).append(text)

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def __len__(self) -> int:
        return len(self._fields)

    def raw(self, name: str) -> str:
        """Return the first field of that name, or ""."""
        return self._fields.get(name, [""])[0]

    def items(self) -> list[tuple[str, str]]:
        """Return every field as (name in lower case, raw value)."""
        return [(name, value) for name, values in self._fields.items() for value in values]

    def all(self, name: str) -> list[str]:
        """Return every field of that name."""
        return self._fields.get(name, [])

    def text(self, name: str, charset: str = "") -> str:
        """Return the first field of that name as decoded text."""
        return decode_header(self.raw(name)[:MAX_FIELD], charset=charset)

    def value(self, name: str) -> str:
        """Return the first field of that name without its parameters, in lower case."""
        return raw_text(self.raw(name)).partition(";")[0].strip().lower()

    def parameter(self, field: str, name: str) -> str:
        """Return one parameter of a field, RFC 2231 and, since many programs write it, RFC 2047 decoded."""
        pieces: dict[int, tuple[str, bool]] = {}
        for found in _PARAMETER.finditer(self.raw(field)[:_MAX_PARAMETERS]):
            key = re.fullmatch(r"([^*]+)(?:\*(\d+))?(\*)?", found[1])
            if key and key[1].lower() == name:
                value = (
                    re.sub(r"\\(.)", r"\1", found[2][1:].removesuffix('"'))
                    if found[2][:1] == '"'
                    else found[2].strip()  # a quoted piece may end in a blank, where the value was cut
                )
                # A plain value is kept apart from the encoded one, which goes before it.
                number = int(key[2]) if key[2] else (-1 if key[3] else -2)
                pieces.setdefault(number, (value, bool(key[3])))
        if set(pieces) == {-2}:
            return decode_header(pieces[-2][0])
        if -1 in pieces:
            return _rfc_2231([pieces[-1]])
        return _rfc_2231([pieces[number] for number in sorted(pieces) if number >= 0])


def _rfc_2231(pieces: list[tuple[str, bool]]) -> str:
    """Join the pieces of one parameter value (RFC 2231 section 3) and decode them (section 4)."""
    charset, data = "", b""
    for at, (value, encoded) in enumerate(pieces):
        raw = value.encode("utf-8", "surrogateescape")
        if encoded and at == 0 and raw.count(b"'") >= 2:
            named, _, raw = raw.split(b"'", 2)
            charset = named.decode("ascii", "replace")
        data += re.sub(rb"%([0-9A-Fa-f]{2})", lambda byte: bytes([int(byte[1], 16)]), raw) if encoded else raw
    text = decoded(data, codec_named(charset) or "cp1252")
    return decode_header(text) if not any(encoded for _, encoded in pieces) else text


def as_bytes(data: bytes) -> bytes:
    """Take off a byte order mark, and turn UTF-16 into UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").encode("utf-8", "replace")
    # UTF-16 without its mark: every other byte of the ASCII header is zero.
    head = data[:200]
    if len(head) > 20 and head.count(0) >= len(head) // 2 - 2:
        codec = "utf-16-be" if head[0] == 0 else "utf-16-le"
        return data.decode(codec, "replace").encode("utf-8", "replace")
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\r" in data and b"\n" not in data:
        data = data.replace(b"\r", b"\n")  # the old Macintosh
    return data


def split_header(data: bytes, start: int = 0, end: int | None = None) -> tuple[Header, int]:
    """Read the header of a message or MIME entity in `data[start:end]`; return it and where the body begins.

    A line that is neither field nor continuation is passed over while fields follow closely, as some servers
    prepend lines of their own; the first such line after which none follows begins the body.
    """
    header = Header()
    name, value = b"", [b""]
    end = len(data) if end is None else end
    at, last = start, min(end, start + _MAX_HEADER_BYTES)
    if start == 0 and (blank := _BLANK_LINES.match(data, 0, end)):
        at = blank.end()
    while at < last:
        stop = data.find(b"\n", at, end) + 1 or end
        bare = data[at:stop].rstrip(b"\r\n")
        field = _FIELD.match(bare)
        if not bare.strip():
            # A line of blanks may stand inside a folded field; an empty one ends the header.
            if not (bare and name and _CONTINUES.match(data, stop, end)):
                at = stop
                break
        elif name and bare[:1] in b" \t":
            value.append(bare)
        elif name and value[-1].rstrip().endswith(b";") and _BARE_PARAMETER.match(bare):
            value.append(b" " + bare)  # folded, but the blank got lost
        elif field and not _MBOX_LINE.match(bare):
            header.add(name, b"\n".join(value))
            name, value = field[1], [field[2]]
        elif not _fields_follow(data, stop, end):
            break
        at = stop
    header.add(name, b"\n".join(value))
    return header, at


def _fields_follow(data: bytes, at: int, end: int) -> bool:
    """Return whether a header field stands in one of the next lines, before a blank one."""
    for line in data[at : min(end, at + 4000)].split(b"\n", 4)[:4]:
        if not line.strip():
            return False
        if _FIELD.match(line):
            return True
    return False


def messages_in_mbox(data: bytes) -> int:
    """Count the messages of an mbox (RFC 4155): `From ` lines at the start or after a blank one.

    None where it does not begin with one: then such a line is only text.
    """
    if not data.startswith(b"From "):
        return 0
    return len(re.findall(rb"(?:\A|\n\r?\n)From \S+ .*\d{4}\r?\n[!-9;-~]+:", data))
