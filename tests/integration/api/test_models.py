"""The list of models over HTTP."""

from __future__ import annotations

import httpx
import pytest

from email_assistant.writing.catalog import Catalog, names_in
from tests.fakes.scripted_model import ScriptedModel


async def test_without_a_server_for_models_it_says_so(client: httpx.AsyncClient) -> None:
    answer = await client.get("/models")
    assert answer.status_code == 200
    assert answer.json()["models"] == []
    assert "OPENAI_BASE_URL" in answer.json()["problem"]


async def test_the_catalog_of_the_models_server_is_passed_on(
    client: httpx.AsyncClient, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def catalog() -> Catalog:
        return Catalog.of("127.0.0.1:1", "qwen3", ("llama3.2", "qwen3:latest"))

    monkeypatch.setattr(model, "catalog", catalog, raising=False)
    monkeypatch.setattr(model, "named", lambda _: model, raising=False)
    monkeypatch.setattr(model, "has_others", False, raising=False)
    assert (await client.get("/models")).json() == {
        "server": "127.0.0.1:1",
        "model": "qwen3",
        "models": ["llama3.2", "qwen3:latest"],
        "choice": False,
        "problem": "",
    }


@pytest.mark.parametrize(
    "answer",
    ['{"data": [{"id": "b"}, {"id": "a"}]}', '{"models": [{"name": "a"}, {"name": "b"}]}', '["b", "a", 1]'],
)
def test_a_list_is_read_in_whatever_form(answer: str) -> None:
    assert names_in(answer) == ("a", "b")


@pytest.mark.parametrize("answer", ["<html>", "{}", "1"])
def test_what_is_no_list_is_a_value_error(answer: str) -> None:
    with pytest.raises(ValueError, match=r"No list|Expecting value"):
        names_in(answer)
