"""Who calls: whose session or token holds, and how much they may at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import jwt
import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message

from email_assistant.errors import NotSignedIn
from email_assistant.guard import authentication
from email_assistant.guard.authentication import MAX_SOCKETS, AuthenticationMiddleware, caller_of
from email_assistant.guard.sessions import EPOCH, Sessions, cookie_name
from email_assistant.service.accounts import Accounts
from email_assistant.store.database import DatabaseUnavailable
from email_assistant.store.opening import open_url

SECRET = "s" * 64
COOKIE = cookie_name(SECRET)
EXPIRES = int(time.time()) + 3600
PASSWORD = "correct horse battery"


async def who(request: Request) -> Response:
    """Return what an app behind it is told."""
    try:
        owner: str | None = caller_of(request)
    except NotSignedIn:
        owner = None
    return JSONResponse(
        {"owner": owner, "cookies": request.cookies, "authorization": request.headers.get("authorization")}
    )


APP = Starlette(routes=[Route("/{path:path}", who)])


@pytest.fixture
async def accounts(tmp_path: Path) -> AsyncIterator[Accounts]:
    async with open_url(f"sqlite:///{tmp_path / 'conversations.db'}") as database:
        accounts = Accounts(database, hasher=PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
        await accounts.add("sam", PASSWORD)
        await accounts.add("eve", PASSWORD)
        yield accounts


def session(name: str = "sam", epoch: int | None = 0, nonce: str = "", secret: str = SECRET) -> str:
    claims = {"identifier": name, "metadata": {EPOCH: epoch, "session": nonce}, "exp": EXPIRES}
    return jwt.encode(claims, secret, algorithm="HS256")


def behind(accounts: Any, app: Any = APP, **how: Any) -> ASGIApp:
    usual: dict[str, Any] = {"auth": "password", "sessions": Sessions(SECRET)}
    callers = AuthenticationMiddleware(app, **usual | how)
    state = {"assistant": SimpleNamespace(accounts=accounts)}

    async def with_state(scope: Any, receive: Any, send: Any) -> None:
        """Add to each request what a server adds of what its lifespan gave."""
        await callers({**scope, "state": state}, receive, send)

    return with_state


async def ask(callers: ASGIApp, path: str = "/", **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(callers), base_url="http://test") as client:
        return await client.get(
            path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )


async def post(callers: ASGIApp, path: str, *, cookie: str) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(callers), base_url="http://test") as client:
        await client.post(path, headers={"cookie": cookie})


NEWER = "n" * 64


async def test_a_new_secret_signs_nobody_out_and_what_an_earlier_one_signed_is_signed_anew(
    accounts: Accounts,
) -> None:
    earlier = f"{COOKIE}={session()}"
    rotated = behind(accounts, sessions=Sessions(NEWER, SECRET))

    told = (await ask(rotated, cookie=f"a=1; {earlier}; {COOKIE}_0=x")).json()

    assert told["owner"] == "sam"
    assert told["cookies"] == {"a": "1", cookie_name(NEWER): session(secret=NEWER)}
    after = behind(accounts, sessions=Sessions(NEWER))  # the earlier one was taken away
    assert (await ask(after, cookie=earlier)).json()["owner"] is None


async def test_the_session_of_the_secret_that_signs_now_counts_and_signing_out_ends_all(
    accounts: Accounts,
) -> None:
    rotated = behind(accounts, sessions=Sessions(NEWER, SECRET))
    both = f"{COOKIE}={session('sam')}; {cookie_name(NEWER)}={session('eve', secret=NEWER)}"

    assert (await ask(rotated, cookie=both)).json()["owner"] == "eve"
    await post(rotated, "/logout", cookie=both)
    assert (await ask(rotated, cookie=both)).json()["owner"] is None


async def test_a_session_that_no_secret_of_the_server_signed_is_none(accounts: Accounts) -> None:
    rotated = behind(accounts, sessions=Sessions(NEWER, SECRET))
    others = session(secret="x" * 64)

    for name in (COOKIE, cookie_name(NEWER)):
        assert (await ask(rotated, cookie=f"{name}={others}")).json()["owner"] is None
    # Nor one under the other's name: a name says which secret signed.
    assert (await ask(rotated, cookie=f"{cookie_name(NEWER)}={session()}")).json()["owner"] is None


async def test_a_session_that_holds_is_told_and_kept(accounts: Accounts) -> None:
    told = (await ask(behind(accounts), cookie=f"a=1; {COOKIE}={session()}; b=2")).json()

    assert told["owner"] == "sam"
    assert told["cookies"] == {"a": "1", "b": "2", COOKIE: session()}


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        f"{COOKIE}=x",
        f"{COOKIE}={session(epoch=1)}",
        f"{COOKIE}={session('nobody')}",
        f"{COOKIE}_0={session()}",
    ],
)
async def test_one_that_does_not_is_taken_away(accounts: Accounts, cookie: str) -> None:
    told = (await ask(behind(accounts), cookie=f"a=1; {cookie}")).json()

    assert told == {"owner": None, "cookies": {"a": "1"}, "authorization": None}


async def test_the_second_of_two_sessions_is_not_slipped_in(accounts: Accounts) -> None:
    await accounts.disable("sam")
    pieces = f"{COOKIE}={session('eve')}; {COOKIE}_0={session()}; {COOKIE}_1=x"
    told = (await ask(behind(accounts), cookie=pieces)).json()

    assert (told["owner"], [*told["cookies"]]) == ("eve", [COOKIE])


async def test_a_token_is_for_the_api_only(accounts: Accounts) -> None:
    token = await accounts.create_token("sam", "laptop")
    callers = behind(accounts)

    assert (await ask(callers, "/api/v1/x", authorization=f"Bearer {token}")).json()["owner"] == "sam"
    for sent in (token, session()):  # Chainlit would take a session from there
        told = (await ask(callers, "/user", authorization=f"Bearer {sent}")).json()
        assert (told["owner"], told["authorization"]) == (None, None)


async def test_a_bad_token_is_not_helped_by_a_session(accounts: Accounts) -> None:
    told = await ask(behind(accounts), "/api/v1/x", authorization="Bearer x", cookie=f"{COOKIE}={session()}")
    assert told.json()["owner"] is None


async def test_in_local_mode_everybody_is_the_local_user_and_other_sessions_go(accounts: Accounts) -> None:
    local = behind(accounts, auth="local")

    assert (await ask(local, cookie=f"{COOKIE}={session()}")).json() == {
        "owner": "local", "cookies": {}, "authorization": None,
    }  # fmt: skip
    told = (await ask(local, cookie=f"{COOKIE}={session('local', None)}")).json()
    assert [*told["cookies"]] == [COOKIE]


async def test_each_user_has_a_limit_and_files_of_the_page_have_a_wider_one(accounts: Accounts) -> None:
    callers = behind(accounts, per_minute=2)
    sams, eves = f"{COOKIE}={session()}", f"{COOKIE}={session('eve')}"

    assert [(await ask(callers, cookie=sams)).status_code for _ in range(3)] == [200, 200, 429]
    assert [(await ask(callers, cookie=eves)).status_code for _ in range(3)] == [200, 200, 429]
    assert [(await ask(callers)).status_code for _ in range(3)] == [200, 200, 429]
    files = [(await ask(callers, "/assets/index.js", cookie=sams)).status_code for _ in range(21)]
    assert files == [200] * 20 + [429]


async def test_a_database_that_does_not_answer_is_told_in_words() -> None:
    class Away:
        async def has_session(self, name: str, epoch: int, session: str) -> bool:
            raise DatabaseUnavailable("The database does not answer. Try again in a moment.")

    answer = await ask(behind(Away()), cookie=f"{COOKIE}={session()}")
    assert answer.status_code == 503
    assert answer.json()["detail"].startswith("The database does not answer.")
    assert answer.headers["retry-after"]


# --- sockets ------------------------------------------------------------------------------------------------


class Wire:
    """One WebSocket, from the browser's end: what it sends, and what comes back."""

    def __init__(self, callers: ASGIApp, cookie: str = f"{COOKIE}={session()}") -> None:
        self._in: asyncio.Queue[Message] = asyncio.Queue()
        self.out: asyncio.Queue[Message] = asyncio.Queue()
        scope = {"type": "websocket", "path": "/ws/socket.io", "headers": [(b"cookie", cookie.encode())]}
        self.says({"type": "websocket.connect"})
        self.task = asyncio.ensure_future(callers(scope, self._in.get, self.out.put))

    def says(self, message: Message) -> None:
        self._in.put_nowait(message)

    async def comes(self) -> Message:
        async with asyncio.timeout(10):
            return await self.out.get()

    async def ends(self) -> None:
        self.says({"type": "websocket.disconnect", "code": 1000})
        async with asyncio.timeout(10):
            await self.task


