"""What a list shows of a conversation and finds it by, computed from its state whenever that is saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from email_assistant.conversation.state import ConversationState
from email_assistant.service.view import title_of
from email_assistant.store.rows import Glance, Stage, Status

STAGES: dict[str, Stage] = {
    "clarify_instructions": "waiting",
    "process_feedback": "draft",
}
"""Where a conversation stands that goes on with this action; with any other it is between two steps."""


def glance_at(state: dict[str, Any], status: Status, following: str) -> Glance:
    """Return the glance at a conversation whose last action ended with `status`.

    `following` is the next one.
    """
    seen = ConversationState.model_validate(state)
    return Glance(
        title=title_of(seen),
        who=_who(seen),
        stage=_stage(seen, status, following),
        texts=tuple(_texts(seen)),
    )


def _stage(seen: ConversationState, status: Status, following: str) -> Stage:
    if status == "failed":
        return "failed"
    if seen.final_draft is not None:
        return "done"
    return STAGES.get(following, "writing")


def _who(seen: ConversationState) -> str:
    if seen.incoming_email is None or seen.incoming_email.sender is None:
        return ""
    return seen.incoming_email.sender.name or seen.incoming_email.sender.address


def _texts(seen: ConversationState) -> Iterator[str]:
    """Yield the newest and shortest first: what is too much is cut at the end."""
    email = seen.incoming_email
    if email:
        people = [*([email.sender] if email.sender else []), *email.to, *email.cc]
        yield email.subject or ""
        yield " ".join(f"{person.name} {person.address}" for person in people)
    yield seen.response_instructions
    for said in reversed(seen.feedback_history):
        yield said.text
    for asked in reversed(seen.clarification_history):
        yield " ".join([*(asked.answers or []), asked.remark])
    for aside in reversed(seen.asides):
        yield f"{aside.question} {aside.answer}"
    yield seen.current_draft
    if email:
        yield email.text
    for draft in reversed(seen.draft_history[:-1]):
        yield draft.body
