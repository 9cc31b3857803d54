"""The connection to a model's server: its address, how one signs in there, proxies."""

from __future__ import annotations

import base64
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit
from urllib.request import getproxies, proxy_bypass

import httpx2
import openai

from email_assistant.errors import SettingsError

OPENAI = "https://api.openai.com/v1"
CHAT = "/chat/completions"
_ENDPOINTS = (CHAT, "/completions", "/responses", "/models", "/chat", "/embeddings")
_NEAR = (".local", ".lan", ".internal", ".home", ".home.arpa", ".localdomain")
_AZURE_VERSION = "2024-10-21"
_AZURE = (".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com")


@dataclass(frozen=True)
class Address:
    """Where a model's server is, and what goes with each request to it."""

    url: str
    query: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    """`name:password`, where the address had one."""

    @classmethod
    def of(cls, given: str | None, *, model: str = "", api_version: str | None = None) -> Address:
        """Read the address that the person set; OpenAI's if there is none."""
        parts = urlsplit((given or "").strip().strip("\"'") or OPENAI)
        path = parts.path.rstrip("/")
        for endpoint in _ENDPOINTS:
            path = path.removesuffix(endpoint)
        query = dict(parse_qsl(parts.query))
        if api_version:
            query["api-version"] = api_version
        if (parts.hostname or "").endswith(_AZURE) and path in ("", "/openai"):
            path = f"/openai/deployments/{model}" if "api-version" in query else "/openai/v1"
        user, _, place = parts.netloc.rpartition("@")
        return cls(urlunsplit((parts.scheme, place, path, "", "")), query, unquote(user))

    @property
    def host(self) -> str:
        """The server's name and port."""
        return urlsplit(self.url).netloc

    @property
    def has_version(self) -> bool:
        """Whether the path ends with a version, as nearly all do."""
        last = urlsplit(self.url).path.rpartition("/")[2]
        return (last[:1] == "v" and last[1:2].isdigit()) or "/openai/" in self.url

    @property
    def is_loopback(self) -> bool:
        """Whether the server is this machine."""
        name = (urlsplit(self.url).hostname or "").rstrip(".")
        if name == "localhost" or name.endswith(".localhost"):
            return True
        address = _ip(name)
        mapped = getattr(address, "ipv4_mapped", None) or address
        return bool(mapped and (mapped.is_loopback or mapped.is_unspecified))

    @property
    def is_near(self) -> bool:
        """Whether it is in the person's own network, where a model may be slow to begin."""
        name = (urlsplit(self.url).hostname or "").rstrip(".")
        address = _ip(name)
        if address:
            return bool(address.is_private or address.is_link_local)
        return self.is_loopback or "." not in name or name.endswith(_NEAR)

    @property
    def is_azure_deployment(self) -> bool:
        """Whether it is one of Azure's classic addresses, which take the key in a field of their own."""
        return "/openai/deployments/" in self.url or "api-version" in self.query

    @property
    def is_openai(self) -> bool:
        """Whether it is OpenAI itself, or its models at Azure."""
        name = urlsplit(self.url).hostname or ""
        return name.endswith((".openai.com", *_AZURE)) or self.is_azure_deployment

    @property
    def provider(self) -> str:
        """Whose protocol it speaks, as the semantic conventions of OpenTelemetry name it."""
        name = urlsplit(self.url).hostname or ""
        return "azure.ai.openai" if name.endswith(_AZURE) or self.is_azure_deployment else "openai"

    @property
    def place(self) -> tuple[str, int | None]:
        """The server's name and port."""
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or {"https": 443, "http": 80}.get(parts.scheme)

    @property
    def proxy(self) -> str:
        """The variable that names the proxy on the way, where there is one."""
        parts = urlsplit(self.url)
        if self.is_loopback or proxy_bypass(parts.hostname or ""):
            return ""
        proxies = getproxies()
        return next((f"{name.upper()}_PROXY" for name in (parts.scheme, "all") if proxies.get(name)), "")

    def after(self, location: str) -> Address | None:
        """Return the address of a redirect that mail may follow: on the same server, and no less safe."""
        old, new = urlsplit(self.url), urlsplit(location)
        scheme, place = new.scheme or old.scheme, new.netloc or old.netloc
        upgraded = (old.scheme, scheme) == ("http", "https") and new.hostname == old.hostname and not new.port
        if not new.path.endswith(CHAT) or not (upgraded or (scheme, place) == (old.scheme, old.netloc)):
            return None
        path = new.path.removesuffix(CHAT)
        return Address(
            urlunsplit((scheme, place, path, "", "")), {**self.query, **dict(parse_qsl(new.query))}, self.user
        )


def _ip(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        pass
    if name[-1:].isdigit():  # 127.1 and its like
        try:
            return ip_address(socket.inet_aton(name))
        except (OSError, ValueError):
            return None
    return None


def connect(
    address: Address,
    *,
    key: str | None,
    timeout: float,
    max_retries: int,
    headers: Mapping[str, str],
    on_response: Callable[[httpx2.Response], Awaitable[None]],
) -> openai.AsyncOpenAI:
    """Return a client of the server at `address`.

    Raises:
        SettingsError: the environment names an invalid proxy.
    """
    fields: dict[str, str | openai.Omit] = dict(headers)
    if address.user:
        fields["Authorization"] = "Basic " + base64.b64encode(address.user.encode()).decode()
    if not address.is_openai:  # whose they are is nobody else's business
        fields |= {"OpenAI-Organization": openai.omit, "OpenAI-Project": openai.omit}
    try:
        # aiohttp below httpx takes a third of the time a chunk that httpcore does (`make bench`).
        http_client = openai.DefaultAioHttpClient(
            event_hooks={"response": [on_response]},
            follow_redirects=False,
            trust_env=not address.is_loopback,  # a proxy would carry the mail off this machine
            verify=httpx2.create_ssl_context(),
        )
    except ValueError:
        raise SettingsError(
            f"The proxy that {address.proxy or 'ALL_PROXY'} names cannot be used. "
            "Set it to one such as http://proxy.example.com:8080, or unset it."
        ) from None
    key = key or "none"  # local servers ask for no key, but the package does
    # No `read`: between two signs of the model our own clock runs.
    limits = openai.Timeout(timeout, connect=min(timeout, 10), read=None)
    known: Any = {"default_headers": fields, "timeout": limits, "max_retries": max_retries}
    known |= {"default_query": dict(address.query), "http_client": http_client}
    if address.is_azure_deployment:
        known |= {"azure_ad_token" if key.startswith("ey") else "api_key": key}  # tokens of Entra begin so
        version = address.query.get("api-version", _AZURE_VERSION)
        client: openai.AsyncOpenAI = openai.AsyncAzureOpenAI(
            base_url=address.url, api_version=version, **known
        )
        return client
    return openai.AsyncOpenAI(base_url=address.url, api_key=key, **known)
