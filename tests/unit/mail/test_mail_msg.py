"""What an Outlook file carries of other messages is read below its text."""

from __future__ import annotations

from functools import partial

import pytest

from email_assistant.errors import InvalidEmail
from email_assistant.mail import parse_email
from tests.fakes.msg_file import attached_file, embedded_message, message, msg_file

INNER = message(
    embedded=True,
    subject="Leak in room 4",
    body="Water runs down the wall.\r\n\r\nUma",
    sender_name="Uma Holt",
    sender_address="uma@example.org",
)
outer = partial(
    message,
    message_class="IPM.Note",
    subject="FW: Leak",
    sender_name="Ivo Brand",
    sender_address="ivo@example.com",
)


def test_a_message_in_an_outlook_file_stands_below_its_text() -> None:
    tree = outer(body="Can you look at this?", attachments=(embedded_message("Leak", INNER),))
    email = parse_email(msg_file(tree), "leak.msg")
    assert str(email.sender) == "Ivo Brand <ivo@example.com>"
    assert email.newest == "Can you look at this?"
    assert "From: Uma Holt <uma@example.org>\nSubject: Leak in room 4" in email.quoted.replace('"', "")
    assert "Water runs down the wall." in email.quoted
    assert [(each.filename, each.media_type) for each in email.attachments] == [("Leak", "message/rfc822")]


def test_the_only_message_of_a_file_without_text_is_its_text() -> None:
    email = parse_email(msg_file(outer(attachments=(embedded_message("Leak", INNER),))))
    assert email.newest.startswith("Water runs down the wall.")


def test_a_message_source_that_is_attached_is_read_too() -> None:
    source = b"From: Uma <uma@example.org>\r\nSubject: Leak\r\n\r\nWater runs down the wall.\r\n"
    file = attached_file("leak.eml", "message/rfc822", source)
    email = parse_email(msg_file(outer(body="What shall we do?", attachments=(file,))))
    assert "Water runs down the wall." in email.quoted


def test_messages_in_messages_are_read_to_some_depth() -> None:
    inner = INNER
    for level in range(12):
        inner = message(
            embedded=True,
            subject=f"Level {level}",
            body=f"Level {level}",
            attachments=(embedded_message("x", inner),),
        )
    email = parse_email(msg_file(outer(body="Top", attachments=(embedded_message("x", inner),))))
    assert "Level 11" in email.text
    assert "Level 2" not in email.text


def test_an_outlook_file_cut_off_is_refused_in_a_sentence() -> None:
    whole = msg_file(outer(body="Can you look at this?"))
    with pytest.raises(InvalidEmail, match="Outlook"):
        parse_email(whole[:1_500])
