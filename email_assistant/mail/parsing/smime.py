"""What an opaque S/MIME signature is around: a message that is signed as a whole can be read by anybody."""

from __future__ import annotations

_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")  # 1.2.840.113549.1.7.2, RFC 5652 section 5.1
_SEQUENCE, _SET, _INTEGER, _OBJECT_ID, _EXPLICIT = 0x30, 0x31, 0x02, 0x06, 0xA0
_OCTETS, _OCTETS_IN_PIECES, _END = 0x04, 0x24, 0x00


def signed_content(data: bytes) -> bytes | None:
    """Return the MIME entity in a SignedData (RFC 5652 section 5.2, BER or DER); None if it has none."""
    try:
        at = _into(data, 0, _SEQUENCE)
        if not data.startswith(_SIGNED_DATA, at):
            return None
        at = _into(data, _behind(data, at, _OBJECT_ID), _EXPLICIT)
        at = _behind(data, _into(data, at, _SEQUENCE), _INTEGER)
        at = _into(data, _behind(data, at, _SET), _SEQUENCE)
        at = _into(data, _behind(data, at, _OBJECT_ID), _EXPLICIT)
        return _octets(data, at)
    except (IndexError, ValueError):
        return None


def _head(data: bytes, at: int) -> tuple[int, int, int | None]:
    """Return the tag of the element at an index, where its content begins, and where it ends if known."""
    tag, length = data[at], data[at + 1]
    begin = at + 2
    if length == 0x80:
        return tag, begin, None
    if length > 0x80:
        begin += length & 0x7F
        length = int.from_bytes(data[at + 2 : begin], "big")
    return tag, begin, min(begin + length, len(data))


def _into(data: bytes, at: int, tag: int) -> int:
    found, begin, _ = _head(data, at)
    if found != tag:
        raise ValueError(found)
    return begin


def _behind(data: bytes, at: int, tag: int) -> int:
    found, begin, end = _head(data, at)
    if found != tag:
        raise ValueError(found)
    if end is not None:
        return end
    depth, at = 1, begin
    while depth:  # to the end of an element whose length is not said
        found, begin, end = _head(data, at)
        if found == _END:
            depth -= 1
        elif end is None:
            depth += 1
        at = begin if end is None else end
    return at


def _octets(data: bytes, at: int) -> bytes | None:
    tag, begin, end = _head(data, at)
    if tag == _OCTETS:
        return data[begin:end]
    if tag != _OCTETS_IN_PIECES:
        return None
    pieces = []
    at = begin
    while at < (len(data) if end is None else end):
        tag, begin, piece_end = _head(data, at)
        if tag != _OCTETS or piece_end is None:
            break
        pieces.append(data[begin:piece_end])
        at = piece_end
    return b"".join(pieces)
