"""Markdown in a draft, which a mail program shows as it is."""

from __future__ import annotations

import re

from email_assistant.brief import Brief
from email_assistant.proofreading.cutting import MAX_SOURCE, notes_of
from email_assistant.proofreading.letter import MAX_DRAFT
from email_assistant.proofreading.model import Finding

_BOLD = re.compile(
    r"(?<![*\w])\*{2,3}(?=[^\s*])(?P<bold>[^*\n]{1,300})(?<=[^\s*])\*{2,3}(?!\*)"
    r"|(?<![\w_])__(?=[^\s_])(?P<score>[^_\n]{0,300}[ .,:!?][^_\n]{0,300}"
    r"|[A-ZÀ-Þ][^_\n]{0,60})(?<=[^\s_])__(?![\w_])"
)
_HEADING = re.compile(
    r"^#{1,6}[ \t]+(?=[^\s#a-z])(?!(?:Response|Instruction|Input|Output|Assistant|User|Human|System)s?\b)"
    r"(?P<line>[^\n]{1,120}?)[ \t]*#*$",
    re.MULTILINE,
)
_BULLET = re.compile(r"^(?P<indent>[ \t]*)\*[ \t]+(?=[^\s*])", re.MULTILINE)
_LINK = re.compile(r"\[(?P<words>[^\[\]\n]{1,200})\]\((?P<to>(?:https?://|mailto:|www\.)[^()\s]{1,500})\)")
_TABLE = re.compile(
    r"^[ \t]{0,8}\|?(?:[ \t]{0,8}:?-{3,}:?[ \t]{0,8}\|){1,20}[ \t]{0,8}(?::?-{3,}:?)?[ \t]{0,8}$",
    re.MULTILINE,
)


def check(draft: str, brief: Brief) -> list[Finding]:
    """Find bold, headings, asterisks before list items, links and tables in markup; any language."""
    draft = draft[:MAX_DRAFT]
    found = [*_marks(draft), *_bullets(draft)]
    if not found:
        return []
    known = f"{brief.email.newest[:MAX_SOURCE]}\n{notes_of(brief)}"
    return [each for each in found if draft[each.start : each.end] not in known or each.end - each.start < 4]


def _marks(draft: str) -> list[Finding]:
    found = []
    for bold in _BOLD.finditer(draft):
        found.append(_found(bold, bold["bold"] or bold["score"] or "", "bold text"))
    for heading in _HEADING.finditer(draft):
        found.append(_found(heading, heading["line"], "a heading"))
    for link in _LINK.finditer(draft):
        to = link["to"].removeprefix("mailto:")
        found.append(_found(link, to if link["words"] == to else f"{link['words']} ({to})", "a link"))
    for table in _TABLE.finditer(draft):
        text = "A table in markup is shown as bars and dashes. Write it as sentences or as a list."
        request = "Write the table as plain sentences or as a list with dashes."
        found.append(
            Finding(code="markdown", text=text, start=table.start(), end=table.end(), request=request)
        )
    return found


def _bullets(draft: str) -> list[Finding]:
    bullets = list(_BULLET.finditer(draft))
    if len(bullets) == 1 and not draft[: bullets[0].start()].rstrip().endswith((":", "：")):
        return []  # a footnote
    return [_found(bullet, f"{bullet['indent']}- ", "a list") for bullet in bullets]


def _found(found: re.Match[str], replacement: str, what: str) -> Finding:
    text = f"The markup for {what} is shown as it is. It is made plain."
    return Finding(code="markdown", text=text, start=found.start(), end=found.end(), replacement=replacement)
