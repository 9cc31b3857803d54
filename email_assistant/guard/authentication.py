"""Authenticate and rate-limit each request before routing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from email_assistant.errors import NotSignedIn
from email_assistant.guard.edge_policy import client_address, limited_as, utf8
from email_assistant.guard.rate import RateLimit, SharedRateLimit
from email_assistant.guard.refusals import refuse
from email_assistant.guard.sessions import Session, Sessions
from email_assistant.service.accounts import Accounts
from email_assistant.settings import LOCAL_USER
from email_assistant.store.database import DatabaseUnavailable

API = "/api/"
STATIC = ("/public/", "/assets/")
STATIC_FOR_ONE = 10
"""Static files allowed for each other request: a page has some dozens."""
LOGOUT = "/logout"
MAX_SOCKETS = 20
"""Open tabs of one user."""

_OWNER = "email_assistant.owner"

NOT_SIGNED_IN = "Nobody is signed in. Sign in at this server's page, or send an API token."
ENDED = "This session has ended. Reload the page and sign in again."
CHECK_AGAIN = 10.0
"""Seconds after which the session of an idle socket is checked again."""
TOO_MANY_SOCKETS = f"More than {MAX_SOCKETS} tabs are open. Close some of them."
TOO_MANY_REQUESTS = "Too many requests. Wait a moment, then try again."


def caller_of(connection: HTTPConnection) -> str:
    """Return the owner whose conversations a request may see.

    Raises:
        NotSignedIn: it has none.
    """
    owner: str | None = connection.scope.get(_OWNER)
    if owner is None:
        raise NotSignedIn(NOT_SIGNED_IN)
    return owner


@dataclass(frozen=True)
class Caller:
    """Who sent a request; `session` is the browser's, if it is what authenticates them."""

    owner: str | None = None
    session: Session | None = None


