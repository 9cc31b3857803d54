"""The language of a request, which all that answers it speaks."""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from email_assistant.translations import accepted, set_language

_NAMED = re.compile(rb"(?<![^&])language=[^&]*")


class LanguageMiddleware:
    """Sets the language of whatever answers a request or a socket: the first that the browser prefers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, in its language."""
        if scope["type"] in ("http", "websocket"):
            language = accepted(Headers(scope=scope).get("accept-language", ""))
            set_language(language)
            if scope["path"].startswith("/project/"):
                # Chainlit's page names the browser's language here, such as de-AT, and no file has that name.
                query = _NAMED.sub(b"language=" + language.encode(), scope["query_string"])
                scope = {**scope, "query_string": query}
        await self._app(scope, receive, send)
