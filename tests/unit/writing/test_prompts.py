"""What a model is told. `python -m tests.unit.writing.test_prompts` writes the snapshots anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from email_assistant.brief import Ask, Person, Voice
from email_assistant.errors import SettingsError
from email_assistant.mail import IncomingEmail, Mailbox
from email_assistant.writing import Brief, Clarification, Revision
from email_assistant.writing.prompts import SHIPPED, Message, Task, load_prompts, task_of

SNAPSHOTS = Path(__file__).with_name("snapshots")

EMAIL = IncomingEmail(
    subject="Lunch </subject>",
    sender=Mailbox(name="Ana Silva", address="ana@example.com"),
    text="Hi Jo,\n\nshall we have lunch on Tuesday or on Thursday? And who pays?\n\nAna\n</email> Really.\n\n"
    "On 1 March 2026, Jo Doe wrote:\n> Lunch some day? </earlier_messages>\n",
)
BRIEF = Brief(
    EMAIL,
    "say yes",
    (Clarification("Which day suits you?", "Thursday"), Clarification("Who pays?", "")),
    user=Person("Jo Doe"),
    sender=Person("Ana Silva"),
    language="en",
    asks=(Ask(text="Which day?", quote="shall we have lunch on Tuesday or on Thursday?"),),
)
REVISIONS = (
    Revision("Hi Ana,\n\nThursday.\n\nJo", "friendlier"),
    Revision("Hi Ana,\n\nThursday, with joy.\n\n\nJo", "mention that a < b"),
)
BRIEFS: dict[Task, Brief] = {
    "clarify": Brief(EMAIL, "say yes"),
    "draft": replace(
        BRIEF,
        voice=Voice("I work\nfrom nine to five.", "dry", "two sentences", ("Hi Bo,\n\nno.\n\nJo",)),
        now=datetime(2026, 3, 3, 9, tzinfo=UTC),
    ),
    "body": replace(BRIEF, has_frame=True, corrections=("Name the day.", "Leave out <b>.")),
    "another": replace(BRIEF, rejected="Hi Ana,\n\nThursday, a < b.\n\nJo"),
    "revise": replace(BRIEF, revisions=REVISIONS, wishes=("no exclamation marks",)),
    "from_notes": replace(BRIEF, with_email=False),
}


def asked(task: Task) -> str:
    messages = load_prompts().messages(task, BRIEFS[task])
    return "\n".join(f"=== {m['role']}\n{m['content']}" for m in messages) + "\n"


def last(messages: list[Message]) -> str:
    return messages[-1]["content"]


@pytest.mark.parametrize("task", BRIEFS)
def test_the_model_is_told_what_the_snapshot_says(task: Task) -> None:
    assert asked(task) == (SNAPSHOTS / f"{task}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("task", [task for task in BRIEFS if task != "clarify"])
def test_the_brief_says_which_task_it_is(task: Task) -> None:
    assert task_of(BRIEFS[task]) == task


def test_another_version_is_one_of_the_newest_draft_and_keeps_what_was_asked_before() -> None:
    brief = replace(BRIEF, revisions=REVISIONS, rejected="Hi Ana,\n\nThursday it is.\n\nJo")
    assert task_of(brief) == "another"
    told = last(load_prompts().messages("another", brief))
    assert "Thursday it is." in told
    assert "Thursday, with joy." not in told
    assert "- friendlier\n- mention that a &lt; b" in told


def test_requests_of_one_conversation_begin_alike() -> None:
    """So that a server that remembers what it has read reads the mail once."""
    prompts = load_prompts()
    system, request = prompts.messages("clarify", BRIEF)
    shared = request["content"].partition("Before the reply is written")[0]
    assert len(shared) > len(EMAIL.text)
    for task in ("draft", "body", "another"):
        first, second = prompts.messages(task, BRIEF)
        assert first == system
        assert second["content"].startswith(shared)


def test_a_change_of_the_draft_needs_no_second_reading_of_the_mail() -> None:
    told = last(load_prompts().messages("revise", replace(BRIEF, revisions=REVISIONS)))
    assert "<email>" not in told
    assert "say yes" in told


@pytest.mark.parametrize("task", BRIEFS)
def test_without_the_mail_nothing_of_it_is_told(task: Task) -> None:
    brief = replace(BRIEFS[task], with_email=False, asks=())
    told = "\n".join(m["content"] for m in load_prompts().messages(task, brief))
    assert "<email>" not in told
    assert "who pays" not in told
    assert "Lunch some day" not in told


def test_a_prompt_of_ones_own_takes_the_place_of_the_shipped(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(SHIPPED.read_text(encoding="utf-8").replace("Write the reply from", "Rhyme from"), "utf-8")
    assert "Rhyme from Jo Doe" in last(load_prompts(own).messages("draft", BRIEF))


def test_a_prompt_of_ones_own_has_its_rules_for_changes_too(tmp_path: Path) -> None:
    shipped = load_prompts()
    before, _, after = SHIPPED.read_text(encoding="utf-8").partition("revise_system = '''")
    own = tmp_path / "own.toml"
    own.write_text(before + after.partition("'''\n")[2], encoding="utf-8")
    for prompts, rules in ((shipped, shipped.revise_system), (load_prompts(own), shipped.system)):
        first = prompts.messages("revise", BRIEFS["revise"])[0]
        assert first == {"role": "system", "content": rules.strip()}


def test_a_prompt_of_ones_own_needs_no_examples(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(SHIPPED.read_text(encoding="utf-8").partition("[[examples]]")[0], encoding="utf-8")
    roles = [m["role"] for m in load_prompts(own).messages("from_notes", BRIEFS["from_notes"])]
    assert roles == ["system", "user"]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda text: text.replace("this change: $feedback", "a change"), "$feedback is missing from revise"),
        (lambda text: text.replace("\n$email\n", "\n$mail\n"), "$email is missing from request"),
        (lambda text: text.replace("$today", "$weather"), "$weather in request"),
        (lambda text: text.replace("Ask at most", "$draft Ask"), "$draft in clarify"),
        (lambda text: text.replace("Ask at most", "It costs 5 $, ask"), "Write $$ for the sign itself"),
        (lambda text: text.replace("another = ", "other = "), "tasks.another: Field required"),
        (lambda text: text.replace("reply = ", "answer = "), "examples.0.answer"),
        (lambda text: text + "'''", "is not valid TOML"),
    ],
)
def test_a_prompt_file_that_cannot_be_used_is_refused_with_the_reason(
    tmp_path: Path, change: Callable[[str], str], complaint: str
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(change(SHIPPED.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        load_prompts(own)
    assert complaint in str(refused.value)
    assert "own.toml" in str(refused.value)


def test_a_prompt_file_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_prompts(tmp_path / "none.toml")
    (tmp_path / "own.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="not UTF-8"):
        load_prompts(tmp_path / "own.toml")


def test_a_dollar_sign_in_a_mail_is_only_a_dollar_sign() -> None:
    brief = Brief(IncomingEmail(text="It costs $5 or $notes."), "say $yes")
    told = last(load_prompts().messages("draft", brief))
    assert "It costs $5 or $notes." in told
    assert "say $yes" in told


def test_what_is_not_known_leaves_no_trace() -> None:
    told = last(load_prompts().messages("draft", Brief(IncomingEmail(text="Hi."))))
    assert "\n\n\n" not in told
    assert "\0" not in told
    assert "the sender wrote this email to the user" in told
    assert "(none)" in told


if __name__ == "__main__":
    SNAPSHOTS.mkdir(exist_ok=True)
    for task in BRIEFS:
        (SNAPSHOTS / f"{task}.txt").write_text(asked(task), encoding="utf-8")


def test_in_little_room_the_mail_gives_way_and_the_rules_and_notes_stay() -> None:
    quoted = "\n".join(f"> Line {number} of what was quoted." for number in range(400))
    text = "Could you come on Friday? " * 400 + f"\n\nOn Monday, Jo wrote:\n{quoted}"
    brief = Brief(IncomingEmail(text=text, sender=Mailbox(name="Dana")), "say yes, at noon")
    prompts = load_prompts()
    whole, room = prompts.messages("draft", brief), 4_500

    short = prompts.messages("draft", brief, room)

    assert sum(len(message["content"]) for message in whole) > room
    assert sum(len(message["content"]) for message in short) <= room
    assert short[0] == whole[0]
    assert "say yes, at noon" in short[-1]["content"]
    assert "Could you come on Friday?" in short[-1]["content"]
    assert "of what was quoted" not in short[-1]["content"]
    assert "left out here" in short[-1]["content"]
