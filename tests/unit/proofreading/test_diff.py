"""What changed between two drafts: whatever is shown, joined it is both texts."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from email_assistant.proofreading.diff import Change, word_diff

BEFORE = "Hi Dana,\n\nTuesday suits me. I bring the slides.\n\nBest regards\nSam"
AFTER = "Hi Dana,\n\nThursday suits me well. I bring the slides.\n\nBest regards\nSam"


def joined(changes: list[Change], *kinds: str) -> str:
    return "".join(text for kind, text in changes if kind in kinds)


def test_a_changed_word_is_removed_and_added_and_the_rest_stays() -> None:
    assert word_diff(BEFORE, AFTER) == [
        ("same", "Hi Dana,\n\n"),
        ("removed", "Tuesday"),
        ("added", "Thursday"),
        ("same", " suits me"),
        ("added", " well"),
        ("same", ". I bring the slides.\n\nBest regards\nSam"),
    ]


def test_equal_texts_have_no_change() -> None:
    assert word_diff(BEFORE, BEFORE) == [("same", BEFORE)]


@pytest.mark.parametrize("text", ["", "x", BEFORE])
def test_from_and_to_nothing(text: str) -> None:
    assert joined(word_diff("", text), "added") == text
    assert joined(word_diff(text, ""), "removed") == text


@given(st.text(alphabet="ab .\n"), st.text(alphabet="ab .\n"))
def test_joined_pieces_are_both_texts(before: str, after: str) -> None:
    changes = word_diff(before, after)

    assert joined(changes, "same", "removed") == before
    assert joined(changes, "same", "added") == after
    assert all(text for _, text in changes)


@given(st.text(), st.text())
def test_any_unicode_comes_through(before: str, after: str) -> None:
    changes = word_diff(before, after)

    assert joined(changes, "same", "removed") == before
    assert joined(changes, "same", "added") == after


@given(st.text(alphabet="ab .\n"), st.text(alphabet="ab .\n"))
def test_neighbouring_runs_are_of_different_kinds(before: str, after: str) -> None:
    kinds = [kind for kind, _ in word_diff(before, after)]

    assert all(kind != following for kind, following in pairwise(kinds))


def test_texts_of_the_largest_size_that_share_all_their_words_take_no_more_than_a_moment() -> None:
    """A person may put in 100,000 characters of their own."""
    words = ["the", "reply", "that", "was", "written", "to", "you"]
    before = " ".join(words[i % 7] for i in range(25_000))
    after = " ".join(words[i * 3 % 7] for i in range(25_000))
    start = time.process_time()

    changes = word_diff(before, after)

    assert joined(changes, "same", "added") == after
    assert time.process_time() - start < 2
