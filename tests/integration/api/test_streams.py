"""Events while a turn runs, read by a client that knows server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median

import httpx
from httpx_sse import EventSource, ServerSentEvent, aconnect_sse

from email_assistant.api.door import HttpDoor
from email_assistant.errors import ModelTimeout
from email_assistant.writing.model import Restart
from tests.fakes.scripted_model import Hang, ScriptedModel
from tests.integration.api.conftest import GIVEN, Begin


@asynccontextmanager
async def initializing(client: httpx.AsyncClient, app_id: str) -> AsyncIterator[EventSource]:
    async with aconnect_sse(client, "PUT", f"/initialize_draft/{app_id}", json=GIVEN) as source:
        yield source


async def events(source: EventSource) -> list[ServerSentEvent]:
    return [event async for event in source.aiter_sse()]


async def test_steps_then_words_then_the_state(
    client: httpx.AsyncClient, model: ScriptedModel, begin: Begin
) -> None:
    model.drafts.append("Thursday it\nis: € 1.")
    app_id = await begin()
    async with initializing(client, app_id) as source:
        assert source.response.headers["cache-control"] == "no-store"
        got = await events(source)
    steps = [event.json()["step"] for event in got if event.event == "progress"]
    assert steps == ["process_input", "determine_clarifications", "formulate_draft"]
    words = "".join(event.json()["text"] for event in got if event.event == "delta")
    assert words.strip() == "Thursday it\nis: € 1."
    assert [event.event for event in got].count("state") == 1
    assert got[-1].json() == (await client.get(f"/{app_id}/state")).json()


async def test_words_that_are_taken_back_are_told_of(
    client: httpx.AsyncClient, model: ScriptedModel, begin: Begin
) -> None:
    model.drafts.append(["She asks for a day.", Restart(), "Thursday."])
    async with initializing(client, await begin()) as source:
        got = await events(source)
    assert [event.event for event in got[-4:]] == ["delta", "restart", "delta", "state"]
    assert got[-1].json()["drafts"] == ["Thursday."]


async def test_an_error_on_the_way_is_the_last_event(
    client: httpx.AsyncClient, model: ScriptedModel, begin: Begin
) -> None:
    model.drafts.append(["Hi ", ModelTimeout("No sign came. Try again.")])
    async with initializing(client, await begin()) as source:
        got = await events(source)
    assert [event.event for event in got[-2:]] == ["delta", "error"]
    problem = got[-1].json()
    assert (problem["status"], problem["next_step"]) == (504, "retry")


async def test_what_is_refused_at_once_is_no_stream(client: httpx.AsyncClient, drafted: Begin) -> None:
    async with aconnect_sse(
        client, "PUT", f"/clarify_instructions/{await drafted()}", json={"answers": []}
    ) as s:
        assert s.response.status_code == 409
        assert s.response.headers["content-type"] == "application/problem+json"
        assert json.loads(await s.response.aread())["next_step"] == "process_feedback"


async def test_a_client_that_goes_away_does_not_break_the_conversation(
    client: httpx.AsyncClient, door: HttpDoor, model: ScriptedModel, begin: Begin
) -> None:
    silent = Hang()
    model.drafts.append(["Thursday ", silent, "it is."])
    app_id = await begin()
    async with initializing(client, app_id) as source:
        async for event in source.aiter_sse():
            if event.event == "delta":
                break
    state = (await client.get(f"/{app_id}/state")).json()
    assert state["running"] == "formulate_draft"
    silent.go_on.set()
    await door.assistant._turns.wait_here(app_id)
    state = (await client.get(f"/{app_id}/state")).json()
    assert (state["next_step"], state["drafts"]) == ("process_feedback", ["Thursday it is."])


async def test_a_server_that_ends_stops_what_nobody_waits_for(
    client: httpx.AsyncClient, door: HttpDoor, model: ScriptedModel, begin: Begin
) -> None:
    silent = Hang()
    model.drafts.append(silent)
    app_id = await begin()
    async with initializing(client, app_id):
        await silent.reached.wait()
    await door.close()
    assert model.open_streams == 0
    assert (await client.get(f"/{app_id}/state")).json()["next_step"] == "retry"


async def test_the_first_words_come_within_25_ms_of_the_models(
    client: httpx.AsyncClient, model: ScriptedModel, begin: Begin
) -> None:
    loop = asyncio.get_running_loop()
    delays = []
    for _ in range(7):
        silent = Hang()
        model.drafts.append([silent, "Thursday it is."])
        async with initializing(client, await begin()) as source:
            happened = source.aiter_sse()
            while (await anext(happened)).data != '{"step": "formulate_draft"}':
                pass
            await silent.reached.wait()
            begun = loop.time()
            silent.go_on.set()
            assert (await anext(happened)).event == "delta"
            delays.append(loop.time() - begun)
            assert [event.event async for event in happened][-1] == "state"
    assert median(delays) < 0.025
