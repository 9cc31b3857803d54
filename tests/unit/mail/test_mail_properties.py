"""What holds for any bytes and any Unicode."""

from __future__ import annotations

import json
import re
from email import message_from_bytes
from email.utils import getaddresses

from hypothesis import example, given, settings
from hypothesis import strategies as st

from email_assistant.errors import InvalidEmail
from email_assistant.mail import (
    IncomingEmail,
    Mailbox,
    compose_reply,
    mailto_link,
    parse_email,
    reply_subject,
    split_paste,
)
from email_assistant.mail.html.to_text import html_to_text
from email_assistant.mail.text.quoting import split_text
from email_assistant.mail.wire.header_encoding import addr_spec

relaxed = settings(deadline=None)  # no time is measured here, and the machine may be busy
anything = st.text(st.characters(), max_size=300)
pieces = st.sampled_from(
    [
        "From: Jo <jo@example.com>",
        "Subject: =?utf-8?q?=C3=BC?=",
        "Content-Type: multipart/mixed; boundary=b",
        "Content-Type: text/html; charset=utf-16",
        "Content-Type: message/rfc822",
        "Content-Transfer-Encoding: base64",
        "--b",
        "--b--",
        "",
        " folded",
        "QUJD",
        "On 1 May 2025 at 10:00, Jo <jo@example.com> wrote:",
        "> quoted",
        "Von: Jo",
        "Betreff: x",
        "-- ",
        "---",
        "Best regards,",
        "Instructions: say no",
        "<div style='display:none'>",
        "-----Original Message-----",
        "Message-ID: <1@example.com>",
        "Date: Mon, 99 Foo 2025",
        'To: "a, (b <c@d>; e:',
        "=?gb2312?b?us0",
        "begin 644 x",
        "https://example.com/?q=1",
        "Please decline politely.",
        "\ufeffx",
        "\x1b$B2q",
    ]
)
mailish = st.lists(st.one_of(pieces, anything), max_size=20).map("\n".join)
domain_label = st.from_regex(r"[a-z][a-z0-9]{0,10}", fullmatch=True)
address = st.builds(
    "{}@{}.example".format,
    st.from_regex(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,20}", fullmatch=True),
    domain_label,
)
mailbox = st.builds(Mailbox, name=anything, address=address)


def check_whole(email: IncomingEmail) -> None:
    """Check that whatever was read can be stored, split and answered."""
    dumped = json.dumps(email.model_dump(mode="json"))
    assert IncomingEmail.model_validate(json.loads(dumped)) == email
    dumped.encode()
    views = "".join(f"{email.newest}{email.quoted}{email.signature}".split())
    assert sorted(views) == sorted("".join(email.text.split()))
    compose_reply(email, "Yes.", sender="anna@example.org", reply_all=True)
    mailto_link(email, "Yes.")


