"""The edge: foreign hosts and origins are rejected, and proxies are trusted only if they are set."""

from collections.abc import Mapping
from errno import ENOSPC
from ipaddress import ip_network
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message

from email_assistant.guard import EdgeMiddleware, EdgePolicy, client_address, limited_as
from email_assistant.settings import Settings

PUBLIC = EdgePolicy.from_settings(
    Settings(
        auth="proxy",
        url="https://mail.example.com/",
        allowed_hosts="mail.internal.test, Other.test",
        proxy_addresses="10.0.0.0/8, 2001:db8::/32",
        proxy_header="X-Forwarded-User",
    )
)
PROXY = "10.0.0.7"
BLOCKED = ("/feedback", "/project/share", "/openapi.json")
STRANGER = "192.0.2.1"


async def tell(request: Request) -> Response:
    """Return what an app behind the edge is given of a request."""
    body = await request.body()
    return JSONResponse(
        {
            "client": client_address.get(),
            "scheme": request.url.scheme,
            "headers": dict(request.headers),
            "bytes": len(body),
        }
    )


async def page(_: Request) -> Response:
    response = HTMLResponse(
        '<link href="https://fonts.example.com/x.css"><script>a()</script><script>b()</script>'
    )
    response.set_cookie("session", "1", secure=True, samesite="none", httponly=True)
    return response


APP = Starlette(
    routes=[Route("/page", page), Route("/{path:path}", tell, methods=["GET", "POST", "PUT", "DELETE"])]
)


async def ask(
    policy: EdgePolicy, path: str = "/", *, peer: str = "127.0.0.1", method: str = "GET",
    headers: Mapping[str, str] | list[tuple[str, str]] | None = None, content: Any = None,
) -> httpx.Response:  # fmt: skip
    transport = httpx.ASGITransport(EdgeMiddleware(APP, policy, BLOCKED), client=(peer, 1))
    host = "http://127.0.0.1:8000" if policy.local else "http://mail.example.com"
    async with httpx.AsyncClient(transport=transport, base_url=host) as client:
        return await client.request(method, path, headers=headers, content=content)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8000", "[::1]:8000", "LOCALHOST"])
async def test_this_machine_is_let_in(host: str) -> None:
    assert (await ask(EdgePolicy(), headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Host": "evil.example.com"}, "not one of this server's"),
        ({"Host": "127.0.0.1.evil.example.com"}, "not one of this server's"),
        ({"Host": ""}, "not one of this server's"),
        ({"Host": "[::1"}, "cannot be read"),
        ({"Origin": "https://evil.example.com"}, "Another site's page"),
        ({"Origin": "null"}, "Another site's page"),
        ({"Origin": "http://127.0.0.1:9000"}, "Another site's page"),
        ({"X-Forwarded-For": "127.0.0.1"}, "through a proxy"),
        ({"Forwarded": "for=127.0.0.1"}, "through a proxy"),
    ],
)
async def test_what_is_foreign_to_a_local_server_is_refused(headers: dict[str, str], why: str) -> None:
    answer = await ask(EdgePolicy(), headers=headers)

    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
    assert why in answer.json()["detail"]


BROWSER = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
)
SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.0 Safari/605.1.15"


@pytest.mark.parametrize(
    ("version", "headers"),
    [
        ("1.0", {}),
        ("1.0", {"User-Agent": "curl/8"}),
        ("1.1", {"Via": "1.1 proxy"}),
        ("1.1", {"X-Forwarded-Server": "proxy"}),
        ("1.1", {"CF-Connecting-IP": "192.0.2.1"}),
        ("1.1", {"User-Agent": SAFARI, "Connection": "close"}),
        ("1.1", {"User-Agent": BROWSER, "Connection": "close", "Sec-Fetch-Site": "none"}),
        # A browser says why it asks, but not where the address is another machine's and without TLS.
        ("1.1", {"User-Agent": BROWSER}),
        ("1.1", {"User-Agent": "Mozilla/5.0 (X11; rv:130.0) Gecko/20100101 Firefox/130.0"}),
    ],
)
async def test_what_shows_that_it_passed_a_proxy_is_refused_by_a_local_server(
    version: str, headers: dict[str, str]
) -> None:
    refused = EdgePolicy().reason_to_reject(request(version, headers))
    assert refused
    assert "through a proxy" in refused
    assert PUBLIC.reason_to_reject(request(version, headers | {"Host": "mail.example.com"})) is None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"User-Agent": "curl/8.5.0"},
        {"User-Agent": "Python-urllib/3.11", "Connection": "close"},
        {"User-Agent": BROWSER, "Sec-Fetch-Site": "none", "Connection": "keep-alive"},
        {"User-Agent": SAFARI, "Connection": "keep-alive"},
        {"User-Agent": "Mozilla/5.0 (X11; rv:78.0) Gecko/20100101 Firefox/78.0"},
    ],
)
async def test_a_browser_and_a_script_of_this_machine_need_nothing(headers: dict[str, str]) -> None:
    assert EdgePolicy().reason_to_reject(request("1.1", headers)) is None


