"""The language that somebody asks for is understood in the languages of the page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from email_assistant.brief import Revision
from email_assistant.writing.offline import carry_out
from email_assistant.writing.offline.asked_language import language_request
from email_assistant.writing.offline.saying import language_asked_for
from tests.unit.writing.workshop import BRIEF, LETTER


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("write it in German instead", "de"),
        ("answer in French that we come", "fr"),
        ("Could you translate this into Dutch?", "nl"),
        ("in Polish, please", "pl"),
        ("lieber auf Englisch", "en"),
        ("Bitte auf Schwedisch antworten.", "sv"),
        ("Könntest du das auf Englisch schreiben?", "en"),
        ("ins Italienische übersetzen", "it"),
        ("Peux-tu l’écrire en anglais ?", "en"),
        ("réponds en allemand que nous venons", "de"),
        ("en inglés, por favor", "en"),
        ("tradúcelo al alemán", "de"),
        ("scrivi tutto in inglese", "en"),
        ("escreve em francês", "fr"),
        ("vertaal het naar het Engels", "en"),
        ("czy możesz napisać to po angielsku?", "en"),
        ("kan du skriva det på engelska?", "en"),
        ("英語で書いてください。", "en"),
        ("请用德语回复", "de"),
        ("اكتب الرد بالإنجليزية من فضلك", "en"),
    ],
)
def test_the_language_asked_for(words: str, code: str) -> None:
    assert language_asked_for(words) == code


@pytest.mark.parametrize(
    "words",
    [
        "the contract is in German",
        "Kannst du das Handbuch auf Englisch schicken?",
        "le document est en anglais",
        "habla en inglés con ellos",
        "tell them that he wrote in English",
        "英語で会議をします",
        "用英语开会",
        "ask whether the manual comes in German",
    ],
)
def test_what_else_is_in_a_language_asks_for_none(words: str) -> None:
    assert language_asked_for(words) == ""


def test_a_verb_that_says_more_is_told_apart() -> None:
    request = language_request("antworte auf Englisch, dass wir kommen")
    assert request
    assert (request.verb, request.end) == ("antworte ", len("antworte auf Englisch"))


def test_rules_put_greeting_and_closing_into_the_language_asked_for() -> None:
    done = carry_out(replace(BRIEF, revisions=(Revision(LETTER, "auf Deutsch bitte"),), language="de"))
    assert done.text.startswith("Guten Tag Noor,")
    assert done.text.endswith("Viele Grüße\nJo")
    assert done.undone == ("auf Deutsch bitte",)  # the body needs a translator
