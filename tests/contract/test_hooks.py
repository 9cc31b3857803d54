"""Hooks of other packages: named in a setting, or offered as an entry point, as docs/telemetry.md shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from email_assistant.conversation.commands import NewEmail
from email_assistant.errors import SettingsError
from email_assistant.service.opening import open_assistant
from email_assistant.settings import LOCAL_USER, Settings

PAGE = (Path(__file__).parents[2] / "docs" / "telemetry.md").read_text(encoding="utf-8")
MAIL = NewEmail("From: Dana <dana@example.com>\nSubject: Lunch\n\nLunch on Tuesday?\n\nDana", "say yes")


def shown(language: str, beginning: str) -> str:
    """Return the block of the page that begins so."""
    [block] = re.findall(rf"^```{language}\n({re.escape(beginning)}.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(block)


def offer(folder: Path, entry_points: str) -> None:
    """Install a package with its entry points."""
    package = folder / "audit-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: audit\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text(entry_points)


@pytest.mark.parametrize("how", ["setting", "entry point"])
def test_the_example_of_the_page_notes_each_step(tmp_path: Path, how: str) -> None:
    (tmp_path / "audit.py").write_text(shown("python", '"""audit.py'))
    variables = {"EMAIL_ASSISTANT_HOOKS": "audit:hooks"} if how == "setting" else {}
    if how == "entry point":
        offer(tmp_path, "[email_assistant.hooks]\naudit = audit:hooks\n")
        assert '"email_assistant.hooks"]\naudit = "audit:hooks"' in PAGE

    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            "from email_assistant.cli import main; main()",
            "reply",
            "-",
            "--no-input",
            "-i",
            "yes",
        ],
        input="Lunch on Tuesday?\n\nDana\n",
        cwd=tmp_path,
        env={
            **os.environ,
            **variables,
            "EMAIL_ASSISTANT_DATA_DIR": str(tmp_path / "data"),
            "PYTHONPATH": os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])]),
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, "")
    noted = [line.split(" ")[1:] for line in (tmp_path / "audit.log").read_text().splitlines()]
    assert noted[:3] == [
        ["process_input", "ended", "0"],
        ["determine_clarifications", "ended", "0"],
        ["formulate_draft", "ended", "1"],
    ]


async def test_a_factory_that_fails_is_logged_and_its_turn_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "broken_hooks.py").write_text("def make():\n    raise ValueError('Lunch')\n")
    monkeypatch.syspath_prepend(tmp_path)
    settings = Settings(data_dir=tmp_path / "data", hooks="broken_hooks:make")

    async with open_assistant(settings) as assistant:
        app_id = (await assistant.create(LOCAL_USER)).app_id
        view = await assistant.turn(LOCAL_USER, app_id, MAIL)

    assert view.state.draft_history
    assert "A turn is not watched: ValueError" in caplog.text
    assert "Lunch" not in caplog.text


@pytest.mark.parametrize(
    ("hooks", "why"),
    [
        ("json", "'json' must look like module:factory"),
        (":dumps", "must look like module:factory"),
        ("no_such_module_here:hooks", "cannot be imported .ModuleNotFoundError"),
        ("json:no_such_name", "cannot be imported .AttributeError"),
        ("json:__name__", "'json:__name__' is no function that makes hooks"),
    ],
)
async def test_hooks_that_cannot_be_used_are_named_before_anything_begins(
    tmp_path: Path, hooks: str, why: str
) -> None:
    with pytest.raises(SettingsError, match=why):
        async with open_assistant(Settings(data_dir=tmp_path, hooks=hooks)):
            pass
