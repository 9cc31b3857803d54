"""Header lines as mail programs show them, `Betreff: Treffen`, and the headings above, in any language."""

from __future__ import annotations

import re
from typing import NamedTuple

from email_assistant.mail.text.attribution import INVISIBLE
from email_assistant.mail.text.locales import FIELD_OF_LABEL, LABELS, Field, alternation

_COLON = re.compile(r"[:：](?!//)")
_MAX_LABEL = 45
_MAX_HEADING = 120
_QUOTE_MARKS = re.compile(r"^\s{0,3}(?:>\s?)+")


def _heading(phrases: str, dashed: str = "(?!)") -> re.Pattern[str]:
    """Return a pattern of `---------- Forwarded message ----------`, `Begin forwarded message:` and such."""
    return re.compile(
        rf"^\s*(?:[-–—_=*#~]{{2,}}\s*(?:(?:{phrases})[^\n]{{0,60}}?|{dashed})\s*[-–—_=*#~]{{2,}}"
        rf"|(?:{phrases})[^\n:：]{{0,30}}\s*[:：][\s*]*$)",
        re.IGNORECASE,
    )


_FORWARD_HEADING = _heading(alternation("forwarded"))
# `Original` alone is no heading without its dashes.
_HEADING = _heading(f"{alternation('forwarded')}|{alternation('original')}", "Original")
_REPLY_ABOVE = re.compile(r"^\s*##-\s?[^\n#]{5,100}?\s?-##\s*$")
"""What Zendesk writes in the language of the desk: the answer is to be typed above this line."""
_FORM_TEXT = re.compile(rf"[*_]{{0,2}}{alternation('form_text')}[*_]{{0,2}}\s*[:：]", re.IGNORECASE)
RULE = re.compile(r"^\s*[_=*]{4,}\s*$")
"""The line that Outlook draws above header lines; dashes are as often the writer's own."""
ANY_RULE = re.compile(r"^\s*(?:[-_=*~]{3,}|[—–─]{2,})\s*$")
_MAY_HEAD = re.compile(r"[-–—=*_|#~]|[^:：]{1,45}[:：]")
_MAX_GAP = 3
_MAX_BLOCK = 16  # lines

_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:@]{1,64}@[^\s<>()\[\]\"',;:@]{3,}")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)|(?<!\d)\d{1,2}[-/.]\d{1,2}[-/.]\d{2}(?!\d)")
_CLOCK = re.compile(r"\d{1,2}\s?[:.hH時时시]\s?\d{2}")
# Labels of dates that trips and parcels have as well; those such as `Sent` only a message has.
_ANY_DATES = frozenset(
    {
        "date",
        "datum",
        "data",
        "fecha",
        "dato",
        "dátum",
        "dată",
        "tarih",
        "дата",
        "日付",
        "日期",
        "时间",
        "時間",
        "날짜",
    }
)
_CELL = re.compile(r"^\|\s*(?P<label>[^|]{1,40}?)\s*\|\s*(?P<value>[^|]*)")
_ANY_LABEL = re.compile(r"^[*_]{0,2}[^\W\d_][^\d:：@<>]{0,29}[:：][\s*_]*(?P<value>\S.*)$")
# Case counts: within a line, `to:` is a word of the writer's.
_NEXT_LABEL = re.compile(
    rf"(?<=[\s>\])])(?P<label>{'|'.join(re.escape(label) for label in LABELS)})\s?[:：]\s"
)
_ON_BEHALF = re.compile(
    r"[\s>)\]]*(?:on behalf|im auftrag|de la part|en nombre|per conto|namens)", re.IGNORECASE
)
_MAX_RUN = 1_000  # characters of header lines that a paste ran together


class _Line(NamedTuple):
    """One header line: the field, what stands for it, and its value."""

    field: Field
    label: str
    value: str


def bare(line: str) -> str:
    """Return the line without quote marks, marks that nobody sees, and white space around."""
    plain = line if line.isascii() else line.translate(INVISIBLE)
    return _QUOTE_MARKS.sub("", plain).strip()


def field_of_line(line: str) -> tuple[Field, str] | None:
    """Return the header field and value of one line, or None; a row of a table is one too."""
    found = _read(line)
    return (found.field, found.value) if found else None


def _read(line: str) -> _Line | None:
    if cell := _CELL.match(line):
        label, value = cell["label"], cell["value"]
    elif colon := _COLON.search(line, 0, _MAX_LABEL):
        label, value = line[: colon.start()], line[colon.end() :]
    else:
        return None
    label = " ".join(label.strip(" *_\t\u00a0").split()).casefold()
    field = FIELD_OF_LABEL.get(label) or (
        None if label.isascii() else FIELD_OF_LABEL.get(label.replace(" ", ""))
    )
    return _Line(field, label, value.strip(" *_\t\u00a0")) if field else None


def field_without_colon(line: str) -> tuple[Field, str] | None:
    """Return the same of a line below a heading, where some programs set a blank or a tab for the colon."""
    words = line[:_MAX_LABEL].split()
    for count in range(min(3, len(words)), 0, -1):
        if field := FIELD_OF_LABEL.get(" ".join(words[:count]).casefold()):
            return field, " ".join(line.split()[count:])
    return None


