"""A conversation over HTTP: every call answers the whole state and what comes next."""

from __future__ import annotations

import email
from email.policy import default

import httpx
import pytest

from email_assistant.errors import ModelBusy, ModelServerError, ModelTimeout
from tests.fakes.scripted_model import Hang, ScriptedModel
from tests.integration.api.conftest import GIVEN, Begin


async def test_the_state_says_at_each_halt_what_comes_next(
    client: httpx.AsyncClient, model: ScriptedModel
) -> None:
    model.questions.append(["Which day?", "Where?"])
    model.drafts.extend(["First.", "Second."])

    created = await client.post("/create")
    assert created.status_code == 201
    state = created.json()
    app_id = state["app_id"]
    assert (state["next_step"], state["version"]) == ("process_input", 0)
    assert created.headers["location"] == f"/api/v1/{app_id}/state"

    state = (await client.put(f"/initialize_draft/{app_id}", json=GIVEN)).json()
    assert state["next_step"] == "clarify_instructions"
    assert state["questions"] == ["Which day?", "Where?"]
    assert state["email_to_respond"] == GIVEN["email_to_respond"]
    assert state["response_instructions"] == GIVEN["response_instructions"]
    assert state["email"]["sender"] == {"name": "Ana Silva", "address": "ana@example.com"}
    assert state["reply"]["subject"] == "Re: Lunch"

    state = (await client.put(f"/clarify_instructions/{app_id}", json={"answers": ["Thursday", ""]})).json()
    assert state["next_step"] == "process_feedback"
    assert state["answers"] == ["Thursday", ""]
    assert state["drafts"] == ["First."]

    state = (await client.put(f"/process_feedback/{app_id}", json={"feedback": "Warmer."})).json()
    assert state["drafts"] == ["First.", "Second."]
    assert state["feedback_history"] == ["Warmer."]
    assert [draft["model"] for draft in state["draft_details"]] == ["scripted", "scripted"]

    answered = await client.put(f"/process_feedback/{app_id}", json={"feedback": ""})
    state = answered.json()
    assert (state["next_step"], state["final_draft"]) == (None, "Second.")
    assert answered.headers["etag"] == f'"{state["version"]}"'
    assert (await client.get(f"/{app_id}/state")).json() == state


async def test_feedback_on_a_finished_draft_reopens_it(client: httpx.AsyncClient, drafted: Begin) -> None:
    app_id = await drafted()
    await client.post(f"/accept/{app_id}")
    state = (await client.put(f"/process_feedback/{app_id}", json={"feedback": "Shorter."})).json()
    assert (state["next_step"], state["final_draft"]) == ("process_feedback", None)
    assert len(state["drafts"]) == 2


async def test_what_was_accepted_can_be_reopened_without_a_word(
    client: httpx.AsyncClient, drafted: Begin
) -> None:
    app_id = await drafted()
    final = (await client.post(f"/accept/{app_id}")).json()
    assert final["final_draft"] == final["drafts"][-1]
    state = (await client.post(f"/reopen/{app_id}")).json()
    assert (state["next_step"], state["final_draft"]) == ("process_feedback", None)
    assert state["drafts"] == final["drafts"]
    assert (await client.post(f"/reopen/{app_id}")).status_code == 409


async def test_a_draft_of_ones_own_and_the_way_back(client: httpx.AsyncClient, drafted: Begin) -> None:
    app_id = await drafted()
    state = (await client.put(f"/replace_draft/{app_id}", json={"body": "Looks good"})).json()
    assert state["drafts"][-1] == "Looks good"  # and is not taken for approval
    assert state["draft_details"][-1]["origin"] == "edited"
    state = (await client.put(f"/restore_draft/{app_id}", json={"version": 1})).json()
    assert state["drafts"][2] == state["drafts"][0]
    assert state["draft_details"][2]["restored_from"] == 1
    assert (await client.put(f"/restore_draft/{app_id}", json={"version": 4})).status_code == 422


async def test_the_diff_between_two_drafts(
    client: httpx.AsyncClient, model: ScriptedModel, drafted: Begin
) -> None:
    model.drafts.extend(["See you on Thursday.", "See you on Friday."])
    app_id = await drafted()
    assert (await client.get(f"/{app_id}/diff")).status_code == 422
    await client.put(f"/process_feedback/{app_id}", json={"feedback": "Friday."})
    diff = (await client.get(f"/{app_id}/diff")).json()
    assert (diff["from_version"], diff["to_version"]) == (1, 2)
    assert {"kind": "added", "text": "Friday"} in diff["changes"]
    back = (await client.get(f"/{app_id}/diff", params={"from_version": 2, "to_version": 1})).json()
    assert {"kind": "removed", "text": "Friday"} in back["changes"]


