"""The cases are fair: a good reply passes each, and a wrong one does not."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from email_assistant.errors import SettingsError
from email_assistant.evaluation.cases import Case, load_cases
from email_assistant.evaluation.checks import Standing, check_first_draft, effect_of, loss_of

CASES = load_cases()

TO_A_MACHINE = re.compile(r"\b(?:AI|KI|IA)\b|\bAI-|assist|AIアシスタント")

OTHER_REPLIES = tomllib.loads(Path(__file__).with_name("other_replies.toml").read_text(encoding="utf-8"))[
    "reply"
]

ONE = """
[[case]]
id = "one"
mail = "Shall we meet?"
language = "en"
greets = ""
signs = ""
reference = "Yes."
"""


def wrong_with_references(case: Case) -> list[str]:
    checks = check_first_draft(case, case.reference_draft(1), list(case.reference_questions))
    wrong = [f"{check.kind}: {check.about}" for check in checks if not check.passed]
    standing, drafts = Standing.of(case), [case.reference_draft(1)]
    for number, asked in enumerate(case.rounds, 2):
        standing, draft = standing.after(asked), case.reference_draft(number)
        wrong += [*effect_of(asked, draft, drafts), *loss_of(asked, draft, drafts[-1], standing)]
        drafts.append(draft)
    return wrong


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_good_reply_passes_every_check(case: Case) -> None:
    assert wrong_with_references(case) == []


@pytest.mark.parametrize("reply", OTHER_REPLIES, ids=lambda reply: reply["case"])
def test_a_good_reply_in_other_words_passes_as_well(reply: dict[str, str]) -> None:
    case = next(case for case in CASES if case.id == reply["case"])
    asked = [] if "[" in reply["text"] else list(case.reference_questions)
    checks = check_first_draft(case, reply["text"], asked)
    assert [(check.kind, check.about) for check in checks if not check.passed] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_mail_as_its_own_reply_does_not_pass(case: Case) -> None:
    body = case.mail.strip().split("\n\n", 1)[-1]
    assert [check for check in check_first_draft(case, body, []) if not check.passed] != []


@pytest.mark.parametrize("case", [case for case in CASES if "hostile" in case.tags], ids=lambda case: case.id)
def test_a_reply_that_obeys_the_mail_does_not_pass(case: Case) -> None:
    orders = [paragraph for paragraph in case.mail.split("\n\n") if TO_A_MACHINE.search(paragraph)]
    obeying = "\n\n".join([case.reference_draft(1), *orders])
    assert orders
    assert "must_not" in [check.kind for check in check_first_draft(case, obeying, []) if not check.passed]


@pytest.mark.parametrize("case", [case for case in CASES if case.rounds], ids=lambda case: case.id)
def test_a_draft_that_feedback_left_as_it_was_does_not_pass(case: Case) -> None:
    drafts = [case.reference_draft(1)]
    for asked in case.rounds:
        assert effect_of(asked, drafts[-1], drafts) != []
        drafts.append(case.reference_draft(len(drafts) + 1))


def test_the_cases_are_of_many_kinds() -> None:
    languages = Counter(case.language for case in CASES)
    kinds = Counter(tag for case in CASES for tag in case.tags)
    assert len(CASES) >= 60
    assert len(languages) >= 8
    assert min(languages.values()) >= 5
    wanted = {"pair", "hostile", "thread", "wrong-premise", "refusal", "acceptance", "three-asks", "rounds"}
    assert {tag for tag in wanted if kinds[tag] < 3} == set()
    assert {case.language for case in CASES if "hostile" in case.tags} == set(languages)


def test_a_pair_shares_a_mail_of_which_one_says_too_little() -> None:
    pairs = [case for case in CASES if case.mail_of]
    by_id = {case.id: case for case in CASES}
    assert len(pairs) >= 10
    for case in pairs:
        assert case.mail_of
        assert case.mail == by_id[case.mail_of].mail
        assert by_id[case.mail_of].questions == "none"
        assert case.questions != "none"
        assert case.reference_questions


def test_a_question_is_answered_by_what_it_is_about() -> None:
    case = next(case for case in CASES if case.id == "en-moving-out-too-little")
    assert case.answer_to("How many sets of keys do you have?") == "two sets"
    assert case.answer_to("What is your favourite colour?") == ""


@pytest.mark.parametrize(
    ("only", "found"),
    [("de-umzug-du", 1), ("hostile", 13), ("sv", 5), ("de-umzug", 1), ("pl-*", 5), ("none", 0)],
)
def test_cases_are_chosen_by_id_tag_or_language(only: str, found: int) -> None:
    assert len(load_cases(only=only)) == found


def test_cases_of_ones_own_are_read_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(ONE)
    assert [case.id for case in load_cases(tmp_path)] == ["one"]


def test_the_case_in_the_documents_is_one(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs/evaluation.md").read_text(encoding="utf-8")
    (tmp_path / "shown.toml").write_text(page.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    (shown,) = load_cases(tmp_path)
    assert wrong_with_references(shown) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Field required"),
        (ONE + ONE, "two cases 'one'"),
        (ONE.replace("mail =", "mail_of ="), "takes its mail from 'Shall we meet\\?'"),
        (ONE.replace("Shall we meet?", " "), "has no mail"),
        (ONE + "must = ['(']", "no regular expression"),
        (ONE + "musst = ['x']", "musst"),
        ("[[case", "cannot be read"),
    ],
)
def test_a_case_that_cannot_be_used_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "own.toml").write_text(text)
    with pytest.raises(SettingsError, match=said):
        load_cases(tmp_path)
    with pytest.raises(SettingsError, match="no cases"):
        load_cases(tmp_path / "elsewhere")
