"""Whom another service may send: proved addresses, and only those that are allowed."""

from collections.abc import Mapping
from typing import Any

import pytest

from email_assistant.chat.host.oauth_address import address_of, is_allowed

GITHUB: dict[str, Any] = {
    "login": "sam",
    "emails": [
        {"email": "Old@example.org", "primary": False, "verified": True},
        {"email": "Sam@Example.com", "primary": True, "verified": True},
    ],
}


@pytest.mark.parametrize(
    ("raw", "identifier", "address"),
    [
        ({}, "Sam@Example.com", "sam@example.com"),
        ({"email_verified": True}, "sam@example.com", "sam@example.com"),
        ({"email_verified": "true"}, "sam@example.com", "sam@example.com"),
        (GITHUB, "sam", "sam@example.com"),
        ({"confirmed_at": "2026-01-01"}, "sam@example.com", "sam@example.com"),
    ],
)
def test_a_proved_address_is_the_users(raw: Mapping[str, Any], identifier: str, address: str) -> None:
    assert address_of(raw, identifier) == address


@pytest.mark.parametrize(
    ("raw", "identifier"),
    [
        ({"email_verified": False}, "sam@example.com"),
        ({"verified_email": False}, "sam@example.com"),
        ({"email_verified": "false"}, "sam@example.com"),
        ({"confirmed_at": None}, "sam@example.com"),
        ({"emails": [{"email": "sam@example.com", "primary": True, "verified": False}]}, "sam"),
        ({"emails": ["sam@example.com"]}, "sam"),
        ({}, "sam"),
        ({}, "sam@example.com@evil.test"),
        ({}, None),
    ],
)
def test_an_address_that_was_not_proved_is_nobodys(raw: Mapping[str, Any], identifier: str | None) -> None:
    assert address_of(raw, identifier) is None


def test_addresses_and_whole_domains_are_allowed_and_no_other() -> None:
    allowed = ("sam@example.com", "example.org", "@example.net")

    assert is_allowed("sam@example.com", allowed)
    assert is_allowed("anybody@example.org", allowed)
    assert is_allowed("anybody@example.net", allowed)
    for other in ("eve@example.com", "sam@sub.example.org", "sam@notexample.org", "example.org@evil.test"):
        assert not is_allowed(other, allowed)
