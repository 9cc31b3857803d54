"""The line below a draft: what wrote it, and what that took."""

from __future__ import annotations

from email_assistant.chat import texts
from email_assistant.conversation.state import Draft
from email_assistant.service.cost import amount
from email_assistant.service.view import ConversationView


def made_by(view: ConversationView, draft: Draft) -> str:
    """Return the line; "" if nobody counted."""
    taken, in_all = view.prices.of_draft(draft), view.prices.of_conversation(view.state)
    if taken is None or in_all is None:
        return ""
    parts = [
        draft.model or "",
        texts.MADE["prompt"].format(version=draft.prompt) if draft.prompt else "",
        texts.MADE["tokens"].format(count=f"{taken.input_tokens + taken.output_tokens:,}"),
    ]
    if taken.cost is not None:
        parts.append(amount(taken.cost, view.prices.currency))
    if in_all.cost is not None and in_all != taken:
        parts.append(texts.MADE["in_all"].format(amount=amount(in_all.cost, view.prices.currency)))
    return " · ".join(filter(None, parts))
