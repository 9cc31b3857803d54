"""What needs a package of an extra says which one, in one sentence, where the package is not installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from email_assistant.errors import SettingsError
from email_assistant.store.files import Files
from email_assistant.store.opening import create_database, open_url
from email_assistant.store.places import place_at
from email_assistant.telemetry import Telemetry
from email_assistant.telemetry.prometheus import metrics_at


def test_postgres_without_its_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)  # as Python marks what cannot be imported

    with pytest.raises(SettingsError, match=r"pip install 'email-assistant\[postgres\]'$"):
        create_database("postgresql://sam:secret@127.0.0.1/mail")


@pytest.mark.parametrize("package", ["opentelemetry.sdk.trace", "opentelemetry.exporter.otlp.proto.http"])
def test_opentelemetry_without_its_packages_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    for loaded in list(sys.modules):
        if loaded.startswith(f"{package}."):
            monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(SettingsError, match=r"pip install 'email-assistant\[otel\]'$"):
        Telemetry(["opentelemetry"])


def test_prometheus_without_its_packages_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)

    with pytest.raises(SettingsError, match=r"pip install 'email-assistant\[prometheus\]'$"), metrics_at(0):
        pass


def test_a_bucket_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.exceptions", None)

    with pytest.raises(SettingsError, match=r"pip install 'email-assistant\[s3\]'$"):
        place_at("s3://mail/files")


async def test_what_is_not_asked_for_needs_no_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for package in (
        "opentelemetry.sdk.trace",
        "prometheus_client",
        "asyncpg",
        "aiosqlite",
        "greenlet",
        "obstore",
    ):
        monkeypatch.setitem(sys.modules, package, None)

    Telemetry()
    async with open_url(f"sqlite:///{tmp_path / 'conversations.db'}") as database:
        await database.check()
        await Files(database).try_out()
