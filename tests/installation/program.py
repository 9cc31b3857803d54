"""The program as somebody has it who installed the package: used from an empty folder, without a checkout."""

from __future__ import annotations

import os
import subprocess
import tomllib
from pathlib import Path
from signal import SIGTERM

import httpx

from tests.integration.processes import ROOT, ServerProcess

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
EMAIL = """\
From: Dana <dana@example.com>
To: Sam <sam@b\u00fccher.example>
Subject: Lunch
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p>Hi Sam,</p><p>Lunch on <b>Thursday</b> at the caf\u00e9?</p><p>Dana</p>
"""
"""It takes the readers of HTML, charsets and languages."""


def build_wheel(python: Path | str, folder: Path) -> Path:
    """Build the wheel with the locked backend, into `folder`."""
    subprocess.run([python, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


class InstalledProgram:
    """What a virtual environment has; `folder` is where it is used and where its data lies."""

    def __init__(self, environment: Path, folder: Path) -> None:
        self._bin = environment / ("Scripts" if os.name == "nt" else "bin")
        self._here, self._data = folder / "here", folder / "data"
        self._here.mkdir()

    def check(self) -> None:
        """Use each of its doors once.

        Raises:
            AssertionError: one of them does not do what it does in a checkout.
        """
        self._check_that_it_is_the_installed_one()
        self._check_the_terminal()
        self._check_the_server()
        assert list(self._here.iterdir()) == []

    def run(self, *command: str, given: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        """Run one of the environment's programs to its end."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("EMAIL_ASSISTANT_", "OPENAI_", "CHAINLIT_", "PYTHON", "VIRTUAL_ENV"))
        }
        return subprocess.run(
            [self._bin / command[0], *command[1:]],
            cwd=self._here,
            env=inherited | {"EMAIL_ASSISTANT_DATA_DIR": str(self._data)} | variables,
            input=given,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    def _check_that_it_is_the_installed_one(self) -> None:
        imported = self.run("python", "-c", "import email_assistant; print(email_assistant.__file__)")
        package = Path(imported.stdout.strip()).parent
        assert package.is_relative_to(self._bin.parent), imported
        assert (package / "py.typed").is_file()
        versioned = self.run("email-assistant", "--version")
        assert versioned.stdout == f"email-assistant {VERSION}\n", versioned

    def _check_the_terminal(self) -> None:
        unknown = self.run("email-assistant", "nothing")
        assert (unknown.returncode, unknown.stdout) == (2, ""), unknown
        assert "No such command" in unknown.stderr, unknown
        replied = self.run("email-assistant", "reply", "-", "--no-input", "-i", "say yes", given=EMAIL)
        assert (replied.returncode, replied.stderr) == (0, ""), replied
        assert "Dana" in replied.stdout, replied

    def _check_the_server(self) -> None:
        command = [str(self._bin / "email-assistant"), "serve", "--port", "0"]
        server = ServerProcess(self._data, cwd=self._here, command=command, PYTHONPATH="")
        server.start()
        try:
            with httpx.Client(base_url=server.url, timeout=60) as client:
                for page in ("/", "/public/style.css", "/api/docs", "/api/openapi.json"):
                    assert client.get(page).status_code == 200, page
                app_id = client.post("/api/v1/create").raise_for_status().json()["app_id"]
                files = {"files": ("lunch.eml", EMAIL.encode(), "message/rfc822")}
                said = {"response_instructions": "Say yes."}
                put = client.put(f"/api/v1/upload_email/{app_id}", files=files, data=said)
                assert put.raise_for_status().json()["drafts"], put.text
        finally:
            ended = server.stop()
        assert ended in (0, -SIGTERM), server.output()  # uvicorn ends by the signal that it was sent
