"""A person at the page: what they type, tap and read."""

from __future__ import annotations

import logging
import re
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, Response, expect
from playwright.async_api import TimeoutError as PlaywrightTimeout

log = logging.getLogger(__name__)

HOW_TO_REPLY = "How would you like to reply?"
EMAIL = """\
From: Ana Ruiz <ana@example.com>
To: Sam Cole <sam@example.org>
Subject: Workshop in May

Hi Sam,

could you give the opening talk at our workshop on 12 May? We can pay your travel.

Best,
Ana
"""

SEEN = """() => {
  const text = (node) => node.innerText.replace(/[ \\t]+/g, " ").trim()
  const shown = (node) => node.getClientRects().length > 0
  return [...document.querySelectorAll(".step")].filter(shown).map((step) => ({
    kind: step.dataset.stepType,
    text: text(step),
    controls: [...step.querySelectorAll(".ea-card button, .ea-card textarea, .ea-card select")]
      .filter(shown)
      .map((c) => [c.tagName, c.getAttribute("aria-label") || text(c), c.value, c.disabled]),
  }))
}"""
"""What the page shows of the conversation: its messages and cards, and the controls that can be used."""

SETTLED = """() => new Promise((settled) => {
  let timer
  const wait = () => {
    clearTimeout(timer)
    timer = setTimeout(() => settled(changes.disconnect()), 250)
  }
  const changes = new MutationObserver(wait)
  changes.observe(document.body, { childList: true, characterData: true, subtree: true })
  wait()
})"""
"""Resolves when the page has not changed for a quarter of a second: a turn may change several cards."""

SELECT = """(body, words) => {
  const texts = document.createTreeWalker(body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode() && !texts.currentNode.data.includes(words)) {}
  const { currentNode: text } = texts
  const at = text.data.indexOf(words)
  getSelection().setBaseAndExtent(text, at, text, at + words.length)
}"""

_LIVE = re.compile(r"\bea-live\b")


