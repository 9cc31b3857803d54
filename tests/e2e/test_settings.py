"""The settings: each field is saved as it is left, and what cannot be saved is said where it stands."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Route, expect

from tests.e2e.conftest import Sit
from tests.e2e.model import asks, writes
from tests.e2e.person import EMAIL, Person
from tests.e2e.serving import Server, serving
from tests.fakes.openai_server import FakeOpenAI

pytestmark = pytest.mark.asyncio(loop_scope="session")

DRAFT = "Hi Ana,\n\nI come.\n\nSam"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def fresh(tmp_path_factory: pytest.TempPathFactory, model_server: FakeOpenAI) -> AsyncIterator[Server]:
    """Provide an assistant with a model, whose user has set nothing."""
    async with serving(
        tmp_path_factory.mktemp("settings"), OPENAI_BASE_URL=model_server.url, EMAIL_ASSISTANT_MODEL="fake"
    ) as server:
        yield server


async def _opened(person: Person) -> Locator:
    await person.page.locator("#settings-button").click()
    dialog = person.page.get_by_role("dialog", name="Settings")
    await expect(dialog).to_be_visible()
    return dialog


async def _closed(person: Person) -> None:
    await person.page.keyboard.press("Escape")
    await expect(person.page.get_by_role("dialog")).to_have_count(0)


async def _drafted(sam: Person, model: FakeOpenAI) -> None:
    model.will(asks(), writes(DRAFT))
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await sam.sees_draft(1)
    await sam.idle()


async def test_each_field_is_saved_and_is_there_in_every_tab(sit_at: Sit, fresh: Server) -> None:
    sam, other = await sit_at(fresh), await sit_at(fresh)
    there = await _opened(other)
    dialog = await _opened(sam)
    await dialog.get_by_label("Name", exact=True).fill("Sam Lee")
    await dialog.get_by_label("Email addresses").fill("sam@example.com; sam@example.org")
    await dialog.get_by_label("Standing wishes").fill("No exclamation marks.\nNever a phone call.")
    await dialog.get_by_role("button", name="Add an email").click()
    await dialog.get_by_label("Email 1", exact=True).fill("Hi Kim,\n\nyes.\n\nSam")
    await dialog.get_by_label("Language").select_option(label="German")
    await dialog.get_by_label("Reply to all").check()
    await expect(dialog.get_by_text("Saved", exact=True)).to_be_visible()
    await dialog.get_by_label("Tone").fill("brief")
    await _closed(sam)  # what was typed last is saved as well
    await expect(sam.page.locator("#settings-button")).to_be_focused()

    await expect(there.get_by_label("Tone")).to_have_value("brief")
    await expect(there.get_by_label("Email 1", exact=True)).to_have_value("Hi Kim,\n\nyes.\n\nSam")
    await _closed(other)
    await sam.reloads()
    dialog = await _opened(sam)
    for label, value in {
        "Name": "Sam Lee",
        "Email addresses": "sam@example.com, sam@example.org",
        "Standing wishes": "No exclamation marks.\nNever a phone call.",
        "Language": "de",
        "Tone": "brief",
    }.items():
        await expect(dialog.get_by_label(label, exact=True)).to_have_value(value)
    await expect(dialog.get_by_label("Reply to all")).to_be_checked()
    await dialog.get_by_role("button", name="Remove email 1").click()
    await dialog.get_by_role("button", name="Empty my settings").click()
    await sam.page.get_by_role("alertdialog").get_by_role("button", name="Empty my settings").click()
    await expect(dialog.get_by_label("Name", exact=True)).to_have_value("")
    await _closed(sam)


async def test_what_cannot_be_saved_stays_with_the_reason_below(sit_at: Sit, fresh: Server) -> None:
    sam = await sit_at(fresh)
    dialog = await _opened(sam)
    field = dialog.get_by_label("Email addresses")
    await field.fill("sam@example.com, sam")
    await dialog.get_by_label("Signature").fill("Sam")
    wrong = dialog.get_by_role("alert").filter(has_text='"sam" is not an email address.')
    await expect(wrong).to_be_visible()
    await expect(field).to_have_attribute("aria-invalid", "true")
    await sam.page.keyboard.press("Escape")
    await expect(field, "it is said once more before it is left").to_be_focused()
    await _closed(sam)

    dialog = await _opened(sam)
    await expect(field).to_have_value("sam@example.com, sam")
    await expect(wrong).to_be_visible()
    await expect(dialog.get_by_label("Signature"), "the others are saved").to_have_value("Sam")
    await field.fill("sam@example.com")
    await field.press("Enter")
    await expect(wrong).to_have_count(0)
    await field.fill("")
    await dialog.get_by_label("Signature").fill("")
    await _closed(sam)


async def test_while_the_server_is_away_nothing_typed_is_lost(sit_at: Sit, fresh: Server) -> None:
    sam = await sit_at(fresh)
    dialog = await _opened(sam)
    await sam.page.route("**/api/v1/profile", lambda route: route.abort())
    await dialog.get_by_label("Tone").fill("formal")
    await dialog.get_by_label("Tone").press("Enter")
    await expect(dialog.get_by_role("alert").filter(has_text="cannot be reached")).to_be_visible()
    await sam.page.unroute("**/api/v1/profile")
    await dialog.get_by_label("Tone").fill("formal ")
    await dialog.get_by_label("Tone").press("Enter")
    await expect(dialog.get_by_role("alert").filter(has_text="cannot be reached")).to_have_count(0)
    await dialog.get_by_label("Tone").fill("")
    await _closed(sam)


async def test_the_model_of_a_conversation_and_of_all(sit_at: Sit, fresh: Server, model: FakeOpenAI) -> None:
    sam = await sit_at(fresh)
    dialog = await _opened(sam)
    await expect(dialog).to_contain_text("is set up here.")
    await expect(dialog.get_by_label("For this conversation")).to_have_count(0)
    await _closed(sam)
    await _drafted(sam, model)
    dialog = await _opened(sam)
    await dialog.get_by_label("For this conversation").select_option("fake")
    await expect(dialog.get_by_text("Saved", exact=True)).to_be_visible()
    await _closed(sam)
    dialog = await _opened(sam)
    await expect(dialog.get_by_label("For this conversation")).to_have_value("fake")
    await expect(dialog.get_by_label("For all conversations")).to_have_value("")
    await _closed(sam)


async def test_all_data_is_taken_along_and_deleted(
    sit_at: Sit, fresh: Server, model: FakeOpenAI, tmp_path: Path
) -> None:
    sam = await sit_at(fresh)
    await _drafted(sam, model)
    other = await sit_at(fresh, sam.path)
    await other.sees_draft(1)
    dialog = await _opened(sam)
    async with sam.page.expect_download() as downloading:
        await dialog.get_by_role("link", name="Download my data").click()
    download = await downloading.value
    assert download.suggested_filename.endswith(".zip")
    await download.save_as(tmp_path / "data.zip")
    with zipfile.ZipFile(io.BytesIO((tmp_path / "data.zip").read_bytes())) as archive:
        document = f"conversations/{sam.path.removeprefix('/thread/')}.json"
        assert json.loads(archive.read(document))["drafts"] == [DRAFT]

    count = await sam.titles.count()
    await dialog.get_by_role("button", name="Delete all conversations").click()
    question = sam.page.get_by_role("alertdialog")
    await expect(question).to_contain_text("this conversation" if count == 1 else f"{count} conversations")
    await question.get_by_role("button", name="Cancel").click()
    await expect(sam.titles).to_have_count(count)
    await dialog.get_by_role("button", name="Delete all conversations").click()
    await question.get_by_role("button", name="Delete").click()
    await expect(sam.page.get_by_text("All conversations were deleted.")).to_be_visible()
    for tab in (sam, other):
        await expect(tab.page.locator("#welcome-screen")).to_be_visible()
        await expect(tab.titles).to_have_count(0)


async def test_by_keyboard_the_focus_stays_in_and_comes_back(sit_at: Sit, fresh: Server) -> None:
    sam = await sit_at(fresh)
    await sam.page.locator("#settings-button").focus()
    await sam.page.keyboard.press("Enter")
    dialog = sam.page.get_by_role("dialog", name="Settings")
    await expect(dialog.get_by_label("For all conversations")).to_be_attached()
    outside = "() => document.activeElement !== document.body && !document.activeElement.closest('dialog')"
    for _ in range(30):
        await sam.page.keyboard.press("Tab")
        assert not await sam.page.evaluate(outside)
    await dialog.get_by_role("navigation").get_by_role("button", name="About").press("Enter")
    await expect(dialog.get_by_role("heading", name="About", exact=True)).to_be_focused()
    await dialog.get_by_role("button", name="Keyboard shortcuts").press("Enter")
    await expect(sam.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    await sam.page.keyboard.press("Escape")
    await expect(sam.page.get_by_role("dialog")).to_have_count(0)


async def test_what_is_typed_stays_while_it_is_saved(sit_at: Sit, fresh: Server) -> None:
    """The list of models may arrive while a field is being saved, and all fields are drawn again then."""
    sam = await sit_at(fresh)
    listed, answered = asyncio.Event(), asyncio.Event()

    async def list_later(route: Route) -> None:
        await listed.wait()
        await route.continue_()

    async def answer_later(route: Route) -> None:
        if route.request.method == "PATCH":
            await answered.wait()
        await route.continue_()

    await sam.page.route("**/api/v1/models", list_later)
    await sam.page.route("**/api/v1/profile", answer_later)
    dialog = await _opened(sam)
    addresses = dialog.get_by_label("Email addresses")
    await addresses.fill("sam")
    async with sam.page.expect_request(lambda request: request.method == "PATCH"):
        await addresses.press("Tab")
    listed.set()
    await expect(dialog.locator("#ea-settings-model select").first).to_be_visible()
    await expect(addresses).to_have_value("sam")
    answered.set()
    await expect(dialog.get_by_role("alert").filter(has_text="not an email address")).to_be_visible()
    await expect(addresses).to_have_value("sam")

    await addresses.fill("")
    await _closed(sam)
