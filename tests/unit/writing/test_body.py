"""The body of the reply, out of whatever a model puts around it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from email_assistant.writing.body import BodyReader

BODY = "Hello Ana,\n\nThursday suits me.\n\n- one\n- two\n\nBest regards"


def read(pieces: list[str]) -> str:
    reader = BodyReader()
    return "".join(map(reader.feed, pieces)) + reader.end()


@pytest.mark.parametrize(
    "answer",
    [
        BODY,
        f"\n\n{BODY}\n\n",
        f"```\n{BODY}\n```",
        f"```text\n{BODY}\n```\n",
        f"Subject: Re: Lunch\n\n{BODY}",
        f"**Subject:** Re: Lunch\n\n{BODY}",
        f"Betreff: Mittagessen\n\n{BODY}",
        f"Here is the draft:\n\n{BODY}",
        f"Sure! Here's a revised version of your reply:\n\n{BODY}",
        f"Draft reply:\n{BODY}",
        f"<think>They want lunch.\n\nThursday.</think>\n\n{BODY}",
        f"<think>\n</think>```\nSubject: Lunch\n\n{BODY}\n```",
    ],
)
def test_only_the_body_is_left_however_the_answer_is_cut_into_pieces(answer: str) -> None:
    assert read([answer]) == BODY
    assert read(list(answer)) == BODY
    assert read(re.findall(r"\s*\S+|\s+", answer)) == BODY


@pytest.mark.parametrize(
    "body",
    [
        "Sure, Thursday works for me.",
        "Here is what you asked for: the report.",
        "Here is the address you asked for:\n1 High Street",
        "Draft the contract, please.",
        "Subject to your approval, we start on Monday.",
        "Thoughts: none.",
        "Run this:\n\n```\nmake\n```",
    ],
)
def test_a_body_that_begins_like_a_preamble_is_kept(body: str) -> None:
    assert read(list(body)) == body


def test_the_first_words_are_given_at_once() -> None:
    reader = BodyReader()
    assert reader.feed("He") == ""  # it could still become "Here is the draft:"
    assert reader.feed("llo") == "Hello"
    assert reader.feed(" Ana") == " Ana"


def test_a_sign_that_was_escaped_for_the_model_is_itself_again() -> None:
    assert read(list("If a &lt; b & c, see &#91;INST] and R&D; l&")) == "If a < b & c, see [INST] and R&D; l&"


def test_a_thought_that_never_ends_is_no_body() -> None:
    assert read(["<think>Well, ", "let me see"]) == ""


@given(st.lists(st.text(max_size=30), max_size=20))
def test_pieces_never_change_what_is_read(pieces: list[str]) -> None:
    assert read(pieces) == read(["".join(pieces)])
