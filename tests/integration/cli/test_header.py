"""Whom the reply goes to, and its subject, at the terminal."""

from __future__ import annotations

import email as mails
from email.policy import default
from pathlib import Path

from tests.integration.cli.program import Program


def test_the_header_is_shown_set_by_words_and_written(program: Program, email: str, tmp_path: Path) -> None:
    terminal = program.at_terminal("reply", email, "-i", "say yes", "-o", "reply.eml", columns=120)
    terminal.sees("Subject")
    terminal.types("cc Zoe")
    terminal.sees("No address of “Zoe” is known")
    terminal.types("cc zoe@example.net")
    terminal.sees("zoe@example.net")
    terminal.types("subject: Lunch at last")
    terminal.sees("Lunch at last")
    terminal.types("accept")
    assert terminal.leaves() == 0
    state = program.state()
    assert len(state["drafts"]) == 1
    assert state["reply"]["subject"] == "Lunch at last"
    saved = mails.message_from_bytes((tmp_path / "reply.eml").read_bytes(), policy=default)
    assert (saved["cc"], saved["subject"]) == ("zoe@example.net", "Lunch at last")

    said = program.run("resume", state["app_id"], "--say", "remove zoe@example.net", "--no-input", "--json")
    assert said.returncode == 0
    assert program.state()["reply"]["cc"] == []
    assert program.state()["final_draft"] == state["final_draft"]
