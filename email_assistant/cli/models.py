"""The command that looks at the connection to the model's server."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from email_assistant.cli import texts
from email_assistant.cli.console import output
from email_assistant.cli.help import Command

if TYPE_CHECKING:
    from email_assistant.writing.catalog import Catalog


@click.command(cls=Command, epilog=texts.MODELS_EXAMPLES)
@click.option("--json", "as_json", is_flag=True, help="Print them as a JSON object.")
def models(as_json: bool) -> None:
    """List the models that the model's server has.

    The one that is set is marked with a star. What is wrong with the connection is said in a sentence, and
    the exit code is then 6. No mail is sent.
    """
    from email_assistant.cli.results import as_json as written
    from email_assistant.errors import ModelError
    from email_assistant.settings import load_settings

    catalog = asyncio.run(_ask())
    if as_json:
        output().raw(written(asdict(catalog)))
    elif catalog.models:
        output().say(texts.MODELS_AT.format(server=catalog.server))
        output().pairs(*(("*" if catalog.is_set(name) else " ", name) for name in catalog.models))
    if catalog.problem:
        raise ModelError(f"{catalog.problem} {load_settings().unread}".strip())


COMMANDS = (models,)


async def _ask() -> Catalog:
    from contextlib import aclosing

    from email_assistant.settings import load_settings
    from email_assistant.writing import create_model
    from email_assistant.writing.catalog import catalog_of

    async with aclosing(create_model(load_settings())) as model:
        return await catalog_of(model)
