"""What is written for a mail that answers none."""

from __future__ import annotations

from email_assistant.brief import Brief, Person
from email_assistant.mail import IncomingEmail
from email_assistant.writing.offline import write_by_rules
from email_assistant.writing.prompts import load_prompts, task_of

BRIEF = Brief(
    IncomingEmail(),
    "I am ill today.",
    user=Person("Max Berg"),
    sender=Person("Noor Haddad"),
    language="en",
    is_new_mail=True,
    order="Write an email to Noor that I am ill today.",
)


def test_rules_frame_the_words_and_thank_for_nothing() -> None:
    assert write_by_rules(BRIEF) == "Hello Noor,\n\nI am ill today.\n\nBest regards\nMax Berg"


def test_a_model_is_told_the_order_and_of_no_email() -> None:
    assert task_of(BRIEF) == "compose"
    system, request = load_prompts().messages("compose", BRIEF)
    assert "Write an email to Noor that I am ill today." in request["content"]
    assert "<email" not in request["content"]
    assert "wrote this email" not in request["content"]
    assert "Max Berg" in request["content"]
    assert system["role"] == "system"
