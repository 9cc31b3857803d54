"""Decoders that nobody here wrote, as one: what they read in the source of a reply."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

import fast_mail_parser
import mailparser

PERL = r"""
use Email::MIME; binmode STDOUT, ':utf8'; local $/; my $m = Email::MIME->new(<STDIN>);
print join("\x1e", map { defined $_ ? $_ : '' } ($m->header_str('Subject'), $m->header_str('To'),
  $m->header_str('Cc'), $m->header_str('In-Reply-To'), $m->header_str('References'), $m->body_str));
"""


@dataclass
class Decoded:
    """What one decoder found; `addresses` are those of To and Cc."""

    subject: str
    addresses: list[str]
    in_reply_to: str
    references: list[str]
    text: str


def by_mail_parser(source: bytes) -> Decoded:
    message = mailparser.parse_from_bytes(source)
    headers = message.headers
    return Decoded(
        subject=str(message.subject),
        addresses=[address for _, address in (*message.to, *message.cc)],
        in_reply_to=str(headers.get("In-Reply-To", "")),
        references=str(headers.get("References", "")).split(),
        text="".join(message.text_plain),
    )


def by_fast_mail_parser(source: bytes) -> Decoded:
    message = fast_mail_parser.parse_email(source)
    headers = {name.lower(): value[0] for name, value in message.headers.items()}
    return Decoded(
        subject=message.subject,
        addresses=[each.address for each in (*message.to, *message.cc)],
        in_reply_to=headers.get("in-reply-to", ""),
        references=headers.get("references", "").split(),
        text="".join(message.text_plain),
    )


def by_email_mime(source: bytes) -> Decoded:
    done = subprocess.run(["perl", "-e", PERL], input=source, capture_output=True, check=True)
    subject, to, cc, in_reply_to, references, text = done.stdout.decode("utf-8").split("\x1e")
    addresses = [each.rpartition("<")[2].strip(" <>") for each in f"{to},{cc}".split(",") if "@" in each]
    return Decoded(subject, addresses, in_reply_to, references.split(), text)


def decoders() -> dict[str, Callable[[bytes], Decoded]]:
    """Every decoder that is installed."""
    found: dict[str, Callable[[bytes], Decoded]] = {
        "mail-parser": by_mail_parser,
        "fast-mail-parser": by_fast_mail_parser,
    }
    probe = ["perl", "-MEmail::MIME", "-e1"]
    if shutil.which("perl") and subprocess.run(probe, capture_output=True, check=False).returncode == 0:
        found["Email::MIME"] = by_email_mime
    return found
