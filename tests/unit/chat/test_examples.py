"""Several examples are one text in the settings panel."""

from __future__ import annotations

import pytest

from email_assistant.chat.examples import join_examples, split_examples


@pytest.mark.parametrize(
    "examples",
    [
        [],
        ["Hi Kim,\n\nyes.\n\nSam"],
        ["one", "two", "three"],
        ["a\n---\nb", "c"],
        ["---", "\\---\n\\\\---", "a --- b\n----"],
    ],
)
def test_what_was_joined_is_split_into_the_same(examples: list[str]) -> None:
    assert split_examples(join_examples(examples)) == examples


def test_a_person_may_leave_parts_empty() -> None:
    assert split_examples("---\r\n Hi Kim \r\n--- \r\n\r\n---\r\nHi Lou\r\n---") == ["Hi Kim", "Hi Lou"]
