"""What the documents say is kept in step with the code."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from docs.state_machine import PAGE, drawn
from email_assistant.settings import Settings

ROOT = Path(__file__).parents[2]


def test_the_state_machine_is_drawn_as_it_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert drawn(page) == page


def test_every_setting_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    own_names = {"openai_api_key": "OPENAI_API_KEY", "openai_base_url": "OPENAI_BASE_URL"}
    variables = [own_names.get(name, f"EMAIL_ASSISTANT_{name.upper()}") for name in Settings.model_fields]
    assert [variable for variable in variables if f"`{variable}`" not in readme] == []


FLOOR = re.compile(r"^\| (?P<number>\d+) \| \[`(?P<where>[\w./]+)`\]\(\.\./email_assistant/", re.MULTILINE)


def floors_in_docs(page: str) -> list[set[str]]:
    """Return the table's floors from the top: the modules of each number, which counts down to 0."""
    rows = [
        (int(row["number"]), row["where"].rstrip("/").removesuffix(".py")) for row in FLOOR.finditer(page)
    ]
    assert [number for number, _ in rows] == sorted((number for number, _ in rows), reverse=True)
    top = rows[0][0]
    return [{where for number, where in rows if number == floor} for floor in range(top, -1, -1)]


def floors_in_contract(project: str) -> list[set[str]]:
    contracts = tomllib.loads(project)["tool"]["importlinter"]["contracts"]
    [layers] = [c["layers"] for c in contracts if c["type"] == "layers" and "containers" not in c]
    return [{each.strip().removeprefix("email_assistant.") for each in layer.split("|")} for layer in layers]


def test_the_floors_in_the_docs_are_those_that_the_import_contract_keeps_apart() -> None:
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert floors_in_docs(page) == floors_in_contract(project)


def test_every_module_stands_on_a_floor() -> None:
    package = ROOT / "email_assistant"
    modules = {
        path.stem for path in package.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    assert set().union(*floors_in_docs(page)) == modules - {"__init__"}


@pytest.mark.parametrize(
    "alter",
    [
        lambda page: page.replace("`brief.py`", "`briefs.py`"),
        lambda page: re.sub(r"^\| 8 \|.*\n", "", page, flags=re.MULTILINE),
        lambda page: page.replace("| 9 | [`guard/`]", "| 10 | [`guard/`]"),
    ],
    ids=["another name", "a floor is missing", "another floor"],
)
def test_a_table_that_differs_from_the_contract_is_noticed(alter: Callable[[str], str]) -> None:
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    contract = floors_in_contract((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert floors_in_docs(alter(page)) != contract
