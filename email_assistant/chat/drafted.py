"""Messages on what a draft was based on, and on a draft that was not finished."""

from __future__ import annotations

from email_assistant.conversation.state import ConversationState, Feedback
from email_assistant.proofreading.letter import is_greeting


def shapes_draft(said: Feedback) -> bool:
    """Return whether feedback leads to another draft."""
    return said.kind not in ("accept", "reopen")


def asked_for(state: ConversationState, version: int) -> list[Feedback]:
    """Return what was asked of the draft before `version`, without what was taken back."""
    asked: list[Feedback] = []
    for said in state.feedback_history:
        if said.draft_version == version - 1 and shapes_draft(said):
            takes_over = said.kind == "undo" or (asked and asked[-1].kind == "undo")
            asked = [said] if takes_over else [*asked, said]
    return asked


def begun(state: ConversationState) -> str:
    """Return what was written before the step ended; a greeting alone is not worth keeping."""
    words = state.stopped_draft
    is_greeting_alone = "\n" not in words and words.endswith((",", "，", "،", "、")) and is_greeting(words)
    return "" if is_greeting_alone else words
