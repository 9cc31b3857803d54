"""Fixtures that start the fakes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes.openai_server import FakeOpenAI


@pytest.fixture
async def openai_server() -> AsyncIterator[FakeOpenAI]:
    """Provide a model's server in this test's own event loop."""
    async with FakeOpenAI() as server:
        yield server
