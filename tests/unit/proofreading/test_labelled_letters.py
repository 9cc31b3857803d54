"""The checks on labelled drafts: how many findings are right, and how many of the right ones are found."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from email_assistant.brief import Brief, Person
from email_assistant.mail import IncomingEmail, Mailbox
from email_assistant.proofreading import around, echo, language_check, leaks, markup, placeholders, roles
from email_assistant.proofreading.letter import split_sentences
from email_assistant.proofreading.people import sender_of
from email_assistant.proofreading.repair import CHECKS, repair
from tests.unit.proofreading.scoring import check_scores

LABELLED = Path(__file__).with_name("labelled")
LANGUAGES = sorted(path.stem for path in LABELLED.glob("??.toml"))
EVERY_CHECK = (*CHECKS, echo.check, language_check.check)
CODES = {
    "role": roles,
    "echo": echo,
    "leak": leaks,
    "preamble": around,
    "markdown": markup,
    "placeholder": placeholders,
    "language": language_check,
}


class Labelled(NamedTuple):
    text: str
    finds: frozenset[str]
    brief: Brief


@cache
def labelled(language: str) -> tuple[Labelled, ...]:
    table = tomllib.loads((LABELLED / f"{language}.toml").read_text(encoding="utf-8"))
    every = tomllib.loads((LABELLED / "every.toml").read_text(encoding="utf-8"))
    mails, good = table["mails"], table["good"]
    first = {key: next(each["text"] for each in good if each["mail"] == key) for key in mails}

    def filled(text: str) -> str:
        for key, mail in mails.items():
            sentences = filter(str.strip, split_sentences(mail))
            for number, sentence in enumerate(sentences):
                text = text.replace(f"{{{key}{number}}}", sentence.strip("\n"))
            text = text.replace(f"{{{key}}}", first[key])
        return text

    def brief(draft: dict[str, str]) -> Brief:
        email = IncomingEmail(
            sender=Mailbox(name=table["sender"], address="writer@example.com"),
            to=(Mailbox(name=table["user"], address="reader@example.com"),),
            text=mails[draft["mail"]],
            language=language,
        )
        user = Person(table["user"], ("reader@example.com",))
        return Brief(email, draft.get("notes", ""), user=user, sender=sender_of(email), language=language)

    def drafts() -> Iterator[Labelled]:
        for draft in good:
            yield Labelled(filled(draft["text"]), frozenset(), brief(draft))
        for draft in table["bad"]:
            yield Labelled(filled(draft["text"]), frozenset(draft["finds"]), brief(draft))
        for key, reply in first.items():
            for draft in every["bad"]:
                yield Labelled(
                    draft["text"].replace("{x}", reply), frozenset(draft["finds"]), brief({"mail": key})
                )

    return tuple(drafts())


def codes_in(draft: Labelled) -> set[str]:
    return {finding.code for check in EVERY_CHECK for finding in check(draft.text, draft.brief)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_are_right_and_complete(language: str) -> None:
    drafts = labelled(language)
    check_scores(((draft.text, codes_in(draft), draft.finds) for draft in drafts), CODES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_good_draft_comes_back_as_it_is(language: str) -> None:
    for draft in labelled(language):
        if not draft.finds:
            assert repair(draft.text, draft.brief) == draft.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_rule_can_mend_is_mended_at_once(language: str) -> None:
    for draft in labelled(language):
        repaired = repair(draft.text, draft.brief)
        left = [
            each for check in CHECKS for each in check(repaired, draft.brief) if each.replacement is not None
        ]
        assert not left, (draft.text, repaired)
        assert repair(repaired, draft.brief) == repaired
        if draft.finds & {"leak", "preamble", "markdown", "role", "placeholder"}:
            assert repaired != draft.text
