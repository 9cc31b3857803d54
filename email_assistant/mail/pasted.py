"""Header lines at the head of a pasted message, in whatever language the mail program wrote them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime

from email_assistant.mail.headers import parse_mailboxes
from email_assistant.mail.locales import FIELD_OF_LABEL, Field, alternation
from email_assistant.mail.message import Mailbox

_QUOTE_MARK = re.compile(r"^\s?(?:>\s?)+")
_LABEL = re.compile(
    r"^[\s*_]*(?P<label>[^\s:：<>@*][^:：<>@*]{0,38}?)[\s*_]*[:：][*_]*(?!//)\s*(?P<value>.*)$"
)
_HEADING = re.compile(rf"^[\s\-_=*>]*(?:{alternation('forwarded')})[\s\-_=*:：]*", re.IGNORECASE)
_RULE = re.compile(r"^\s*[-_=*]{5,}\s*$")
# Yahoo glues the whole block into one line: there a label counts behind an address, a date or a dash.
_GLUED_LABEL = re.compile(
    r"(?:(?<=[>\w)]))(?P<label>"
    + "|".join(sorted((re.escape(label) for label in FIELD_OF_LABEL), key=len, reverse=True))
    + r")\s?[:：]\s",
    re.IGNORECASE,
)
_MOST_HEADER_LINES = 60


@dataclass
class PastedHeaders:
    """What the header lines say, and the text after them."""

    values: dict[Field, str] = field(default_factory=dict)
    body: str = ""
    forwarded: bool = False
    """Whether a heading such as `Forwarded message` stood above."""

    @property
    def sender(self) -> Mailbox | None:
        """From, or None where no line gave it."""
        found = parse_mailboxes(self.values.get("from", ""))
        return found[0] if found else None

    def mailboxes(self, name: Field) -> tuple[Mailbox, ...]:
        """The addresses of one field."""
        return parse_mailboxes(self.values.get(name, ""))

    @property
    def date(self) -> datetime | None:
        """The date, where it is written the RFC's way and with its zone; else None."""
        try:
            date = parsedate_to_datetime(self.values.get("date", ""))
        except (ValueError, IndexError, TypeError):
            return None
        return date if date.tzinfo else None


def field_of_line(line: str) -> tuple[Field, str] | None:
    """The header field and value of a line such as `Betreff: Treffen`, or None."""
    found = _LABEL.match(line)
    name = FIELD_OF_LABEL.get(" ".join(found["label"].split()).casefold()) if found else None
    return (name, found["value"].strip(" *_\t")) if found and name else None


def read_pasted_headers(text: str) -> PastedHeaders | None:
    """Read the header lines with which a pasted message begins; None where it begins otherwise.

    A block counts when it says From or Subject and has two fields at least.
    """
    lines = text.splitlines()
    start = next((at for at, line in enumerate(lines) if _bare(line)), 0)
    found = PastedHeaders()
    at = start
    while at < len(lines) and at - start < 4:  # the heading, its rule, and blank lines between
        bare = _bare(lines[at])
        if heading := _HEADING.match(bare):
            found.forwarded = True
            rest = bare[heading.end() :].strip()
            if rest:
                lines[at] = rest
                break
        elif bare and not _RULE.match(bare):
            break
        at += 1
    at = _read_block(lines, at, found)
    if len(found.values) < 2 or not ({"from", "subject"} & found.values.keys()):
        return None
    found.body = _unquoted(lines[at:])
    return found


def _read_block(lines: list[str], at: int, found: PastedHeaders) -> int:
    """Take in header lines from `at` on; return the index of the first line of the body."""
    last: Field | None = None
    first = at
    while at < len(lines) and at - first < _MOST_HEADER_LINES:
        bare = _bare(lines[at])
        if not bare:
            # A blank line ends the block, but not one that stands between two header lines.
            if not (at + 1 < len(lines) and field_of_line(_bare(lines[at + 1])) and len(found.values) < 2):
                break
        elif named := field_of_line(bare):
            if named[0] in found.values and len(found.values) >= 4:
                break  # the body begins with a header line of its own
            last = _take(found, *named)
        elif last in {"to", "cc"} and (re.match(r"^\s", lines[at]) or "@" in bare):
            found.values[last] += " " + bare  # a folded list of recipients
        elif last and not found.values[last] and len(bare) < 200:
            found.values[last] = bare  # the label alone on its line
        elif (
            last is None
            or not re.match(r"^[ \t]+\S", lines[at])
            or len(found.values) < 2
            or last == "subject"
        ):
            break
        else:
            found.values[last] += " " + bare
        at += 1
    return at


def _take(found: PastedHeaders, name: Field, value: str) -> Field:
    """Keep one header line, cutting it where further ones are glued to it; return the last field."""
    while glued := _GLUED_LABEL.search(value):
        found.values.setdefault(name, value[: glued.start()].strip())
        name, value = FIELD_OF_LABEL[glued["label"].casefold()], value[glued.end() :]
    found.values.setdefault(name, value.strip())
    return name


def _bare(line: str) -> str:
    """The line without quote marks, a byte order mark and white space around."""
    return _QUOTE_MARK.sub("", line.lstrip("\ufeff")).strip("\ufeff \t\u00a0")


def _unquoted(lines: list[str]) -> str:
    """The body; where every line of it is quoted, one level of quote marks comes off."""
    if lines and all(line.lstrip().startswith(">") for line in lines if line.strip()):
        lines = [re.sub(r"^\s*> ?", "", line) for line in lines]
    return "\n".join(lines).strip("\n")