async def refused(wire: Wire) -> str:
    """Return the sentence with which a socket is closed: a page hears none of a handshake that is refused."""
    assert (await wire.comes())["type"] == "websocket.accept"
    closed = await wire.comes()
    assert (closed["type"], closed["code"]) == ("websocket.close", 1008)
    return str(closed["reason"])


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Echo what it is told, as an app."""
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message["text"]})
    await send({"type": "websocket.send", "text": "too late"})


async def test_a_socket_is_closed_with_the_next_word_after_its_session_ended(accounts: Accounts) -> None:
    wire = Wire(behind(accounts, echo))
    assert (await wire.comes())["type"] == "websocket.accept"
    wire.says({"type": "websocket.receive", "text": "hello"})
    assert (await wire.comes())["text"] == "hello"

    await accounts.sign_out_everywhere("sam")
    wire.says({"type": "websocket.receive", "text": "still there?"})

    closed = await wire.comes()
    assert (closed["type"], closed["code"]) == ("websocket.close", 1008)
    assert "sign in again" in closed["reason"]
    await wire.task
    assert wire.out.empty()  # and nothing comes after it


async def test_without_a_session_a_socket_is_closed_with_a_sentence(accounts: Accounts) -> None:
    assert "sign in again" in await refused(Wire(behind(accounts, echo), cookie=""))


async def test_a_socket_through_which_nothing_comes_is_closed_as_well(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authentication, "CHECK_AGAIN", 0.01)
    wire = Wire(behind(accounts, echo))
    assert (await wire.comes())["type"] == "websocket.accept"

    await accounts.disable("sam")

    assert "sign in again" in (await wire.comes())["reason"]
    await wire.task


async def test_who_signs_out_is_out_with_cookie_and_sockets_and_nobody_else_is(accounts: Accounts) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await (echo if scope["type"] == "websocket" else APP)(scope, receive, send)

    callers, cookie, other = behind(accounts, app), f"{COOKIE}={session()}", f"{COOKIE}={session(nonce='2')}"
    wire, another = Wire(callers, cookie), Wire(callers, other)
    for each in (wire, another):
        assert (await each.comes())["type"] == "websocket.accept"

    await post(callers, "/logout", cookie=cookie)

    assert "sign in again" in (await wire.comes())["reason"]
    # The last letter of a signature has bits that mean nothing.
    for same in (cookie, cookie[:-1] + chr(ord(cookie[-1]) + 1)):
        assert (await ask(callers, cookie=same)).json()["owner"] is None
    assert (await ask(callers, cookie=other)).json()["owner"] == "sam"
    another.says({"type": "websocket.receive", "text": "hello"})
    assert (await another.comes())["text"] == "hello"
    await another.ends()
    await post(callers, "/logout", cookie=cookie)  # twice is once


async def test_a_user_has_so_many_sockets_and_no_more(accounts: Accounts) -> None:
    callers = behind(accounts, echo)
    wires = [Wire(callers) for _ in range(MAX_SOCKETS)]
    for wire in wires:
        assert (await wire.comes())["type"] == "websocket.accept"

    assert "tabs are open" in await refused(Wire(callers))
    eves = Wire(callers, f"{COOKIE}={session('eve')}")
    assert (await eves.comes())["type"] == "websocket.accept"

    await wires[0].ends()
    again = Wire(callers)
    assert (await again.comes())["type"] == "websocket.accept"
    for wire in (*wires[1:], eves, again):
        await wire.ends()
