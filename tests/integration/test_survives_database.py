"""A database that is locked, full, read-only or shared: a sentence at both doors, nothing half written."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from email_assistant.chat import texts
from tests.integration.chainlit_client import MAIL, WITH_INSTRUCTIONS, Tab, same_after_a_reload
from tests.integration.over_http import HttpClient
from tests.integration.processes import COMMAND, ModelProcess, ServerProcess, running_server

HELD = {"structured": False, "stall": True, "after": 2, "text": "one two three"}
LOCKED = "held by another program"
READ_ONLY = "The database cannot be written."
SERVE = [*COMMAND, "serve", "--port", "0"]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("database") / "conversations.db"


@pytest.fixture(scope="module")
def hasty(file: Path, shared_model: ModelProcess) -> Iterator[ServerProcess]:
    """Provide a server that waits half a second for another writer."""
    url = f"sqlite:///{file}?timeout=0.5"
    data = file.parent / "data"
    with running_server(data, model_url=shared_model.url, EMAIL_ASSISTANT_DATABASE_URL=url) as server:
        yield server


@pytest.fixture
async def hasty_tab(hasty: ServerProcess, model: ModelProcess) -> AsyncIterator[Tab]:
    async with Tab(hasty.url) as tab:
        await tab.say(WITH_INSTRUCTIONS)
        yield tab


@pytest.fixture
def small_disk(model: ModelProcess, tmp_path: Path) -> Iterator[tuple[ServerProcess, Path]]:
    """Provide a server whose database is on a 4 MB disk of its own, and that disk's path."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounting = 'mount -t tmpfs -o size=4m none "$0" && exec "$@"'
    mounted = ["unshare", "--map-root-user", "--mount", "sh", "-c", mounting, str(disk)]
    if not shutil.which("unshare") or subprocess.run([*mounted, "true"], check=False).returncode:
        pytest.fail("A small disk is mounted with `unshare`, from util-linux, which must be allowed to.")
    settings = {"EMAIL_ASSISTANT_DATABASE_URL": f"sqlite:///{disk}/conversations.db"}
    with running_server(
        tmp_path / "data", model_url=model.url, command=[*mounted, *SERVE], **settings
    ) as server:
        yield server, Path(f"/proc/{server.process.pid}/root{disk}")


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Let somebody else's file take all the room."""
    filler = folder / "filler"
    with pytest.raises(OSError, match="No space left"):
        filler.write_bytes(bytes(4 * 1024 * 1024))
    yield
    filler.unlink()


@contextmanager
def unwritable(file: Path) -> Iterator[None]:
    """Let nobody write the database."""
    files = [file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))]
    for each in files:
        each.chmod(0o400)
    try:
        yield
    finally:
        for each in files:
            each.chmod(0o600)


