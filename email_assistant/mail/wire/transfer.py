"""Content transfer encodings undone (RFC 2045 section 6), as far as they go."""

from __future__ import annotations

import binascii
import re
from quopri import decodestring

_SOFT_BREAK = re.compile(rb"=[ \t]+(?=\r?\n|\Z)")
_ENCODED_LINE = re.compile(rb"[A-Za-z0-9+/]+={0,2}|[A-Za-z0-9_-]{40,}={0,2}")
_NEVER_ENCODED = re.compile(rb"[^A-Za-z0-9+/=_\s-]")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_LONG = 40  # characters: no word is so long, and no line of base64 but the last is shorter


def lenient_base64(data: bytes) -> bytes:
    """Decode base64: foreign bytes passed over, padding supplied or allowed inside."""
    out = []
    for run in re.split(rb"=+", re.sub(rb"[^A-Za-z0-9+/=]+", b"", data.translate(_URL_SAFE))):
        whole = run[: len(run) - 1] if len(run) % 4 == 1 else run
        out.append(binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)))
    return b"".join(out)


def base64_text(body: bytes) -> bytes:
    """Decode the base64 in a body of text; what a server put around it in plain text stays."""
    lines = body.split(b"\n")
    bare = [line.strip() for line in lines]
    encoded = [_ENCODED_LINE.fullmatch(line) is not None and len(set(line)) > 1 for line in bare]
    long = [at for at, line in enumerate(bare) if encoded[at] and len(line) >= _LONG]
    first = (
        long[0]
        if long
        else next((at for at, line in enumerate(bare) if encoded[at] and _holds_text(line)), None)
    )
    if first is None:
        return body if _NEVER_ENCODED.search(body) else lenient_base64(body)
    end = (long[-1] if long else first) + 1
    while (
        end < len(lines)
        and encoded[end]
        and not bare[end - 1].endswith(b"=")
        and len(bare[end]) <= len(bare[end - 1])
    ):
        end += 1
    while end < len(lines) and bare[end].endswith(b"=") and encoded[end]:
        end += 1  # another encoded text behind the first
    above, below = b"\n".join(lines[:first]), b"\n".join(lines[end:])
    if not above.strip() and not below.strip():
        return lenient_base64(body)
    decoded = lenient_base64(b"\n".join(lines[first:end]))
    return b"\n".join(piece for piece in (above.rstrip(), decoded, below.strip(b"\r\n")) if piece)


def _holds_text(line: bytes) -> bool:
    """Return whether a short line is encoded text, and not a word of a body that never was encoded."""
    if len(line) % 4:
        return False
    try:
        text = lenient_base64(line).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return all(character.isprintable() or character.isspace() for character in text)


def quoted_printable(body: bytes) -> bytes:
    """Decode quoted-printable; blanks behind a soft line break came on the way (section 6.7, rule 3)."""
    return decodestring(_SOFT_BREAK.sub(b"=", body))


def uudecoded(body: bytes) -> bytes:
    """Decode uuencoded data, line by line."""
    out = []
    for line in body.split(b"\n"):
        try:
            out.append(binascii.a2b_uu(line.rstrip(b"\r")))
        except binascii.Error:
            continue  # the lines `begin` and `end`, and damage
    return b"".join(out)
