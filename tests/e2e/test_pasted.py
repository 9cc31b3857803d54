"""A pasted email stands beside what is typed, and is never taken for it."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.async_api import Locator, Route, expect

from tests.e2e.conftest import Sit
from tests.e2e.model import asks, writes
from tests.e2e.person import EMAIL, Person
from tests.e2e.serving import Server, start
from tests.e2e.test_window import PHONE, TOO_WIDE
from tests.fakes.openai_server import FakeOpenAI

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLAIN = """\
From: Lena Vogt <lena@example.com>
To: Sam Cole <sam@example.org>
Subject: Stand at the fair

Hi Sam,

may we share your stand on 3 March? The plan is here.

Lena

On Mon, 2 Feb 2026 at 09:00, Sam Cole <sam@example.org> wrote:
The stand is number 14.
"""
HTML = """\
<meta charset="utf-8"><div><b>From:</b> Lena Vogt &lt;lena@example.com&gt;<br><b>To:</b> Sam Cole
&lt;sam@example.org&gt;<br><b>Subject:</b> Stand at the fair<br></div><p>Hi Sam,</p><p>may we share your
stand on 3 March? The plan is <a href="https://example.com/plan">here</a>.</p><p>Lena</p>
<div>On Mon, 2 Feb 2026 at 09:00, Sam Cole &lt;sam@example.org&gt; wrote:</div>
<blockquote type="cite">The stand is number 14.</blockquote>"""

PASTE = """([plain, html]) => {
  const clipboardData = new DataTransfer()
  clipboardData.setData("text/plain", plain)
  if (html) clipboardData.setData("text/html", html)
  const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })
  const field = document.querySelector("#chat-input")
  field.focus()
  // A browser inserts the text only for a paste that a person made.
  if (field.dispatchEvent(paste)) document.execCommand("insertText", false, plain)
}"""


UPLOAD = re.compile("/project/file")


def bars(person: Person) -> Locator:
    """Return the pasted emails above the composer."""
    return person.page.locator(".ea-pasted")


async def paste(person: Person, plain: str, html: str = "", before: str = "") -> None:
    """Paste it at the end of what is typed."""
    if before:
        await person.page.locator("#chat-input").fill(before)
    await person.page.evaluate(PASTE, [plain, html])


async def sees_attached(person: Person, *names: str) -> None:
    """Wait until these emails stand above the composer and can be sent."""
    await expect(bars(person).locator(".ea-pasted-name")).to_have_text([*names])
    await expect(person.page.locator('.ea-pasted[aria-busy="false"]')).to_have_count(len(names))
    await expect(person.page.locator("#attachments")).not_to_be_visible()  # the same, once more


async def test_what_is_typed_beside_a_pasted_email_is_how_to_answer_it(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    model.replies += [asks(), writes("Hi Lena,\n\nYes.\n\nSam")]
    person = await sit_at(online)

    await paste(person, PLAIN, HTML)

    await sees_attached(person, "Email from Lena Vogt, 1 kB")
    await expect(bars(person).get_by_role("status")).to_have_text("Email from Lena Vogt, 1 kB")
    await expect(person.page.locator("#chat-input")).to_have_value("")
    await expect(person.page.get_by_placeholder("Say how to answer it")).to_be_visible()
    name = bars(person).get_by_role("button", name="Email from Lena Vogt")
    await name.click()
    await expect(bars(person).get_by_label("Text of the email")).to_contain_text("may we share your stand")
    await expect(name).to_have_attribute("aria-expanded", "true")

    await person.says("say yes")

    await expect(bars(person)).to_have_count(0)
    card = person.page.locator(".ea-email")
    for understood in ("Lena Vogt", "Stand at the fair", "https://example.com/plan"):
        await expect(card).to_contain_text(understood)
    await expect(card).not_to_contain_text("number 14")
    await card.get_by_role("button", name="Show quoted text").click()
    await expect(card).to_contain_text("number 14")
    await person.sees_draft(1, "Yes.")
    await expect(person.page.locator("#chat-input")).to_have_value("")
    told = model.exchanges[-1].text()
    assert "say yes" in told
    assert "may we share your stand" in told
    await person.reloads()
    await expect(person.page.locator("#chat-input")).to_have_value("")
    await expect(bars(person)).to_have_count(0)


async def test_a_table_keeps_its_cells(sit_at: Sit, offline: Server) -> None:
    table = "<table><tr><th>Day</th><th>Room</th></tr><tr><td>Monday</td><td>Oslo</td></tr></table>"
    person = await sit_at(offline)
    plain = PLAIN.replace("\nLena\n", "\nDay\tRoom\nMonday\tOslo\n\nLena\n")

    await paste(person, plain, HTML.replace("<p>Lena</p>", f"{table}<p>Lena</p>"))
    await sees_attached(person, "Email from Lena Vogt, 1 kB")
    await person.says("say yes")

    await expect(person.page.locator(".ea-email")).to_contain_text(re.compile(r"Monday\W+Oslo"))


async def test_a_paste_that_is_not_an_email_goes_back_by_keyboard(sit_at: Sit, offline: Server) -> None:
    person = await sit_at(offline)
    composer = person.page.locator("#chat-input")
    await paste(person, EMAIL, before="Accept it")
    await sees_attached(person, "Email from Ana Ruiz, 1 kB")

    await person.tabs_to(bars(person).get_by_role("button", name="Email from Ana Ruiz"))
    await person.page.keyboard.press("Enter")
    await expect(bars(person).get_by_label("Text of the email")).to_be_visible()
    await person.page.keyboard.press("Tab")
    await expect(bars(person).get_by_role("button", name="This is not an email")).to_be_focused()
    await person.page.keyboard.press("Enter")

    await expect(composer).to_have_value(f"Accept it\n\n{EMAIL}")
    await expect(composer).to_be_focused()
    await expect(bars(person)).to_have_count(0)
    await expect(person.page.locator("#attachments")).to_have_count(0)


async def test_two_emails_stay_through_a_reload_and_another_conversation(
    sit_at: Sit, offline: Server
) -> None:
    person = await sit_at(offline)
    await person.says("From: Eva <eva@example.com>\nSubject: A dinner\n\nShall we have dinner?")
    await expect(person.form).to_be_visible()
    await person.page.locator("#new-chat-button").click()
    await expect(person.page.locator("#starters")).to_be_visible()
    both = "Email from Lena Vogt, 1 kB", "Email from Ana Ruiz, 1 kB"
    await paste(person, PLAIN, HTML)
    await paste(person, EMAIL)
    await sees_attached(person, *both)
    await person.page.locator("#chat-input").fill("Say yes to both")

    await person.reloads()
    await sees_attached(person, *both)
    await expect(person.page.locator("#chat-input")).to_have_value("Say yes to both")
    await person.titles.filter(has_text="A dinner").click()
    await expect(person.form).to_be_visible()
    await sees_attached(person, *both)
    await expect(person.page.locator("#chat-input")).to_have_value("Say yes to both")

    await person.page.locator("#new-chat-button").click()
    await expect(person.page.locator("#welcome-screen")).to_be_visible()
    await sees_attached(person, *both)
    await bars(person).filter(has_text="Lena Vogt").get_by_role("button", name="Remove this email").click()
    await sees_attached(person, both[1])
    await expect(person.page.locator("#chat-input")).to_have_value("Say yes to both")
    await person.page.locator("#chat-submit").click()
    await expect(person.page.locator(".ea-email")).to_contain_text("Workshop in May")
    await expect(bars(person)).to_have_count(0)


async def test_it_comes_back_as_text_if_the_server_ended_before_it_was_saved(
    sit_at: Sit, tmp_path: Path
) -> None:
    server = await start(tmp_path)
    person = await sit_at(server)
    await paste(person, EMAIL)
    await sees_attached(person, "Email from Ana Ruiz, 1 kB")
    with closing(sqlite3.connect(tmp_path / "conversations.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        await person.says("say yes")
        await expect(bars(person)).to_have_count(0)
        await server.kill()
    server = await start(tmp_path, port=server.port)
    try:
        await expect(person.page.locator("#chat-input")).to_have_value(f"say yes\n\n{EMAIL}")
        await expect(person.page.get_by_role("alert").filter(has_text="send it once more")).to_be_visible()
    finally:
        await server.kill()


async def test_it_waits_for_a_server_that_is_away(sit_at: Sit, tmp_path: Path) -> None:
    server = await start(tmp_path)
    person = await sit_at(server)
    await server.kill()
    await expect(person.page.locator("#session-error")).to_be_visible()
    await paste(person, EMAIL)
    await expect(bars(person)).to_contain_text("Email from Ana Ruiz")
    server = await start(tmp_path, port=server.port)
    try:
        await sees_attached(person, "Email from Ana Ruiz, 1 kB")
        await person.says("say yes")
        await expect(person.page.locator(".ea-email")).to_contain_text("Workshop in May")
    finally:
        await server.kill()


@pytest.mark.parametrize("reason", ["away", "too large"])
async def test_an_upload_that_is_refused_leaves_the_text_and_says_what_to_do(
    sit_at: Sit, offline: Server, reason: str
) -> None:
    async def refuse(route: Route) -> None:
        if reason == "away":
            await route.abort()
        else:
            await route.fulfill(status=413, json={"detail": "The file is larger than 25 MB."})

    person = await sit_at(offline)
    await person.page.route(UPLOAD, refuse)

    await paste(person, EMAIL, before="Say yes")

    await expect(person.page.locator("#chat-input")).to_have_value(f"Say yes\n\n{EMAIL}")
    await expect(bars(person)).to_have_count(0)
    told = person.page.get_by_role("alert").filter(has_text="The email could not be attached.")
    await expect(told).to_contain_text("write above it how to answer")


async def test_a_file_that_the_server_has_lost_is_told_and_its_text_comes_back(
    sit_at: Sit, offline: Server
) -> None:
    """As after a night with the lid closed: what was uploaded and not sent is removed after a while."""
    lost = {"id": "00000000-0000-4000-8000-000000000000"}
    person = await sit_at(offline)
    await person.page.route(UPLOAD, lambda route: route.fulfill(json=lost))
    await paste(person, EMAIL)
    await sees_attached(person, "Email from Ana Ruiz, 1 kB")

    await person.says("say yes")

    await expect(person.page.locator("#chat-input")).to_have_value(f"say yes\n\n{EMAIL}")
    await expect(person.page.get_by_role("alert").filter(has_text="not used")).to_be_visible()
    await expect(person.page.locator('[data-step-type="user_message"]')).to_have_count(0)
    await person.page.locator("#chat-submit").click()
    await expect(person.page.locator(".ea-email")).to_contain_text("Workshop in May")


async def test_an_email_that_cannot_be_read_comes_back(sit_at: Sit, offline: Server) -> None:
    head = PLAIN.partition("\n\n")[0]
    sealed = f"{head}\n\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----"
    person = await sit_at(offline)
    await paste(person, sealed, "<img alt=''>")  # HTML that says nothing is not used
    await sees_attached(person, "Email from Lena Vogt, 1 kB")

    await person.says("say yes")

    await expect(person.step("is encrypted or sealed")).to_be_visible()
    await expect(person.page.locator("#chat-input")).to_have_value(f"say yes\n\n{sealed}")
    await expect(person.page.get_by_role("alert").filter(has_text="not used")).to_be_visible()


async def test_on_a_phone(sit_at: Sit, offline: Server) -> None:
    person = await sit_at(offline, **PHONE)
    await paste(person, PLAIN, HTML)
    await paste(person, EMAIL.replace("Ana Ruiz", "A" * 200))
    await expect(person.page.locator('.ea-pasted[aria-busy="false"]')).to_have_count(2)
    for name in await bars(person).locator(".ea-pasted-name").all():
        await name.click()

    assert await person.page.evaluate(TOO_WIDE) == []
    await expect(person.page.locator("#chat-input")).to_be_in_viewport()
    sizes = [await button.bounding_box() for button in await bars(person).get_by_role("button").all()]
    assert all(box and box["height"] >= 44 and box["width"] >= 44 for box in sizes)


@pytest.mark.parametrize(
    "text",
    [
        "say yes, but not before Tuesday",
        "Tone: friendly\nLength: short\nSay: that I bring the slides",
        f"Say yes to this\n---\n{EMAIL}",
        f"Instructions: say yes\n\n{EMAIL}",
    ],
)
async def test_instructions_stay_text(sit_at: Sit, offline: Server, text: str) -> None:
    person = await sit_at(offline)

    await paste(person, text, f"<p>{text}</p>" if len(text) < 100 else "")

    await expect(person.page.locator("#chat-input")).to_have_value(text)
    await expect(bars(person)).to_have_count(0)