def bound_by_permissions(file: Path) -> list[str]:
    """Return a command that makes root obey the permissions of files, as everybody else does."""
    with unwritable(file):
        return ["setpriv", "--bounding-set=-all"] if os.access(file, os.W_OK) else []


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Provide another program that writes and does not come to an end."""
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()


async def test_while_another_program_holds_the_database_both_doors_say_so(
    hasty: ServerProcess, hasty_tab: Tab, file: Path
) -> None:
    tab = hasty_tab
    async with HttpClient(hasty.url) as http:
        before = await http.state(tab.conversation)
        with locked(file):
            await tab.say("shorter")
            answer = await http.feedback(tab.conversation, "longer")
            assert await http.state(tab.conversation) == before
        assert LOCKED in tab.page.outputs()[-1]
        assert texts.NOT_USED in tab.page.outputs()[-1]
        assert (answer.status_code, answer.json()["code"]) == (503, "DatabaseUnavailable")
        assert LOCKED in answer.json()["detail"]
        assert int(answer.headers["Retry-After"]) > 0

        await tab.say("shorter")
        assert (await http.state(tab.conversation))["feedback_history"] == ["shorter"]
        assert tab.page.versions == [1, 2]


async def test_a_draft_that_could_not_be_saved_is_told_of_and_written_again(
    hasty: ServerProcess, hasty_tab: Tab, file: Path, model: ModelProcess
) -> None:
    tab = hasty_tab
    asked = len(model.requests())
    model.will(HELD)
    await tab.send("shorter")
    await model.come(asked)
    with locked(file):
        ends = tab.page.ends
        model.release()
        await tab.page.until(lambda page: page.ends > ends)
        assert any(LOCKED in output for output in tab.page.outputs())
    async with HttpClient(hasty.url) as http:
        state = await http.retry_after_a_crash(tab.conversation)
        assert (state["feedback_history"], len(state["drafts"])) == (["shorter"], 2)
    await tab.drop()
    async with Tab(hasty.url, thread_id=tab.conversation) as again:
        await same_after_a_reload(again)


async def test_when_no_more_can_be_written_both_doors_say_so_and_go_on_once_there_is_room(
    hasty: ServerProcess, hasty_tab: Tab, file: Path
) -> None:
    tab, pid = hasty_tab, hasty.process.pid
    async with HttpClient(hasty.url) as http:
        app_id = await http.create()
        before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
        try:
            page = await tab.say("shorter")
            answer = await http.email(app_id, MAIL, "say yes")
        finally:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
        assert "The disk failed" in page.outputs()[-1]
        assert texts.NOT_USED in page.outputs()[-1]
        assert (answer.status_code, answer.json()["code"]) == (503, "DatabaseUnavailable")
        assert "The disk failed" in answer.json()["detail"]
        assert (await http.state(app_id))["version"] == 0

        assert len((await http.email(app_id, MAIL, "say yes")).json()["drafts"]) == 1
        await tab.say("shorter")
        assert (await http.state(tab.conversation))["feedback_history"] == ["shorter"]


async def test_when_the_disk_is_full_both_doors_say_so_and_go_on_once_there_is_room(
    small_disk: tuple[ServerProcess, Path],
) -> None:
    server, folder = small_disk
    long = f"Instructions: say yes\n\n{MAIL}\n{'The plan for the spring is long. ' * 9_000}"
    async with Tab(server.url) as tab, HttpClient(server.url) as http:
        app_id = await http.create()
        with full(folder):
            page = await tab.say(long)
            answer = await http.email(app_id, long, "say yes")
            assert (await http.state(app_id))["version"] == 0
        assert "The disk is full" in page.outputs()[-1]
        assert texts.NOT_USED in page.outputs()[-1]
        assert (answer.status_code, answer.json()["code"]) == (503, "DatabaseUnavailable")
        assert "The disk is full" in answer.json()["detail"]

        assert len((await http.email(app_id, long, "say yes")).json()["drafts"]) == 1
        page = await tab.say(long)
        assert page.live("DraftCard")
        async with Tab(server.url, thread_id=tab.conversation) as again:
            await same_after_a_reload(again)


async def test_while_the_files_cannot_be_written_they_are_read_and_after_that_all_goes_on(
    file: Path, hasty_tab: Tab, model: ModelProcess, tmp_path: Path
) -> None:
    """Also on the connections that were opened meanwhile, which SQLite lets only read for ever."""
    settings = {"EMAIL_ASSISTANT_DATABASE_URL": f"sqlite:///{file}"}
    bound = [*bound_by_permissions(file), *SERVE]
    with running_server(tmp_path / "bound", model_url=model.url, command=bound, **settings) as server:
        tab = Tab(server.url, thread_id=hasty_tab.conversation)
        async with HttpClient(server.url) as http:
            with unwritable(file):
                await tab.connect()
                page = await tab.say("shorter")
                answer = await http.feedback(tab.conversation, "longer")
                assert (await http.state(tab.conversation))["feedback_history"] == []
                assert tab.conversation in (await tab.sidebar()).text
            assert READ_ONLY in page.outputs()[-1]
            assert texts.NOT_USED in page.outputs()[-1]
            assert (answer.status_code, answer.json()["code"]) == (503, "DatabaseUnavailable")
            assert READ_ONLY in answer.json()["detail"]

            await tab.say("shorter")
            assert (await http.state(tab.conversation))["feedback_history"] == ["shorter"]
        await tab.drop()
        await tab.connect()
        await same_after_a_reload(tab)
        await tab.drop()
        await tab.http.aclose()


async def test_a_server_that_sleeps_does_not_hold_its_conversations(
    hasty: ServerProcess, hasty_tab: Tab, model: ModelProcess, file: Path, tmp_path: Path
) -> None:
    """Stopped in the middle of a turn, it wakes after its claim was taken by another: one of the two wins."""
    tab, asked = hasty_tab, len(model.requests())
    model.will(HELD)
    await tab.send("shorter")
    await model.come(asked)
    url = f"sqlite:///{file}"
    with running_server(tmp_path / "other", model_url=model.url, EMAIL_ASSISTANT_DATABASE_URL=url) as other:
        async with HttpClient(other.url) as http:
            busy = await http.retry(tab.conversation)
            assert (busy.status_code, busy.json()["code"]) == (409, "ConversationBusy")

            os.kill(hasty.process.pid, signal.SIGSTOP)
            try:
                state = await http.retry_after_a_crash(tab.conversation)
            finally:
                os.kill(hasty.process.pid, signal.SIGCONT)
            assert (state["feedback_history"], len(state["drafts"])) == (["shorter"], 2)
            ends = tab.page.ends
            model.release()
            await tab.page.until(lambda page: page.ends > ends)
            assert (await http.state(tab.conversation))["drafts"] == state["drafts"]
            assert any("was continued elsewhere" in output for output in tab.page.outputs())


@pytest.mark.timeout(240)  # a server takes seconds to start
async def test_two_servers_on_one_database_let_one_of_two_inputs_win(
    hasty: ServerProcess, hasty_tab: Tab, model: ModelProcess, file: Path, tmp_path: Path
) -> None:
    tab, url = hasty_tab, f"sqlite:///{file}"
    with running_server(tmp_path / "other", model_url=model.url, EMAIL_ASSISTANT_DATABASE_URL=url) as other:
        async with HttpClient(hasty.url) as here, HttpClient(other.url) as there:
            said = [f"change {number}" for number in range(8)]
            doors = (here, there)
            answers = await asyncio.gather(
                *(doors[at % 2].feedback(tab.conversation, text) for at, text in enumerate(said))
            )
            won = [text for text, answer in zip(said, answers, strict=True) if answer.status_code == 200]
            refused = [answer for answer in answers if answer.status_code != 200]
            assert won
            assert {answer.json()["code"] for answer in refused} <= {"ConversationBusy"}
            state = await there.state(tab.conversation)
            assert sorted(state["feedback_history"]) == sorted(won)
            assert len(state["drafts"]) == 1 + len(won)

            model.will({**HELD, "when": "held"})
            asked = len(model.requests())
            holding = asyncio.create_task(here.feedback(tab.conversation, "held"))
            await model.come(asked)
            another = await there.create()
            assert len((await there.email(another, MAIL, "say yes")).json()["drafts"]) == 1
            await tab.send("also this")  # in the same process as the held one
            await tab.page.until(lambda page: any(texts.NOT_USED in output for output in page.outputs()))
            assert not holding.done()
            model.release()
            assert (await holding).json()["feedback_history"][-1] == "held"


@pytest.mark.timeout(240)  # a server takes seconds to start
async def test_a_tab_on_another_server_waits_for_the_turn_and_shows_its_end(
    hasty_tab: Tab, model: ModelProcess, file: Path, tmp_path: Path
) -> None:
    tab, url, asked = hasty_tab, f"sqlite:///{file}", len(model.requests())
    with running_server(tmp_path / "other", model_url=model.url, EMAIL_ASSISTANT_DATABASE_URL=url) as other:
        model.will(HELD)
        await tab.send("shorter")
        await model.come(asked)
        async with Tab(other.url, thread_id=tab.conversation) as there, HttpClient(other.url) as http:
            await there.page.until(lambda page: page.loading)
            assert there.page.cards("ProblemCard") == []
            assert (await http.state(tab.conversation))["running"] == "formulate_draft"

            model.release()
            await there.page.until(lambda page: not page.loading)
            assert there.page.live("DraftCard")["body"] == "one two three"
            assert there.page.cards("ProblemCard") == []


async def test_a_message_on_a_page_that_is_loaded_again_before_it_is_taken_is_shown(
    server: ServerProcess, tab: Tab
) -> None:
    await tab.say(WITH_INSTRUCTIONS)
    starts = tab.page.starts
    with locked(server.data_dir / "conversations.db"):
        await tab.send("shorter")
        await tab.page.until(lambda page: page.starts > starts)
        await tab.drop()
        await tab.connect()
        assert "shorter" not in tab.page.outputs("user_message")
        ends = tab.page.ends
    await tab.page.until(lambda page: page.ends > ends)

    await same_after_a_reload(tab)
