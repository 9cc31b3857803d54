"""A model that cannot stop is stopped."""

from __future__ import annotations

import time

import pytest

from email_assistant.writing.loops import without_loop

BEGUN = "Hi Dana,\n\nThe van comes at noon. "
ROUND = "Please let me know whether the yard is open before the others arrive. "


def test_what_comes_again_and_again_is_kept_once() -> None:
    kept = without_loop(BEGUN + ROUND * 6)
    assert kept is not None
    assert kept.startswith(BEGUN.strip())
    assert kept.count("the yard is open") == 1


def test_of_a_text_that_is_nothing_but_a_loop_nothing_is_kept() -> None:
    assert without_loop(ROUND * 6) == ""
    assert without_loop("very " * 100) == ""


def test_a_loop_within_a_sentence_ends_with_the_sentence_before_it() -> None:
    assert without_loop(BEGUN + "very " * 100) == BEGUN.strip()


@pytest.mark.parametrize(
    "text",
    [
        BEGUN,
        BEGUN + ROUND * 3,
        "\n".join(f"- Table {number}: four chairs by the window, and a lamp" for number in range(40)),
        BEGUN + " ".join(f"Room {number} is free in week {number * 3}." for number in range(100)),
    ],
)
def test_lists_and_refrains_are_no_loop(text: str) -> None:
    assert all(without_loop(text[:end]) is None for end in range(0, len(text), 50))


def test_a_look_takes_no_longer_at_a_long_text() -> None:
    def seconds(text: str) -> float:
        start = time.process_time()
        for _ in range(200):
            without_loop(text)
        return time.process_time() - start

    line = "".join(f"Line {number}. " for number in range(200_000))
    assert seconds(line) < 20 * seconds(line[:8_000]) + 0.5
