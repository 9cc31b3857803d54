"""The names that a text is seen to have."""

from __future__ import annotations

import pytest

from email_assistant.proofreading.names import names_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Frau Lehmann bringt den Schlüssel.", ["Lehmann"]),
        ("Herr Dr. Stein kommt mit Prof. Dr. Anna Berg.", ["Stein", "Anna Berg"]),
        ("Der Termin mit Herrn Dipl.-Ing. Rau steht.", ["Rau"]),
        ("Der Drucker steht im Flur.", []),
    ],
)
def test_in_german_a_name_stands_behind_its_titles(text: str, names: list[str]) -> None:
    assert [name.written for name in names_in(text, "de")] == names
