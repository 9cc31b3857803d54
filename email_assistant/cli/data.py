"""The commands on all that is kept of a person: take it along, delete it."""

from __future__ import annotations

import os
import sys
from contextlib import aclosing
from pathlib import Path
from typing import BinaryIO

import click

from email_assistant.cli import texts
from email_assistant.cli.console import messages, output
from email_assistant.cli.help import Group
from email_assistant.cli.results import check_writable


@click.group(cls=Group, epilog=texts.DATA_EXAMPLES)
def data() -> None:
    """Export or delete everything that is stored about you."""


@data.command()
@click.argument("file", metavar="FILE", type=click.Path())
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def export(file: str, force: bool) -> None:
    """Write all conversations, original emails and your profile to a ZIP file.

    Conversations and profile are JSON, as the HTTP API shows them.
    """
    from email_assistant.cli.service import Service, opened
    from email_assistant.service.export import exported

    path = Path(file)
    check_writable(path, replace=force)

    async def write(service: Service, written: BinaryIO) -> None:
        async with aclosing(exported(service.assistant, service.owner)) as pieces:
            async for piece in pieces:
                written.write(piece)

    # Readable for nobody else, as the data folder is.
    private = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with opened() as service, open(os.open(path, private, 0o600), "wb") as written:  # noqa: PTH123
        service.run(write(service, written))
    output().say(texts.WRITTEN.format(path=path))


@data.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(yes: bool) -> None:
    """Delete all conversations, with all that belongs to them.

    Your profile stays; `profile clear` empties it.
    """
    from email_assistant.cli.service import opened

    if not yes and not (sys.stdin and sys.stdin.isatty()):
        raise click.UsageError(texts.NO_TERMINAL_TO_CONFIRM)
    with opened() as service:
        if not yes:
            count = len(service.run(service.assistant.ids(service.owner, begun=True)))
            click.confirm(texts.DATA_DELETE.format(count=count), abort=True)
        emptied = service.run(service.assistant.delete_all(service.owner))
    output().say(texts.DATA_DELETED.format(count=emptied.deleted))
    if emptied.detail:
        messages().say(emptied.detail)


COMMANDS = (data,)
