"""A message copied from a mail program's window keeps its header."""

from __future__ import annotations

import pytest

from email_assistant.mail import parse_email

JO = "Jo Example <jo@example.com>"


@pytest.mark.parametrize(
    "pasted",
    [
        f"From: {JO}\nSent: Tuesday, 14 January 2025 10:11\nTo: Anna\nSubject: Lunch\n\nOn Friday?",
        f"Von: {JO}\nGesendet: Dienstag, 14. Januar 2025 10:11\nAn: Anna\nBetreff: Lunch\n\nOn Friday?",
        f"De : {JO}\nEnvoyé : mardi 14 janvier 2025 10:11\nÀ : Anna\nObjet : Lunch\n\nOn Friday?",
        f"De: {JO}\nEnviado el: martes\nPara: Anna\nAsunto: Lunch\n\nOn Friday?",
        f"差出人: {JO}\n日時: 2025年1月14日\n宛先: Anna\n件名: Lunch\n\nOn Friday?",
        f"От: {JO}\nДата: 14 января\nКому: Anna\nТема: Lunch\n\nOn Friday?",
        f"*From:* {JO}\n*Sent:* Tuesday\n*To:* Anna\n*Subject:* Lunch\n\nOn Friday?",
        f"Subject: \tLunch\nDate: \tTue, 14 Jan 2025\nFrom: \t{JO}\nTo: \tAnna\n\n\n\nOn Friday?",
        f"> From: {JO}\n> Subject: Lunch\n>\n> On Friday?",
        f"---------- Forwarded message ---------\nFrom: {JO}\nDate: Tue\nSubject: Lunch\n\nOn Friday?",
        f"----- Forwarded Message ----- From: {JO}To: Anna <anna@example.org>Sent: 10:11:12 CET"
        "Subject: Lunch\n On Friday?",
        "From: Jo Example [mailto:jo@example.com]\nSubject: Lunch\n\nOn Friday?",
    ],
)
def test_header_lines_are_read_in_every_program_and_language(pasted: str) -> None:
    email = parse_email(pasted)
    assert email.sender is not None
    assert (email.sender.name, email.sender.address) == ("Jo Example", "jo@example.com")
    assert email.subject == "Lunch"
    assert email.newest.strip() == "On Friday?"


def test_a_note_above_a_forwarded_message_stays_and_its_author_is_answered() -> None:
    email = parse_email(f"FYI\n\nBegin forwarded message:\n\nFrom: {JO}\nSubject: Lunch\n\nOn Friday?")
    assert email.sender is not None
    assert email.sender.address == "jo@example.com"
    assert email.newest == "FYI"
    assert "On Friday?" in email.text


def test_the_author_of_an_answered_message_is_not_taken_for_the_sender() -> None:
    email = parse_email(
        f"Gladly!\n\nBest,\nSam\n\nFrom: {JO}\nSent: Tuesday\nTo: Sam\nSubject: Lunch\n\nOn Friday?"
    )
    assert email.sender is None
    assert email.subject == "Lunch"


def test_an_attribution_alone_tells_who_wrote() -> None:
    email = parse_email('On 14/01/2025, 10:11, "Jo Example" <jo@example.com> wrote:\n\n    On Friday?')
    assert email.sender is not None
    assert (email.sender.name, email.sender.address) == ("Jo Example", "jo@example.com")
    assert email.text == "On Friday?"


@pytest.mark.parametrize(
    "text", ["Hi Anna,\n\non Friday?\n\nJo", "Note: on Friday?", "a: b", "From: Monday on"]
)
def test_a_text_alone_has_no_header(text: str) -> None:
    email = parse_email(text)
    assert (email.sender, email.subject, email.text) == (None, "", text)
