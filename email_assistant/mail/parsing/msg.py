"""Outlook's .msg files ([MS-OXMSG]): their properties as header fields and content."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from io import BytesIO
from typing import Any

from olefile import STGTY_STORAGE, STGTY_STREAM, OleFileIO  # type: ignore[import-untyped]  # it ships no types
from oxmsg.domain import constants as pid
from oxmsg.domain import encodings
from oxmsg.domain import model as oxmsg
from oxmsg.storage import Storage, Stream

from email_assistant.mail.html.to_text import html_to_text
from email_assistant.mail.message import Attachment
from email_assistant.mail.parsing.content import MAX_EMBEDDED, Content, add_messages, read_content
from email_assistant.mail.parsing.mime import Part
from email_assistant.mail.parsing.rtf import decompressed, rtf_to_text
from email_assistant.mail.parsing.source import Header, split_header
from email_assistant.mail.wire.charsets import codec_named, codec_of_html, decoded, guessed

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_SENDER_SMTP_ADDRESS = 0x5D01
_SENT_REPRESENTING_SMTP_ADDRESS = 0x5D02
_TRANSPORT_MESSAGE_HEADERS = 0x007D
_RECIPIENT_TYPE = 0x0C15
_RTF_COMPRESSED = 0x1009
_TO, _CC = 1, 2
_DEEPEST_STORAGE = 50
_SIGNED_MESSAGES = frozenset({"multipart/signed", "application/pkcs7-mime", "application/x-pkcs7-mime"})
# Where the properties begin in the stream: behind the header of [MS-OXMSG] section 2.4.1.
_MESSAGE_OFFSET, _EMBEDDED_OFFSET, _SUB_OBJECT_OFFSET = 32, 24, 8
_ATTACH_METHOD, _IS_EMBEDDED = 0x3705, 5
_EMBEDDED = "__substg1.0_3701000D"
_MAX_DEPTH = 5  # of messages in messages


class _Properties:
    """The properties of one object; text is decoded by whichever code page fits."""

    def __init__(self, storage: Storage, offset: int, codecs: list[str] | None = None) -> None:
        self._streams = {stream.path.rpartition("/")[2]: stream.bytes_ for stream in storage.streams}
        self._fixed: dict[int, bytes] = {}
        table = self._streams.get("__properties_version1.0", b"")[offset:]
        for at in range(0, len(table) - 15, 16):
            self._fixed[int.from_bytes(table[at + 2 : at + 4], "little")] = table[at + 8 : at + 16]
        self.codecs = codecs if codecs is not None else self._code_pages()

    def _code_pages(self) -> list[str]:
        found = []
        for code_page in (self.number(pid.PID_MESSAGE_CODEPAGE), self.number(pid.PID_INTERNET_CODEPAGE)):
            try:
                codec = codec_named(encodings.encoding_from_codepage(code_page))
            except (oxmsg.UnrecognizedCodePageError, oxmsg.UnsupportedEncodingError):
                continue
            if codec:
                found.append(codec)
        return found

    def number(self, property_id: int) -> int:
        """Return an integer property, 0 if it is absent."""
        return int.from_bytes(self._fixed.get(property_id, b"")[:4], "little")

    def time(self, property_id: int) -> datetime | None:
        """Return a time property: 100 ns since 1601, UTC."""
        ticks = int.from_bytes(self._fixed.get(property_id, b""), "little")
        try:
            return datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10) if ticks else None
        except OverflowError:
            return None

    def binary(self, property_id: int) -> bytes | None:
        """Return a binary property, None if it is absent."""
        return self._streams.get(f"__substg1.0_{property_id:04X}0102")

    def string(self, property_id: int) -> str:
        """Return a text property, "" if it is absent."""
        unicode = self._streams.get(f"__substg1.0_{property_id:04X}001F")
        if unicode is not None:
            return unicode.decode("utf-16-le", "replace").rstrip("\0")
        return self.decode(self._streams.get(f"__substg1.0_{property_id:04X}001E", b"")).rstrip("\0")

    def decode_html(self, html: bytes) -> str:
        """Decode an HTML body, which may name its charset itself."""
        codec = codec_of_html(html)
        return decoded(html, codec) if codec else self.decode(html)

    def decode(self, data: bytes) -> str:
        """Decode by UTF-8, else the first code page that fits all: the files often name a wrong one."""
        for codec in ("utf-8", *self.codecs):
            try:
                return data.decode(codec)
            except UnicodeDecodeError:
                continue
        # Outlook names ISO-2022-JP and writes Shift-JIS, which the reader of the former knows.
        japanese = any(codec.startswith("iso2022_jp") for codec in self.codecs)
        return decoded(data, "iso2022_jp") if japanese else guessed(data)


def read_msg(data: bytes) -> tuple[Header, Content, str]:
    """Read a .msg file.

    Returns:
        Its header fields, those of the transport where it kept them; its content; and its message class
        such as `IPM.Note` ([MS-OXOMSG] section 2.2.1.61).

    Raises:
        OSError: it is an OLE file, but damaged.
    """
    with OleFileIO(BytesIO(data)) as ole:
        # No two streams share a sector, unless to make much of little.
        streams = [entry for entry in ole.direntries if entry and entry.entry_type == STGTY_STREAM]
        if sum(entry.size for entry in streams) > len(data):
            raise OSError("its streams are larger than the file")
        root = _storage(ole, ole.root)
    header, content, properties = _message(root, _MESSAGE_OFFSET)
    return header, content, properties.string(pid.PID_MESSAGE_CLASS)


def _message(root: Storage, offset: int, depth: int = 0) -> tuple[Header, Content, _Properties]:
    """Return a message whose properties begin at `offset`, with those that it carries below its text."""
    properties = _Properties(root, offset)
    storages = list(root.iter_attachment_storages())
    attachments = [_Properties(each, _SUB_OBJECT_OFFSET, properties.codecs) for each in storages]
    content = _content(properties)
    if not content.text.strip() and (signed := _signed_message(attachments)):
        content = read_content(signed)
    content.attachments = [_attachment(each) for each in attachments]
    if depth < _MAX_DEPTH:
        carried = zip(storages[:MAX_EMBEDDED], attachments, strict=False)
        add_messages(content, [inner for each in carried if (inner := _carried(*each, depth + 1))])
    return _header(root, properties), content, properties


def _carried(storage: Storage, properties: _Properties, depth: int) -> tuple[Header, Content] | None:
    """Return the message that an attachment is: another of Outlook's, or one in its own source."""
    for inner in storage.storages:
        if inner.path.rpartition("/")[2] == _EMBEDDED:
            header, content, _ = _message(inner, _EMBEDDED_OFFSET, depth)
            return header, content
    data = properties.binary(pid.PID_ATTACH_DATA_BINARY)
    if data and properties.string(pid.PID_ATTACH_MIME_TAG).lower() == "message/rfc822":
        header, start = split_header(data)
        return header, read_content(Part(header, data, start, len(data), depth))
    return None


