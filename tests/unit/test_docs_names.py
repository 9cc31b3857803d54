"""The glossary and the tour name what exists: each file, and each name in the file given for it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = ["glossary.md", "tour.md"]

LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<target>[^)#\s]+)(?:#[^)]*)?\)")
# "`one`, `two` in [`file`](path)", over the end of a line as well.
PLACED = re.compile(
    r"(?P<names>`[\w.]+`(?:,\s+`[\w.]+`)*)\s+in\s+\[`(?P<text>[^`\]]+)`\]\((?P<target>[^)\s]+)\)"
)


def code_links(page: str) -> list[str]:
    return [link["target"] for link in LINK.finditer(page) if link["target"].endswith((".py", ".js", ".jsx"))]


def placed(page: str) -> Iterator[tuple[str, str, str]]:
    """Yield each name with the text and the target of its file's link."""
    for found in PLACED.finditer(page):
        for name in re.findall(r"`([\w.]+)`", found["names"]):
            yield name, found["text"], found["target"]


@cache
def names_defined_in(path: Path) -> frozenset[str]:
    """Return the names that a file defines, those of a class's body as `Class.name`."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return frozenset(_defined(ast.parse(source).body))
    return frozenset(
        re.findall(r"^(?:export )?(?:default )?(?:async )?(?:function|const) (\w+)", source, re.M)
    )


def _defined(body: list[ast.stmt], prefix: str = "") -> Iterator[str]:
    for node in body:
        match node:
            case ast.ClassDef():
                yield prefix + node.name
                yield from _defined(node.body, f"{prefix}{node.name}.")
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield prefix + node.name
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield prefix + name
            case ast.Assign():
                for target in node.targets:
                    yield from (prefix + each.id for each in ast.walk(target) if isinstance(each, ast.Name))


def faults(page: str) -> list[str]:
    """Return what a page of `docs/` says that is not so."""
    wrong = [
        f"no file {link['target']}"
        for link in LINK.finditer(page)
        if not link["target"].startswith("http") and not (DOCS / link["target"]).exists()
    ]
    for name, text, target in placed(page):
        path = (DOCS / target).resolve()
        if not str(path).endswith(f"/{text}"):
            wrong.append(f"{text} leads to {target}")
        if path.is_file() and name not in names_defined_in(path):
            wrong.append(f"no {name} in {text}")
    return wrong


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_every_file_exists_and_defines_what_it_is_named_for(name: str) -> None:
    assert faults(read(name)) == []


@pytest.mark.parametrize("name", PAGES)
def test_no_file_of_code_is_named_without_a_name_in_it(name: str) -> None:
    page = read(name)
    assert len(code_links(page)) == len(PLACED.findall(page)) > 20


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("`view_of` in [`view.py`](../email_assistant/service/view.py)", None),
        ("`ConversationView.version`, `view_of` in\n[`view.py`](../email_assistant/service/view.py)", None),
        ("`Accept` in [`elements/DraftCard.jsx`](../public/elements/DraftCard.jsx)", None),
        ("`views_of` in [`view.py`](../email_assistant/service/view.py)", "no views_of in view.py"),
        ("`view_of`, `row` in [`view.py`](../email_assistant/service/view.py)", "no row in view.py"),
        (
            "`ConversationView.turn` in [`view.py`](../email_assistant/service/view.py)",
            "no ConversationView.turn in view.py",
        ),
        ("`View` in [`composer.js`](../public/composer.js)", "no View in composer.js"),
        ("[`views.py`](../email_assistant/views.py)", "no file ../email_assistant/views.py"),
        ("`Any` in [`api.py`](../email_assistant/brief.py)", "api.py leads to ../email_assistant/brief.py"),
    ],
)  # fmt: skip
def test_what_is_not_so_is_found(sentence: str, fault: str | None) -> None:
    assert faults(sentence)[:1] == ([fault] if fault else [])


TERMS = """
ask attempt brief caller claim command conversation door draft-version finding frame gap owner persister
profile proofreader rules stance step timeline turn view wish write-request writer
"""


def test_the_glossary_has_each_term_once() -> None:
    terms = re.findall(r"^\| ([a-z][a-z ]*) \|", read("glossary.md"), re.MULTILINE)
    assert sorted(term.replace(" ", "-") for term in terms if term != "term") == TERMS.split()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_a_newcomer_is_led_there(page: str, name: str) -> None:
    links = [link["target"] for link in LINK.finditer((ROOT / page).read_text(encoding="utf-8"))]
    assert any(target.endswith(name) for target in links)
