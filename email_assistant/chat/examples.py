"""Several mails as one text, as the settings panel shows and takes them."""

from __future__ import annotations

import re
from collections.abc import Sequence

DASHES = "---"
_PARTING = re.compile(r"^---[ \t]*$", re.MULTILINE)
_DASHES_OF_A_MAIL = re.compile(r"^\\*---[ \t]*$", re.MULTILINE)
_ESCAPED_DASHES = re.compile(r"^\\(?=\\*---[ \t]*$)", re.MULTILINE)


def join_examples(examples: Sequence[str]) -> str:
    """Several mails as one text; such a line within a mail has a backslash before it."""
    return f"\n{DASHES}\n".join(_DASHES_OF_A_MAIL.sub(r"\\\g<0>", example) for example in examples)


def split_examples(text: str) -> list[str]:
    """The mails in a text that `join_examples` made, or that a person wrote."""
    parts = [_ESCAPED_DASHES.sub("", part).strip() for part in _PARTING.split(text.replace("\r\n", "\n"))]
    return [part for part in parts if part]
