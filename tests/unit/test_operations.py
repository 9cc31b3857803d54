"""What docs/operations.md names is there: settings, commands, metrics, paths and figures of the code."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import click
import pytest
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from prometheus_client import REGISTRY, generate_latest
from sqlalchemy import make_url
from sqlalchemy.pool import QueuePool

from email_assistant.cli.program import program
from email_assistant.guard.probes import HEALTH, READY
from email_assistant.server import GRACE
from email_assistant.settings import Settings
from email_assistant.store import opening
from email_assistant.store.postgres import ANSWER_WITHIN, CONNECT_WITHIN, MAX_CONNECTIONS, PostgresDatabase
from email_assistant.store.schema import metadata
from email_assistant.telemetry.measures import Instruments

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
TEXT = " ".join(PAGE.split())


def found(pattern: str) -> set[str]:
    names = set(re.findall(pattern, PAGE))
    assert names
    return names


def test_every_setting_is_one() -> None:
    names = {name.lower() for name in found(r"\bEMAIL_ASSISTANT_([A-Z_]+)")}

    assert names <= Settings.model_fields.keys()


def test_every_command_is_one() -> None:
    for line in found(r"email-assistant ((?:users|db) [a-z-]+)"):
        command: click.Command = program
        for name in line.split():
            assert isinstance(command, click.Group)
            assert name in command.commands, line
            command = command.commands[name]


@pytest.fixture(scope="module")
def metrics() -> str:
    """Return what Prometheus reads when each instrument has measured something."""
    reader = PrometheusMetricReader()
    provider = MeterProvider([reader])
    for instrument in vars(Instruments(provider)).values():
        measure = getattr(instrument, "record", None) or instrument.add
        measure(1)
    text = generate_latest(REGISTRY).decode()
    provider.shutdown()
    return text


def test_every_metric_is_one(metrics: str) -> None:
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", metrics, re.MULTILINE))

    for name in found(r"`((?:email_assistant|gen_ai)_[a-z_]+)`"):
        assert types[name] == ("counter" if name.endswith("_total") else "histogram")


def test_its_tables_paths_and_seconds_are_those_of_the_code() -> None:
    assert set(re.findall(r"ALTER TABLE (\w+)", PAGE)) <= metadata.tables.keys()
    assert f"`{HEALTH}` says" in TEXT
    assert f"`{READY}` asks" in TEXT
    assert GRACE == 4
    assert "gives its turns four seconds" in TEXT
    assert f"a connection is waited for {CONNECT_WITHIN} s, a statement {ANSWER_WITHIN} s" in TEXT
    config = tomllib.loads((ROOT / ".chainlit" / "config.toml").read_text(encoding="utf-8"))
    days = config["project"]["user_session_timeout"] // 86_400
    assert f"After {days} days, the longest that a session lasts" in TEXT


async def test_a_server_opens_as_many_connections_as_it_says() -> None:
    database = PostgresDatabase(make_url("postgresql://127.0.0.1/x"))
    pool = database._engine.pool
    assert isinstance(pool, QueuePool)
    most = (pool.size(), pool._max_overflow)
    await database.aclose()

    assert most == (MAX_CONNECTIONS, 0)
    assert f"a server opens up to {MAX_CONNECTIONS} and keeps them" in TEXT


def test_what_it_quotes_is_what_the_program_says() -> None:
    said = Path(opening.__file__).read_text(encoding="utf-8")
    said += (Path(opening.__file__).parent / "migrations" / "__init__.py").read_text(encoding="utf-8")
    said = re.sub(r'"\s*\n\s*f?"', "", said)

    quoted = re.findall(r'"(The database [^"]+)"', TEXT)
    assert len(quoted) == 2
    for sentence in quoted:
        assert sentence in said
