"""Installs the lowest versions that pyproject.toml allows, and uses the program: `make lowest`.

What a package asks for is a promise to whoever installs it beside others. This asks the package index, and
takes less than a minute where the packages were downloaded before.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from itertools import chain
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

from tests.installation.program import InstalledProgram, build_wheel
from tests.integration.processes import ROOT

UV = (sys.executable, "-m", "uv")
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def main() -> None:
    """Install, use, and print the versions."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment, versions = folder / "environment", folder / "versions.txt"
        compile_ = [*UV, "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--all-extras"]
        which = ["--python-version", PYTHON, "--resolution", "lowest-direct"]
        subprocess.run([*compile_, *which, "pyproject.toml", "-o", versions], cwd=ROOT, check=True)
        _check_bounds(versions.read_text(encoding="utf-8"))
        subprocess.run([*UV, "venv", "--quiet", "--python", sys.executable, environment], check=True)
        install: list[str | Path] = [
            *UV,
            "pip",
            "install",
            "--quiet",
            "--python",
            environment / "bin" / "python",
        ]
        subprocess.run([*install, "-r", versions, "--no-deps"], check=True)
        subprocess.run([*install, "--no-deps", build_wheel(sys.executable, folder)], check=True)
        InstalledProgram(environment, folder).check()
        print(versions.read_text(encoding="utf-8"), end="")
        print("The program works with these, the lowest versions that are allowed.")


def _check_bounds(versions: str) -> None:
    """Check that each bound is the version chosen by it: a lower one could not be installed.

    Raises:
        AssertionError: another package asks for more.
    """
    chosen = dict(re.findall(r"^([\w-]+)(?:\[.*\])?==([^\s;]+)", versions, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    untrue = [
        f"{wish} resolves to {chosen[wish.name]}"
        for wish in map(Requirement, wanted)
        if not any(
            bound.operator == ">=" and Version(bound.version) == Version(chosen[wish.name])
            for bound in wish.specifier
        )
    ]
    assert untrue == [], f"Raise these bounds: {'; '.join(untrue)}"


if __name__ == "__main__":
    main()
