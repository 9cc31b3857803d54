"""The HTTP door of a server process, for tests that speak through both doors."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from email_assistant.store.claims import LEASE

Json = dict[str, Any]


class HttpClient:
    """Calls under `/api/v1`. Use as `async with HttpClient(url) as http`."""

    def __init__(self, url: str) -> None:
        # Reading the certificates of the world takes longer than most tests.
        self._calls = httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=30, verify=False)  # noqa: S501

    async def __aenter__(self) -> HttpClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._calls.aclose()

    async def create(self) -> str:
        """Begin a conversation; its id."""
        return str((await self._calls.post("/create")).json()["app_id"])

    async def email(self, app_id: str, email: str, instructions: str = "", **headers: str) -> httpx.Response:
        """Give the email."""
        body = {"email_to_respond": email, "response_instructions": instructions}
        return await self._calls.put(f"/initialize_draft/{app_id}", json=body, headers=headers)

    async def answer(self, app_id: str, *answers: str, **headers: str) -> httpx.Response:
        """Answer the questions."""
        body = {"answers": answers}
        return await self._calls.put(f"/clarify_instructions/{app_id}", json=body, headers=headers)

    async def feedback(self, app_id: str, feedback: str, **headers: str) -> httpx.Response:
        """Say what to change; "" accepts."""
        body = {"feedback": feedback}
        return await self._calls.put(f"/process_feedback/{app_id}", json=body, headers=headers)

    async def retry(self, app_id: str) -> httpx.Response:
        """Run the step again that did not finish."""
        return await self._calls.post(f"/retry/{app_id}")

    async def stop(self, app_id: str) -> httpx.Response:
        """Stop what runs."""
        return await self._calls.post(f"/stop/{app_id}")

    async def retry_after_a_crash(self, app_id: str) -> Json:
        """Return the same while the claim of a dead process may last: a few seconds and no longer."""
        async with asyncio.timeout(LEASE.total_seconds() + 3):
            while (answer := await self.retry(app_id)).status_code == 409:
                assert answer.json()["code"] == "ConversationBusy"
                await asyncio.sleep(0.2)
        return dict(answer.json())

    async def get(self, path: str) -> httpx.Response:
        """Return what is at a path."""
        return await self._calls.get(path)

    async def conversations(self) -> list[str]:
        """Return the ids of all of them."""
        found: list[str] = []
        page: Json = {"next_cursor": ""}
        while page["next_cursor"] is not None:
            query = {"limit": 100} | ({"cursor": page["next_cursor"]} if found else {})
            page = (await self._calls.get("/conversations", params=query)).raise_for_status().json()
            found += [row["app_id"] for row in page["conversations"]]
        return found

    async def state(self, app_id: str) -> Json:
        """Return the conversation as it stands."""
        return dict((await self.get(f"/{app_id}/state")).raise_for_status().json())