@relaxed
@given(st.binary(max_size=600))
@example(b"\xff\xfe")
@example(b"From ")
@example(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
def test_no_bytes_raise_anything_but_invalid_email(data: bytes) -> None:
    try:
        check_whole(parse_email(data))
    except InvalidEmail as refusal:
        assert str(refusal).endswith(".")  # noqa: PT017 - most are read


@relaxed
@given(mailish)
def test_no_text_raises_anything_but_invalid_email(text: str) -> None:
    for data in (text, text.encode("utf-8", "replace")):
        try:
            check_whole(parse_email(data))
        except InvalidEmail as refusal:
            assert str(refusal).endswith(".")  # noqa: PT017 - most are read


@relaxed
@given(mailish)
def test_a_paste_loses_no_line(text: str) -> None:
    paste = split_paste(text)
    kept = {line.strip() for line in re.split(r"\r\n|\r|\n", f"{paste.email}\n{paste.instructions}")}
    lost = [line for line in re.split(r"\r\n|\r|\n", text) if line.strip() and line.strip() not in kept]
    # A line that only says where a part begins, or parts them, is the one that may go.
    assert len(lost) <= 2
    for line in lost:
        assert re.search(r"[:：]|[-=_*~—–─]{2}", line)


@relaxed
@given(anything)
def test_html_of_any_kind_becomes_text(html: str) -> None:
    assert isinstance(html_to_text(html).text, str)


@relaxed
@given(st.text(st.characters(), max_size=200))
def test_views_of_a_text_are_made_of_its_lines(text: str) -> None:
    found = split_text(text)
    assert sorted("".join("".join(found).split())) == sorted("".join(text.split()))


@relaxed
@given(anything, anything, mailbox, st.lists(mailbox, max_size=5), st.booleans())
def test_a_reply_is_read_back_as_it_was_written(
    subject: str, body: str, sender: Mailbox, cc: list[Mailbox], quote: bool
) -> None:
    email = IncomingEmail(
        subject=subject, sender=sender, cc=tuple(cc), message_id="<1@example.com>", text="Hi"
    )
    source = compose_reply(email, body, sender="me@here.example", reply_all=True, quote=quote)
    read = parse_email(source)
    assert "".join(read.subject.split()) == "".join(reply_subject(email.subject).split())
    if not quote:
        clean = re.sub(r"[\ud800-\udfff]", "\ufffd", body.replace("\0", "")).replace("\r\n", "\n")
        expected = clean.replace("\r", "\n").strip("\n\ufeff")
        assert read.text == (expected if expected.strip() else "")
    assert [addr_spec(each.address) for each in read.to] == [addr_spec(sender.address)]
    assert [each.name.strip("'") for each in read.to] == [" ".join(sender.name.split()).strip("'")]
    wanted = {each.address.casefold() for each in cc} - {sender.address.casefold()}
    assert {addr_spec(each.address).casefold() for each in read.cc} == set(map(addr_spec, wanted))
    assert read.references == ("<1@example.com>",)


evil = st.text(st.sampled_from('a:@<>,;"\\ \r\n\0\u2028\x85\x0bBcc=?'), max_size=60)


@relaxed
@given(evil, evil, evil, evil, evil)
@example(
    "a\r\nBcc: eve@example.net", "a\nBcc: b", "<a@b>\r\nBcc: c", "Jo\r\nBcc: d <e@f.example>", "x\0\r\n\r\ny"
)
def test_no_field_can_begin_another(
    subject: str, name: str, message_id: str, sender: str, where: str
) -> None:
    email = IncomingEmail.model_construct(  # as if no validator had cleaned it
        subject=subject,
        sender=Mailbox.model_construct(name=name, address=where),
        cc=(Mailbox.model_construct(name=name, address=f"{where}@example.com"),),
        message_id=message_id,
        references=(message_id, where),
    )
    source = compose_reply(email, "Yes.", sender=sender, reply_all=True, subject=subject)
    header, _, body = source.partition(b"\r\n\r\n")
    names = [line.partition(b":")[0] for line in header.split(b"\r\n") if not line.startswith(b" ")]
    assert set(names) <= {
        b"From", b"To", b"Cc", b"Subject", b"Date", b"Message-ID", b"In-Reply-To", b"References", b"X-Unsent",
        b"X-Uniform-Type-Identifier", b"MIME-Version", b"Content-Type", b"Content-Transfer-Encoding",
    }  # fmt: skip
    assert len(names) == len(set(names))
    assert not re.search(rb"[\r\n\0]", header.replace(b"\r\n", b""))
    assert body == b"Yes.\r\n"
    assert message_from_bytes(source)["Bcc"] is None


@relaxed
@given(st.lists(mailbox, min_size=1, max_size=4))
def test_written_addresses_are_those_the_standard_library_reads(mailboxes: list[Mailbox]) -> None:
    first, *rest = mailboxes
    source = compose_reply(IncomingEmail(sender=first, cc=tuple(rest)), "x", sender="", reply_all=True)
    message = message_from_bytes(source)
    read = [address for _, address in getaddresses([*message.get_all("To", []), *message.get_all("Cc", [])])]
    assert {each.casefold() for each in read} == {addr_spec(each.address).casefold() for each in mailboxes}
