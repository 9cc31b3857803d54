"""Header fields decoded: RFC 2047 words, addresses, message ids, dates."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from email_assistant.mail.charsets import codec_named, decoded
from email_assistant.mail.dates import NEEDS_READING, shown_date
from email_assistant.mail.message import Mailbox

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
    """Make text of raw 8-bit bytes in a header: UTF-8, else the body's charset, else Windows-1252."""
    if value.isascii():
        return value
    try:
        data = value.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        return value  # pasted text: it is decoded already
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return decoded(data, codec_named(charset) or "cp1252")


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


def lenient_base64(data: bytes) -> bytes:
    """Decode base64 as far as it goes: foreign bytes passed over, padding supplied or allowed inside."""
    out = []
    for run in re.split(rb"=+", re.sub(rb"[^A-Za-z0-9+/=]+", b"", data.translate(_URL_SAFE))):
        whole = run[: len(run) - 1] if len(run) % 4 == 1 else run
        out.append(binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)))
    return b"".join(out)


_URL_SAFE = bytes.maketrans(b"-_", b"+/")

# --- addresses ---------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r'"(?:\\.|[^"\\])*+(?:"|$)'  # quoted string, closed or not
    r"|\[mailto:[^\]\s]*\]"  # Outlook's way to paste an address
    r"|<[^<>]*>?"
    r"|\((?:\\.|[^()\\]|\([^()]*\))*\)"  # comment, with one inside
    r"|=\?[^?\s]{1,60}\?[bBqQ]\?[^<>]{0,998}?\?="  # an encoded word may hold a raw comma or blank
    r"|[,;:]|[^\s\"\[<(=,;:]+|\s+|.",
    re.DOTALL,
)
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+")


def parse_mailboxes(value: str, *, charset: str = "") -> tuple[Mailbox, ...]:
    """Read a list of addresses (RFC 5322 section 3.4), groups and obsolete and pasted forms included.

    Encoded words are decoded after the list is taken apart, so that a decoded comma parts nothing.
    """
    found = []
    pending = ""
    entries = list(_entries(raw_text(_FOLD.sub(" ", value), charset)))
    for at, (name, address) in enumerate(entries):
        # `Doe, Jo <jo@example.com>`: an unquoted comma in a name.
        if name and not address and at + 1 < len(entries) and entries[at + 1][1] and entries[at + 1][0]:
            pending += f"{name}, "
            continue
        if name or address:
            found.append(Mailbox(name=pending + name, address=address))
        pending = ""
    return tuple(found)


def _entries(value: str) -> Iterator[tuple[str, str]]:
    """Each entry of an address list as (name, address)."""
    words: list[str] = []
    address: str | None = None
    comment = ""
    for piece in [*_tokens(value), ","]:
        if piece in {",", ";"}:
            yield _mailbox_parts("".join(words), address, comment)
            words, address, comment = [], None, ""
        elif piece == ":" and address is None and "@" not in "".join(words):
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


def _tokens(value: str) -> list[str]:
    tokens = _TOKEN.findall(value)
    if tokens and tokens[-1].startswith('"') and not (len(tokens[-1]) > 1 and tokens[-1].endswith('"')):
        tokens[-1:] = _TOKEN.findall(tokens[-1].replace('"', ""))  # never closed: it quotes nothing
    return tokens


def _mailbox_parts(words: str, address: str | None, comment: str) -> tuple[str, str]:
    name = " ".join(decode_words(words).split())
    if len(name) > 2 and name[0] == name[-1] == "'":
        name = name[1:-1]  # Outlook's quotation marks around an address that stands for a name
    if address is None:
        bare = re.sub(r"\s*([@.])\s*", r"\1", words.strip()) if "@" in words else ""
        if found := _ADDRESS.search(bare):
            rest = bare.replace(found[0], "").strip(" '\"<>")
            return (decode_words(rest) or decode_words(comment).strip(), _unquoted(found[0]))
        return (name or decode_words(comment).strip(), "")
    address = re.sub(r"^(?:mailto:|@[^:]*:)", "", decode_words(address), flags=re.IGNORECASE)
    return (name or decode_words(comment).strip(), _unquoted(re.sub(r"\s+", "", address)))


def _unquoted(address: str) -> str:
    return address[1:-1] if re.fullmatch(r"(['\"]).*\1", address) else address


# --- ids and dates -----------------------------------------------------------------------------------------

_MESSAGE_ID = re.compile(r"<[^<>\s]+>")


def message_ids(value: str) -> tuple[str, ...]:
    """The ids of In-Reply-To or References (RFC 5322 section 3.6.4), each once, with angle brackets."""
    unfolded = re.sub(r"\s+", " ", decode_words(raw_text(_FOLD.sub(" ", value))))
    found = _MESSAGE_ID.findall(unfolded)
    if not found and len(unfolded.split()) == 1 and "@" in unfolded:
        found = [f"<{unfolded.strip(' <>')}>"]  # without its brackets
    return tuple(dict.fromkeys(found))


def parse_date(value: str) -> datetime | None:
    """Read a date with its zone (RFC 5322 section 3.3, obsolete zones included); None where it is none.

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
