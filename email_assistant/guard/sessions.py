"""Browser sessions: the cookie that Chainlit signs, read and checked before Chainlit does."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
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
ALGORITHM = "HS256"
"""With which Chainlit signs."""


@dataclass(frozen=True)
class Session:
    """A session that was signed here. It may have been ended, or its user disabled, since."""

    name: str
    epoch: int | None
    expires_at: float
    cookie: str
    """Its text, signed with the secret that signs now."""
    key: str
    """The hash of its claims. Its text would be no key: base64 can be written in several ways."""

    @property
    def has_expired(self) -> bool:
        """Whether it has expired."""
        return time.time() >= self.expires_at


class Sessions:
    """Reads the sessions that are signed with one of `secrets`.

    The first one is Chainlit's CHAINLIT_AUTH_SECRET, with which new sessions are signed. One that another
    secret signed is signed again on its way to Chainlit, so that a new secret signs nobody out.
    """

    def __init__(self, *secrets: str) -> None:
        self._secrets = {cookie_name(secret): secret for secret in secrets}
        self._current = secrets[0]

    def read(self, headers: Headers) -> Session | None:
        """Return the session of a request."""
        return next(self.all(headers), None)

    def all(self, headers: Headers) -> Iterator[Session]:
        """Yield all sessions that a request brings, those of the first secret first."""
        cookies = [cookie_parser(value) for value in headers.getlist("cookie")]
        for name, secret in self._secrets.items():
            for each in cookies:
                if (token := each.get(name)) and (session := self._decode(token, secret)):
                    yield session

    def without(self, scope: Scope, *, keep: Session | None) -> Scope:
        """Return the request with no session but `keep`: Chainlit may read one out of many cookies."""
        cookies: list[str] = []
        for name, value in scope["headers"]:
            if name == b"cookie":
                cookies += [part.strip() for part in value.decode("latin-1").split(";")]
        ours = tuple(self._secrets)
        kept = [part for part in cookies if part and not part.partition("=")[0].strip().startswith(ours)]
        if keep:
            kept.append(f"{cookie_name(self._current)}={keep.cookie}")
        others = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
        if kept:
            others.append((b"cookie", "; ".join(kept).encode("latin-1")))
        return {**scope, "headers": others}

    def _decode(self, token: str, secret: str) -> Session | None:
        try:
            claims: dict[str, Any] = jwt.decode(
                token, secret, algorithms=[ALGORITHM], options={"require": ["exp"]}
            )
            if secret != self._current:
                token = jwt.encode(claims, self._current, algorithm=ALGORITHM)
            metadata = claims.get("metadata") or {}
            key = hashlib.sha256(json.dumps(claims, sort_keys=True).encode()).hexdigest()
            return Session(str(claims["identifier"]), metadata.get(EPOCH), float(claims["exp"]), token, key)
        except (jwt.InvalidTokenError, KeyError, AttributeError, ValueError):
            return None


def cookie_name(secret: str) -> str:
    """Return the session cookie's name: servers on two ports of a host must not mix their cookies."""
    return f"email_assistant_{hashlib.sha256(secret.encode()).hexdigest()[:8]}"
