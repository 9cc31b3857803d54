"""Text from outside is normalized in one place, which no text can make slow."""

from __future__ import annotations

import time
from pathlib import Path

import email_assistant
from email_assistant.mail.text.prompt_injection import prompt_injection
from email_assistant.normalization import MAX_MARKS, normalize
from email_assistant.store.search import folded

PACKAGE = Path(email_assistant.__file__).parent
MARKS = "a" + "\u0301\u0316" * 200_000
"""Python's own normalization takes minutes for it."""


def test_a_letter_with_marks_without_end_costs_no_more_than_its_length() -> None:
    begun = time.perf_counter()
    for of in (lambda text: normalize("NFD", text), folded, prompt_injection):
        of(MARKS)
    assert time.perf_counter() - begun < 10


def test_letters_keep_the_marks_that_languages_have() -> None:
    assert normalize("NFC", "e\u0301 ק\u05c1\u05b8 ง\u0e49") == "é ק\u05b8\u05c1 ง\u0e49"
    assert len(normalize("NFD", MARKS)) == 1 + MAX_MARKS


def test_nothing_else_normalizes() -> None:
    found = {
        path.relative_to(PACKAGE)
        for path in PACKAGE.rglob("*.py")
        if "unicodedata.normalize" in path.read_text()
    }
    assert found == {Path("normalization.py")}
