"""A real server, a real browser, and a person at it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright, expect

pytest.register_assert_rewrite("tests.e2e.person")

from tests.e2e.browser import NoBrowser, chromium  # noqa: E402
from tests.e2e.person import Person  # noqa: E402
from tests.e2e.serving import Server, serving  # noqa: E402
from tests.fakes.openai_server import FakeOpenAI  # noqa: E402

expect.set_options(timeout=15_000)

DESKTOP: dict[str, Any] = {
    "viewport": {"width": 1280, "height": 900},
    "permissions": ["clipboard-read", "clipboard-write"],
}

Sit = Callable[..., Awaitable[Person]]

FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note whether a test failed, for what its fixtures print at the end."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Provide a headless Chromium, the same for all tests."""
    async with async_playwright() as playwright, AsyncExitStack() as stack:
        try:
            browser = await stack.enter_async_context(chromium(playwright))
        except NoBrowser as missing:
            pytest.fail(str(missing))
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def model_server() -> AsyncIterator[FakeOpenAI]:
    """Provide the model's server behind `online`; tests ask for `model`."""
    async with FakeOpenAI() as server:
        yield server


@pytest.fixture
def model(model_server: FakeOpenAI) -> FakeOpenAI:
    """Provide the model's server, with nothing said to it yet."""
    model_server.release()
    model_server.reset()
    return model_server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def offline(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """Provide the assistant without a model."""
    async with serving(tmp_path_factory.mktemp("offline")) as server:
        yield server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def online(tmp_path_factory: pytest.TempPathFactory, model_server: FakeOpenAI) -> AsyncIterator[Server]:
    """Provide the assistant with a model."""
    async with serving(
        tmp_path_factory.mktemp("online"), OPENAI_BASE_URL=model_server.url, EMAIL_ASSISTANT_MODEL="fake"
    ) as server:
        yield server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def profile(browser: Browser) -> AsyncIterator[BrowserContext]:
    """Provide a browser's profile that tests share, so that the parts of the page are loaded once."""
    async with await browser.new_context(**DESKTOP) as context:
        yield context


@pytest_asyncio.fixture(loop_scope="session")
async def sit_at(
    request: pytest.FixtureRequest, browser: Browser, profile: BrowserContext
) -> AsyncIterator[Sit]:
    """Seat a person at a server: `await sit_at(server)`, or with a profile of these Playwright options.

    At the end the page must have loaded nothing from elsewhere and thrown no error. Where the test failed,
    what it shows is reported.
    """

    async def tell(person: Person) -> None:
        if request.node.stash.get(FAILED, False):
            shown = await person.page.locator("body").aria_snapshot()
            request.node.add_report_section("teardown", "page", f"{person.page.url}\n{shown}")

    async with AsyncExitStack() as stack:

        async def sit(server: Server, path: str = "/", **options: Any) -> Person:
            context = profile
            if options:
                context = await stack.enter_async_context(await browser.new_context(**DESKTOP | options))
            elif not context.pages:  # its process, with the scripts compiled, is the next tab's too
                await (await context.new_page()).goto(f"{server.url}/public/favicon.svg")
            person = await Person.at(context, server.url, path)
            stack.push_async_callback(person.page.close)
            stack.push_async_callback(tell, person)
            stack.callback(person.check_page)
            return person

        yield sit
