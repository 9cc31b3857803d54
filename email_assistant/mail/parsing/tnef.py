"""The text in Outlook's winmail.dat ([MS-OXTNEF]), for emails that have no other."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from email_assistant.mail.html.to_text import ReadHtml, html_to_text
from email_assistant.mail.parsing.rtf import decompressed, rtf_to_text
from email_assistant.mail.wire.charsets import codec_named, decoded

_SIGNATURE = 0x223E9F78
_BODY, _PROPERTIES, _CODE_PAGE = 0x0002800C, 0x00069003, 0x00069007
_PLAIN, _HTML, _RTF = 0x1000, 0x1013, 0x1009
_STRING_8, _UNICODE, _OBJECT, _BINARY = 0x001E, 0x001F, 0x000D, 0x0102
_MANY = 0x1000
_SIZES = {0x0002: 4, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 4,
          0x0014: 8, 0x0040: 8, 0x0048: 16}  # fmt: skip
_FIRST_NAMED = 0x8000


def tnef_to_text(data: bytes) -> ReadHtml:
    """Return the text of a message in TNEF; no text if there is none, or if it is damaged."""
    codec, found = "", dict[int, bytes | str]()
    try:
        for attribute, value in _attributes(data):
            if attribute == _CODE_PAGE:
                codec = codec_named(f"cp{int.from_bytes(value[:4], 'little')}") or ""
            elif attribute == _BODY:
                found[_PLAIN] = value
            elif attribute == _PROPERTIES:
                for name, content in _properties(value):
                    found.setdefault(name, content)
    except struct.error:
        pass  # it ends too early: what was found counts
    plain, html, rtf = (found.get(name, b"") for name in (_PLAIN, _HTML, _RTF))
    if text := _text(plain, codec).strip("\n"):
        return ReadHtml(text, hidden=False)
    if html:
        return html_to_text(_text(html, codec))
    return rtf_to_text(decompressed(rtf)) if isinstance(rtf, bytes) and rtf else ReadHtml("", hidden=False)


def _text(value: bytes | str, codec: str) -> str:
    text = value if isinstance(value, str) else decoded(value, codec or "utf-8")
    return text.rstrip("\0").replace("\r\n", "\n").replace("\r", "\n")


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each attribute of the message (section 2.1.2) and its data, as far as they are whole."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return
    at = 6
    while at < len(data):
        level, attribute, length = struct.unpack_from("<BII", data, at)
        if level == 1:
            yield attribute, data[at + 9 : at + 9 + length]
        at += 9 + length + 2  # a checksum


def _properties(data: bytes) -> Iterator[tuple[int, bytes | str]]:
    """Yield the texts and binaries among the message properties (section 2.1.3.4)."""
    (count,) = struct.unpack_from("<I", data)
    at = 4
    for _ in range(count):
        kind, name = struct.unpack_from("<HH", data, at)
        at += 4
        if name >= _FIRST_NAMED:
            (by_name,) = struct.unpack_from("<I", data, at + 16)
            at += 24
            if by_name:
                at += _padded(struct.unpack_from("<I", data, at - 4)[0])
        single = kind & ~_MANY
        values = 1
        if kind & _MANY or single in {_STRING_8, _UNICODE, _OBJECT, _BINARY}:
            (values,) = struct.unpack_from("<I", data, at)
            at += 4
        if single in _SIZES:
            at += _SIZES[single] * values
            continue
        for _ in range(values):
            (length,) = struct.unpack_from("<I", data, at)
            content = data[at + 4 : at + 4 + length]
            yield name, content.decode("utf-16-le", "replace") if single == _UNICODE else content
            at += 4 + _padded(length)


def _padded(length: int) -> int:
    return length + -length % 4
