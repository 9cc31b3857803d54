"""A writer that is closed after the test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from email_assistant.writing.openai_writer import OpenAIWriter
from email_assistant.writing.prompts import load_prompts
from tests.contract.model.writers import KEY, OpenWriter
from tests.fakes.openai_server import FakeOpenAI


@pytest.fixture
async def open_writer(openai_server: FakeOpenAI) -> AsyncIterator[OpenWriter]:
    writers = []

    def open_one(base_url: str = "", timeout: float = 5, max_retries: int = 0, **more: Any) -> OpenAIWriter:
        writer = OpenAIWriter(
            model="fake",
            prompts=load_prompts(),
            api_key=KEY,
            base_url=base_url or openai_server.url,
            timeout=timeout,
            max_retries=max_retries,
            **more,
        )
        writers.append(writer)
        return writer

    yield open_one
    for writer in writers:
        await writer.aclose()
