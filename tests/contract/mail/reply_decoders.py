"""Decoders that nobody here wrote, as one: what they read in the sources of replies."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import fast_mail_parser
import mailparser

# One process for all, since it starts slowly: files by name in, records and fields by separators out.
PERL = r"""
use Email::MIME; binmode STDOUT, ':utf8'; local $/;
for my $name (@ARGV) {
  open my $file, '<:raw', $name; my $m = Email::MIME->new(<$file>);
  my @values = map { scalar $m->header_str($_) } qw(Subject To Cc In-Reply-To References);
  print join("\x1e", map { defined $_ ? $_ : '' } (@values, $m->body_str)), "\x1d";
}
"""


@dataclass
class Decoded:
    """What one decoder found; `addresses` are those of To and Cc."""

    subject: str
    addresses: list[str]
    in_reply_to: str
    references: list[str]
    text: str


def by_mail_parser(sources: list[bytes]) -> list[Decoded]:
    return [_by_mail_parser(source) for source in sources]


def _by_mail_parser(source: bytes) -> Decoded:
    message = mailparser.parse_from_bytes(source)
    headers = message.headers
    return Decoded(
        subject=str(message.subject),
        addresses=[address for _, address in (*message.to, *message.cc)],
        in_reply_to=str(headers.get("In-Reply-To", "")),
        references=str(headers.get("References", "")).split(),
        text="".join(message.text_plain),
    )


def by_fast_mail_parser(sources: list[bytes]) -> list[Decoded]:
    return [_by_fast_mail_parser(source) for source in sources]


def _by_fast_mail_parser(source: bytes) -> Decoded:
    message = fast_mail_parser.parse_email(source)
    headers = {name.lower(): value[0] for name, value in message.headers.items()}
    return Decoded(
        subject=message.subject,
        addresses=[each.address for each in (*message.to, *message.cc)],
        in_reply_to=headers.get("in-reply-to", ""),
        references=headers.get("references", "").split(),
        text="".join(message.text_plain),
    )


def by_email_mime(sources: list[bytes]) -> list[Decoded]:
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.eml" for number in range(len(sources))]
        for file, source in zip(files, sources, strict=True):
            file.write_bytes(source)
        done = subprocess.run(["perl", "-e", PERL, *map(str, files)], capture_output=True, check=True)
    found = []
    for record in done.stdout.decode("utf-8").split("\x1d")[:-1]:
        subject, to, cc, in_reply_to, references, text = record.split("\x1e")
        addresses = [each.rpartition("<")[2].strip(" <>") for each in f"{to},{cc}".split(",") if "@" in each]
        found.append(Decoded(subject, list(map(_utf_8, addresses)), in_reply_to, references.split(), text))
    return found


def _utf_8(address: str) -> str:
    """Decode UTF-8 in headers (RFC 6532), whose bytes Email::MIME gives one by one."""
    try:
        return address.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return address


def decoders() -> dict[str, Callable[[list[bytes]], list[Decoded]]]:
    """Return every decoder that is installed."""
    found: dict[str, Callable[[list[bytes]], list[Decoded]]] = {
        "mail-parser": by_mail_parser,
        "fast-mail-parser": by_fast_mail_parser,
    }
    probe = ["perl", "-MEmail::MIME", "-e1"]
    if shutil.which("perl") and subprocess.run(probe, capture_output=True, check=False).returncode == 0:
        found["Email::MIME"] = by_email_mime
    return found
