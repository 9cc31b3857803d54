"""Whom the reply goes to, and its subject, over HTTP."""

from __future__ import annotations

import email
from email.policy import default
from typing import Any

import httpx
import pytest

from tests.fakes.scripted_model import ScriptedModel
from tests.integration.api.conftest import Begin


async def test_the_header_is_set_told_and_handed_out(
    client: httpx.AsyncClient, model: ScriptedModel, drafted: Begin
) -> None:
    app_id = await drafted()
    asked = len(model.told)
    body = {"cc": ["Zoe Ito <zoe@example.net>", "ana"], "bcc": ["max@example.com"], "subject": "Essen: früh?"}

    state = (await client.put(f"/set_header/{app_id}", json=body)).json()

    assert state["reply"] == {
        "subject": "Essen: früh?",
        "to": [{"name": "Ana Silva", "address": "ana@example.com"}],
        "cc": [{"name": "Zoe Ito", "address": "zoe@example.net"}],
        "bcc": [{"name": "", "address": "max@example.com"}],
        "reply_all": False,
        "signature": "",
    }
    state = (await client.put(f"/process_feedback/{app_id}", json={"feedback": "remove Zoe"})).json()
    assert (state["reply"]["cc"], len(state["drafts"]), len(model.told)) == ([], 1, asked)
    reply = await client.get(f"/{app_id}/reply.eml")
    message = email.message_from_bytes(reply.content, policy=default)
    assert (message["subject"], message["bcc"], message["cc"]) == ("Essen: früh?", "max@example.com", None)
    assert reply.headers["content-disposition"] == (
        "attachment; filename=\"Essen fruh.eml\"; filename*=UTF-8''Essen%20fr%C3%BCh.eml"
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"to": ["zoe@"]}, 422),
        ({"to": "zoe@example.net"}, 422),
        ({"subject": "x" * 501}, 422),
        ({"from": ["zoe@example.net"]}, 422),
        ({}, 200),
    ],
)
async def test_a_header_that_cannot_be_used_is_refused(
    client: httpx.AsyncClient, drafted: Begin, body: dict[str, Any], status: int
) -> None:
    app_id = await drafted()
    before = (await client.get(f"/{app_id}/state")).json()
    answer = await client.put(f"/set_header/{app_id}", json=body)
    assert answer.status_code == status
    assert (await client.get(f"/{app_id}/state")).json()["reply"] == before["reply"]
