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


ME = "Anna Example <anna@example.org>"


@pytest.mark.parametrize(
    "pasted",
    [
        f"Lunch\nInbox\n\n{JO}\nTue, Jan 14, 10:11 AM (2 hours ago)\nto me\n\nOn Friday?",
        f"Lunch\nPosteingang\n\n{JO}\n14. Jan. 2025, 10:11 (vor 2 Stunden)\nan mich\n\nOn Friday?",
        f"Lunch\nBoîte de réception\n\n{JO}\nmar. 14 janv. 10:11\nÀ moi\n\nOn Friday?",
        f"{ME}\nLunch\n1 message\n{JO}\tTue, Jan 14, 2025 at 10:11 AM\nTo: {ME}\n\nOn Friday?",
        f"Gmail\t{ME}\nLunch\n1 Nachricht\n{JO}\t14. Januar 2025 um 10:11\nAn: {ME}\n\nOn Friday?",
        "Lunch\n\nJo Example<jo@example.com>\n\u200b\nYou\u200b\n\u200b\nOn Friday?",
        "Lunch\n\nJo Example<jo@example.com>\n\nYou\n\nOn Friday?",
        f"Lunch\nJo Example<jo@example.com>\nTue 1/14/2025 10:11 AM\nTo:\u200b{ME}\n\nOn Friday?",
        f"From: {JO} Sent: Tuesday, January 14, 2025 10:11 AM To: {ME} Subject: Lunch\n\nOn Friday?",
        f"Von: {JO} Gesendet: Dienstag, 14. Januar 2025 10:11 An: {ME} Betreff: Lunch\n\nOn Friday?",
        f"------ Original Message ------\nFrom {JO}\nTo {ME}\nDate 1/14/2025 10:11:12 AM\n"
        f"Subject Lunch\n\nOn Friday?",
        f"---- Replied Message ----\n| From | {JO} |\n| Date | 01/14/2025 10:11 |\n"
        f"| Subject | Lunch |\n\nOn Friday?",
        f"==== Forwarded message ====\nFrom : {JO}\nSubject : Lunch\n"
        f"==== Forwarded message ====\n\nOn Friday?",
        "发件人：Jo Example<jo@example.com>\n收件人：Anna\n主　题：Lunch\n\nOn Friday?",
    ],
)
def test_what_was_copied_from_a_window_names_its_sender(pasted: str) -> None:
    email = parse_email(pasted)
    assert email.sender is not None
    assert (email.sender.name, email.sender.address) == ("Jo Example", "jo@example.com")
    assert (email.subject, email.newest) == ("Lunch", "On Friday?")


def test_a_name_without_an_address_is_the_sender_where_a_window_shows_it() -> None:
    email = parse_email("Lunch\nInbox\n\nJo Example\nTue, Jan 14, 10:11 AM\nto me, Al\n\nOn Friday?")
    assert (str(email.sender), email.subject, email.newest) == ("Jo Example", "Lunch", "On Friday?")
    email = parse_email("Jo Example\nTue, Jan 14, 10:11 AM\nto me\n\nOn Friday?")
    assert (str(email.sender), email.subject, email.newest) == ("Jo Example", "", "On Friday?")


@pytest.mark.parametrize(
    ("first", "second", "third"),
    [
        ("Fri, Jan 10, 5:00 PM", "Mon, Jan 13, 9:00 AM", "Tue, Jan 14, 10:11 AM"),
        ("Fri, Jan 10, 2025, 5:00 PM", "Mon, Jan 13, 2025, 9:00 AM", "Tue, Jan 14, 2025, 10:11 AM"),
    ],
)
def test_the_last_message_of_a_copied_conversation_is_the_newest(first: str, second: str, third: str) -> None:
    email = parse_email(
        f"Lunch\nInbox\n\n{ME}\n{first}\nto Jo\n\nLunch some day?\n\n{JO}\n{second}\nto me\n\nGladly!\n\n"
        f"{ME}\n{third}\nto Jo\n\nWhen?\n\n{JO}\n{third}\nto me\n\nOn Friday?"
    )
    assert (str(email.sender), email.subject, email.newest) == (JO, "Lunch", "On Friday?")
    assert [email.quoted.index(each) for each in ("When?", "Gladly!", "Lunch some day?")] == sorted(
        email.quoted.index(each) for each in ("When?", "Gladly!", "Lunch some day?")
    )


def test_the_newest_by_date_is_answered_where_all_have_one() -> None:
    email = parse_email(
        f"{JO}\nTue, Jan 14, 2025 at 10:11 AM\nTo: {ME}\n\nOn Friday?\n\n{ME}\nMon, Jan 13, 2025 at 9:00 AM\n"
        f"To: {JO}\n\nLunch?"
    )
    assert (str(email.sender), email.newest) == (JO, "On Friday?")


@pytest.mark.parametrize(
    "pasted",
    [
        "-------- Начало переадресованного сообщения --------\n"
        '14.01.2025, 10:11, "Jo Example" <jo@example.com>:\n\nOn Friday?',
        f"------- Forwarded Message -------\n"
        f"On Tuesday, January 14th, 2025 at 10:11 AM, {JO} wrote:\n\n> On Friday?",
        f"----- Forwarded by Al Sample/ACME on 01/14/2025 10:11 AM -----\n\n{JO}\n\nOn Friday?",
    ],
)
def test_an_attribution_below_a_forward_heading_names_the_sender(pasted: str) -> None:
    email = parse_email(pasted)
    assert (str(email.sender), email.newest) == (JO, "On Friday?")


@pytest.mark.parametrize(
    "text",
    [
        f"Hi Anna,\n\nwrite to {JO}\n\nto me it is fine at 10:32",
        f"Hi Anna,\n\nplease answer\n{JO}\nby Monday 10:00\n\nJo",
        "Al Sample\nJanuary 14, 2025 10:00\nTo the board\n\nWe met.",
        "the trip:\n\nFrom: Berlin\nTo: Paris\nDate: 12 May 2027 10:32\nSubject: 4711\n\nGood?",
    ],
)
def test_a_text_is_no_window(text: str) -> None:
    email = parse_email(text)
    assert (email.sender, email.subject, email.text) == (None, "", text)
