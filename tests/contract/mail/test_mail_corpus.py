"""Reading, splitting and replying measured on public fixtures, where those are present."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.mail import read_by_this_project, split_by_this_project, text_of
from bench.mail_corpus import cases, mail_files, score_reading, score_splitting, squeezed
from email_assistant.errors import InvalidEmail
from email_assistant.mail import IncomingEmail, parse_email


def test_every_message_is_read_as_its_decoders_agree(corpus: Path) -> None:
    score = score_reading(corpus, read_by_this_project)
    assert score.crashed == []
    assert score.share("subject") >= 0.995, score.wrong
    assert score.share("from") >= 0.995, score.wrong
    assert score.share("text") >= 0.985, score.wrong
    assert score.share("attachments") >= 0.97, score.wrong


def test_what_was_read_survives_json_and_is_stored_once(corpus: Path) -> None:
    for path in mail_files(corpus):
        try:
            email = parse_email(path.read_bytes(), path.name)
        except InvalidEmail:
            continue
        dumped = email.model_dump(mode="json")
        assert IncomingEmail.model_validate(json.loads(json.dumps(dumped))) == email, path.name
        assert "\\u0000" not in json.dumps(dumped), path.name


def test_no_line_of_a_body_is_in_none_of_the_views(corpus: Path) -> None:
    for path in mail_files(corpus):
        try:
            email = parse_email(path.read_bytes(), path.name)
        except InvalidEmail:
            continue
        views = squeezed(email.newest + email.quoted + email.signature)
        assert sorted(views) == sorted(squeezed(email.text)), path.name


def test_replies_are_split_from_quotes_as_well_as_by_the_best_library_or_better(corpus: Path) -> None:
    score = score_splitting(corpus, text_of, split_by_this_project)
    assert score.share(score.exact) >= 0.9
    assert score.share(score.lost) <= 0.04
    # The best of the libraries that `make bench` runs beside, per source project.
    # Two of mail-parser-reply's own cases keep the rule that Outlook draws above its header lines.
    best = {"crisp-oss/email-reply-parser": 40, "mailgun/talon": 56, "alfonsrv/mail-parser-reply": 26}
    assert {source: score.exact[source] >= exact for source, exact in best.items()} == dict.fromkeys(
        best, True
    )


def test_pasted_header_lines_are_read_in_every_language(corpus: Path) -> None:
    found = cases(corpus / "quoting" / "pasted_headers.jsonl")
    right = 0
    for case in found:
        expected = case["expected"]
        # The outer message's subject, where the case has one, is known to whoever pastes it.
        pasted = (
            f"Subject: {case['subject'].strip()}\n\n{case['input']}" if case["subject"] else case["input"]
        )
        email = parse_email(pasted)
        author = expected.get("from") or {"address": None, "name": None}
        sender = (email.sender.address or email.sender.name) if email.sender else None
        right += sender == (author["address"] or author["name"]) and squeezed(email.subject) == squeezed(
            expected.get("subject") or email.subject
        )
    assert right / len(found) >= 0.96


@pytest.mark.parametrize("name", ["synthetic__not_an_email.eml", "synthetic__zero_bytes.eml"])
def test_what_is_no_email_is_refused_with_a_sentence(corpus: Path, name: str) -> None:
    with pytest.raises(InvalidEmail, match=r"\w+ .*\."):
        parse_email((corpus / "mail" / name).read_bytes(), name)
