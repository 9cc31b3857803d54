"""What a person sets for all replies signs the drafts, and every open tab is told."""

from __future__ import annotations

from tests.integration.chainlit_client import WITH_INSTRUCTIONS, Tab
from tests.integration.processes import ModelProcess, ServerProcess

PROFILE = {
    "name": "Sam",
    "facts": "In the office from Monday to Thursday.",
    "tone": "friendly and brief",
    "length": "three sentences",
    "wishes": "Never a phone call.",
    "examples": ["Hi Kim,\n\nyes.\n\nSam", "Hi Lou,\n\nno.\n\nSam"],
}


async def test_what_is_set_is_kept_and_reaches_the_model(tab: Tab, model: ModelProcess) -> None:
    (await tab.http.patch("/api/v1/profile", json=PROFILE)).raise_for_status()
    await tab.say(WITH_INSTRUCTIONS)
    asked = model.requests()[-1]["body"]["messages"][-1]["content"]
    for given in (
        "Sam",
        "Monday to Thursday",
        "friendly and brief",
        "three sentences",
        "phone call",
        "Hi Lou,",
    ):
        assert given in asked


async def test_every_tab_is_told_and_shows_it_in_the_newest_draft(tab: Tab, server: ServerProcess) -> None:
    await tab.say(WITH_INSTRUCTIONS)
    async with Tab(server.url, thread_id=tab.conversation) as other:
        (await tab.http.patch("/api/v1/profile", json={"signature": "Example Office"})).raise_for_status()
        for each in (tab, other):
            await each.page.until(lambda page: page.settings_changes == 1)
            await each.act("settings_changed", {})
            await each.page.until(lambda page: page.live("DraftCard").get("signature") == "Example Office")

        (await tab.http.patch("/api/v1/profile", json={"signature": "Example Office"})).raise_for_status()
        (await tab.http.patch("/api/v1/profile", json={"tone": "brief"})).raise_for_status()
        await other.page.until(lambda page: page.settings_changes == 2)
