"""One line of text as an HTML body is written: its blanks joined, struck and raised text marked."""

from __future__ import annotations

import re

from email_assistant.mail.html.looks import Look

_STRUCK = "~~"
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_NUMBER = re.compile(r"[0-9+-]+")


class Line:
    """A line that grows at its end; true where it has text."""

    def __init__(self, mark: str = "") -> None:
        self._pieces = [mark] if mark else []
        self._filled = bool(mark.strip())
        self._last = mark[-1:]
        self._struck = False

    def __bool__(self) -> bool:
        return self._filled

    def __str__(self) -> str:
        self._end_struck()
        return "".join(self._pieces)

    def add(self, text: str) -> None:
        """Put text behind the line, as it is."""
        if text:
            self._pieces.append(text)
            self._filled = self._filled or bool(text.strip())
            self._last = text[-1]

    def write(self, text: str, look: Look, *, as_it_is: bool = False) -> None:
        """Put a text node behind the line; unless it is to stay as it is, its blanks join those before it."""
        if not as_it_is and (self._last == " " or not self._filled):
            text = text.lstrip(" ")
        if look.script:
            text = self._set_apart(text, look.script)
        if look.struck and text.strip() and not self._struck:
            inner = text.lstrip()
            self.add(text[: len(text) - len(inner)] + _STRUCK)
            text, self._struck = inner, True
        elif not look.struck:
            self._end_struck()
        self.add(text)

    def close_with(self, text: str) -> None:
        """Put text behind the last word."""
        blanks = self._taken_blanks()
        self.add(text + blanks)

    def _end_struck(self) -> None:
        if self._struck:
            self._struck = False
            blanks = self._taken_blanks()
            self.add(_STRUCK + blanks)

    def _taken_blanks(self) -> str:
        """Return the blanks at the end of the line, which are taken off it."""
        blanks = ""
        while self._pieces:
            bare = self._pieces[-1].rstrip(" ")
            blanks += self._pieces[-1][len(bare) :]
            if bare:
                self._pieces[-1] = bare
                break
            self._pieces.pop()
        return blanks

    def _set_apart(self, text: str, script: str) -> str:
        """Raise or lower digits, so that they run into no number: 49⁵⁰ is not 4950."""
        bare = text.strip()
        if _NUMBER.fullmatch(bare):
            return text.translate(_RAISED if script == "sup" else _LOWERED)
        if bare[:1] in tuple("0123456789.,") and self._last.isalnum():
            return ("^" if script == "sup" else "_") + text
        return text
