"""One id for each request: the one that it brings, or a new one. Its answer and its logs carry it."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from email_assistant.watching import id_of_request, request_id, trace_parent

FIELD = "X-Request-ID"


class RequestIds:
    """Gives HTTP requests their ids. Over a socket, each turn is given one of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on with its id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        known, parent = id_of_request(headers.get(FIELD, ""), headers.get("traceparent", ""))

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[FIELD] = known
            await send(message)

        of_request, of_trace = request_id.set(known), trace_parent.set(parent)
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            trace_parent.reset(of_trace)
            request_id.reset(of_request)
