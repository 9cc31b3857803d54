"""OpenPGP's armour in the text of a message (RFC 9580 section 6.2): taken off, or all there is."""

from __future__ import annotations

import re

_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_SIGNATURE_END = "-----END PGP SIGNATURE-----"
_QUOTE_MARKS = re.compile(r"(?:>[> ]*)?")
_ENCRYPTED = re.compile(
    r"^[ \t]*-----BEGIN PGP MESSAGE-----[ \t]*$.*?(?:^[ \t]*-----END PGP MESSAGE-----|\Z)",
    re.MULTILINE | re.DOTALL,
)


def without_armour(text: str) -> str:
    """Return the text of clear-signed messages (section 7), quoted ones too, without signatures."""
    if _SIGNED not in text:
        return text
    lines = text.split("\n")
    marks = [_QUOTE_MARKS.match(line) for line in lines]
    bare = [line[mark.end() if mark else 0 :].strip() for line, mark in zip(lines, marks, strict=True)]
    depths = [line[: mark.end() if mark else 0].count(">") for line, mark in zip(lines, marks, strict=True)]
    last_signature = {depth: at for at, depth in enumerate(depths) if bare[at] == _SIGNATURE}
    kept: list[str] = []
    # Of a signed message: its header, its text, or its signature. A quoted one may stand within its text.
    parts: dict[int, str] = {}
    for at, line in enumerate(lines):
        mark, depth = marks[at], depths[at]
        begin = mark.end() if mark else 0
        part = parts.get(depth, "")
        if not part and bare[at] == _SIGNED and at < last_signature.get(depth, -1):
            parts[depth] = "header"
        elif part == "header":
            if ":" not in bare[at]:
                parts[depth] = "text"
                kept += [line] if bare[at] else []  # the blank line before it got lost
        elif part == "text" and bare[at] == _SIGNATURE:
            parts[depth] = "signature"
        elif part == "signature":
            if bare[at] == _SIGNATURE_END:
                parts[depth] = ""
        elif part == "text" and line[begin : begin + 2] == "- ":
            kept.append(line[:begin] + line[begin + 2 :])  # the dash-escape of section 7.1
        else:
            kept.append(line)
    return "\n".join(kept)


def without_encrypted(text: str) -> str:
    """Return the text without the blocks that only a key opens."""
    return _ENCRYPTED.sub("", text)
