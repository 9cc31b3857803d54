"""The words that the dialogue itself obeys: they show something, or open the editor."""

from __future__ import annotations

from collections.abc import Callable

import click

from email_assistant.cli import texts
from email_assistant.cli.console import INDENT
from email_assistant.cli.pages import show_changes, show_draft, show_email, show_notes
from email_assistant.cli.prompt import Prompt
from email_assistant.conversation.commands import Command, Edit, RemoveWish, SetInstructions
from email_assistant.service.view import ConversationView


def _edit(prompt: Prompt, view: ConversationView) -> Command | None:
    if not view.state.draft_history:
        prompt.console.say(texts.NO_DRAFT_YET, dim=True)
        return None
    before = view.state.draft_history[-1].body
    try:
        saved = click.edit(f"{before}\n".encode("utf-8", "replace"))
    except click.ClickException as failure:
        prompt.console.say(failure.format_message(), fg="red")
        return None
    text = (saved or b"").decode("utf-8", "replace").replace("\r\n", "\n").strip()
    if not text or text == before:
        prompt.console.say(texts.NOT_EDITED)
        return None
    return Edit(text)


def _email(prompt: Prompt, view: ConversationView) -> None:
    if email := view.state.incoming_email:
        show_email(prompt.console, email, whole=True)
        prompt.console.say()


def _show(prompt: Prompt, view: ConversationView) -> None:
    if drafts := view.state.draft_history:
        show_draft(prompt.console, drafts[-1])
        show_notes(prompt.console, view)


def _help(prompt: Prompt, _: ConversationView) -> None:
    prompt.console.say()
    for word, meaning in texts.HELP.items():
        prompt.console.say(word, bold=True)
        prompt.console.say(meaning, indent=INDENT)
    prompt.console.say(texts.ANYTHING_ELSE)
    prompt.console.say()


def _diff(prompt: Prompt, view: ConversationView) -> None:
    show_changes(prompt.console, view)


def _instructions(prompt: Prompt, view: ConversationView) -> Command | None:
    prompt.console.say(texts.ASKED.format(text=view.state.response_instructions or texts.NOTHING_YET))
    prompt.console.say(texts.ASK_INSTEAD, dim=True)
    text = prompt.ask()
    return SetInstructions(text) if text else None


def _wishes(prompt: Prompt, view: ConversationView) -> Command | None:
    if not view.state.wishes:
        prompt.console.say(texts.NO_WISHES)
        return None
    chosen = prompt.choose(texts.WISHES, [wish.text for wish in view.state.wishes])
    return None if chosen is None else RemoveWish(chosen)


WORDS: dict[str, Callable[[Prompt, ConversationView], Command | None]] = {
    "diff": _diff,
    "edit": _edit,
    "email": _email,
    "help": _help,
    "instructions": _instructions,
    "wishes": _wishes,
    "?": _help,
    "show": _show,
}
"""What each does; what it returns is said to the conversation."""
