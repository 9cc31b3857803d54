"""Changing a passage alone, where rules can."""

from __future__ import annotations

import re

from email_assistant.brief import Brief
from email_assistant.writing.offline.requests import matches, requests, without_please
from email_assistant.writing.offline.revising import carry_out
from email_assistant.writing.offline.styles import styles_of

_ALL_OF_IT = re.compile(
    r"(?:it|this|that|these|those|das|dies(?:e[nrs]?)?|diese[nrs]?|es|ihn|sie|ça|cela|ceci|cette|ce|le|la|esto|eso|esta|lo"
    r"|questo|questa|quello|isto|isso|essa|esta|dit|dat|deze|to|tego|det|den|これ|この)"
    r"(?:\s?(?:sentence|passage|part|words?|line|bit|paragraph|satz|stelle|teil|absatz|wörter|phrase|partie|frase|parte"
    r"|oración|trecho|zin|stuk|zdanie|fragment|mening|文|部分|箇所))?",
    re.IGNORECASE,
)


def change_passage(brief: Brief) -> str | None:
    """Return what becomes of a passage, which is the newest draft of `brief`: "" if it is taken out.

    None if rules cannot change it. A tone is a matter of the words around it as well, so they do not try.
    """
    old, request = brief.revisions[-1].draft, without_please(brief.revisions[-1].feedback)
    if any(_ALL_OF_IT.fullmatch(found["what"].strip()) for found, _ in matches("remove", request)):
        return ""
    if not {*styles_of(request, tuple(requests()), of_draft=True)} <= {"shorter", "calm"}:
        return None
    outcome = carry_out(brief)
    done = not outcome.undone and not outcome.in_part and outcome.text.split() != old.split()
    return outcome.text.strip() if done else None
