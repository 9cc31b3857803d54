"""What the API is made of is built with it."""

from __future__ import annotations

import httpx
import pytest

from email_assistant.api.app import create_api


async def test_no_route_is_built_in_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[object] = []
    transport = httpx.ASGITransport(create_api())
    monkeypatch.setattr("fastapi.routing.get_dependant", lambda **given: built.append(given))

    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.get("/v1/no/such/call")

    assert (answer.status_code, built) == (404, [])
