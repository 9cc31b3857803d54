"""The way to a model's server: redirects, proxies, credentials in its address, its list of models."""

from __future__ import annotations

import pytest

from email_assistant.errors import (
    ModelNotFound,
    ModelRejectedKey,
    ModelUnreachable,
)
from tests.contract.model.writers import KEY, OpenWriter, written
from tests.fakes.openai_server import FakeOpenAI, Reply


async def test_a_redirect_is_followed_on_the_same_server_only(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    async with FakeOpenAI() as elsewhere:
        away = f"{elsewhere.url}/chat/completions"
        openai_server.will(
            Reply(status=307, raw="", headers={"Location": "/v2/chat/completions"}), Reply(text="Hello")
        )
        openai_server.will(Reply(status=308, raw="", headers={"Location": away}))
        writer = open_writer()
        assert await written(writer) == "Hello"
        with pytest.raises(ModelUnreachable, match="OPENAI_BASE_URL"):
            await written(writer)
        assert elsewhere.exchanges == []


async def test_mail_for_this_machine_goes_through_no_proxy(
    openai_server: FakeOpenAI, open_writer: OpenWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    openai_server.will(Reply(text="Hello"))
    assert await written(open_writer()) == "Hello"
    with pytest.raises(ModelUnreachable, match="_PROXY"):
        await written(open_writer("http://model.invalid/v1"))


async def test_a_name_and_a_password_in_the_address_sign_in(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(text="Hello"))
    writer = open_writer(openai_server.url.replace("//", "//sam:open@"))
    assert await written(writer) == "Hello"
    assert openai_server.exchanges[0].headers["authorization"] == "Basic c2FtOm9wZW4="
    openai_server.will(Reply(status=401))
    with pytest.raises(ModelRejectedKey) as refused:
        await written(writer)
    assert "open" not in str(refused.value).replace("OPENAI", "")


async def test_azures_classic_address_takes_the_key_in_its_own_field(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(text="Hello"))
    base = openai_server.url.replace("/v1", "/openai/deployments/gpt-4o?api-version=2024-10-21")
    assert await written(open_writer(base)) == "Hello"
    asked = openai_server.exchanges[0]
    assert asked.path == "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
    assert asked.headers["api-key"] == KEY
    assert "authorization" not in asked.headers


async def test_the_models_of_a_server_are_listed(openai_server: FakeOpenAI, open_writer: OpenWriter) -> None:
    catalog = await open_writer().catalog()
    assert (catalog.models, catalog.problem) == (("fake",), "")
    nowhere = await open_writer("http://127.0.0.1:1/v1").catalog()
    assert "cannot be reached" in nowhere.problem


async def test_another_model_of_the_server_is_asked_by_its_name(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    writer = open_writer()
    other = writer.named("large")
    await written(other)
    await written(writer)
    assert [exchange.body["model"] for exchange in openai_server.exchanges] == ["large", writer.name]
    openai_server.will(Reply(status=404, error={"code": "model_not_found", "message": "No such model."}))
    with pytest.raises(ModelNotFound, match=r"'large' .* Choose another model in the settings"):
        await written(other)
    assert writer.has_others
    assert not open_writer("https://x.openai.azure.com/openai/deployments/d").has_others
