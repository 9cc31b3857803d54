"""What a person should check in a draft: details that neither they nor the newest message gave."""

from __future__ import annotations

from email_assistant.conversation.details import Detail, details, digit_runs, numbers
from email_assistant.conversation.state import ConversationState
from email_assistant.writing.envelope import MAX_NEWEST

MOST_CAUTIONS = 5
MOST_DRAFT = 20_000
"""Characters of a draft that are looked at; no reply is longer."""

_SENTENCES = {
    "link": "The link {} is in neither the newest email nor what you said. Check it before you send.",
    "address": "The address {} is in neither the newest email nor what you said. Check it before you send.",
    "account": "The account {} is in neither the newest email nor what you said. Check it well.",
    "card": "The card number {} is in neither the newest email nor what you said. Check it well.",
    "phone": "The number {} is in neither the newest email nor what you said. Check it before you send.",
    "amount": "The amount {} is in neither the newest email nor what you said. Check it before you send.",
}
_MORE = "More details of this draft are in neither the newest email nor what you said. Check them all."
_COMPARED_DIGITS = 7
"""The last ones of a phone number, which are the same with and without its country and area."""


def unsupported_claims(draft_body: str, state: ConversationState) -> tuple[str, ...]:
    """A sentence for each link, address, amount, and bank, card or phone number that nobody gave.

    They may have come from quoted history, from hidden text or from nowhere. What supports a detail is the
    visible text of the newest message, its sender and recipients, and all that the person said.

    Args:
        draft_body: the text of a draft.
        state: the conversation that it belongs to.
    """
    if not (claimed := list(details(draft_body[:MOST_DRAFT]))):  # as in most; the sources are longer
        return ()
    sources = "\n".join(_sources(state))
    known = {(detail.kind, detail.same_as) for detail in details(sources)}
    values, digits = numbers(sources), digit_runs(sources)

    def is_supported(detail: Detail) -> bool:
        if (detail.kind, detail.same_as) in known:
            return True
        match detail.kind:
            case "amount":
                return detail.same_as in values
            case "phone" | "account" | "card":
                tail = detail.same_as[-_COMPARED_DIGITS:] if detail.kind == "phone" else detail.same_as
                return any(run.endswith(tail) for run in digits)
            case "link" | "address":
                return False

    found = {detail.same_as: detail for detail in claimed if not is_supported(detail)}
    sentences = [_SENTENCES[detail.kind].format(detail.written) for detail in found.values()]
    if len(sentences) > MOST_CAUTIONS:
        sentences[MOST_CAUTIONS - 1 :] = [_MORE]
    return tuple(sentences)


def _sources(state: ConversationState) -> list[str]:
    said = [state.response_instructions]
    for asked in state.clarification_history:
        said += [*(asked.answers or []), asked.remark, asked.typed or ""]
    said += [feedback.text for feedback in state.feedback_history]
    if email := state.incoming_email:
        mailboxes = [email.sender, *email.to, *email.cc]
        said += [
            email.subject,
            email.newest[:MAX_NEWEST],
            email.signature[:MAX_NEWEST],
            *(str(each) for each in mailboxes if each),
        ]
    return said
