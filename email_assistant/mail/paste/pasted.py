"""The header of a message that was copied from a mail program's window, in whatever language it showed it."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field

from email_assistant.mail.message import Mailbox
from email_assistant.mail.paste.windows import read_window
from email_assistant.mail.text.attribution import find_attributions
from email_assistant.mail.text.dates import shown_date
from email_assistant.mail.text.locales import FIELD_OF_LABEL, Field
from email_assistant.mail.text.shown_headers import (
    bare,
    field_of_line,
    field_without_colon,
    fields_run_together,
    heading_of,
    heads_a_message,
    is_forward_heading,
    is_mailbox,
)

# Yahoo glues the whole block into one line: there a label counts behind an address, a date or a dash.
_GLUED_LABEL = re.compile(
    r"(?<=[>\w)])(?P<label>"
    + "|".join(sorted((re.escape(label) for label in FIELD_OF_LABEL), key=len, reverse=True))
    + r")\s?[:：]\s",
    re.IGNORECASE,
)
_RECIPIENTS = frozenset({"to", "cc"})
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]+@[^\s<>()\[\]\"',;:]+")
_RULE = re.compile(r"^[-_=*]{3,}$")
_FORWARD_PREFIX = re.compile(
    r"^\s*(?:fwd?|wg|tr|rv|enc|i|vs|vl|pd|doorst|fs|vb|转发|轉寄|転送)\s*[:：]\s*", re.IGNORECASE
)
_PARTICLES = frozenset(
    ["van", "von", "de", "der", "den", "da", "di", "la", "le", "du", "bin", "al", "-", "&"]
)
_MAX_LINES = 60
_MAX_GAP = 4


@dataclass
class Pasted:
    """The header fields that were found, by their name in RFC 5322, and the body."""

    fields: dict[Field, str] = field(default_factory=dict)
    body: str = ""


def read_pasted(text: str) -> Pasted | None:
    """Read a copied message; None where nothing of a header shows.

    The header is the block of lines that the text begins with. Where that names no sender, the message is
    known only by what it forwards: then the block or the attribution that introduces this tells the sender.
    """
    lines = text.split("\n")
    if window := read_window(lines):
        return Pasted(*window)
    top = _top_block(lines)
    if top and "from" in top.fields:
        return top
    subject = top.fields.get("subject", "") if top else ""
    bare_subject = _FORWARD_PREFIX.sub("", subject)
    inner = _forwarded_block(top.body.split("\n") if top else lines, forwarded=bare_subject != subject)
    if inner and top and "from" in inner.fields:
        inner.fields = top.fields | {"subject": bare_subject} | inner.fields
    elif inner and top:
        inner.fields |= top.fields
    return inner or top


def _top_block(lines: list[str]) -> Pasted | None:
    """Return the header block with which the text begins."""
    at = next((each for each, line in enumerate(lines) if bare(line)), 0)
    found, end = _read_block(lines, at)
    alone = "subject" in found and not (end < len(lines) and bare(lines[end]))
    if not (len(found) >= 2 and found.keys() & {"from", "subject"}) and not (
        "@" in found.get("from", "") or alone
    ):
        return None
    return Pasted(found, _unquoted(lines[end:]))


def _forwarded_block(lines: list[str], *, forwarded: bool) -> Pasted | None:
    """Return what introduces the forwarded message.

    What stands below other text is `forwarded` where the subject or a heading says so. Else it may as well be
    what that text answers, and its author the user: then only the subject is taken, which both share.
    """
    introduced: dict[int, int] = {
        each.start: each.end for each in find_attributions([bare(line) for line in lines])
    }
    at = next(
        (each for each in range(len(lines)) if each in introduced or heads_a_message(lines, each)), None
    )
    if at is None:
        return None
    begins = not any(bare(line) for line in lines[:at])
    headed = at not in introduced and is_forward_heading(bare(lines[at]))
    if headed:  # Yandex and Proton write an attribution below the heading
        at = next((each for each in range(at + 1, min(at + 4, len(lines))) if each in introduced), at)
    if at in introduced:
        line = " ".join(bare(line) for line in lines[at : introduced[at]])
        author = attributed_to(line)
        rest = [line for line in lines[introduced[at] :] if bare(line)]
        marked = [line for line in rest if line.lstrip().startswith(">")]
        if not author or not (forwarded or begins or headed) or (marked and marked != rest):
            return None
        found: dict[Field, str] = {"from": _as_field(author)}
        if date := shown_date(line):
            found["date"] = date.isoformat()
        end = introduced[at]
    else:
        found, end = _read_block(lines, at)
        if not (begins or forwarded or headed):
            found = {name: value for name, value in found.items() if name == "subject"}
    return Pasted(found, _unquoted(lines[end:]) if begins else "\n".join(lines).strip("\n"))


def _read_block(lines: list[str], at: int) -> tuple[dict[Field, str], int]:
    """Return the header fields from `at` on, their heading passed over, and where the body begins."""
    found: dict[Field, str] = {}
    last: Field | None = None
    headed = False
    for index in range(at, min(at + _MAX_LINES, len(lines))):
        line = bare(lines[index])
        if heading := None if found else heading_of(line):
            line, headed = line[heading.end() :].strip(" -:"), True
        named = field_of_line(line) or (field_without_colon(line) if headed else None)
        if not found and named and named[0] != "from" and headed and not field_of_line(line):
            named = None
        if run := [] if found else fields_run_together(line):
            for name, value in run:
                last = _take(found, name, value)
        elif named and not (named[0] in found and len(found) >= 4):
            last = _take(found, *named)
        elif not found and (heading or not line or _RULE.match(line)) and index - at < _MAX_GAP:
            continue
        elif headed and not found and is_mailbox(line) and len(line.split()) <= 6:
            last = _take(found, "from", line)  # Notes names the author without a label
        elif last and line and _continues(lines[index], line, found[last], last):
            found[last] = f"{found[last]} {line}".strip()
        else:
            return found, _behind_closing(lines, index)
    return found, min(at + _MAX_LINES, len(lines))


def _behind_closing(lines: list[str], at: int) -> int:
    """Return where the body begins: Zoho repeats the heading below the header lines."""
    first = next((each for each in range(at, min(at + _MAX_GAP, len(lines))) if bare(lines[each])), at)
    return first + 1 if first < len(lines) and is_forward_heading(bare(lines[first])) else at


def _continues(raw: str, line: str, value: str, last: Field) -> bool:
    """Return whether a line continues the field above: a bare label, recipients, a folded line."""
    if not value:
        return len(line) < 200
    if last in _RECIPIENTS:
        return value.endswith((",", ";")) or (raw[:1] in " \t" and "@" in line)
    return raw[:1] in " \t" and last != "subject"


def _take(found: dict[Field, str], name: Field, value: str) -> Field:
    """Keep one header line, parting it where further ones are glued to it; return the last field."""
    while glued := _GLUED_LABEL.search(value):
        found.setdefault(name, value[: glued.start()].strip())
        name, value = FIELD_OF_LABEL[glued["label"].casefold()], value[glued.end() :]
    found.setdefault(name, value.strip())
    return name


def attributed_to(line: str) -> Mailbox | None:
    """Return the mailbox in an attribution such as `On 1 May, Jo <jo@example.com> wrote:`, if any."""
    found = _ADDRESS.search(line)
    if not found:
        return None
    before = line[: found.start()].rstrip(" <([").removesuffix("mailto:").rstrip(" <([")
    if quoted := re.search(r"[\"“„«]\s*([^\"“”„«»]+?)\s*[\"”»]$", before):
        return Mailbox(name=quoted[1], address=found[0])
    name: list[str] = []
    for word in reversed(before.split()):
        if re.search(r"[\d:]|,$", word) or not (word[0].isupper() or word.lower() in _PARTICLES):
            break
        name.insert(0, word)
    while name and not name[0][0].isupper():
        name.pop(0)
    return Mailbox(name=" ".join(name), address=found[0])


def _as_field(mailbox: Mailbox) -> str:
    return f'"{mailbox.name}" <{mailbox.address}>' if mailbox.name else mailbox.address


def _unquoted(lines: list[str]) -> str:
    """Return the body; where every line of it is quoted or indented, that comes off."""
    if lines and all(line.lstrip().startswith(">") for line in lines if line.strip()):
        lines = [re.sub(r"^\s*> ?", "", line) for line in lines]
    return textwrap.dedent("\n".join(lines)).strip("\n")