async def test_a_file_comes_in_whole_and_the_reply_goes_out_as_one(
    client: httpx.AsyncClient, model: ScriptedModel, begin: Begin
) -> None:
    model.drafts.append("Yes, gladly.")
    source = (
        b"From: Ana Silva <ana@example.com>\r\nTo: sam@example.org\r\nMessage-ID: <1@example.com>\r\n"
        b"Subject: Lunch\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nCaf\xc3\xa9 on Thursday?\r\n"
    )
    app_id = await begin()
    assert (await client.get(f"/{app_id}/reply.eml")).status_code == 409
    state = (
        await client.put(
            f"/upload_email/{app_id}",
            files={"files": ("lunch.eml", source, "message/rfc822")},
            data={"response_instructions": "Say yes."},
        )
    ).json()
    assert "Café on Thursday?" in state["email_to_respond"]
    (kept,) = state["originals"]
    assert (await client.get(f"/{app_id}/originals/{kept['file_id']}")).content == source

    reply = await client.get(f"/{app_id}/reply.eml", params={"quote": False})
    message = email.message_from_bytes(reply.content, policy=default)
    assert reply.headers["content-type"] == "message/rfc822"
    assert (message["to"], message["in-reply-to"]) == ("Ana Silva <ana@example.com>", "<1@example.com>")
    assert message.get_content().strip() == "Yes, gladly."


async def test_a_corrected_email_begins_anew_but_a_repeated_one_does_not(
    client: httpx.AsyncClient, drafted: Begin
) -> None:
    app_id = await drafted()
    again = await client.put(f"/initialize_draft/{app_id}", json=GIVEN)
    assert (again.status_code, again.json()["next_step"]) == (409, "process_feedback")
    corrected = {**GIVEN, "email_to_respond": "From: Bo <bo@example.com>\nSubject: Tea\n\nTea?"}
    state = (await client.put(f"/replace_email/{app_id}", json=corrected)).json()
    assert state["email"]["subject"] == "Tea"
    assert len(state["drafts"]) == 2


@pytest.mark.parametrize(
    ("error", "status"),
    [(ModelServerError("It failed."), 502), (ModelTimeout("No sign."), 504), (ModelBusy("Wait."), 429)],
)
async def test_a_failed_step_is_kept_and_runs_again(
    client: httpx.AsyncClient, model: ScriptedModel, begin: Begin, error: Exception, status: int
) -> None:
    model.drafts.extend([error, "There it is."])
    app_id = await begin()
    failed = await client.put(f"/initialize_draft/{app_id}", json=GIVEN)
    problem = failed.json()
    assert (failed.status_code, problem["status"]) == (status, status)
    assert failed.headers["content-type"] == "application/problem+json"
    assert int(failed.headers["retry-after"]) > 0
    assert problem["next_step"] == "retry"
    state = (await client.get(f"/{app_id}/state")).json()
    assert (state["next_step"], state["problem"]) == ("retry", str(error))
    state = (await client.post(f"/retry/{app_id}")).json()
    assert (state["next_step"], state["drafts"]) == ("process_feedback", ["There it is."])


async def test_the_models_own_time_to_wait_is_passed_on(
    client: httpx.AsyncClient, model: ScriptedModel, begin: Begin
) -> None:
    model.drafts.append(ModelBusy("Wait.", retry_after=17.2))
    failed = await client.put(f"/initialize_draft/{await begin()}", json=GIVEN)
    assert failed.headers["retry-after"] == "18"


async def test_list_search_rename_and_delete(client: httpx.AsyncClient, drafted: Begin, begin: Begin) -> None:
    app_ids = [await drafted(), await begin(), await begin()]
    renamed = await client.put(f"/rename/{app_ids[1]}", json={"title": "Über Tee"})
    assert renamed.json()["title"] == "Über Tee"

    page = (await client.get("/conversations", params={"limit": 1})).json()
    rest = (await client.get("/conversations", params={"cursor": page["next_cursor"]})).json()
    listed = page["conversations"] + rest["conversations"]
    assert [row["app_id"] for row in listed] == app_ids[1::-1], "nothing was said in the third"
    assert listed[1]["stage"] == "draft"
    assert rest["next_cursor"] is None
    found = (await client.get("/conversations", params={"search": "über"})).json()
    assert [row["title"] for row in found["conversations"]] == ["Über Tee"]

    assert (await client.put("/archive", json={"app_ids": app_ids[:2]})).status_code == 204
    assert (await client.get("/conversations")).json()["conversations"] == []
    archived = (await client.get("/conversations", params={"archived": True})).json()["conversations"]
    assert [row["app_id"] for row in archived] == app_ids[1::-1]
    unknown = {"app_ids": [app_ids[0], "none"], "archived": False}
    assert (await client.put("/archive", json=unknown)).status_code == 404
    found = (await client.get("/conversations", params={"search": "über"})).json()["conversations"]
    assert [row["archived"] for row in found] == [True]

    assert (await client.delete(f"/delete/{app_ids[1]}")).status_code == 204
    assert (await client.delete(f"/delete/{app_ids[1]}")).status_code == 404
    assert (await client.get(f"/{app_ids[1]}/state")).status_code == 404


async def test_stop_ends_a_turn_which_can_be_retried(
    client: httpx.AsyncClient, model: ScriptedModel, begin: Begin
) -> None:
    silent = Hang()
    model.drafts.append(["Hi", silent])
    app_id = await begin()
    async with client.stream(
        "PUT", f"/initialize_draft/{app_id}", json=GIVEN, headers={"accept": "text/event-stream"}
    ) as stream:
        lines = stream.aiter_lines()
        await silent.reached.wait()
        state = (await client.post(f"/stop/{app_id}")).json()
        assert state["next_step"] == "retry"
        assert [line async for line in lines if line.startswith("event: ")][-1] == "event: state"
    assert (await client.post(f"/retry/{app_id}")).json()["next_step"] == "process_feedback"


async def test_health_asks_the_database(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health")).json() == {"status": "ok"}
