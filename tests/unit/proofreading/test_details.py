"""A detail of a draft is given by somebody, in whatever writing, or it is flagged."""

from __future__ import annotations

import time

import pytest

from email_assistant.conversation.cautions import unsupported_claims
from email_assistant.conversation.state import ClarificationRound, ConversationState, Feedback
from email_assistant.mail import parse_email
from email_assistant.proofreading.details import details
from email_assistant.proofreading.unsupported import MAX_FINDINGS

IBAN = "DE89 3704 0044 0532 0130 00"


def state_of(
    newest: str = "", *, quoted: str = "", instructions: str = "", **more: object
) -> ConversationState:
    quote = "".join(f"\n> {line}" for line in quoted.splitlines())
    mail = (
        f"From: Ana <ana@example.com>\nTo: sam@example.org\nSubject: Order\nMessage-ID: <1@x>\n\n{newest}\n"
    )
    if quote:
        mail += f"\nOn 1 May 2026, Kim wrote:\n{quote}\n"
    return ConversationState.model_validate(
        {"incoming_email": parse_email(mail), "response_instructions": instructions, **more}
    )


@pytest.mark.parametrize(
    ("detail", "kind"),
    [
        ("https://evil.test/pay?x=1", "link"),
        ("www.evil.test", "link"),
        ("evil.example.com/login", "link"),
        ("evil.com", "link"),
        ("boss@evil.test", "address"),
        ("€ 2,500", "amount"),
        ("2.500,00 EUR", "amount"),
        ("$40", "amount"),
        ("300 dollars", "amount"),
        ("5k EUR", "amount"),
        ("Rs. 5,000", "amount"),
        ("bank-login.online", "link"),
        ("portal.ai", "link"),
        ("bank.support/login", "link"),
        ("pay-now.bargains", "link"),
        ("EUR5000", "amount"),
        ("5.000,- €", "amount"),
        ("de89 3704 0044 0532 0130 00", "account"),
        ("gb29nwbk60161331926819", "account"),
        ("0x52908400098527886E0F7030069857D2E4169EE7", "account"),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "account"),
        ("555.123.4567", "phone"),
        (IBAN, "account"),
        ("DE89.3704.0044.0532.0130.00", "account"),
        ("DE 89  3704  0044  0532  0130  00", "account"),
        ("4111.1111.1111.1111", "card"),
        ("account number 12345678", "account"),
        ("BIC: COBADEFFXXX", "account"),
        ("4111 1111 1111 1111", "card"),
        ("+49 170 1234567", "phone"),
        ("(030) 901820", "phone"),
        ("0170/1234567", "phone"),
    ],
)
def test_a_detail_that_nobody_gave_is_flagged(detail: str, kind: str) -> None:
    body = f"Hi Ana,\n\nplease use {detail}, thanks.\n\nBest,\nSam"

    assert [each.kind for each in details(body)] == [kind]
    (sentence,) = unsupported_claims(body, state_of("Please pay soon."))
    assert detail in sentence
    assert "Check" in sentence


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("https://www.example.com/a/", "http://example.com/a"),
        ("See https://Example.com/Form.", "example.com/form"),
        ("Ana@Example.com", "ana@example.com"),
        ("1.250,00 €", "EUR 1,250"),
        ("offer 1250", "$1,250.00"),
        ("five, i.e. 5k", "€5,000"),
        ("2.5 million", "2,500,000 USD"),
        ("1 200 kr", "1200 SEK"),
        (IBAN, IBAN.replace(" ", "")),
        ("0170 1234567", "+49 170 1234567"),
        ("+1 (555) 010-9999", "555-010-9999 or 001 555 010 9999"),
        ("Konto 12345678", "account number 1234 5678"),
        ("4111-1111-1111-1111", "4111 1111 1111 1111"),
    ],
)
@pytest.mark.parametrize("place", ["newest", "instructions", "answer", "remark", "typed", "feedback"])
def test_a_detail_that_was_given_is_not_in_whatever_writing(given: str, written: str, place: str) -> None:
    asked = ClarificationRound(
        questions=["Which?"],
        answers=[given if place == "answer" else ""],
        remark=given if place == "remark" else "",
        typed=given if place == "typed" else None,
    )
    state = state_of(
        given if place == "newest" else "Hello",
        instructions=given if place == "instructions" else "",
        clarification_history=[asked],
        feedback_history=[Feedback(text=given if place == "feedback" else "ok", draft_version=1)],
    )

    assert unsupported_claims(f"Hi,\n\nuse {written}.\n\nSam", state) == ()


