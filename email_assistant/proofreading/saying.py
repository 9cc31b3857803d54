"""What the user's words do with facts, and what they and a letter decide."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from email_assistant.proofreading.lexicon import LANGUAGES

Decision = Literal["yes", "no", "later"]
Column = Literal[
    "instead",
    "instead_last",
    "leave_out",
    "style",
    "yes",
    "no",
    "later",
    "says_yes",
    "says_no",
    "says_later",
    "stalls",
]

_MAX_OPENING = 200
_OPENING = r"^\W{0,3}(?:please |bitte |s'il te plait,? |por favor,? |per favore,? )?"


@cache
def phrases(column: Column, languages: tuple[str, ...]) -> re.Pattern[str]:
    """Return what `languages` have in one column, whole words where they begin, over folded text."""
    found = [phrase for code in languages for phrase in _table()[code][column]]
    if column == "instead_last":  # a name stands once in a pattern
        found = [phrase.replace("?P<old>", "?:") for phrase in found]
    return re.compile(rf"(?:(?<!\w)|(?=,))(?:{'|'.join(found)})")


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files(__package__).joinpath("saying.toml").read_text(encoding="utf-8"))


def decision_of(folded: str, languages: tuple[str, ...] = LANGUAGES) -> Decision | None:
    """Return what the user's words decide at their beginning; None if they leave it open."""
    opening = folded[:_MAX_OPENING]
    for decision in ("no", "yes", "later"):
        found = re.match(_OPENING + phrases(decision, languages).pattern, opening)
        if found:
            return decision
    return None


def says(decision: Decision, folded: str, language: str) -> bool:
    """Return whether a letter holds what says so in its language."""
    return where_says(decision, folded, language) < len(folded)


def where_says(decision: Decision, folded: str, language: str) -> int:
    """Return where a letter first says so; its length if it does not."""
    column: dict[Decision, Column] = {"yes": "says_yes", "no": "says_no", "later": "says_later"}
    found = phrases(column[decision], (language,)).search(folded)
    return found.start() if found else len(folded)


def puts_off(folded: str, language: str) -> bool:
    """Return whether a letter says that the answer comes another time."""
    return bool(phrases("stalls", (language,)).search(folded))