class Person:
    """Drives one browser tab."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.requested: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requested.append(request.url))
        page.on("websocket", lambda socket: self.requested.append(socket.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._read_console)
        page.on("response", self._report_refusal)

    @classmethod
    async def at(cls, context: BrowserContext, url: str, path: str = "/") -> Person:
        """Open the page in a new tab and wait until it is connected."""
        person = cls(await context.new_page(), url)
        async with person.page.expect_websocket():
            await person.page.goto(url + path)
        await person.ready()
        return person

    async def ready(self) -> None:
        """Wait until the page takes input."""
        await expect(self.page.locator("#chat-input")).to_be_visible()
        await self.idle()

    async def idle(self) -> None:
        """Wait until no turn runs."""
        await expect(self.page.locator("#chat-submit")).to_be_visible()

    def _read_console(self, line: ConsoleMessage) -> None:
        if "Security Policy" in line.text:
            self.errors.append(line.text)

    def _report_refusal(self, response: Response) -> None:
        if response.status >= 400:
            log.warning("%s answered %s", response.url, response.status)  # pytest shows it with a failure

    def check_page(self) -> None:
        """Check that everything came from our own server, and no script failed or was blocked."""
        host = urlsplit(self.url).netloc
        urls = map(urlsplit, self.requested)
        elsewhere = {u.geturl() for u in urls if u.scheme not in ("data", "blob") and u.netloc != host}
        assert not elsewhere
        assert not self.errors, self.errors

    # Say and tap

    async def says(self, text: str) -> None:
        """Type a message and send it."""
        await self.page.locator("#chat-input").fill(text)
        await self.page.locator("#chat-submit").click()

    async def selects(self, words: str) -> None:
        """Select words of the newest draft."""
        await self.page.locator(".ea-live .ea-body").evaluate(SELECT, words)

    async def begins_with(self, starter: str) -> None:
        """Press a button of the start page."""
        await self.page.locator("#starters").get_by_text(starter).click()

    async def taps(self, label: str) -> None:
        """Press the button with this label, in whichever card it is live."""
        await self.page.get_by_role("button", name=label, exact=True).click()

    async def stops(self) -> None:
        """Press Stop and wait until it has taken effect."""
        await self.page.locator("#stop-button").click()
        await self.idle()

    async def reloads(self) -> None:
        """Reload the page, and wait until it changes no more."""
        async with self.page.expect_websocket():
            await self.page.reload()
        await self.ready()
        await self.page.evaluate(SETTLED)

    async def opens(self, title: str) -> None:
        """Open a conversation from the sidebar."""
        await self.row(title).get_by_role("link").click()

    async def thread_menu(self, title: str, item: str) -> None:
        """Choose from the menu that a conversation has in the sidebar."""
        await self.row(title).hover()
        await self.row(title).get_by_role("button", name="Options").click()
        await self.page.get_by_role("menuitem", name=item).click()

    async def answers_what_is_asked(self, answer: str) -> None:
        """Answer where there is a question: how many the offline writer asks is its own business."""
        await expect(self.form.filter(has_text=HOW_TO_REPLY)).to_have_count(0)  # that one is answered
        await expect(self.form.or_(self.page.locator(".ea-live"))).to_be_visible()
        await self.idle()
        if fields := await self.form.get_by_role("textbox").all():
            for field in fields:
                await field.fill(answer)
            await self.taps("Answer")
        elif await self.form.count():
            await self.says(answer)

    async def tabs_to(self, target: Locator) -> None:
        """Go backwards with the Tab key until `target` has the focus, and shows that it has."""
        for _ in range(60):
            if await target.evaluate("(node) => node === document.activeElement"):
                break
            await self.page.keyboard.press("Shift+Tab")
        await expect(target).to_be_focused()
        ring = await target.evaluate("(node) => getComputedStyle(node).boxShadow")
        assert ring != "none", "the focus cannot be seen"

    async def copies(self) -> str:
        """Press Copy on the newest card, and read the clipboard."""
        await self.page.locator(".ea-draft").last.get_by_role("button", name="Copy", exact=True).click()
        await expect(self.page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
        return str(await self.page.evaluate("navigator.clipboard.readText()"))

    # Read

    def step(self, text: str, kind: str = "assistant_message") -> Locator:
        """Return the message that contains `text`."""
        return self.page.locator(f'.step[data-step-type="{kind}"]').filter(has_text=text)

    @property
    def titles(self) -> Locator:
        """The conversations in the sidebar by their titles, from the top."""
        return self.page.locator("#conversations li a .ea-side-title")

    def row(self, title: str) -> Locator:
        """Return the row of a conversation in the sidebar."""
        return self.page.locator("#conversations li").filter(has_text=title)

    @property
    def search(self) -> Locator:
        """The field that searches the conversations."""
        return self.page.locator("#conversations-search")

    @property
    def path(self) -> str:
        """Where the open conversation lies at the server."""
        return urlsplit(self.page.url).path

    @property
    def form(self) -> Locator:
        """The form of the open questions."""
        return self.page.locator("form.ea-questions")

    @property
    def problem(self) -> Locator:
        """The card that says why a step did not finish."""
        return self.page.locator(".ea-problem")

    @property
    def final(self) -> Locator:
        """The card of the accepted reply."""
        return self.page.locator(".ea-final")

    def draft(self, version: int) -> Locator:
        """Return the card of a draft."""
        return self.page.locator(f'.ea-draft[data-version="{version}"]')

    def line(self, version: int) -> Locator:
        """Return the line of an earlier draft."""
        return self.page.locator(f'.ea-earlier li[data-version="{version}"]')

    async def sees_draft(self, version: int, *words: str) -> None:
        """Wait until a draft is there to be judged, with these words in it."""
        card = self.draft(version)
        await expect(card).to_have_class(_LIVE)
        for word in words:
            await expect(card.locator(".ea-body")).to_contain_text(word)
        await self.idle()

    async def sees(self) -> list[dict[str, Any]]:
        """Return everything that the page shows of the conversation, once it changes no more."""
        await self.idle()
        await self.page.evaluate(SETTLED)
        seen: list[dict[str, Any]] = await self.page.evaluate(SEEN)
        return seen

    async def still_sees(self, before: list[dict[str, Any]]) -> None:
        """Wait until the page shows exactly what it showed `before`."""
        await self.idle()
        try:
            await self.page.wait_for_function(
                f"(before) => JSON.stringify(({SEEN})()) === JSON.stringify(before)",
                arg=before,
                timeout=15_000,
            )
        except PlaywrightTimeout:
            assert await self.sees() == before

    async def still_sees_after_a_reload(self) -> None:
        """Reload, and find the same page."""
        before = await self.sees()
        await self.reloads()
        await self.still_sees(before)
