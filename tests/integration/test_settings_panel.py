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
    assert "Sam" in model.requests()[-1]["body"]["messages"][-1]["content"]


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
    ],
)
async def test_what_cannot_be_kept_is_refused_with_a_sentence_and_changes_nothing(
    tab: Tab, server: ServerProcess, settings: Any
) -> None:
    await tab.change_settings(SETTINGS)

    assert await tab.change_settings(settings) in (texts.BAD_PREFERENCES, texts.BAD_TAP)

    async with Tab(server.url) as other:
        assert {field["id"]: field["initial"] for field in other.page.settings} == SETTINGS
