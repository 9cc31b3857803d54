"""Header fields decoded: RFC 2047 words, addresses, message ids, dates."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import chain, islice

from email_assistant.mail.message import Mailbox
from email_assistant.mail.text.dates import NEEDS_READING, shown_date
from email_assistant.mail.wire.charsets import codec_named, decoded, guessed
from email_assistant.mail.wire.transfer import lenient_base64

_ENCODED_WORD = re.compile(
    r"=\?([^?\s*]{1,60})(?:\*[\w-]+)?\?([bBqQ])\?(.{0,998}?)\?=(?:(?=\s)|(?![0-9A-Fa-f]{2}))", re.DOTALL
)
_WORDS_APART = re.compile(r"(\?=)\s+(?==\?[^?\s]+\?[bBqQ]\?)")
_FOLD = re.compile(r"\r?\n[ \t]*|\r")


def decode_header(value: str, *, charset: str = "") -> str:
    """Decode an unstructured field: unfolded, RFC 2047 words joined and decoded, raw 8-bit bytes made text.

    Args:
        value: The field's value as compat32 gives it, bytes over 127 as surrogates.
        charset: The body's charset, for raw bytes that are not UTF-8.
    """
    return decode_words(raw_text(_FOLD.sub(" ", value), charset)).strip()


def raw_text(value: str, charset: str = "") -> str:
    """Make text of raw 8-bit bytes in a header: UTF-8, else the body's charset, else the likeliest."""
    if value.isascii():
        return value
    try:
        data = value.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        return value  # pasted text: it is decoded already
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        codec = codec_named(charset)
        return decoded(data, codec) if codec else guessed(data)


def decode_words(value: str) -> str:
    """Decode the RFC 2047 words in a text; adjacent words are joined as bytes, for characters cut in two."""
    if "=?" not in value:
        return value
    pieces: list[str | tuple[str, bytes]] = []
    at = 0
    for word in _ENCODED_WORD.finditer(_WORDS_APART.sub(r"\1", value)):
        if word.start() > at:
            pieces.append(word.string[at : word.start()])
        at = word.end()
        codec = codec_named(word[1])
        data = _word_bytes(word[2], word[3])
        last = pieces[-1] if pieces else None
        if data is None:
            pieces.append(word[0])
        elif isinstance(last, tuple) and last[0] == (codec or "cp1252"):
            pieces[-1] = (last[0], last[1] + data)
        else:
            pieces.append((codec or "cp1252", data))
    pieces.append(_WORDS_APART.sub(r"\1", value)[at:])
    return "".join(piece if isinstance(piece, str) else decoded(piece[1], piece[0]) for piece in pieces)


def _word_bytes(encoding: str, text: str) -> bytes | None:
    if encoding in "bB":
        return lenient_base64(text.encode("ascii", "ignore"))
    return binascii.a2b_qp(text.replace("_", " ").encode("utf-8", "surrogateescape"), header=False)


# --- addresses ---------------------------------------------------------------------------------------------

# Each alternative that has to be closed, and is not, takes all the rest; nothing is searched twice.
_TOKEN = re.compile(
    r'"(?:\\.|[^"\\])*+(?:"|\\?\Z)'  # quoted string
    r"|\[mailto:[^\[\]\s]*\]"  # Outlook's way to paste an address
    r"|<[^<>]*>?"
    r"|\((?:\\.|[^()\\]|\((?:\\.|[^()\\])*+\))*+(?:\)|\\?\Z)"  # comment, with one inside
    r"|=\?[^?\s]{1,60}\?[bBqQ]\?[^<>]{0,998}?\?="  # an encoded word may hold a raw comma or blank
    r"|[,;:]|[^\s\"\[<(=,;:]+|\s+|.",
    re.DOTALL,
)
_CLOSED_BY = {'"': '"', "(": ")"}
_NOT_IN_ADDRESS = r"\s<>()\[\],;:\""
_ADDRESS = re.compile(rf"(?<![^{_NOT_IN_ADDRESS}])[^{_NOT_IN_ADDRESS}]+@[^{_NOT_IN_ADDRESS}]+")
MAX_MAILBOXES = 10_000
MAX_FIELD = 1_000_000
"""Characters of one field that are read: as many as ten thousand recipients take."""
_MAX_NAME = 500
_MAX_GROUP_WORDS = 50


def parse_mailboxes(value: str, *, charset: str = "") -> tuple[Mailbox, ...]:
    """Read a list of addresses (RFC 5322 section 3.4), groups and obsolete and pasted forms included.

    Encoded words are decoded after the list is taken apart, so that a decoded comma parts nothing; where a
    program encoded the address along with the name, what they hold is taken apart like a list.
    """
    return tuple(_mailboxes(raw_text(_FOLD.sub(" ", value[:MAX_FIELD]), charset), decode=True))


