"""The same conversations in the browser and over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Sit
from tests.e2e.person import EMAIL
from tests.e2e.serving import Server

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
async def api(offline: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{offline.url}/api/v1", timeout=20) as client:
        yield client


async def test_begun_over_http_it_goes_on_in_the_browser(
    sit_at: Sit, offline: Server, api: httpx.AsyncClient
) -> None:
    app_id = (await api.post("/create")).json()["app_id"]
    email = EMAIL.replace("Workshop in May", "Begun over HTTP")
    given = {"email_to_respond": email, "response_instructions": "Say that I will come on 12 May."}
    state = (await api.put(f"/initialize_draft/{app_id}", json=given)).json()
    while state["next_step"] == "clarify_instructions":
        skipped = {"answers": [""] * len(state["questions"])}
        state = (await api.put(f"/clarify_instructions/{app_id}", json=skipped)).json()

    sam = await sit_at(offline)
    await sam.opens("Begun over HTTP")
    await sam.sees_draft(1)
    await expect(sam.step("Say that I will come on 12 May.", "user_message")).to_be_visible()
    await sam.taps("Shorter")
    await sam.sees_draft(2)

    state = (await api.get(f"/{app_id}/state")).json()
    assert state["feedback_history"] == ["Make it shorter."]
    assert len(state["drafts"]) == 2
    await api.post(f"/accept/{app_id}")
    await sam.reloads()
    await expect(sam.final).to_be_visible()


async def test_begun_in_the_browser_it_goes_on_over_http(
    sit_at: Sit, offline: Server, api: httpx.AsyncClient
) -> None:
    sam = await sit_at(offline)
    await sam.says(EMAIL.replace("Workshop in May", "Begun in the browser"))
    await expect(sam.form).to_be_visible()

    listed = (await api.get("/conversations", params={"search": "begun in the browser"})).json()
    (row,) = listed["conversations"]
    app_id = row["app_id"]
    state = (await api.get(f"/{app_id}/state")).json()
    assert state["questions"] == ["How would you like to reply?"]
    answered = {"answers": ["Say that I will come on 12 May."]}
    state = (await api.put(f"/clarify_instructions/{app_id}", json=answered)).json()
    while state["next_step"] == "clarify_instructions":
        skipped = {"answers": [""] * len(state["questions"])}
        state = (await api.put(f"/clarify_instructions/{app_id}", json=skipped)).json()
    await sam.reloads()
    await sam.sees_draft(1)
    await api.put(f"/replace_draft/{app_id}", json={"body": "I will be there."})
    await api.post(f"/accept/{app_id}")

    await sam.reloads()
    await expect(sam.final).to_contain_text("I will be there.")
    state = (await api.post(f"/reopen/{app_id}")).json()
    assert state.get("next_step") == "process_feedback", state
    await sam.reloads()
    await sam.sees_draft(2, "I will be there.")
    await expect(sam.step("Reopen", "user_message")).to_be_visible()


async def test_the_page_of_the_api_loads_nothing_from_elsewhere(sit_at: Sit, offline: Server) -> None:
    sam = await sit_at(offline)
    await sam.page.goto(f"{offline.url}/api/docs")
    call = sam.page.locator("#operations-conversations-create")
    await call.locator(".opblock-summary-control").click()
    await call.get_by_role("button", name="Execute").click()
    await expect(call.locator(".live-responses-table .response-col_status").last).to_contain_text("201")
