"""What can be set from outside, and what is said where it cannot be used."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from email_assistant.errors import SettingsError
from email_assistant.settings import Settings, load_settings, private_dir

VARIABLES = ("OPENAI_API_KEY", "OPENAI_BASE_URL")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*VARIABLES, *(f"EMAIL_ASSISTANT_{field.upper()}" for field in Settings.model_fields)):
        monkeypatch.delenv(name, raising=False)


def test_nothing_need_be_set() -> None:
    settings = load_settings()

    assert settings.offline
    assert (settings.host, settings.port, settings.auth) == ("127.0.0.1", 8000, "local")
    assert settings.sqlalchemy_url == f"sqlite:///{settings.data_dir / 'conversations.db'}"


@pytest.mark.parametrize(
    "given", [{"OPENAI_API_KEY": "sk-1"}, {"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1"}]
)
def test_a_key_or_an_address_of_a_model_is_enough(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    assert not load_settings().offline


def test_a_variable_that_is_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*VARIABLES, "EMAIL_ASSISTANT_PORT", "EMAIL_ASSISTANT_DATA_DIR"):
        monkeypatch.setenv(name, "")

    assert load_settings() == Settings()
    assert load_settings().offline


def test_a_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")

    assert "sk-secret" not in repr(load_settings())


def test_the_database_of_ones_own_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_ASSISTANT_DATABASE_URL", "postgresql://sam@db.example.com/mail")

    assert load_settings().sqlalchemy_url == "postgresql://sam@db.example.com/mail"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMAIL_ASSISTANT_PORT", "http"),
        ("EMAIL_ASSISTANT_PORT", "-1"),
        ("EMAIL_ASSISTANT_PORT", "65536"),
        ("EMAIL_ASSISTANT_AUTH", "nobody"),
        ("EMAIL_ASSISTANT_TELEMETRY", "burr,datadog"),
        ("EMAIL_ASSISTANT_METRICS_PORT", "70000"),
        ("EMAIL_ASSISTANT_LOG_FORMAT", "xml"),
        ("EMAIL_ASSISTANT_BURR_URL", "127.0.0.1:7241"),
        ("EMAIL_ASSISTANT_MODEL_TIMEOUT", "0"),
        ("EMAIL_ASSISTANT_TEMPERATURE", "-1"),
        ("EMAIL_ASSISTANT_CONTEXT_TOKENS", "8"),
        ("EMAIL_ASSISTANT_EXTRA_HEADERS", '{"X Y": "z"}'),
        ("EMAIL_ASSISTANT_FILES", "bucket/mail"),
        ("EMAIL_ASSISTANT_FILES", "s3://"),
        ("EMAIL_ASSISTANT_FILES", "s3://Bucket"),
        ("EMAIL_ASSISTANT_FILES", "s3://bucket/../other"),
        ("EMAIL_ASSISTANT_FILES", "s3://bucket/a b"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=rf"^{name} cannot be used: (?:it must|a) .*\.$"):
        load_settings()


@pytest.mark.parametrize(
    "address",
    [
        "localhost:11434",
        "http://[::1/v1",
        "http://127.0.0.1:x/v1",
        "http://127.0.0.1:99999",
        "http://",
        "http://a b/v1",
    ],
)
def test_an_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", address)

    with pytest.raises(SettingsError, match="OPENAI_BASE_URL"):
        load_settings()


@pytest.mark.parametrize(
    ("given", "watchers"),
    [
        ("off", ()),
        ("burr", ("burr",)),
        ("Burr, opentelemetry", ("burr", "opentelemetry")),
        ("opentelemetry,burr,", ("opentelemetry", "burr")),
    ],
)
def test_several_can_watch(monkeypatch: pytest.MonkeyPatch, given: str, watchers: tuple[str, ...]) -> None:
    monkeypatch.setenv("EMAIL_ASSISTANT_TELEMETRY", given)

    assert load_settings().watchers == watchers


def test_the_space_around_an_address_is_none_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", " http://127.0.0.1:11434/v1/ \n")

    assert load_settings().openai_base_url == "http://127.0.0.1:11434/v1/"


def test_an_object_that_is_no_json_is_named_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_ASSISTANT_EXTRA_HEADERS", "X-Token: secret")

    with pytest.raises(SettingsError, match="EMAIL_ASSISTANT_EXTRA_HEADERS") as refused:
        load_settings()
    assert "secret" not in str(refused.value)


def test_the_data_dir_is_made_private_for_its_owner(tmp_path: Path) -> None:
    loose = tmp_path / "a" / "b"
    loose.mkdir(parents=True)
    loose.chmod(0o755)

    for path in (loose, tmp_path / "new" / "dir"):
        assert private_dir(path) == path
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("address", "chosen", "first"),
    [
        ("http://127.0.0.1:11434/v1", None, True),
        ("http://localhost:8080/v1", None, True),
        ("http://[::1]:8080/v1", None, True),
        ("https://models.example.com/v1", None, False),
        (None, None, False),
        ("http://127.0.0.1:11434/v1", "off", False),
        ("https://models.example.com/v1", "on", True),
    ],
)
def test_a_model_on_this_machine_is_given_the_notes_first_unless_it_is_set(
    monkeypatch: pytest.MonkeyPatch, address: str | None, chosen: str | None, first: bool
) -> None:
    for name, value in {"OPENAI_BASE_URL": address, "EMAIL_ASSISTANT_NOTES_FIRST": chosen}.items():
        monkeypatch.delenv(name, raising=False)
        if value:
            monkeypatch.setenv(name, value)

    assert load_settings().notes_first is first


@pytest.mark.parametrize(
    ("name", "is_small"),
    [
        ("qwen2.5-coder-1.5b", True),
        ("llama3.2:3b-instruct-q4_K_M", True),
        ("gpt-oss", True),  # nobody knows
        ("qwen3:8b", False),
        ("Mixtral-8x7B-Instruct", False),
        ("qwen3:30b-a3b", False),
    ],
)
def test_a_large_model_on_this_machine_is_given_the_email(
    monkeypatch: pytest.MonkeyPatch, name: str, is_small: bool
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1")
    monkeypatch.setenv("EMAIL_ASSISTANT_MODEL", name)
    assert load_settings().notes_first is is_small


def test_the_older_name_of_the_address_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_BASE", "http://127.0.0.1:1234/v1")
    assert load_settings().openai_base_url == "http://127.0.0.1:1234/v1"
    assert load_settings().notes_first
    monkeypatch.setenv("OPENAI_BASE_URL", "https://models.example.com/v1")
    assert load_settings().openai_base_url == "https://models.example.com/v1"
    assert not load_settings().notes_first


@pytest.mark.parametrize(
    ("name", "key", "told"),
    [
        ("AZURE_OPENAI_ENDPOINT", "sk-1", True),
        ("AZURE_OPENAI_API_KEY", "", True),
        ("OLLAMA_HOST", "", True),
        ("OLLAMA_HOST", "sk-1", False),  # it may be that of a server which has nothing to do with this
    ],
)
def test_a_variable_of_another_program_is_said_not_to_be_read(
    monkeypatch: pytest.MonkeyPatch, name: str, key: str, told: bool
) -> None:
    monkeypatch.setenv(name, "models.example.com")
    monkeypatch.setenv("OPENAI_API_KEY", key)
    assert load_settings().unread.startswith(name) is told
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1")
    assert load_settings().unread == ""
