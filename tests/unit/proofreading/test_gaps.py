"""Gaps are found, filled in by a person, and told while they are open."""

from __future__ import annotations

import pytest

from email_assistant.brief import Brief
from email_assistant.mail import IncomingEmail
from email_assistant.proofreading import gaps
from email_assistant.proofreading.gaps import fill_gap, find_gaps


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I can come on [which day?].", "which day?"),
        ("Wir treffen uns in [Ort].", "Ort"),
        ("Call me at {phone number}.", "phone number"),
        ("Dear <name>, hello.", "name"),
        ("It costs (…) in all.", ""),
        ("My number is ____.", ""),
        ("On XX.XX. at 3.", ""),
        ("At [ … name … ] we meet", "name"),
    ],
)
def test_a_gap_is_found(text: str, words: str) -> None:
    (gap,) = find_gaps(text)

    assert gap.text == words
    filled = fill_gap(text, gap, "  Berlin\n")
    assert filled == text[: gap.start] + "Berlin" + text[gap.end :]
    assert not find_gaps(filled)


@pytest.mark.parametrize(
    "text",
    [
        "See [1] and [sic], or [here](https://example.com).",
        "Write to <ana@example.com> or <https://example.com/a>.",
        "snake_case_name and __init__ and a--b",
        "Size XXL, chapter XX, the XXth century.",
        "Really?? Well...",
        "I paid (as agreed) the bill.",
    ],
)
def test_what_is_no_gap_is_left_alone(text: str) -> None:
    assert find_gaps(text) == ()


def test_a_gap_that_moved_is_filled_where_it_is_now() -> None:
    (gap,) = find_gaps("On [day].")

    assert fill_gap("Well: on [day].", gap, "Monday") == "Well: on Monday."
    with pytest.raises(ValueError, match="day"):
        fill_gap("On Monday.", gap, "Tuesday")


def test_an_open_gap_is_told() -> None:
    (finding,) = gaps.check("On [which day?].", Brief(IncomingEmail()))

    assert finding.code == "open_gap"
    assert "which day?" in finding.text
