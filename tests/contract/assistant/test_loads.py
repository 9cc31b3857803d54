"""What a tab is sent that connects again while a draft is written, or as it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def test_words_are_on_a_page_only_while_they_come(tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "tests.contract.assistant.loads", str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
    )
    while_written, written = json.loads(found.stdout)
    assert "llm" in while_written
    assert "llm" not in written
