"""The HTTP door against its own description, with what no person would send."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from tests.e2e.serving import start

ROOT = Path(__file__).parents[3]
CONFIG = Path(__file__).with_name("schemathesis.toml")


async def test_every_answer_is_as_described(tmp_path: Path) -> None:
    """All checks of schemathesis, single calls and chains of them; docs/api.md has the long run."""
    server = await start(tmp_path)
    try:
        process = await asyncio.create_subprocess_exec(
            Path(sys.executable).with_name("schemathesis"),
            *("--config-file", str(CONFIG), "run", f"{server.url}/api/openapi.json"),
            *("--checks", "all", "--max-examples", "10", "--generation-deterministic", "--no-color"),
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output, _ = await process.communicate()
    finally:
        await server.kill()
    assert process.returncode == 0, output.decode()
    # Some of it is no HTTP at all.
    events = [json.loads(line) for line in server.log.read_text().splitlines()]
    assert {event["event"] for event in events if event["level"] != "info"} <= {
        "Invalid HTTP request received."
    }
