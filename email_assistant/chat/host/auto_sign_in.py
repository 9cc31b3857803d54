"""Set the session cookie with the first page if no sign-in form is needed."""

from __future__ import annotations

from chainlit.auth import create_jwt, get_token_from_cookies, set_auth_cookie
from chainlit.config import config as chainlit_config
from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class AutoSignIn:
    """ASGI middleware that signs in whoever opens a page, if the request alone identifies them.

    Otherwise Chainlit's page would ask for the user, be refused, and show its form for a moment before it
    calls `/auth/header`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, and add a session cookie to the page of somebody without one."""
        sign_in = chainlit_config.code.header_auth_callback
        if not sign_in or scope["type"] != "http" or get_token_from_cookies(Request(scope).cookies):
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(Headers(raw=message["headers"])):
                request = Request(scope)
                if user := await sign_in(request.headers):
                    signed_in = Response()
                    set_auth_cookie(request, signed_in, create_jwt(user))
                    cookies = [field for field in signed_in.raw_headers if field[0] == b"set-cookie"]
                    message = {**message, "headers": [*message["headers"], *cookies]}
            await send(message)

        await self._app(scope, receive, sending)


def _is_page(headers: Headers) -> bool:
    return headers.get("content-type", "").startswith("text/html")
