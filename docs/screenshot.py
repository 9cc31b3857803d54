"""Draws docs/screenshot.png: a conversation with the second draft and what changed in it.

Run `python -m docs.screenshot` with the development dependencies and Chromium. The model is the tests' fake,
which is told what to write; everything on the picture is invented.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright, expect

from tests.e2e.browser import chromium
from tests.e2e.model import asks, writes
from tests.e2e.person import Person
from tests.e2e.serving import serving
from tests.fakes.openai_server import FakeOpenAI

PICTURE = Path(__file__).with_name("screenshot.png")

EARLIER = {
    "Invoice for the spring course": "Could you send it again?",
    "Garden party on Saturday": "Will you come?",
}
EMAIL = """\
From: Dana Whitfield <dana@example.com>
To: Sam Cole <sam@example.org>
Subject: Opening talk at the May workshop

Hi Sam,

would you give the opening talk at our workshop on 12 May? We can pay your travel and one night.
I would also need a title by Friday.

Best,
Dana"""
QUESTIONS = ["What is the title of your talk?", "Do you need anything in the room?"]
FIRST = """\
Hi Dana,

thank you for asking. I would be glad to give the opening talk on 12 May. Its title is \
"Small tools that last".

I will come by train in the morning. I only need a projector.

Best regards,
Sam"""
SECOND = """\
Hi Dana,

what a lovely invitation! I would be glad to give the opening talk on 12 May. Its title is \
"Small tools that last".

I will come by train the evening before, and gladly take you up on the night. I only need a projector.

Looking forward to it,
Sam"""


async def main() -> None:
    """Hold the conversation and take its picture."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            FakeOpenAI() as model,
            serving(Path(folder), OPENAI_BASE_URL=model.url, EMAIL_ASSISTANT_MODEL="gpt-5-mini") as server,
            async_playwright() as playwright,
            chromium(playwright) as browser,
        ):
            context = await browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
            for subject, text in EARLIER.items():
                earlier = await Person.at(context, server.url)
                await earlier.says(f"From: dana@example.com\nSubject: {subject}\n\n{text}")
                await expect(earlier.form).to_be_visible()
                await earlier.page.close()

            model.will(asks(*QUESTIONS), writes(FIRST), writes(SECOND))
            sam = await Person.at(context, server.url)
            await sam.says(f"Say yes, and that I come by train\n---\n{EMAIL}")
            await sam.form.get_by_label(QUESTIONS[0]).fill("Small tools that last")
            await sam.form.get_by_label(QUESTIONS[1]).fill("a projector")
            await sam.taps("Answer")
            await sam.sees_draft(1)
            await sam.says("Warmer, please. I come the evening before, so I take the night.")
            await sam.sees_draft(2)
            await sam.taps("What changed")
            await expect(sam.draft(2).locator("ins").first).to_be_visible()
            await sam.page.mouse.move(1270, 500)
            await expect(sam.page.get_by_role("tooltip")).to_have_count(0)
            await sam.page.screenshot(path=PICTURE, animations="disabled", caret="hide")


if __name__ == "__main__":
    asyncio.run(main())
