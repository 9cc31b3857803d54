"""The newest message, the quoted history and the signature as views of one body."""

from __future__ import annotations

from typing import NamedTuple


class SplitText(NamedTuple):
    """Three views of one text."""

    newest: str
    quoted: str
    signature: str


def split_text(text: str) -> SplitText:
    """Split a body."""
    return SplitText(text.strip(), "", "")
