"""Security headers on every response, and no links to other hosts in a page."""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Scope, Send

# Chainlit's elements are compiled in the page, hence 'unsafe-eval'; its component library sets styles inline.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'{scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; media-src 'self'; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""For uploaded files: they can do nothing, should a browser show one after all."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
TRANSPORT_SECURITY = "max-age=31536000"

_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_FOREIGN_LINK = re.compile(rb"<(?:link|meta)\b[^>]*(?:href|content)=\"https?://[^>]*>\s*")
_FILES = re.compile(r"/project/file(?:/|$)")
_CACHING = {
    "/assets/": "public, max-age=31536000, immutable",  # Chainlit's page in parts, named after what they hold
    "/public/": "no-cache",  # ours: asked for again, and not sent again where nothing changed
}


def uncompressed_page(scope: Scope) -> Scope:
    """Return the request for a page without compression, so that the page can be read."""
    if "text/html" not in Headers(scope=scope).get("accept", ""):
        return scope
    return {**scope, "headers": [(k, v) for k, v in scope["headers"] if k != b"accept-encoding"]}


class SecurityHeaders:
    """Passes a response on with security headers, and a page without its links to other hosts.

    Args:
        scope: of the request that is answered.
        send: where it goes.
        secure: whether the browser's way here is encrypted.
    """

    def __init__(self, scope: Scope, send: Send, *, secure: bool) -> None:
        self._path: str = scope["path"]
        self._send = send
        self._secure = secure
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        """Send the next message of the response, or keep it until the page is whole."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            self._set(headers)
            is_page = headers.get("content-type", "").startswith("text/html")
            if is_page or message["status"] >= 400:
                headers["Cache-Control"] = "no-store"
            if is_page and not _FILES.match(self._path):
                self._start = message
                return
        elif message["type"] == "http.response.body" and self._start:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_page(self._start)
            return
        await self._send(message)

    def _set(self, headers: MutableHeaders) -> None:
        headers.update(HEADERS)
        headers["Content-Security-Policy"] = POLICY.format(scripts="")
        if _FILES.match(self._path):
            headers["Content-Security-Policy"] = FILE_POLICY
            headers["Content-Disposition"] = "attachment"
        headers.setdefault("Cache-Control", self._caching())
        if self._secure:
            headers["Strict-Transport-Security"] = TRANSPORT_SECURITY
        headers.raw[:] = [(k, self._cookie(v) if k == b"set-cookie" else v) for k, v in headers.raw]

    def _caching(self) -> str:
        return next((how for path, how in _CACHING.items() if self._path.startswith(path)), "no-store")

    def _cookie(self, value: bytes) -> bytes:
        """Return the cookie, Secure behind a proxy with TLS as well: Chainlit knows of no proxy."""
        first, *attributes = [part.strip() for part in value.decode("latin-1").split(";")]
        kept = [
            each for each in attributes if each.lower() not in ("secure", "samesite=none", "samesite=lax")
        ]
        return "; ".join([first, *kept, "SameSite=lax", *(["Secure"] if self._secure else [])]).encode(
            "latin-1"
        )

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
