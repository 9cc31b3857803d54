"""Statements in which the user and the reader have changed places."""

from __future__ import annotations

import pytest

from email_assistant.brief import Ask, Brief
from email_assistant.mail import parse_email
from email_assistant.proofreading import persons


def found(mail: str, notes: str, body: str, *asks: str) -> list[str]:
    brief = Brief(parse_email(mail), notes, asks=tuple(Ask(text=ask, quote=ask) for ask in asks))
    return [finding.code for finding in persons.check(f"Hello Emil,\n\n{body}\n\nBest regards\nSam", brief)]


@pytest.mark.parametrize(
    ("notes", "body"),
    [
        (
            "all places are taken. he can apply again from May",
            "All places are taken. I can apply again from May.",
        ),
        (
            "ab Mai kann er sich wieder für Herbst bewerben",
            "Ich kann mich ab Mai wieder für Herbst bewerben.",
        ),
    ],
)
def test_what_somebody_else_does_is_not_the_users(notes: str, body: str) -> None:
    assert found("Hello Sam,\n\nmay I apply?\n\nEmil", notes, body) == ["role"]


@pytest.mark.parametrize(
    ("notes", "body"),
    [
        ("he can apply again from May", "You can apply again from May."),
        ("he can apply again from May", "He can apply again from May."),
        ("I can apply again from May", "I can apply again from May."),
        ("ask her about the price of the desk", "I would like to ask about the price of the desk."),
        ("tell them I pay the desk in May", "I pay the desk in May."),
    ],
)
def test_who_does_it_by_the_notes_may(notes: str, body: str) -> None:
    assert not found("Hello Sam,\n\nmay I apply?\n\nEmil", notes, body)


def test_a_question_of_the_mail_is_not_stated_of_the_reader() -> None:
    ask = "Which appointment suits you better?"
    mail = f"Hello Sam,\n\n{ask}\n\nEmil"
    assert found(mail, "thursday", "The appointment on Thursday suits you better.", ask) == ["role"]
    assert not found(mail, "thursday", "The appointment on Thursday suits me better.", ask)
    assert not found(mail, "whatever suits you", "Which appointment suits you better?", ask)


def test_one_word_of_the_question_is_enough_beside_the_notes() -> None:
    ask = "Which afternoon do you prefer?"
    mail = f"Hello Sam,\n\n{ask}\n\nEmil"
    assert found(mail, "4 March", "You prefer 4 March.", ask) == ["role"]
    assert not found(mail, "4 March", "I prefer 4 March.", ask)


def test_what_the_sender_offers_to_do_is_theirs() -> None:
    ask = "Shall I send you the form on Friday?"
    mail = f"Hello Sam,\n\n{ask}\n\nEmil"
    assert not found(mail, "yes", "Yes, you can send the form on Friday.", ask)


def test_a_statement_about_the_reader_may_be_the_users_own() -> None:
    ask = "Can you send us the documents by Friday?"
    mail = f"Hello Sam,\n\n{ask}\n\nEmil"
    assert not found(mail, "yes", "You will receive the documents on Friday.", ask)
    assert not found(mail, "she gets the documents", "You get the documents on Friday.", ask)
