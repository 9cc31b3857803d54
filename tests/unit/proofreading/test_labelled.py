"""On labelled drafts, findings are right and little is missed, for each kind in each language."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from email_assistant.brief import Brief, Clarification, Person, Revision
from email_assistant.mail import parse_email
from email_assistant.proofreading import asks
from email_assistant.proofreading.proofread import proofread

LABELLED = sorted(Path(__file__).with_name("labelled_facts").glob("*.toml"))
OURS = {
    "missing_fact",
    "unsupported_fact",
    "steered",
    "unmet_ask",
    "open_gap",
    "no_change",
    "lost",
    "broken_wish",
    "too_long",
}
MIN_PRECISION, MIN_RECALL = 0.95, 0.8


@dataclass
class Labelled:
    draft: str
    brief: Brief
    finds: list[str]


def labelled(path: Path) -> list[Labelled]:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return [each for case in table["case"] for each in _of(case, table["language"])]


def _of(case: dict[str, Any], language: str) -> list[Labelled]:
    address = case["sender"].rpartition("<")[2].rstrip(">")
    source = (
        f"From: {case['sender']}\nTo: {case['user']} <me@home.example>\nSubject: Hello\n"
        f"Date: Wed, 20 May 2026 09:00:00 +0000\nMessage-ID: <1@x>\n\n{case['mail'].strip()}\n"
    )
    email = parse_email(source)
    found = asks.find_asks(email)
    base = Brief(
        email,
        case.get("notes", ""),
        clarifications=tuple(Clarification(*pair) for pair in case.get("answers", [])),
        user=Person(case["user"]),
        sender=Person(case["sender"].rpartition("<")[0].strip(), (address,)),
        language=language,
        asks=found,
        now=datetime(2026, 5, 20, 10, tzinfo=UTC),
    )
    drafts = [Labelled(draft, base, []) for draft in case["good"]]
    for each in case.get("draft", []):
        draft = each.get("text", case["good"][0])
        for old, new in each.get("swap", []):
            assert old in draft, old
            draft = draft.replace(old, new)
        brief = base
        if feedback := each.get("feedback"):
            brief = Brief(
                **{**vars(base), "revisions": (Revision(each.get("previous", case["good"][0]), feedback),)}
            )
        brief = Brief(**{**vars(brief), "wishes": tuple(each.get("wishes", ()))})
        drafts.append(Labelled(draft, brief, each["finds"]))
    return drafts


@dataclass
class Score:
    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)


def scores(path: Path, tell: Any = None) -> dict[str, Score]:
    """Count by code: labels with a finding, findings without a label, labels without a finding."""
    by_code: dict[str, Score] = defaultdict(Score)
    for each in labelled(path):
        labels = [label.partition(":")[::2] for label in each.finds]
        findings = [finding for finding in proofread(each.draft, each.brief) if finding.code in OURS]
        answered = set()
        for finding in findings:
            fits = [
                at
                for at, (code, words) in enumerate(labels)
                if code == finding.code and words.lower() in finding.text.lower()
            ]
            if fits:
                answered.update(fits)
            else:
                by_code[finding.code].wrong += 1
                if tell:
                    tell("WRONG ", finding.code, finding.text, each.draft)
        for at, (code, words) in enumerate(labels):
            if at in answered:
                by_code[code].right += 1
            else:
                by_code[code].missed += 1
                if tell:
                    tell("MISSED", code, words, each.draft)
    return by_code


@pytest.mark.parametrize("path", LABELLED, ids=lambda path: path.stem)
def test_findings_are_right_and_little_is_missed(path: Path) -> None:
    found = scores(path)
    told = {code: (score.right, score.wrong, score.missed) for code, score in found.items()}
    for code, score in found.items():
        assert score.precision >= MIN_PRECISION, (code, told)
        assert score.recall >= MIN_RECALL, (code, told)


@pytest.mark.parametrize("path", LABELLED, ids=lambda path: path.stem)
def test_the_asks_of_a_mail_are_found(path: Path) -> None:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    right = wrong = missed = 0
    for case in table["case"]:
        quotes = [ask.quote for ask in _of(case, table["language"])[0].brief.asks]
        right += sum(any(label in quote for quote in quotes) for label in case["asks"])
        missed += sum(not any(label in quote for quote in quotes) for label in case["asks"])
        wrong += sum(not any(label in quote for label in case["asks"]) for quote in quotes)
    assert right >= MIN_PRECISION * (right + wrong)
    assert right >= MIN_RECALL * (right + missed)
