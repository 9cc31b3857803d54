"""Bytes to text: the charsets that mail names, those it means, and what to do when it names none."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

# The codec that a charset's name means in practice: what Windows wrote under that name (WHATWG Encoding).
_MEANT = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "latin-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "cp950",
}
# Names that Python does not know.
_NAMES = {
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "korean": "cp949",
    "x-gbk": "gb18030",
    "x-sjis": "cp932",
    "x-windows-949": "cp949",
    "windows-31j": "cp932",
    "windows-874": "cp874",
    "x-mac-cyrillic": "mac_cyrillic",
    "macintosh": "mac_roman",
    "x-mac-roman": "mac_roman",
    "x-mac-ce": "mac_latin2",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "x-unicode-2-0-utf-7": "utf-7",
    "x-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "ansi_x3.4-1968": "cp1252",
    "big5-hkscs": "big5hkscs",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "din_66003": "ascii",
    "x-ias-german": "ascii",
}
_FEWEST_FOREIGN = 12  # bytes
_TO_JAPANESE = re.compile(rb"\x1b\$[@B]")
_ESCAPE_TO_KANA = b"\x1b(I"


def codec_named(charset: str) -> str | None:
    """The Python codec for a MIME charset name as mail uses it, or None for a name that is none."""
    name = re.sub(r"^(?:3d|=\s*)|[\s\"';,].*$", "", charset.strip().strip("\"'").lower())
    name = re.sub(r"^(?:cp|windows)[-_]?(125\d)$", r"cp\1", name)
    try:
        codec = codecs.lookup(_NAMES.get(name, name))
    except (LookupError, ValueError):
        return None
    if codec.name in {"utf-16", "utf-32", "idna", "punycode", "undefined", "unicode_escape"}:
        return codec.name if codec.name.startswith("utf") else None
    return _MEANT.get(codec.name, codec.name) if codec._is_text_encoding else None


def decoded(data: bytes, codec: str) -> str:
    """Decode by a codec from `codec_named`, never failing: what does not fit becomes U+FFFD."""
    if codec.startswith("iso2022_jp"):
        return _iso_2022_jp(data)
    if codec == "cp1252" and _TO_JAPANESE.search(data):
        return _iso_2022_jp(data)  # seven bits too, and often mislabelled so
    if codec == "cp1252":
        try:
            return data.decode("utf-8" if not data.isascii() else "ascii")  # UTF-8 is often mislabelled so
        except UnicodeDecodeError:
            return data.decode("cp1252", "replace")
    try:
        return data.decode(codec, "replace")
    except (UnicodeError, ValueError):
        return data.decode("utf-8", "replace")


def guessed(data: bytes) -> str:
    """Decode a body that names no charset, or a wrong one: UTF-8, else the likeliest, else Windows-1252."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if _TO_JAPANESE.search(data):
        return _iso_2022_jp(data)
    sample = data[:20_000]
    foreign = sum(byte > 127 for byte in sample)
    # Where few bytes are beyond ASCII it is a Western language, and too few to guess by.
    if foreign < _FEWEST_FOREIGN or foreign < len(sample) * 0.25:
        return decoded(data, "cp1252")
    best = from_bytes(sample).best()
    return decoded(data, (codec_named(best.encoding) if best else None) or "cp1252")


def _iso_2022_jp(data: bytes) -> str:
    """Decode ISO-2022-JP as Microsoft's code page 50221 does: NEC row 13 and halfwidth kana included.

    The two-byte rows are turned into Shift-JIS pairs, because Python's own codec for ISO-2022-JP lacks them.
    """
    out: list[str] = []
    for at, piece in enumerate(re.split(rb"(\x1b(?:\$[@B]|\$\([DO]|\([BJIH]))", data)):
        if at % 2:
            mode = piece
        elif at == 0 or mode in {b"\x1b(B", b"\x1b(J", b"\x1b(H"}:
            out.append(piece.decode("cp932", "replace"))
        elif mode == _ESCAPE_TO_KANA:
            out.append(bytes(byte | 0x80 for byte in piece).decode("cp932", "replace"))
        else:
            out.append(_jis_pairs(piece))
    return "".join(out)


def _jis_pairs(piece: bytes) -> str:
    """Decode JIS X 0208 row and cell bytes by way of Shift-JIS; a line end inside stays."""
    out = bytearray()
    at = 0
    while at < len(piece):
        row = piece[at]
        if row < 0x21 or at + 1 >= len(piece):
            out.append(row)
            at += 1
            continue
        cell = piece[at + 1]
        lead = (row - 0x21 >> 1) + (0x81 if row < 0x5F else 0xC1)
        trail = cell + (0x7E if row % 2 == 0 else 0x1F + (cell >= 0x60))
        out += bytes((lead & 0xFF, trail & 0xFF))
        at += 2
    return out.decode("cp932", "replace")
