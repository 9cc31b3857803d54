"""Bytes to text: the charsets that mail names, those it means, and what to do when it names none."""

from __future__ import annotations

import codecs
import re
from functools import cache

from email_assistant.mail.text.language import is_baltic, language_of

# The codec that a charset's name means in practice: what Windows wrote under that name (WHATWG Encoding).
_MEANT = {
    "iso8859-1": "cp1252",
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
# What Windows writes under the name of a standard: letters where that has control characters.
_OF_WINDOWS = {
    "iso8859-2": "cp1250",
    "iso8859-4": "cp1257",
    "iso8859-5": "cp1251",
    "iso8859-6": "cp1256",
    "iso8859-7": "cp1253",
    "iso8859-8": "cp1255",
    "iso8859-13": "cp1257",
}
_CONTROL = re.compile(rb"[\x80-\x84\x86-\x9f]")  # a next line (85) is in no mail, but may be in a text
_MIN_FOREIGN = 8  # bytes
_MOSTLY_FOREIGN = 0.5  # of the letters
_SAMPLE = 20_000
_HEAD_OF_HTML = 4_096
_META_CHARSET = re.compile(
    rb"<meta\b[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE
)
_ASCII_LETTER = re.compile(rb"[A-Za-z]")
_FOREIGN = re.compile(rb"[^\x00-\x7f]+")
_TAG = re.compile(rb"<[A-Za-z/!][^<>]*>")
# Languages whose letters of ASCII tell them, and a country of each: the detector knows countries.
_COUNTRY_OF = {
    "cs": b"cz", "hr": b"hr", "hu": b"hu", "pl": b"pl", "ro": b"ro", "sk": b"sk", "tr": b"tr"
}  # fmt: skip
# What the detector mistakes for others, as measured on letters of ten to forty words.
_HEBREW, _FINAL_WITHIN_WORD = {"cp1255", "iso8859-8"}, re.compile("[ךםןףץ](?=[א-ת])")  # it is Bulgarian
_LATIN = {"cp1252", "cp1250", "cp1254", "iso8859-2", "iso8859-4"}  # it may be Lithuanian or Latvian
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_CYRILLIC = {"koi8-r", "koi8-u", "cp1251", "iso8859-5", "cp866", "mac-cyrillic"}
_CYRILLIC_WORD, _MISREAD = re.compile("[Ѐ-ӿ№]{3,}"), re.compile("[а-џ](?:[А-Я]|№)|№[а-џ]")
_OF_ASCII = {"ascii", "cp1252", "utf-8"}
_TO_JAPANESE = re.compile(rb"\x1b\$[@B]")
_ESCAPE_TO_KANA = b"\x1b(I"


def codec_named(charset: str) -> str | None:
    """Return the Python codec for a MIME charset name as mail uses it, or None for an unknown name."""
    name = re.sub(r"^(?:3d|=\s*)|[\s\"';,].*$", "", charset.strip().strip("\"'").lower())
    name = re.sub(r"^(?:cp|windows)[-_]?(125\d)$", r"cp\1", name)
    try:
        codec = codecs.lookup(_NAMES.get(name, name))
    except (LookupError, ValueError):
        return None
    if codec.name in {"utf-16", "utf-32", "idna", "punycode", "undefined", "unicode_escape"}:
        return codec.name if codec.name.startswith("utf") else None
    return _MEANT.get(codec.name, codec.name) if codec._is_text_encoding else None  # noqa: SLF001


def codec_of_html(html: bytes) -> str | None:
    """Return the codec that an HTML document names in its own head, or None."""
    found = _META_CHARSET.search(html[:_HEAD_OF_HTML])
    codec = codec_named(found[1].decode("ascii")) if found else None
    return None if codec is None or codec.startswith(("utf_7", "utf-7", "utf-16", "utf-32")) else codec


def decoded(data: bytes, codec: str) -> str:
    """Decode by a codec from `codec_named`, never failing: what does not fit becomes U+FFFD.

    The bytes have the last word: UTF-8 is often declared as something else, and something else as UTF-8.
    """
    if codec.startswith("iso2022_jp") or (codec in {"ascii", "cp1252"} and _TO_JAPANESE.search(data)):
        text = None if data.isascii() else _as_utf_8(data)
        return _iso_2022_jp(data) if text is None else text  # seven bits too, and often mislabelled so
    if codec == "utf-8" or (codec.startswith("utf-16") and b"\0" not in data and data[:1] not in b"\xfe\xff"):
        return guessed(data)
    if data.isascii() and codec in _OF_ASCII:
        return data.decode("ascii")
    fits = _fits(data, codec)
    if not data.isascii() and (text := _as_utf_8(data)) and (_is_charmap(codec) or not fits):
        return text
    if codec in _OF_WINDOWS and _CONTROL.search(data) and _fits(data, _OF_WINDOWS[codec]):
        return data.decode(_OF_WINDOWS[codec])
    if (
        codec == "ascii"
        or not fits
        or _is_other_cyrillic(data, codec)
        or (codec == "cp1252" and _is_no_latin_1(data))
    ):
        text = guessed(data)
        if codec == "ascii" or "\ufffd" not in text:
            return text
    try:
        return data.decode(codec, "replace")
    except (UnicodeError, ValueError):
        return data.decode("utf-8", "replace")


def guessed(data: bytes) -> str:
    """Decode what names no charset, or UTF-8: as UTF-8, if need be with damage, else as the likeliest."""
    if data.isascii() and _TO_JAPANESE.search(data):
        return _iso_2022_jp(data)
    if (text := _as_utf_8(data)) is not None:
        return text
    if _TO_JAPANESE.search(data):
        return _iso_2022_jp(data)
    text = data.decode("utf-8", "replace")
    sample = text[:_SAMPLE]
    damaged = sample.count("\ufffd")
    if sum(character > "\x7f" for character in sample) > damaged * 2:
        return text
    return data.decode(_likeliest(data[:_SAMPLE]), "replace")


def _is_no_latin_1(data: bytes) -> bool:
    """Return whether a text is in a language that is not written in Latin-1, though it was declared so."""
    sample = _TAG.sub(b" ", data[:_SAMPLE])
    foreign = sum(map(len, _FOREIGN.findall(sample)))
    letters = foreign + len(_ASCII_LETTER.findall(sample))
    return (foreign >= _MIN_FOREIGN and foreign > _MOSTLY_FOREIGN * letters) or (
        _language(sample) in _COUNTRY_OF
    )


def _is_other_cyrillic(data: bytes, codec: str) -> bool:
    """Return whether a text is in another Cyrillic charset than it says: small letters and capitals swap."""
    if codec not in _CYRILLIC:
        return False
    text = data[:_SAMPLE].decode(codec, "replace")
    misread = len(_MISREAD.findall(text))
    capitals = sum(1 for letter in text if "А" <= letter <= "Я")
    small = sum(1 for letter in text if "а" <= letter <= "я")
    return misread * 2 > len(_CYRILLIC_WORD.findall(text)) or (misread > 0 and capitals > small)


def _language(sample: bytes) -> str:
    """Return the language that the letters of ASCII tell."""
    return language_of(_FOREIGN.sub(b" ", sample).decode("ascii"))


def _as_utf_8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _fits(data: bytes, codec: str) -> bool:
    try:
        text = data.decode(codec)
    except (UnicodeError, ValueError):
        return False
    return codec != "gb18030" or not _PRIVATE.search(text)  # it has a place for any two bytes


@cache
def _is_charmap(codec: str) -> bool:
    """Return whether every byte beyond ASCII is a letter of its own."""
    return len(bytes(range(0xA0, 0x100)).decode(codec, "replace")) == 0x60


def _likeliest(sample: bytes) -> str:
    """Return the codec of a text that is no UTF-8."""
    # Only mail that names no charset needs it.
    from chardetng_py import EncodingDetector  # type: ignore[import-untyped]  # it ships no types

    sample = _TAG.sub(b" ", sample)
    detector = EncodingDetector()
    detector.feed(sample, last=True)
    country = _COUNTRY_OF.get(_language(sample))
    guess = codec_named(detector.guess(tld=country, allow_utf8=False)) or "cp1252"
    if guess in _HEBREW and _FINAL_WITHIN_WORD.search(sample.decode(guess, "replace")):
        return "cp1251"
    if guess in _LATIN and is_baltic(sample.decode("cp1257", "replace")):
        return "cp1257"
    return guess


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