def fields_run_together(line: str) -> list[tuple[Field, str]]:
    """Return the fields of a header on one line: `From: Jo <jo@example.com> Sent: Monday To: …`."""
    if len(line) > _MAX_RUN or not (first := _read(line)):
        return []
    found = [first]
    while label := _NEXT_LABEL.search(f"{found[-1].value} "):
        last = found[-1]
        field = FIELD_OF_LABEL[label["label"].casefold()]
        if field in {each.field for each in found}:
            break
        found[-1] = last._replace(value=last.value[: label.start()].strip(" *_"))
        found.append(_Line(field, label["label"], last.value[label.end() :].strip(" *_")))
    names = {each.field: each.value for each in found}
    is_header = len(found) >= 3 and is_mailbox(names.get("from", "")) and names.keys() & {"date", "subject"}
    return [(each.field, each.value) for each in found] if is_header else []


def heading_of(line: str) -> re.Match[str] | None:
    """Return the heading of a forwarded or answered message with which a line begins."""
    return _HEADING.match(line[:_MAX_HEADING]) or _REPLY_ABOVE.match(line[:_MAX_HEADING])


def is_forward_heading(line: str) -> bool:
    """Return whether a line begins with the heading of a forwarded message."""
    return _FORWARD_HEADING.match(line[:_MAX_HEADING]) is not None


def is_mailbox(value: str) -> bool:
    """Return whether a value is an address, perhaps below a name.

    A place, or a sentence with an address in it, does not count.
    """
    found = _ADDRESS.search(value)
    if not found:
        return False
    before = value[: found.start()].replace("mailto:", "").strip(" <([\"'")
    after = re.split(r"[,;<]", value[found.end() : found.end() + 120], maxsplit=1)[0]
    return (
        len(before) <= 80
        and len(before.split()) <= 8
        and not re.search(r"\d.*,|,.*\d|[:：?!]", before)
        and (len(after.split()) <= 3 or _ON_BEHALF.match(after) is not None)
    )


def heads_a_message(lines: list[str], at: int) -> bool:
    """Return whether the header lines, or heading, of a quoted or forwarded message begin here.

    Header lines alone count where they name mailboxes as a program does. A trip has From, To and Date as
    well, and a parcel; so without an address it takes all of a message's fields in the order of programs.
    """
    line = bare(lines[at])
    if not _MAY_HEAD.match(line):
        return False
    ruled = bool(RULE.match(line))
    first = not any(each.strip() for each in lines[max(0, at - _MAX_GAP) : at]) and at <= _MAX_GAP
    if not ruled and heading_of(line):
        return not line[0].isalpha() or _header_follows(lines, at + 1)
    if not ruled and len(line) > 40 and fields_run_together(line):
        return True
    if ruled:
        at = next(
            (each for each in range(at + 1, min(at + 1 + _MAX_GAP, len(lines))) if bare(lines[each])), at
        )
    block = _block(lines, at)
    return _is_header(block, ruled=ruled, first=first) or (
        len(block) < 3 and "@" in line and _labels_mailboxes(lines, at)
    )


def _header_follows(lines: list[str], at: int) -> bool:
    """Return whether header lines or an attribution follow; `Original message:` may be the writer's own."""
    below = [bare(line) for line in lines[at : at + _MAX_BLOCK] if bare(line)][:_MAX_GAP]
    return any("@" in line or field_of_line(line) or _CLOCK.search(line) for line in below)


def is_form(lines: list[str], at: int) -> bool:
    """Return whether labelled lines are those of a form: the text itself has a label too, as `Message:`."""
    gap = 0
    for line in lines[at : at + _MAX_BLOCK]:
        if (label := _FORM_TEXT.match(bare(line)[:_MAX_HEADING])) and (
            not gap or label.end() == len(bare(line))
        ):
            return True
        named = _ANY_LABEL.match(bare(line)[:300])
        gap = 0 if named else gap + 1
        if gap > 1:
            break
    return False


def _block(lines: list[str], at: int) -> list[_Line]:
    """Return the header lines from `at` on, each field once; one between may continue the one above."""
    found: list[_Line] = []
    gap = 0
    for each in lines[at : at + _MAX_BLOCK]:
        line = bare(each)
        if named := _read(line):
            if named.field != "other" and named.field in {each.field for each in found}:
                break
            found.append(named)
            gap = 0
        elif not found or gap >= (1 if line else 2):
            break
        else:
            gap += 1
    return found


def _is_header(block: list[_Line], *, ruled: bool, first: bool) -> bool:
    fields = {each.field: each.value for each in reversed(block)}
    recipient = any(is_mailbox(fields.get(name, "")) for name in ("to", "cc", "reply_to"))
    date = fields.get("date", "")
    if "from" not in fields:
        return "to" in fields and recipient and _CLOCK.search(date) is not None
    about = "date" in fields or "subject" in fields
    if is_mailbox(fields["from"]):
        # Below other text, programs give the date too; values for a rule or a form have none.
        return ruled or "date" in fields or (about and first)
    if ruled:
        return about and len(fields) >= 3
    dated = bool(_YEAR.search(date) and _CLOCK.search(date))
    sent = any(each.field == "date" and each.label.casefold() not in _ANY_DATES for each in block)
    order = [each.field for each in block[:2]]
    if "subject" in fields:
        by_program = order[0] == "from" and order[1] != "to"
        return "date" in fields and (recipient or ((sent or dated) and by_program))
    return sent and dated and order == ["from", "date"]


def _labels_mailboxes(lines: list[str], at: int) -> bool:
    """Return whether labelled lines in an unknown language are a header: two mailboxes and a date."""
    values = []
    for each in lines[at : at + 8]:
        labelled = _ANY_LABEL.match(bare(each)[:300])
        if not labelled:
            break
        values.append(labelled["value"].strip(" *_"))
    mailboxes = [is_mailbox(value) for value in values]
    dated = any("@" not in value and _YEAR.search(value) and _CLOCK.search(value) for value in values)
    return len(values) >= 3 and mailboxes[0] and sum(mailboxes) >= 2 and dated