def request(version: str, headers: dict[str, str]) -> dict[str, Any]:
    named = {"Host": "127.0.0.1:8000"} | headers
    return {
        "type": "http", "http_version": version, "client": ("127.0.0.1", 1),
        "headers": [(name.lower().encode(), value.encode()) for name, value in named.items()],
    }  # fmt: skip


async def test_another_machine_is_refused_by_a_local_server_whatever_host_it_names() -> None:
    assert (await ask(EdgePolicy(), peer=STRANGER)).status_code == 403


async def test_a_person_reads_the_refusal_as_a_sentence() -> None:
    answer = await ask(EdgePolicy(), headers={"Host": "evil.example.com", "Accept": "text/html"})

    assert answer.text.startswith("This address is not one of this server's.")


@pytest.mark.parametrize(
    "host", ["mail.example.com", "MAIL.example.com:443", "mail.internal.test", "other.test"]
)
async def test_the_hosts_that_are_set_are_let_in(host: str) -> None:
    assert (await ask(PUBLIC, headers={"Host": host})).status_code == 200


async def test_a_page_of_the_public_address_may_use_the_server_behind_a_proxy_that_renames_the_host() -> None:
    headers = {"Host": "mail.internal.test", "Origin": "https://mail.example.com"}
    assert (await ask(PUBLIC, headers=headers)).status_code == 200


async def test_a_proxy_is_believed() -> None:
    headers = {
        "X-Forwarded-For": "203.0.113.9, 192.0.2.55, 10.1.2.3",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-User": "sam",
    }
    for peer in (PROXY, f"::ffff:{PROXY}", "2001:db8::1"):
        told = (await ask(PUBLIC, peer=peer, headers=headers)).json()
        # The nearest address that is no proxy; the one before it may be made up by the client.
        assert (told["client"], told["scheme"]) == ("192.0.2.55", "https")
        assert told["headers"]["x-forwarded-user"] == "sam"
        assert "x-forwarded-for" not in told["headers"]


async def test_nobody_else_is() -> None:
    headers = {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https", "X-Forwarded-User": "sam"}
    told = (await ask(PUBLIC, peer=STRANGER, headers=headers)).json()

    assert (told["client"], told["scheme"]) == (STRANGER, "http")
    assert not [name for name in told["headers"] if name.startswith("x-forwarded")]


async def test_the_user_that_a_proxy_adds_to_one_that_the_client_sent_is_refused() -> None:
    both = [("X-Forwarded-User", "admin"), ("X-Forwarded-User", "sam")]

    assert (await ask(PUBLIC, peer=PROXY, headers=both)).status_code == 403


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("192.0.2.55:4711", "192.0.2.55"),
        ("[2001:db9::7]:4711", "2001:db9::7"),
        ("[2001:db9::7]", "2001:db9::7"),
        ('"[2001:db9::7]:4711"', "2001:db9::7"),
        ("2001:db9::7", "2001:db9::7"),
        ("fe80::1%eth0", "fe80::1"),
        ("192.0.2.55:4711, 10.1.2.3:80", "192.0.2.55"),
        ("unknown", PROXY),
        ("192.0.2.55:x", PROXY),
    ],
)
async def test_an_address_is_read_in_each_way_that_proxies_write_it(forwarded: str, client: str) -> None:
    told = (await ask(PUBLIC, peer=PROXY, headers={"X-Forwarded-For": forwarded})).json()

    assert told["client"] == client


def test_a_whole_network_of_ipv6_counts_as_one_client() -> None:
    assert limited_as("2001:db8:1:2:3::4") == limited_as("2001:db8:1:2::5")
    assert limited_as("2001:db8:1:2::5") != limited_as("2001:db8:1:3::5")
    assert limited_as("::ffff:192.0.2.1") == limited_as("192.0.2.1") == "192.0.2.1"


async def test_what_a_proxy_forwards_as_address_is_checked() -> None:
    told = (await ask(PUBLIC, peer=PROXY, headers={"X-Forwarded-For": "<script>"})).json()

    assert told["client"] == PROXY


@pytest.mark.parametrize("path", BLOCKED)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
async def test_a_blocked_route_is_unknown_and_so_is_what_is_below_it(path: str, method: str) -> None:
    for below in ("", "/x"):
        answer = await ask(EdgePolicy(), path + below, method=method)
        assert (answer.status_code, answer.json()["detail"]) == (404, "Not Found")
    assert (await ask(EdgePolicy(), path + "x", method=method)).status_code == 200


