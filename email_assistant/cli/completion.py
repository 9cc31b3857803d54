"""Completion in bash, zsh and fish: the script to load, and the ids of conversations."""

from __future__ import annotations

import contextlib

import click
from click.shell_completion import CompletionItem, get_completion_class, shell_complete

from email_assistant.cli import texts
from email_assistant.cli.console import output
from email_assistant.cli.help import Command
from email_assistant.cli.sanitize import on_one_line

SHOWN = 30
"""How many of the newest conversations are offered."""


@click.command(cls=Command, epilog=texts.COMPLETION_EXAMPLES)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that completes commands, options and ids.

    Load it in the start-up file of your shell, as the examples do.
    """
    kind = get_completion_class(shell)
    assert kind  # noqa: S101 - click has all three
    program = context.find_root().command
    variable = f"_{texts.PROGRAM.upper().replace('-', '_')}_COMPLETE"
    output().raw(kind(program, {}, texts.PROGRAM, variable).source() + "\n")


COMMANDS = (completion,)


def answer(program: click.Command, variable: str, instruction: str) -> int:
    """Answer the shell's question for what could come next."""
    return shell_complete(program, {}, texts.PROGRAM, variable, instruction)


def conversation_ids(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the ids of the newest conversations, with their titles where the shell shows them."""
    from email_assistant.cli.pages import SHORT_ID
    from email_assistant.cli.service import opened

    # In the middle of a command line there is nowhere to say what is wrong.
    with contextlib.suppress(Exception), opened(context) as service:
        rows = service.run(service.assistant.page(service.owner, size=SHOWN)).conversations
        return [
            CompletionItem(row.app_id[:SHORT_ID], help=on_one_line(row.title) or texts.UNTITLED)
            for row in rows
            if row.app_id.startswith(incomplete)
        ]
    return []
