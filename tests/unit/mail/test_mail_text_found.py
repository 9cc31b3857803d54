"""Wherever a mail keeps its text it is found; where there is none, or none to read, that is said."""

from __future__ import annotations

import base64
import struct

import pytest

from email_assistant.errors import InvalidEmail
from email_assistant.mail import IncomingEmail, parse_email
from email_assistant.mail.parsing.rtf import decompressed, rtf_to_text

HEAD = b"From: Jo <jo@example.com>\r\nMessage-ID: <1@example.com>\r\n"
ASKED = "Shall we meet on Friday?"


def codes(email: IncomingEmail) -> list[str]:
    return [warning.code for warning in email.warnings]


def parts(kind: str, *entities: str) -> bytes:
    body = "".join(f"--b\r\n{entity}\r\n" for entity in entities)
    return HEAD + f"Content-Type: multipart/{kind}; boundary=b\r\n\r\n{body}--b--".encode()


def rtf_property(rtf: bytes) -> bytes:
    return struct.pack("<II", len(rtf) + 12, len(rtf)) + b"MELA" + b"\0" * 4 + rtf


def winmail(properties: bytes, count: int) -> bytes:
    data = struct.pack("<I", count) + properties
    return b"\x78\x9f\x3e\x22\0\0" + struct.pack("<BII", 1, 0x69003, len(data)) + data + b"\0\0"


def der(tag: int, content: bytes) -> bytes:
    length = len(content)
    return bytes([tag, 0x82, length >> 8, length & 255]) + content


SIGNED = der(0x30, bytes.fromhex("06092a864886f70d010702") + der(0xA0, der(0x30,
    b"\2\1\1" + der(0x31, b"") + der(0x30, bytes.fromhex("06092a864886f70d010701")
    + der(0xA0, der(0x04, b"Content-Type: text/plain\r\n\r\n" + ASKED.encode()))))))  # fmt: skip
HTML = "Content-Type: text/html\r\n\r\n<p>Hello Sam,</p><p>" + ASKED + "</p>"
CALENDAR = (
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Lunch\\, all\r\nLOCATION:Roof\r\n"
    "DTSTART;TZID=Europe/Berlin:20261012T120000\r\nDTEND:20261012T130000\r\n"
    "DESCRIPTION:"
    + ASKED[:9]
    + "\r\n "
    + ASKED[9:]
    + "\r\nBEGIN:VALARM\r\nDESCRIPTION:ring\r\nEND:VALARM\r\n"
)


def with_rtf() -> bytes:
    rtf = rtf_property(rb"{\rtf1\ansi " + ASKED.encode() + b"}")
    properties = struct.pack("<HHII", 0x102, 0x1009, 1, len(rtf)) + rtf + b"\0" * (-len(rtf) % 4)
    return base64.b64encode(winmail(properties, 1))


@pytest.mark.parametrize(
    "source",
    [
        HEAD + b'Content-Type: text/plain; name="a.txt"\r\n\r\n' + ASKED.encode(),
        HEAD + b"Content-Disposition: attachment; filename=a.txt\r\n\r\n" + ASKED.encode(),
        parts("mixed", 'Content-Type: text/plain; name="a.txt"\r\n\r\n' + ASKED, "\r\nfooter of the list"),
        parts("alternative", "\r\nThis message is in HTML. Use another program to read it.", HTML),
        parts("alternative", "\r\nDiese Nachricht hat nur einen HTML-Teil.", HTML),
        parts("alternative", "\r\nhttps://example.com/view?id=1", HTML),
        parts("alternative", "\r\n<html><body><p>" + ASKED + "</p></body></html>", HTML),
        HEAD + b"\r\n<html><body><p>" + ASKED.encode() + b"</p></body></html>",
        HEAD + b"\r\n<div><b>Hello</b></div><div>" + ASKED.encode() + b"</div>",
        parts("mixed", "\r\nHello", "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\n" + ASKED),
        parts("digest", "\r\nSubject: 1\r\n\r\nOne", "\r\nSubject: 2\r\n\r\n" + ASKED),
        HEAD + b"Content-Type: text/calendar\r\n\r\n" + CALENDAR.encode(),
        HEAD + b"Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n" + with_rtf(),
        HEAD + b"Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.b64encode(SIGNED),
        HEAD + b"Content-Type: multipart/mixed; boundary=other\r\n\r\nSee below\r\n--b\r\n"
        b"Content-Type: text/plain\r\n\r\n" + ASKED.encode() + b"\r\n--b--",
        HEAD + b"\r\n--b\r\nContent-Type: text/plain\r\n\r\n" + ASKED.encode() + b"\r\n--b--",
        HEAD + b"Content-Type: text/plain\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n" + ASKED.encode()
        + b"\r\n--b--",
        parts("alternative", HTML, "Content-Type: text/plain\r\n\r\n \r\n"),
    ],
    ids=range(18),
)  # fmt: skip
def test_the_text_is_found(source: bytes) -> None:
    email = parse_email(source)
    assert ASKED in email.text
    assert "Content-Type" not in email.text
    assert "<p>" not in email.text
    assert "no_text" not in codes(email)


