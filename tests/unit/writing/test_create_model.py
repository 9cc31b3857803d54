"""Which model the settings name."""

from __future__ import annotations

from pathlib import Path

import pytest

from email_assistant.errors import SettingsError
from email_assistant.settings import Settings, load_settings
from email_assistant.writing import create_model


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "EMAIL_ASSISTANT_MODEL", "EMAIL_ASSISTANT_PROMPT_FILE"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


async def test_without_a_model_the_offline_writer_writes(settings: pytest.MonkeyPatch) -> None:
    model = create_model(Settings())
    assert model.name == "offline writer"
    await model.aclose()


@pytest.mark.parametrize(
    ("name", "value"), [("OPENAI_API_KEY", "sk-test"), ("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1")]
)
async def test_a_key_or_an_address_is_enough_for_a_model(
    settings: pytest.MonkeyPatch, name: str, value: str
) -> None:
    settings.setenv(name, value)
    settings.setenv("EMAIL_ASSISTANT_MODEL", "llama3")
    model = create_model(load_settings())
    assert model.name == "llama3"
    await model.aclose()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENAI_BASE_URL", "localhost:11434"),
        ("OPENAI_API_KEY", "sk-…"),
        ("EMAIL_ASSISTANT_PROMPT_FILE", str(Path("nowhere") / "prompt.toml")),
    ],
)
def test_a_setting_that_cannot_work_is_refused_at_the_start(
    settings: pytest.MonkeyPatch, name: str, value: str
) -> None:
    settings.setenv("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1")
    settings.setenv(name, value)
    with pytest.raises(SettingsError):
        create_model(load_settings())
