"""Hands out a reply or a conversation: as text, .eml or JSON, to standard output or into a file."""

from __future__ import annotations

import codecs
import functools
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast, get_args

import click

from email_assistant.cli import texts
from email_assistant.cli.sanitize import sanitize

if TYPE_CHECKING:
    from email_assistant.cli.service import Service
    from email_assistant.service.view import ConversationView

Format = Literal["txt", "eml", "json"]
STANDARD_OUTPUT = "-"

Function = TypeVar("Function", bound=Callable[..., Any])

_NOT_PLAIN = re.compile(r"[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class Result:
    """What a command hands out, and where. Make it before anything costly is begun.

    Args:
        output: the file to write, None or "-" for standard output.
        kind: the format, None for what the file's name says.
        replace: whether the file may exist.
        reply_all: whether a .eml goes to all recipients, None as the person prefers.
        quote: whether a .eml quotes the email, None as the person prefers.

    Raises:
        click.UsageError: the file cannot be written.
    """

    def __init__(
        self,
        output: str | None,
        kind: str | None = None,
        *,
        replace: bool,
        reply_all: bool | None,
        quote: bool | None,
    ) -> None:
        self.path = None if output in (None, STANDARD_OUTPUT) else Path(str(output))
        self.kind = cast(Format, kind) if kind else _format_of(self.path)
        self._replace, self._reply_all, self._quote = replace, reply_all, quote
        if self.path:
            check_writable(self.path, replace=replace)
        # The dialogue takes the place of standard output where that is not the terminal.
        self._stdout = os.fdopen(os.dup(1), "wb")

    def write_reply(self, service: Service, view: ConversationView, *, shown: bool = False) -> bool:
        """Write the accepted reply, or else the newest draft; whether that was into a file.

        What was `shown` on a terminal already is not written to it again.
        """
        if self.kind == "json":
            data = state_as_json(view).encode()
        elif self.kind == "eml":
            call = service.assistant.reply_file(
                service.owner, view.app_id, reply_all=self._reply_all, quote=self._quote
            )
            data = service.run(call)
        else:
            data = f"{view.state.current_draft}\n".encode("utf-8", "replace")
        if self.path:
            self._write_file(self.path, data)
        elif not (shown and self._stdout.isatty()):
            self.write(data)
        return self.path is not None

    def write(self, data: bytes) -> None:
        """Write to standard output: verbatim, but sanitized for a terminal."""
        if self._stdout.isatty():
            data = sanitize(data.decode("utf-8", "replace")).encode(encoding(), "replace")
        self._stdout.write(data)
        self._stdout.flush()

    def _write_file(self, path: Path, data: bytes) -> None:
        check_writable(path, replace=self._replace)
        try:
            path.write_bytes(data)
        except OSError as refused:
            raise _refused(path, refused.strerror) from None


def result_options(command: Function) -> Function:
    """Return the options of a command that takes a `result`."""

    @click.option(
        "-o",
        "--output",
        metavar="FILE",
        type=click.Path(),
        help="Write the reply to FILE: .eml, .txt or .json.",
    )
    @click.option("--force", is_flag=True, help="Replace FILE if it exists.")
    @click.option("--reply-all/--reply-one", default=None, help="Whom a .eml goes to.  [default: as set]")
    @click.option("--quote/--no-quote", default=None, help="Quote the email in a .eml.  [default: as set]")
    @functools.wraps(command)
    def with_result(
        output: str | None, force: bool, reply_all: bool | None, quote: bool | None, **others: Any
    ) -> Any:
        kind = others.pop("kind", None)
        return command(result=Result(output, kind, replace=force, reply_all=reply_all, quote=quote), **others)

    return cast(Function, with_result)


def state_as_json(view: ConversationView) -> str:
    """Return the conversation as the HTTP API shows it."""
    from email_assistant.service.document import state_of

    return as_json(state_of(view).model_dump(mode="json"))


def as_json(value: object) -> str:
    """Return JSON for programs and people: text unescaped if possible, but nothing that a terminal obeys."""
    text = json.dumps(value, indent=2, ensure_ascii=encoding() != "utf-8")
    return _NOT_PLAIN.sub(lambda odd: f"\\u{ord(odd[0]):04x}", text) + "\n"


def encoding() -> str:
    """Return the encoding of what is printed."""
    return codecs.lookup(getattr(sys.stdout, "encoding", None) or "utf-8").name


def _format_of(path: Path | None) -> Format:
    ending = path.suffix.lower().removeprefix(".") if path else ""
    return cast(Format, ending) if ending in get_args(Format) else "txt"


def check_writable(path: Path, *, replace: bool) -> None:
    """Refuse a file that cannot be written, or that exists and is not to be replaced."""
    if path.is_file() and not replace:
        raise click.UsageError(texts.EXISTS.format(path=sanitize(str(path))))
    if path.is_dir():
        raise _refused(path, "it is a folder")
    if not path.parent.is_dir():
        raise _refused(path, "its folder does not exist")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise _refused(path, "the permissions do not allow it")


def _refused(path: Path, reason: str | None) -> click.UsageError:
    return click.UsageError(texts.CANNOT_WRITE.format(path=sanitize(str(path)), reason=reason))
