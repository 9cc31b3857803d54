"""Every way of naming a host or an origin that is not this server's, on HTTP and on a WebSocket."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import ASGIApp
from starlette.websockets import WebSocket, WebSocketDisconnect

from email_assistant.guard import EdgeMiddleware

SCRIPT = "window.ready = true"
PAGE = f"""<!doctype html><html><head>
<link rel="preconnect" href="https://fonts.example.com">
<link rel="stylesheet" href="https://cdn.example.com/katex.css" />
<link rel="stylesheet" href="/public/style.css">
<script>{SCRIPT}</script>
</head><body>{"hello " * 500}</body></html>"""


async def page(_: Request) -> Response:
    return HTMLResponse(PAGE)


async def text(_: Request) -> Response:
    return PlainTextResponse("let in")


async def stream(_: Request) -> Response:
    async def pieces() -> AsyncIterator[str]:
        yield PAGE[:100]
        yield PAGE[100:]

    return StreamingResponse(pieces(), media_type="text/html")


async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("let in")
    await websocket.close()


@pytest.fixture
def app() -> ASGIApp:
    routes = [Route("/", page), Route("/text", text, methods=["GET", "POST"]), Route("/stream", stream)]
    inner = Starlette(routes=[*routes, WebSocketRoute("/ws", echo)])
    inner.add_middleware(GZipMiddleware)
    return EdgeMiddleware(inner)


@pytest.fixture
async def client(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:8000", "[::1]"]
)
async def test_this_machines_names_are_let_in(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/text", headers={"Host": host})).text == "let in"


@pytest.mark.parametrize(
    "host",
    [
        "",
        "example.com",
        "127.0.0.1.example.com",
        "localhost.example.com:8000",
        "example.com:8000",
        "127.0.0.2",
        "0.0.0.0:8000",
        "192.168.0.7:8000",
        "[",
        "[::2]",
        "127.0.0.1@example.com",
    ],
)
async def test_any_other_name_is_refused_against_rebinding(client: httpx.AsyncClient, host: str) -> None:
    refused = await client.get("/text", headers={"Host": host})

    assert refused.status_code == 403
    assert refused.json()["detail"].endswith(".")


@pytest.mark.parametrize(
    "origin",
    [
        "http://example.com",
        "http://127.0.0.1",
        "http://127.0.0.1:8001",
        "http://localhost:8000",
        "null",
        "",
        "http://[",
        "http://127.0.0.1:8000.example.com",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_page_of_another_site_is_refused(
    client: httpx.AsyncClient, origin: str, method: str
) -> None:
    refused = await client.request(method, "/text", headers={"Origin": origin})

    assert refused.status_code == 403


async def test_the_page_of_this_server_is_let_in(client: httpx.AsyncClient) -> None:
    assert (await client.post("/text", headers={"Origin": "http://127.0.0.1:8000"})).text == "let in"


async def test_an_api_refusal_is_a_problem_document(client: httpx.AsyncClient) -> None:
    refused = await client.get("/api/v1/conversations", headers={"Host": "example.com"})

    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["status"] == 403


# Starlette's own client, as it can open a WebSocket in the process.
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "example.com"},
        {"Host": "127.0.0.1:8000", "Origin": "http://example.com"},
        {"Host": "127.0.0.1:8000", "Origin": "null"},
    ],
)
def test_a_foreign_websocket_is_refused(app: ASGIApp, headers: dict[str, str]) -> None:
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        TestClient(app, client=("127.0.0.1", 50000)).websocket_connect("/ws", headers=headers),
    ):
        pass

    assert refused.value.code == 1008


def test_a_websocket_of_this_servers_page_is_let_in(app: ASGIApp) -> None:
    headers = {"Host": "127.0.0.1:8000", "Origin": "http://127.0.0.1:8000"}

    with TestClient(app, client=("127.0.0.1", 50000)).websocket_connect("/ws", headers=headers) as websocket:
        assert websocket.receive_text() == "let in"


@pytest.mark.parametrize("path", ["/", "/text", "/stream", "/unknown"])
async def test_every_response_may_load_from_this_server_only(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"Accept": "text/html"})

    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy
    assert "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/", "/stream"])
async def test_a_page_loses_its_links_to_other_hosts_and_keeps_its_own_scripts(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path, headers={"Accept": "text/html"})

    assert "example.com" not in answer.text
    assert "/public/style.css" in answer.text
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["content-security-policy"]
    assert "'unsafe-inline'" not in answer.headers["content-security-policy"].split("style-src")[0]


async def test_a_compressed_page_for_no_browser_comes_through_whole(client: httpx.AsyncClient) -> None:
    answer = await client.get("/", headers={"Accept": "*/*"})

    assert answer.text.startswith("<!doctype html>")
    assert answer.text.endswith("</html>")
