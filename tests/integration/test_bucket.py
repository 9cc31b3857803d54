"""A server that keeps files in a bucket: both doors, and what they say when the bucket is gone."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from email_assistant.chat import texts
from email_assistant.cli.exits import Exit
from tests.bucket import BucketServer
from tests.integration.chainlit_client import Tab
from tests.integration.over_http import HttpClient
from tests.integration.processes import COMMAND, ServerProcess, running_server
from tests.integration.test_uploads import MAIL, upload

GONE = "The file storage does not answer. Try again in a moment."


@pytest.fixture(scope="module")
def own_bucket() -> Iterator[BucketServer]:
    """Provide a server that the last test kills."""
    server = BucketServer()
    yield server
    server.kill()


def test_a_bucket_that_is_not_there_is_told_at_the_start(own_bucket: BucketServer, tmp_path: Path) -> None:
    settings: dict[str, Any] = own_bucket.environment | {"EMAIL_ASSISTANT_FILES": "s3://none/mail"}
    server = ServerProcess(tmp_path / "data", **settings)

    ended = subprocess.run(
        [*COMMAND, "serve", "--port", "0"],
        env=server.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == Exit.SETUP
    assert "Files cannot be kept at s3://none/mail: there is no such bucket." in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_files_come_from_the_bucket_go_with_their_conversation_and_are_missed_when_it_is_gone(
    own_bucket: BucketServer, tmp_path: Path
) -> None:
    settings = own_bucket.environment | {"EMAIL_ASSISTANT_FILES": own_bucket.place}
    with running_server(tmp_path / "data", **settings) as server:
        async with (
            httpx.AsyncClient(base_url=f"{server.url}/api/v1", timeout=30) as api,
            HttpClient(server.url) as http,
            Tab(server.url) as tab,
        ):

            async def send(app_id: str) -> httpx.Response:
                files = {"files": ("lunch.eml", MAIL, "message/rfc822")}
                return await api.put(f"/upload_email/{app_id}", files=files)

            kept, deleted = await http.create(), await http.create()
            (original,) = (await send(kept)).json()["originals"]
            await send(deleted)
            await tab.say("Hello")
            assert len(own_bucket.names()) == 2
            assert (await api.get(f"/{kept}/originals/{original['file_id']}")).content == MAIL
            assert (await api.delete(f"/delete/{deleted}")).status_code == 204
            assert [name.partition("/")[0] for name in own_bucket.names()] == [kept]

            file_id = await upload(tab)
            own_bucket.kill()

            lost = await api.get(f"/{kept}/originals/{original['file_id']}")
            refused = await send(await http.create())
            for answer in (lost, refused):
                assert (answer.status_code, answer.json()["code"]) == (503, "FilesUnavailable")
                assert answer.json()["detail"] == GONE
            message = {"message": tab.page.typed("Say yes."), "fileReferences": [{"id": file_id}]}
            await tab._emit("client_message", message)
            await tab.page.until(lambda page: GONE in "".join(page.outputs()))
            assert texts.NOT_USED in tab.page.outputs()[-1]
            assert (await http.state(kept))["originals"] == [original]
            emptied = await api.delete(f"/delete/{kept}")
            assert (emptied.status_code, "file storage" in emptied.json()["detail"]) == (202, True)
            # All that needs no file goes on, so the balancer is to go on sending.
            assert (await api.get(f"{server.url}/ready")).status_code == 200
