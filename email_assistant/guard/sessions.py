"""Browser sessions: the cookie that Chainlit signs, read and checked before Chainlit does."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from typing import Any

import jwt
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import Scope

EPOCH = "epoch"
"""The key of the user's epoch in the session's metadata: sessions of an earlier epoch have ended."""
SESSION = "session"
"""The key of a nonce in the same metadata."""


@dataclass(frozen=True)
class Session:
    """A session that was signed here. It may have been ended, or its user disabled, since."""

    name: str
    epoch: int | None
    expires_at: float
    cookie: str
    key: str
    """The hash of its claims. Its text would be no key: base64 can be written in several ways."""

    @property
    def has_expired(self) -> bool:
        """Whether it has expired."""
        return time.time() >= self.expires_at


class Sessions:
    """Reads the sessions that are signed with `secret`, which is Chainlit's CHAINLIT_AUTH_SECRET."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._cookie = cookie_name(secret)

    def read(self, headers: Headers) -> Session | None:
        """Return the session of a request."""
        for value in headers.getlist("cookie"):
            if (token := cookie_parser(value).get(self._cookie)) and (session := self._decode(token)):
                return session
        return None

    def without(self, scope: Scope, *, keep: Session | None) -> Scope:
        """Return the request with no session but `keep`: Chainlit may read one out of many cookies."""
        cookies: list[str] = []
        for name, value in scope["headers"]:
            if name == b"cookie":
                cookies += [part.strip() for part in value.decode("latin-1").split(";")]
        kept = [
            part for part in cookies if part and not part.partition("=")[0].strip().startswith(self._cookie)
        ]
        if keep:
            kept.append(f"{self._cookie}={keep.cookie}")
        others = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
        if kept:
            others.append((b"cookie", "; ".join(kept).encode("latin-1")))
        return {**scope, "headers": others}

    def _decode(self, token: str) -> Session | None:
        try:
            claims: dict[str, Any] = jwt.decode(
                token, self._secret, algorithms=["HS256"], options={"require": ["exp"]}
            )
            metadata = claims.get("metadata") or {}
            key = hashlib.sha256(json.dumps(claims, sort_keys=True).encode()).hexdigest()
            return Session(str(claims["identifier"]), metadata.get(EPOCH), float(claims["exp"]), token, key)
        except (jwt.InvalidTokenError, KeyError, AttributeError, ValueError):
            return None


def cookie_name(secret: str) -> str:
    """Return the session cookie's name: servers on two ports of a host must not mix their cookies."""
    return f"email_assistant_{hashlib.sha256(secret.encode()).hexdigest()[:8]}"
