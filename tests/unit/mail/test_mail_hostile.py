"""Any length of anything is read, split, cut and answered in the time that its length takes."""

from __future__ import annotations

import pytest

from email_assistant.errors import InvalidEmail
from email_assistant.mail import compose_reply, mailto_link, parse_email, split_paste

SIZE = 200_000
HEAD = b"From: Jo <jo@example.com>\nMessage-ID: <1@example.com>\n"
HTML = HEAD + b"Content-Type: text/html\n\n"


def filled(piece: bytes) -> bytes:
    return piece * (SIZE // len(piece))


PASTES = [
    "a", "lorem ipsum\n", "a: b\n", "From: a@example.com\n", "Subject: a\n\n", "> x\n", ">", "\n", " ", "\n ",
    "a@", "-", "_", "___\n", "---\n", "On 1 May 2025 10:00 a@example.com wrote:\n", "x " * 190 + "wrote:\n",
    "Instructions: a\n", "Please answer no\n\n",
    "Thanks\n\n", "\nSent from my x\n", "-- \nx\n", "Hello,\n", "会議は三時です",
]  # fmt: skip
SOURCES = [
    HEAD + b"Subject: " + filled(b"=?utf-8?q?a?= ") + b"\n\nHi",
    HEAD + b"To: " + filled(b"(") + b"\n\nHi",
    HEAD + b"To: " + filled(b'"\\"') + b"\n\nHi",
    HEAD + b"To: " + filled(b"a@b.example,") + b"\n\nHi",
    HEAD + b"References: " + b"".join(b"<%d@b>" % at for at in range(SIZE // 10)) + b"\n\nHi",
    HEAD + b"Content-Type: text/plain; " + filled(b'a="b;') + b"\n\nHi",
    HEAD + filled(b"X: y\n") + b"\nHi",
    HEAD + b"X: y\n" + filled(b" \n") + b"\nHi",
    HEAD + b"X: y\n" + b" >\n" * 1_000_000 + b"\nHi",
    HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + filled(b"--b\n\nx\n"),
    HEAD
    + b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (at, at) for at in range(5_000)),
    HEAD + filled(b"Content-Type: message/rfc822\n\n"),
    HEAD + b"Content-Type: text/plain; format=flowed\n\n" + filled(b"x \n"),
    HEAD + b"Content-Transfer-Encoding: base64\n\n" + filled(b"QQ=="),
    HTML + filled(b"<div>"),
    HTML + filled(b"<blockquote>x"),
    HTML + filled(b"a<i></i>"),
    HTML + b"<p style='" + filled(b"height:0;") + b"'>x",
    HTML + b"<style>none" + filled(b"@a{") + b"</style>x",
    HTML + b"<style>none" + filled(b"a ") + b"</style>x",
    HTML + b"<style>none" + filled(b"@") + b"</style>x",
    HTML + b"<style>none" + filled(b"/*") + b"</style>x",
    HTML + b"<style>i{display:none}p:nth-child(2n){}</style>" + filled(b"<p>x"),
    HTML + b"<style>i{display:none}" + b"p{color:red}" * 15_000 + b"</style>" + filled(b"<p>x"),
    HTML + b"<p style='" + filled(b"/*") + b"'>x",
]


def use(data: bytes | str) -> None:
    try:
        email = parse_email(data)
    except InvalidEmail:
        return
    compose_reply(email, "Yes.", sender="anna@example.org", reply_all=True)
    mailto_link(email, "Yes.")


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", PASTES)
def test_a_paste_of_one_thing_over_and_over_is_read(piece: str) -> None:
    use(split_paste(piece * (SIZE // len(piece))).email)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("source", SOURCES, ids=range(len(SOURCES)))
def test_a_source_of_one_thing_over_and_over_is_read(source: bytes) -> None:
    use(source)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "line", ["wrote:\n", "Begin forwarded message:\n", "1 写道：\n", "\n", "---\n", "> :\na\n"]
)
def test_a_text_without_end_is_read_as_far_as_a_book(line: str) -> None:
    email = parse_email("Subject: Hi\n\nHello\n" + line * (5_000_000 // len(line)) + "Bye")

    assert "Bye" not in email.newest + email.quoted + email.signature
    assert "damaged" in [warning.code for warning in email.warnings]


@pytest.mark.timeout(60)
def test_a_page_without_end_is_read_as_far_as_a_book() -> None:
    email = parse_email(HEAD + b"Content-Type: text/html\n\n" + b"<p>x" * 5_000_000 + b"Bye")

    assert "Bye" not in email.text
    assert "damaged" in [warning.code for warning in email.warnings]


def test_no_more_recipients_are_kept_than_a_view_can_show() -> None:
    email = parse_email(HEAD + b"To: " + b"a@b.example," * 20_000 + b"\n\nHi")

    assert len(email.to) == 10_000
    assert "damaged" in [warning.code for warning in email.warnings]
