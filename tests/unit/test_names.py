"""Names in the code are the field's: what a reader expects, not a paraphrase of it."""

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "email_assistant"

# How a name may not begin, and what to call it instead. Private names count as well.
BANNED = {
    "MOST_": "MAX_",
    "LONGEST_": "MAX_",
    "FEWEST_": "MIN_",
    "SHORTEST_": "MIN_",
    "BIGGEST_": "MAX_",
    "GREATEST_": "MAX_",
    "EmailGiven": "NewEmail",
    "AnswersGiven": "Answers",
    "FeedbackGiven": "Revise, or another of the commands about a draft",
    "RetryAsked": "Retry",
    "Entry": "Plan",
    "entering": "planning",
    "understand": "read",
    "replacing": "Edit",
    "restoring": "Restore",
    "Callers": "AuthenticationMiddleware",
    "Frontier": "EdgePolicy",
    "believed": "sanitized_scope",
    "MEANINGLESS": "BLOCKED_ROUTES",
    "ModelNonsense": "ModelInvalidAnswer",
    "ModelOutOfService": "ModelServerError",
    "RepeatedDifferently": "IdempotencyKeyReused",
    "Repeats": "IdempotencyKeys",
    "StatePersister": "States",
    "TooMany": "RateLimited, or QuotaExceeded",
    "at_rest": "wait_idle",
    "identify": "resolve_id",
    "settled": "wait_here",
    "to_its_end": "run_to_completion",
    "utils": "the name of what the module is about",
    "helpers": "the name of what the module is about",
    "manager": "the name of what it does",
    "process_data": "the name of what it does",
}


def names_in(source: str) -> Iterator[tuple[int, str]]:
    """Yield all that a module names: classes, functions, parameters, constants, variables, attributes."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield node.lineno, name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                yield node.lineno, name
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name
            case ast.alias(asname=str(name)):
                yield node.lineno, name


def banned_in(source: str) -> list[str]:
    return [
        f"{line}: {name} (expected: {instead})"
        for line, name in names_in(source)
        for prefix, instead in BANNED.items()
        if name.lstrip("_").startswith(prefix)
    ]


def test_names_are_those_that_a_reader_expects() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{name}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for name in banned_in(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_modules_are_named_for_what_they_are_about() -> None:
    modules = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
    parts = [(module, part) for module in modules for part in module.with_suffix("").parts]
    assert [str(module) for module, part in parts if part.lstrip("_").startswith(tuple(BANNED))] == []


def test_a_banned_name_is_found_wherever_it_is_given() -> None:
    source = """
import asyncio as manager

MOST_LINES: int = 3
_LONGEST_LINE = 4

class EmailGiven:
    def __init__(self, replacing):
        self.helpers, MAX_LINES = replacing, MOST_LINES

async def understand(): ...
"""
    assert [name.split(" (")[0] for name in sorted(banned_in(source))] == [
        "11: understand",
        "2: manager",
        "4: MOST_LINES",
        "5: _LONGEST_LINE",
        "7: EmailGiven",
        "8: replacing",
        "9: helpers",
    ]
