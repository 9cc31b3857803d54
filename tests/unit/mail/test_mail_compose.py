"""A reply as a .eml, as a link, and the email cut for a model."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from email_assistant.mail import (
    Attachment,
    IncomingEmail,
    Mailbox,
    Recipients,
    compose_reply,
    mailto_link,
    parse_email,
    reply_text,
)

JO = Mailbox(name="Jo Example", address="jo@example.com")
ANNA = Mailbox(name="Anna", address="anna@example.org")
EMAIL = IncomingEmail(
    subject="Lunch",
    sender=JO,
    to=(ANNA, Mailbox(name="Team", address="team@example.com")),
    date=datetime(2025, 1, 14, 10, 11, tzinfo=UTC),
    message_id="<1@example.com>",
    references=("<0@example.com>",),
    text="On Friday?\n> earlier",
    attachments=(Attachment(filename="a.txt"),),
)
ME = "Anna <anna@example.org>"


def fields(source: bytes) -> dict[str, str]:
    header = source.partition(b"\r\n\r\n")[0].decode().replace("\r\n ", " ")
    return dict(line.split(": ", 1) for line in header.split("\r\n"))


def test_a_reply_has_what_a_draft_in_the_right_thread_needs() -> None:
    source = compose_reply(EMAIL, "Yes.", sender=ME, date=datetime(2025, 1, 15, tzinfo=UTC))
    found = fields(source)
    assert re.fullmatch(r"<[0-9a-f-]{36}@example\.org>", found.pop("Message-ID"))
    assert found == {
        "From": "Anna <anna@example.org>",
        "To": "Jo Example <jo@example.com>",
        "Subject": "Re: Lunch",
        "Date": "Wed, 15 Jan 2025 00:00:00 +0000",
        "In-Reply-To": "<1@example.com>",
        "References": "<0@example.com> <1@example.com>",
        "X-Unsent": "1",
        "X-Uniform-Type-Identifier": "com.apple.mail-draft",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "7bit",
    }


def test_a_signature_stands_above_the_original() -> None:
    quoted = reply_text(EMAIL, "Yes.", signature="Anna\nCEO")
    assert quoted.startswith("Yes.\n\nAnna\nCEO\n\nOn ")
    assert quoted.endswith("> On Friday?\n>> earlier\n")
    link = mailto_link(EMAIL, "Yes.", signature="Anna", quote=True)
    assert link is not None
    assert "Yes.%0D%0A%0D%0AAnna%0D%0A%0D%0AOn%20" in link


def test_recipients_and_subject_can_be_others() -> None:
    others = Recipients(to=(ANNA,), bcc=(JO,))
    source = compose_reply(EMAIL, "Yes.", sender=ME, recipients=others, subject="Trip")
    found = fields(source)
    assert (found["To"], found["Bcc"], found["Subject"]) == (str(ANNA), str(JO), "Trip")
    assert "Cc" not in found
    link = mailto_link(EMAIL, "Yes.", recipients=others, subject="Trip")
    assert link is not None
    assert link.startswith("mailto:anna@example.org?bcc=jo@example.com&subject=Trip&")


def test_the_original_follows_below_an_attribution_or_is_left_out() -> None:
    assert reply_text(EMAIL, "Yes.") == (
        "Yes.\n\nOn 2025-01-14 at 10:11, Jo Example <jo@example.com> wrote:\n> On Friday?\n>> earlier\n"
    )
    assert reply_text(EMAIL, "Yes.", quote=False) == "Yes.\n"
    assert reply_text(EMAIL.model_copy(update={"sender": None}), "Yes.").startswith("Yes.\n\n> On Friday?")
    assert "schrieb Jo Example" in reply_text(EMAIL, "Ja, das ist sehr gut, und ich komme mit der Bahn.")


def test_the_signature_comes_once() -> None:
    assert reply_text(EMAIL, "Yes.", quote=False, signature="Anna\nCEO") == "Yes.\n\n-- \nAnna\nCEO\n"
    signed = "Yes.\n\nAnna\nCEO"
    assert reply_text(EMAIL, signed, quote=False, signature="Anna\nCEO") == f"{signed}\n"


def test_a_reply_to_all_leaves_out_the_users_own_addresses() -> None:
    assert "Cc" not in fields(compose_reply(EMAIL, "Yes.", sender=ME))
    assert fields(compose_reply(EMAIL, "Yes.", sender=ME, reply_all=True))["Cc"] == "Team <team@example.com>"
    found = fields(compose_reply(EMAIL, "Yes.", sender=ME, reply_all=True, own=["TEAM@example.com"]))
    assert "Cc" not in found


def test_an_unknown_sender_or_recipient_leaves_its_field_to_the_mail_program() -> None:
    found = fields(compose_reply(IncomingEmail(text="Hi"), "Yes.", sender=""))
    assert not {"From", "To", "Cc", "In-Reply-To", "References", "Subject"} & found.keys()


def test_international_domains_are_sent_as_a_labels() -> None:
    email = IncomingEmail(sender=Mailbox(name="Jö", address="jo@bücher.example"))
    source = compose_reply(email, "Ja", sender="ich@straße.example")
    assert b"<jo@xn--bcher-kva.example>" in source
    assert b"From: ich@xn--strae-oqa.example\r\n" in source


@pytest.mark.parametrize(
    "address", ["no address", "a@b@c d", "jo@-", "jo@ex ample.com", "", "@example.com", "jo@" + "x" * 400]
)
def test_what_is_no_address_is_not_written(address: str) -> None:
    email = IncomingEmail(sender=Mailbox(name="Jo", address=address))
    assert "To" not in fields(compose_reply(email, "Yes.", sender=ME))


def test_long_lines_and_8_bit_text_are_encoded() -> None:
    for body in ("x" * 2_000, "Grüße\n.\nFrom me", "bell \a"):
        source = compose_reply(EMAIL, body, sender=ME)
        assert b"quoted-printable" in source
        assert source.isascii()
        assert max(map(len, source.split(b"\r\n"))) <= 78
        assert parse_email(source).text.startswith(body)


def test_hundreds_of_references_keep_the_first_and_the_newest() -> None:
    email = EMAIL.model_copy(
        update={"references": tuple(f"<{at}.{'r' * 60}@example.com>" for at in range(500))}
    )
    found = fields(compose_reply(email, "Yes.", sender=ME))["References"].split()
    assert found[0].startswith("<0.")
    assert found[-2].startswith("<499.")
    assert found[-1] == "<1@example.com>"
    assert sum(map(len, found)) <= 8_000


def test_nothing_private_of_the_original_is_copied() -> None:
    secret = b"Bcc: eve@example.net\r\nReceived: from secret\r\nDKIM-Signature: secret\r\n"
    original = secret + b"Disposition-Notification-To: spy@example.net\r\nX-Secret: secret\r\n"
    email = parse_email(original + b"From: jo@example.com\r\nMessage-ID: <1@example.com>\r\n\r\nHi")
    source = compose_reply(email, "Yes.", sender=ME, reply_all=True)
    assert not re.search(rb"eve@|secret|spy@", source)


def test_a_link_carries_the_reply_where_it_fits() -> None:
    link = mailto_link(EMAIL, "Yes & no?\nAnna", reply_all=True, own=["anna@example.org"])
    assert link is not None
    parts = urlsplit(link)
    assert (parts.scheme, parts.path) == ("mailto", "jo@example.com")
    assert parse_qs(parts.query) == {
        "cc": ["team@example.com"],
        "subject": ["Re: Lunch"],
        "in-reply-to": ["<1@example.com>"],
        "body": ["Yes & no?\r\nAnna"],
    }
    assert mailto_link(EMAIL, "x" * 2_000) is None
    assert mailto_link(IncomingEmail(text="Hi"), "Yes.") is None
