"""Outlook's .msg files, made from properties: an OLE compound file ([MS-CFB]) with no mini streams."""

from __future__ import annotations

import struct
from collections.abc import Mapping

Tree = Mapping[str, "bytes | Tree"]

_SECTOR, _SHORTEST = 512, 4_096
"""Shorter streams would lie in the mini stream; so they are filled with NUL, which strings may end with."""
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5


def msg_file(tree: Tree) -> bytes:
    """Return the bytes of a compound file with these streams and storages."""
    entries: list[list[object]] = [["Root Entry", _ROOT, _NONE, _NONE, _END, 0]]
    sectors: list[bytes] = []
    fat: list[int] = []

    def put(data: bytes) -> int:
        start = len(sectors)
        pieces = [data[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(data), _SECTOR)]
        sectors.extend(pieces)
        fat.extend([*range(start + 1, start + len(pieces)), _END])
        return start

    def add(children: Tree) -> int:
        """Return the index of the first child; each has the next at its right."""
        first = before = _NONE
        for name, held in children.items():
            at = len(entries)
            entries.append([name, _STREAM, _NONE, _NONE, _END, 0])
            if isinstance(held, bytes):
                data = held.ljust(_SHORTEST, b"\0")
                entries[at][4:] = [put(data), len(data)]
            else:
                entries[at][1] = _STORAGE
                entries[at][3] = add(held)
            if before == _NONE:
                first = at
            else:
                entries[before][2] = at
            before = at
        return first

    entries[0][3] = add(tree)
    directory = put(b"".join(_entry(each) for each in entries))
    count = 1
    while count * (_SECTOR // 4) < len(fat) + count:
        count += 1
    first_fat = len(sectors)
    fat += [_FAT] * count
    table = b"".join(struct.pack("<I", each) for each in fat).ljust(count * _SECTOR, b"\xff")
    head = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, count,
        directory, 0, _SHORTEST, _END, 0, _END, 0,
    )  # fmt: skip
    places = [first_fat + each if each < count else _FREE for each in range(109)]
    return head + struct.pack("<109I", *places) + b"".join(sectors) + table


def message(
    *, embedded: bool = False, attachments: tuple[Tree, ...] = (), **strings: str
) -> dict[str, bytes | Tree]:
    """Return the streams of a message: `subject`, `body`, `sender_name`, `sender_address` and the like."""
    header = b"\0" * (24 if embedded else 32)  # [MS-OXMSG] section 2.4.1
    tree: dict[str, bytes | Tree] = {"__properties_version1.0": header}
    for name, value in strings.items():
        tree[f"__substg1.0_{_PROPERTIES[name]}001F"] = value.encode("utf-16-le")
    for number, attachment in enumerate(attachments):
        tree[f"__attach_version1.0_#{number:08X}"] = attachment
    return tree


def embedded_message(name: str, held: Tree) -> Tree:
    """Return an attachment that is a message itself."""
    method = struct.pack("<IIQ", 0x37050003, 0, 5)
    return {
        "__properties_version1.0": b"\0" * 8 + method,
        "__substg1.0_3001001F": name.encode("utf-16-le"),
        "__substg1.0_3701000D": held,
    }


def attached_file(name: str, media_type: str, data: bytes) -> Tree:
    """Return an attachment that is a file."""
    return {
        "__properties_version1.0": b"\0" * 8,
        "__substg1.0_3707001F": name.encode("utf-16-le"),
        "__substg1.0_370E001F": media_type.encode("utf-16-le"),
        "__substg1.0_37010102": data,
    }


_PROPERTIES = {
    "message_class": "001A",
    "subject": "0037",
    "body": "1000",
    "sender_name": "0C1A",
    "sender_address": "5D01",
}


def _entry(entry: list[object]) -> bytes:
    name, kind, right, child, start, size = entry
    encoded = str(name).encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII16sIQQIQ", encoded, len(encoded), kind, 1, _NONE, right, child, b"", 0, 0, 0, start, size
    )
