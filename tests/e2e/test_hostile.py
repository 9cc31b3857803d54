"""Mail and drafts are untrusted: shown as the text that they are, fetching nothing and running nothing."""

from __future__ import annotations

from collections import Counter

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Sit
from tests.e2e.model import asks, writes
from tests.e2e.person import Person
from tests.e2e.serving import Server
from tests.fakes.openai_server import FakeOpenAI

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = [
    "![x](http://127.0.0.1:9/x.png)",
    '<img src="http://127.0.0.1:9/y.png" onerror="window.ran = 1">',
    "<script>window.ran = 2</script>",
    "[a](javascript:window.ran=3)",
    "[b]: http://127.0.0.1:9/b",
    "$$x^2$$ and $y$",
    "```html\n<b>bold</b>\n```",
    "&gt; &quot; &#60;i&#62;",
    "# not a heading",
    "**not bold** <https://example.com/leak>",
    '<iframe src="http://127.0.0.1:9/f"></iframe><style>* { display: none }</style>',
]
TEXT = "\n".join(HOSTILE)
MAIL = f"""\
From: "<img src=x onerror=window.ran=4> Eve" <eve@example.com>
Subject: ![s](http://127.0.0.1:9/s.png) <script>window.ran = 5</script>

Hi Sam,

{TEXT}

Best,
Eve
"""
ALIEN = "img[src*=':9/'], img[src='x'], iframe, a[href*='javascript'], a[href*='leak'], .katex, .ea-card b"


async def _shows_as_text(sam: Person, selector: str) -> None:
    card = sam.page.locator(selector).last
    await expect(card).to_contain_text(HOSTILE[-1])  # the rest of a long text comes when it is asked for
    shown = await card.inner_text()
    for line in TEXT.splitlines():
        assert line in shown


async def _harmed_nothing(sam: Person) -> None:
    assert await sam.page.evaluate("window.ran") is None
    await expect(sam.page.locator("#root").locator(ALIEN)).to_have_count(0)


async def test_a_hostile_mail_and_draft(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(
        asks(HOSTILE[0], HOSTILE[1]),
        writes(f"Hi Eve,\n\n{TEXT}\n\nSam", stall=True, after=22),
        writes(f"Hello Eve,\n\n{TEXT}\n\nSam"),
    )
    sam = await sit_at(online)

    await sam.says(f"Instructions: answer politely {HOSTILE[0]}\n\n{MAIL}")
    await expect(sam.form).to_contain_text(HOSTILE[0])
    await expect(sam.form).to_contain_text(HOSTILE[1])
    await sam.taps("Show the whole email")
    await _shows_as_text(sam, ".ea-email")
    await _harmed_nothing(sam)

    await sam.says(f"1. {HOSTILE[2]}\n2. {HOSTILE[3]}")
    await expect(sam.draft(1)).to_contain_text("Writing…")
    await expect(sam.draft(1).locator(".ea-body")).to_contain_text(HOSTILE[4])
    await _harmed_nothing(sam)
    model.release()
    await sam.sees_draft(1)
    await expect(sam.draft(1)).to_contain_text("<script>window.ran = 5</script>")
    await expect(sam.draft(1)).to_contain_text("<img src=x onerror=window.ran=4> Eve")
    await _shows_as_text(sam, ".ea-body")

    await sam.says(f"Greet her otherwise {HOSTILE[1]}")
    await sam.sees_draft(2)
    await sam.draft(2).get_by_role("button", name="What changed").click()
    await expect(sam.draft(2).locator("ins")).to_have_text(["Hello"])
    await _shows_as_text(sam, ".ea-body")
    await sam.says("ok")
    await expect(sam.final).to_be_visible()
    await _harmed_nothing(sam)
    await sam.still_sees_after_a_reload()
    await _harmed_nothing(sam)


async def test_a_conversation_loads_everything_from_our_own_server(sit_at: Sit, online: Server) -> None:
    sam = await sit_at(online)
    async with sam.page.expect_websocket() as socket:
        answer = await sam.page.goto(online.url)

    assert answer
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "script-src 'self' 'unsafe-eval' 'sha256-" in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert (await socket.value).url.startswith(f"ws://127.0.0.1:{online.port}/")
    await sam.ready()
    sam.check_page()
    asked = Counter(sam.requested)
    assert asked[f"{online.url}/set-session-cookie"] <= 2, "once for each time that the page was opened"
    assert asked[f"{online.url}/project/conversations"] <= 2, "likewise"
    assert not asked[f"{online.url}/project/threads"], "Chainlit's own list, which nobody sees"


async def test_a_fetch_to_elsewhere_is_refused(sit_at: Sit, online: Server) -> None:
    """The check of every other test would see one: the policy stops it, and the page says so."""
    sam = await sit_at(online)
    await sam.page.evaluate("new Image().src = 'http://127.0.0.1:9/x.png'")
    with pytest.raises(AssertionError):
        sam.check_page()
    sam.requested.clear()
    sam.errors.clear()
