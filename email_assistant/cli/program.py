"""Runs one command, and turns whatever ends it into a sentence and an exit code."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Sequence

import click

from email_assistant.cli import (
    accounts,
    completion,
    conversations,
    data,
    database,
    evaluation,
    models,
    profile,
    reply,
    serve,
    texts,
)
from email_assistant.cli.console import messages, output
from email_assistant.cli.exits import Exit, exit_code
from email_assistant.cli.help import Group
from email_assistant.errors import EmailAssistantError
from email_assistant.translations import retold, set_language, terminals

COMPLETE_VARIABLE = "_EMAIL_ASSISTANT_COMPLETE"


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted:
        return
    from importlib import metadata

    try:
        version = metadata.version(texts.PROGRAM)
    except metadata.PackageNotFoundError:
        version = texts.NOT_INSTALLED
    output().say(f"{texts.PROGRAM} {version}")
    context.exit()


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=texts.EXAMPLES,
)
@click.option(
    "-V",
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version.",
)
@click.option("--user", metavar="NAME", help="Whose conversations, where people sign in.")
@click.option("--traceback", is_flag=True, help="Show where an unexpected error came from, for a bug report.")
def program(user: str | None, traceback: bool) -> None:
    """Answer emails by talking about the reply.

    Here in the terminal, or in the browser with `serve`. The conversations are the same: begin one here and
    go on with it there, or the other way round.
    """


for command in (
    *reply.COMMANDS,
    *conversations.COMMANDS,
    *profile.COMMANDS,
    *data.COMMANDS,
    *serve.COMMANDS,
    *models.COMMANDS,
    *accounts.COMMANDS,
    *database.COMMANDS,
    *evaluation.COMMANDS,
    *completion.COMMANDS,
):
    program.add_command(command)


def main() -> None:
    """Run the program with the arguments of the process, and end it."""
    _open_closed_streams()
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run the program and return its exit code."""
    # What libraries log may hold mail text; what a person must know is said in words.
    logging.getLogger().addHandler(logging.NullHandler())
    set_language(terminals())
    context: click.Context | None = None
    try:
        if instruction := os.environ.get(COMPLETE_VARIABLE):
            return completion.answer(program, COMPLETE_VARIABLE, instruction)
        context = program.make_context(texts.PROGRAM, list(arguments))
        with context:
            program.invoke(context)
        if sys.stdout:
            sys.stdout.flush()
    except Exception as error:
        return _ended_by(error, with_traceback=bool(context and context.params["traceback"]))
    except KeyboardInterrupt:
        _say("")
        return Exit.INTERRUPTED
    return Exit.OK


def _ended_by(error: Exception, *, with_traceback: bool) -> int:
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case click.exceptions.NoArgsIsHelpError():
            messages().raw(error.format_message() + "\n")
            return Exit.USAGE
        case click.UsageError():
            path = error.ctx.command_path if error.ctx else texts.PROGRAM
            problem = retold(error.format_message()).rstrip(".")
            problem += "" if problem.endswith("?") else "."
            _say(texts.USAGE.format(problem=problem, command=path))
            return Exit.USAGE
        case click.Abort():
            return Exit.INTERRUPTED
        case EmailAssistantError():
            _say(retold(str(error)))
            return exit_code(error)
        case BrokenPipeError():
            _forget(sys.stdout)
            return Exit.BROKEN_PIPE
        case OSError():
            _forget(sys.stdout)
            _say(texts.SYSTEM_ERROR.format(problem=": ".join(filter(None, [error.filename, error.strerror]))))
            return Exit.UNEXPECTED
    if with_traceback:
        traceback.print_exception(error)
    _say(texts.UNEXPECTED.format(kind=type(error).__name__))
    return Exit.UNEXPECTED


def _say(sentence: str) -> None:
    labelled = f"{texts.PROGRAM}: {sentence}" if sentence else ""
    try:
        console = messages()
        if console.is_terminal:
            console.say(labelled)
        else:  # on one line, for those who search a log
            console.verbatim(labelled)
    except OSError:
        _forget(sys.stderr)


def _forget(stream: object) -> None:
    """Drop what is still unwritten, so that it does not fail a second time when Python exits."""
    if hasattr(stream, "fileno"):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _open_closed_streams() -> None:
    """Make the three standard streams safe to use.

    A closed one is opened to nowhere, since the next file that is opened, perhaps the database, would take
    its place. What the person's locale cannot express is replaced.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
