"""What `make` says where it cannot go on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def make(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make as a person does: the make that runs the tests would pass its own flags and port on."""
    inherited = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES", "PORT"}
    environment = {name: value for name, value in os.environ.items() if name not in inherited}
    return subprocess.run(
        ["make", *arguments], cwd=checkout, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Provide what make needs to decide, and a Python that is too old."""
    for name in ("Makefile", "pyproject.toml", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    old = tmp_path / "python3.10"
    check = "import sys; sys.version_info = (3, 10, 0); exec(sys.argv[1])"
    old.write_text(
        f'#!/bin/sh\n[ "$1" = -c ] && exec "{sys.executable}" -c "{check}" "$2"\n', encoding="utf-8"
    )
    old.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize(
    ("python", "said"),
    [("./python3.10", "./python3.10 will not do"), ("", "No Python that will do was found")],
)
def test_a_python_that_does_not_fit_is_named_with_how_to_get_one(
    checkout: Path, python: str, said: str
) -> None:
    made = make(checkout, "run", f"PYTHON={python}")

    assert made.returncode != 0
    assert made.stdout.startswith(f"{said}: Email Assistant needs 3.11, 3.12 or 3.13.")
    assert "uv python install 3.13" in made.stdout
    assert not (checkout / ".venv").exists()


def test_a_python_that_fits_is_taken(checkout: Path) -> None:
    made = make(checkout, "--dry-run", ".venv/bin/python", f"PYTHON={sys.executable}")

    assert f'"{sys.executable}" -m venv .venv' in made.stdout


@pytest.mark.parametrize(("given", "port"), [([], "7241"), (["PORT=9000"], "9000")])
def test_burrs_page_is_started_for_this_machine_alone(checkout: Path, given: list[str], port: str) -> None:
    made = make(checkout, "--dry-run", "monitor", f"PYTHON={sys.executable}", *given)

    served = " ".join(made.stdout.replace("\\\n", " ").split())
    assert served.endswith(
        f".monitor/bin/python -m uvicorn burr.tracking.server.run:app --host 127.0.0.1 --port {port}"
    )
