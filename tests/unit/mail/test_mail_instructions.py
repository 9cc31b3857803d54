"""One chat message may hold the email and the order how to answer it."""

from __future__ import annotations

import pytest

from email_assistant.mail import split_paste

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
        (f"{MAIL}\n\nInstructions: say no, politely", MAIL, "say no, politely"),
        (f"{MAIL}\n\n**Anweisungen:**\nsag ab\nkurz", MAIL, "sag ab\nkurz"),
        (f"{MAIL}\n\nReply: yes, I will bring cake", MAIL, "yes, I will bring cake"),
        (f"{MAIL}\n---\nSay no.\nMention my holiday.", MAIL, "Say no.\nMention my holiday."),
        (f"{MAIL}\n\nPlease decline politely.", MAIL, "Please decline politely."),
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
        (
            "Instructions: say no\n\nCome tomorrow?\n\nTo the lake?",
            "Come tomorrow?\n\nTo the lake?",
            "say no",
        ),
        (
            "断ってください\n---\nこんにちは、金曜日に来られますか。",
            "こんにちは、金曜日に来られますか。",
            "断ってください",
        ),
    ],
)
def test_instructions_above_or_below_the_email_are_told_apart(
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
