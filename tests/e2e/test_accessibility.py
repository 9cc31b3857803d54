"""The page for everybody: axe-core finds nothing of ours in any state, also in a small window."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Sit
from tests.e2e.model import asks, fails, writes
from tests.e2e.person import EMAIL, Person
from tests.e2e.serving import Server
from tests.fakes.openai_server import FakeOpenAI

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHAINLITS = {
    "list": ["sidebar"],  # its list has a div between its rows
    "nested-interactive": ["menu-button"],  # the menu of a row lies in the row's button
    "aria-allowed-role": ["upload-button"],
    "presentation-role-conflict": ["upload-button"],
    "region": [""],  # its page has no landmarks
    "page-has-heading-one": ["html"],  # but on the start page
}
"""What is not ours to mend: Chainlit's violations by rule, each with what its element has in its HTML."""

AXE = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] })
  const where = ({ html, target }) => `${target} ${html}`.slice(0, 300)
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => [id, where(node)]))
}"""
SMALL = """() => [...document.querySelectorAll(
    ".ea-card button, .ea-card input:not([type=checkbox]), .ea-line, .ea-opened select, .ea-opened button, "
    + ".ea-status button, #message-composer button, #settings-button, .ea-settings button, .ea-settings a, "
    + ".ea-settings input:not([type=checkbox]), .ea-settings select, .ea-settings textarea")]
  .filter((node) => node.getClientRects().length)
  .filter((node) => Math.min(node.getBoundingClientRect().width, node.getBoundingClientRect().height) < 44)
  .map((node) => node.outerHTML.slice(0, 120))"""

FIRST = "Hi Ana,\n\nI come.\n\nSam"
SECOND = "Hi Ana,\n\nI come by train [on which day?].\n\nSam"


async def check(sam: Person) -> None:
    """Check that Check that Axe finds nothing of ours; what it finds of Chainlit is known."""
    await sam.page.wait_for_function(
        "document.getAnimations().every((a) => a.effect.getTiming().iterations === Infinity)"
    )
    found: list[tuple[str, str]] = await sam.page.evaluate(AXE)
    ours = [(rule, where) for rule, where in found if not _chainlits(rule, where)]
    assert not ours, json.dumps(ours, indent=1)


def _chainlits(rule: str, where: str) -> bool:
    return "ea-" not in where and any(part in where for part in CHAINLITS.get(rule, ()))


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_of_ours(sit_at: Sit, online: Server, model: FakeOpenAI, scheme: str) -> None:
    model.will(asks("Will you come?", "What do you need?"), writes(FIRST), writes(SECOND), fails(401))
    sam = await sit_at(online, color_scheme=scheme)
    await sam.page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    await expect(sam.page.locator("#welcome-screen")).to_have_css("opacity", "1")
    await check(sam)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await expect(sam.form).to_be_visible()
    await sam.idle()
    await check(sam)
    await sam.taps("Skip the questions")
    await sam.sees_draft(1)
    await check(sam)
    model.replies.insert(0, writes("She wants a talk."))
    await sam.says("what does she want?")
    await expect(sam.page.get_by_role("region", name="Answer")).to_have_text("She wants a talk.")
    await check(sam)
    await sam.taps("Edit by hand")
    await check(sam)
    await sam.taps("Cancel")
    await sam.taps("Longer")
    await sam.sees_draft(2)
    await sam.line(1).get_by_role("button").click()
    await expect(sam.line(1)).to_contain_text("I come.")
    await sam.taps("What changed")
    await check(sam)
    await sam.taps("Shorter")
    await expect(sam.problem).to_be_visible()
    await sam.idle()
    await check(sam)
    await sam.taps("Keep draft 2")
    await expect(sam.problem).to_have_count(0)
    await sam.says("accept")
    await sam.says("accept")
    await expect(sam.final).to_be_visible()
    await sam.idle()
    await check(sam)
    await sam.page.locator("#settings-button").click()
    settings = sam.page.get_by_role("dialog", name="Settings")
    await settings.get_by_label("Email addresses").fill("sam")
    await settings.get_by_role("button", name="Add an email").click()
    await expect(settings.get_by_role("alert").filter(has_text="not an email address")).to_be_visible()
    await expect(settings.get_by_label("For this conversation")).to_be_visible()
    await check(sam)
    await settings.get_by_role("button", name="Delete all conversations").click()
    await expect(sam.page.get_by_role("alertdialog")).to_be_visible()
    await check(sam)
    await sam.page.keyboard.press("Escape")
    await settings.get_by_label("Email addresses").fill("")
    await sam.page.keyboard.press("Escape")
    await expect(sam.page.get_by_role("dialog")).to_have_count(0)
    await sam.page.locator("#settings-button").press("?")
    await expect(sam.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    await check(sam)


WINDOWS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "landscape": {"viewport": {"width": 844, "height": 390}, "has_touch": True, "is_mobile": True},
    "zoom": {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2},
}


@pytest.mark.parametrize("window", WINDOWS)
async def test_small_windows_and_fingers(sit_at: Sit, online: Server, model: FakeOpenAI, window: str) -> None:
    options = WINDOWS[window]
    model.will(asks("Will you come?", "What do you need?"), writes(FIRST), writes(SECOND))
    sam = await sit_at(online, **options)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await expect(sam.form).to_be_visible()
    await sam.taps("Skip the questions")
    await sam.sees_draft(1)
    await sam.taps("Longer")
    await sam.sees_draft(2)
    assert await sam.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await expect(sam.draft(2).locator(".ea-head")).to_be_in_viewport()
    await expect(sam.page.locator("#chat-input")).to_be_in_viewport()
    room = "document.querySelector('#message-composer').getBoundingClientRect().top - 60"
    assert await sam.page.evaluate(room) > options["viewport"]["height"] / 2
    if options.get("has_touch"):
        await sam.line(1).get_by_role("button").click()
        await expect(sam.line(1)).to_contain_text("I come.")
        assert await sam.page.evaluate(SMALL) == []
        assert await sam.page.evaluate("document.activeElement.id") != "chat-input", "no keyboard in the way"
        await sam.page.locator("#settings-button").click()
        settings = sam.page.get_by_role("dialog", name="Settings")
        await settings.get_by_role("button", name="Add an email").click()
        await expect(settings.get_by_label("For this conversation")).to_be_attached()
        assert await sam.page.evaluate(SMALL) == []
        assert await sam.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
