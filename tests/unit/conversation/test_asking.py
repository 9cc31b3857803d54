"""Which typed messages ask about the email or the draft, and which only have the form of a question."""

from __future__ import annotations

from typing import get_args

import pytest

from email_assistant.conversation.asking import is_help, is_question
from email_assistant.conversation.commands import Accept, Answers, Ask, NewEmail, Revise, Typed
from email_assistant.conversation.reading import read
from email_assistant.conversation.state import ConversationState, NextStep

ASKED = [
    "what does she want?", "What does he want", "summarise", "Summarize the email please", "tl;dr",
    "Is the tone all right?", "When is the deadline?", "Which of the two dates did she prefer?",
    "Should I mention the price?", "did I forget anything?", "Why did you write that?",
    "tell me what she needs",
    "Was will sie?", "Fass die Mail kurz zusammen", "Ist der Ton in Ordnung?", "Wann will er eine Antwort?",
    "Que veut-elle ?", "Résume le mail", "Est-ce trop formel ?", "Pourquoi cette phrase ?",
    "¿Qué quiere?", "Resume el correo", "¿Está bien el tono?",
    "Cosa vuole?", "Riassumi la mail", "È troppo lungo?",
    "Wat wil ze?", "Vat de mail samen", "Is de toon goed?",
    "O que ela quer?", "Resuma o e-mail", "Está formal demais?",
    "Czego ona chce?", "Streść mail", "Czy ton jest w porządku?",
    "Vad vill hon?", "Sammanfatta mejlet", "Är tonen bra?",
    "彼女は何を求めていますか？", "要約して", "この言い方は失礼ですか？",
]  # fmt: skip
WISHED = [
    "can you make it shorter?", "Could we say Thursday instead?", "why not mention the slides?",
    "What about Thursday?", "How about a friendlier ending?", "Is it possible to leave out the price?",
    "would you sign as Sam?", "When are you free?", "make it shorter", "is it ok if we say Friday?",
    "Ask what she wants, and say that Thursday is fine.", "Is it too long? Make it shorter.",
    "when she asks, say Thursday", "Tell her what we need", "What she wants is fine",
    "Kannst du es kürzer machen?", "Wie wäre es mit Donnerstag?", "Warum nicht am Donnerstag?",
    "Peux-tu le raccourcir ?", "Et si on disait jeudi ?", "Pourquoi pas jeudi ?",
    "¿Puedes hacerlo más corto?", "¿Y si decimos el jueves?",
    "Puoi accorciarlo?", "Perché non giovedì?",
    "Kun je het korter maken?", "Waarom niet donderdag?",
    "Pode encurtar?", "Que tal quinta-feira?",
    "Czy możesz to skrócić?", "A może czwartek?",
    "Kan du göra det kortare?", "Varför inte torsdag?",
    "短くしてくれますか？", "木曜日はどうですか？",
]  # fmt: skip


@pytest.mark.parametrize("text", ASKED)
def test_a_question_about_the_email_or_the_draft_is_asked(text: str) -> None:
    assert is_question(text)
    assert read(Typed(text), "process_feedback", ConversationState()) == Ask(text)


@pytest.mark.parametrize("text", WISHED)
def test_a_wish_in_the_form_of_a_question_is_feedback(text: str) -> None:
    assert not is_question(text)
    assert not isinstance(read(Typed(text), "process_feedback", ConversationState()), Ask)


@pytest.mark.parametrize(
    "text",
    [
        "help", "/help", "What can you do?", "Hilfe", "Was kannst du?", "Comment ça marche ?",
        "¿Qué puedes hacer?",
        "Cosa puoi fare?", "Wat kun je doen?", "Como funciona?", "Co potrafisz?", "Vad kan du göra?",
        "何ができますか？",
    ],
)  # fmt: skip
def test_help_is_asked_for_at_every_step(text: str) -> None:
    assert is_help(text)
    for step in (*get_args(NextStep), None):
        assert read(Typed(text), step, ConversationState()) == Ask(text)


def test_among_answers_only_what_can_be_none_is_a_question() -> None:
    asked = ConversationState(clarification_questions=["Which day?"])

    for text in ("why do you need to know that?", "Warum fragst du das?", "what does she want?", "summarise"):
        assert read(Typed(text), "clarify_instructions", asked) == Ask(text)
    for text in ("Is Thursday free?", "When is the deadline?", "How about Thursday?", "why not Thursday?"):
        assert isinstance(read(Typed(text), "clarify_instructions", asked), Answers)


def test_what_begins_a_conversation_is_an_email() -> None:
    assert read(Typed("What does she want?"), "process_input", ConversationState()) == NewEmail(
        "What does she want?"
    )


def test_other_commands_keep_their_meaning() -> None:
    assert read(Typed("looks good"), "process_feedback", ConversationState()) == Accept()
    assert read(
        Typed("What does she want?\n\nSay Thursday"), "process_feedback", ConversationState()
    ) == Revise("What does she want?\n\nSay Thursday")


@pytest.mark.parametrize("text", ["", "?", "？？", "a" * 500 + "?", "why " * 10_000])
def test_what_says_nothing_or_much_is_no_question(text: str) -> None:
    assert not is_question(text)
    assert not is_help(text)
