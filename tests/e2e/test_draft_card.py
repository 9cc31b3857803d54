"""What the card of a draft tells of it, and the one tap that each of these has."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.e2e.conftest import Sit
from tests.e2e.model import asks, writes
from tests.e2e.person import EMAIL, Person
from tests.e2e.serving import Server, serving
from tests.fakes.openai_server import FakeOpenAI

pytestmark = pytest.mark.asyncio(loop_scope="session")

YES = "Instructions: say yes to the talk, and that I come with Kim\n\n"
DRAFT = "Hi Ana,\n\nYes, I will give the talk, and I come with Kim.\n\nBest wishes\nSam"
OWN = "Dear Ana,\n\nyes, and Kim comes along.\n\nAll the best\nSam"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def careful(
    tmp_path_factory: pytest.TempPathFactory, model_server: FakeOpenAI
) -> AsyncIterator[Server]:
    """Provide an assistant with a model and with the proofreader, whose user has set nothing."""
    async with serving(
        tmp_path_factory.mktemp("careful"),
        OPENAI_BASE_URL=model_server.url,
        EMAIL_ASSISTANT_MODEL="fake",
        EMAIL_ASSISTANT_PROOFREADER="on",
    ) as server:
        yield server


async def examples(person: Person) -> str:
    """Return the fields of the settings that hold the mails which drafts are to read like."""
    await person.page.locator("#settings-button").click()
    dialog = person.page.get_by_role("dialog", name="Settings")
    await expect(dialog).to_be_visible()
    fields = await dialog.get_by_role("group", name="Emails you sent").get_by_role("textbox").all()
    shown = [await field.input_value() for field in fields]
    await person.page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    return "\n---\n".join(shown)


async def test_the_name_is_asked_once_and_kept(sit_at: Sit, careful: Server, model: FakeOpenAI) -> None:
    model.will(asks(), writes(DRAFT.removesuffix("\nSam")), writes(DRAFT.removesuffix("\nSam")))
    nobody = EMAIL.replace("To: Sam Cole <sam@example.org>\n", "").replace("Hi Sam", "Hello")
    sam = await sit_at(careful)
    await sam.says(YES + nobody)
    await sam.sees_draft(1)
    unknown = sam.page.get_by_text("Your name is not known")
    await expect(unknown).to_be_visible()
    await expect(sam.page.get_by_role("button", name="Sign as")).to_be_disabled()

    await sam.page.get_by_label("Your name").fill("Sam Cole")
    await sam.page.get_by_label("Your name").press("Enter")
    await sam.sees_draft(2, "Sam Cole")
    await expect(sam.draft(2)).to_contain_text("with your name")
    await expect(unknown).to_have_count(0)

    model.will(asks(), writes(DRAFT.removesuffix("\nSam")))
    await sam.page.locator("#new-chat-button").click()
    await expect(sam.page.locator("#welcome-screen")).to_be_visible()
    await sam.ready()
    await sam.says(YES + nobody)
    await sam.sees_draft(1, "Sam Cole")
    await expect(unknown).to_have_count(0)


async def test_what_the_email_asks_and_a_finding_that_one_tap_mends(
    sit_at: Sit, careful: Server, model: FakeOpenAI
) -> None:
    paid = DRAFT.replace("with Kim.", "with Kim. The fee for Kim is 500 EUR.")
    model.will(asks(), writes(paid), writes(paid))
    sam = await sit_at(careful)
    await sam.says(YES + EMAIL)
    await sam.sees_draft(1, "500 EUR")
    ask = sam.draft(1).get_by_role("list", name="What the email asks").get_by_role("listitem")
    await expect(ask).to_have_text("answeredCould you give the opening talk at our workshop on 12 May?")
    finding = sam.draft(1).get_by_role("list", name="To look at").get_by_role("listitem")
    await expect(finding).to_contain_text(
        "The amount 500 EUR is in neither the newest email nor what you said."
    )

    model.will(writes(DRAFT))
    await finding.get_by_role("button", name="Fix it").click()
    await sam.sees_draft(2, "I come with Kim.")
    await expect(sam.draft(2).locator(".ea-body")).not_to_contain_text("500 EUR")
    await expect(sam.draft(2).get_by_role("list", name="To look at")).to_have_count(0)
    await sam.still_sees_after_a_reload()

    model.replies.clear()  # rules took out the amount
    model.will(writes("Kim comes along."))
    await sam.selects("I come with Kim.")
    await sam.taps("Change this passage")
    await expect(sam.page.locator("#chat-input")).to_be_focused()
    await sam.page.keyboard.type("livelier")
    await sam.page.keyboard.press("Enter")
    await sam.sees_draft(3, DRAFT.replace("I come with Kim.", "Kim comes along."))
    await expect(sam.step("“I come with Kim.”: livelier", "user_message")).to_be_visible()


async def test_a_line_says_what_wrote_the_draft_and_what_that_took(
    sit_at: Sit, careful: Server, model: FakeOpenAI
) -> None:
    model.will(asks(), writes(DRAFT))
    sam = await sit_at(careful)
    await sam.says(YES + EMAIL)
    await sam.sees_draft(1)

    line = re.compile(r"^fake · prompt [0-9a-f]{8} · [\d,]+ tokens$")
    await expect(sam.draft(1).locator(".ea-made")).to_have_text(line)


async def test_a_wish_is_taken_back(sit_at: Sit, careful: Server, model: FakeOpenAI) -> None:
    model.will(asks(), writes(DRAFT))
    sam = await sit_at(careful)
    await sam.says(YES + EMAIL)
    await sam.sees_draft(1)
    model.will(writes("Hi Ana,\n\nYes, with Kim.\n\nBest wishes\nSam"))
    await sam.taps("Shorter")
    await sam.sees_draft(2, "with Kim.")
    wishes = sam.draft(2).get_by_role("list", name="Your wishes")
    await expect(wishes).to_contain_text("Make it shorter")

    asked = len(model.exchanges)
    await sam.taps("Take back: Make it shorter")
    await expect(sam.step("No longer: Make it shorter", "user_message")).to_be_visible()
    await expect(wishes).to_have_count(0)
    await sam.sees_draft(2, "with Kim.")
    assert len(model.exchanges) == asked, "the draft stands as it is; the next one does without the wish"
    await sam.still_sees_after_a_reload()


async def test_an_email_without_instructions_is_answered_with_a_tap(
    sit_at: Sit, careful: Server, model: FakeOpenAI
) -> None:
    model.will(asks(), writes("Hi Ana,\n\nYes, I gladly give the talk.\n\nBest wishes\nSam"))
    sam = await sit_at(careful)
    await sam.says(EMAIL)
    ways = sam.form.get_by_role("group", name="Answers to choose from").get_by_role("button")
    await expect(ways.nth(1)).to_be_visible()
    assert 2 <= await ways.count() <= 3
    way = await ways.first.inner_text()

    await ways.first.click()
    await sam.sees_draft(1, "I gladly give the talk")
    await expect(sam.page.locator(".ea-answered")).to_contain_text(way)
    assert way in model.exchanges[-1].text()


async def test_a_text_of_ones_own_is_written_like_from_then_on(
    sit_at: Sit, careful: Server, model: FakeOpenAI
) -> None:
    model.will(asks(), writes(DRAFT))
    sam = await sit_at(careful)
    await sam.says(YES + EMAIL)
    await sam.sees_draft(1)
    learn = sam.page.get_by_role("button", name="Write like this from now on")
    await expect(learn).to_have_count(0)
    await sam.taps("Edit by hand")
    await sam.draft(1).get_by_label("Edit by hand").fill(OWN)
    await sam.taps("Use my text")
    await sam.sees_draft(2, "Kim comes along")

    await learn.click()
    told = sam.page.get_by_text(
        "New drafts will read like this text. It is in your settings, under examples."
    )
    await expect(told).to_be_visible()
    assert await examples(sam) == OWN
    await sam.reloads()
    await expect(told).to_be_visible()

    await sam.taps("Undo this")
    await expect(learn).to_be_visible()
    assert await examples(sam) == ""


async def test_what_one_often_asks_for_becomes_a_button(
    sit_at: Sit, careful: Server, model: FakeOpenAI
) -> None:
    model.will(asks(), writes(DRAFT), writes(DRAFT.replace("I come", "I will come")))
    sam = await sit_at(careful)
    await sam.says(YES + EMAIL)
    await sam.sees_draft(1)
    await sam.says("less eager, please")
    await sam.sees_draft(2)
    await sam.idle()

    add = sam.page.get_by_role("button", name="Add a button of your own")
    await add.click()
    field = sam.page.get_by_role("textbox", name="Add a button of your own")
    await expect(field).to_be_focused()
    await expect(field).to_have_value("less eager, please")  # what was asked last is proposed
    await field.press("Escape")
    await expect(add).to_be_focused()

    await add.click()
    await field.fill("fewer <b>commas</b>")
    await field.press("Enter")
    own = sam.draft(2).get_by_role("button", name="fewer <b>commas</b>", exact=True)
    await expect(own).to_be_visible()
    await expect(sam.page.locator("#chat-input")).to_be_focused()
    await sam.reloads()
    model.will(writes(DRAFT.replace("Kim.", "Kim!")))
    await own.click()
    await sam.sees_draft(3)
    await sam.idle()
    assert "commas" in model.exchanges[-1].text()

    await sam.page.locator("#settings-button").click()
    buttons = sam.page.get_by_label("Buttons of your own")
    await expect(buttons).to_have_value("fewer <b>commas</b>")
    await buttons.fill("")
    await sam.page.keyboard.press("Escape")
    await expect(sam.draft(3).get_by_role("button", name="Shorter")).to_be_visible()
    await expect(sam.draft(3).get_by_role("button", name="fewer <b>commas</b>", exact=True)).to_have_count(0)
