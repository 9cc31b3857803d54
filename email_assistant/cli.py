"""The command `email-assistant`."""

from __future__ import annotations

import click

from email_assistant.errors import EmailAssistantError
from email_assistant.settings import load_settings


@click.group()
@click.version_option(package_name="email-assistant")
def main() -> None:
    """Answer emails by talking about the reply."""


@main.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on; 0 takes a free one.  [default: 8000]")
def serve(host: str | None, port: int | None) -> None:
    """Serve the chat in the browser."""
    given = {name: value for name, value in {"host": host, "port": port}.items() if value is not None}
    try:
        settings = load_settings().model_copy(update=given)
        from email_assistant import server

        server.serve(settings)
    except EmailAssistantError as error:
        raise click.ClickException(str(error)) from None