def _storage(ole: OleFileIO, node: Any, prefix: str = "", depth: int = 0) -> Storage:
    """Return the same as `Storage.from_ole`, which searches all streams again for each one."""
    kids = [(f"{prefix}/{kid.name}" if prefix else kid.name, kid) for kid in node.kids]
    if depth > _DEEPEST_STORAGE:
        raise OSError("it is nested too deep")
    return Storage(
        path=prefix,
        streams=tuple(
            Stream(path, ole._open(kid.isectStart, kid.size).read())  # noqa: SLF001 - it looks nothing up
            for path, kid in kids
            if kid.entry_type == STGTY_STREAM
        ),
        storages=tuple(
            _storage(ole, kid, path, depth + 1) for path, kid in kids if kid.entry_type == STGTY_STORAGE
        ),
    )


def _content(properties: _Properties) -> Content:
    """Return the text: the plain body, else that of the HTML, else that of the rich text."""
    content = Content()
    content.text = properties.string(pid.PID_BODY)
    html = properties.binary(pid.PID_HTML)
    if not content.text.strip() and (
        source := properties.decode_html(html) if html else properties.string(pid.PID_HTML)
    ):
        content.text = content.take(html_to_text(source))
    if not content.text.strip() and (rtf := properties.binary(_RTF_COMPRESSED)):
        content.text = content.take(rtf_to_text(decompressed(rtf)))
    content.text = content.text.replace("\r\n", "\n").replace("\r", "\n")
    return content


