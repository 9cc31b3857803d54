"""The server as a process: how it starts and ends, whom it lets in, and what it writes."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import socketio

from tests.integration.chainlit_client import WITH_INSTRUCTIONS, Tab, same_after_a_reload
from tests.integration.processes import COMMAND, ROOT, ModelProcess, ServerProcess, running_server

# --- who is let in ---------------------------------------------------------------------------------------

ROUTES = ["/", "/project/settings", "/project/threads", "/auth/header", "/public/style.css", "/health", "/x"]


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize(
    "headers", [{"Host": "example.com"}, {"Origin": "http://example.com"}, {"Origin": "null"}]
)
async def test_no_route_answers_a_foreign_host_or_origin(
    server: ServerProcess, path: str, headers: dict[str, str]
) -> None:
    async with httpx.AsyncClient(base_url=server.url) as client:
        for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
            assert (await client.request(method, path, headers=headers)).status_code == 403


@pytest.mark.parametrize("origin", ["http://example.com", "null", "http://127.0.0.1:1"])
async def test_no_socket_opens_for_a_foreign_origin(server: ServerProcess, origin: str) -> None:
    await is_refused(server, origin=origin)


async def test_no_socket_opens_without_signing_in(server: ServerProcess) -> None:
    await is_refused(server, sign_in=False)


async def is_refused(server: ServerProcess, **how: Any) -> None:
    tab = Tab(server.url)
    try:
        with pytest.raises(socketio.exceptions.ConnectionError):
            await tab.connect(**how)
    finally:
        await tab.drop()
        await tab.http.aclose()


@pytest.mark.parametrize("path", ["/", "/thread/x", "/login"])
async def test_a_page_may_load_from_this_server_only(server: ServerProcess, path: str) -> None:
    async with httpx.AsyncClient(base_url=server.url) as client:
        page = await client.get(path, headers={"Accept": "text/html"})

    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"(?:src|href)=\"https?://", page.text)


async def test_no_list_and_no_thread_without_signing_in(server: ServerProcess, tab: Tab) -> None:
    await tab.say(WITH_INSTRUCTIONS)

    async with httpx.AsyncClient(base_url=server.url) as stranger:
        listed = await stranger.post("/project/threads", json={"pagination": {"first": 20}, "filter": {}})
        thread = await stranger.get(f"/project/thread/{tab.conversation}")

    assert (listed.status_code, thread.status_code) == (401, 401)


# --- how it starts and ends ------------------------------------------------------------------------------


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_it_serves_from_a_read_only_folder_and_keeps_all_in_its_private_data_dir(
    tmp_path: Path, data_dir: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    folder.chmod(0o555)

    with running_server(data_dir, cwd=folder) as server:
        assert httpx.get(server.url).status_code == 200

    assert list(folder.iterdir()) == []
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path != tmp_path / "data.log"]
    assert all(path.is_relative_to(data_dir) for path in written)
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in data_dir.glob("conversations.db*")} == {0o600}
    assert stat.S_IMODE((data_dir / "secret").stat().st_mode) == 0o600


async def test_it_ends_within_seconds_although_a_turn_runs_and_the_turn_can_be_retried_after_the_next_start(
    data_dir: Path, model: ModelProcess
) -> None:
    model.will({"structured": False, "stall": True, "after": 2})
    server = ServerProcess(data_dir, model_url=model.url)
    await asyncio.to_thread(server.start)
    async with Tab(server.url) as tab, Tab(server.url):
        await tab.send(WITH_INSTRUCTIONS)
        await tab.page.until(lambda page: any(page.outputs("llm")))
        begun = time.monotonic()
        code = await asyncio.to_thread(server.stop)
        assert time.monotonic() - begun < 8
        assert code in (0, -signal.SIGTERM)
        cookies, conversation = tab.http.cookies, tab.conversation
    assert model.ended(1) == "client closed"

    await asyncio.to_thread(server.start)
    async with httpx.AsyncClient(base_url=server.url, cookies=cookies) as browser:
        assert (await browser.get("/user")).status_code == 200
    async with Tab(server.url, thread_id=conversation) as tab:
        assert tab.page.cards("ProblemCard")
        await tab.tap(text="retry")
        assert tab.page.live("DraftCard")["body"]
        await same_after_a_reload(tab)
    await asyncio.to_thread(server.stop)
    assert "Traceback" not in server.output()


def test_a_killed_server_leaves_a_conversation_that_goes_on(data_dir: Path, model: ModelProcess) -> None:
    async def first(server: ServerProcess) -> str:
        model.will({"structured": False, "stall": True, "after": 2})
        async with Tab(server.url) as tab:
            await tab.send(WITH_INSTRUCTIONS)
            await tab.page.until(lambda page: any(page.outputs("llm")))
            await asyncio.to_thread(server.stop, signal.SIGKILL)
            return tab.conversation

    async def then(server: ServerProcess, conversation: str) -> None:
        async with Tab(server.url, thread_id=conversation) as tab:
            assert len(tab.page.outputs("user_message")) == 1
            # The claim of the process that died ends by itself, within seconds.
            async with asyncio.timeout(20):
                while not [card for card in tab.page.cards("DraftCard") if card.get("live")]:
                    await tab.say("retry")
            await same_after_a_reload_without_notices(tab)

    server = ServerProcess(data_dir, model_url=model.url)
    server.start()
    conversation = asyncio.run(first(server))
    server.start()
    asyncio.run(then(server, conversation))
    server.stop()


async def same_after_a_reload_without_notices(tab: Tab) -> None:
    async with Tab(tab.url, thread_id=tab.conversation) as other:
        await same_after_a_reload(other)


def test_it_serves_under_chainlits_own_command(tmp_path: Path, data_dir: Path, model: ModelProcess) -> None:
    async def talk(url: str) -> None:
        async with Tab(url) as tab:
            await tab.say(WITH_INSTRUCTIONS)
            # Under this command a chat begins with a task of its own, whose end comes as well.
            await tab.page.until(lambda page: any(card.get("live") for card in page.cards("DraftCard")))
            await tab.page.until(lambda page: not page.outputs("llm"))
            await same_after_a_reload(tab)
        async with httpx.AsyncClient(base_url=url) as client:
            assert (await client.get("/", headers={"Host": "example.com"})).status_code == 403
            assert "content-security-policy" in (await client.get("/")).headers

    port = free_port()
    command = [sys.executable, "-m", "chainlit", "run", "chainlit_app.py", "--headless", "--port", str(port)]
    server = ServerProcess(data_dir, model_url=model.url, command=command)
    server.start_elsewhere(port)
    try:
        asyncio.run(talk(server.url))
    finally:
        server.stop()
    assert "dana@example.com" not in server.output()


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"EMAIL_ASSISTANT_HOST": "192.0.2.1"}, "would let others in"),
        ({"EMAIL_ASSISTANT_PORT": "http"}, "EMAIL_ASSISTANT_PORT"),
        ({"EMAIL_ASSISTANT_DATABASE_URL": "mysql://x"}, "EMAIL_ASSISTANT_DATABASE_URL"),
        ({"EMAIL_ASSISTANT_PROMPT_FILE": "/nowhere/prompt.toml", "OPENAI_API_KEY": "x"}, "prompt file"),
    ],
)
def test_a_setting_that_cannot_be_used_ends_the_start_with_a_sentence(
    data_dir: Path, variables: dict[str, str], sentence: str
) -> None:
    environment = ServerProcess(data_dir).environment | variables

    ended = subprocess.run(  # noqa: PLW1510 - it is checked below
        [*COMMAND, "serve", "--port", "0"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ended.returncode != 0
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr


# --- what it writes --------------------------------------------------------------------------------------


async def test_nothing_of_a_mail_an_address_or_a_key_is_written_to_the_log(
    data_dir: Path, model: ModelProcess
) -> None:
    mail = (
        "Instructions: secretinstructions\n\nFrom: Dana Secretname <dana.secret@example.com>\n"
        "Subject: Secretsubject\n\nSecretbody: shall we meet?"
    )
    server = ServerProcess(data_dir, model_url=model.url)
    await asyncio.to_thread(server.start)
    async with Tab(server.url) as tab:
        for failure in (
            {"status": 401},
            {"status": 500, "times": 3, "error": {"message": "Secretbody repeated by the server"}},
            {"raw": "Secretbody is no answer", "times": 9},
            {"structured": True, "text": "Secretbody", "times": 9},
        ):
            model.reset()
            model.will(failure)
            await (tab.say("retry") if tab.page.steps else tab.say(mail))
        model.reset()
        await tab.say("retry")
        model.will({"cut": True, "after": 1, "text": "Secretdraft one two"})
        await tab.say("Secretfeedback, please")
        model.will({"structured": False, "stall": True, "after": 1, "text": "Secretdraft one two"})
        await tab.send("retry")
        await tab.page.until(lambda page: any("Secretdraft" in words for words in page.outputs("llm")))
        await tab.stopped()
        await tab.tap(text="Secretfeedback " * 20_000)
        await tab.tap(text=["Secretfeedback"])
        await tab.http.post(
            "/project/action",
            json={"sessionId": tab.session_id, "action": {"name": "Secretname", "payload": 1}},
        )
        await tab.sidebar(cursor="Secretcursor")
        await tab.say("\ud800 Secretfeedback")
        async with Tab(server.url, thread_id=tab.conversation) as other:
            await other.say("retry")
    await asyncio.to_thread(server.stop)

    written = server.output()
    assert not re.search("secret", written, re.IGNORECASE)
    assert "Traceback" not in written
    assert not [path for path in files(data_dir) if b"sk-secret-key" in path.read_bytes()]


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
