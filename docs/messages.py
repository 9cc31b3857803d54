"""Brings the catalogues up to date with the sentences in the code: `make messages`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

import email_assistant
from email_assistant.translations import ENGLISH, LANGUAGES

PACKAGE = Path(email_assistant.__file__).parent
CATALOGUES = PACKAGE / "translations"

NAMES = {"Email Assistant", "email-assistant"}
PART = "a part of other sentences"
"""The context of what is filled into others."""
PARTS = (
    # Which kind of text, file, mark or person; where something is; how long a wait is.
    "The instructions are",
    "An answer is",
    "The feedback is",
    "bold text",
    "a heading",
    "a link",
    "a list",
    "the sender",
    "your notes",
    "your answer",
    "your feedback",
    "words",
    "sentences",
    "formally",
    "informally",
    "nobody",
    "another language",
    "it is a report",
    "its subject says so",
    "it came without a Return-Path",
    "an automatic answer",
    "in a moment",
    "in a second",
    "in {seconds} seconds",
    "in {minutes} minutes",
    "in {hours} hours",
    "{named} and {more} more",
    ", which for most servers ends with /v1,",
    # What was sent where the conversation waits for something else.
    "an email",
    "answers",
    "feedback",
    "none",
    "a change of the recipients",
    "a draft that was stopped",
    "a draft to go on with",
    "a new mail",
    "a proposal",
    "a retry",
    "being reopened",
    "being written at once",
    # Languages.
    "Arabic",
    "Chinese",
    "Danish",
    "Dutch",
    "English",
    "French",
    "German",
    "Italian",
    "Japanese",
    "Norwegian",
    "Polish",
    "Portuguese",
    "Spanish",
    "Swedish",
)
PARTS_IN = {"mail/parsing/unsupported.py": "_MAGIC", "mail/parsing/warning_rules.py": "_REPORTED"}
"""Constants that hold such parts."""
NOT_FOR_PEOPLE = (
    # The description of the API and the evaluation are for programmers.
    "api/bodies.py",
    "api/description.py",
    "cli/evaluation.py",
    "evaluation",
    "translations",
    "writing/offline/phrases.py",
    "writing/prompts.py",
    "writing/rehearsal.py",
    "writing/wire.py",
    # What is said to whoever sets up and runs a server is looked up in the documentation, which is English.
    "chat/host/environment.py",
    "chat/host/sign_in.py",
    "chat/standalone.py",
    "server.py",
    "settings.py",
    "store/accounts.py",
    "store/backups.py",
    "store/buckets.py",
    "store/migrations",
    "store/opening.py",
    "store/postgres.py",
    "store/sqlite.py",
    "telemetry",
    "watching.py",
    "writing/__init__.py",
    "writing/connection.py",
)
NOT_SHOWN = {
    "A token's name has 1 to {max_token_name} characters.",
    "A password has {min_password} to {max_password} characters.",
    "The name {name} stands for whoever uses this machine without signing in. Choose another.",
    "Address the reader {how} throughout.",
    "Decline clearly and politely.",
    "Do not mention {what}.",
    "Do not repeat the mail's sentences. Write only what I answer, in my own words.",
    "Make it clearly longer.",
    "Make it clearly shorter.",
    "No list of models.",
    "Say that I will decide later.",
    "Say yes clearly.",
    "Sign as {name}.",
    "Task manually stopped.",
    "The reply so far breaks off in the middle: keep its words, and write it to its end.",
    "Use no contractions such as “I'm”.",
    "Use no emojis.",
    "Use no exclamation marks.",
    "Write in {named}.",
}
"""Sentences that a model or nobody reads."""
UNSAID = {"description", "examples", "help", "json_schema_extra", "pattern", "request"}
"""Arguments and fields that hold what no person reads here."""
PROGRAMS = re.compile(r"\(\?|\\[bsw]|\[\^|^[A-Z]{4,} |\r\n|%s|: application/")
"""What is for programs: a regular expression, SQL, a header field, a line of the log."""
SENTENCE = re.compile(r"[A-Z1“{`].*(?: .*){2}(?:[.?…]|[.:] \{\w+\})\Z", re.DOTALL)

HEADER = "# The sentences of Email Assistant. `make messages` adds what is new and drops what is gone."
DATED = (
    b'"POT-Creation-Date',
    b'"PO-Revision-Date',
    b'"Generated-By',
    b'"Last-Translator',
    b'"Language-Team',
    b'"Report-Msgid',
    b'"Project-Id',
)
"""The lines of a header that would differ each time."""


def messages() -> Catalog:
    """Return every sentence that a person may read."""
    catalog = Catalog(project="Email Assistant", charset="utf-8")
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if name.startswith(NOT_FOR_PEOPLE):
            continue
        module = ast.parse(path.read_text(encoding="utf-8"))
        found = set(_constants(module) if path.name in ("english.py", "sentences.py") else _sentences(module))
        for text in sorted(found - NOT_SHOWN, key=str.casefold):
            _add(catalog, text, f"email_assistant/{name}")
        for text in _parts(module, PARTS_IN.get(name, "")):
            _add(catalog, text, f"email_assistant/{name}", context=PART)
    for text in PARTS:
        _add(catalog, text, "docs/messages.py", context=PART)
    return catalog


def _add(catalog: Catalog, text: str, where: str, *, context: str | None = None) -> None:
    catalog.add(text, context=context, locations=[(where, None)])  # type: ignore[list-item]


def _constants(module: ast.Module) -> Iterator[str]:
    """Yield the values of the constants of a module of texts: strings, and those of tables."""
    for statement in module.body:
        if ast.unparse(statement).startswith("EVAL_"):
            continue  # a tool for developers
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value:
            yield from filter(_is_said, _strings(statement.value))
            if ast.unparse(statement).startswith("REFINEMENTS = {") and isinstance(statement.value, ast.Dict):
                yield from (str(key.value) for key in statement.value.keys if isinstance(key, ast.Constant))


def _is_said(text: str) -> bool:
    """Return whether a text is for reading: no name, no list of commands to copy."""
    return any(map(str.isalpha, text)) and text not in NAMES and not text.startswith("\n")


def _strings(value: ast.expr) -> Iterator[str]:
    match value:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Dict(values=values) | ast.Tuple(elts=values) | ast.List(elts=values):
            for each in values:
                yield from _strings(each)


def _parts(module: ast.Module, name: str) -> Iterator[str]:
    for statement in module.body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == name:
            yield from _strings(statement.value)


class _Sentences(ast.NodeVisitor):
    """Collects the literals of a module that read as sentences."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._add(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._add(_template(node))
        for value in node.values:  # a place may hold another sentence
            if isinstance(value, ast.FormattedValue):
                self.visit(value.value)

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring is none
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if ast.unparse(node.func).startswith(("log.", "re.", "print")):
            return
        self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg not in UNSAID:
            self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if not (isinstance(key, ast.Constant) and key.value in UNSAID):
                self.visit(value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value and ast.unparse(node.target) != "EXAMPLE":
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        targets = [ast.unparse(target) for target in node.targets]
        if targets != ["request"]:
            self.generic_visit(node)

    def _add(self, text: str) -> None:
        if SENTENCE.match(text) and not PROGRAMS.search(text):
            self.found.append(text)


def _sentences(module: ast.Module) -> list[str]:
    visitor = _Sentences()
    visitor.visit(module)
    return visitor.found


def _template(node: ast.JoinedStr) -> str:
    """Return a string with places, which are named after what fills them."""
    text, names = "", dict[str, int]()
    for value in node.values:
        if isinstance(value, ast.Constant):
            text += str(value.value).replace("{", "{{").replace("}", "}}")
        elif isinstance(value, ast.FormattedValue):
            text += f"{{{_name(value.value, names)}}}"
    return text


def _name(value: ast.expr, taken: dict[str, int]) -> str:
    words = re.findall(r"[A-Za-z_]\w*", re.sub(r"'[^']*'", "", ast.unparse(value)))
    words = [word for word in words if word not in ("or", "if", "else", "self", "strip", "upper")]
    name = words[-1].strip("_").lower() if words else "value"
    taken[name] = taken.get(name, 0) + 1
    return name if taken[name] == 1 else f"{name}_{taken[name]}"


def update() -> None:
    """Update each catalogue: add new sentences without a translation, and remove those that are gone."""
    template = messages()
    for language in LANGUAGES:
        if language == ENGLISH:
            continue
        path = CATALOGUES / f"{language}.po"
        catalog = Catalog(locale=language, project="Email Assistant", fuzzy=False)
        if path.exists():
            with path.open("rb") as source:
                catalog = read_po(source, locale=language)
        catalog.header_comment = HEADER
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        written = BytesIO()
        write_po(written, catalog, width=110, include_lineno=False, sort_by_file=True)
        lines = written.getvalue().splitlines(keepends=True)
        path.write_bytes(b"".join(line for line in lines if not line.startswith(DATED)))


if __name__ == "__main__":
    update()
