"""The commands on the person's profile: show, set, export, import, clear."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from email_assistant.cli import texts
from email_assistant.cli.console import INDENT, output
from email_assistant.cli.help import Group
from email_assistant.cli.results import STANDARD_OUTPUT, as_json, check_writable, encoding
from email_assistant.cli.sanitize import sanitize
from email_assistant.errors import InvalidInput

if TYPE_CHECKING:
    from email_assistant.store.preferences import Preferences

MAX_BYTES = 1_000_000
"""More than a profile may have, so that whoever reads it says what is wrong; an endless file ends here."""
MAIL_FILES = (".eml", ".msg")
WORDS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}

_NOT_PLAIN = re.compile(r"[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_NOT_ASCII = re.compile(r"[^\x00-\x7e]")


@click.group(cls=Group, epilog=texts.PROFILE_EXAMPLES)
def profile() -> None:
    """Say how you write and are reached, for all replies.

    The chat's settings and the HTTP API have the same fields.
    """


@profile.command()
@click.option("--json", "wants_json", is_flag=True, help="Print a JSON object.")
def show(wants_json: bool) -> None:
    """Show your profile."""
    from email_assistant.cli.service import opened

    with opened() as service:
        kept = service.run(service.assistant.preferences(service.owner))
    if wants_json:
        output().raw(as_json(kept.model_dump(mode="json")))
        return
    console = output()
    for field, value in kept.model_dump().items():
        console.heading(field)
        for text in _as_texts(value):
            console.say(text, indent=INDENT)


@profile.command("set", epilog=texts.PROFILE_SET_EXAMPLES)
@click.argument("settings", metavar="[FIELD=VALUE]...", nargs=-1)
@click.option("--example", "examples", metavar="FILE", multiple=True, help="Add a mail that you sent.")
@click.option("--no-examples", is_flag=True, help="Forget the examples, before any is added.")
def set_(settings: tuple[str, ...], examples: tuple[str, ...], no_examples: bool) -> None:
    """Set fields of your profile; the others stay.

    FIELD is name, addresses (with commas), signature, facts, tone, length, wishes, language (such as en),
    model (of those that `models` lists), refinements (a line each: buttons of the page), reply_all or quote
    (yes or no).
    FIELD= empties one. An example is a text or an .eml or .msg file, and at most five are kept.
    """
    from email_assistant.cli.service import opened
    from email_assistant.store.preferences import MAX_EXAMPLES, Profile

    if not (settings or examples or no_examples):
        raise click.UsageError(texts.PROFILE_NOTHING)
    if len(examples) > MAX_EXAMPLES:
        raise click.UsageError(texts.PROFILE_EXAMPLES_LIMIT.format(limit=MAX_EXAMPLES))
    given = dict(map(_setting, settings))

    def alter(kept: Preferences) -> Preferences:
        altered: Preferences = Profile.of(kept.model_dump() | given)
        for text in reversed(mails):  # the first one named stays the first
            altered = altered.with_example(text)
        return altered

    if no_examples:
        given["examples"] = []
    with opened() as service:
        mails = service.run(_mails(examples))
        service.run(service.assistant.change_preferences(service.owner, alter))
    output().say(texts.PROFILE_SAVED)


@profile.command()
@click.argument("file", metavar="[FILE]", default=STANDARD_OUTPUT, type=click.Path())
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def export(file: str, force: bool) -> None:
    """Write your profile to a file or standard output.

    It is TOML, or JSON where FILE ends with .json. `import` reads both.
    """
    from email_assistant.cli.service import opened

    path = None if file == STANDARD_OUTPUT else Path(file)
    if path:
        check_writable(path, replace=force)
    with opened() as service:
        kept = service.run(service.assistant.preferences(service.owner)).model_dump(mode="json")
    text = as_json(kept) if path and path.suffix.lower() == ".json" else as_toml(kept)
    if not path:
        output().raw(text)
        return
    path.write_bytes(text.encode())
    output().say(texts.WRITTEN.format(path=path))


@profile.command("import")
@click.argument("file", metavar="FILE", type=click.Path())
def import_(file: str) -> None:
    """Replace your profile with one from a TOML or JSON file.

    A field that is not in FILE is emptied. With - it is read from standard input.
    """
    from email_assistant.cli.service import opened

    wanted = parse_profile(_bytes_of(file))
    with opened() as service:
        service.run(service.assistant.set_preferences(service.owner, wanted))
    output().say(texts.PROFILE_SAVED)


@profile.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def clear(yes: bool) -> None:
    """Clear everything in your profile."""
    from email_assistant.cli.service import opened
    from email_assistant.store.preferences import Preferences

    if not yes:
        if not (sys.stdin and sys.stdin.isatty()):
            raise click.UsageError(texts.NO_TERMINAL_TO_CONFIRM)
        click.confirm(texts.PROFILE_CLEAR, abort=True)
    with opened() as service:
        service.run(service.assistant.set_preferences(service.owner, Preferences()))
    output().say(texts.PROFILE_CLEARED)


COMMANDS = (profile,)


def as_toml(profile: dict[str, Any]) -> str:
    """Return TOML for programs and people; nothing in it is obeyed by a terminal."""
    import tomli_w

    text = tomli_w.dumps(profile, multiline_strings=True)
    odd = _NOT_PLAIN if encoding() == "utf-8" else _NOT_ASCII
    return odd.sub(lambda found: f"\\U{ord(found[0]):08x}", text)


def parse_profile(data: bytes) -> Preferences:
    """Return the profile in a TOML or JSON text.

    Raises:
        InvalidInput: it is neither, or holds what cannot be kept.
    """
    import json

    from email_assistant.store.preferences import Profile

    try:
        text = data.decode("utf-8-sig")
        # A JSON object begins with a brace, and no TOML does.
        given = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError):
        raise InvalidInput(texts.PROFILE_UNREADABLE) from None
    return Profile.of(given)


def _setting(setting: str) -> tuple[str, object]:
    """Return a field and its value out of `FIELD=VALUE`."""
    field, parted, value = setting.partition("=")
    if not parted:
        raise click.UsageError(texts.PROFILE_NO_VALUE.format(setting=sanitize(setting)))
    match field.strip().casefold().replace("-", "_"):
        case "examples":
            raise click.UsageError(texts.PROFILE_EXAMPLES_ARE_FILES)
        case "addresses":
            return "addresses", [each for each in re.split(r"[,;\s]+", value) if each]
        case "refinements":
            return "refinements", [each for each in value.splitlines() if each.strip()]
        case "reply_all" | "quote" as switch:
            return switch, WORDS.get(value.strip().casefold(), value)
        case name:
            return name, value


async def _mails(paths: Iterable[str]) -> list[str]:
    """Return what the person wrote in each file; of a mail its newest message, without what it quotes."""
    from contextlib import aclosing

    from email_assistant.mail_reader import MailReader

    found = []
    async with aclosing(MailReader()) as reader:
        for path in paths:
            data = _bytes_of(path)
            if path.lower().endswith(MAIL_FILES):
                found.append((await reader.read_email(data, Path(path).name)).newest)
                continue
            try:
                found.append(data.decode("utf-8-sig"))
            except UnicodeDecodeError:
                raise InvalidInput(texts.PROFILE_NO_TEXT.format(path=sanitize(path))) from None
    return found


def _bytes_of(path: str) -> bytes:
    if path == STANDARD_OUTPUT and sys.stdin:
        return sys.stdin.buffer.read(MAX_BYTES)
    try:
        with Path(path).open("rb") as file:
            return file.read(MAX_BYTES)
    except OSError as refused:
        raise InvalidInput(
            texts.PROFILE_NO_FILE.format(path=sanitize(path), reason=refused.strerror)
        ) from None


def _as_texts(value: object) -> list[str]:
    if isinstance(value, bool):
        return [texts.YES if value else texts.NO]
    if isinstance(value, tuple):
        return [*value] or [texts.NOT_SET]
    return [str(value) or texts.NOT_SET]
