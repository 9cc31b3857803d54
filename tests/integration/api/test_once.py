"""Calls that are sent twice, and calls about a state that is not the newest."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from email_assistant.errors import ModelServerError
from tests.fakes.scripted_model import Hang, ScriptedModel
from tests.integration.api.conftest import GIVEN, Begin

KEY = {"idempotency-key": "first-try"}
FEEDBACK = {"feedback": "Shorter."}


async def test_a_repeated_call_answers_the_same_and_drafts_once(
    client: httpx.AsyncClient, model: ScriptedModel, drafted: Begin
) -> None:
    app_id = await drafted()
    first = await client.put(f"/process_feedback/{app_id}", json=FEEDBACK, headers=KEY)
    await client.post(f"/accept/{app_id}")
    again = await client.put(f"/process_feedback/{app_id}", json=FEEDBACK, headers=KEY)
    assert (again.status_code, again.text) == (200, first.text)
    assert again.headers["etag"] == first.headers["etag"]
    assert len(model.told) == 2


async def test_a_repeated_create_makes_one_conversation(client: httpx.AsyncClient) -> None:
    first, again = [await client.post("/create", headers=KEY) for _ in range(2)]
    assert (again.status_code, again.text) == (201, first.text)
    assert again.headers["location"] == first.headers["location"]
    assert again.json()["app_id"] == first.json()["app_id"]
    # One in which nothing was said yet is not listed.
    assert (await client.get("/conversations")).json()["conversations"] == []


async def test_a_key_is_its_owners_own(client: httpx.AsyncClient) -> None:
    ours = await client.post("/create", headers=KEY)
    theirs = await client.post("/create", headers={**KEY, "x-owner": "robin"})
    assert ours.json()["app_id"] != theirs.json()["app_id"]


async def test_a_repeat_may_be_streamed(client: httpx.AsyncClient, drafted: Begin) -> None:
    app_id = await drafted()
    first = await client.put(f"/process_feedback/{app_id}", json=FEEDBACK, headers=KEY)
    headers = {**KEY, "accept": "text/event-stream"}
    again = await client.put(f"/process_feedback/{app_id}", json=FEEDBACK, headers=headers)
    assert again.text == f"event: state\ndata: {first.text}\n\n"


async def test_a_failed_call_is_not_said_twice(
    client: httpx.AsyncClient, model: ScriptedModel, drafted: Begin
) -> None:
    app_id = await drafted()
    model.drafts.append(ModelServerError("It failed."))
    first = await client.put(f"/process_feedback/{app_id}", json=FEEDBACK, headers=KEY)
    again = await client.put(f"/process_feedback/{app_id}", json=FEEDBACK, headers=KEY)
    assert (first.status_code, again.status_code) == (502, 502)
    assert again.text == first.text
    state = (await client.post(f"/retry/{app_id}")).json()
    assert state["feedback_history"] == ["Shorter."]


async def test_a_refused_call_can_be_sent_again_with_its_key(client: httpx.AsyncClient, begin: Begin) -> None:
    app_id = await begin()
    assert (await client.put(f"/process_feedback/{app_id}", json=FEEDBACK, headers=KEY)).status_code == 409
    await client.put(f"/initialize_draft/{app_id}", json=GIVEN)
    assert (await client.put(f"/process_feedback/{app_id}", json=FEEDBACK, headers=KEY)).status_code == 200


@pytest.mark.parametrize(
    ("path", "body"), [("process_feedback", {"feedback": "Longer."}), ("replace_draft", {"body": "Mine."})]
)
async def test_a_key_stands_for_one_request(
    client: httpx.AsyncClient, drafted: Begin, path: str, body: object
) -> None:
    app_id = await drafted()
    await client.put(f"/process_feedback/{app_id}", json=FEEDBACK, headers=KEY)
    refused = await client.put(f"/{path}/{app_id}", json=body, headers=KEY)
    assert (refused.status_code, refused.json()["code"]) == (422, "IdempotencyKeyReused")


async def test_a_repeat_while_the_first_still_runs(
    client: httpx.AsyncClient, model: ScriptedModel, drafted: Begin
) -> None:
    silent = Hang()
    app_id = await drafted()
    model.drafts.append([silent, "Short."])
    first = asyncio.create_task(client.put(f"/process_feedback/{app_id}", json=FEEDBACK, headers=KEY))
    await silent.reached.wait()
    again = await client.put(f"/process_feedback/{app_id}", json=FEEDBACK, headers=KEY)
    assert (again.status_code, again.json()["code"]) == (409, "ConversationBusy")
    silent.go_on.set()
    assert (await first).status_code == 200


async def test_a_client_that_went_away_gets_the_answer_by_asking_again(
    client: httpx.AsyncClient, model: ScriptedModel, drafted: Begin
) -> None:
    silent = Hang()
    app_id = await drafted()
    model.drafts.append([silent, "Short."])
    first = asyncio.create_task(client.put(f"/process_feedback/{app_id}", json=FEEDBACK, headers=KEY))
    await silent.reached.wait()
    first.cancel()
    await asyncio.wait([first])
    silent.go_on.set()
    while (again := await client.put(f"/process_feedback/{app_id}", json=FEEDBACK, headers=KEY)).is_error:
        assert again.status_code == 409
    assert len(again.json()["drafts"]) == 2
    assert again.json()["feedback_history"] == ["Shorter."]


async def test_what_was_answered_goes_with_the_conversation(
    client: httpx.AsyncClient, drafted: Begin
) -> None:
    app_id = await drafted()
    await client.put(f"/process_feedback/{app_id}", json=FEEDBACK, headers=KEY)
    await client.delete(f"/delete/{app_id}")
    assert (await client.put(f"/process_feedback/{app_id}", json=FEEDBACK, headers=KEY)).status_code == 404


async def test_of_two_feedbacks_at_once_one_wins(
    client: httpx.AsyncClient, model: ScriptedModel, drafted: Begin
) -> None:
    silent = Hang()
    app_id = await drafted()
    model.drafts.append([silent, "Otherwise."])
    calls = [
        asyncio.create_task(client.put(f"/process_feedback/{app_id}", json={"feedback": text}))
        for text in ("Warmer.", "Colder.")
    ]
    (refused,), (waiting,) = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
    silent.go_on.set()
    won, lost = await waiting, await refused
    assert (won.status_code, lost.status_code) == (200, 409)
    assert lost.json()["code"] == "ConversationBusy"
    assert len(won.json()["drafts"]) == 2


@pytest.mark.parametrize("stale", ['"2"', 'W/"4"', '"nonsense"', "4", '"1", "2"', ""])
async def test_a_stale_write_is_refused(client: httpx.AsyncClient, drafted: Begin, stale: str) -> None:
    app_id = await drafted()
    newest = await client.put(f"/process_feedback/{app_id}", json=FEEDBACK)
    assert newest.headers["etag"] == '"4"'
    headers = {"if-match": stale}
    for refused in (
        await client.put(f"/process_feedback/{app_id}", json=FEEDBACK, headers=headers),
        await client.put(f"/rename/{app_id}", json={"title": "Mine"}, headers=headers),
        await client.delete(f"/delete/{app_id}", headers=headers),
    ):
        assert (refused.status_code, refused.json()["code"]) == (412, "StaleDraft")
    assert (await client.get(f"/{app_id}/state")).text == newest.text


@pytest.mark.parametrize("fresh", ['"2"', "*", '"1", "2"'])
async def test_a_write_on_the_newest_state_is_done(
    client: httpx.AsyncClient, drafted: Begin, fresh: str
) -> None:
    app_id, headers = await drafted(), {"if-match": fresh}
    assert (await client.put(f"/rename/{app_id}", json={"title": "Mine"}, headers=headers)).is_success
    assert (await client.put(f"/process_feedback/{app_id}", json=FEEDBACK, headers=headers)).is_success
