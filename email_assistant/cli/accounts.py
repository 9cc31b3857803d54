"""The commands on who may sign in: users, and API tokens for scripts."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import click

from email_assistant.cli import texts
from email_assistant.cli.console import messages, output
from email_assistant.cli.conversations import when_was
from email_assistant.cli.help import Group

if TYPE_CHECKING:
    from email_assistant.service.accounts import Accounts

Result = TypeVar("Result")

name_argument = click.argument("name", metavar="NAME")
owner_argument = click.argument("owner", metavar="USER")
password_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input, and do not ask."
)


@click.group(cls=Group, epilog=texts.USERS_EXAMPLES)
def users() -> None:
    """Manage the users who may sign in.

    This matters where EMAIL_ASSISTANT_AUTH is not `local`. A running server obeys at once.
    """


@users.command()
@name_argument
@password_option
def add(name: str, password_stdin: bool) -> None:
    """Add a user who signs in with a name and a password."""
    password = _password(password_stdin)
    user = _with_accounts(lambda accounts: accounts.add(name, password))
    output().say(texts.USER_ADDED.format(name=user.name))


@users.command()
@name_argument
@password_option
def passwd(name: str, password_stdin: bool) -> None:
    """Replace a password, which signs the user out everywhere."""
    password = _password(password_stdin)
    _with_accounts(lambda accounts: accounts.set_password(name, password))
    output().say(texts.PASSWORD_SET.format(name=name))


@users.command()
@name_argument
def disable(name: str) -> None:
    """Disable a user at once; their conversations stay."""
    _with_accounts(lambda accounts: accounts.disable(name))
    output().say(texts.USER_DISABLED.format(name=name))


@users.command()
@name_argument
def enable(name: str) -> None:
    """Enable a user again."""
    _with_accounts(lambda accounts: accounts.enable(name))
    output().say(texts.USER_ENABLED.format(name=name))


@users.command("sign-out")
@name_argument
def sign_out(name: str) -> None:
    """End all sessions of a user; tokens stay."""
    _with_accounts(lambda accounts: accounts.sign_out_everywhere(name))
    output().say(texts.SIGNED_OUT.format(name=name))


@users.command("list")
def list_users() -> None:
    """List all users."""
    found = _with_accounts(lambda accounts: accounts.users())
    if not found:
        output().say(texts.NO_USERS)
    for user in found:
        notes = [texts.DISABLED] if user.disabled else []
        notes += [] if user.password_hash else [texts.NO_PASSWORD]
        output().pairs((user.name, ", ".join([when_was(user.created_at), *notes])))


@click.group(cls=Group, epilog=texts.TOKENS_EXAMPLES)
def tokens() -> None:
    """Create and revoke a user's API tokens.

    A script sends one as `Authorization: Bearer ...`. It may do what the user may, over the API alone.
    """


@tokens.command()
@owner_argument
@name_argument
def create(owner: str, name: str) -> None:
    """Create a token and print it, this once."""
    token = _with_accounts(lambda accounts: accounts.create_token(owner, name))
    output().raw(token + "\n")
    messages().say(texts.TOKEN_CREATED)


@tokens.command("list")
@owner_argument
def list_tokens(owner: str) -> None:
    """List a user's tokens."""
    found = _with_accounts(lambda accounts: accounts.tokens(owner))
    if not found:
        output().say(texts.NO_TOKENS)
    for token in found:
        used = when_was(token.last_used_at) if token.last_used_at else texts.NEVER
        output().pairs((token.name, texts.TOKEN_TIMES.format(made=when_was(token.created_at), used=used)))


@tokens.command()
@owner_argument
@name_argument
def revoke(owner: str, name: str) -> None:
    """Revoke a token at once."""
    _with_accounts(lambda accounts: accounts.revoke_token(owner, name))
    output().say(texts.TOKEN_REVOKED.format(name=name))


COMMANDS = (users, tokens)


def _with_accounts(call: Callable[[Accounts], Awaitable[Result]]) -> Result:
    from email_assistant.service.accounts import open_accounts
    from email_assistant.settings import load_settings

    async def run() -> Result:
        async with open_accounts(load_settings()) as accounts:
            return await call(accounts)

    return asyncio.run(run())


def _password(from_standard_input: bool) -> str:
    if from_standard_input:
        return sys.stdin.readline().removesuffix("\n").removesuffix("\r")
    if not (sys.stdin and sys.stdin.isatty()):
        raise click.UsageError(texts.NO_TERMINAL_FOR_PASSWORD)
    return str(click.prompt(texts.PASSWORD, hide_input=True, confirmation_prompt=texts.PASSWORD_AGAIN))