PLAIN = "Content-Type: text/plain\r\n\r\n"
NAMED = "Content-Type: text/plain; name=note.txt\r\n\r\n"
IMAGE = "Content-Type: image/png; name=map.png\r\n\r\nx"


@pytest.mark.parametrize("kind", ["alternative", "related"])
@pytest.mark.parametrize("closed", ["--b--\r\n\r\n", ""])
def test_an_entity_with_the_boundary_of_the_one_around_it_keeps_its_parts(kind: str, closed: str) -> None:
    own = [PLAIN + ASKED, HTML] if kind == "alternative" else [HTML]
    nested = f"Content-Type: multipart/{kind}; boundary=b\r\n\r\n"
    email = parse_email(parts("mixed", nested, *own[:-1], f"{own[-1]}\r\n{closed}", IMAGE))

    assert email.text.count(ASKED) == 1
    assert [each.filename for each in email.attachments] == ["map.png"]


def test_what_follows_such_an_entity_is_not_its_own() -> None:
    nested = "Content-Type: multipart/alternative; boundary=b\r\n\r\n"
    email = parse_email(parts("mixed", nested, PLAIN + ASKED, HTML + "\r\n--b--\r\n", PLAIN + "Below."))

    assert email.text.split() == [*ASKED.split(), "Below."]


@pytest.mark.parametrize(
    ("entities", "text", "files"),
    [
        ([NAMED + "One.", NAMED + "Two."], ["One.", "Two."], []),
        ([PLAIN + "One.", NAMED + "Two."], ["One."], ["note.txt"]),
        ([NAMED + "One.", PLAIN + "Two.", NAMED + "Three."], ["One.", "Two."], ["note.txt"]),
    ],
)
def test_texts_with_names_are_the_mail_where_it_has_no_other(
    entities: list[str], text: list[str], files: list[str]
) -> None:
    email = parse_email(parts("mixed", *entities))

    assert email.text.split() == text
    assert [each.filename for each in email.attachments] == files


def test_an_invitation_says_what_when_and_where() -> None:
    text = parse_email(HEAD + b"Content-Type: text/calendar\r\n\r\n" + CALENDAR.encode()).text
    assert text.startswith("Lunch, all\nWhen: 2026-10-12 12:00 (Europe/Berlin) – 13:00\nWhere: Roof\n")
    assert "ring" not in text


def test_an_answer_to_an_invitation_says_what_it_is_and_why() -> None:
    event = "BEGIN:VEVENT\nSUMMARY:Lunch\nATTENDEE;PARTSTAT=DECLINED:x\nCOMMENT:I am ill\nEND:VEVENT"
    for method, said in (("REPLY", "Answer: declined"), ("CANCEL", "Cancelled")):
        calendar = f"BEGIN:VCALENDAR\nMETHOD:{method}\n{event}\nEND:VCALENDAR"
        assert parse_email(HEAD + b"Content-Type: text/calendar\r\n\r\n" + calendar.encode()).text == (
            f"Lunch\n{said}\n\nI am ill"
        )


def test_a_plain_alternative_that_says_what_the_html_says_is_read() -> None:
    email = parse_email(parts("alternative", "\r\nHello Sam, shall we meet on *Friday*?", HTML))
    assert email.text == "Hello Sam, shall we meet on *Friday*?"


@pytest.mark.parametrize(
    "source",
    [
        HEAD + b"\r\n",
        parts("mixed", "Content-Type: image/png\r\n\r\nx"),
        HEAD + b"Content-Type: text/html\r\n\r\n<img src=x>",
        HEAD + b"Content-Type: application/ms-tnef\r\n\r\ndamaged",
    ],
)
def test_a_mail_without_text_is_said_to_have_none(source: bytes) -> None:
    email = parse_email(source)
    assert email.text == ""
    assert "no_text" in codes(email)


BLOCK = "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEM\r\n-----END PGP MESSAGE-----"
ENCRYPTED = (
    "Content-Type: multipart/encrypted; boundary=c\r\n\r\n--c\r\n"
    "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--c\r\n"
    "Content-Type: application/octet-stream\r\n\r\nx\r\n--c--"
)


@pytest.mark.parametrize(
    "source",
    [
        parts("mixed", ENCRYPTED, "\r\n-- \r\nChecked by a gateway."),
        parts("mixed", ENCRYPTED, "\r\nThis mail was checked."),
        HEAD + f"\r\n{BLOCK}\r\n".encode(),
        f"{BLOCK}\n",
    ],
)
def test_what_is_encrypted_is_refused_whatever_stands_around_it(source: bytes | str) -> None:
    with pytest.raises(InvalidEmail, match="encrypted"):
        parse_email(source)


def test_a_mail_that_quotes_an_encrypted_one_is_read() -> None:
    quoted = "\r\n".join(f"> {line}" for line in BLOCK.split("\r\n"))
    email = parse_email(HEAD + f"\r\nI cannot open this:\r\n\r\n{quoted}\r\n".encode())
    assert email.newest.startswith("I cannot open this")
    assert "encrypted_part" not in codes(email)
    both = parse_email(HEAD + f"\r\nHello Sam\r\n\r\n{BLOCK}\r\n".encode())
    assert "encrypted_part" in codes(both)


