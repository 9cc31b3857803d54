"""Text for a terminal: harmless, and wrapped."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from email_assistant.cli.sanitize import WordWrap, columns, cut, on_one_line, sanitize, wrapped

ANY_TEXT = st.text(st.characters(exclude_categories=()))
WORDS = st.lists(st.text("abc é漢字👍 \n", max_size=12)).map("".join)


@given(ANY_TEXT)
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    left = set(sanitize(text)) - {"\n"}
    assert not {c for c in left if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")}
    assert not left & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    sanitize(text).encode()


@given(ANY_TEXT)
def test_one_line_is_one_line(text: str) -> None:
    assert len(on_one_line(text).splitlines()) <= 1


def test_controls_are_pictures_and_line_ends_are_one() -> None:
    assert sanitize("a\x1b[31m\r\nb\x00\x7f\u202e\x9b\td\re") == "a␛[31m\nb␀␡<U+202E><U+009B>    d␍e"


@given(WORDS, st.integers(1, 40), st.integers(0, 4), st.data())
def test_text_wraps_the_same_however_it_comes_in(
    text: str, width: int, indent: int, data: st.DataObject
) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=4).map(sorted))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    wrap = WordWrap(width, " " * indent)
    assert "".join(map(wrap.feed, pieces)) + wrap.end() == wrapped(text, width, " " * indent)


@given(WORDS, st.integers(16, 40))
def test_lines_fit_and_no_word_is_lost(text: str, width: int) -> None:
    shown = wrapped(text, width)
    assert "".join(shown.split()) == "".join(text.split())
    words = max((columns(word) for word in shown.split()), default=0)
    assert all(columns(line) <= max(width, words) for line in shown.split("\n"))


def test_a_line_breaks_between_words_and_between_wide_characters() -> None:
    assert wrapped("one two three", 8, "  ") == "  one\n  two\n  three"
    assert wrapped("漢字漢字", 4) == "漢字\n漢字"
    assert wrapped("  kept  inside", 20) == "  kept  inside"


def test_a_long_text_is_cut_at_once() -> None:
    assert cut("recipient, " * 100_000, 20) == "recipient, recipi..."


@given(ANY_TEXT.map(on_one_line), st.integers(4, 30))
def test_a_cut_text_fits(text: str, width: int) -> None:
    assert columns(cut(text, width)) <= width
