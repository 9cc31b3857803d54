"""The reply of a conversation for a mail program: as a file, or as a `mailto:` link."""

from __future__ import annotations

from email_assistant.errors import WrongStep
from email_assistant.mail import IncomingEmail, compose_reply, mailto_link
from email_assistant.service.view import ConversationView


def reply_file(view: ConversationView, *, reply_all: bool | None, quote: bool | None) -> bytes:
    """Return the current draft as a .eml; None leaves a choice as it was made.

    Raises:
        WrongStep: there is no draft yet.
    """
    _require_draft(view)
    header, preferences = view.header_if(reply_all), view.preferences
    return compose_reply(
        view.state.incoming_email or IncomingEmail(),
        view.state.current_draft,
        sender=preferences.mailbox,
        quote=preferences.quote if quote is None else quote,
        signature=preferences.signature,
        subject=header.subject,
        recipients=header.recipients,
    )


def reply_link(view: ConversationView, *, reply_all: bool | None, quote: bool) -> str | None:
    """Return a `mailto:` link with the current draft; None if it does not fit into one.

    Raises:
        WrongStep: there is no draft yet.
    """
    _require_draft(view)
    header = view.header_if(reply_all)
    return mailto_link(
        view.state.incoming_email or IncomingEmail(),
        view.state.current_draft,
        quote=quote,
        signature=view.preferences.signature,
        subject=header.subject,
        recipients=header.recipients,
    )


def _require_draft(view: ConversationView) -> None:
    if not view.state.draft_history:
        raise WrongStep("There is no draft yet.", next_step=view.next_step)