def _signed_message(attachments: list[_Properties]) -> Part | None:
    """Return the message in the one attachment of a signed or sealed one ([MS-OXOSMIME] 2.1.3)."""
    for each in attachments[:1]:
        media_type = each.string(pid.PID_ATTACH_MIME_TAG).lower()
        name = each.string(pid.PID_ATTACH_LONG_FILENAME) or each.string(pid.PID_ATTACH_FILENAME)
        data = each.binary(pid.PID_ATTACH_DATA_BINARY)
        if data is None or (media_type not in _SIGNED_MESSAGES and not name.lower().endswith(".p7m")):
            continue
        header, start = split_header(data)
        if "content-type" not in header:
            header, start = Header(), 0
            header.add(b"Content-Type", b"application/pkcs7-mime")
        return Part(header, data, start, len(data))
    return None


def _attachment(properties: _Properties) -> Attachment:
    data = properties.binary(pid.PID_ATTACH_DATA_BINARY)
    is_message = data is None and properties.number(_ATTACH_METHOD) == _IS_EMBEDDED
    return Attachment(
        filename=properties.string(pid.PID_ATTACH_LONG_FILENAME)
        or properties.string(pid.PID_ATTACH_FILENAME)
        or properties.string(pid.PID_DISPLAY_NAME),
        media_type=properties.string(pid.PID_ATTACH_MIME_TAG).lower()
        or ("message/rfc822" if is_message else "application/octet-stream"),
        size=len(data) if data is not None else properties.number(pid.PID_ATTACH_SIZE),
    )


def _header(root: Storage, properties: _Properties) -> Header:
    source = properties.string(_TRANSPORT_MESSAGE_HEADERS).encode("utf-8", "replace")
    transport, _ = split_header(source)
    header = Header()
    header.add(b"Subject", properties.string(pid.PID_SUBJECT).encode("utf-8", "replace"))
    for name, value in transport.items():
        if name != "subject":
            header.add(name.encode(), value.encode("ascii", "surrogateescape"))
    recipients = [
        _Properties(each, _SUB_OBJECT_OFFSET, properties.codecs) for each in root.iter_recipient_storages()
    ]
    sent = properties.time(pid.PID_CLIENT_SUBMIT_TIME) or properties.time(pid.PID_MESSAGE_DELIVERY_TIME)
    for name, value in (
        ("from", _sender(properties)),
        ("to", _recipients(recipients, _TO)),
        ("cc", _recipients(recipients, _CC)),
        ("date", format_datetime(sent) if sent else ""),
        ("message-id", properties.string(pid.PID_INTERNET_MESSAGE_ID)),
        ("references", properties.string(pid.PID_INTERNET_REFERENCES)),
        ("in-reply-to", properties.string(pid.PID_IN_REPLY_TO_ID)),
    ):
        if value and name not in header:
            header.add(name.encode(), value.encode("utf-8", "replace"))
    return header


def _sender(properties: _Properties) -> str:
    name = properties.string(pid.PID_SENDER_NAME) or properties.string(pid.PID_SENT_REPRESENTING_NAME)
    for each in (
        _SENDER_SMTP_ADDRESS,
        _SENT_REPRESENTING_SMTP_ADDRESS,
        pid.PID_SENDER_EMAIL_ADDRESS,
        pid.PID_SENT_REPRESENTING_EMAIL_ADDRESS,
    ):
        # Within an organisation the address is a directory path, which nobody outside can answer to.
        if "@" in (address := properties.string(each)):
            return _mailbox(name, address)
    return _mailbox(name, "") if name else ""


def _recipients(recipients: list[_Properties], kind: int) -> str:
    found = []
    for each in recipients:
        address = each.string(pid.PID_SMTP_ADDRESS) or each.string(pid.PID_EMAIL_ADDRESS)
        if each.number(_RECIPIENT_TYPE) & 0xF == kind:
            found.append(_mailbox(each.string(pid.PID_DISPLAY_NAME), address if "@" in address else ""))
    return ", ".join(found)


def _mailbox(name: str, address: str) -> str:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"').strip("'")
    return f'"{quoted}" <{address}>' if address else f'"{quoted}"'
