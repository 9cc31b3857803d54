"""The program as a process of its own: at a pseudo-terminal, or between pipes."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any

import pexpect

from email_assistant.conversation.commands import Edit, EmailFile
from email_assistant.conversation.reading import read_files
from email_assistant.service.document import state_of
from email_assistant.service.opening import open_assistant
from email_assistant.settings import LOCAL_USER, Settings
from tests import forks
from tests.e2e.serving import COMMAND, OURS

ROOT = Path(__file__).parents[3]
PYTHON = [sys.executable, "-c", COMMAND]
SECONDS = 20

EMAIL = """\
From: Dana Whitfield <dana@example.com>
To: sam@example.org
Subject: Lunch next week?
Date: Fri, 20 Nov 2026 10:00:00 +0000
Message-ID: <lunch@example.com>

Hi Sam,

let us have lunch next week. I am free on Tuesday, from noon. I shall bring the plan for the spring.

Best,
Dana
"""

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
ID = re.compile(r"email-assistant resume ([0-9a-f]{8})")


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """Return a person's environment: their own data directory, no model but the one in `settings`."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled once
    inherited.pop("COLUMNS", None)  # the terminal says how wide it is
    terminal = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "NO_COLOR": ""}
    own = {"PYTHONPATH": str(ROOT), "EMAIL_ASSISTANT_DATA_DIR": str(data_dir)}
    return inherited | terminal | own | settings


def offline(data_dir: Path) -> Settings:
    """Return the settings of a program with this data directory, whatever the environment of the tests is."""
    no_model: dict[str, Any] = {"OPENAI_API_KEY": None, "OPENAI_BASE_URL": None}
    return Settings(data_dir=data_dir, database_url=None, **no_model)


def text_of(message: Message) -> str:
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


@dataclass
class Terminal:
    """A person at a terminal, in which one program runs."""

    child: pexpect.spawn
    shown: list[str] = field(default_factory=list)

    def sees(self, text: str) -> None:
        """Wait until `text` is shown."""
        self.child.expect_exact(text, timeout=SECONDS)
        self.shown.append(self.child.before + self.child.after)

    def types(self, text: str) -> None:
        """Type a line at the prompt."""
        self.sees("> ")
        self.child.sendline(text)

    def presses(self, key: str) -> None:
        """Press Ctrl with a key."""
        self.child.sendcontrol(key)

    def leaves(self) -> int:
        """Wait for the program's end and return its exit code."""
        self.child.expect(pexpect.EOF, timeout=SECONDS)
        self.shown.append(self.child.before)
        self.child.close()
        assert self.child.exitstatus is not None, f"ended by signal {self.child.signalstatus}"
        return int(self.child.exitstatus)

    @property
    def raw(self) -> str:
        """All that the terminal was sent, escape sequences included."""
        return "".join(self.shown)

    @property
    def text(self) -> str:
        """The same without them."""
        return _ESCAPES.sub("", self.raw).replace("\r\n", "\n")


async def _state(settings: Settings, app_id: str | None) -> dict[str, Any]:
    async with open_assistant(settings) as assistant:
        app_id = app_id or (await assistant.page(LOCAL_USER)).conversations[0].app_id
        return state_of(await assistant.view(LOCAL_USER, app_id)).model_dump(mode="json")


async def _drafted(settings: Settings, email: str, own_text: str) -> str:
    async with open_assistant(settings) as assistant:
        begun = await assistant.create(LOCAL_USER)
        given = read_files((EmailFile("mail.eml", email.encode()),), "say yes")
        await assistant.turn(LOCAL_USER, begun.app_id, given)
        if own_text:
            await assistant.turn(LOCAL_USER, begun.app_id, Edit(own_text))
        return begun.app_id


@dataclass
class Program:
    """Runs the program, always with the same data directory."""

    data_dir: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def state(self, app_id: str | None = None) -> dict[str, Any]:
        """Return a conversation, or the newest one, as the service knows it."""
        return asyncio.run(_state(offline(self.data_dir), app_id))

    def drafted(self, email: str = EMAIL, own_text: str = "") -> str:
        """Return the id of a new conversation with a draft, or two, begun by another door."""
        return asyncio.run(_drafted(offline(self.data_dir), email, own_text))

    def at_terminal(
        self, *arguments: str, line: str | None = None, columns: int = 80, **settings: str
    ) -> Terminal:
        """Start it at a terminal, or a shell `line` in which `"$@"` stands for it."""
        command = [*PYTHON, *arguments]
        if line:
            command = ["/bin/sh", "-c", line, "sh", *command]
        child = forks.Terminal(
            command[0],
            command[1:],
            env=environment(self.data_dir, **{**self.settings, **settings}),
            cwd=str(self.data_dir),
            dimensions=(50, columns),
            encoding="utf-8",
            timeout=SECONDS,
        )
        return Terminal(child)

    def run(
        self,
        *arguments: str,
        given: str | bytes | None = None,
        line: str | None = None,
        before: Sequence[str] = (),
        **settings: str,
    ) -> subprocess.CompletedProcess[str]:
        """Run it between pipes, without a controlling terminal, and wait for its end."""
        command = [*before, *PYTHON, *arguments]
        if line:
            command = ["/bin/sh", "-c", line, "sh", *command]
        data = given.encode() if isinstance(given, str) else given
        ended = subprocess.run(
            command,
            input=data or b"",
            capture_output=True,
            env=environment(self.data_dir, **{**self.settings, **settings}),
            cwd=self.data_dir,
            timeout=SECONDS,
            start_new_session=True,
            check=False,
        )
        return subprocess.CompletedProcess(
            command, ended.returncode, ended.stdout.decode(), ended.stderr.decode()
        )
