"""The commands that hold a conversation: begin one, or go on with one."""

from __future__ import annotations

import asyncio
import sys
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from email_assistant.cli import texts
from email_assistant.cli.completion import conversation_ids
from email_assistant.cli.console import Console, messages, output
from email_assistant.cli.help import Command
from email_assistant.cli.reading import read_files, read_standard_input
from email_assistant.cli.results import Result, result_options, state_as_json
from email_assistant.cli.terminal import listen_at_terminal, show_at_terminal

if TYPE_CHECKING:
    from email_assistant.cli.dialogue import Dialogue
    from email_assistant.conversation.commands import Command as Spoken
    from email_assistant.conversation.commands import NewEmail
    from email_assistant.mail import IncomingEmail
    from email_assistant.service.view import ConversationView

STANDARD_INPUT = ("-",)

json_option = click.option("--json", "as_json", is_flag=True, help="Print the conversation as a JSON object.")
no_input_option = click.option(
    "--no-input", is_flag=True, help="Ask nothing: skip all questions and write one draft."
)


@click.command(cls=Command, epilog=texts.REPLY_EXAMPLES)
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path())
@click.option("-i", "--instructions", metavar="TEXT", default="", help="How to answer the email.")
@result_options
@json_option
@no_input_option
def reply(paths: tuple[str, ...], instructions: str, result: Result, as_json: bool, no_input: bool) -> None:
    """Answer an email, draft by draft.

    PATH is a .eml, .msg or .txt file, or several that are one thread. Without it, or with -, the email is
    read from standard input or pasted at the terminal, perhaps with the instructions above it.

    The draft appears as it is written. Say what to change, as often as you like, or: accept, edit (in your
    editor), diff, back to version N, retry, quit. What you leave can be resumed.
    """
    if not no_input:
        show_at_terminal()
    given = _read(paths, instructions, messages() if no_input else output())

    from email_assistant.cli.pages import show_email
    from email_assistant.conversation.planning import read_email
    from email_assistant.mail_reader import MailReader

    async def parsed() -> IncomingEmail:
        async with aclosing(MailReader()) as reader:
            return (await read_email(given, reader.read_email))[1]

    email = asyncio.run(parsed())  # what cannot be used begins no conversation
    given = replace(given, parsed=email)
    if not no_input and paths in ((), STANDARD_INPUT) and not sys.stdin.isatty():
        listen_at_terminal()
    console = _console(no_input=no_input, as_json=as_json)
    show_email(console, email)
    console.say()

    # These take longest to import, so the person sees the email first.
    from email_assistant.cli.dialogue import Dialogue
    from email_assistant.cli.service import opened

    with opened() as service:
        view = service.run(service.assistant.create(service.owner))
        dialogue = Dialogue(service, console, view.app_id)
        _hold(dialogue, given, result, as_json=as_json, no_input=no_input)


@click.command(cls=Command, epilog=texts.RESUME_EXAMPLES)
@click.argument("app_id", metavar="ID", shell_complete=conversation_ids)
@click.option("--say", "text", metavar="TEXT", help="Say this first, as if it had been typed.")
@click.option("--model", metavar="NAME", help="Let this model write from now on; '' is the usual one.")
@result_options
@json_option
@no_input_option
def resume(
    app_id: str, text: str | None, *, model: str | None, result: Result, as_json: bool, no_input: bool
) -> None:
    """Go on with a conversation, wherever it was begun.

    ID is the conversation's id; its first eight characters, as `list` shows them, are enough. An accepted
    reply is reopened by saying what to change.
    """
    if no_input and text is None:
        raise click.UsageError(texts.NOTHING_SAID)
    if not no_input:
        show_at_terminal()

    from email_assistant.cli.dialogue import Dialogue
    from email_assistant.cli.service import opened
    from email_assistant.conversation.commands import Typed

    with opened() as service:
        console = _console(no_input=no_input, as_json=as_json)
        app_id = service.resolve_id(app_id)
        if model is not None:
            service.run(service.assistant.choose_model(service.owner, app_id, model.strip()))
        dialogue = Dialogue(service, console, app_id)
        said = None if text is None else Typed(text)
        _hold(dialogue, said, result, as_json=as_json, no_input=no_input)


COMMANDS = (reply, resume)


def _read(paths: tuple[str, ...], instructions: str, console: Console) -> NewEmail:
    if paths in ((), STANDARD_INPUT):
        return read_standard_input(console, instructions)
    return read_files(paths, instructions)


def _console(*, no_input: bool, as_json: bool) -> Console:
    """Return the console that shows the conversation.

    With `--no-input` it stays silent beside JSON, or if standard output is not a terminal.
    """
    shown = output()
    return Console(None) if no_input and (as_json or not shown.is_terminal) else shown


def _hold(dialogue: Dialogue, said: Spoken | None, result: Result, *, as_json: bool, no_input: bool) -> None:
    from email_assistant.cli.pages import show_open_gaps

    try:
        if no_input and said is not None:
            view = _without_questions(dialogue, said)
            done = bool(view.state.draft_history)
            if not as_json:
                show_open_gaps(messages(), view)
        else:
            view = dialogue.run(said)
            done = view.state.final_draft is not None
        if done and (result.path or not as_json):
            written = result.write_reply(dialogue.service, view, shown=dialogue.console.is_terminal)
            if written:
                dialogue.console.say(texts.WRITTEN.format(path=result.path), dim=True)
    finally:
        if as_json:
            result.write(state_as_json(dialogue.view()).encode())


def _without_questions(dialogue: Dialogue, said: Spoken) -> ConversationView:
    """Say one thing, and skip what is asked then."""
    from email_assistant.cli.dialogue import is_word
    from email_assistant.conversation.commands import Answers, Typed

    view = dialogue.view()
    if isinstance(said, Typed) and said.text.strip().casefold() == "learn" and is_word(said, view):
        dialogue.learn()
        return dialogue.view()
    view = dialogue.say(view, said)
    while view.next_step == "clarify_instructions":
        view = dialogue.say(view, Answers(("",) * len(view.state.clarification_questions)))
    return view
