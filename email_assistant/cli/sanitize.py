"""Text that others wrote, made harmless for a terminal and wrapped to its width."""

from __future__ import annotations

import re
import unicodedata

_CONTROLS = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}  # their pictures
_UNSEEN = [*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]  # C1, and bidi overrides
_HARMLESS: dict[int, str] = {
    **_CONTROLS,
    **{code: f"<U+{code:04X}>" for code in _UNSEEN},
    **dict.fromkeys(range(55296, 57344), "�"),
    ord("\n"): "\n",
    ord("\t"): "    ",
    0x2028: "\n",
    0x2029: "\n\n",
}

_WIDE = (
    r"\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6"
    r"\U0001f300-\U0001faff\U00020000-\U0003fffd"
)
_PIECES = re.compile(rf"\n|[ ]+|[{_WIDE}]|[^ \n{_WIDE}]+")


def sanitize(text: str) -> str:
    """Return `text` without what a terminal obeys: escape sequences and controls but the line end.

    Controls become their pictures (ESC is ␛); those of the writing direction are spelled out.
    """
    return text.replace("\r\n", "\n").translate(_HARMLESS)


def on_one_line(text: str) -> str:
    """Return the same on a single line."""
    return " ".join(sanitize(text).split())


def columns(text: str) -> int:
    """Return the columns that `text` takes: two for a wide character, none for a combining one."""
    return sum(
        0 if unicodedata.category(c) in {"Mn", "Me", "Cf"} else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def cut(text: str, width: int) -> str:
    """Return `text` in at most `width` columns, the end replaced by dots where it is longer."""
    start = text[: 4 * width]  # enough, but for a heap of combining characters
    if start == text and columns(text) <= width:
        return text
    while start and columns(start) > width - 3:
        start = start[:-1]
    return start.rstrip() + "..."


class WordWrap:
    """Breaks lines between words while they come; every line starts with `indent`.

    Args:
        width: columns of a line, `indent` included.
        indent: what stands before each line that is not empty.
    """

    def __init__(self, width: int, indent: str = "") -> None:
        self._indent = indent
        self._width = max(1, width - len(indent))
        self._column = 0
        self._gap = ""
        self._held = ""

    def feed(self, text: str) -> str:
        """Return what can be shown of `text`; its last word is held back until it is known to be whole."""
        pieces = _PIECES.findall(self._held + sanitize(text))
        self._held = pieces.pop() if pieces else ""
        return "".join(map(self._placed, pieces))

    def end(self) -> str:
        """Return the rest."""
        held, self._held = self._held, ""
        return "".join(map(self._placed, _PIECES.findall(held)))

    def _placed(self, piece: str) -> str:
        if piece == "\n":
            self._column, self._gap = 0, ""
            return piece
        if piece.isspace():
            self._gap = piece
            return ""
        gap, self._gap = self._gap, ""
        taken = columns(gap + piece)
        if self._column and self._column + taken > self._width:
            self._column = columns(piece)
            return f"\n{self._indent}{piece}"
        start = "" if self._column else self._indent
        self._column += taken
        return f"{start}{gap}{piece}"


def wrapped(text: str, width: int, indent: str = "") -> str:
    """Return `text`, harmless and with lines of at most `width` columns where words allow it."""
    wrap = WordWrap(width, indent)
    return wrap.feed(text) + wrap.end()
