"""Reads what is pasted or typed at a terminal, with lines of any length, until Ctrl-D.

A terminal that edits whole lines itself drops what exceeds 4,095 bytes in one of them, as a paragraph
copied from a mail may. So it is told not to, and the few keys that edit a line are obeyed here.
"""

from __future__ import annotations

import codecs
import os
import re
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from email_assistant.cli import texts
from email_assistant.cli.console import Console
from email_assistant.cli.sanitize import columns, sanitize

END = "\x04"
_EDITED: dict[str, Callable[[str], str]] = {
    "\x7f": lambda line: line[:-1],
    "\b": lambda line: line[:-1],
    "\x15": lambda _: "",  # Ctrl-U
    "\x17": lambda line: re.sub(r"\S*\s*\Z", "", line),  # Ctrl-W
}
"""What each of these keys leaves of the line that it is pressed in."""


def pasted(terminal: int, console: Console, most: int) -> str:
    """Return the text that is typed at the file descriptor `terminal`, at most `most` characters of it."""
    text = _Typed(console.raw)
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    with _key_by_key(terminal):
        console.say(texts.PASTE, dim=True)  # not before the terminal is ready for it
        while text.length < most:
            read = os.read(terminal, 65536)
            typed, end, _ = decoder.decode(read, final=not read).partition(END)
            text.add(typed)
            if end or not read:
                break
    return text.whole()


class _Typed:
    def __init__(self, echo: Callable[[str], None]) -> None:
        self._echo = echo
        self._lines: list[str] = []
        self._line = ""
        self.length = 0

    def add(self, typed: str) -> None:
        for piece in re.findall(r"[\x7f\b\x15\x17]|\n|[^\x7f\b\x15\x17\n]+", typed):
            if piece in _EDITED:
                kept = _EDITED[piece](self._line)
                self._echo("\b \b" * columns(sanitize(self._line[len(kept) :])))
                self._line = kept
                continue
            self._echo(sanitize(piece))
            self._line += piece
            if piece == "\n":
                self._lines.append(self._line)
                self._line = ""
            self.length += len(piece)

    def whole(self) -> str:
        if self._line:
            self._echo("\n")
        return "".join(self._lines) + self._line


@contextmanager
def _key_by_key(terminal: int) -> Iterator[None]:
    before = termios.tcgetattr(terminal)
    keys = termios.tcgetattr(terminal)
    keys[3] &= ~(termios.ICANON | termios.ECHO)
    termios.tcsetattr(terminal, termios.TCSADRAIN, keys)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
