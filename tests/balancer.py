"""A real HAProxy with the configuration that is deployed, before servers of this machine."""

from __future__ import annotations

import asyncio
import csv
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

DEPLOYED = Path(__file__).parents[1] / "deploy" / "haproxy.cfg"
MISSING = "These tests need HAProxy and it was not found. On Debian and Ubuntu: apt install haproxy"


CHECKED_EVERY = 0.2
"""Seconds. When deployed, it is one."""


class Balancer:
    """A balancer that runs before the servers at these addresses."""

    def __init__(self, urls: Sequence[str], port: int, control: Path) -> None:
        self.urls, self.url, self._control = urls, f"http://127.0.0.1:{port}", control

    def sessions(self) -> list[int]:
        """Return how many connections each server has, those of open tabs among them."""
        return [int(row["scur"]) for row in self._servers()]

    async def until_up(self, number: int, *, up: bool = True) -> None:
        """Wait until it takes this server to be there, or not to be."""
        async with asyncio.timeout(30):
            while self._servers()[number]["status"].startswith("UP") is not up:  # noqa: ASYNC110
                await asyncio.sleep(CHECKED_EVERY / 4)  # it does not tell

    def _servers(self) -> list[dict[str, str]]:
        with socket.socket(socket.AF_UNIX) as control, control.makefile("rw") as file:
            control.connect(str(self._control))
            file.write("show stat\n")
            file.flush()
            rows = csv.DictReader(line.removeprefix("# ") for line in file if line.strip())
            return [row for row in rows if row["svname"].startswith("app")]


@contextmanager
def balancing(urls: Sequence[str], folder: Path) -> Iterator[Balancer]:
    """Run it for the time of the block."""
    program = shutil.which("haproxy", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert program, MISSING
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        tempfile.TemporaryDirectory() as short,  # a socket's path has a hundred characters at most
        socket.socket(socket.AF_UNIX) as controlling,
        (folder / "haproxy.log").open("wb") as log,
    ):
        file, control = folder / "haproxy.cfg", Path(short) / "control"
        controlling.bind(str(control))
        controlling.listen()
        # It takes over sockets that exist, so that nobody needs to wait for it.
        sockets = [listening.fileno(), controlling.fileno()]
        file.write_text(_configuration(urls, *sockets))
        process = subprocess.Popen(
            [program, "-db", "-f", str(file)], pass_fds=sockets, stdout=log, stderr=log
        )
        try:
            yield Balancer(urls, listening.getsockname()[1], control)
        finally:
            process.kill()
            process.wait()


def _configuration(urls: Sequence[str], listening: int, controlling: int) -> str:
    """Return the deployed one, but for where it and the servers are, and how often it checks those."""
    text = DEPLOYED.read_text()
    servers = [f"server app{number} {urlsplit(url).netloc}" for number, url in enumerate(urls)]
    for ours, here in (
        ("maxconn 10000", f"maxconn 200\n    stats socket fd@{controlling}"),
        ("resolvers docker\n    nameserver dns 127.0.0.11:53\n    hold valid 10s\n", ""),
        ("bind :8000", f"bind fd@{listening}"),
        (" resolvers docker init-addr none", ""),
        ("inter 1s", f"inter {CHECKED_EVERY * 1000:.0f}"),
        ("server-template app 2 app:8000", "\n    ".join(servers)),
    ):
        assert ours in text, ours
        text = text.replace(ours, here)
    return text