class AuthenticationMiddleware:
    """ASGI middleware that authenticates each request and removes credentials that do not hold.

    A session that was signed out, or whose user was disabled, is removed from the request, so that Chainlit
    never sees it; a socket that it opened is closed with the next message, and within seconds otherwise.
    It asks the accounts of the `assistant` in the request's state.

    Args:
        app: what it stands before.
        auth: how people sign in.
        sessions: reads those of browsers.
        identity: the header field in which a proxy names the user; `EdgeMiddleware` removes it from others.
        per_minute: requests per user, and per address of those who are not signed in, to all processes of the
            database together; None for no limit. Static files are counted by each for itself.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        auth: Literal["local", "password", "oauth", "proxy"],
        sessions: Sessions,
        identity: str = "",
        per_minute: int | None = None,
    ) -> None:
        self._app, self._auth = app, auth
        self._sessions, self._identity = sessions, identity
        self._rate = SharedRateLimit(per_minute) if per_minute else None
        self._files = RateLimit(per_minute * STATIC_FOR_ONE) if per_minute else None
        self._sockets: dict[str, set[_Socket]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Authenticate the request and hand it on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        if scope["path"].startswith(STATIC):  # no credentials needed
            if self._files and (wait := self._files.take(limited_as(client_address.get()))):
                await refuse(scope, receive, send, 429, TOO_MANY_REQUESTS, retry_after=wait)
                return
            await self._app(scope, receive, send)
            return
        accounts: Accounts = scope["state"]["assistant"].accounts
        try:
            caller = await self._caller(accounts, scope)
            if scope["path"].rstrip("/") == LOGOUT and scope.get("method") == "POST":
                # All: that of an earlier secret would come forth again once the newer one is gone.
                for session in self._sessions.all(Headers(scope=scope)):
                    await self._sign_out(accounts, session)
        except DatabaseUnavailable as error:
            await refuse(scope, receive, send, 503, str(error), retry_after=2)
            return
        except NotSignedIn as refused:
            await refuse(scope, receive, send, 401, str(refused))
            return
        if wait := await self._wait(accounts, caller):
            await refuse(scope, receive, send, 429, TOO_MANY_REQUESTS, retry_after=wait)
            return
        scope = self._sessions.without(scope, keep=caller.session)
        if not scope["path"].startswith(API):  # Chainlit takes a session from there as well
            scope["headers"] = [h for h in scope["headers"] if h[0] != b"authorization"]
        scope[_OWNER] = caller.owner
        if scope["type"] == "websocket" and self._auth != "local":
            await self._socket(accounts, caller, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _caller(self, accounts: Accounts, scope: Scope) -> Caller:
        headers = Headers(scope=scope)
        session = self._sessions.read(headers)
        if self._auth == "local":
            return Caller(LOCAL_USER, session if session and session.name == LOCAL_USER else None)
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scope["path"].startswith(API) and scheme.lower() == "bearer":
            return Caller(await accounts.owner_of_token(token.strip()))
        if self._auth == "proxy":
            return await self._vouched_for(accounts, utf8(headers.get(self._identity, "")), session)
        return Caller(session.name, session) if session and await _holds(accounts, session) else Caller()

    async def _vouched_for(self, accounts: Accounts, name: str, session: Session | None) -> Caller:
        if not name:
            return Caller()
        owner = (await accounts.admit(name)).name
        # Somebody else may have signed in at the proxy since.
        same = session is not None and session.name == owner and await _holds(accounts, session)
        return Caller(owner, session if same else None)

    async def _sign_out(self, accounts: Accounts, session: Session) -> None:
        """End a session for good: its cookie, removed from this browser, could still be used elsewhere."""
        await accounts.end_session(session.key, datetime.fromtimestamp(session.expires_at, UTC))
        for socket in [*self._sockets.get(session.name, ())]:
            socket.check_now()

    async def _wait(self, accounts: Accounts, caller: Caller) -> float:
        key = caller.owner or f" {limited_as(client_address.get())}"
        return await self._rate.take(accounts.rates, key) if self._rate else 0

    async def _socket(
        self, accounts: Accounts, caller: Caller, scope: Scope, receive: Receive, send: Send
    ) -> None:
        session = caller.session
        if session is None:
            await refuse(scope, receive, send, 403, ENDED)
            return
        open_ones = self._sockets.setdefault(session.name, set())
        if len(open_ones) >= MAX_SOCKETS:
            await refuse(scope, receive, send, 403, TOO_MANY_SOCKETS)
            return
        socket = _Socket(
            receive, send, lambda: _holds(accounts, session), lambda: self._wait(accounts, caller)
        )
        open_ones.add(socket)
        try:
            await self._app(scope, socket.receive, socket.send)
        finally:
            socket.close()
            open_ones.discard(socket)
            if not open_ones:
                self._sockets.pop(session.name, None)


async def _holds(accounts: Accounts, session: Session) -> bool:
    if session.epoch is None or session.has_expired:
        return False
    return await accounts.has_session(session.name, session.epoch, session.key)


class _Socket:
    """A WebSocket that is closed when its session has ended, and throttled when it sends too much."""

    def __init__(
        self,
        receive: Receive,
        send: Send,
        holds: Callable[[], Awaitable[bool]],
        wait: Callable[[], Awaitable[float]],
    ) -> None:
        self._receive, self._send, self._holds, self._wait = receive, send, holds, wait
        self._next: asyncio.Task[Message] | None = None
        self._due = asyncio.Event()
        self._is_closed = False

    def check_now(self) -> None:
        """Check now whether the session holds."""
        self._due.set()

    def close(self) -> None:
        """Wait for no more messages."""
        if self._next:
            self._next.cancel()

    async def receive(self) -> Message:
        while True:
            message = await self._next_message()
            if message and message["type"] != "websocket.receive":
                return message
            if message:
                await asyncio.sleep(await self._wait())
            try:
                holds = await self._holds()
            except DatabaseUnavailable:
                holds = True  # nothing can be read or written for now; the next check asks again
            if not holds:
                await self.send({"type": "websocket.close", "code": 1008, "reason": ENDED})
                self._is_closed = True
                return {"type": "websocket.disconnect", "code": 1008}
            if message:
                return message

    async def _next_message(self) -> Message | None:
        """Return the next message; None when it is time to check the session."""
        self._next = self._next or asyncio.ensure_future(_message(self._receive))
        due = asyncio.ensure_future(self._due.wait())
        try:
            await asyncio.wait({self._next, due}, timeout=CHECK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
        finally:
            due.cancel()
        self._due.clear()
        if not self._next.done():
            return None
        message, self._next = self._next.result(), None
        return message

    async def send(self, message: Message) -> None:
        if not self._is_closed:
            await self._send(message)


async def _message(receive: Receive) -> Message:
    return await receive()
