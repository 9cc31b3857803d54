"""`/health` and `/ready`: what an orchestrator or a balancer asks, without a sign-in."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from email_assistant.errors import EmailAssistantError
from email_assistant.service.assistant import EmailAssistant

HEALTH, READY = "/health", "/ready"

READY_FOR = 1.0
"""Seconds that an answer about the database holds, so that asking often costs nothing."""
MAX_WAIT = 5.0
"""Seconds that the database may take to answer."""


class Probes:
    """Answers the two paths before anybody is asked who they are. They tell nothing but up or down."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._asking: asyncio.Task[bool] | None = None
        self._answered = -READY_FOR

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a probe; pass everything else on."""
        if scope["type"] != "http" or scope["path"] not in (HEALTH, READY):
            await self._app(scope, receive, send)
            return
        if scope["method"] not in ("GET", "HEAD"):
            answer = PlainTextResponse("", HTTPStatus.METHOD_NOT_ALLOWED, {"allow": "GET, HEAD"})
        elif scope["path"] == HEALTH:
            answer = PlainTextResponse("ok\n")
        elif scope["state"]["assistant"].is_ending:
            answer = PlainTextResponse("this server is ending\n", HTTPStatus.SERVICE_UNAVAILABLE)
        elif await self._is_ready(scope["state"]["assistant"]):
            answer = PlainTextResponse("ok\n")
        else:
            answer = PlainTextResponse("the database does not answer\n", HTTPStatus.SERVICE_UNAVAILABLE)
        answer.headers["cache-control"] = "no-store"
        await answer(scope, receive, send)

    async def _is_ready(self, assistant: EmailAssistant) -> bool:
        """Return whether the database answers; those who ask at once share one question."""
        now = asyncio.get_running_loop().time()
        if self._asking is None or (self._asking.done() and now - self._answered >= READY_FOR):
            self._asking, self._answered = asyncio.create_task(_answers(assistant)), now
        return await asyncio.shield(self._asking)


async def _answers(assistant: EmailAssistant) -> bool:
    try:
        async with asyncio.timeout(MAX_WAIT):
            await assistant.check_health()
    except (EmailAssistantError, TimeoutError):
        return False
    return True
