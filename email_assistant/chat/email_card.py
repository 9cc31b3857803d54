"""Show the email that a conversation answers: the message that brought it, and its card."""

from __future__ import annotations

from email_assistant.chat import texts
from email_assistant.chat.thread_page import Page
from email_assistant.conversation.state import (
    ConversationState,
)
from email_assistant.service.view import warnings_of
from email_assistant.translations import retold

MAX_BUBBLE = 200
"""Characters up to which a message that brought an email is shown whole."""
MAX_PREVIEW = 300
"""Characters of an email that its card shows before it is opened."""
MAX_END = 100
"""Characters of its end among them, where the person may have written something."""
MAX_NAMED = 60
"""Characters of an email's beginning that stand for it."""


def show_replaced_email(page: Page, seq: int, typed: str) -> None:
    """Show the message of an email that another one replaced."""
    short = _is_short(typed)
    page.user("email", seq, typed if short else _named(typed), typed="" if short else typed)
    if not short:
        page.assistant("understood", seq, "")
        page.element(
            "EmailCard", seq, forward="understood", text=_preview(typed), is_cut=True, replaced=seq,
            labels=texts.EMAIL_CARD,
        )  # fmt: skip


def show_email(page: Page, index: int) -> None:
    """Show the sender of the email and the user's own words; a card holds its text."""
    state = page.state
    email, originals, asked = state.incoming_email, state.originals, state.instructions_found
    typed = state.typed_email or state.email_to_respond
    shown = typed
    if not originals and not _is_short(typed):
        title = page.view.title if email is None else email.subject or email.newest
        sender = email.sender if email else None
        name = texts.EMAIL_FROM.format(name=sender.name or sender.address) if sender else _named(title)
        shown = f"{name}\n\n{_said_with(state)}".strip()
    page.user("email", index, shown, typed=typed if shown != typed else "")
    told = email and (email.sender or email.subject or email.warnings or email.quoted)
    if email is None or not (told or originals or asked or shown != typed):
        return
    page.assistant("understood", index, "")
    editable = bool(asked) and page.drafts_are_live
    text = f"{email.newest}\n\n{email.signature}".strip() if originals or shown != typed else ""
    page.element(
        "EmailCard", index, forward="understood",
        sender=str(email.sender or ""), to=[*map(str, email.to)], cc=[*map(str, email.cc)],
        subject=email.subject, date=email.date.isoformat() if email.date else "",
        attachments=[attachment.model_dump(mode="json") for attachment in email.attachments],
        originals=[original.model_dump() for original in originals],
        warnings=[*map(retold, warnings_of(email))],
        text=_preview(text), is_cut=_preview(text) != text,
        has_quoted=bool(email.quoted), labels=texts.EMAIL_CARD,
        asked=asked, seen=page.view.version if editable else None,
    )  # fmt: skip


def _is_short(text: str) -> bool:
    return len(text) <= MAX_BUBBLE and text.strip().count("\n") < 4


def _named(text: str) -> str:
    """Return an email by its beginning."""
    title = " ".join(text[: 2 * MAX_NAMED].split())
    if len(title) > MAX_NAMED:
        title = title[: MAX_NAMED - 1] + "…"
    return texts.EMAIL_TITLED.format(title=title)


def _preview(text: str) -> str:
    """Return its beginning and its end."""
    if len(text) <= MAX_PREVIEW:
        return text
    beginning, end = text[: MAX_PREVIEW - MAX_END], text[-MAX_END:]
    return f"{beginning.rsplit(' ', 1)[0]} …\n… {end.split(' ', 1)[-1]}"


def _said_with(state: ConversationState) -> str:
    """Return what the person wrote beside the email, in the message that brought it."""
    typed, email = state.typed_email or "", state.email_to_respond.strip()
    found = state.instructions_found
    if email and email in typed and (not found or found not in typed):
        return typed.replace(email, "", 1).strip().strip("-—=_ \n")
    return found
