"""The command that serves both doors."""

from __future__ import annotations

import contextlib

import click

from email_assistant.cli import texts
from email_assistant.cli.help import Command


@click.command(cls=Command, epilog=texts.SERVE_EXAMPLES)
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option(
    "--port", metavar="N", type=click.IntRange(0, 65535), help="Port; 0 takes a free one.  [default: 8000]"
)
def serve(host: str | None, port: int | None) -> None:
    """Serve the chat in the browser, until Ctrl-C."""
    from email_assistant.settings import load_settings

    given = {name: value for name, value in {"host": host, "port": port}.items() if value is not None}
    settings = load_settings().model_copy(update=given)
    from email_assistant import server

    # Ctrl-C is how a server is meant to end.
    with contextlib.suppress(KeyboardInterrupt):
        server.serve(settings)


COMMANDS = (serve,)
