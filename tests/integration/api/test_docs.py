"""The programs in the documents, run as they stand there."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

import pytest

from tests.e2e.serving import serving

ROOT = Path(__file__).parents[3]
ADDRESS = "http://127.0.0.1:8000"
PROGRAMS = [
    pytest.param(program, id=f"{document}-{number}")
    for document in ("README.md", "docs/api.md")
    for number, program in enumerate(
        re.findall(r"^```python\n(.*?)^```", (ROOT / document).read_text(encoding="utf-8"), re.S | re.M), 1
    )
]


async def run(program: str, url: str) -> str:
    """Return what `program` prints; it must end well."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-c", program.replace(ADDRESS, url)),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    printed, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return printed.decode()


@pytest.mark.parametrize("program", PROGRAMS)
async def test_a_program_from_the_documents_runs(tmp_path: Path, program: str) -> None:
    assert ADDRESS in program
    async with serving(tmp_path) as server:
        printed = await run(program, server.url)
    assert "Hi Dana" in printed
