"""Which hosts, origins and proxies are accepted, and which header fields of theirs are trusted."""

from __future__ import annotations

import ipaddress
import re
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from email_assistant.settings import Settings

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})

FORWARDED = frozenset(
    {"forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-port", "x-real-ip"}
)
"""Header fields in which a proxy names its client. Anybody can send them."""

PROXY_SIGNS = FORWARDED | {
    "via", "x-client-ip", "x-cluster-client-ip", "x-original-host", "x-original-url", "true-client-ip",
    "cf-connecting-ip", "cf-ray", "cdn-loop", "fly-client-ip", "x-envoy-external-address", "x-amzn-trace-id",
}  # fmt: skip
"""Header fields that show that a request passed a proxy. Many proxies send none of them."""

_FETCHES = re.compile(r"\b(?:Chrome/(?!\d\b|[1-7]\d\b)|Firefox/(?!\d\b|[1-8]\d\b))\d+")
"""Browsers that send Sec-Fetch-Site to a loopback address, and without TLS to no other."""

client_address: ContextVar[str] = ContextVar("client_address", default="")
"""The address of the client of this request; behind a trusted proxy, the one that it names."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class EdgePolicy:
    """What is accepted from outside.

    `hosts` are the names that a request may address this server by, against DNS rebinding. `origin` is that
    of the public URL. Only `proxies` are trusted to name their clients, and to name who has signed in, in
    the header field `identity`. A `local` server accepts no proxy at all.
    """

    hosts: frozenset[str] = LOOPBACK_HOSTS
    origin: str = ""
    proxies: tuple[Network, ...] = ()
    identity: str = ""
    local: bool = True

    @classmethod
    def from_settings(cls, settings: Settings) -> EdgePolicy:
        """Return the policy of a server with these settings."""
        url = urlsplit(settings.url or "")
        hosts = {host.lower() for host in (url.hostname, *settings.hosts) if host}
        return cls(
            hosts=LOOPBACK_HOSTS | hosts,
            origin=f"{url.scheme}://{url.netloc}".lower() if url.netloc else "",
            proxies=settings.proxies,
            identity=settings.proxy_header.lower() if settings.auth == "proxy" else "",
            local=settings.auth == "local",
        )

    def reason_to_reject(self, scope: Scope) -> str | None:
        """Return why a request is rejected as it came; None if it is accepted."""
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        try:
            hostname = urlsplit(f"//{host}").hostname
            own = origin is None or (origin != "" and origin.lower() == self.origin)
            own = own or urlsplit(origin).netloc == host
        except ValueError:
            return "The request's Host or Origin cannot be read."
        if self.local and (not _is_loopback(scope) or _passed_a_proxy(scope, headers)):
            return (
                "This server is for this machine only, and the request came from elsewhere or through a "
                "proxy. Set EMAIL_ASSISTANT_AUTH to let others sign in."
            )
        if hostname not in self.hosts:
            return (
                "This address is not one of this server's. Open it as http://127.0.0.1 with its port, or set "
                "EMAIL_ASSISTANT_URL to the address that people use."
            )
        if not own:
            return "Another site's page may not use this server."
        if self.identity and len(headers.getlist(self.identity)) > 1:
            return "The proxy names two users. It must replace the field that names one, not add to it."
        return None

    def sanitized_scope(self, scope: Scope) -> Scope:
        """Return the request with its real client and scheme, without untrusted header fields."""
        proxied = self._is_proxy(_peer(scope))
        headers = Headers(scope=scope)
        untrusted = {name.encode() for name in FORWARDED}
        if self.identity and not proxied:
            untrusted.add(self.identity.encode("latin-1"))
        sanitized = {**scope, "headers": [(k, v) for k, v in scope["headers"] if k not in untrusted]}
        if proxied:
            sanitized["client"] = (self._client(headers, _peer(scope)), 0)
            if headers.get("x-forwarded-proto", "").strip().lower() == "https":
                sanitized["scheme"] = "wss" if scope["type"] == "websocket" else "https"
        return sanitized

    def is_secure(self, scope: Scope) -> bool:
        """Return whether the browser's connection is encrypted, at a proxy as well."""
        return self.origin.startswith("https:") or scope.get("scheme") in ("https", "wss")

    def _client(self, headers: Headers, peer: str) -> str:
        """Return the nearest address that is not a trusted proxy: those before it may be made up."""
        named = [part.strip() for value in headers.getlist("x-forwarded-for") for part in value.split(",")]
        for address in reversed(named):
            if not self._is_proxy(address):
                return str(_parsed(address) or peer)
        return peer

    def _is_proxy(self, address: str) -> bool:
        parsed = _parsed(address)
        return parsed is not None and any(parsed in network for network in self.proxies)


def _peer(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""


def limited_as(address: str) -> str:
    """Return the key that requests of a client are counted under: an IPv6 customer has a whole /64."""
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed or address)


def utf8(value: str) -> str:
    """Return a header field's Latin-1 value as the UTF-8 that proxies send; else as it is."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _passed_a_proxy(scope: Scope, headers: Headers) -> bool:
    """Return whether a request shows that it passed a proxy, which not every proxy does.

    nginx, for one, speaks HTTP/1.0 or closes each connection, unless it is configured otherwise.
    """
    if scope.get("http_version") == "1.0" or any(
        name in PROXY_SIGNS or name.startswith("x-forwarded-") for name in headers
    ):
        return True
    browser = headers.get("user-agent", "").startswith("Mozilla/")
    if scope["type"] != "http" or not browser:
        return False
    if headers.get("connection", "").lower() == "close":
        return True
    return bool(_FETCHES.search(headers["user-agent"])) and "sec-fetch-site" not in headers


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return an address, also with a port and in brackets, as some proxies write it."""
    bare = re.fullmatch(r"\"?(?:\[([^\]]*)\]|([^:]*))(?::\d{1,5})?\"?", address)
    try:
        parsed = ipaddress.ip_address(((bare[1] or bare[2]) if bare else address).partition("%")[0])
    except ValueError:
        return None
    # A server that listens on both families sees IPv4 clients as ::ffff:192.0.2.1.
    return (parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None) or parsed


def _is_loopback(scope: Scope) -> bool:
    peer = _peer(scope)
    parsed = _parsed(peer)
    return not peer or (parsed is not None and parsed.is_loopback)  # a Unix socket has no address
