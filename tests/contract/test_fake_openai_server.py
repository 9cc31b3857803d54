"""The fake itself, as a process of its own that benchmarks and browsers' tests start."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import httpx
import openai
import pytest


@pytest.fixture
def url() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.fakes.openai_server", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().strip()
        process.terminate()


async def test_the_package_itself_can_talk_to_it_and_a_test_can_control_it(url: str) -> None:
    async with (
        httpx.AsyncClient(base_url=url.removesuffix("/v1")) as control,
        openai.AsyncOpenAI(api_key="test", base_url=url) as client,
    ):
        await control.post("/control", json={"replies": [{"text": "one two", "rate": 200, "times": 2}]})
        whole = await client.chat.completions.create(model="m", messages=[{"role": "user", "content": "Hi"}])
        assert whole.choices[0].message.content == "one two"
        stream = await client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "Hi"}], stream=True
        )
        pieces = [chunk.choices[0].delta.content async for chunk in stream if chunk.choices]
        assert "".join(filter(None, pieces)) == "one two"
        assert [model.id async for model in client.models.list()] == ["fake"]

        await control.post(
            "/control", json={"replies": [{"stall": True, "after": 1}], "unsupported": ["tools"]}
        )
        stream = await client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "Hi"}], stream=True
        )
        await stream.close()
        ended = (await control.get("/control/requests/2/end")).json()
        assert (ended["outcome"], ended["body"]["stream"]) == ("client closed", True)
        assert len((await control.get("/control")).json()["requests"]) == 3
        await control.post("/control/reset")
        assert (await control.get("/control")).json() == {"requests": []}
