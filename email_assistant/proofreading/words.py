"""What the proofreader knows of each language, read from `languages.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict

from email_assistant.mail.text.locales import phrases as mail_phrases

Tone = Literal["friendly", "neutral", "formal"]
Slot = Literal["user", "sender", "name", "date", "subject"]


class Words(BaseModel):
    """One language's; `languages.toml` says what each field is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    greetings: dict[Tone, tuple[str, str]]
    closings: dict[Tone, str]
    hello: tuple[str, ...]
    bye: tuple[str, ...]
    formal: tuple[str, ...]
    casual: tuple[str, ...]
    polite: tuple[str, ...]
    familiar: tuple[str, ...]
    eager: tuple[str, ...]
    draft: str
    preamble: tuple[str, ...]
    preamble_label: tuple[str, ...]
    offer: tuple[str, ...]
    user_slot: tuple[str, ...]
    sender_slot: tuple[str, ...]
    name_slot: tuple[str, ...]
    date_slot: tuple[str, ...]
    subject_slot: tuple[str, ...]
    courtesy: tuple[str, ...]
    introduces: tuple[str, ...]
    unnamed: tuple[str, ...]
    machine: tuple[str, ...]


@cache
def languages() -> dict[str, Words]:
    """Return the tables by ISO 639-1 code."""
    table = tomllib.loads(files(__package__).joinpath("languages.toml").read_text(encoding="utf-8"))
    return {code: Words.model_validate(known) for code, known in table.items()}


def words_in(language: str) -> Words:
    """Return those of `language`, or the English ones."""
    return languages().get(language) or languages()["en"]


@cache
def greeting_phrases() -> tuple[str, ...]:
    """Return what opens a letter in any language, the longest first."""
    found = {phrase for words in languages().values() for phrase in words.hello}
    return _longest_first(found | set(mail_phrases("hello")))


@cache
def closing_phrases() -> tuple[str, ...]:
    """Return what ends a letter in any language, the longest first."""
    found = {phrase for words in languages().values() for phrase in (*words.bye, *words.closings.values())}
    return _longest_first({phrase.lower().rstrip("。") for phrase in found} | set(mail_phrases("bye")))


@cache
def slots() -> dict[str, Slot]:
    """Return what a placeholder asks for, by what stands between its brackets, in any language."""
    found: dict[str, Slot] = {}
    for words in languages().values():
        columns: dict[Slot, tuple[str, ...]] = {
            "user": words.user_slot,
            "sender": words.sender_slot,
            "name": words.name_slot,
            "date": words.date_slot,
            "subject": words.subject_slot,
        }
        for slot, phrases in columns.items():
            for phrase in phrases:
                found.setdefault(phrase.casefold(), slot)
    return found


def any_of(phrases: tuple[str, ...] | list[str]) -> str:
    """Return a pattern for one of `phrases`, the longest first; a space fits any blanks."""
    return (
        "(?:" + "|".join(re.escape(each).replace(r"\ ", r"[ \t]+") for each in _longest_first(phrases)) + ")"
    )


def _longest_first(phrases: tuple[str, ...] | list[str] | set[str]) -> tuple[str, ...]:
    return tuple(
        sorted((phrase for phrase in phrases if len(phrase) > 1), key=lambda each: (-len(each), each))
    )
