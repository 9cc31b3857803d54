"""The wheel has all that the program needs."""

from __future__ import annotations

import subprocess
import sys
import venv
from importlib.metadata import distribution
from pathlib import Path

from tests.installation.program import InstalledProgram, build_wheel


def test_the_wheel_serves_from_an_empty_folder(tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=False, symlinks=True)
    python = environment / "bin" / "python"
    wheel = build_wheel(sys.executable, tmp_path)
    install: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-deps",
        wheel,
    ]
    subprocess.run(install, check=True)
    # The dependencies are those of the tests: nothing is downloaded. A folder that is named in a .pth file
    # brings its packages and not its own .pth files, of which one leads to the checkout.
    (own,) = environment.glob("lib/python*/site-packages")
    (own / "dependencies.pth").write_text(f"{distribution('chainlit').locate_file('')}\n", encoding="utf-8")

    InstalledProgram(environment, tmp_path).check()
