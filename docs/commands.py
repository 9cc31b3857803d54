"""Writes the help of every command into docs/cli.md: `python -m docs.commands`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import click

from email_assistant.cli.program import program
from email_assistant.cli.texts import PROGRAM

PAGE = Path(__file__).with_name("cli.md")

_BLOCK = re.compile(r"(?<=```text\n)\$ (?P<line>[^\n]*) --help\n.*?(?=^```$)", re.DOTALL | re.MULTILINE)


def helps() -> dict[str, str]:
    """Return the help of each command by its command line, as 80 columns show it without colours."""
    with mock.patch.dict(os.environ, {"COLUMNS": "80", "NO_COLOR": "1"}):
        return dict(_helps(click.Context(program, info_name=PROGRAM)))


def _helps(context: click.Context) -> Iterator[tuple[str, str]]:
    with context.command.make_context(
        context.info_name, [], parent=context.parent, resilient_parsing=True
    ) as own:
        yield own.command_path, own.get_help()
        if isinstance(own.command, click.Group):
            for name, command in own.command.commands.items():
                yield from _helps(click.Context(command, info_name=name, parent=own))


def written(page: str) -> str:
    """Return `page` with the help as it is now in each block that begins with `$ ... --help`."""
    known = helps()
    return _BLOCK.sub(lambda block: f"$ {block['line']} --help\n{known[block['line']]}\n", page)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
