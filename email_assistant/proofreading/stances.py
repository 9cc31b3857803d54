"""One-tap ways to answer a mail that came without instructions."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from email_assistant.brief import Ask


@cache
def _stance_table() -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__package__).joinpath("stances.toml").read_text(encoding="utf-8"))


def stances(asks: tuple[Ask, ...], language: str = "en") -> tuple[str, ...]:
    """Return two or three ways to answer a mail that came without instructions, each for one tap.

    Args:
        asks: what the mail asks.
        language: of the user interface; English where there is no table for it.
    """
    table = _stance_table().get(language) or _stance_table()["en"]
    if not asks:
        return (table["thanks"], table["more_time"])
    optional = next((ask for ask in asks if ask.options), None)
    if optional and len(optional.options) > 1:
        chosen = [table["yes_option"].format(option=option) for option in optional.options[:2]]
        return (*chosen, table["neither"])
    if len(asks) > 1:
        return (table["yes_all"], table["no_why"], table["more_time"])
    return (table["yes"], table["no_why"], table["more_time"])