def _mailboxes(value: str, *, decode: bool) -> list[Mailbox]:
    found: list[Mailbox] = []
    pending: list[str] = []
    entries = list(islice(_entries(value, decode=decode), MAX_MAILBOXES + 1))
    for at, (name, address) in enumerate(entries):
        # `Doe, Jo <jo@example.com>`: an unquoted comma in a name.
        if name and not address and at + 1 < len(entries) and entries[at + 1][1] and entries[at + 1][0]:
            pending.append(name)
            continue
        if name or address:
            found.append(Mailbox(name=", ".join([*pending, name])[:_MAX_NAME], address=address))
        pending = []
    return found


def _entries(value: str, *, decode: bool) -> Iterator[tuple[str, str]]:
    """Yield each entry of an address list as (name, address)."""
    words: list[str] = []
    address: str | None = None
    comment = ""
    for piece in chain(_tokens(value), ","):
        if piece in {",", ";"}:
            text = "".join(words)
            if decode and not address and "=?" in text and "@" in (whole := decode_words(text)):
                yield from ((each.name, each.address) for each in _mailboxes(whole, decode=False))
            else:
                yield _mailbox_parts(text, address, comment, decode=decode)
            words, address, comment = [], None, ""
        elif piece == ":" and address is None and not any("@" in word for word in words[:_MAX_GROUP_WORDS]):
            words = []  # a group's name
        elif piece.startswith("[mailto:"):
            address = piece[len("[mailto:") : -1]
        elif piece.startswith("<") and len(piece) > 1:
            # Of two, the first: Outlook writes <jo@example.com<mailto:jo@example.com>>.
            address = address or piece.strip("<>").strip()
        elif piece.startswith("(") and len(piece) > 1:
            comment = piece[1:-1]
        elif piece.startswith('"') and len(piece) > 1:
            words.append(re.sub(r"\\(.)", r"\1", piece[1:-1]) if address is None else "")
        else:
            words.append(piece)


def _tokens(value: str) -> Iterator[str]:
    opened = ""
    for found in _TOKEN.finditer(value):
        closed_by = _CLOSED_BY.get(found[0][0])
        if closed_by and not (len(found[0]) > 1 and found[0].endswith(closed_by)):
            opened = found[0]  # never closed, so this is all the rest: it opens nothing
        else:
            yield found[0]
    if opened:
        yield from _tokens(opened.replace(opened[0], ""))


def _mailbox_parts(words: str, address: str | None, comment: str, *, decode: bool) -> tuple[str, str]:
    decoded_text = decode_words if decode else str
    name = " ".join(decoded_text(words).split())
    comment = decoded_text(comment).strip()
    if len(name) > 2 and name[0] == name[-1] == "'":
        name = name[1:-1]  # Outlook's quotation marks around an address that stands for a name
    if address is None:
        bare = re.sub(r" ?([@.]) ?", r"\1", " ".join(words.split())) if "@" in words else ""
        if found := _ADDRESS.search(bare):
            rest = bare.replace(found[0], "").strip(" '\"<>")
            return (decoded_text(rest) or comment, _unquoted(found[0]))
        return (name or comment, "")
    address = re.sub(r"^(?:mailto:|@[^:]*:)", "", decoded_text(address), flags=re.IGNORECASE)
    return (name or comment, _unquoted(re.sub(r"\s+", "", address)))


def _unquoted(address: str) -> str:
    address = address[1:-1] if re.fullmatch(r"(['\"]).*\1", address) else address
    return address.removesuffix(".")  # that of a fully qualified domain


# --- ids and dates -----------------------------------------------------------------------------------------

_MESSAGE_ID = re.compile(r"<[^<>]+>")


def message_ids(value: str) -> tuple[str, ...]:
    """Return the ids of In-Reply-To or References (RFC 5322 section 3.6.4), each once, in brackets."""
    unfolded = " ".join(decode_words(raw_text(_FOLD.sub(" ", value[:MAX_FIELD]))).split())
    # A blank within an id is where a program folded it.
    found = [
        "".join(each.split()) for each in _MESSAGE_ID.findall(unfolded) if " " not in each or "@" in each
    ]
    if not found and len(unfolded.split()) == 1 and "@" in unfolded:
        found = [f"<{unfolded.strip(' <>')}>"]  # without its brackets
    return tuple(dict.fromkeys(found))


def parse_date(value: str) -> datetime | None:
    """Read a date with its zone (RFC 5322 section 3.3, obsolete zones included); None if it is not a date.

    A zone of `-0000`, or none at all, says nothing of the writer's own clock and is read as UTC. A date that
    was copied from a window is read where it can be read in one way only.
    """
    text = " ".join(decode_words(value).split())
    return (None if NEEDS_READING.search(text) else _date_of_rfc(text)) or shown_date(text)


def _date_of_rfc(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        date.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date
