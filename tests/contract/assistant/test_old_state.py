"""A conversation that an earlier version saved is read, shown and gone on with."""

from __future__ import annotations

import json
from typing import Any

import pytest
from burr.core import State

from email_assistant.chat import texts
from email_assistant.conversation.commands import Edit, NewEmail, Restore, Revise
from email_assistant.service.assistant import EmailAssistant
from email_assistant.service.document import state_of
from email_assistant.store.opening import open_url
from email_assistant.store.rows import Glance
from email_assistant.store.states import States
from email_assistant.writing.model import Revision
from tests.contract.assistant.service import OWNER, Say, service
from tests.fakes.scripted_model import ScriptedModel

AT = "2026-01-05T10:00:00.000Z"


def draft(version: int, body: str, **origin: Any) -> dict[str, Any]:
    return {
        "version": version,
        "body": body,
        "origin": "written",
        "restored_from": None,
        "model": "gpt-5-mini",
        "input_tokens": 10,
        "output_tokens": 5,
        "created_at": AT,
    } | origin


def feedback(text: str, draft_version: int, kind: str) -> dict[str, Any]:
    return {"text": text, "draft_version": draft_version, "kind": kind, "created_at": AT}


def asked(question: str, answer: str, typed: str | None = None) -> dict[str, Any]:
    return {"questions": [question], "answers": [answer], "remark": "", "typed": typed}


def moment(kind: str, index: int = 0) -> dict[str, Any]:
    return {"kind": kind, "index": index, "at": AT}


OLD: dict[str, Any] = {
    "incoming_email": {
        "subject": "Lunch",
        "sender": {"name": "Dana", "address": "dana@example.com"},
        "text": "Shall we have lunch?",
    },
    "email_to_respond": "From: Dana <dana@example.com>\nSubject: Lunch\n\nShall we have lunch?",
    "typed_email": None,
    "originals": [],
    "replaced_emails": [],
    "drafts_before_email": 0,
    "response_instructions": "say yes",
    "clarification_questions": ["Which day?"],
    "clarification_answers": ["Thursday"],
    "clarification_history": [
        {
            "questions": ["How would you like to reply?"],
            "answers": ["say yes"],
            "remark": "",
            "typed": "say yes",
        },
        {"questions": ["Which day?"], "answers": ["Thursday"], "remark": "", "typed": None},
    ],
    "current_draft": "One.",
    "draft_history": [
        draft(1, "One."),
        draft(2, "Two."),
        draft(3, "Mine.", origin="edited", model=None),
        draft(4, "One.", origin="restored", restored_from=1, model=None),
    ],
    "feedback": "reopen",
    "feedback_history": [
        feedback("shorter", 1, "revise"),
        feedback("Edit:\nMine.", 2, "edit"),
        feedback("Restore version 1", 3, "restore"),
        feedback("", 4, "accept"),
        feedback("Reopen", 4, "reopen"),
    ],
    "final_draft": None,
    "timeline": [
        moment("email"),
        moment("questions", 0),
        moment("answers", 0),
        moment("questions", 1),
        moment("answers", 1),
        moment("draft", 1),
        moment("feedback", 0),
        moment("draft", 2),
        moment("feedback", 1),
        moment("draft", 3),
        moment("feedback", 2),
        moment("draft", 4),
        moment("feedback", 3),
        moment("final"),
        moment("feedback", 4),
    ],
}


@pytest.fixture(autouse=True)
async def _saved(database_url: str, app_id: str) -> None:
    async with open_url(database_url) as database:
        stored_states = States(database, lambda *_: Glance("Lunch"))
        state: State[Any] = State(json.loads(json.dumps(OLD)))
        await stored_states.save(OWNER, app_id, 0, "process_feedback", state, "completed")


async def test_it_is_shown_as_it_was(assistant: EmailAssistant, app_id: str) -> None:
    view = await assistant.view(OWNER, app_id)

    assert view.next_step == "process_feedback"
    assert [texts.spoken(said) for said in view.state.feedback_history] == [
        "shorter",
        "Edited by hand",
        "Restore version 1",
        "Accept",
        "Reopen",
    ]
    shown = state_of(view).model_dump(mode="json")
    assert shown["feedback_history"][1] == "Edit:\nMine."
    assert [said["kind"] for said in shown["feedback_details"]] == [
        "revise",
        "edit",
        "restore",
        "accept",
        "reopen",
    ]


async def test_it_goes_on(database_url: str, app_id: str) -> None:
    model = ScriptedModel()
    async with service(database_url, model) as assistant:
        view = await assistant.turn(OWNER, app_id, Revise("warmer"))
        assert view.state.current_draft == "Draft 1."
        view = await assistant.turn(OWNER, app_id, Restore(3))
        view = await assistant.turn(OWNER, app_id, Edit("Hers."))

    assert [said.body for said in view.state.draft_history[4:]] == ["Draft 1.", "Mine.", "Hers."]
    assert model.told[-1].revisions == (Revision("One.", "shorter"), Revision("One.", "warmer"))


async def test_a_corrected_one_replaces_its_email(say: Say) -> None:
    view = await say(
        NewEmail("From: Eva <eva@example.com>\nSubject: Dinner\n\nDinner?", "say no", role="corrected")
    )

    assert view.state.incoming_email is not None
    assert view.state.incoming_email.subject == "Dinner"
