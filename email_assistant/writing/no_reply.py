"""What assistants say instead of a reply that they will not write: "I can't assist with that."."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

_MAX_WORDS = 40
"""A longer text may begin so and be a reply all the same."""
_OF_HELP = re.compile(
    r"\b(?:assist|help|comply|helf|hilf|aide|ayud|aiut|ajud|pom[óo]|hjälp)|助|手伝", re.IGNORECASE
)


@cache
def _refusals() -> re.Pattern[str]:
    table = tomllib.loads(files(__package__).joinpath("no_reply.toml").read_text(encoding="utf-8"))
    return re.compile("|".join(pattern for patterns in table.values() for pattern in patterns), re.IGNORECASE)


def refuses(body: str, notes: str) -> bool:
    """Whether a model only says that it will not write; never where the user's notes speak of help."""
    short = len(body) <= _MAX_WORDS * 20 and len(body.split()) <= _MAX_WORDS
    return short and _refusals().search(body) is not None and not _OF_HELP.search(notes)
