"""Orders to the assistant and questions given back: found in labelled drafts of each language, and mended."""

from __future__ import annotations

import tomllib
from collections import Counter
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

LABELLED = Path(__file__).with_name("labelled_speech.toml")
CODES = {"order", "asked_back"}
MIN_PRECISION, MIN_RECALL = 0.95, 0.8


class Labelled(NamedTuple):
    text: str
    brief: Brief
    finds: set[str]
    mended: str


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
            draft.get("mended", draft["body"]),
        )
        for draft in (*each["good"], *each["bad"])
    ]


def codes_in(draft: Labelled) -> set[str]:
    found = [*orders.check(draft.text, draft.brief), *turned.check(draft.text, draft.brief)]
    return {finding.code for finding in found}


@pytest.mark.parametrize("language", sorted(orders.words()))
def test_findings_are_right_and_little_is_missed(language: str) -> None:
    right, found, wanted = Counter[str](), Counter[str](), Counter[str]()
    wrong = []
    for draft in labelled(language):
        codes = codes_in(draft)
        right.update(codes & draft.finds)
        found.update(codes)
        wanted.update(draft.finds)
        if codes != draft.finds:
            wrong.append(f"{sorted(codes)} instead of {sorted(draft.finds)}: {draft.text!r}")
    for code in CODES:
        assert wanted[code] >= 2, code
        assert right[code] >= MIN_PRECISION * found[code], (code, wrong)
        assert right[code] >= MIN_RECALL * wanted[code], (code, wrong)


@pytest.mark.parametrize("language", sorted(orders.words()))
def test_what_a_rule_can_put_right_is_put_right(language: str) -> None:
    for draft in labelled(language):
        if codes_in(draft) == draft.finds:
            mended = repair(draft.text, draft.brief)
            assert parse_letter(mended).body == draft.mended
            assert repair(mended, draft.brief) == mended
