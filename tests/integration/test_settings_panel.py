"""The settings panel: what a person sets for all replies is kept, and shown again in every tab."""

from __future__ import annotations

from typing import Any

import pytest

from email_assistant.chat import texts
from tests.integration.chainlit_client import WITH_INSTRUCTIONS, Tab
from tests.integration.processes import ModelProcess, ServerProcess

SETTINGS = {
    "name": "Sam",
    "addresses": "sam@example.com, sam@example.org",
    "signature": "Sam\nexample.com",
    "facts": "In the office from Monday to Thursday.",
    "tone": "friendly and brief",
    "length": "three sentences",
    "examples": "Hi Kim,\n\nyes.\n\nSam\n---\nHi Lou,\n\nno.\n\nSam",
    "reply_all": True,
    "quote": False,
}


async def test_what_is_set_is_kept_and_signs_the_drafts(
    tab: Tab, server: ServerProcess, model: ModelProcess
) -> None:
    assert await tab.change_settings(SETTINGS) == texts.KEPT_PREFERENCES

    async with Tab(server.url) as other:
        assert {field["id"]: field["initial"] for field in other.page.settings} == SETTINGS
    await tab.say(WITH_INSTRUCTIONS)
    asked = model.requests()[-1]["body"]["messages"][-1]["content"]
    for given in ("Sam", "Monday to Thursday", "friendly and brief", "three sentences", "Hi Lou,"):
        assert given in asked


async def test_what_was_changed_elsewhere_meanwhile_stays(tab: Tab, server: ServerProcess) -> None:
    async with Tab(server.url) as other:
        await tab.change_settings(SETTINGS)
        stale = {field["id"]: field["initial"] for field in other.page.settings}

        assert await other.change_settings(stale | {"tone": "formal"}) == texts.KEPT_PREFERENCES

        shown = {field["id"]: field["initial"] for field in other.page.settings}
        assert shown == SETTINGS | {"tone": "formal"}


@pytest.mark.parametrize(
    "settings",
    [
        None,
        [],
        "x",
        {"addresses": "no address"},
        {"name": "x" * 1000},
        {"name": {"a": 1}},
        {"addresses": ["sam@example.com"]},
        {"reply_all": "perhaps"},
        {"examples": "x\n---\n" * 6},
        {"examples": ["x"]},
        {"anything": "x"},
    ],
)
async def test_what_cannot_be_kept_is_refused_with_a_sentence_and_changes_nothing(
    tab: Tab, server: ServerProcess, settings: Any
) -> None:
    await tab.change_settings(SETTINGS)

    refused = await tab.change_settings(settings)
    assert refused == texts.BAD_TAP or refused.startswith(texts.BAD_PREFERENCES.format(reason=""))

    async with Tab(server.url) as other:
        assert {field["id"]: field["initial"] for field in other.page.settings} == SETTINGS
