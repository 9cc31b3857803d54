"""How large a request may be."""

from __future__ import annotations

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MEGABYTE = 1024 * 1024
MAX_JSON = 2 * MEGABYTE
MAX_UPLOAD = 25 * MEGABYTE + MEGABYTE // 16  # with what multipart/form-data adds


class BodyLimit:
    """ASGI middleware: answers 413 to a larger body, without keeping any of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request with a body that counts itself."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        upload = headers.get("content-type", "").startswith("multipart/form-data")
        limit = MAX_UPLOAD if upload else MAX_JSON
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                # Read to its end, since a client that still sends would not see the answer.
                while message["type"] == "http.request" and message.get("more_body"):
                    message = await receive()
                raise HTTPException(413, f"The body is larger than {limit // MEGABYTE} MB. Send less.")
            return message

        await self._app(scope, counted, send)
