"""The one form of a response to a rejected request."""

from __future__ import annotations

import math

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from email_assistant.guard.problem import Problem
from email_assistant.translations import retold

API = "/api/v1/"
"""Below this path only programs ask."""

NOT_FOUND = "Not Found"
"""The detail of Chainlit's and FastAPI's own 404."""


MAX_REASON = 123
"""Bytes of a reason in a WebSocket's close frame (RFC 6455, sections 5.5 and 5.5.1)."""


def close_reason(sentence: str) -> str:
    """Return `sentence`, cut to what fits."""
    return sentence.encode()[:MAX_REASON].decode(errors="ignore")


async def refuse(
    scope: Scope,
    receive: Receive,
    send: Send,
    status: int,
    sentence: str,
    *,
    retry_after: float | None = None,
    foreign: bool = False,
) -> None:
    """Answer a person with a sentence and a program with a problem document (RFC 9457) that holds it.

    A WebSocket is opened and closed with the sentence as the reason, since a page learns nothing about a
    handshake that was refused. A `foreign` one, such as another site's, is not even opened.
    """
    sentence = retold(sentence)
    if scope["type"] == "websocket":
        await receive()  # the handshake; closing before it is accepted answers 403
        if not foreign:
            await send({"type": "websocket.accept"})
        await send({"type": "websocket.close", "code": 1008, "reason": close_reason(sentence)})
        return
    headers = {} if retry_after is None else {"Retry-After": str(math.ceil(retry_after))}
    response: Response
    if "text/html" in Headers(scope=scope).get("accept", "") and not scope["path"].startswith(API):
        response = PlainTextResponse(sentence, status, headers)
    else:
        response = Problem.of(status, sentence).response(headers)
    await response(scope, receive, send)
