"""What stands before both doors: whose requests are let in, and what a page may load."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})

# Chainlit's elements are compiled in the page, hence 'unsafe-eval'; its component library sets styles inline.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'{scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; media-src 'self'; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}

_HEADERS = [
    (name.lower().encode(), value.encode())
    for name, value in {**HEADERS, "Content-Security-Policy": POLICY.format(scripts="")}.items()
]
_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_FOREIGN_LINK = re.compile(rb"<(?:link|meta)\b[^>]*(?:href|content)=\"https?://[^>]*>\s*")


class Guard:
    """ASGI middleware: refuses foreign hosts and origins, and keeps pages from loading anything elsewhere.

    Args:
        app: what it stands before.
        hosts: the host names that a request may name, against DNS rebinding; None admits any.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] | None = LOOPBACK_HOSTS) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 to a foreign request, and hand on any other."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif refusal := self._refusal(Headers(scope=scope)):
            await _refuse(scope, receive, send, refusal)
        elif scope["type"] == "http":
            await self._app(_uncompressed_page(scope), receive, _Page(send).send)
        else:
            await self._app(scope, receive, send)

    def _refusal(self, headers: Headers) -> str | None:
        host, origin = headers.get("host", ""), headers.get("origin")
        try:
            hostname = urlsplit(f"//{host}").hostname
            foreign = origin is not None and urlsplit(origin).netloc != host
        except ValueError:
            return "The request's Host or Origin cannot be read."
        if self._hosts is not None and hostname not in self._hosts:
            return "This address is not one of this server's. Open it as http://127.0.0.1 with its port."
        if foreign:
            return "Another site's page may not use this server."
        return None


async def _refuse(scope: Scope, receive: Receive, send: Send, sentence: str) -> None:
    if scope["type"] == "websocket":
        await receive()  # the handshake; closing before it is accepted answers 403
        await send({"type": "websocket.close", "code": 1008, "reason": sentence})
        return
    response: Response = PlainTextResponse(sentence, status_code=403)
    if scope["path"].startswith("/api/"):
        problem = {"type": "about:blank", "title": "Forbidden", "status": 403, "detail": sentence}
        response = JSONResponse(problem, 403, media_type="application/problem+json")
    await response(scope, receive, send)


def _uncompressed_page(scope: Scope) -> Scope:
    """Ask for a page as it is, so that it can be read."""
    if "text/html" not in Headers(scope=scope).get("accept", ""):
        return scope
    return {**scope, "headers": [(k, v) for k, v in scope["headers"] if k != b"accept-encoding"]}


class _Page:
    """Passes a response on with our headers; a page also without its links to other hosts."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            # The doors set none of these; one by one they would cost more than the rest of this middleware.
            message["headers"] = [*message["headers"], *_HEADERS]
            if Headers(raw=message["headers"]).get("content-type", "").startswith("text/html"):
                self._start = message
                return
        elif message["type"] == "http.response.body" and self._start:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_page(self._start)
            return
        await self._send(message)

    async def _send_page(self, start: Message) -> None:
        page = _FOREIGN_LINK.sub(b"", self._body)
        hashes = [hashlib.sha256(script).digest() for script in _INLINE_SCRIPT.findall(page)]
        headers = MutableHeaders(scope=start)
        headers["Content-Length"] = str(len(page))
        headers["Content-Security-Policy"] = POLICY.format(
            scripts="".join(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in hashes)
        )
        await self._send(start)
        await self._send({"type": "http.response.body", "body": page})
