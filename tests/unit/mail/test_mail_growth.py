"""Twice as much of anything takes no more than about twice the time: nothing in a mail is quadratic."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest

from email_assistant.errors import InvalidEmail
from email_assistant.mail import parse_email, reply_recipients, reply_subject
from email_assistant.mail.html.to_text import html_to_text
from email_assistant.mail.parsing.invitation import calendar_to_text
from email_assistant.mail.parsing.pgp import without_armour
from email_assistant.mail.parsing.program_mail import is_automatic_subject, takes_no_answers
from email_assistant.mail.parsing.rtf import decompressed, rtf_to_text
from email_assistant.mail.parsing.smime import signed_content
from email_assistant.mail.parsing.tnef import tnef_to_text
from email_assistant.mail.text.language import language_of
from email_assistant.mail.wire.header_decoding import parse_mailboxes
from email_assistant.mail.wire.transfer import base64_text, quoted_printable

MAX_RATIO = 3.5
"""Of the time for twice the size; four is quadratic."""
MIN_SECONDS = 0.25
"""A shorter time says more of the machine than of the parser, and harms nobody."""
HEAD = b"From: Jo <jo@example.com>\nMessage-ID: <1@example.com>\n"
HTML = HEAD + b"Content-Type: text/html\n\n"
FIRST = 60_000

Make = Callable[[int], bytes]


def run_of(piece: bytes) -> Make:
    return lambda size: piece * (size // len(piece))


def numbered(piece: bytes) -> Make:
    return lambda size: b"".join(piece % at for at in range(size // (len(piece) + 3)))


def read(before: bytes, make: Make) -> Callable[[int], object]:
    def reading(size: int) -> object:
        try:
            return parse_email(before + make(size) + b"\n\nHi")
        except InvalidEmail:
            return None

    return reading


def text_of(make: Make) -> Callable[[int], str]:
    return lambda size: make(size).decode()


MARKS = "a" + "\u0301\u0316" * 500
HEADERS = {
    "quotation marks": read(HEAD + b"To: ", run_of(b'"\\')),
    "pasted addresses": read(HEAD + b"To: ", run_of(b"[mailto:")),
    "comments": read(HEAD + b"To: ", run_of(b"(\\")),
    "colons": read(HEAD + b"To: a@b", run_of(b":")),
    "blanks": read(HEAD + b"To: a@b", run_of(b"  ")),
    "commas": read(HEAD + b"To: ", run_of(b"x,")),
    "unfinished words": read(HEAD + b"To: ", run_of(b"=?a?q?")),
    "encoded addresses": read(HEAD + b"To: ", run_of(b"=?a?q?b@c?=")),
    "re": read(HEAD + b"Subject: ", run_of(b"Re: ")),
    "tags": read(HEAD + b"Subject: ", run_of(b"[a] ")),
    "words": read(HEAD + b"Subject: ", run_of(b"=?utf-8?q?a?= ")),
    "ids": read(HEAD + b"References: ", run_of(b"<a@b> <")),
    "parameters": read(HEAD + b"Content-Type: text/plain;", run_of(b' name*0="a";')),
    "fields": read(HEAD, run_of(b"Received: x; y\n")),
    "dates": read(HEAD + b"Date: ", run_of(b"1 (")),
    "list": read(HEAD + b"List-Id: ", run_of(b"<")),
}
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n"
SCRIPT = b"<script><!--<script></script> <a ' --></script>"
A_MESSAGE = b"--b\nContent-Type: message/rfc822\n\nSubject: x\n\nhi\n"
ALTERNATIVES = b"--b\n\nx\n--b\nContent-Type: text/html\n\n<p>y\n"
BODIES = {
    "attributes of one tag": read(HTML + b"<p ", numbered(b"a%d=b ")),
    "cells of one row": read(HTML + b"<table><tr>", run_of(b"<td>x")),
    "elements on one line": read(HTML, run_of(b"<b>x</b>")),
    "formatting that blocks open anew": read(HTML, numbered(b"<b a%d><p>")),
    "formatting that a comment closes": read(HTML, numbered(b"<b a%d><!--</b>--><p>")),
    "formatting that a value closes": read(HTML, numbered(b"<b a%d><i x='</b>'></i><p>")),
    "formatting behind a script": read(HTML + SCRIPT, numbered(b"<b a%d><p>")),
    "formatting in a drawing": read(HTML + b"<svg><style>", numbered(b"<b a%d><p>")),
    "nested tables": read(HTML, run_of(b"<table><tr><td>")),
    "nested lists": read(HTML, run_of(b"<ol start=2><li>x")),
    "struck words": read(HTML, run_of(b"<s>x </s>")),
    "links": read(HTML, run_of(b"<a href=http://x.example/y>x</a>")),
    "declarations": read(HTML + b"<p style='", run_of(b"clip:rect(0 0 0;")),
    "one value": read(HTML + b"<p style='filter:opacity(", run_of(b"0")),
    "sheets": read(HTML + b"<style>", run_of(b".a{color:red}")),
    "comments": read(HTML, run_of(b"<!--")),
    "open values": read(HTML, run_of(b"<a b='")),
    "embedded data": read(HTML, run_of(b"data:a;base64,")),
    "metas": read(HTML, run_of(b"<meta ")),
    "html as text": read(HEAD + b"\n<div>", run_of(b"<div ")),
    "boundaries": read(HEAD + b"Content-Type: multipart/mixed\n\n", run_of(b"--a\n")),
    "other boundaries": read(MIXED, run_of(b"--a\nContent-Type: x/y\n\n")),
    "entities of one boundary": read(MIXED, run_of(b"--b\nContent-Type: multipart/mixed; boundary=b\n\n")),
    "embedded messages": read(MIXED, run_of(A_MESSAGE)),
    "stubs": read(MIXED.replace(b"mixed", b"alternative"), run_of(ALTERNATIVES)),
    "no utf-8": read(HEAD + b"Content-Type: text/plain; charset=utf-8\n\n", run_of(b"\xe9 ")),
    "calendar": read(HEAD + b"Content-Type: text/calendar\n\n", run_of(b'A;B="')),
}  # fmt: skip
PARSERS: dict[str, Callable[[int], object]] = {
    "mailboxes": lambda size: parse_mailboxes("(a(b" * (size // 4)),
    "html": lambda size: html_to_text("<p style=color:#fff>x" * (size // 21)),
    "calendar": lambda size: calendar_to_text("BEGIN:VEVENT\nSUMMARY" + ";a" * (size // 2)),
    "language": lambda size: language_of("kan " * (size // 4)),
    "armour": lambda size: without_armour("-----BEGIN PGP SIGNED MESSAGE-----\n" * (size // 35)),
    "subject": lambda size: (reply_subject("Re: [a] " * (size // 8)), is_automatic_subject("a" * size)),
    "address": lambda size: takes_no_answers("no-" * (size // 3) + "@example.com"),
    "rich text": lambda size: rtf_to_text(b"{\\rtf1 " + b"{\\u322?\\b x" * (size // 11)),
    "compressed": lambda size: decompressed(
        size.to_bytes(4, "little") + b"\0\0\0\0LZFu\0\0\0\0" + b"\xff\0\x0f" * (size // 3)
    ),
    "signed": lambda size: signed_content(b"\x30\x80" * (size // 2)),
    "winmail": lambda size: tnef_to_text(b"\x78\x9f\x3e\x22\0\0" + b"\1\0" * (size // 2)),
    "base64": lambda size: base64_text(b"QUI=\n\n x\n" * (size // 9)),
    "soft breaks": lambda size: quoted_printable(b"= " * (size // 2)),
}
INPUTS = {
    **{f"header: {name}": of_size for name, of_size in HEADERS.items()},
    **{f"body: {name}": of_size for name, of_size in BODIES.items()},
    **{f"parser: {name}": of_size for name, of_size in PARSERS.items()},
}


def seconds(of_size: Callable[[int], object], size: int) -> float:
    begun = process_time()
    of_size(size)
    return process_time() - begun


@pytest.mark.parametrize("name", INPUTS)
def test_the_time_grows_no_faster_than_the_input(name: str) -> None:
    of_size = INPUTS[name]
    of_size(1_000)  # what is loaded and compiled once
    seconds_of_one, seconds_of_two = seconds(of_size, FIRST), seconds(of_size, FIRST * 2)
    if seconds_of_two > MIN_SECONDS and seconds_of_two > seconds_of_one * MAX_RATIO:  # once more
        seconds_of_one, seconds_of_two = seconds(of_size, FIRST), seconds(of_size, FIRST * 2)
    assert seconds_of_two < max(MIN_SECONDS, seconds_of_one * MAX_RATIO)
    assert seconds_of_two < 10


def test_a_reply_to_a_mail_of_many_recipients_is_addressed_at_once() -> None:
    email = parse_email(HEAD + b"To: " + b"a@b.example," * 9_000 + b"\n\nHi")
    assert seconds(lambda _: reply_recipients(email, own=["x@b.example"], reply_all=True), 0) < 10


def test_no_letter_has_more_marks_than_any_language_puts_on_one() -> None:
    # `unicodedata.normalize` takes the square of their number, wherever the text goes afterwards.
    email = parse_email(f"From: Jo <jo@example.com>\nSubject: {MARKS}\n\n{MARKS} e\u0301")
    assert len(email.subject) < 40
    assert len(email.text) < 40
    assert email.text.endswith(" e\u0301")
