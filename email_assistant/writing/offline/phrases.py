"""What the offline writer knows of each language, read from `phrases.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from pydantic import BaseModel

from email_assistant.proofreading.words import Tone, words_in

_PERSON = r"(?:him|her|them|it|everyone|everybody|all|the (?:sender|team|others))"


class Phrases(BaseModel):
    """One language's; `phrases.toml` says what each field is for."""

    code: str
    greetings: dict[Tone, tuple[str, str]]
    closings: dict[Tone, str]
    thanks: str
    warm: str
    more: list[str]
    yes: str
    no: str
    suits: str
    prefer: str
    about: str
    gap: str
    or_: list[str]
    weekdays: list[str]
    months: list[str]
    asking: list[str]
    small_talk: list[str]
    refusals: list[str]
    rules: list[tuple[re.Pattern[str], str]]

    @property
    def fillers(self) -> list[str]:
        """Sentences that say nothing, the most needless last."""
        return [self.thanks, self.warm, *self.more]


@cache
def languages() -> dict[str, Phrases]:
    """Return the tables by ISO 639-1 code."""
    table = tomllib.loads(files(__package__).joinpath("phrases.toml").read_text(encoding="utf-8"))
    for known in table.values():
        known["or_"] = known.pop("or")
        known["rules"] = [
            (re.compile(pattern.replace("{person}", _PERSON), re.IGNORECASE), template)
            for pattern, template in known["rules"]
        ]
    return {
        code: Phrases.model_validate(
            known | {"code": code, "greetings": words_in(code).greetings, "closings": words_in(code).closings}
        )
        for code, known in table.items()
    }


def phrases_in(language: str) -> Phrases:
    """Return those of `language`, or the English ones."""
    return languages().get(language) or languages()["en"]


def any_of(words: list[str]) -> str:
    """Return a pattern for one of `words`, the longest first."""
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")" if words else ""
