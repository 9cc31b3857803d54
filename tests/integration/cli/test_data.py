"""All that is kept of a person at the command line: taken along, and deleted."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from tests.integration.cli.program import EMAIL, Program


def test_all_is_taken_along_and_deleted(program: Program, tmp_path: Path) -> None:
    (tmp_path / "mail.eml").write_text(EMAIL)
    program.run("reply", "mail.eml", "-i", "say yes", "--no-input")
    program.run("profile", "set", "name=Sam")

    ended = program.run("data", "export", "all.zip")
    assert (ended.returncode, ended.stdout) == (0, "Written to all.zip.\n")
    assert (tmp_path / "all.zip").stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert json.loads(archive.read("profile.json"))["name"] == "Sam"
        (conversation,) = [name for name in archive.namelist() if name.startswith("conversations/")]
        assert json.loads(archive.read(conversation))["drafts"]
        (original,) = [name for name in archive.namelist() if name.startswith("originals/")]
        assert archive.read(original) == EMAIL.encode()
    assert program.run("data", "export", "all.zip").returncode == 2, "it exists"
    assert program.run("data", "export", "all.zip", "--force").returncode == 0

    assert program.run("data", "delete").returncode == 2, "nobody can be asked"
    ended = program.run("data", "delete", "--yes")
    assert (ended.returncode, ended.stdout) == (0, "Conversations deleted: 1.\n")
    assert json.loads(program.run("list", "--json").stdout) == []
    assert json.loads(program.run("profile", "show", "--json").stdout)["name"] == "Sam"
