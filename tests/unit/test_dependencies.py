"""What is imported is declared in pyproject.toml, and what is declared there is used."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
OWN = {"email_assistant", "tests", "bench", "docs"}

USED_BY_NAME = {
    "asyncpg": "SQLAlchemy imports it for a URL of Postgres",
    "fastapi-offline": "Starlette serves the files in it",
    "python-multipart": "FastAPI imports it for a form",
}
"""Dependencies that no module imports, and who does."""


def test_what_the_package_imports_is_declared() -> None:
    assert undeclared(["email_assistant"], dependencies() | extras()) == {}


def test_what_the_tests_and_tools_import_is_declared() -> None:
    assert undeclared(["tests", "bench", "docs"], dependencies() | extras() | group("dev")) == {}


def test_what_is_declared_is_used() -> None:
    used = {name for _, module in imports(["email_assistant"]) for name in providers(module)}

    assert (dependencies() | extras()) - used == USED_BY_NAME.keys()


def test_an_import_that_is_not_declared_is_found(tmp_path: Path) -> None:
    (tmp_path / "new.py").write_text("def late():\n    import pytest_asyncio.plugin\n", encoding="utf-8")

    assert undeclared([str(tmp_path)], {"pytest"}) == {
        "pytest_asyncio.plugin": str(tmp_path / "new.py"),
    }


@pytest.mark.parametrize(
    ("module", "provider"),
    [("jwt.exceptions", "pyjwt"), ("opentelemetry.trace", "opentelemetry-api")],
)
def test_a_module_is_looked_up_where_several_packages_share_a_name(module: str, provider: str) -> None:
    assert providers(module) == {provider}


def undeclared(folders: Iterable[str], declared: set[str]) -> dict[str, str]:
    """Return the imported modules that come from none of the `declared` packages, each with a file."""
    return {module: file for file, module in imports(folders) if not providers(module) & declared}


def imports(folders: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each file below `folders`, with each module of somebody else's that it imports."""
    for path in (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules = [node.module]
                if node.module in SHARED:  # what is imported may be a module of its own
                    modules = [f"{node.module}.{alias.name}" for alias in node.names]
            for module in modules:
                if module.partition(".")[0] not in sys.stdlib_module_names | OWN:
                    yield str(path), module


@cache
def providers(module: str) -> set[str]:
    """Return the installed packages that `module` comes from."""
    top = module.partition(".")[0]
    names = set(installed().get(top, []))
    if top in SHARED:
        path = module.replace(".", "/")
        names = {name for name in names if files(name) & {f"{path}.py", f"{path}/__init__.py"}}
    return {normal(name) for name in names}


@cache
def installed() -> Mapping[str, list[str]]:
    return packages_distributions()


@cache
def files(package: str) -> set[str]:
    return {file.as_posix() for file in distribution(package).files or []}


SHARED = {"opentelemetry"}
"""Names that many packages put modules into."""


def dependencies() -> set[str]:
    return {name_of(wanted) for wanted in PROJECT["project"]["dependencies"]}


def extras() -> set[str]:
    lists = PROJECT["project"]["optional-dependencies"].values()
    return {name_of(wanted) for wanted_ones in lists for wanted in wanted_ones}


def group(name: str) -> set[str]:
    return {name_of(wanted) for wanted in PROJECT["dependency-groups"][name]}


def name_of(requirement: str) -> str:
    """Return the name in a requirement such as `openai[aiohttp]>=3`."""
    name = re.match(r"[\w.-]+", requirement)
    assert name
    return normal(name[0])


def normal(name: str) -> str:
    """Return a package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
