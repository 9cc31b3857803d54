"""A request has one id: the one that it brings if it is one, or a new one; its answer carries it."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from email_assistant import watching
from email_assistant.guard import RequestIds

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


async def tell(_: Request) -> Response:
    return JSONResponse({"id": watching.request_id.get(), "parent": watching.trace_parent.get()})


async def ask(**headers: str) -> httpx.Response:
    app = RequestIds(Starlette(routes=[Route("/", tell)]))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        return await client.get(
            "/", headers={name.replace("_", "-"): value for name, value in headers.items()}
        )


async def test_a_request_keeps_the_id_that_it_brings() -> None:
    answer = await ask(x_request_id="balancer-1.2_3", traceparent=PARENT)

    assert answer.headers["x-request-id"] == "balancer-1.2_3"
    assert answer.json() == {"id": "balancer-1.2_3", "parent": PARENT}
    assert (watching.request_id.get(), watching.trace_parent.get()) == ("", "")


async def test_without_an_id_its_trace_names_it() -> None:
    assert (await ask(traceparent=PARENT)).headers["x-request-id"] == TRACE


@pytest.mark.parametrize(
    "given",
    ["", "a b", "Dana <dana@example.com>", "x" * 129, "-v", 'a"b', "id\tid"],
)
async def test_what_is_no_id_is_replaced(given: str) -> None:
    first, second = [(await ask(x_request_id=given)).headers["x-request-id"] for _ in range(2)]

    assert len(first) == 32
    assert given not in (first, second)
    assert first != second


@pytest.mark.parametrize(
    "parent",
    [
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"ff-{TRACE}-00f067aa0ba902b7-01",
        f"00-{TRACE.upper()}-00f067aa0ba902b7-01",
        f"00-{TRACE}-00f067aa0ba902b7-01-more",
        "dana@example.com",
    ],
)
async def test_what_is_no_trace_is_left_out(parent: str) -> None:
    answer = (await ask(traceparent=parent)).json()

    assert answer["parent"] == ""
    assert answer["id"] != TRACE
