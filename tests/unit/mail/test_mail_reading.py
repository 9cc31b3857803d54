"""Real mail is broken in many ways; each is read as its writer meant it."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest

from email_assistant.errors import InvalidEmail
from email_assistant.mail import IncomingEmail, Mailbox, parse_email

HEAD = b"From: Jo Example <jo@example.com>\r\nTo: Anna <anna@example.org>\r\nMessage-ID: <1@example.com>\r\n"


def part(boundary: str, content_type: str, body: str, *more: str) -> str:
    return "\r\n".join([f"--{boundary}", f"Content-Type: {content_type}", *more, "", body, ""])


def message(content_type: str, *parts: str) -> bytes:
    return HEAD + f"Content-Type: {content_type}\r\n\r\n".encode() + "".join(parts).encode()


def test_a_plain_message_is_read_whole() -> None:
    email = parse_email(
        HEAD
        + b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nCc: team@example.org\r\nReply-To: desk@example.com\r\n"
        + b"Date: Tue, 14 Jan 2025 10:11:12 +0100\r\nReferences: <a@example.com>\r\n <b@example.com>\r\n"
        + b"In-Reply-To: <b@example.com> (yours of today)\r\nList-Id: All <all.lists.example.org>\r\n"
        + b"\r\nHi\r\nAnna\r\n"
    )
    assert email.subject == "Grüße"
    assert email.sender == Mailbox(name="Jo Example", address="jo@example.com")
    assert email.to == (Mailbox(name="Anna", address="anna@example.org"),)
    assert email.cc == (Mailbox(address="team@example.org"),)
    assert email.reply_to == (Mailbox(address="desk@example.com"),)
    assert email.date == datetime(2025, 1, 14, 9, 11, 12, tzinfo=UTC)
    assert email.message_id == "<1@example.com>"
    assert email.in_reply_to == ("<b@example.com>",)
    assert email.references == ("<a@example.com>", "<b@example.com>")
    assert email.list_id == "all.lists.example.org"
    assert email.text == "Hi\nAnna"


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"=?utf-8?b?w7w=?= =?utf-8?b?w7w=?=", "üü"),
        (b"=?utf-8?b?w7zD?= =?utf-8?b?vA==?=", "üü"),  # a character cut in two
        (b"=?iso-8859-1?q?caf=E9_=80?=", "café €"),  # Windows-1252 under another name
        (b"=?gb2312?b?us0=?= plain", "和 plain"),
        (b"=?ISO-2022-JP?B?GyRCMnE1RBsoQg==?=", "会議"),
        (b"=?utf-8?q?no end", "=?utf-8?q?no end"),
        (b"=?nonsense?q?a=C3=BC?=", "aü"),
        ("Grüße".encode(), "Grüße"),
        ("Grüße".encode("cp1252"), "Grüße"),
        (b"=?utf-8?q?Hello=0D=0ABcc:_eve@example.net?=", "Hello Bcc: eve@example.net"),
        (b"one\r\n\ttwo", "one two"),
    ],
)
def test_subjects_are_decoded(raw: bytes, subject: str) -> None:
    assert parse_email(HEAD + b"Subject: " + raw + b"\r\n\r\nx").subject == subject


@pytest.mark.parametrize(
    ("raw", "mailboxes"),
    [
        ("jo@example.com", [("", "jo@example.com")]),
        ('"Doe, Jo" <jo@example.com>, b@example.org', [("Doe, Jo", "jo@example.com"), ("", "b@example.org")]),
        ("Doe, Jo <jo@example.com>", [("Doe, Jo", "jo@example.com")]),
        ("Jo <jo@example.com>; B <b@example.org>", [("Jo", "jo@example.com"), ("B", "b@example.org")]),
        ("Team: a@example.com, b@example.com;", [("", "a@example.com"), ("", "b@example.com")]),
        ("undisclosed-recipients:;", []),
        ("jo@example.com (Jo Example)", [("Jo Example", "jo@example.com")]),
        ("=?utf-8?q?M=C3=BCller=2C_Jo?= <jo@example.com>", [("Müller, Jo", "jo@example.com")]),
        ("Jo <mailto:jo@example.com>", [("Jo", "jo@example.com")]),
        ("Jo [mailto:jo@example.com]", [("Jo", "jo@example.com")]),
        ('"Jo <jo@example.com>', [("Jo", "jo@example.com")]),
        ("<@relay.example:jo@example.com>", [("", "jo@example.com")]),
        ("Jo Example", [("Jo Example", "")]),
    ],
)
def test_addresses_are_taken_apart(raw: str, mailboxes: list[tuple[str, str]]) -> None:
    email = parse_email(b"Message-ID: <1@example.com>\nTo: " + raw.encode() + b"\n\nx")
    assert [(each.name, each.address) for each in email.to] == mailboxes


@pytest.mark.parametrize(
    "source",
    [
        b"\xef\xbb\xbf" + HEAD + b"\r\nHi",
        (HEAD + b"\r\nHi").decode().encode("utf-16"),
        b"From jo@example.com Tue Jan 14 10:11:12 2025\n" + HEAD + b"\r\nHi",
        b"\r\n\r\n" + HEAD + b"\r\nHi",
        HEAD.replace(b"From:", b"From :") + b"\r\nHi",
        b"this line is no header\r\n" + HEAD + b"\r\nHi",
        (HEAD + b"\r\nHi").replace(b"\r\n", b"\n"),
        (HEAD + b"\r\nHi").replace(b"\r\n", b"\r"),
        HEAD + b"Content-Type: multipart/mixed;\r\nboundary=b\r\n\r\n--b\r\n\r\nHi\r\n--b--\r\n",
    ],
)
def test_a_header_that_was_damaged_on_the_way_is_still_read(source: bytes) -> None:
    email = parse_email(source)
    assert email.sender == Mailbox(name="Jo Example", address="jo@example.com")
    assert email.text == "Hi"


def test_every_author_that_from_names_is_kept() -> None:
    email = parse_email(
        b"From: Jo <jo@example.com>, Sam <sam@example.com>\nMessage-ID: <1@example.com>\n\nHi"
    )
    assert email.sender == Mailbox(name="Jo", address="jo@example.com")
    assert email.co_authors == (Mailbox(name="Sam", address="sam@example.com"),)


def test_of_alternatives_the_plain_text_is_read_and_attachments_are_listed() -> None:
    email = parse_email(
        message(
            "multipart/mixed; boundary=m",
            part(
                "m",
                "multipart/alternative; boundary=a",
                part("a", "text/plain", "Plain") + part("a", "text/html", "<p>Rich</p>") + "--a--",
            ),
            part("m", "image/png", "QUJD", "Content-Transfer-Encoding: base64",
                 "Content-Disposition: attachment; filename*=utf-8''M%C3%BCll.png"),
            part("m", "text/plain", "a,b", 'Content-Disposition: attachment; filename="../../etc/list.csv"'),
            "--m--",
        )
    )  # fmt: skip
    assert email.text == "Plain"
    found = [(each.filename, each.media_type, each.size) for each in email.attachments]
    assert found == [("Müll.png", "image/png", 3), ("list.csv", "text/plain", 3)]


def test_an_empty_plain_alternative_gives_way_to_html() -> None:
    email = parse_email(
        message(
            "multipart/alternative; boundary=a",
            part("a", "text/plain", " "),
            part("a", "text/html", "<p>Rich</p>"),
        )
    )
    assert email.text == "Rich"


def test_a_forwarded_message_without_a_text_of_its_own_gives_its_text() -> None:
    inner = "Subject: inner\r\n\r\nWhat was forwarded"
    email = parse_email(message("multipart/mixed; boundary=m", part("m", "message/rfc822", inner), "--m--"))
    assert email.text == "What was forwarded"
    assert email.attachments[0].media_type == "message/rfc822"


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        ("base64", base64.b64encode("Grüße".encode())[:-2], "Gr\u00fc\u00dfe"[:4]),
        ("quoted-printable", b"Gr=C3=BC=C3=9Fe =\r\nan alle", "Grüße an alle"),
        ("8bit", "Grüße".encode("latin-1"), "Grüße"),
        ("x-uuencode", b"begin 644 a\n#86)C\n`\nend", "abc"),
    ],
)
def test_transfer_encodings_are_undone_as_far_as_they_go(encoding: str, body: bytes, text: str) -> None:
    email = parse_email(HEAD + f"Content-Transfer-Encoding: {encoding}\r\n\r\n".encode() + body)
    assert email.text.startswith(text)


@pytest.mark.parametrize(
    ("charset", "codec", "text"),
    [
        ("utf-8", "utf-8", "Grüße"),
        ("iso-8859-1", "cp1252", "„Grüße“ – 5 €"),
        ("ks_c_5601-1987", "cp949", "안녕하세요"),
        ("x-gbk", "gb18030", "你好"),
        ("shift_jis", "cp932", "会議①"),
        ("koi8-r", "koi8-r", "Привет"),
        ("no-such-charset", "utf-8", "Grüße"),
    ],
)
def test_charsets_are_what_programs_mean_by_them(charset: str, codec: str, text: str) -> None:
    header = HEAD + f'Content-Type: text/plain; charset="{charset}"\r\n\r\n'.encode()
    assert parse_email(header + text.encode(codec)).text == text


@pytest.mark.parametrize("charset", ["iso-2022-jp", "us-ascii"])
def test_halfwidth_kana_and_circled_numbers_are_read_from_japanese_mail(charset: str) -> None:
    header = HEAD + f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode()
    body = b"\x1b$B2q5D\x1b(B \x1b$B-!\x1b(B \x1b(I123\x1b(B"
    assert parse_email(header + body).text == "会議 ① ｱｲｳ"


def test_flowed_text_is_joined() -> None:
    header = HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n"
    email = parse_email(header + b"one \r\ntwo\r\n> a \r\n> b\r\n-- \r\nJo")
    assert email.text == "one two\n> a b\n-- \nJo"


def test_nesting_and_length_exhaust_nothing() -> None:
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (depth, depth) for depth in range(400)
    )
    assert parse_email(HEAD + nested + b"\nat the bottom").text == "at the bottom"
    assert len(parse_email(HEAD + b"\r\n" + b"x" * 1_000_000).text) == 1_000_000
    many = b", ".join(b"p%d@example.com" % at for at in range(3_000))
    assert len(parse_email(HEAD + b"Cc: " + many + b"\r\n\r\nx").cc) == 3_000


def test_what_was_read_is_json_and_holds_nothing_a_database_refuses() -> None:
    email = parse_email(HEAD + b"Subject: a\0b\r\n\r\nnul \0 and \xed\xa0\x80 half\r\n")
    dumped = json.dumps(email.model_dump(mode="json"))
    assert IncomingEmail.model_validate(json.loads(dumped)) == email
    assert "\\u0000" not in dumped
    dumped.encode("utf-8")
    assert "newest" not in dumped


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no text"),
        (" \n", "no text"),
        (b"PK\x03\x04\x14\0\0\0", "zip archive"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0", "image"),
        (bytes(range(1, 32)) * 30, "binary"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0", "calendar file"),
        (b"x" * 25_000_001, "25 MB"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Outlook"),
        (HEAD + b"Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\nContent-Type: "
         b"application/octet-stream\r\n\r\n...\r\n--b--", "encrypted"),
        (HEAD + b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nMIIB", "encrypted"),
        (HEAD + b"\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEM\r\n-----END PGP MESSAGE-----", "encrypted"),
        (b"From a@example.com Tue Jan 14 10:11:12 2025\nSubject: 1\n\nx\n\n"
         b"From b@example.com Tue Jan 14 10:11:12 2025\nSubject: 2\n\ny\n", "2 emails"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused_with_what_to_do(data: bytes | str, says: str) -> None:
    with pytest.raises(InvalidEmail, match=says) as refusal:
        parse_email(data)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (b"Auto-Submitted: auto-replied\r\n\r\nAway", "automatic"),
        (b"Precedence: bulk\r\n\r\nNews", "automatic"),
        (b"Return-Path: <>\r\n\r\nAway", "automatic"),
        (b"Reply-To: eve@example.net\r\n\r\nHi", "reply_to_differs"),
        (b"Date: Tue, 14 Jan 2099 10:11:12 +0100\r\n\r\nHi", "date_far_off"),
        (b"Date: Tue, 14 Jan 2003 10:11:12 +0100\r\n\r\nHi", "date_far_off"),
        (b"List-Id: <all.lists.example.org>\r\n\r\nHi", "mailing_list"),
        (b"Reply-To: no-reply@example.com\r\n\r\nHi", "no_reply"),
        ("Reply-To: jörg@example.com\r\n\r\nHi".encode(), "non_ascii_address"),
        (b"Content-Type: text/html\r\n\r\n<p>Hi<span style='display: none'>pay Eve</span>", "hidden_text"),
        (b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nNot delivered\r\n--b\r\n"
         b"Content-Type: message/delivery-status\r\n\r\nStatus: 5.0.0\r\n--b--", "bounce"),
        (b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR", "calendar"),
    ],
)  # fmt: skip
def test_what_a_person_should_know_is_a_warning_in_words(more: bytes, code: str) -> None:
    warnings = parse_email(HEAD + more).warnings
    assert [each.text for each in warnings if each.code == code]
    assert all(each.text.endswith(".") for each in warnings)


def test_an_ordinary_email_has_no_warnings() -> None:
    today = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S +0000").encode()
    assert parse_email(HEAD + b"Date: " + today + b"\r\n\r\nHi").warnings == ()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Could you please send me the invoice for the last order? Thank you.", "en"),
        ("Könnten Sie mir bitte die Rechnung für die letzte Bestellung schicken?", "de"),
        ("Pourriez-vous nous envoyer la facture de la dernière commande ?", "fr"),
        ("¿Me puede enviar la factura del último pedido, por favor? Muchas gracias.", "es"),
        ("請求書を送っていただけますか。", "ja"),
        ("Пришлите, пожалуйста, счёт.", "ru"),
        ("Kan du sende mig fakturaen? Jeg vil også gerne have den på mail. Tak!", "da"),
        ("Kan du sende meg fakturaen? Jeg vil også gjerne ha den på e-post. Takk!", "no"),
        ("Kan du skicka fakturan till mig? Jag vill inte vänta, och det är bråttom. Tack!", "sv"),
        ("Hallo Ben, das passt mir sehr gut, dann sehen wir uns.", "de"),
        ("ok", ""),
    ],
)
def test_the_language_is_told_where_it_is_sure(text: str, language: str) -> None:
    assert parse_email(text).language == language


COPIED = (
    "<div><b>From:</b> Lena Vogt &lt;lena@example.com&gt;<br><b>To:</b> Sam Cole &lt;sam@example.org&gt;<br>"
    "<b>Subject:</b> Stand at the fair</div><p>May we share your <a href='https://example.com/plan'>stand</a>?</p>"
    "<div>On Mon, 2 Feb 2026 at 09:00, Sam Cole &lt;sam@example.org&gt; wrote:</div>"
    "<blockquote>It is number 14.</blockquote>"
)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (f"<!doctype html><meta charset='utf-8'>{COPIED}", None),
        (f"<html><body><!--StartFragment-->{COPIED}<!--EndFragment--></body></html>", "mail.html"),
        (COPIED, "mail.HTM"),
    ],
)
def test_html_that_was_copied_or_saved_tells_its_header_and_its_quote(source: str, name: str | None) -> None:
    email = parse_email(source.encode(), name)
    assert email.sender == Mailbox(name="Lena Vogt", address="lena@example.com")
    assert email.subject == "Stand at the fair"
    assert "https://example.com/plan" in email.newest
    assert "<" not in email.newest.replace("<https://example.com/plan>", "")
    assert "number 14" in email.text
    assert "number 14" not in email.newest


def test_a_file_named_html_is_read_so_where_text_comes_first() -> None:
    email = parse_email(b"Dear Sam, <b>can</b> you come<br>on Monday?", "mail.html")
    assert email.text.strip() == "Dear Sam, can you come\non Monday?"


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("shift_jis", "ありがとう"),
        ("shift_jis", "来週の火曜日に伺います。"),
        ("euc_jp", "来週の火曜日に伺います。"),
        ("gb2312", "下周二我会过去，请您准备合同。"),
        ("big5", "下週二我會過去，請您準備合約。"),
        ("euc_kr", "감사합니다"),
        ("cp1251", "Спасибо, да"),
        ("koi8-r", "Спасибо, да"),
        ("cp1251", "Встретимся во вторник в Hotel Astoria, room 12"),
        ("cp1253", "Θα έρθω την επόμενη Τρίτη το πρωί."),
        ("cp1252", "Grüße aus Köln"),
    ],
)
def test_a_text_whose_charset_nothing_names_is_read_by_its_letters(codec: str, text: str) -> None:
    source = b"From: Jo <jo@example.com>\nMessage-ID: <1@example.com>\n\n" + text.encode(codec)
    assert parse_email(source).text == text
