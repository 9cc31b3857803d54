"""What a reply is called as a file."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from email_assistant.mail import attached_as, reply_filename


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Re: Lunch on Thursday", "Re Lunch on Thursday.eml"),
        ('a/b\\c:d*e?f"g<h>i|j', "a b c d e f g h i j.eml"),
        ("../../etc/passwd", "etc passwd.eml"),
        ("Grüße aus 東京", "Grüße aus 東京.eml"),
        ("invoice\u202egpj.exe", "invoicegpj.exe.eml"),
        ("", "reply.eml"),
        ("...", "reply.eml"),
        ("CON", "reply.eml"),
        ("x" * 5_000, "x" * 56 + ".eml"),
    ],
)
def test_a_file_is_called_by_the_subject_and_safe_everywhere(subject: str, name: str) -> None:
    assert reply_filename(subject) == name


@pytest.mark.parametrize("subject", ["Lunch", "Grüße", "東京", 'a "quoted" one', "100 % sure; yes"])
def test_a_header_names_the_file_in_ascii_and_in_full(subject: str) -> None:
    name = reply_filename(subject)
    header = attached_as(name)
    assert header.isascii()
    assert re.match(r'attachment; filename="[^"\\]+\.eml"', header)
    whole = re.search(r"filename\*=UTF-8''(\S+)$", header)
    assert (unquote(whole[1]) if whole else name) == name
    assert bool(whole) != name.isascii()
