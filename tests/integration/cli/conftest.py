"""A program with data of its own, an email to answer, and a model's server beside it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.cli.program import EMAIL, ROOT, Program


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Provide the program with the offline writer."""
    return Program(tmp_path)


@pytest.fixture
def email(tmp_path: Path) -> str:
    """Provide the name of a file with an email that asks for a day."""
    (tmp_path / "mail.eml").write_text(EMAIL, encoding="utf-8")
    return "mail.eml"


class Model:
    """A model's server in a process of its own; see `tests.fakes.openai_server`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._control = f"{url.removesuffix('/v1')}/control"

    def will(self, **reply: Any) -> None:
        """Program the next answer."""
        httpx.post(self._control, json={"replies": [reply]}).raise_for_status()

    def hears(self, request: int) -> None:
        """Wait for the request with this number."""
        httpx.get(f"{self._control}/requests/{request}", timeout=30).raise_for_status()

    def release(self) -> None:
        """Let the replies that stall go on."""
        httpx.post(f"{self._control}/release").raise_for_status()

    def ended(self, request: int) -> str:
        """Wait until a request has ended, and say how."""
        answer = httpx.get(f"{self._control}/requests/{request}/end", timeout=30)
        return str(answer.raise_for_status().json()["outcome"])


@pytest.fixture
def model() -> Iterator[Model]:
    """Provide the model's server; `online` writes with it."""
    command = [sys.executable, "-m", "tests.fakes.openai_server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        assert process.stdout
        yield Model(process.stdout.readline().strip())
        process.terminate()


@pytest.fixture
def online(tmp_path: Path, model: Model) -> Program:
    """Provide the program with a model, whose words are kept as they are."""
    settings = {"OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "test", "EMAIL_ASSISTANT_PROOFREADER": "off"}
    return Program(tmp_path, settings)
