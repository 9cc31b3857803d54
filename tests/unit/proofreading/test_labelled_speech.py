"""Copied instructions and questions asked back: found in labelled drafts of each language, and repaired."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from email_assistant.brief import Brief, Person
from email_assistant.mail import IncomingEmail
from email_assistant.proofreading import orders, turned
from email_assistant.proofreading.asks import find_asks
from email_assistant.proofreading.letter import parse_letter
from email_assistant.proofreading.repair import repair
from tests.unit.proofreading.scoring import check_scores

LABELLED = Path(__file__).with_name("labelled_speech.toml")
CODES = {"order", "asked_back"}


class Labelled(NamedTuple):
    text: str
    brief: Brief
    finds: set[str]
    repaired: str


@cache
def table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(LABELLED.read_text(encoding="utf-8"))


def labelled(language: str) -> list[Labelled]:
    each = table()[language]
    email = IncomingEmail(text=each["mail"], language=language)
    greeting, ending = each["frame"]
    return [
        Labelled(
            f"{greeting}\n\n{draft['body']}\n\n{ending}",
            Brief(
                email,
                draft["notes"],
                user=Person(each["user"]),
                sender=Person(each["sender"]),
                language=language,
                asks=find_asks(email),
            ),
            {draft["finds"]} if "finds" in draft else set(),
            draft.get("repaired", draft["body"]),
        )
        for draft in (*each["good"], *each["bad"])
    ]


def codes_in(draft: Labelled) -> set[str]:
    found = [*orders.check(draft.text, draft.brief), *turned.check(draft.text, draft.brief)]
    return {finding.code for finding in found}


@pytest.mark.parametrize("language", sorted(orders.words()))
def test_findings_are_right_and_little_is_missed(language: str) -> None:
    drafts = labelled(language)
    check_scores(((draft.text, codes_in(draft), draft.finds) for draft in drafts), CODES)


@pytest.mark.parametrize("language", sorted(orders.words()))
def test_what_a_rule_can_put_right_is_put_right(language: str) -> None:
    for draft in labelled(language):
        if codes_in(draft) == draft.finds:
            repaired = repair(draft.text, draft.brief)
            assert parse_letter(repaired).body == draft.repaired
            assert repair(repaired, draft.brief) == repaired
