"""Replies read back by decoders that nobody here wrote."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.mail_corpus import mail_files
from email_assistant.errors import InvalidEmail
from email_assistant.mail import (
    IncomingEmail,
    Mailbox,
    compose_reply,
    parse_email,
    reply_recipients,
    reply_references,
    reply_subject,
    reply_text,
)
from email_assistant.mail.wire.header_encoding import addr_spec
from tests.contract.mail.reply_decoders import Decoded, decoders

ME = "Änna Example <anna@example.com>"
BODY = (
    "Guten Tag,\n\nvielen Dank – gerne! 会議は三時です。 "
    + "lang " * 300
    + "\n\nMit freundlichen Grüßen\nÄnna"
)

OWN_MESSAGES = [
    IncomingEmail(
        subject="Überraschung: 会議のお知らせ – ein sehr langer Betreff über viele Zeilen, " * 3,
        sender=Mailbox(name='Jo "the boss" Example, Ltd', address="jo@example.com"),
        to=(Mailbox(address="anna@example.com"), Mailbox(name="Müller, Jürgen", address="j@müller.example")),
        cc=tuple(Mailbox(name=f"Teilnehmer №{at}", address=f"p{at}@example.org") for at in range(60)),
        message_id=f"<{'x' * 300}@example.com>",
        references=tuple(f"<{at}.{'r' * 120}@example.com>" for at in range(30)),
        text="Hallo Änna,\n\n> früher\nkannst du kommen?\n" + "wort " * 400,
    ),
    IncomingEmail(
        subject="plain", sender=Mailbox(address="jo@example.com"), message_id="<1@example.com>", text="Hi"
    ),
]


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def check(email: IncomingEmail, source: bytes, decoded: Decoded) -> None:
    recipients = reply_recipients(email, own=["anna@example.com"], reply_all=True)
    wanted = [addr_spec(each.address) for each in (*recipients.to, *recipients.cc) if addr_spec(each.address)]
    assert squeeze(decoded.subject) == squeeze(reply_subject(email.subject))
    assert squeeze(decoded.text) == squeeze(reply_text(email, BODY))
    assert sorted(each.lower() for each in decoded.addresses) == sorted(each.lower() for each in wanted)
    assert decoded.in_reply_to.strip() == (email.message_id if email.message_id.isascii() else "")
    assert tuple(decoded.references) == reply_references(email)


def check_form(email: IncomingEmail, source: bytes) -> None:
    header, _, body = source.partition(b"\r\n\r\n")
    assert max(map(len, source.split(b"\r\n"))) <= 998
    assert b"\n" not in source.replace(b"\r\n", b"")
    assert body.isascii()
    # Only SMTPUTF8 sends a local part beyond ASCII, and only as it is (RFC 6531).
    mailboxes = (email.sender, *email.reply_to, *email.to, *email.cc)
    assert header.isascii() or not all(
        each.address.rpartition("@")[0].isascii() for each in mailboxes if each
    )
    assert all(len(word) <= 75 for word in re.findall(rb"=\?[^?]+\?[qb]\?[^?]*\?=", header))


@pytest.mark.parametrize("decoder", decoders())
def test_a_reply_is_read_back_as_meant(decoder: str) -> None:
    sources = [compose_reply(email, BODY, sender=ME, reply_all=True) for email in OWN_MESSAGES]
    for email, source, decoded in zip(OWN_MESSAGES, sources, decoders()[decoder](sources), strict=True):
        check_form(email, source)
        check(email, source, decoded)


@pytest.mark.parametrize("decoder", decoders())
def test_a_reply_to_every_fixture_is_read_back_as_meant(corpus: Path, decoder: str) -> None:
    emails = {}
    for path in mail_files(corpus):
        try:
            emails[path.name] = parse_email(path.read_bytes(), path.name)
        except InvalidEmail:
            continue
    sources = [compose_reply(email, BODY, sender=ME, reply_all=True) for email in emails.values()]
    answers = decoders()[decoder](sources)
    for (name, email), source, decoded in zip(emails.items(), sources, answers, strict=True):
        try:
            check_form(email, source)
            check(email, source, decoded)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error