async def test_a_body_that_is_too_large_is_refused_before_it_is_kept() -> None:
    async def chunks() -> Any:
        for _ in range(40):
            yield b"x" * 100_000

    for content in (b"x" * 4_000_000, chunks()):
        answer = await ask(EdgePolicy(), "/set-session-cookie", method="POST", content=content)
        assert (answer.status_code, answer.json()["detail"]) == (413, "This is larger than 2 MB. Send less.")
    told = await ask(EdgePolicy(), "/project/file", method="POST", content=b"x" * 4_000_000)
    assert told.json()["bytes"] == 4_000_000
    answer = await ask(EdgePolicy(), "/project/file", method="POST", content=b"x" * 27_000_000)
    assert "Save the email without its attachments" in answer.json()["detail"]


async def test_who_is_not_signed_in_sends_no_more_than_a_name_and_a_password_need() -> None:
    answer = await ask(EdgePolicy(), "/login", method="POST", content=b"x" * 66_000)
    assert (answer.status_code, answer.json()["detail"]) == (413, "Send less.")
    assert (await ask(EdgePolicy(), "/login", method="POST", content=b"x" * 2_000)).json()["bytes"] == 2_000


async def test_a_path_that_is_a_whole_url_is_answered() -> None:
    answers: list[Message] = []

    async def send(message: Message) -> None:
        answers.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    scope = {
        "type": "http", "method": "GET", "path": "http://127.0.0.1/", "query_string": b"",
        "headers": [(b"host", b"127.0.0.1")], "client": ("127.0.0.1", 1),
    }  # fmt: skip
    await EdgeMiddleware(APP)(scope, receive, send)

    assert answers[0]["status"] < 500


async def test_a_page_runs_its_own_scripts_and_loads_nothing_from_elsewhere() -> None:
    answer = await ask(EdgePolicy(), "/page", headers={"Accept": "text/html"})

    assert answer.text == "<script>a()</script><script>b()</script>"
    policy = answer.headers["content-security-policy"]
    assert policy.count("'sha256-") == 2
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert (answer.headers["x-content-type-options"], answer.headers["referrer-policy"]) == (
        "nosniff",
        "no-referrer",
    )


async def test_a_cookie_is_secure_where_the_way_is() -> None:
    public = await ask(PUBLIC, "/page", peer=STRANGER)
    by_proxy = await ask(
        EdgePolicy(hosts=PUBLIC.hosts, proxies=(ip_network("10.0.0.0/8"),), local=False),
        "/page", peer=PROXY, headers={"X-Forwarded-Proto": "https"},
    )  # fmt: skip
    local = await ask(EdgePolicy(), "/page")

    for secure in (public, by_proxy):
        assert secure.headers["set-cookie"] == "session=1; HttpOnly; Path=/; SameSite=lax; Secure"
        assert secure.headers["strict-transport-security"]
    assert local.headers["set-cookie"] == "session=1; HttpOnly; Path=/; SameSite=lax"
    assert "strict-transport-security" not in local.headers


async def test_what_somebody_put_in_is_never_shown_inline() -> None:
    answer = await ask(EdgePolicy(), "/project/file/1")

    assert answer.headers["content-disposition"] == "attachment"
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_what_is_private_is_not_cached() -> None:
    assert (await ask(EdgePolicy(), "/project/thread/1")).headers["cache-control"] == "no-store"


async def test_the_parts_of_the_page_are_sent_once() -> None:
    assert "immutable" in (await ask(EdgePolicy(), "/assets/index-1.js")).headers["cache-control"]
    assert (await ask(EdgePolicy(), "/public/style.css")).headers["cache-control"] == "no-cache"


async def test_what_nobody_foresaw_is_answered_and_logged_without_its_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fails(scope: Any, receive: Any, send: Any) -> None:
        raise (OSError(ENOSPC, "Dear Dana") if "full" in scope["path"] else ValueError("Dear Dana"))

    transport = httpx.ASGITransport(EdgeMiddleware(fails), client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        answers = [(await client.get(path)).json() for path in ("/", "/full")]

    assert [answer["status"] for answer in answers] == [500, 500]
    assert "safe" in answers[0]["detail"]
    assert "disk of the server is full" in answers[1]["detail"]
    assert "ValueError at " in caplog.text
    assert "Dana" not in caplog.text + str(answers)


@pytest.mark.parametrize("path", ["/public/%00", "/%00", "/assets/a%00b"])
async def test_a_path_with_a_nul_is_unknown(path: str) -> None:
    assert (await ask(EdgePolicy(), path)).status_code == 404