def test_a_clear_signed_text_loses_its_armour() -> None:
    signed = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHi Sam\n- --\nJo\n"
        "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\nfooter"
    )
    assert parse_email(HEAD + b"\r\n" + signed.encode()).text == "Hi Sam\n--\nJo\nfooter"
    quoted = "\n".join(f"> {line}" for line in signed.split("\n"))
    assert parse_email(HEAD + b"\r\nX\n\n" + quoted.encode()).text == "X\n\n> Hi Sam\n> --\n> Jo\n> footer"


def test_a_clear_signed_text_that_quotes_one_loses_both_armours() -> None:
    inner = ["Hi Sam"]
    for mark in ("> ", ""):
        armoured = ["-----BEGIN PGP SIGNED MESSAGE-----", "Hash: SHA256", "", *inner]
        armoured += ["-----BEGIN PGP SIGNATURE-----", "", "abc", "-----END PGP SIGNATURE-----"]
        inner = ["Yes.", "", *(f"{mark}{line}" for line in armoured)] if mark else armoured
    assert parse_email(HEAD + b"\r\n" + "\n".join(inner).encode()).text == "Yes.\n\n> Hi Sam"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            "SGkgU2FtLCB3ZSBtZWV0Lg==\r\n\r\n____\r\nUsers, the list",
            "Hi Sam, we meet.\n____\nUsers, the list",
        ),
        (
            "CAUTION: from outside.\r\n\r\nSGkgU2FtLCB3ZSBtZWV0Lg==",
            "CAUTION: from outside.\nHi Sam, we meet.",
        ),
        ("SGkgU2Ft\r\nLCB3ZSBt\r\nZWV0Lg==", "Hi Sam, we meet."),
        ("It's plain, after all.", "It's plain, after all."),
        ("Hello,\r\n\r\nit's plain, after all.\r\n\r\nJens", "Hello,\n\nit's plain, after all.\n\nJens"),
    ],
)
def test_plain_text_around_base64_is_not_decoded(body: str, text: str) -> None:
    source = HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + body.encode()
    assert parse_email(source).text == text


def test_blanks_behind_a_soft_break_go_and_pieces_of_a_name_are_joined_as_they_are() -> None:
    assert (
        parse_email(HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\nMon= \t\r\nday").text
        == "Monday"
    )
    email = parse_email(
        parts("mixed", "\r\nHi", "Content-Type: application/pdf\r\nContent-Disposition: attachment;"
              ' filename*0="The ";\r\n filename*1="plan.pdf"\r\n\r\nx')
    )  # fmt: skip
    assert [each.filename for each in email.attachments] == ["The plan.pdf"]


@pytest.mark.parametrize(
    ("declared", "codec", "text"),
    [
        ("utf-8", "latin-1", "Grüße aus Köln für Jörg"),
        ("utf-8", "cp1251", "Добрый день, пришлите счёт, спасибо большое"),
        ("utf-8", "koi8-r", "Добрый день, пришлите счёт, спасибо большое"),
        ("iso-8859-2", "utf-8", "Dzień dobry, mógłby Pan"),
        ("windows-1251", "utf-8", "Добрый день"),
        ("utf-8", "iso8859-2", "czy mógłby Pan przysłać fakturę"),
    ],
)
def test_the_bytes_say_which_charset_it_is(declared: str, codec: str, text: str) -> None:
    header = HEAD + f"Content-Type: text/plain; charset={declared}\r\n\r\n".encode()
    assert parse_email(header + text.encode(codec)).text == text


def test_html_may_name_its_charset_itself() -> None:
    html = "<meta content='text/html; charset=windows-1253'><p>Καλημέρα".encode("cp1253")
    assert parse_email(HEAD + b"Content-Type: text/html\r\n\r\n" + html).text == "Καλημέρα"


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (rb"{\rtf1\ansi{\fonttbl{\f0 A;}}Gr\'fc\'dfe\par \{x\} \u8364?5{\*\generator y;}}", "Grüße\n{x} €5"),
        (rb"{\rtf1\ansi{\fonttbl{\f0\fcharset204 Arial;}}\f0 \'cf\'f0\'e8}", "При"),
        (rb"{\rtf1\ansi\fromhtml1{\*\htmltag64 <p>}one\htmlrtf\par\htmlrtf0{\*\htmltag <p>}two &amp; three}",
         "one\n\ntwo & three"),
    ],
)  # fmt: skip
def test_rich_text_becomes_text(rtf: bytes, text: str) -> None:
    assert rtf_to_text(rtf).text == text
    assert rtf_to_text(decompressed(rtf_property(rtf))).text == text


def test_compressed_rich_text_is_decompressed() -> None:
    # The example of [MS-OXRTFCP] section 3.2.1.
    data = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert decompressed(data) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
