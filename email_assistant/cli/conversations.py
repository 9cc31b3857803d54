"""The commands on the stored conversations: list, show, archive, delete, export."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any, get_args

import click

from email_assistant.cli import texts
from email_assistant.cli.completion import conversation_ids
from email_assistant.cli.console import Console, messages, output
from email_assistant.cli.help import Command
from email_assistant.cli.results import Format, Result, as_json, result_options, state_as_json
from email_assistant.cli.sanitize import cut, on_one_line
from email_assistant.errors import WrongStep

if TYPE_CHECKING:
    from email_assistant.store.rows import Conversation

NARROW = 60
"""Columns below which a title stands on a line of its own."""

id_argument = click.argument("app_id", metavar="ID", shell_complete=conversation_ids)


@click.command("list", cls=Command, epilog=texts.LIST_EXAMPLES)
@click.option("--search", metavar="TEXT", default="", help="Only those with these words in them.")
@click.option("--archived", is_flag=True, help="Only those that are archived.")
@click.option(
    "--limit", metavar="N", type=click.IntRange(1), default=20, show_default=True, help="At most so many."
)
@click.option("--json", "wants_json", is_flag=True, help="Print a JSON array.")
def list_(search: str, archived: bool, limit: int, wants_json: bool) -> None:
    """List the conversations, newest activity first."""
    from email_assistant.cli.service import opened

    with opened() as service:
        page = service.run(
            service.assistant.page(service.owner, search=search, archived=archived or None, size=limit)
        )
    if wants_json:
        output().raw(as_json([_as_row(found) for found in page.conversations]))
        return
    console = output()
    for found in page.conversations:
        _show_row(console, found)
    if not page.conversations:
        console.say(texts.NONE_FOUND.format(search=search) if search else texts.NONE_YET)
    if page.next_cursor:
        console.say(texts.MORE.format(limit=limit * 5), dim=True)


@click.command(cls=Command, epilog=texts.SHOW_EXAMPLES)
@id_argument
@click.option("--json", "wants_json", is_flag=True, help="Print the conversation as one JSON object.")
def show(app_id: str, wants_json: bool) -> None:
    """Show a conversation from the email to the last draft."""
    from email_assistant.cli.pages import show_story
    from email_assistant.cli.service import opened

    with opened() as service:
        view = service.run(service.assistant.view(service.owner, service.resolve_id(app_id)))
    if wants_json:
        output().raw(state_as_json(view))
    else:
        show_story(output(), view)


@click.command(cls=Command, epilog=texts.ARCHIVE_EXAMPLES)
@click.argument("app_ids", metavar="ID...", nargs=-1, required=True, shell_complete=conversation_ids)
@click.option("--undo", is_flag=True, help="Put them back on the list.")
def archive(app_ids: tuple[str, ...], undo: bool) -> None:
    """Take conversations off the list; a search still finds them."""
    from email_assistant.cli.service import opened

    with opened() as service:
        ids = [service.resolve_id(app_id) for app_id in app_ids]
        service.run(service.assistant.archive(service.owner, ids, archived=not undo))


@click.command(cls=Command, epilog=texts.DELETE_EXAMPLES)
@click.argument("app_ids", metavar="ID...", nargs=-1, required=True, shell_complete=conversation_ids)
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(app_ids: tuple[str, ...], yes: bool) -> None:
    """Delete conversations, with all that belongs to them."""
    from email_assistant.cli.service import opened
    from email_assistant.store.database import HELD_BACK

    if not yes and not (sys.stdin and sys.stdin.isatty()):
        raise click.UsageError(texts.NO_TERMINAL_TO_CONFIRM)
    console = output()
    with opened() as service:
        # All are looked up before the first goes, so that a mistyped id deletes nothing.
        for app_id in [service.resolve_id(app_id) for app_id in app_ids]:
            view = service.run(service.assistant.view(service.owner, app_id))
            title = on_one_line(view.title) or texts.UNTITLED
            if yes or _agrees(console, title):
                all_is_gone = service.run(service.assistant.delete(service.owner, app_id))
                console.say(texts.DELETED.format(title=title))
                if not all_is_gone:
                    messages().say(HELD_BACK)
            else:
                console.say(texts.KEPT)


@click.command(cls=Command, epilog=texts.EXPORT_EXAMPLES)
@id_argument
@result_options
@click.option(
    "--format",
    "kind",
    type=click.Choice(get_args(Format)),
    help="What to write.  [default: what the name of FILE says, or txt]",
)
def export(app_id: str, result: Result) -> None:
    """Write a reply to a file or standard output.

    It is the accepted reply, or else the newest draft; as json, the whole conversation.
    """
    from email_assistant.cli.pages import command, show_open_gaps
    from email_assistant.cli.service import opened

    with opened() as service:
        view = service.run(service.assistant.view(service.owner, service.resolve_id(app_id)))
        if result.kind != "json" and not view.state.draft_history:
            hint = command("resume", view.app_id)
            raise WrongStep(texts.NO_DRAFT.format(command=hint), next_step=view.next_step)
        show_open_gaps(messages(), view)
        if result.write_reply(service, view):
            output().say(texts.WRITTEN.format(path=result.path))


COMMANDS = (list_, show, archive, delete, export)


def _show_row(console: Console, found: Conversation) -> None:
    from email_assistant.cli.pages import SHORT_ID

    title = on_one_line(": ".join(filter(None, (found.who, found.title)))) or texts.UNTITLED
    when, status = when_was(found.updated_at), _status(found)
    head = f"{console.styled(found.app_id[:SHORT_ID], fg='cyan')}  {when:<12}  {status:<10}"
    if console.width < NARROW:
        console.raw(f"{head.rstrip()}\n  {cut(title, console.width - 2)}\n")
    else:
        room = console.width - SHORT_ID - 12 - 10 - 6
        console.raw(f"{head}  {cut(title, room)}\n")


def _status(found: Conversation) -> str:
    return texts.STAGES[found.stage] if found.stage else texts.NEW


def _as_row(found: Conversation) -> dict[str, Any]:
    """Return a row as the HTTP API lists it."""
    return {
        "app_id": found.app_id,
        "title": found.title,
        "created_at": _moment(found.created_at),
        "updated_at": _moment(found.updated_at),
        "who": found.who,
        "stage": found.stage,
        "archived": found.archived,
    }


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _agrees(console: Console, title: str) -> bool:
    console.raw(texts.DELETE.format(title=cut(title, 40)))
    try:
        return input().strip().casefold() in {"y", "yes"}
    except EOFError:
        console.say()
        return False


def when_was(moment: datetime) -> str:
    """Return a time as a list shows it, at most 12 columns: the hour today, else the day."""
    local, now = moment.astimezone(), datetime.now().astimezone()
    if local.date() == now.date():
        return f"today {local:%H:%M}"
    return f"{local:%d %b %H:%M}" if local.year == now.year else f"{local:%Y-%m-%d}"
