"""Nothing watches, and nothing is imported, unless it is asked for."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.contract.telemetry.watched import converse, reply


def test_what_is_off_is_not_imported(tmp_path: Path) -> None:
    program = (
        "import sys; from email_assistant.cli.program import run; code = run(sys.argv[1:]); "
        "print([m for m in sys.modules if m.startswith(('opentelemetry.sdk', 'opentelemetry.exporter', "
        "'prometheus_client', 'email_assistant.telemetry.'))], file=sys.stderr); sys.exit(code)"
    )
    ended = reply(tmp_path, program=program)

    assert ended.returncode == 0
    imported = {name.removeprefix("email_assistant.telemetry.") for name in ast.literal_eval(ended.stderr)}
    assert imported == {"hooks", "logs", "turn"}


async def test_nothing_watches_unless_it_is_asked_for(tmp_path: Path) -> None:
    await converse(tmp_path)
    assert not (tmp_path / "burr").exists()
