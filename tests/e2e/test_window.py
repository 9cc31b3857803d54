"""The page in a phone's window and in both themes."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Sit
from tests.e2e.model import asks, fails, writes
from tests.e2e.person import EMAIL, Person
from tests.e2e.serving import Server
from tests.fakes.openai_server import FakeOpenAI

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LONG = "x" * 300

TOO_WIDE = """() => [...document.querySelectorAll(".step *, #message-composer, #header")]
  .filter((node) => node.getClientRects().length && getComputedStyle(node).position !== "absolute")
  .filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
  .map((node) => node.outerHTML.slice(0, 120))"""

LOW_CONTRAST = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })
  const over = (colors) => {
    canvas.clearRect(0, 0, 1, 1)
    for (const color of colors) { canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1) }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)
  }
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (node) => {
    const layers = []
    for (let n = node; n; n = n.parentElement) layers.unshift(getComputedStyle(n).backgroundColor)
    const [a, b] = [over(layers), over([...layers, getComputedStyle(node).color])].map(luminance).sort()
    return (b + 0.05) / (a + 0.05)
  }
  const holdsText = (node) => [...node.childNodes].some((c) => c.nodeType === Node.TEXT_NODE && c.data.trim())
  return [...document.querySelectorAll("#root *")]
    .filter((node) => node.getClientRects().length && holdsText(node) && !node.closest(":disabled"))
    .filter((node) => contrast(node) < 4.5)
    .map((node) => [node.outerHTML.slice(0, 120), contrast(node)])
}"""
"""Visible text with less contrast than WCAG 2.2 asks for (1.4.3, level AA)."""


NAMELESS = """() => [...document.querySelectorAll("button, [role=button], textarea, select, input")]
  .filter((node) => node.getClientRects().length && node.type !== "file")
  .filter((node) => !(node.innerText.trim() || node.ariaLabel || node.labels?.length || node.title))
  .filter((node) => !node.placeholder && !node.querySelector("img[alt]"))
  .map((node) => node.outerHTML.slice(0, 120))"""
"""What can be operated and has no name for a screen reader (WCAG 2.2, 4.1.2)."""


async def _fits(sam: Person) -> None:
    assert await sam.page.evaluate(TOO_WIDE) == []
    assert await sam.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await expect(sam.page.locator("#chat-input")).to_be_in_viewport()


async def test_a_phone(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(
        asks(f"Will you come {LONG}?", "What do you need?"),
        writes(f"Hi Ana,\n\n{LONG}\n\nSam"),
        fails(401),
    )
    email = EMAIL.replace("ana@example.com", f"{LONG}@example.com").replace("Workshop", f"Workshop {LONG}")
    sam = await sit_at(online, **PHONE)
    await _fits(sam)
    await sam.says(f"Accept it {LONG}\n---\n{email}")
    await expect(sam.form).to_be_visible()
    await _fits(sam)
    await sam.taps("Skip the questions")
    await sam.sees_draft(1)
    await _fits(sam)
    await sam.taps("Edit by hand")
    await sam.draft(1).get_by_label("Edit by hand").fill(f"Hello Ana,\n\n{LONG}")
    await _fits(sam)
    await sam.taps("Use my text")
    await sam.sees_draft(2)
    await sam.taps("What changed")
    await expect(sam.draft(2).locator("ins").first).to_be_visible()
    await _fits(sam)
    await sam.draft(2).get_by_role("button", name="Shorter").click()
    await expect(sam.problem).to_be_visible()
    await _fits(sam)

    await sam.page.locator("#sidebar-trigger-button").click()
    await expect(sam.titles.first).to_contain_text("Workshop")
    await sam.titles.first.click()
    await expect(sam.problem).to_be_visible()
    await sam.page.keyboard.press("Escape")
    await sam.reloads()
    await expect(sam.problem).to_be_visible()


async def test_everything_to_operate_has_a_name(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(asks("Will you come?"))
    sam = await sit_at(online)
    await expect(sam.page.get_by_role("button", name="Send message")).to_be_visible()
    assert await sam.page.evaluate(NAMELESS) == []
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await expect(sam.form).to_be_visible()
    await expect(sam.page.get_by_role("button", name="Options for Workshop in May").first).to_be_attached()
    assert await sam.page.evaluate(NAMELESS) == []
    await sam.taps("Skip the question")
    await sam.sees_draft(1)
    assert await sam.page.evaluate(NAMELESS) == []


async def test_what_waits_for_the_connection_has_a_name(sit_at: Sit, offline: Server) -> None:
    sam = await sit_at(offline)
    await sam.page.route_web_socket("**", lambda socket: None)
    await sam.page.reload()
    await expect(sam.page.locator("#upload-button-loading")).to_be_visible()
    await expect(sam.page.locator("#upload-button-loading")).to_have_accessible_name("Attach files")
    assert await sam.page.evaluate(NAMELESS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_contrast(sit_at: Sit, online: Server, model: FakeOpenAI, scheme: str) -> None:
    model.will(
        asks("Will you come?", "What do you need?"),
        writes("Hi Ana,\n\nI come.\n\nSam"),
        writes("Hi Ana,\n\nI come by train.\n\nSam"),
        fails(401),
    )
    sam = await sit_at(online, color_scheme=scheme)
    await expect(sam.page.locator("html")).to_have_class(scheme)
    await expect(sam.page.locator("#welcome-screen")).to_have_css("opacity", "1")
    assert await sam.page.evaluate(LOW_CONTRAST) == []
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await expect(sam.form).to_be_visible()
    await sam.idle()
    assert await sam.page.evaluate(LOW_CONTRAST) == []
    await sam.taps("Skip the questions")
    await sam.sees_draft(1)
    await sam.taps("Longer")
    await sam.sees_draft(2)
    await sam.taps("What changed")
    await expect(sam.draft(2).locator("ins")).to_be_visible()
    assert await sam.page.evaluate(LOW_CONTRAST) == []
    await sam.draft(2).get_by_role("button", name="Shorter").click()
    await expect(sam.problem).to_be_visible()
    await sam.idle()
    assert await sam.page.evaluate(LOW_CONTRAST) == []
