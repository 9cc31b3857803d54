"""How long a draft is read: a usual one with notes and asks, and the largest of each hostile kind."""

from __future__ import annotations

import statistics
import time
from itertools import permutations

from bench.tokens import FIRST, MAILS, NOTES, letter, mail_of
from email_assistant.brief import Brief, Person, Revision
from email_assistant.mail import IncomingEmail, parse_email
from email_assistant.proofreading.answering import ask_status
from email_assistant.proofreading.asks import find_asks
from email_assistant.proofreading.letter import MAX_DRAFT
from email_assistant.proofreading.proofread import proofread
from tests.integration.test_growth import FRAGMENTS

WORDS = ("autumn", "board", "budget", "coffee", "contract", "design", "garden", "kitchen", "launch", "school")
REMARKS = [f"I liked the {one} plans and the {other} notes." for one, other in permutations(WORDS, 2)]
TARGET = 5
PROSE = f"{FIRST} "


def read(draft: str, brief: Brief) -> None:
    """Do what is done for each draft."""
    proofread(draft, brief)
    for ask in brief.asks:
        ask_status(ask, draft, brief)


def usual_brief() -> Brief:
    """Return a mail that asks two things, and notes."""
    email = parse_email(mail_of(MAILS["usual"])[0])
    return Brief(
        email,
        NOTES,
        user=Person("Sam Kay"),
        sender=Person("Dana Reed"),
        language="en",
        asks=find_asks(email),
    )


def full_brief(text: str) -> Brief:
    """Return the same text wherever one can stand."""
    return Brief(
        IncomingEmail(text=text, language="en"),
        text,
        revisions=(Revision(text, text),),
        language="en",
        asks=find_asks(IncomingEmail(text=text, language="en")),
        wishes=(text,),
    )


def milliseconds(draft: str, brief: Brief) -> float:
    """Measure the processor's time, so that a busy machine does not count."""
    began = time.thread_time()
    read(draft, brief)
    return 1000 * (time.thread_time() - began)


def main() -> None:
    """Print both."""
    brief, draft = usual_brief(), letter(FIRST)
    assert len(brief.asks) == 2
    milliseconds(draft, brief)  # the first one reads the word lists
    # The mail and the notes were read for the draft before; each draft is read for the first time.
    usual = statistics.median(milliseconds(letter(f"{FIRST} {said}"), brief) for said in REMARKS)
    largest = {}
    for name, piece in {"prose": PROSE, **FRAGMENTS}.items():
        text = piece * (MAX_DRAFT // len(piece))
        largest[name] = milliseconds(text, full_brief(text))
    worst = max(largest, key=lambda name: largest[name])
    print("The proofreader, ms of the processor")
    print(f"  {f'a usual draft of {len(draft)} characters, at the median':<56}{usual:>8.2f}")
    print(f"  {f'{MAX_DRAFT:,} characters everywhere, of prose':<56}{largest['prose']:>8.0f}")
    print(f"  {f'  and of {worst}, the slowest':<56}{largest[worst]:>8.0f}")
    print(f"  (the usual one is to be below {TARGET})")


if __name__ == "__main__":
    main()
