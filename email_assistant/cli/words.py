"""The words that the dialogue itself obeys: they show something, or open the editor."""

from __future__ import annotations

from collections.abc import Callable

import click

from email_assistant.cli import texts
from email_assistant.cli.console import INDENT, Console
from email_assistant.cli.pages import show_cautions, show_changes, show_draft, show_email
from email_assistant.conversation.commands import Command, Edit
from email_assistant.view import ConversationView


def _edit(console: Console, view: ConversationView) -> Command | None:
    if not view.state.draft_history:
        console.say(texts.NO_DRAFT_YET, dim=True)
        return None
    before = view.state.draft_history[-1].body
    try:
        saved = click.edit(f"{before}\n".encode("utf-8", "replace"))
    except click.ClickException as failure:
        console.say(failure.format_message(), fg="red")
        return None
    text = (saved or b"").decode("utf-8", "replace").replace("\r\n", "\n").strip()
    if not text or text == before:
        console.say(texts.NOT_EDITED)
        return None
    return Edit(text)


def _email(console: Console, view: ConversationView) -> None:
    if email := view.state.incoming_email:
        show_email(console, email, whole=True)
        console.say()


def _show(console: Console, view: ConversationView) -> None:
    if drafts := view.state.draft_history:
        show_draft(console, drafts[-1])
        show_cautions(console, view)


def _help(console: Console, _: ConversationView) -> None:
    console.say()
    for word, meaning in texts.HELP.items():
        console.say(word, bold=True)
        console.say(meaning, indent=INDENT)
    console.say(texts.ANYTHING_ELSE)
    console.say()


WORDS: dict[str, Callable[[Console, ConversationView], Command | None]] = {
    "diff": show_changes,
    "edit": _edit,
    "email": _email,
    "help": _help,
    "?": _help,
    "show": _show,
}
"""What each does; what it returns is said to the conversation."""
