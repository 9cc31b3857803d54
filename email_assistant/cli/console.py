"""Shows things to the person: styled and wrapped on a terminal, plainly elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Any, TextIO

import click

from email_assistant.cli.sanitize import WordWrap, columns, cut, on_one_line, sanitize, wrapped

WIDEST = 88
"""Columns; longer lines are hard to read."""
INDENT = "  "


class Console:
    """A stream that a person reads. What it is given may come from a mail: nothing in it is obeyed."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self.is_terminal = bool(stream and stream.isatty())
        smart = self.is_terminal and os.environ.get("TERM") != "dumb"
        self.has_colour = smart and not os.environ.get("NO_COLOR")
        self._moves = smart
        self._status = False
        self._words: WordWrap | None = None

    @property
    def width(self) -> int:
        """Columns to write in."""
        return min(terminal_width(self._stream), WIDEST)

    def say(self, text: str = "", *, indent: str = "", **style: Any) -> None:
        """Show a paragraph, or several; `style` is as for `click.style`."""
        self.end_words()
        self._write(self.styled(wrapped(text, self.width, indent), **style) + "\n")

    def heading(self, text: str, **style: Any) -> None:
        """Say what follows."""
        self.say(text, **{"bold": True, **style})

    def pairs(self, *rows: tuple[str, str]) -> None:
        """Show a short list of names and one-line values; rows without a value are left out."""
        rows = tuple((name, on_one_line(value)) for name, value in rows if value)
        longest = max((columns(name) for name, _ in rows), default=0)
        for name, value in rows:
            label = self.styled(name + " " * (longest - columns(name)), dim=True)
            self._write(f"{label}  {cut(value, self.width - longest - 2)}\n")

    def styled_spans(self, runs: Iterable[tuple[str, dict[str, Any]]], *, indent: str = "") -> None:
        """Show one text whose parts have styles of their own."""
        self.end_words()
        wrap = WordWrap(self.width, indent)
        self._write(
            "".join(self.styled(wrap.feed(text) + wrap.end(), **style) for text, style in runs) + "\n"
        )

    def verbatim(self, text: str) -> None:
        """Show a text with its lines as they are, for copying."""
        self.end_words()
        self._write(sanitize(text) + "\n")

    def raw(self, text: str) -> None:
        """Show text of ours as it is."""
        self.end_words()
        self._write(text)

    def styled(self, text: str, **style: Any) -> str:
        """Return `text` in a style, as for `click.style`, where this console has any."""
        if not (self.has_colour and style):
            return text
        return "\n".join(click.style(line, **style) if line else line for line in text.split("\n"))

    def status(self, text: str) -> None:
        """Say what is going on, until there is something to show."""
        self.end_words()
        if self._moves:
            self._write(self.styled(cut(text, self.width - 1), dim=True))
            self._status = True
        elif self.is_terminal:
            self._write(text + "\n")

    @property
    def is_streaming(self) -> bool:
        """Whether a text is being written."""
        return self._words is not None

    def words(self, text: str) -> None:
        """Show more of a text that is being written."""
        if self._words is None:
            self._words = WordWrap(self.width, INDENT)
        self._write(self._words.feed(text))

    def end_words(self) -> None:
        """End the text, or cut it off."""
        if words := self._words:
            self._words = None
            self._write(words.end() + "\n\n")

    def clear(self) -> None:
        """Take the status away."""
        self._write("")

    def _write(self, text: str) -> None:
        if self._stream is None:
            return
        if self._status:
            self._status = False
            self._stream.write("\r\x1b[K")
        self._stream.write(text)
        self._stream.flush()


def output() -> Console:
    """Return standard output."""
    return Console(sys.stdout)


def messages() -> Console:
    """Return standard error, for what must not be mixed with the output."""
    return Console(sys.stderr)


def terminal_width(stream: TextIO | None) -> int:
    """Return the columns of the terminal, 80 if there is none; `COLUMNS` takes precedence."""
    if (columns := os.environ.get("COLUMNS", "")).isdecimal() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80 if stream else 80
    except (OSError, ValueError):
        return 80
