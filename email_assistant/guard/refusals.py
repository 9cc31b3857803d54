"""The one form of an answer to a request that is not let in."""

from __future__ import annotations

import math
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

NOT_FOUND = "Not Found"
"""What Chainlit's and FastAPI's own 404 say as well."""


async def refuse(
    scope: Scope,
    receive: Receive,
    send: Send,
    status: int,
    sentence: str,
    *,
    retry_after: float | None = None,
) -> None:
    """Answer a person with a sentence and a program with a problem document (RFC 9457) that holds it.

    A WebSocket is closed before it is accepted.
    """
    if scope["type"] == "websocket":
        await receive()  # the handshake; closing before it is accepted answers 403
        await send({"type": "websocket.close", "code": 1008, "reason": sentence})
        return
    headers = {} if retry_after is None else {"Retry-After": str(math.ceil(retry_after))}
    response: Response
    if "text/html" in Headers(scope=scope).get("accept", ""):
        response = PlainTextResponse(sentence, status, headers)
    else:
        title = HTTPStatus(status).phrase
        code = title.replace(" ", "")
        problem = {"type": "about:blank", "title": title, "status": status, "detail": sentence, "code": code}
        response = JSONResponse(problem, status, headers, media_type="application/problem+json")
    await response(scope, receive, send)
