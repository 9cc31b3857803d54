"""What a client can ask of the newest draft, and what the state tells of it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from burr.core import State

from email_assistant.api.door import HttpDoor
from email_assistant.store.rows import Glance
from email_assistant.store.states import States
from tests.fakes.scripted_model import ScriptedModel
from tests.integration.api.conftest import GIVEN, Begin

PASTED = "Hi Sam,\n\nDoes 3pm on Friday work for you?\n\nBest,\nDana\n\nReply: yes 3pm works"


async def test_a_gap_is_told_and_filled(
    client: httpx.AsyncClient, model: ScriptedModel, drafted: Begin
) -> None:
    model.drafts.append(["Hi Ana,\n\n[which day?] at [what time?].\n\nSam"])
    app_id = await drafted()
    state = (await client.get(f"/{app_id}/state")).json()
    assert state["gaps"] == [
        {"text": "which day?", "start": 9, "end": 21},
        {"text": "what time?", "start": 25, "end": 37},
    ]

    state = (await client.put(f"/fill_gap/{app_id}", json={"gap": 1, "text": "noon"})).json()

    assert state["drafts"][-1] == "Hi Ana,\n\n[which day?] at noon.\n\nSam"
    assert [gap["text"] for gap in state["gaps"]] == ["which day?"]
    assert state["draft_details"][-1]["origin"] == "filled"
    assert state["feedback_details"][-1]["kind"] == "fill"
    accepted = await client.post(f"/accept/{app_id}")
    assert (accepted.status_code, accepted.json()["next_step"]) == (200, None)


@pytest.mark.parametrize(
    "body",
    [
        {"gap": 1, "text": "x"},
        {"gap": -1, "text": "x"},
        {"gap": "0", "text": "x"},
        {"gap": 0, "text": " "},
        {"gap": 0},
        {},
    ],
)
async def test_a_gap_that_cannot_be_filled_is_refused(
    client: httpx.AsyncClient, model: ScriptedModel, drafted: Begin, body: dict[str, Any]
) -> None:
    model.drafts.append(["On [which day?]."])
    app_id = await drafted()

    answer = await client.put(f"/fill_gap/{app_id}", json=body)

    assert answer.status_code == 422
    assert (await client.get(f"/{app_id}/state")).json()["drafts"] == ["On [which day?]."]


async def test_another_version_and_the_way_back(client: httpx.AsyncClient, drafted: Begin) -> None:
    app_id = await drafted()

    state = (await client.post(f"/another/{app_id}")).json()
    assert [draft["another_of"] for draft in state["draft_details"]] == [None, 1]
    assert state["feedback_details"][-1]["kind"] == "another"
    state = (await client.post(f"/undo/{app_id}")).json()
    assert state["drafts"] == ["Draft 1.", "Draft 2.", "Draft 1."]
    assert state["draft_details"][-1]["restored_from"] == 1

    refused = await client.post(f"/undo/{app_id}")
    assert (refused.status_code, refused.json()["code"]) == (422, "InvalidInput")

    await client.post(f"/accept/{app_id}")
    state = (await client.post(f"/undo/{app_id}")).json()
    assert (state["next_step"], state["final_draft"]) == ("process_feedback", None)


async def test_a_draft_equal_to_the_newest_changes_nothing(client: httpx.AsyncClient, drafted: Begin) -> None:
    app_id = await drafted()
    seen = await client.get(f"/{app_id}/state")

    for call, body in (("replace_draft", {"body": " Draft 1.\n"}), ("restore_draft", {"version": 1})):
        answer = await client.put(f"/{call}/{app_id}", json=body)
        assert (answer.status_code, answer.json()) == (200, seen.json())
        assert answer.headers["etag"] == seen.headers["etag"]


async def test_one_text_with_both_is_told_apart_and_can_be_put_right(
    client: httpx.AsyncClient, model: ScriptedModel, begin: Begin
) -> None:
    app_id = await begin()
    given = {"email_to_respond": f"Please decline.\n\n{GIVEN['email_to_respond']}"}

    state = (await client.put(f"/initialize_draft/{app_id}", json=given)).json()
    assert state["instructions_found"] == state["response_instructions"] == "Please decline."
    assert "decline" not in state["email_to_respond"]
    body = {"response_instructions": "Please accept."}
    state = (await client.put(f"/set_instructions/{app_id}", json=body)).json()

    assert state["response_instructions"] == "Please accept."
    assert state["drafts"] == ["Draft 1.", "Draft 2."]
    assert model.told[-1].instructions == "Please accept."


async def test_words_below_the_email_are_proposed_and_used_if_they_are_the_answer(
    client: httpx.AsyncClient, model: ScriptedModel, begin: Begin
) -> None:
    app_id = await begin()
    state = (await client.put(f"/initialize_draft/{app_id}", json={"email_to_respond": PASTED})).json()
    assert state["proposed_instructions"] == "yes 3pm works"
    assert state["next_step"] == "clarify_instructions"

    answers = {"answers": [state["proposed_instructions"]]}
    state = (await client.put(f"/clarify_instructions/{app_id}", json=answers)).json()

    assert (state["proposed_instructions"], state["instructions_found"]) == ("", "yes 3pm works")
    assert "yes 3pm works" not in state["email_to_respond"]
    assert "yes 3pm works" not in model.told[0].email.text


async def test_a_name_signs(client: httpx.AsyncClient, model: ScriptedModel, drafted: Begin) -> None:
    app_id = await drafted()

    state = (await client.put(f"/sign_as/{app_id}", json={"name": "Sam Lee"})).json()

    assert state["drafts"][-1] == "Draft 1.\n\nSam Lee"
    assert state["draft_details"][-1]["origin"] == "signed"


async def test_what_was_found_in_the_draft_is_told(
    client: httpx.AsyncClient, door: HttpDoor, drafted: Begin
) -> None:
    app_id = await drafted()
    view = await door.assistant.view("sam", app_id)
    state = view.state.model_dump(mode="json")
    state["asks"] = [{"text": "lunch", "quote": "Shall we?"}, {"text": "slides", "quote": ""}]
    state["draft_history"][-1] |= {
        "asks": ["answered"],
        "findings": [{"code": "unsigned", "text": "Your name is not known.", "start": 0, "end": 0}],
    }
    state["wishes"] = [{"text": "no exclamation marks", "standing": True, "draft_version": 1}]
    states = States(door.assistant._database, lambda *_: Glance("Lunch"))
    saved = await states.load("sam", app_id)
    assert saved
    number = saved.conversation.sequence_id + 1
    await states.save("sam", app_id, number, "formulate_draft", State(state), "completed")

    told = (await client.get(f"/{app_id}/state")).json()
    assert told["asks"] == [
        {"text": "lunch", "quote": "Shall we?", "status": "answered"},
        {"text": "slides", "quote": "", "status": "left_open"},
    ]
    assert told["findings"] == [{"code": "unsigned", "text": "Your name is not known.", "start": 0, "end": 0}]
    assert told["wishes"] == [{"text": "no exclamation marks", "standing": True}]
    assert told["model"] == "scripted"

    told = (await client.put(f"/remove_wish/{app_id}", json={"wish": 0})).json()
    assert told["wishes"] == []
    assert (await client.put(f"/remove_wish/{app_id}", json={"wish": 0})).status_code == 422
