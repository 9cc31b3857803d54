"""The ways to sign in, each with a real server: what it needs to start, whom it lets in, whom it does not."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from aiohttp import web

from email_assistant.service.accounts import open_accounts
from email_assistant.settings import Settings
from tests.integration.chainlit_client import Tab
from tests.integration.processes import COMMAND, ROOT, ServerProcess

PROVIDER = {
    "OAUTH_GENERIC_CLIENT_ID": "id",
    "OAUTH_GENERIC_CLIENT_SECRET": "secret",
    "OAUTH_GENERIC_SCOPES": "email",
}


@contextlib.contextmanager
def serving(data_dir: Path, **environment: str) -> Iterator[ServerProcess]:
    server = ServerProcess(data_dir)
    server.environment |= environment
    server.start()
    try:
        yield server
    finally:
        server.stop()


def refusal(tmp_path: Path, **environment: str) -> str:
    """Return what the server says instead of starting."""
    prepared = ServerProcess(tmp_path / "data").environment | environment
    ended = subprocess.run(
        [*COMMAND, "serve", "--port", "0"],
        env=prepared, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 7
    assert "Traceback" not in ended.stderr
    return " ".join(ended.stderr.split())


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"HOST": "0.0.0.0"}, "would let others in without signing in"),
        ({"HOST": "192.0.2.1"}, "would let others in without signing in"),
        ({"AUTH": "password", "HOST": "0.0.0.0"}, "Set EMAIL_ASSISTANT_URL"),
        ({"AUTH": "proxy"}, "needs EMAIL_ASSISTANT_PROXY_ADDRESSES"),
        ({"AUTH": "oauth"}, "needs EMAIL_ASSISTANT_OAUTH_ALLOWED"),
        ({"AUTH": "oauth", "OAUTH_ALLOWED": "example.com"}, "needs a service to sign in with"),
        ({"AUTH": "anybody"}, "auth"),
        ({"URL": "mail.example.com"}, "https://mail.example.com"),
        ({"PROXY_ADDRESSES": "the proxy"}, "EMAIL_ASSISTANT_PROXY_ADDRESSES"),
        ({"SECRET_FILE": "/nowhere"}, "Write one into it"),
    ],
)
def test_a_server_that_would_let_in_too_many_does_not_start(
    tmp_path: Path, environment: Mapping[str, str], sentence: str
) -> None:
    named = {f"EMAIL_ASSISTANT_{name}": value for name, value in environment.items()}
    assert sentence in refusal(tmp_path, **named)


async def test_a_server_without_users_says_how_to_add_one(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with serving(data_dir, EMAIL_ASSISTANT_AUTH="password") as server:
        assert "email-assistant users add NAME" in server.output()
        async with open_accounts(Settings(data_dir=data_dir)) as accounts:
            await accounts.add("sam", "correct horse battery")
        # The running server obeys at once.
        async with httpx.AsyncClient(base_url=server.url) as client:
            form = {"username": "SAM", "password": "correct horse battery"}
            assert (await client.post("/login", data=form)).status_code == 200
            assert (await client.get("/user")).json()["identifier"] == "sam"


async def test_a_new_secret_signs_nobody_out_and_signs_from_then_on(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    form = {"username": "sam", "password": "correct horse battery"}
    async with open_accounts(Settings(data_dir=data_dir)) as accounts:
        await accounts.add("sam", "correct horse battery")
    with serving(data_dir, EMAIL_ASSISTANT_AUTH="password") as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            (await client.post("/login", data=form)).raise_for_status()
            earlier = dict(client.cookies)

    secret = data_dir / "secret"
    secret.write_text(f"{'n' * 48}\n{secret.read_text()}\n")
    with serving(data_dir, EMAIL_ASSISTANT_AUTH="password") as server:
        tab = Tab(server.url)
        tab.http.cookies.update(earlier)
        await tab.connect(sign_in=False)
        assert (await tab.http.get("/user")).json()["identifier"] == "sam"
        assert (await tab.http.post("/api/v1/create")).status_code == 201
        await tab.drop()
        await tab.http.aclose()
        async with httpx.AsyncClient(base_url=server.url) as client:
            (await client.post("/login", data=form)).raise_for_status()
            later = dict(client.cookies)

    secret.write_text("n" * 48)
    with serving(data_dir, EMAIL_ASSISTANT_AUTH="password") as server:
        for cookies, status in ((earlier, 401), (later, 200)):
            async with httpx.AsyncClient(base_url=server.url, cookies=cookies) as client:
                assert (await client.get("/user")).status_code == status


async def test_behind_an_https_address_cookies_are_secure_and_the_page_is_kept_to_it(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    settings = {"EMAIL_ASSISTANT_AUTH": "password", "EMAIL_ASSISTANT_URL": "https://mail.example.com"}
    async with open_accounts(Settings(data_dir=data_dir)) as accounts:
        await accounts.add("sam", "correct horse battery")
    with serving(data_dir, **settings) as server:
        async with httpx.AsyncClient(
            base_url=server.url, headers={"Host": "mail.example.com", "Origin": "https://mail.example.com"}
        ) as client:
            form = {"username": "sam", "password": "correct horse battery"}
            answer = await client.post("/login", data=form)
            cookies = answer.headers.get_list("set-cookie")
            assert answer.status_code == 200
            assert all(cookie.endswith("SameSite=lax; Secure") and "HttpOnly" in cookie for cookie in cookies)
            assert answer.headers["strict-transport-security"]
            foreign = await client.post("/login", data=form, headers={"Origin": "https://evil.test"})
            assert foreign.status_code == 403


# --- local --------------------------------------------------------------------------------------------------


async def test_the_first_page_brings_the_session_of_the_one_user_along(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            assert "set-cookie" not in (await client.get("/favicon")).headers
            page = await client.get("/")
            assert "HttpOnly" in page.headers["set-cookie"]
            assert (await client.get("/user")).json()["identifier"] == "local"
            assert "set-cookie" not in (await client.get("/")).headers


# --- proxy --------------------------------------------------------------------------------------------------


async def test_a_proxy_names_who_comes_in_and_nobody_else_does(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    settings = {
        "EMAIL_ASSISTANT_AUTH": "proxy",
        "EMAIL_ASSISTANT_PROXY_ADDRESSES": "127.0.0.1",
        "EMAIL_ASSISTANT_PROXY_HEADER": "Remote-User",
    }
    with serving(data_dir, **settings) as server:
        async with httpx.AsyncClient(base_url=server.url) as proxy:
            assert (await proxy.post("/auth/header")).status_code == 401
            assert "set-cookie" not in (await proxy.get("/")).headers
            assert (await proxy.get("/", headers={"Remote-User": "Sam"})).cookies

            sams = {"Remote-User": "sam"}
            assert (await proxy.get("/user", headers=sams)).json()["identifier"] == "sam"
            assert (await proxy.post("/api/v1/create", headers=sams)).status_code == 201
            # Sam's session alone is none, nor is it Eve's.
            assert (await proxy.get("/user")).status_code == 401
            assert (await proxy.get("/user", headers={"Remote-User": "eve"})).status_code == 401
            assert (await proxy.post("/api/v1/create")).status_code == 401
            both = [("Remote-User", "sam"), ("Remote-User", "eve")]
            assert (await proxy.get("/user", headers=both)).status_code == 403

            async with open_accounts(Settings(data_dir=data_dir)) as accounts:
                await accounts.disable("sam")
            assert (await proxy.get("/user", headers=sams)).status_code == 401
            assert "set-cookie" not in (await proxy.get("/", headers=sams)).headers
            assert (await proxy.post("/auth/header", headers=sams)).status_code == 401
            assert (await proxy.post("/api/v1/create", headers=sams)).status_code == 401


async def test_whoever_is_not_the_proxy_names_nobody(tmp_path: Path) -> None:
    settings = {"EMAIL_ASSISTANT_AUTH": "proxy", "EMAIL_ASSISTANT_PROXY_ADDRESSES": "192.0.2.1"}
    with serving(tmp_path / "data", **settings) as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            forged = {"X-Forwarded-User": "sam", "X-Forwarded-For": "192.0.2.1"}
            assert (await client.post("/auth/header", headers=forged)).status_code == 401
            assert (await client.post("/api/v1/create", headers=forged)).status_code == 401


# --- oauth --------------------------------------------------------------------------------------------------


class Service:
    """Another service that knows who somebody is: the ends that Chainlit's generic provider calls."""

    url = ""

    def __init__(self) -> None:
        self.user: dict[str, Any] = {}

    async def token(self, _: web.Request) -> web.Response:
        return web.json_response({"access_token": "token"})

    async def user_info(self, _: web.Request) -> web.Response:
        return web.json_response(self.user)

    @property
    def environment(self) -> dict[str, str]:
        return PROVIDER | {
            "OAUTH_GENERIC_AUTH_URL": f"{self.url}/authorize",
            "OAUTH_GENERIC_TOKEN_URL": f"{self.url}/token",
            "OAUTH_GENERIC_USER_INFO_URL": f"{self.url}/user",
        }


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    service = Service()
    app = web.Application()
    app.add_routes([web.post("/token", service.token), web.get("/user", service.user_info)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    service.url = f"http://{host}:{port}"
    yield service
    await runner.cleanup()


async def _sent_back(client: httpx.AsyncClient) -> httpx.Response:
    """Go to the service and come back from it."""
    away = await client.get("/auth/oauth/generic")
    asked = parse_qs(urlsplit(away.headers["location"]).query)
    assert asked["redirect_uri"][0].endswith("/auth/oauth/generic/callback")
    return await client.get("/auth/oauth/generic/callback", params={"code": "x", "state": asked["state"][0]})


async def test_another_service_lets_in_whom_it_knows_and_whom_the_settings_allow(
    tmp_path: Path, service: Service
) -> None:
    settings = service.environment | {
        "EMAIL_ASSISTANT_AUTH": "oauth",
        "EMAIL_ASSISTANT_OAUTH_ALLOWED": "Example.com, guest@example.org",
    }
    with serving(tmp_path / "data", **settings) as server:
        for user, name in (
            ({"email": "Sam@Example.com", "email_verified": True}, "sam@example.com"),
            ({"email": "guest@example.org"}, "guest@example.org"),
            ({"email": "sam@example.com", "email_verified": False}, None),
            ({"email": "eve@example.org", "email_verified": True}, None),
            ({"email": "sam@example.com.evil.test"}, None),
            ({"email": None}, None),
            ({}, None),
        ):
            service.user = user
            async with httpx.AsyncClient(base_url=server.url) as client:
                answer = await _sent_back(client)
                assert answer.status_code == 302
                assert ("error" in answer.headers["location"]) is (name is None)
                known = await client.get("/user")
                assert known.json().get("identifier") == name, user
        async with httpx.AsyncClient(base_url=server.url) as client:
            forged = await client.get("/auth/oauth/generic/callback?code=x&state=x")
            assert "error" in forged.headers["location"]
            assert (await client.post("/auth/oauth/azure-ad-hybrid/callback")).status_code == 404
