"""Every reader of text takes time in proportion to its length, whatever the text repeats."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest

from email_assistant.mail.paste.pasted import read_pasted
from email_assistant.mail.paste.windows import read_window
from email_assistant.mail.replying.reply import reply_subject
from email_assistant.mail.text.attribution import find_attributions
from email_assistant.mail.text.dates import shown_date
from email_assistant.mail.text.quoting import split_text
from email_assistant.mail.text.shown_headers import heads_a_message
from email_assistant.mail.text.signature import without_signature

SIZE = 2_000
TIMES, MAX_RATIO = 6, 18  # what is quadratic takes 36 times as long
TOO_SHORT = 0.005  # seconds; below, nothing can be told


def attributions(text: str) -> None:
    find_attributions(text.split("\n"))


def headers(text: str) -> None:
    lines = text.split("\n")
    for at in range(len(lines)):
        heads_a_message(lines, at)


def signatures(text: str) -> None:
    without_signature(text.split("\n"))


def windows(text: str) -> None:
    read_window(text.split("\n"))


READERS: list[Callable[[str], object]] = [
    split_text, read_pasted, attributions, headers, signatures, windows, shown_date, reply_subject,
]  # fmt: skip
PIECES = [
    "On 1 May 2025 10:00 a@example.com wrote:\n",
    "On 1 May 2025 at 10:00 the office sent this to a@b.example:\nx\n",
    "> a\nYes, it is.\n",
    "> a\n> b\n> c\n\nYes, it is.\n\n",
    "Jo <a@b.example>\n10:00\nto me\n\nx\n",
    "From: Jo <a@b.example>\nx\n",
    "Foo: Jo <a@b.example>\nBar: Al <b@c.example>\n",
    "From: a <a@b.example> To: ",
    "Thanks\n\nPS: x\n",
    "---\nx\n",
    "-Jo\n\n",
    "my answers are below\n> x\n",
    "a@b.example: ",
    "2 of a 2026 ",
    "R: ",
]


def seconds(read: Callable[[str], object], text: str) -> float:
    taken = []
    for _ in range(2):
        begun = process_time()
        read(text)
        taken.append(process_time() - begun)
    return min(taken)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
def test_a_longer_text_takes_longer_in_proportion(read: Callable[[str], object], piece: str) -> None:
    short = piece * (SIZE // len(piece))
    assert seconds(read, short * TIMES) <= MAX_RATIO * max(seconds(read, short), TOO_SHORT)
