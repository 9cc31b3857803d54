"""The newest message is told from what it quotes and from its signature."""

from __future__ import annotations

from datetime import datetime

import pytest

from email_assistant.mail import Mailbox
from email_assistant.mail.locales import ATTRIBUTIONS
from email_assistant.mail.quoting import split_text

REPLY = "Yes, Friday suits me."


@pytest.mark.parametrize(
    "history",
    [
        "On Tue, 14 Jan 2025 at 10:11, Anna Example <anna@example.com> wrote:\n> Friday?",
        "On 14 Jan 2025, at 10:11, Anna Example wrote:\n\n> Friday?\n> Anna",
        "On Tue, 14 Jan 2025 at 10:11, Anna Example <\nanna@example.com> wrote:\n\n> Friday?",
        "On Tue, 14 Jan 2025 at 10:11, Anna Example <anna@example.com>\nwrote:\n\nFriday?",
        "Am 14.01.2025 um 10:11 schrieb Anna Beispiel:\n> Freitag?",
        "Le 14 janv. 2025 à 10:11, Anna <anna@example.com> a écrit :\n> Vendredi ?",
        "W dniu 14.01.2025 o 10:11, Anna pisze:\n> Piątek?",
        "2025年1月14日(火) 10:11 Anna <anna@example.com>:\n> 金曜日？",
        "вт, 14 янв. 2025 г. в 10:11, Anna <anna@example.com>:\n> Пятница?",
        "-----Original Message-----\nFrom: Anna\nSent: Tuesday\nTo: Jo\nSubject: Friday?\n\nFriday?",
        "________________________________\nFrom: Anna <anna@example.com>\nSent: Tuesday\n\nFriday?",
        "Von: Anna <anna@example.com>\nGesendet: Dienstag\nAn: Jo\nBetreff: Freitag?\n\nFreitag?",
        "---------- Forwarded message ---------\nFrom: Anna <anna@example.com>\nSubject: x\n\nFriday?",
        "Begin forwarded message:\n\n> From: Anna <anna@example.com>\n> Subject: x\n>\n> Friday?",
        "> Friday?\n> Or Monday?\n> Anna",
    ],
)
def test_history_is_cut_off_and_kept_as_a_view(history: str) -> None:
    found = split_text(f"{REPLY}\n\n{history}\n")
    assert found.newest == REPLY
    assert found.quoted == history


@pytest.mark.parametrize(
    "text",
    [
        "On Tuesday I wrote:\n\nthe bridge is closed. It still is.",
        "In May the board wrote:\n\nno money is left. That was wrong.",
        "He said:\n> one line\nand left.",
        "From: Monday\nTo: Friday\nwe are away.",
        "Note: this matters\n\nAgenda:\n- one\n- two",
        "See below.\n\n-----\nPart two\n-----\nmore of it. And on.",
        "Sent from my desk, which is a mess.\n\nMore.",
    ],
)
def test_a_writers_own_words_are_never_taken_for_a_quote(text: str) -> None:
    assert split_text(text) == (text, "", "")


def test_answers_between_quotes_are_the_newest_message() -> None:
    text = "On 14 Jan 2025, at 10:11, Anna <anna@example.com> wrote:\n> Friday?"
    text += "\n\nYes.\n\n> Cake?\n\nNo.\n\n> Bye"
    found = split_text(text)
    assert found.newest.split() == ["Yes.", "No."]
    assert "Cake?" in found.quoted


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nJo Example\nExample Ltd",
        "Best regards,\nJo",
        "Mit freundlichen Grüßen\n\nJo Beispiel\nTel. 0000",
        "Sent from my iPhone",
        "Von meinem iPad gesendet",
        "-Jo Example",
    ],
)
def test_signatures_are_a_view_of_their_own(signature: str) -> None:
    quoted = "On Tue, 14 Jan 2025 at 10:11, Anna <anna@example.com> wrote:\n> Friday?"
    for history in ("", quoted):
        found = split_text(f"{REPLY}\n\n{signature}\n\n{history}")
        assert (found.newest, found.signature, found.quoted) == (REPLY, signature, history)


def test_a_body_that_only_forwards_keeps_the_forwarded_message_as_newest() -> None:
    found = split_text(
        "---------- Forwarded message ---------\nFrom: Anna <anna@example.com>\nSubject: x\n\nFriday?"
    )
    assert "Friday?" in found.newest
    assert found.quoted == ""


@pytest.mark.parametrize("language", ATTRIBUTIONS)
def test_the_attribution_lines_of_replies_are_recognized_in_every_language(language: str) -> None:
    jo = Mailbox(name="Jo Example", address="jo@example.com")
    for line in ATTRIBUTIONS[language]:
        introduced = line.format(name=jo, date=datetime(2025, 1, 4, 9, 5))
        assert split_text(f"{REPLY}\n\n{introduced}\n> Friday?").newest == REPLY
        assert split_text(f"{REPLY}\n\n{introduced}\n\nFriday?").newest == REPLY
