"""What a person should check in the newest draft: details that neither they nor the newest message gave."""

from __future__ import annotations

from email_assistant.brief import Brief, Clarification, Revision
from email_assistant.conversation.state import ConversationState
from email_assistant.mail import IncomingEmail
from email_assistant.proofreading.unsupported import unsupported_details


def unsupported_claims(draft_body: str, state: ConversationState) -> tuple[str, ...]:
    """Return a sentence for each link, address, amount, and bank, card or phone number that nobody gave."""
    answers = [
        answer
        for asked in state.clarification_history
        for answer in (*(asked.answers or []), asked.remark, asked.typed or "")
    ]
    brief = Brief(
        email=state.incoming_email or IncomingEmail(),
        instructions=state.response_instructions,
        clarifications=tuple(Clarification("", answer) for answer in answers),
        revisions=tuple(Revision("", feedback.text) for feedback in state.feedback_history),
    )
    return tuple(finding.text for finding in unsupported_details(draft_body, brief))
