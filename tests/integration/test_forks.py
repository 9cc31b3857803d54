"""The program that the tests fork is the program as a person starts it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests import forks

forked = pytest.mark.skipif(subprocess.Popen is not forks.Popen, reason="nothing is forked here")


def environment(data_dir: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EMAIL_", "OPENAI_"))}
    return kept | {"EMAIL_ASSISTANT_DATA_DIR": str(data_dir), "PYTHONPATH": str(forks.FORK_SERVER.parents[1])}


def ended(start: Any, *arguments: str, **how: Any) -> tuple[int, str, str]:
    """Return the exit code of the program, and what it wrote to its standard output and error."""
    with start(
        [*forks.COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **how
    ) as process:
        written, complaints = process.communicate(timeout=60)
        return process.returncode, written, complaints


@forked
@pytest.mark.parametrize("arguments", [["list"], ["--version"], ["nonsense"], ["show", "nothing"]], ids=str)
def test_a_fork_ends_as_the_program_does(arguments: list[str], tmp_path: Path) -> None:
    how: Mapping[str, Any] = {"env": environment(tmp_path / "data"), "cwd": tmp_path}

    assert ended(forks.Popen, *arguments, **how) == ended(forks.unforked, *arguments, **how)


@pytest.mark.parametrize("start", [forks.unforked, pytest.param(forks.Popen, marks=forked)])
@pytest.mark.parametrize(("sign", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, -15), (signal.SIGKILL, -9)])
def test_a_server_is_a_child_that_ends_by_a_signal(
    start: Any, sign: signal.Signals, code: int, tmp_path: Path
) -> None:
    command = [*forks.COMMAND, "serve", "--port", "0"]
    with start(
        command, env=environment(tmp_path / "data"), cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as server:
        assert "http://" in server.stdout.readline()
        seen = psutil.Process(server.pid)
        assert (seen.ppid(), seen.cwd()) == (os.getpid(), str(tmp_path))
        server.send_signal(sign)
        assert server.wait(timeout=60) == code


@forked
async def test_an_event_loop_starts_a_fork_too(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *forks.COMMAND, "list", env=environment(tmp_path / "data"), stdout=asyncio.subprocess.PIPE
    )
    written, _ = await process.communicate()

    assert (process.returncode, written.startswith(b"There are no conversations yet.")) == (0, True)
