"""Rich text as Outlook keeps it: decompressed, and made text, or the HTML that was wrapped in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from email_assistant.mail.html.to_text import ReadHtml, html_to_text
from email_assistant.mail.wire.charsets import codec_named

MAX_RTF = 8_000_000
"""Bytes of rich text that are read: pictures apart, more than any mail has."""

# [MS-OXRTFCP] section 2.1.3.1.1: what the dictionary begins with.
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW = 4096
_HEADER = 16

_TOKEN = re.compile(
    rb"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})? ?"
    rb"|\\'(?P<byte>[0-9A-Fa-f]{2})"
    rb"|\\(?P<symbol>[^A-Za-z'])"
    rb"|(?P<brace>[{}])"
    rb"|(?P<text>[^\\{}\r\n]+)"
    rb"|[\r\n]+|\\'?",
    re.DOTALL,
)
_NOT_TEXT = frozenset(  # groups that hold no text of the document
    {
        b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"objdata", b"header", b"headerl",
        b"headerr", b"headerf", b"footer", b"footerl", b"footerr", b"footerf", b"filetbl", b"listtable",
        b"listoverridetable", b"rsidtbl", b"generator", b"themedata", b"xmlnstbl", b"fldinst", b"datafield",
        b"bkmkstart", b"bkmkend", b"annotation", b"pgdsctbl", b"mhtmltag",
    }
)  # fmt: skip
_SAID_BY_WORD = {
    b"par": "\n", b"line": "\n", b"row": "\n", b"sect": "\n", b"page": "\n", b"tab": "\t", b"cell": " ",
    b"nestcell": " ", b"nestrow": "\n", b"emdash": "—", b"endash": "–", b"bullet": "•", b"lquote": "‘",
    b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"emspace": " ", b"enspace": " ",
}  # fmt: skip
_SAID_BY_SYMBOL = {b"~": "\u00a0", b"_": "-", b"\n": "\n", b"\r": "\n"}
_CODEC_OF_FONT = {  # \fcharset
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250",
}  # fmt: skip


def decompressed(data: bytes) -> bytes:
    """Undo the compression of PidTagRtfCompressed ([MS-OXRTFCP] section 2.2) as far as it goes."""
    kind, body = data[8:12], data[_HEADER : int.from_bytes(data[:4], "little") + 4]
    if kind == b"MELA":
        return body[:MAX_RTF]
    if kind != b"LZFu":
        return data[:MAX_RTF] if data.lstrip().startswith(b"{\\rtf") else b""
    out = bytearray(_DICTIONARY)
    at, end = 0, len(body)
    while at < end and len(out) < MAX_RTF:
        control = body[at]
        at += 1
        for bit in range(8):
            if at >= end:
                break
            if not control >> bit & 1:
                out.append(body[at])
                at += 1
                continue
            reference = int.from_bytes(body[at : at + 2], "big")
            at += 2
            # Offsets count in a ring; the one that is to be written next marks the end.
            back = (len(out) - (reference >> 4)) % _WINDOW
            if back == 0:
                return bytes(out[len(_DICTIONARY) :])
            for _ in range((reference & 0xF) + 2):
                out.append(out[-back] if back <= len(out) else 0x20)
    return bytes(out[len(_DICTIONARY) :])


def rtf_to_text(rtf: bytes) -> ReadHtml:
    """Read rich text as text; where it wraps HTML ([MS-OXRTFEX]), that HTML as text."""
    is_html = b"\\fromhtml" in rtf[:2_000]
    reader = _Reader(is_html=is_html)
    reader.read(rtf[:MAX_RTF])
    # Characters beyond the first plane are given by two numbers.
    text = "".join(reader.written).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if is_html:
        return html_to_text(text)
    text = re.sub(r"[ \t]+(?=\n)", "", text).strip("\n")
    return ReadHtml(text, hidden=reader.hidden, complete=len(rtf) < MAX_RTF)


@dataclass(frozen=True)
class _Group:
    """What holds from an opening brace to its closing one."""

    is_text: bool = True
    is_tag: bool = False
    """Within a tag of the wrapped HTML."""
    is_for_rtf: bool = False
    """Repeats in rich text what a tag says."""
    is_hidden: bool = False
    codec: str = ""
    replaced: int = 1
    """How many characters stand for one that was given by its number, for readers that know no Unicode."""


class _Reader:
    """The document as far as it was read."""

    def __init__(self, *, is_html: bool) -> None:
        self.written: list[str] = []
        self.hidden = False
        self._is_html = is_html
        self._codec = "cp1252"
        self._codecs: dict[int, str] = {}
        self._font = 0
        self._in_fonts = 0  # the depth of the table of fonts
        self._group = _Group()
        self._stack: list[_Group] = []
        self._bytes = bytearray()
        self._skip = 0
        self._starred = False

    def read(self, rtf: bytes) -> None:
        """Go through all tokens once."""
        for token in _TOKEN.finditer(rtf):
            if brace := token["brace"]:
                self._brace(brace)
            elif byte := token["byte"]:
                self._take(bytes([int(byte, 16)]))
            elif text := token["text"]:
                self._take(text)
            elif word := token["word"]:
                self._word(word, int(token["number"]) if token["number"] else None)
            elif symbol := token["symbol"]:
                if symbol == b"*":
                    self._starred = True
                elif symbol in b"\\{}":
                    self._take(symbol)
                else:
                    self._flush()
                    self._say(_SAID_BY_SYMBOL.get(symbol, ""))
        self._flush()

    def _brace(self, brace: bytes) -> None:
        self._flush()
        self._starred = False
        self._skip = 0
        if brace == b"{":
            self._stack.append(self._group)
        elif self._stack:
            self._group = self._stack.pop()
            if len(self._stack) < self._in_fonts:
                self._in_fonts = 0

    def _word(self, word: bytes, number: int | None) -> None:
        if word == b"u" and number is not None:
            self._flush()
            self._say(chr(number % 0x10000))
            self._skip = self._group.replaced
            return
        starred, self._starred = self._starred, False
        if word in _SAID_BY_WORD:
            self._flush()
            self._say(_SAID_BY_WORD[word])
            return
        changed = self._changed(word, number, starred=starred)
        if changed is not self._group:
            self._flush()
            self._group = changed

    def _changed(self, word: bytes, number: int | None, *, starred: bool) -> _Group:
        group = self._group
        match word:
            case b"htmltag":
                return replace(group, is_tag=self._is_html, is_text=self._is_html)
            case b"htmlrtf":
                return replace(group, is_for_rtf=number != 0)
            case b"v":
                return replace(group, is_hidden=number != 0)
            case b"plain":
                return replace(group, is_hidden=False)
            case b"uc":
                return replace(group, replaced=max(0, min(number or 0, 9)))
            case b"ansicpg":
                self._codec = codec_named(f"cp{number}") or self._codec
            case b"mac":
                self._codec = "mac_roman"
            case b"f" if number is not None:
                self._font = number
                return replace(group, codec=self._codecs.get(number, ""))
            case b"fcharset" if self._in_fonts and number in _CODEC_OF_FONT:
                self._codecs[self._font] = _CODEC_OF_FONT[number]
            case b"fonttbl":
                self._in_fonts = len(self._stack)
                return replace(group, is_text=False)
            case _ if word in _NOT_TEXT or starred:
                return replace(group, is_text=False)
        return group

    def _take(self, data: bytes) -> None:
        if self._skip:
            dropped = min(self._skip, len(data))
            self._skip -= dropped
            data = data[dropped:]
        self._bytes += data

    def _flush(self) -> None:
        if self._bytes:
            data = bytes(self._bytes)
            self._bytes.clear()
            self._say(data.decode(self._group.codec or self._codec, "replace"))

    def _say(self, text: str) -> None:
        group = self._group
        if not group.is_text or (self._is_html and group.is_for_rtf and not group.is_tag):
            return
        if group.is_hidden and not self._is_html:
            self.hidden |= any(map(str.isalnum, text))
            return
        self.written.append(text)
