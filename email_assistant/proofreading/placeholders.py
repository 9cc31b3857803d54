"""Placeholders for what is known: "[Your Name]" and the like."""

from __future__ import annotations

import re

from email_assistant.brief import Brief
from email_assistant.proofreading.cutting import cut, notes_of
from email_assistant.proofreading.frame import frame_for, tone_for
from email_assistant.proofreading.letter import MAX_DRAFT, Parts, locate
from email_assistant.proofreading.model import Finding
from email_assistant.proofreading.words import Slot, slots

_PLACEHOLDER = re.compile(
    r"(?P<open>[\[{<【［]{1,2}|\((?=[^()\n]{0,12}\bname\)))[ \t]*"
    r"(?P<what>[^\[\]{}<>()【】［］\n]{2,60}?)[ \t]*[\]}>】］)]{1,2}"
)
_AROUND = re.compile(r"^(?:please )?(?:insert|enter|add|type|put|fill in)(?: the)? |[ _]here$|^the |[.:]$")


def check(draft: str, brief: Brief) -> list[Finding]:
    """Return a finding for each placeholder of something known, in every language of the table."""
    draft = draft[:MAX_DRAFT]
    places = list(_PLACEHOLDER.finditer(draft))
    if not places:
        return []
    parts = locate(draft)
    notes = notes_of(brief)
    found = []
    for place in places:
        if place[0] in notes:
            continue
        slot = slots().get(
            _AROUND.sub("", place["what"].casefold().replace("_", " ").replace("’", "'")).strip()
        )
        value = _value(slot, place, parts, brief) if slot else None
        if value:
            text = f"“{place[0]}” stands for {value}. It is put in."
            found.append(
                Finding(
                    code="placeholder", text=text, start=place.start(), end=place.end(), replacement=value
                )
            )
        elif not slot and _is_of_signature(draft, place, parts):
            span = cut(draft, place.start(), place.end())
            text = f"“{place[0]}” is not filled in, and a mail does not need it. It is taken out."
            found.append(
                Finding(
                    code="placeholder",
                    text=text,
                    start=span.start,
                    end=span.end,
                    replacement=span.replacement,
                )
            )
    return found


def _value(slot: Slot, place: re.Match[str], parts: Parts, brief: Brief) -> str:
    at = place.start()
    greets = parts.greeting.start <= at < parts.greeting.end
    signs = parts.closing.start <= at < parts.name.end
    match slot:
        case "subject":
            return brief.email.subject
        case "date":
            return ""  # a mail bears its date; whoever means another day has to say which
        case "name" if not (greets or signs):
            return ""
    if signs:
        return frame_for(brief).name
    if greets or slot == "sender":
        first = brief.sender.first_name
        return first if tone_for(brief) == "friendly" else brief.sender.name
    return brief.user.name


def _is_of_signature(draft: str, place: re.Match[str], parts: Parts) -> bool:
    """Return whether a placeholder is a whole line below the name: "[Your Position]"."""
    if place["open"][0] == "<" or not parts.name.start < place.start() < parts.name.end:
        return False
    start = draft.rfind("\n", 0, place.start()) + 1
    end = draft.find("\n", place.end())
    return draft[start : end if end >= 0 else len(draft)].strip() == place[0].strip()
