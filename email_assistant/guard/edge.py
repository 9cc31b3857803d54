"""The outermost middleware: rejects foreign hosts and origins, blocked routes and too large bodies."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from errno import EDQUOT, ENOSPC

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.utils import ClientDisconnected

from email_assistant.errors import cause_of
from email_assistant.guard.edge_policy import EdgePolicy, client_address
from email_assistant.guard.problem import UNEXPECTED
from email_assistant.guard.refusals import NOT_FOUND, refuse
from email_assistant.guard.security_headers import SecurityHeaders, uncompressed_page

log = logging.getLogger(__name__)

NO_ROOM = "The disk of the server is full, so this was not used. Make room there, then try again."

KILOBYTE, MEGABYTE = 1024, 1024 * 1024


@dataclass(frozen=True)
class BodyLimit:
    """The largest body below a path, and what a person is advised who sends a larger one."""

    path: str
    bytes: int
    advice: str = "Send less."
    content_type: str = ""
    """What its Content-Type begins with."""

    def applies_to(self, scope: Scope) -> bool:
        """Return whether a request is below the path and of that type."""
        if not _is_below(scope["path"], self.path):
            return False
        return not self.content_type or Headers(scope=scope).get("content-type", "").startswith(
            self.content_type
        )


MAX_UPLOAD = 25 * MEGABYTE + 64 * KILOBYTE
"""Bytes of a file with what multipart/form-data adds."""

BODY_LIMITS = (
    BodyLimit("/project/file", MAX_UPLOAD, "Save the email without its attachments, or paste its text."),
    BodyLimit("/api", MAX_UPLOAD, content_type="multipart/form-data"),
    BodyLimit("/ws", 8 * MEGABYTE, "Attach a long email as a file."),
    BodyLimit("/login", 64 * KILOBYTE),  # anybody may send it, and a form is taken apart in the event loop
    BodyLimit("", 2 * MEGABYTE),
)


class EdgeMiddleware:
    """ASGI middleware that rejects requests before routing, and sets security headers.

    Args:
        app: what it stands before.
        policy: which hosts, origins and proxies are accepted.
        blocked: paths that answer 404, as do those below them.
    """

    def __init__(self, app: ASGIApp, policy: EdgePolicy | None = None, blocked: Collection[str] = ()) -> None:
        self._app, self._policy, self._blocked = app, policy or EdgePolicy(), blocked

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reject a request, or hand it on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        began = _Began(send)
        try:
            await self._let_in(scope, receive, began.send)
        except (ClientDisconnect, ClientDisconnected):
            pass  # nobody is left who could be answered
        except Exception as error:  # the server that runs this would write its text into the log
            log.error("A request failed: %s", cause_of(error))
            if not began.began:
                await refuse(scope, receive, send, 500, NO_ROOM if _is_full(error) else UNEXPECTED)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        reason = self._policy.reason_to_reject(scope)
        scope = self._policy.sanitized_scope(scope)
        client_address.set(scope["client"][0] if scope.get("client") else "")
        if scope["type"] == "http":
            send = SecurityHeaders(scope, send, secure=self._policy.is_secure(scope)).send
        if reason:
            await refuse(scope, receive, send, 403, reason, foreign=True)
        elif "\0" in scope["path"] or any(_is_below(scope["path"], path) for path in self._blocked):
            await refuse(scope, receive, send, 404, NOT_FOUND, foreign=True)
        elif scope["type"] == "http":
            await _Limited(scope, receive, send).run(self._app)
        else:
            await self._app(scope, receive, send)


class _Began:
    """Tells whether a response has begun."""

    def __init__(self, send: Send) -> None:
        self._send, self.began = send, False

    async def send(self, message: Message) -> None:
        self.began = True
        await self._send(message)


def _is_full(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno in (ENOSPC, EDQUOT)


class _Limited:
    """A request that is answered 413 as soon as its body grows too large."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._limit = next(
            (limit for limit in BODY_LIMITS if limit.applies_to(scope)),
            BODY_LIMITS[-1],  # a path may be a whole URL, as a proxy gets it
        )
        self._received = 0
        self._has_more = True
        self._is_answered = False

    async def run(self, app: ASGIApp) -> None:
        """Hand the request to `app`, unless it says that it is too large."""
        length = Headers(scope=self._scope).get("content-length", "")
        if length.isdecimal() and int(length) > self._limit.bytes:
            await self._refuse()
            return
        try:
            await app(uncompressed_page(self._scope), self._count, self._pass)
        except ClientDisconnect:  # as which `app` was told of it
            if self._received <= self._limit.bytes:
                raise
            if not self._is_answered:
                await self._refuse()

    async def _count(self) -> Message:
        message = await self._receive()
        self._received += len(message.get("body", b""))
        self._has_more = message.get("more_body", False)
        return {"type": "http.disconnect"} if self._received > self._limit.bytes else message

    async def _pass(self, message: Message) -> None:
        if self._received <= self._limit.bytes:
            await self._send(message)
        elif not self._is_answered:
            await self._refuse()

    async def _refuse(self) -> None:
        self._is_answered = True
        # Read to its end, since a client that still sends would not see the answer.
        while self._has_more:
            await self._count()
        size = self._limit.bytes // MEGABYTE
        advice = self._limit.advice
        sentence = f"This is larger than {size} MB. {advice}" if size else advice
        await refuse(self._scope, self._receive, self._send, 413, sentence)


def _is_below(path: str, parent: str) -> bool:
    return path == parent or path.startswith(f"{parent}/")
