"""Which command can be taken where, and what it says to the state machine."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from email_assistant.brief import Ask
from email_assistant.conversation import planning
from email_assistant.conversation.commands import (
    Accept,
    Answers,
    Command,
    Edit,
    NewEmail,
    Reopen,
    Restore,
    Retry,
    Revise,
    Typed,
)
from email_assistant.conversation.planning import Plan
from email_assistant.conversation.state import ConversationState, Draft, NextStep
from email_assistant.errors import InvalidInput, WrongStep
from email_assistant.mail import IncomingEmail, parse_email
from email_assistant.proofreading.model import Finding

MAIL = "From: Dana <dana@example.com>\nSubject: Lunch\n\nShall we?"


async def parse(data: bytes | str, filename: str | None) -> IncomingEmail:
    return parse_email(data, filename)


def plan(step: NextStep | None, state: ConversationState, command: Command) -> Plan | None:
    return asyncio.run(planning.plan(step, state, command, parse))


def drafted(*bodies: str, **fields: Any) -> ConversationState:
    versions = [Draft(version=version, body=body) for version, body in enumerate(bodies, 1)]
    return ConversationState(draft_history=versions, current_draft=bodies[-1], **fields)


def inputs(state: ConversationState, command: Command) -> dict[str, Any]:
    planned = plan("process_feedback", state, command)
    assert planned is not None
    return planned.inputs


def test_instructions_above_an_email_are_told_apart_and_the_whole_is_kept() -> None:
    typed = f"Instructions: say yes\n\n{MAIL}"

    planned = plan("process_input", ConversationState(), NewEmail(typed))

    assert planned is not None
    assert planned.inputs["response_instructions"] == "say yes"
    assert planned.inputs["email_to_respond"] == MAIL
    assert planned.inputs["typed_email"] == typed


def test_instructions_given_apart_leave_the_email_as_it_is() -> None:
    planned = plan("process_input", ConversationState(), NewEmail(f"Please decline\n\n{MAIL}", "say yes"))

    assert planned is not None
    assert planned.inputs["response_instructions"] == "say yes"
    assert planned.inputs["email_to_respond"].startswith("Please decline")


def test_a_first_email_replaces_none() -> None:
    with pytest.raises(WrongStep, match="has an email"):
        plan("process_feedback", drafted("Yes."), NewEmail(MAIL, first_only=True))


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("looks good", "accept"),
        ("shorter", "revise"),
        ("Edit:\nMine.", "edit"),
        ("back to version 1", "restore"),
        ("reopen", "reopen"),
    ],
)
def test_typed_words_are_kept_beside_what_they_mean(typed: str, kind: str) -> None:
    said = inputs(drafted("No.", "Yes."), Typed(typed))

    assert (said["kind"], said["text"]) == (kind, typed)


def test_a_tapped_command_has_no_words() -> None:
    state = drafted("No.", "Yes.")

    for command, said in (
        (Edit("Mine."), {"kind": "edit", "text": "", "body": "Mine."}),
        (Restore(1), {"kind": "restore", "text": "", "body": "No.", "version": 1}),
        (Accept(), {"kind": "accept", "text": ""}),
    ):
        assert {name: value for name, value in inputs(state, command).items() if name != "notes"} == said


def test_a_text_that_looks_like_a_command_is_only_a_text() -> None:
    said = inputs(drafted("No.", "Yes."), Edit("back to version 1"))

    assert (said["kind"], said["body"]) == ("edit", "back to version 1")
    assert inputs(drafted("Yes."), Revise("looks good"))["kind"] == "revise"


def test_an_email_that_is_sent_as_feedback_is_feedback() -> None:
    assert inputs(drafted("Yes."), Typed(MAIL, feedback=True))["kind"] == "revise"


@pytest.mark.parametrize("command", [Edit("Yes."), Restore(2), Restore(3), Typed("back to version 3")])
def test_a_version_equal_to_the_newest_is_none(command: Command) -> None:
    assert plan("process_feedback", drafted("No.", "Yes.", "Yes."), command) is None


def test_a_way_back_from_a_change_that_failed_is_one_although_nothing_is_new() -> None:
    planned = plan("retry", drafted("Yes."), Restore(1))

    assert planned is not None
    assert planned.entry == "process_feedback"


def test_what_was_found_and_still_stands_there_is_told_of_the_persons_own_text() -> None:
    found = [
        Finding(code="unsupported_fact", text="Check 900 EUR.", start=4, end=11),
        Finding(code="unsupported_fact", text="Check Friday.", start=16, end=22),
        Finding(code="unsigned", text="Your name is not known."),
    ]
    body = "Pay 900 EUR. By Friday."
    asks = [Ask(text="How much?", quote="How much is it?"), Ask(text="Which colour?", quote="Which colour?")]
    state = ConversationState(
        incoming_email=IncomingEmail(text="How much is it? Which colour?", language="en"),
        draft_history=[Draft(version=1, body=body, findings=found, asks=["answered"] * 2)],
        current_draft=body,
        asks=asks,
    )

    notes = inputs(state, Edit("Hello. Pay 900 EUR. By Monday. The colour is red."))["notes"]

    assert [(each["text"], each["start"], each["end"]) for each in notes["findings"]] == [
        ("Check 900 EUR.", 11, 18)
    ]
    assert len(notes["asks"]) == 2


@pytest.mark.parametrize("version", [0, 4, -1, 999_999])
def test_a_version_that_does_not_exist_is_refused_with_those_that_do(version: int) -> None:
    with pytest.raises(InvalidInput, match="from 1 to 3"):
        plan("process_feedback", drafted("a", "b", "c"), Restore(version))


@pytest.mark.parametrize("command", [Answers(("yes",)), Retry(), Reopen()])
def test_what_nobody_waits_for_is_refused_with_what_is(command: Command) -> None:
    with pytest.raises(WrongStep, match="process_feedback"):
        plan("process_feedback", drafted("Yes."), command)
