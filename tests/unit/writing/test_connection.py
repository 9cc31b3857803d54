"""Where a model's server is, what goes to it, and what lies on the way."""

from __future__ import annotations

import pytest

from email_assistant.writing.connection import OPENAI, Address


@pytest.mark.parametrize(
    ("given", "url"),
    [
        (None, OPENAI),
        ("", OPENAI),
        (" http://127.0.0.1:1/v1/ \n", "http://127.0.0.1:1/v1"),
        ("http://127.0.0.1:1/v1/chat/completions", "http://127.0.0.1:1/v1"),
        ('"http://127.0.0.1:1/v1"', "http://127.0.0.1:1/v1"),
        ("http://127.0.0.1:1/v1/embeddings", "http://127.0.0.1:1/v1"),
        ("http://sam:open@127.0.0.1:1/v1", "http://127.0.0.1:1/v1"),
        ("https://x.openai.azure.com", "https://x.openai.azure.com/openai/v1"),
        ("https://x.openai.azure.com/?api-version=1", "https://x.openai.azure.com/openai/deployments/m"),
    ],
)
def test_an_address_is_taken_as_it_is_meant(given: str | None, url: str) -> None:
    assert Address.of(given, model="m").url == url


@pytest.mark.parametrize(
    ("host", "loopback", "near"),
    [
        ("127.0.0.1", True, True),
        ("127.1", True, True),
        ("localhost", True, True),
        ("models.localhost.", True, True),
        ("[::1]", True, True),
        ("[::ffff:127.0.0.1]", True, True),
        ("0.0.0.0", True, True),
        ("192.168.1.5", False, True),
        ("ollama", False, True),
        ("box.local", False, True),
        ("api.openai.com", False, False),
        ("8.8.8.8", False, False),
    ],
)
def test_this_machine_and_ones_own_network_are_known(host: str, loopback: bool, near: bool) -> None:
    address = Address.of(f"http://{host}:11434/v1")
    assert (address.is_loopback, address.is_near) == (loopback, near)


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("http://model.example/api/v1/chat/completions", "http://model.example/api/v1"),
        ("https://model.example/v1/chat/completions", "https://model.example/v1"),
        ("http://other.example/v1/chat/completions", None),
        ("http://model.example:81/v1/chat/completions", None),
        ("http://model.example/login", None),
    ],
)
def test_a_redirect_leads_nowhere_else(location: str, url: str | None) -> None:
    after = Address.of("http://model.example/v1").after(location)
    assert (after and after.url) == url


def test_a_redirect_is_no_way_to_plain_text() -> None:
    assert Address.of("https://model.example/v1").after("http://model.example/v1/chat/completions") is None


def test_a_proxy_is_named_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://proxy.example:8080")
    assert Address.of(None).proxy == "HTTPS_PROXY"
    assert Address.of("https://127.0.0.1/v1").proxy == ""
    monkeypatch.setenv("no_proxy", "api.openai.com")
    assert Address.of(None).proxy == ""