@pytest.mark.parametrize(
    "body",
    [
        "Tuesday 3 March 2026 at 10:30, or 2026-03-04, or 05.03.2026 from 14.00 to 15.30.",
        "Order 4711-0815, invoice 2026/0042, room 3.14, version 2.12.0, page 1200.",
        "We are 12 people; 30% off; chapter 5. E.g. this, i.e. that, etc. and so on/so forth.",
        "Thanks.Best regards and/or wishes.",
        "It costs nothing. Kind regards, Sam",
        "See you at 9am on 01/02/2026!",
        "The file report.pdf, Node.js and e.g. the notes.txt are at hand.Please look,then call.",
        "I saw it.It was on 12 May at the office, and on 14 that have been here.",
        "Reply to ana@example.com or write to sam@example.org.",
    ],
)
def test_what_is_no_such_detail_is_left_alone(body: str) -> None:
    assert unsupported_claims(body, state_of("Hello")) == ()


def test_what_stands_only_in_the_quoted_history_is_flagged() -> None:
    state = state_of("Please go ahead.", quoted=f"Transfer 900 EUR to {IBAN} or see https://evil.test/x")

    assert len(unsupported_claims(f"I transfer 900 EUR to {IBAN}, see https://evil.test/x", state)) == 3


def test_a_link_that_only_begins_like_a_given_one_is_flagged() -> None:
    state = state_of("See https://example.com/a")

    for other in (
        "https://example.com.evil.test/a",
        "https://example.com/a/b",
        "https://evil.test/?example.com/a",
    ):
        assert unsupported_claims(other, state)


def test_a_detail_is_seen_through_long_dashes_and_what_has_no_width() -> None:
    found = details("To DE89\u20113704\u20110044\u20110532\u20110130\u201100 or at exa\u200bmple.com")

    assert {each.same_as for each in found} == {"DE89370400440532013000", "example.com"}


def test_a_link_in_other_letters_is_another_link() -> None:
    assert unsupported_claims("https://ex\u0430mple.com/a", state_of("See https://example.com/a"))


def test_each_detail_is_told_once_and_many_are_told_together() -> None:
    assert len(unsupported_claims("a@evil.test, a@evil.test and A@evil.test", state_of())) == 1
    many = " ".join(f"u{number}@evil.test" for number in range(20))
    told = unsupported_claims(many, state_of())
    assert len(told) == MAX_FINDINGS
    assert "Check them all" in told[-1]


def test_a_conversation_without_an_email_is_no_problem() -> None:
    assert unsupported_claims("Pay $5", ConversationState()) != ()


@pytest.mark.parametrize("text", ["1 ", "1,", "a.", "+(0", "DE89 ", "0-", "a@", "€1 "])
def test_a_hostile_text_takes_no_time(text: str) -> None:
    began = time.process_time()
    unsupported_claims(text * 100_000, state_of(text * 1000))
    assert time.process_time() - began < 20


def test_a_long_run_of_marks_takes_the_time_of_its_length() -> None:
    began = time.process_time()

    assert [*details("a" + "\u0301\u0316" * 100_000)] == []

    assert time.process_time() - began < 5


def test_very_many_details_take_the_time_of_their_length() -> None:
    began = time.process_time()

    assert len([*details("From: ana@example.com\n" * 50_000)]) == 50_000

    assert time.process_time() - began < 5
