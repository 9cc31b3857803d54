"""What an orchestrator asks: is the process alive, and does its database answer?"""

import asyncio

import httpx
import pytest

from tests.integration.processes import ServerProcess


@pytest.mark.parametrize("path", ["/health", "/ready"])
async def test_a_probe_needs_no_sign_in(server: ServerProcess, path: str) -> None:
    async with httpx.AsyncClient(base_url=server.url) as nobody:
        answer = await nobody.get(path)
        assert (answer.status_code, answer.text) == (200, "ok\n")
        assert answer.headers["cache-control"] == "no-store"
        assert (await nobody.head(path)).status_code == 200
        refused = await nobody.post(path, headers={"Origin": server.url})
        assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


async def test_many_probes_at_once_ask_the_database_once_and_are_not_counted(server: ServerProcess) -> None:
    async with httpx.AsyncClient(base_url=server.url) as nobody:
        answers = await asyncio.gather(*(nobody.get("/ready") for _ in range(90)))
        assert {answer.status_code for answer in answers} == {200}
