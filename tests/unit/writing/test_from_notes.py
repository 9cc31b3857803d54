"""How a letter is held against the notes that it was made of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from email_assistant.brief import Brief, Clarification
from email_assistant.mail import parse_email
from email_assistant.writing.from_notes import left_out, made_up

MAIL = (
    "Subject: Your bicycle\n\nHello Sam,\n\nyour bicycle needs a new chain. When will you fetch it?\n\nEmil"
)
NOTES = "yes replace the chain, I fetch it on Monday around noon"
BRIEF = Brief(parse_email(MAIL), NOTES, with_email=False)


def letter(body: str) -> str:
    return f"Hello Emil,\n\n{body}\n\nBest regards\nSam"


@pytest.mark.parametrize(
    ("notes", "body"),
    [
        (NOTES, "Your parcel was delivered today. Please replace the chain."),
        (NOTES, "Yes, replace the chain. Our office opens at nine."),
        (
            "ja, Kette tauschen, ich hole es am Montag um zwölf ab",
            "Ja, bitte die Kette tauschen. Ihr Paket wurde gestern zugestellt.",
        ),
        (
            "oui, changez la chaîne, je viens lundi vers midi",
            "Oui, changez la chaîne. Votre demande a été traitée par notre service.",
        ),
    ],
)
def test_a_sentence_about_nothing_that_was_said_is_made_up(notes: str, body: str) -> None:
    assert made_up(letter(body), replace(BRIEF, instructions=notes))


@pytest.mark.parametrize(
    "body",
    [
        "Thank you for your message. Yes, please replace the chain. I will fetch it on Monday around noon.",
        "I am sorry. I look forward to hearing from you.",
        "The bicycle needs it, I agree.",  # of the mail
        "I collect it on Tuesday.",  # answered when asked
        "",
    ],
)
def test_what_was_said_by_anybody_or_is_polite_is_not(body: str) -> None:
    asked = (Clarification("When do you collect it?", "I collect it on Tuesday"),)
    assert not made_up(letter(body), replace(BRIEF, clarifications=asked))


def test_only_a_letter_of_notes_alone_in_their_language_is_judged() -> None:
    invented = letter("Your parcel was delivered today. Please replace the chain on the bicycle for me.")
    assert made_up(invented, BRIEF)
    assert not made_up(invented, replace(BRIEF, with_email=True))
    assert not made_up(letter("Ja, bitte tauschen Sie die Kette. Ich komme am Montag um zwölf."), BRIEF)


def test_what_is_left_out_of_the_notes_is_told_as_a_share() -> None:
    assert left_out(letter("Yes, please."), BRIEF) == 1
    assert left_out(letter("Replace the chain, I fetch it on Monday around noon."), BRIEF) == 0
    assert 0 < left_out(letter("I fetch it on Monday."), BRIEF) < 1


def test_a_whole_clause_that_is_left_out_counts_for_half() -> None:
    rest = "the lamp works again and the bell rings well."
    long = replace(BRIEF, instructions=f"{NOTES}, both brakes squeal badly, {rest}")
    kept = f"Please replace the chain, I fetch it on Monday around noon. And {rest}"
    assert left_out(letter(kept), long) == 0.5
    assert left_out(letter(f"{kept} The brakes squeal."), long) < 0.5
