"""The page in a browser: when it is seen on a slow line, what it asks for twice, its bytes and its memory."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Browser, CDPSession, Page, Request, async_playwright, expect

from bench.chat import EMAIL, INSTRUCTIONS, NO_QUESTIONS, QUICK, SHORT_DRAFT
from bench.processes import assistant_server, bare_server, let_answer, model_server
from tests.e2e.browser import chromium
from tests.e2e.person import Person

SLOW_LINE = {"offline": False, "latency": 100, "downloadThroughput": 1.5e6 / 8, "uploadThroughput": 1.5e6 / 8}
SLOWER_CPU = 4
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
LOADS = 3
DRAFTS = 14
SETTLED = 4
"""Drafts after which all that is made once is made."""
CARD = """() => new Promise((seen) => {
  const began = performance.now()
  new MutationObserver((_, observer) => {
    if (!document.querySelector(".ea-draft, form.ea-questions, .ea-status")) return
    observer.disconnect()
    requestAnimationFrame(() => seen(performance.now() - began))
  }).observe(document.body, { childList: true, subtree: true })
  document.querySelector("#chat-submit").click()
})"""
TARGET_SPLASH, TARGET_BYTES, TARGET_HEAP = 300, 60_000, 100_000


@asynccontextmanager
async def empty_page() -> AsyncIterator[str]:
    """Serve a page with nothing but a word."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<p>Hello")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield "http://{}:{}".format(*server.sockets[0].getsockname())


async def first_paint(browser: Browser, url: str) -> float:
    """Milliseconds until a page that was never opened shows something, on a slow line and a slow machine."""
    times = []
    for _ in range(LOADS):
        async with await browser.new_context() as context:
            page = await context.new_page()
            devtools = await context.new_cdp_session(page)
            await devtools.send("Network.emulateNetworkConditions", SLOW_LINE)
            await devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_CPU})
            await page.goto(url, wait_until="commit")
            await page.wait_for_function(PAINTED, timeout=120_000)
            times.append(float(await page.evaluate(PAINTED)))
    return sorted(times)[LOADS // 2]


async def measure_paint(browser: Browser, ours: str, bare: str) -> None:
    """Print when the page first shows something, beside a page that has nothing else to show."""
    async with empty_page() as nothing:
        least = await first_paint(browser, nothing)
    here, there = await first_paint(browser, ours), await first_paint(browser, bare)
    print(f"First paint, cold, 1.5 Mbit/s, 100 ms, a processor {SLOWER_CPU} times slower: ms at the median")
    print(f"  {'a page with one word':<30}{least:>10.0f}")
    print(f"  {'this':<30}{here:>10.0f}{here / least:>8.1f} times")
    print(f"  {'bare Chainlit':<30}{there:>10.0f}{there / least:>8.1f} times")
    print(f"  (to be at most {TARGET_SPLASH} on an idle machine)")


async def measure_requests(browser: Browser, url: str) -> None:
    """Print what the page asks for while it opens, and what of it twice."""
    asked: Counter[tuple[str, str, str | None]] = Counter()

    def count(request: Request) -> None:
        if request.url.startswith(url):
            asked[request.method, request.url.removeprefix(url), request.post_data] += 1

    async with await browser.new_context() as context:
        page = await context.new_page()
        page.on("request", count)
        await page.goto(url)
        await expect(page.locator("#chat-input")).to_be_visible()
        await page.wait_for_load_state("networkidle")
    twice = sorted(f"{method} {path}" for (method, path, _), times in asked.items() if times > 1)
    again = asked.total() - len(asked)
    print(f"Requests of a page that opens: {asked.total()}, of them asked for before: {again}")
    for line in twice:
        print(f"  {line}")
    print("  (to be 0)")


def _is_ours(url: str) -> bool:
    return urlsplit(url).path.startswith("/public/")


async def heap(devtools: CDPSession) -> int:
    """Bytes that the page's scripts hold."""
    await devtools.send("HeapProfiler.collectGarbage")
    return int((await devtools.send("Runtime.getHeapUsage"))["usedSize"])


async def measure_conversation(browser: Browser, url: str, model: str) -> None:
    """Print what of ours a conversation loads, when its first card is seen, and what a draft leaves."""
    more = [{"text": f"{SHORT_DRAFT} {'word ' * number}", "structured": False} for number in range(1, DRAFTS)]
    await let_answer(model, {**QUICK, "times": 1}, *more, NO_QUESTIONS)
    received: Counter[str] = Counter()
    urls: dict[str, str] = {}
    async with await browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page: Page = await context.new_page()
        devtools = await context.new_cdp_session(page)
        devtools.on(
            "Network.responseReceived", lambda it: urls.update({it["requestId"]: it["response"]["url"]})
        )
        devtools.on(
            "Network.loadingFinished", lambda it: received.update({it["requestId"]: it["encodedDataLength"]})
        )
        await devtools.send("Network.enable")
        await page.goto(url)
        sam = Person(page, url)
        await sam.ready()
        opened = sum(size for request, size in received.items() if _is_ours(urls[request]))
        await page.locator("#chat-input").fill(f"{INSTRUCTIONS}\n\n{EMAIL}")
        card = await page.evaluate(CARD)
        await sam.sees_draft(1)
        sizes = []
        for number in range(2, DRAFTS + 1):
            await sam.says(f"Say it in other words, for the time number {number}.")
            await sam.sees_draft(number)
            if number in {SETTLED, DRAFTS}:
                sizes.append(await heap(devtools))
        loaded = sum(size for request, size in received.items() if _is_ours(urls[request]))
    print(f"{'First card after the first message: ms':<48}{card:>10.0f}")
    print(
        f"{'Our own scripts and styles, opened: bytes':<48}{opened:>10,.0f}  (to be at most {TARGET_BYTES:,})"
    )
    print(f"{'and the cards of a conversation: bytes':<48}{loaded - opened:>10,.0f}")
    grown = (sizes[1] - sizes[0]) / (DRAFTS - SETTLED)
    print(f"{'What a draft leaves on the heap: bytes':<48}{grown:>10,.0f}  (to be at most {TARGET_HEAP:,})")


async def measure() -> None:
    """Print all of it."""
    expect.set_options(timeout=60_000)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with (
            model_server(folder) as model,
            assistant_server(folder, model, EMAIL_ASSISTANT_PROOFREADER="off") as ours,
            bare_server(folder, model) as bare,
            async_playwright() as playwright,
            chromium(playwright) as browser,
        ):
            await measure_paint(browser, ours.url, bare.url)
            await measure_requests(browser, ours.url)
            await measure_conversation(browser, ours.url, model)


def main() -> None:
    """Run and print."""
    asyncio.run(measure())


if __name__ == "__main__":
    main()
