"""The browser that drives the page: Chromium, from wherever the machine has it."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Playwright

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
MISSING = (
    "These tests drive Chromium and none was found. Install it, on Debian with apt install "
    "chromium-headless-shell, or set EMAIL_ASSISTANT_TEST_BROWSER to the path of a Chromium or Chrome."
)
ARGUMENTS = [
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--process-per-site",  # a new tab shares the process of one that is open, and opens in half the time
]


class NoBrowser(Exception):
    """There is none; the text says how to get one."""


@asynccontextmanager
async def chromium(playwright: Playwright) -> AsyncIterator[Browser]:
    """Provide a headless Chromium.

    Raises:
        NoBrowser: none was found.
    """
    found = next(filter(None, map(shutil.which, NAMES)), None)
    path = os.environ.get("EMAIL_ASSISTANT_TEST_BROWSER", found)
    if path is None:
        raise NoBrowser(MISSING)
    browser = await playwright.chromium.launch(
        executable_path=path,
        args=ARGUMENTS,
        chromium_sandbox=os.geteuid() != 0,  # Chromium refuses its sandbox to root
    )
    try:
        yield browser
    finally:
        await browser.close()
