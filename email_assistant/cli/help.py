"""How the help looks: aligned, wrapped to the terminal, with examples at the end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from email_assistant.cli.console import output

NARROW = 60
"""Columns below which a description stands under its option instead of beside it."""
MAX_NAME = 30
WIDEST_HELP = 80


class HelpFormatter(click.HelpFormatter):
    """Click's, with long options in one column and headings that stand out."""

    def __init__(self, **_: Any) -> None:
        self._console = output()
        super().__init__(width=max(24, min(self._console.width, WIDEST_HELP) - 2))

    def write_heading(self, heading: str) -> None:
        """Write a heading over a list."""
        self.write(self._console.styled(f"{heading}:", bold=True) + "\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = MAX_NAME, col_spacing: int = 2
    ) -> None:
        """Write options or commands, each with its description."""
        aligned = [(f"    {name}" if name.startswith("--") else name, text) for name, text in rows]
        super().write_dl(aligned, 6 if self.width < NARROW else col_max, col_spacing)


class Context(click.Context):
    """A context whose help is formatted by `HelpFormatter`."""

    formatter_class = HelpFormatter


class Command(click.Command):
    """A command whose `epilog` is its examples, one a line."""

    context_class = Context

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        write_examples(self.epilog, formatter)


class Group(click.Group):
    """The same for a group of commands, listed in the order in which they were added."""

    context_class = Context
    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(self.commands)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        write_examples(self.epilog, formatter)


def write_examples(examples: str | None, formatter: click.HelpFormatter) -> None:
    """Write a section of examples, each on a line of its own however narrow the terminal is."""
    if examples:
        with formatter.section("Examples"):
            formatter.write("".join(f"  {line.strip()}\n" for line in examples.strip().splitlines()))
