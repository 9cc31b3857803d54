"""What the page shows at once: Chainlit's script is large, and the page is blank until it has come.

Chainlit answers any path with its page, which goes to the start from where there is nothing.
"""

from __future__ import annotations

import re
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from email_assistant.chat import texts
from email_assistant.translations import accepted_tag, current_language, direction

SPLASH = f"""
    <style>
      #ea-splash {{ position: fixed; inset: 0; display: grid; place-content: center; background: Canvas; color: GrayText;
        font: 1.1rem system-ui, sans-serif; color-scheme: light dark; }}
      #ea-splash::after {{ content: ""; height: 3px; margin-top: 1rem; border-radius: 2px; background: currentColor;
        animation: ea-splash 1.2s ease-in-out infinite alternate; }}
      @keyframes ea-splash {{ from {{ transform: scaleX(0.2); }} to {{ transform: scaleX(1); }} }}
      @media (prefers-reduced-motion: reduce) {{ #ea-splash::after {{ animation: none; }} }}
    </style>
    <div id="ea-splash" role="status">{texts.NAME}</div>
"""  # noqa: E501
_STYLESHEET = re.compile(rb"\s*<link\s[^>]*rel=\"stylesheet\"[^>]*>")
_HTML = re.compile(rb"<html[^>]*>")
_BODY = re.compile(rb"<body[^>]*>")
_PAGE = re.compile(r"/|/login(?:/callback)?/?|/(?:thread|share|element)(?:/[^/]*)?/?|/env/?")
"""The paths of which Chainlit's page shows something."""


class Splash:
    """ASGI middleware before Chainlit: puts a splash and the reader's language into its page.

    `public/stage.js` takes the splash away.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on; a page is held back until it is whole."""
        start: Message | None = None
        page = b""

        async def sending(message: Message) -> None:
            nonlocal start, page
            if message["type"] == "http.response.start" and _is_plain_page(Headers(raw=message["headers"])):
                start = message
            elif start and message["type"] == "http.response.body":
                page += message.get("body", b"")
                if not message.get("more_body"):
                    missing = start["status"] == HTTPStatus.OK and not _PAGE.fullmatch(scope["path"])
                    accepted = Headers(scope=scope).get("accept-language", "")
                    page = _opened(with_splash(page), accepted, missing=missing)
                    if missing:
                        start["status"] = HTTPStatus.NOT_FOUND
                    headers = MutableHeaders(scope=start)
                    headers["Content-Length"] = str(len(page))
                    headers["Content-Language"] = current_language()
                    headers.add_vary_header("Accept-Language")
                    await send(start)
                    await send({"type": "http.response.body", "body": page})
            else:
                await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)


def with_splash(page: bytes) -> bytes:
    """Return the page with the splash first in its body and stylesheets behind, so that it waits for none."""
    styles = b"".join(_STYLESHEET.findall(page))
    page = _STYLESHEET.sub(b"", page)
    return _BODY.sub(lambda body: body[0] + SPLASH.encode() + styles, page, count=1)


def _opened(page: bytes, accepted: str, *, missing: bool) -> bytes:
    """Return the page with its language; with its region, since its scripts write dates by it.

    `public/sidebar.js` says that a page is `missing`.
    """
    mark = " data-missing" if missing else ""
    opened = f'<html lang="{accepted_tag(accepted)}" dir="{direction()}"{mark}>'
    return _HTML.sub(opened.encode(), page, count=1)


def _is_plain_page(headers: Headers) -> bool:
    return headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers
