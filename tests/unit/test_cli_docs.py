"""What docs/cli.md says of the command line is what the program says."""

from __future__ import annotations

import re

from docs.commands import PAGE, helps, written
from email_assistant.cli import texts
from email_assistant.cli.exits import Exit

PAGE_TEXT = PAGE.read_text(encoding="utf-8")


def test_every_help_is_in_the_page_as_it_is() -> None:
    assert written(PAGE_TEXT) == PAGE_TEXT
    assert [line for line in helps() if f"$ {line} --help\n" not in PAGE_TEXT] == []


def test_every_exit_code_is_in_the_page() -> None:
    codes = re.findall(r"^\| (\d+) \|", PAGE_TEXT, re.MULTILINE)
    assert codes == [str(int(code)) for code in Exit]


def test_every_word_of_the_dialogue_is_in_the_page() -> None:
    assert [word for word in texts.HELP if f"`{word}`" not in PAGE_TEXT] == []


def test_the_help_fits_a_terminal() -> None:
    assert max(len(line) for text in helps().values() for line in text.splitlines()) <= 80
