"""Draws the pictures of the documentation in docs/pictures/: a moving one, and one of each state and look.

Run `make pictures`, with Chromium at hand. The model is the tests' fake, which is told what to write; all
that the pictures show is invented.
"""

from __future__ import annotations

import asyncio
import io
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.e2e.browser import chromium
from tests.e2e.model import asks, writes
from tests.e2e.person import Person
from tests.e2e.serving import Server, serving
from tests.fakes.openai_server import FakeOpenAI

FOLDER = Path(__file__).with_name("pictures")
MOVING = FOLDER / "conversation.webp"
SCREENSHOT = FOLDER.with_name("screenshot.png")
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "color_scheme": "light",
        "is_mobile": True,
        "has_touch": True,
    },
}
MAX_MOVING = 1_500_000
"""Bytes."""
READING = 2_500
"""Milliseconds that a picture stays on which there is something to read."""

EARLIER = {
    "Invoice for the spring course": "Could you send it again?",
    "Garden party on Saturday": "Will you come?",
}
NOTES = "Say yes, and that I come by train"
EMAIL = """\
From: Dana Whitfield <dana@example.com>
To: Sam Cole <sam@example.org>
Subject: Opening talk at the May workshop

Hi Sam,

would you give the opening talk at our workshop on 12 May? We can pay your travel and one night.
What is the title of your talk? And do you need anything in the room?

Best,
Dana"""
QUESTIONS = ["What is the title of your talk?", "Do you need anything in the room?"]
ANSWERS = ["Small tools that last", "a projector"]
WISH = "Warmer, please. I come the evening before, so I take the night."
FIRST = """\
Hi Dana,

thank you for asking. I would be glad to give the opening talk on 12 May. Its title is \
"Small tools that last".

I will come by train in the morning. I only need a projector.

Best wishes,
Sam"""
SECOND = """\
Hi Dana,

what a lovely invitation! I would be glad to give the opening talk on 12 May. Its title is \
"Small tools that last".

I will come by train the evening before, and gladly take you up on the night. I only need a projector.

Looking forward to it,
Sam"""

Shoot = Callable[[Person, str], Awaitable[None]]


async def hold(sam: Person, model: FakeOpenAI, shoot: Shoot, *, rate: float = 0) -> None:
    """Hold the conversation from its start to the accepted reply; call `shoot` at each state."""
    model.will(asks(*QUESTIONS), writes(FIRST, rate=rate), writes(SECOND, rate=rate))
    await shoot(sam, "start")
    await sam.says(f"{NOTES}\n---\n{EMAIL}")
    await expect(sam.form).to_be_visible()
    await shoot(sam, "questions")
    for question, answer in zip(QUESTIONS, ANSWERS, strict=True):
        await sam.form.get_by_label(question).fill(answer)
    await sam.taps("Answer")
    await sam.sees_draft(1)
    await shoot(sam, "draft")
    await sam.says(WISH)
    await sam.sees_draft(2)
    await sam.taps("What changed")
    await expect(sam.draft(2).locator("ins").first).to_be_visible()
    await shoot(sam, "changes")
    await sam.taps("Accept")
    await expect(sam.final).to_be_visible()
    await shoot(sam, "final")


async def show_settings(sam: Person, shoot: Shoot) -> None:
    """Open the settings."""
    await sam.page.get_by_role("button", name="Settings").click()
    await expect(sam.page.get_by_role("dialog")).to_be_visible()
    await shoot(sam, "settings")


async def shot(page: Page) -> Image.Image:
    """Return the page as it is, without what moves by itself."""
    return Image.open(io.BytesIO(await page.screenshot(animations="disabled", caret="hide")))


async def draw_states(browser: Browser, server: Server, model: FakeOpenAI) -> None:
    """Draw each state of the conversation in each look."""
    for look, options in LOOKS.items():
        context = await browser.new_context(**options)

        async def shoot(person: Person, state: str, look: str = look) -> None:
            picture = await shot(person.page)
            picture.save(FOLDER / f"{state}-{look}.webp", quality=80, method=6)
            if (state, look) == ("changes", "light"):
                picture.quantize(256).save(SCREENSHOT, optimize=True)

        sam = await Person.at(context, server.url)
        await hold(sam, model, shoot)
        await show_settings(sam, shoot)
        await context.close()


@asynccontextmanager
async def filming(page: Page, frames: list[tuple[float, Image.Image]]) -> AsyncIterator[None]:
    """Take pictures as fast as they come."""

    async def film() -> None:
        while True:
            frames.append((monotonic(), await shot(page)))

    task = asyncio.create_task(film())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def draw_conversation(browser: Browser, server: Server, model: FakeOpenAI) -> None:
    """Draw one conversation as it goes."""
    context = await browser.new_context(viewport={"width": 1120, "height": 760}, color_scheme="light")
    sam = await Person.at(context, server.url)
    frames: list[tuple[float, Image.Image]] = []
    stays: set[int] = set()

    async def shoot(person: Person, state: str) -> None:
        frames.append((monotonic(), await shot(person.page)))
        stays.add(len(frames) - 1)

    async with filming(sam.page, frames):
        await hold(sam, model, shoot, rate=25)
    await context.close()
    pictures: list[Image.Image] = []
    durations: list[int] = []
    for number, ((begun, picture), (ended, _)) in enumerate(pairwise([*frames, frames[-1]])):
        shown = READING if number in stays else round(1000 * (ended - begun))
        small = picture.convert("RGB").resize((840, 570), Image.Resampling.LANCZOS)
        if pictures and small.tobytes() == pictures[-1].tobytes():
            durations[-1] = (
                max(durations[-1], shown) if number in stays else min(durations[-1] + shown, READING)
            )
        else:
            pictures.append(small)
            durations.append(max(shown, 60))
    pictures[0].save(
        MOVING, save_all=True, append_images=pictures[1:], duration=durations, loop=0, quality=60, method=6
    )
    if (size := MOVING.stat().st_size) > MAX_MOVING:
        raise SystemExit(f"{MOVING.name} has {size:,} bytes; {MAX_MOVING:,} are allowed.")


async def main() -> None:
    """Draw all of them."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with (
            FakeOpenAI() as model,
            serving(
                Path(folder),
                OPENAI_BASE_URL=model.url,
                EMAIL_ASSISTANT_MODEL="gpt-5-mini",
                EMAIL_ASSISTANT_PROOFREADER="on",
            ) as server,
            async_playwright() as playwright,
            chromium(playwright) as browser,
        ):
            context = await browser.new_context(**LOOKS["light"])
            for subject, text in EARLIER.items():
                earlier = await Person.at(context, server.url)
                await earlier.says(f"From: dana@example.com\nSubject: {subject}\n\n{text}")
                await expect(earlier.form).to_be_visible()
            await context.close()
            await draw_conversation(browser, server, model)
            await draw_states(browser, server, model)


if __name__ == "__main__":
    asyncio.run(main())
