"""A fact is one in whatever writing, is missed when a draft lacks it, and told when nobody gave it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from email_assistant.brief import Brief, Clarification, Person, Revision, Voice
from email_assistant.mail import IncomingEmail, Mailbox
from email_assistant.proofreading import missing, unsupported
from email_assistant.proofreading.facts import read_facts
from email_assistant.proofreading.known import Known
from email_assistant.proofreading.lexicon import LANGUAGES
from email_assistant.proofreading.proofread import proofread
from tests.timing import unmeasured

WEDNESDAY = datetime(2026, 5, 20, 9, tzinfo=UTC)


def mail(text: str = "Hello, when do you come?", language: str = "en") -> IncomingEmail:
    return IncomingEmail(
        sender=Mailbox(name="Ana Silva", address="ana@example.com"),
        text=text,
        date=WEDNESDAY,
        language=language,
    )


def missed(notes: str, draft: str, language: str = "en", **more: Any) -> list[str]:
    return [
        finding.text
        for finding in missing.check(draft, Brief(mail(language=language), notes, language=language, **more))
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3pm", "15:00"),
        ("3 p.m.", "15 Uhr"),
        ("at three o'clock", "15h"),
        ("half past three", "halb vier"),
        ("15h30", "a las tres y media"),
        ("noon", "12:00"),
        ("5 May", "May 5th"),
        ("5. Mai", "05.05."),
        ("le 5 mai", "5 de mayo"),
        ("2026-05-05", "5/5/2026"),
        ("Thursday", "Donnerstag"),
        ("Friday", "Freitagabend"),
        ("Sonnabendnachmittag", "zaterdagmiddag"),
        ("jueves", "giovedì"),
        ("tomorrow", "Thursday"),
        ("21 May 2026", "Thursday"),
        ("1,200 EUR", "€1200"),
        ("1.200 €", "EUR1,200.00"),
        ("five", "5"),
        ("fünfundzwanzig", "twenty-five"),
        ("treinta y cinco", "35"),
        ("20%", "twenty percent"),
        ("20 Prozent", "20 pour cent"),
        ("AB-1234", "ab 1234 or AB-1234"),
    ],
)
def test_a_fact_is_the_same_in_another_writing(one: str, other: str) -> None:
    for given, written in ((one, other), (other, one)):
        known = Known(WEDNESDAY.date(), loose=True)
        known.add(given, LANGUAGES)
        facts = read_facts(written, LANGUAGES)
        assert facts
        assert known.has(facts[-1]), (given, facts[-1])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3pm", "3 am"),
        ("15:00", "15:30"),
        ("5 May", "6 May"),
        ("5 May", "5 June"),
        ("Thursday", "Friday"),
        ("1,200 EUR", "1,300 EUR"),
        ("20%", "21%"),
    ],
)
def test_another_fact_is_not(one: str, other: str) -> None:
    known = Known(WEDNESDAY.date(), loose=True)
    known.add(one, LANGUAGES)
    assert not any(known.has(fact) for fact in read_facts(other, LANGUAGES))


@pytest.mark.parametrize(
    ("notes", "draft"),
    [
        ("reply in 3 sentences, under 100 words: yes", "Yes, gladly."),
        ("antworte in höchstens 2 Sätzen", "Danke für die Nachricht, das passt."),
        ("tell her yes but don't mention the 500 EUR", "Yes, I am happy to."),
        ("not Tuesday but Thursday", "Thursday is fine."),
        ("Thursday instead of Tuesday", "Thursday is fine."),
        ("may I come in March", "I would like to come in March."),
        ("yes to both", "Yes, the slides and the talk are fine."),
    ],
)
def test_what_is_no_fact_for_the_draft_is_not_missed(notes: str, draft: str) -> None:
    assert missed(notes, draft) == []


def test_a_refusal_that_comes_first_is_not_made_good_by_what_sounds_like_a_yes() -> None:
    refused = "I am sorry, but I can't join you on Friday. I can only come from six."
    assert any("You said yes" in told for told in missed("yes gladly, but only from six", refused))
    assert missed("yes, but I can't stay long", "Yes, I can come. I can't stay long.") == []


def test_neighbouring_facts_are_told_together_with_what_to_do() -> None:
    (finding,) = missing.check("I will come.", Brief(mail(), "I come on Thursday at 3pm", language="en"))

    assert finding.text.startswith("“Thursday at 3pm” from your notes is not in it.")
    assert "Thursday at 3pm" in finding.request


def test_an_answer_and_the_feedback_give_facts_too() -> None:
    assert (
        "from your answer" in missed("come", "I come.", clarifications=(Clarification("How many?", "4"),))[0]
    )
    told = missed("come on Monday", "I come on Monday.", revisions=(Revision("x", "Friday, not Monday"),))
    assert [("Friday" in text, "your feedback" in text) for text in told] == [(True, True)]


def test_a_language_that_is_not_spoken_misses_only_what_all_write_alike() -> None:
    swedish = "Hej Ana, tack för ditt mejl. Det passar bra, vi kommer gärna allihop och ser fram emot det."

    assert missed("Thursday at 3pm, four of us", swedish, "sv") == []
    assert len(missed("it costs 1,200 EUR", swedish, "sv")) == 1


@pytest.mark.parametrize(
    "draft",
    [
        "I come tomorrow, so on Thursday, 21 May.",
        "I am there on the 21st. It is a Thursday.",
        "I come on Thursday (21/05/2026), from 10 to 11 am.",
    ],
)
def test_what_follows_from_a_given_fact_is_supported(draft: str) -> None:
    brief = Brief(mail(), "tomorrow at 10 am, for one hour until 11", language="en", now=WEDNESDAY)

    assert unsupported.check(draft, brief) == []


def test_the_profile_supports_a_fact_and_the_quoted_history_does_not() -> None:
    draft = "You can reach me from 9 to 17:30 at +49 30 1234567."
    facts = "Office hours 9:00-17:30, phone +49 30 1234567"

    assert unsupported.check(draft, Brief(mail(), "tell her when", voice=Voice(facts=facts))) == []
    quoting = mail(f"When?\n\nOn 1 May 2026, Kim wrote:\n> {facts}")
    assert unsupported.check(draft, Brief(quoting, "tell her when"))


def test_the_people_of_the_mail_are_no_made_up_names() -> None:
    brief = Brief(mail(), "yes", user=Person("Sam Kay"), sender=Person("Ana Silva"), language="en")

    assert unsupported.check("Hi Ana,\n\nyes, I told Silva and Kay.\n\nBest\nSam", brief) == []
    assert unsupported.check("Hi Ana,\n\nyes, I told Brian.\n\nBest\nSam", brief)


@pytest.mark.parametrize(
    "text", ["5 ", "at 3 ", "may ", "3pm-", "1.", "5/", "Mr. A ", "not 3, ", "[a ", "don't mention "]
)
@unmeasured
def test_a_hostile_text_takes_the_time_of_its_length(text: str) -> None:
    hostile = text * (60_000 // len(text))
    brief = Brief(mail(hostile), hostile, revisions=(Revision(hostile, hostile),), wishes=(hostile,))
    began = time.process_time()

    proofread(hostile, brief)

    assert time.process_time() - began < 3
