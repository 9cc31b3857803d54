"""Changing a passage alone, where rules can."""

from __future__ import annotations

import re

from email_assistant.brief import Brief
from email_assistant.writing.offline.requests import matches, new_words, requests, without_please
from email_assistant.writing.offline.revising import carry_out
from email_assistant.writing.offline.styles import Style, styles_of

_ALL_OF_IT = re.compile(
    r"(?:it|this|that|these|those|das|dies(?:e[nrs]?)?|diese[nrs]?|es|ihn|sie|ça|cela|ceci|cette|ce|le|la|esto|eso|esta|lo"
    r"|questo|questa|quello|isto|isso|essa|esta|dit|dat|deze|to|tego|det|den|これ|この)"
    r"(?:\s?(?:sentence|passage|part|words?|line|bit|paragraph|satz|stelle|teil|absatz|wörter|phrase|partie|frase|parte"
    r"|oración|trecho|zin|stuk|zdanie|fragment|mening|文|部分|箇所))?",
    re.IGNORECASE,
)

_SUBORDINATE = frozenset(("it", "dass", "que", "che", "dat", "att", "że"))
"""What begins words that tell what to say; most languages order it otherwise."""


def change_passage(brief: Brief) -> str | None:
    """Return what becomes of a passage, which is the newest draft of `brief`: "" if it is taken out.

    None if rules cannot change it. A tone is a matter of the words around it as well, so they do not try.
    """
    old, request = brief.revisions[-1].draft, without_please(brief.revisions[-1].feedback)
    if any(_ALL_OF_IT.fullmatch(found["what"].strip()) for found, _ in matches("remove", request)):
        return ""
    if new := new_words(request).removeprefix("that "):
        told = _styles_of(new) or new.split()[0].lower() in _SUBORDINATE
        return None if told else _shaped(new, old)
    if not {*_styles_of(request)} <= {"shorter", "calm"}:
        return None
    outcome = carry_out(brief)
    done = not outcome.undone and not outcome.in_part and outcome.text.split() != old.split()
    return outcome.text.strip() if done else None


def _styles_of(request: str) -> list[Style]:
    return styles_of(request, tuple(requests()), of_draft=True)


def _shaped(new: str, old: str) -> str:
    """Return new words with the capital and the full stop of the old ones."""
    if old[0].isupper():
        new = new[0].upper() + new[1:]
    return new + old[-1] if old[-1] in ".!?。！？" and new[-1].isalnum() else new
