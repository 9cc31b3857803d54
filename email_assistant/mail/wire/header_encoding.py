"""Header fields as they are sent: encoded words, addresses, message ids, folded (RFC 5322, 2047, 5891)."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Sequence

import idna

from email_assistant.mail.message import Mailbox

MAX_LINE = 998
"""RFC 5322 section 2.1.1, without the CRLF."""
_GOOD_LINE = 78
_MAX_WORD = 75  # RFC 2047 section 2
_OPENING = "=?utf-8?q?"
_ROOM = _MAX_WORD - len(_OPENING) - len("?=")
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_DOT_ATOM = re.compile(rf"{_ATEXT}(?:\.{_ATEXT})*")
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*|\[[0-9A-Za-z.:]+\]")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_MAX_ADDRESS = 320  # RFC 3696 section 3
_SAFE_IN_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/")
_MAX_REFERENCES_BYTES = 8_000


def text_field(name: str, value: str) -> str:
    """Return an unstructured field such as Subject, folded; "" if there is no value."""
    value = _one_line(value)
    if not value:
        return ""
    if value.isascii() and "=?" not in value and max(map(len, value.split())) < MAX_LINE // 2:
        return _folded(name, value.split(" "))
    return _folded(name, encoded_words(value, used=len(name) + 2))


def address_field(name: str, mailboxes: Iterable[Mailbox]) -> str:
    """Return a list of addresses, one a line where they do not fit; "" if no address can be written."""
    written = [text for mailbox in mailboxes if (text := mailbox_text(mailbox))]
    separated = [f"{text}," for text in written[:-1]] + written[-1:]
    return _folded(name, [piece for text in separated for piece in text.split("\r\n ")])


def ids_field(name: str, ids: Sequence[str]) -> str:
    """Return In-Reply-To or References: folded between ids only, none of them encoded (section 3.6.4).

    When they are too many, the first and the newest stay. Each has to be sendable.
    """
    first, *others = ids or [""]
    room = _MAX_REFERENCES_BYTES - len(first)
    newest: list[str] = []
    for each in reversed(others):
        room -= len(each) + 1
        if room < 0 and newest:
            break
        newest.insert(0, each)
    return _folded(name, [each for each in (first, *newest) if each])


def mailbox_text(mailbox: Mailbox) -> str:
    """Return `name-addr` or `addr-spec` (section 3.4), the name encoded or quoted.

    It is "" if the address is invalid.
    """
    address = addr_spec(mailbox.address)
    name = _one_line(mailbox.name)
    if not address or not name:
        return address
    if not name.isascii() or "=?" in name or len(name) > MAX_LINE // 2:
        return "\r\n ".join([*encoded_words(name, used=0), f"<{address}>"])
    if not re.fullmatch(rf"{_ATEXT}(?: {_ATEXT})*", name):
        name = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    return f"{name} <{address}>"


def addr_spec(address: str) -> str:
    """Return the address as it is sent, its domain as A-labels (RFC 5891); "" if it is invalid.

    Characters without a width, which copying leaves behind, and the dot of the root domain are left out. A
    local part beyond ASCII stays as it is: only SMTPUTF8 (RFC 6531) can send it, in no other form.
    """
    if len(address) > _MAX_ADDRESS:
        return ""
    local, _, domain = _UNSEEN.sub("", _one_line(address)).rpartition("@")
    domain = domain.removesuffix(".")
    if local[:1] == local[-1:] == '"' and len(local) > 1:
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    if not local or not domain:
        return ""
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return ""
    if not _DOMAIN.fullmatch(domain):
        return ""
    if local.isascii() and not _DOT_ATOM.fullmatch(local):
        local = '"' + re.sub(r'(["\\])', r"\\\1", local) + '"'
    elif not local.isascii() and re.search(r"[\s<>()\[\],;:@\"\\]", local):
        return ""
    return f"{local}@{domain}"


def encoded_words(text: str, *, used: int) -> list[str]:
    """Return the text as RFC 2047 words: none over 75 long, none holding part of a character.

    Args:
        text: One line.
        used: How much of the first line the field's name takes.
    """
    words: list[str] = []
    piece = ""
    room = min(_ROOM, _GOOD_LINE - used - len(_OPENING) - 2)
    for character in text:
        if piece and _encoded_length(piece + character) > room:
            words.append(_word(piece))
            piece, room = "", _ROOM
        piece += character
    return [*words, _word(piece)] if piece else words


def _encoded_length(text: str) -> int:
    return min(len(_q_encoded(text)), (len(text.encode()) + 2) // 3 * 4)


def _word(text: str) -> str:
    """Return one word, in the shorter of the two encodings."""
    q = _q_encoded(text)
    b = binascii.b2a_base64(text.encode(), newline=False).decode("ascii")
    return f"=?utf-8?q?{q}?=" if len(q) <= len(b) else f"=?utf-8?b?{b}?="


def _q_encoded(text: str) -> str:
    """Encode by RFC 2047 section 5, rule 3: a word in a phrase, the strictest."""
    encoded = "".join(chr(byte) if byte in _SAFE_IN_WORD else f"={byte:02X}" for byte in text.encode())
    return encoded.replace("=20", "_")


def _folded(name: str, pieces: list[str]) -> str:
    """Return the field with its CRLF, a new line begun where the next piece does not fit.

    It is "" without pieces.
    """
    if not pieces:
        return ""
    lines = [f"{name}: {pieces[0]}"]
    if len(lines[0]) > MAX_LINE:
        lines = [f"{name}:", f" {pieces[0]}"]
    for piece in pieces[1:]:
        if len(lines[-1]) + 1 + len(piece) > _GOOD_LINE:
            lines.append(f" {piece}")
        else:
            lines[-1] += f" {piece}"
    return "\r\n".join(lines) + "\r\n"


def _one_line(text: str) -> str:
    """Drop controls, so that no value can begin another field, and repeated blanks."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+", " ", text).split())
