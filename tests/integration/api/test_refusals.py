"""What is refused, and how: problem documents that say what to do."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.fakes.scripted_model import Hang, ScriptedModel
from tests.integration.api.conftest import GIVEN, Begin

UNKNOWN = "00000000-0000-4000-8000-000000000000"
FEEDBACK = {"feedback": "Shorter."}


def problem(response: httpx.Response, status: int) -> dict[str, object]:
    """Return the problem document of a response, which must be a good one."""
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert response.status_code == document["status"] == status
    assert document["detail"].endswith(".")
    return dict(document)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/{}/state", None),
        ("GET", "/{}/diff", None),
        ("GET", "/{}/reply.eml", None),
        ("GET", "/{}/originals/1", None),
        ("PUT", "/initialize_draft/{}", GIVEN),
        ("PUT", "/replace_email/{}", GIVEN),
        ("PUT", "/clarify_instructions/{}", {"answers": []}),
        ("PUT", "/process_feedback/{}", FEEDBACK),
        ("PUT", "/restore_draft/{}", {"version": 1}),
        ("PUT", "/replace_draft/{}", {"body": "Mine."}),
        ("PUT", "/rename/{}", {"title": "Mine"}),
        ("POST", "/retry/{}", None),
        ("POST", "/stop/{}", None),
        ("POST", "/accept/{}", None),
        ("POST", "/reopen/{}", None),
        ("DELETE", "/delete/{}", None),
    ],
)
async def test_a_foreign_conversation_is_as_unknown_as_one_that_is_not_there(
    client: httpx.AsyncClient, drafted: Begin, method: str, path: str, body: object
) -> None:
    app_id = await drafted()
    foreign = await client.request(method, path.format(app_id), json=body, headers={"x-owner": "robin"})
    unknown = await client.request(method, path.format(UNKNOWN), json=body)
    if "originals" not in path:
        assert foreign.text.replace(app_id, UNKNOWN) == unknown.text
    problem(foreign, 404)
    problem(unknown, 404)
    problem(await client.request(method, path.format("no-uuid"), json=body), 404)


async def test_a_foreign_conversation_is_unknown_also_while_it_is_busy(
    client: httpx.AsyncClient, model: ScriptedModel, drafted: Begin
) -> None:
    silent = Hang()
    app_id = await drafted()
    model.drafts.append([silent, "Short."])
    writing = asyncio.create_task(client.put(f"/process_feedback/{app_id}", json=FEEDBACK))
    await silent.reached.wait()
    problem(await client.put(f"/process_feedback/{app_id}", json=FEEDBACK, headers={"x-owner": "robin"}), 404)
    problem(await client.delete(f"/delete/{app_id}", headers={"x-owner": "robin"}), 404)
    silent.go_on.set()
    assert (await writing).status_code == 200


async def test_nobody_sees_nothing(client: httpx.AsyncClient, drafted: Begin) -> None:
    app_id = await drafted()
    refused = await client.get(f"/{app_id}/state", headers={"x-owner": ""})
    problem(refused, 401)
    assert refused.headers["www-authenticate"] == "Bearer"


async def test_the_wrong_step_names_the_right_one(client: httpx.AsyncClient, begin: Begin) -> None:
    app_id = await begin()
    for path, body in [
        ("clarify_instructions", {"answers": []}),
        ("process_feedback", FEEDBACK),
        ("restore_draft", {"version": 1}),
        ("replace_draft", {"body": "Mine."}),
    ]:
        refused = problem(await client.put(f"/{path}/{app_id}", json=body), 409)
        assert refused["next_step"] == "process_input"
    for path in ("retry", "accept", "reopen"):
        assert problem(await client.post(f"/{path}/{app_id}"), 409)["next_step"] == "process_input"


async def test_one_answer_for_each_question(
    client: httpx.AsyncClient, model: ScriptedModel, begin: Begin
) -> None:
    model.questions.append(["Which day?", "Where?"])
    app_id = await begin()
    await client.put(f"/initialize_draft/{app_id}", json=GIVEN)
    refused = await client.put(f"/clarify_instructions/{app_id}", json={"answers": ["Thursday"]})
    assert "2 questions" in str(problem(refused, 422)["detail"])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"feedback": None},
        {"feedback": 1},
        {"feedback": "x", "more": 1},
        {"feedback": "x" * 100_001},
        [],
    ],
)
async def test_a_body_of_another_kind(client: httpx.AsyncClient, drafted: Begin, body: object) -> None:
    refused = await client.put(f"/process_feedback/{await drafted()}", json=body)
    assert problem(refused, 422)["errors"]


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 100_000, b'{"feedback": ' + b"9" * 5000 + b"}"])
async def test_a_body_that_is_no_json(client: httpx.AsyncClient, drafted: Begin, content: bytes) -> None:
    headers = {"content-type": "application/json"}
    app_id = await drafted()
    problem(await client.put(f"/process_feedback/{app_id}", content=content, headers=headers), 400)


async def test_half_of_a_surrogate_pair_is_no_text(client: httpx.AsyncClient, drafted: Begin) -> None:
    headers = {"content-type": "application/json"}
    content = b'{"feedback": "\\ud800"}'
    app_id = await drafted()
    problem(await client.put(f"/process_feedback/{app_id}", content=content, headers=headers), 422)


async def test_nothing_that_was_sent_is_repeated(client: httpx.AsyncClient, drafted: Begin) -> None:
    refused = await client.put(f"/process_feedback/{await drafted()}", json={"feedback": ["a secret"]})
    assert "secret" not in refused.text


async def test_a_large_body_is_not_read(client: httpx.AsyncClient, drafted: Begin) -> None:
    app_id = await drafted()
    content = b" " * (2 * 1024 * 1024 + 1)
    problem(await client.put(f"/process_feedback/{app_id}", content=content), 413)
    files = {"files": ("mail.eml", b" " * (26 * 1024 * 1024))}
    problem(await client.put(f"/upload_email/{app_id}", files=files), 413)


async def test_a_file_that_is_no_email(client: httpx.AsyncClient, begin: Begin) -> None:
    files = {"files": ("mail.eml", b"")}
    problem(await client.put(f"/upload_email/{await begin()}", files=files), 422)


async def test_a_cursor_that_is_none_of_ours(client: httpx.AsyncClient) -> None:
    problem(await client.get("/conversations", params={"cursor": "x"}), 422)


async def test_a_path_or_a_method_that_is_not_there(client: httpx.AsyncClient) -> None:
    for path in ("/nothing/here", "/line%0Abreak", "/"):
        problem(await client.get(path), 404)
    problem(await client.get("http://" + client.base_url.netloc.decode() + "/api/v2/create"), 404)
    refused = await client.get("/create")
    problem(refused, 405)
    assert refused.headers["allow"] == "POST"
    assert (await client.delete("/profile")).headers["allow"] == "GET, PATCH, PUT"


async def test_another_sites_page_and_another_host_are_turned_away(client: httpx.AsyncClient) -> None:
    assert (await client.post("/create", headers={"origin": "http://evil.example"})).status_code == 403
    assert (await client.post("/create", headers={"host": "evil.example"})).status_code == 403
