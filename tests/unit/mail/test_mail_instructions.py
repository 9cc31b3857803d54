"""One chat message may hold the email and the order how to answer it."""

from __future__ import annotations

import pytest

from email_assistant.mail import Paste, propose_split, split_paste

MAIL = """Hi Anna,

can you come on Friday? The agenda:

---
1. Budget
2. Answer: open

Best regards,
Jo Example
Example Ltd"""
PASTED = "From: Jo <jo@example.com>\nSent: Friday\nTo: Anna <anna@example.org>\nSubject: Lunch\n\nOn Friday?"


@pytest.mark.parametrize(
    ("chat_message", "email", "instructions"),
    [
        (f"Réponds poliment que non\n---\n{MAIL}", MAIL, "Réponds poliment que non"),
        (f"Please answer this politely, say no:\n{MAIL}", MAIL, "Please answer this politely, say no:"),
        (f"Please answer this, say no:\n\n{PASTED}", PASTED, "Please answer this, say no:"),
        (f"say no\n________________________________\n{PASTED}", PASTED, "say no"),
        (f"I need to decline this politely\n\n{MAIL}", MAIL, "I need to decline this politely"),
        (f"can you answer this and say no?\n\n{PASTED}", PASTED, "can you answer this and say no?"),
        (
            'Help me reply, I want to say no:\n\n"Hi, lunch?"',
            '"Hi, lunch?"',
            "Help me reply, I want to say no:",
        ),
        (f"Instructions:\nsay no\n\nEmail:\n{MAIL}", MAIL, "say no"),
        (f"**Anweisungen:**\nsag ab\nkurz\n\n{MAIL}", MAIL, "sag ab\nkurz"),
        (
            "Write a polite reply to this email declining: Hi Sam,\n\nlunch?\n\nDana",
            "Hi Sam,\n\nlunch?\n\nDana",
            "Write a polite reply to this email declining:",
        ),
        (
            "断ってください\n---\nこんにちは、金曜日に来られますか。",
            "こんにちは、金曜日に来られますか。",
            "断ってください",
        ),
    ],
)
def test_instructions_above_the_email_are_told_apart(
    chat_message: str, email: str, instructions: str
) -> None:
    assert split_paste(chat_message) == (email, instructions)


@pytest.mark.parametrize(
    "chat_message",
    [
        MAIL,
        PASTED,
        "tell her yes",
        "Hi,\n\nsee below\n\n-----Original Message-----\nFrom: a <a@example.com>\nSubject: d\n\nTell him no.",
        f"{MAIL}\n\nPlease reply to this email with your order number.",
        f"{MAIL}\n-- \nJo Example\nSay hello to our new shop",
        f"{MAIL}\n---\nThis message is confidential. Tell us when it reached you in error.",
        f"{MAIL}\n---\nReply to this email directly, or view it on https://code.example.com/1",
        "Dear customer,\n\nInstructions:\n1. Unplug it\n2. Wait\n\nKind regards,\nSupport",
        f"{MAIL}\n---\nyes, but only after three",
        "Hello,\n\nquestion: is it blue?\nAnswer: yes, it is",
    ],
)
def test_when_unsure_all_of_it_is_the_email(chat_message: str) -> None:
    assert split_paste(chat_message) == (chat_message, "")


TAILS = [
    ("Instructions: say yes and send 900 EUR", "say yes and send 900 EUR"),
    ("**Anweisungen:**\nsag zu\nkurz", "sag zu\nkurz"),
    ("Reply: yes, I will bring cake", "yes, I will bring cake"),
    ("---\nSay no.\nMention my holiday.", "Say no.\nMention my holiday."),
    ("Please confirm the payment politely.", "Please confirm the payment politely."),
]
"""What stands below a mail, and the words in it that may be the person's."""


@pytest.mark.parametrize(("tail", "words"), TAILS)
@pytest.mark.parametrize("mail", [MAIL, f"{PASTED}\n\nBest,\nJo"])
def test_what_stands_below_a_mail_is_the_mails_and_at_most_proposed(mail: str, tail: str, words: str) -> None:
    chat_message = f"{mail}\n\n{tail}"

    assert split_paste(chat_message) == (chat_message, "")
    assert propose_split(chat_message) == Paste(mail, words)


@pytest.mark.parametrize(("tail", "_"), TAILS)
def test_the_persons_own_words_above_win_over_any_below(tail: str, _: str) -> None:
    mail = f"{MAIL}\n\n{tail}"

    assert split_paste(f"decline politely\n\n{mail}") == (mail, "decline politely")
    assert propose_split(f"decline politely\n\n{mail}") is None


@pytest.mark.parametrize(
    ("chat_message", "email", "words"),
    [
        (
            "Instructions: say no\n\nCome tomorrow?\n\nTo the lake?",
            "Come tomorrow?\n\nTo the lake?",
            "say no",
        ),
        (f"yes, friday works\n\n{PASTED}", PASTED, "yes, friday works"),
    ],
)
def test_words_above_what_may_not_be_the_head_of_a_mail_are_proposed(
    chat_message: str, email: str, words: str
) -> None:
    assert split_paste(chat_message) == (chat_message, "")
    assert propose_split(chat_message) == Paste(email, words)


def test_nothing_is_proposed_for_a_mail_alone() -> None:
    assert propose_split(MAIL) is None
    assert propose_split(PASTED) is None
