"""One id leads from a request through its turn to the model call; a turn of the chat has one of its own."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx

from tests.integration.chainlit_client import Tab
from tests.integration.processes import ModelProcess, ServerProcess, running_server

EMAIL = {"email_to_respond": "Lunch on Tuesday?\n\nDana", "response_instructions": "Say yes."}
TYPED = "Instructions: say yes\n\nFrom: Dana <dana@example.com>\nSubject: Lunch\n\nLunch on Tuesday?"


def events(server: ServerProcess, name: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in server.output().splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == name]


def test_one_id_leads_from_the_request_to_the_model_call(shared_model: ModelProcess, tmp_path: Path) -> None:
    shared_model.reset()
    with running_server(tmp_path / "data", model_url=shared_model.url) as server:
        with httpx.Client(base_url=f"{server.url}/api/v1", timeout=60) as calls:
            app_id = calls.post("/create").json()["app_id"]
            answer = calls.put(
                f"/initialize_draft/{app_id}", json=EMAIL, headers={"X-Request-ID": "balancer-7"}
            )
            refused = calls.put(f"/clarify_instructions/{app_id}", json={"answers": ["no"]})

        assert answer.headers["x-request-id"] == "balancer-7"
        assert refused.headers["x-request-id"] not in ("", "balancer-7")
        turn, not_taken = events(server, "turn")
        assert (turn["request_id"], turn["conversation"], turn["outcome"]) == ("balancer-7", app_id, "draft")
        assert {each["request_id"] for each in events(server, "model call")} == {"balancer-7"}
        assert (not_taken["request_id"], not_taken["outcome"]) == (
            refused.headers["x-request-id"],
            "refused",
        )


def test_each_turn_of_a_tab_has_an_id_of_its_own(shared_model: ModelProcess, tmp_path: Path) -> None:
    async def talk(url: str) -> None:
        async with Tab(url) as tab:
            await tab.say(TYPED)
            await tab.say("shorter, please")

    shared_model.reset()
    with running_server(tmp_path / "data", model_url=shared_model.url) as server:
        asyncio.run(talk(server.url))
        ids = [turn["request_id"] for turn in events(server, "turn")]

    assert len(ids) == len(set(ids)) == 2
