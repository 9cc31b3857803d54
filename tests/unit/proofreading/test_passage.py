"""A passage of the draft that is quoted in front of what is asked of it."""

from __future__ import annotations

import pytest

from email_assistant.proofreading.passage import passage_in

DRAFT = "Hi Noor,\n\nI am glad. I come on\nMonday: “at noon”: and on Monday.\n\nJo"


@pytest.mark.parametrize(
    ("feedback", "passage", "request_"),
    [
        ("“I am glad.”: friendlier", "I am glad.", "friendlier"),
        ('"glad": say delighted', "glad", "say delighted"),
        ("„I come on Monday“: kürzer", "I come on\nMonday", "kürzer"),
        ("« I am glad. »: plus court", "I am glad.", "plus court"),
        ("「I am glad.」：短く", "I am glad.", "短く"),
        ("“Monday: “at noon”: and”: shorter", "Monday: “at noon”: and", "shorter"),
        ("“Hi Noor, I am glad.”: one line", "Hi Noor,\n\nI am glad.", "one line"),
    ],
)
def test_a_quoted_passage_is_found(feedback: str, passage: str, request_: str) -> None:
    found = passage_in(feedback, DRAFT)
    assert found
    assert (DRAFT[found.start : found.end], found.request) == (passage, request_)


@pytest.mark.parametrize(
    "feedback",
    [
        "", "shorter", "“I am glad.”", "“I am glad.”:", "“”: shorter", "“I am sad.”: shorter",
        "“Monday”: shorter",  # which of the two?
        "say “I am glad.”: twice", "“" * 5_000, "“a”:" * 900,
    ],
)  # fmt: skip
def test_anything_else_is_about_the_whole_draft(feedback: str) -> None:
    assert passage_in(feedback, DRAFT) is None
