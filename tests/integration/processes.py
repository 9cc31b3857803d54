"""The server and a model's server as real processes, as a person would start them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from email_assistant.cli import main; main()"]


class ModelProcess:
    """The fake model's server, told over HTTP what to answer."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._control = httpx.Client(base_url=url.removesuffix("/v1"), timeout=30)

    def will(self, *replies: dict[str, Any]) -> None:
        """Program the next answers: the fields of `tests.fakes.openai_server.Reply`."""
        self._control.post("/control", json={"replies": replies}).raise_for_status()

    def requests(self) -> list[dict[str, Any]]:
        """Return what the model was asked so far, each request with how it ended."""
        return list(self._control.get("/control").json()["requests"])

    async def come(self, number: int) -> None:
        """Wait for the request with this number."""
        await asyncio.to_thread(self._control.get, f"/control/requests/{number}")

    def ended(self, number: int) -> str:
        """Return how the request with this number ended, awaited."""
        return str(self._control.get(f"/control/requests/{number}/end").json()["outcome"])

    def release(self) -> None:
        """Let the replies that stall go on."""
        self._control.post("/control/release")

    def reset(self) -> None:
        """Forget all replies and requests."""
        self._control.post("/control/reset")

    def close(self) -> None:
        self._control.close()


class ServerProcess:
    """A running `email-assistant serve`, or another command that serves the same."""

    def __init__(
        self,
        data_dir: Path,
        *,
        model_url: str | None = None,
        cwd: Path = ROOT,
        command: list[str] | None = None,
        **settings: str,
    ) -> None:
        self.data_dir = data_dir
        self._cwd = cwd
        self._command = command or [*COMMAND, "serve", "--port", "0"]
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "CHAINLIT_"))
        } | {
            "EMAIL_ASSISTANT_DATA_DIR": str(data_dir),
            "PYTHONPATH": str(ROOT),
            "HOME": str(data_dir / "home"),
        }
        if model_url:
            self.environment |= {
                "OPENAI_API_KEY": "sk-secret-key",
                "OPENAI_BASE_URL": model_url,
                "EMAIL_ASSISTANT_MODEL": "fake",
                # What a scripted model says is kept word by word.
                "EMAIL_ASSISTANT_PROOFREADER": "off",
            }
        self.environment |= settings
        self.url = ""
        self._log = data_dir.parent / f"{data_dir.name}.log"

    def start(self) -> None:
        """Start it and wait until it serves."""
        line = self._start("http://")
        self.url = line[line.index("http://") :].strip()

    def keep_port(self) -> None:
        """Serve at the same port whenever it is started again."""
        self._command = [*COMMAND, "serve", "--port", str(urlsplit(self.url).port)]

    def start_elsewhere(self, port: int) -> None:
        """Start a command that does not say where it serves, and wait until it does."""
        self._start("available at", errors=subprocess.STDOUT)
        self.url = f"http://127.0.0.1:{port}"

    def _start(self, serves: str, errors: int | None = None) -> str:
        self._errors = self._log.open("ab")
        self.process = subprocess.Popen(
            self._command,
            cwd=self._cwd,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=errors or self._errors,
            text=True,
        )
        assert self.process.stdout
        for line in self.process.stdout:
            self._note(line)
            if serves in line:
                return line
        raise AssertionError(f"The server ended at once with {self.process.wait()}:\n{self.output()}")

    def stop(self, sign: signal.Signals = signal.SIGTERM, timeout: float = 10) -> int:
        """Ask it to end, wait for that, and return its exit code (negative: the signal)."""
        if self.process.poll() is None:
            self.process.send_signal(sign)
        try:
            rest, _ = self.process.communicate(timeout=timeout)
            self._note(rest)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise
        finally:
            self._errors.close()
        return self.process.returncode

    def output(self) -> str:
        """Return all that it wrote to standard output and error so far."""
        return self._log.read_text()

    def _note(self, text: str) -> None:
        with self._log.open("a") as log:
            log.write(text)


@contextlib.contextmanager
def running_model() -> Iterator[ModelProcess]:
    """Run the fake model's server for the time of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.openai_server", "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    model = ModelProcess(process.stdout.readline().strip())
    try:
        yield model
    finally:
        model.close()
        process.terminate()
        process.communicate()


@contextlib.contextmanager
def running_server(data_dir: Path, **how: Any) -> Iterator[ServerProcess]:
    """Serve for the time of the block."""
    server = ServerProcess(data_dir, **how)
    server.start()
    try:
        yield server
    finally:
        server.stop()
