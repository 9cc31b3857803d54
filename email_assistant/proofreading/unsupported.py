"""Finds in a draft what nobody gave: details such as links and amounts."""

from __future__ import annotations

from email_assistant.brief import Brief
from email_assistant.proofreading.details import Detail, details, digit_runs, numbers
from email_assistant.proofreading.given import MAX_DRAFT, MAX_SIGNATURE, about_user, header, newest, said
from email_assistant.proofreading.model import Finding

MAX_FINDINGS = 5

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


def unsupported_details(draft: str, brief: Brief) -> list[Finding]:
    """One for each link, address, amount, and bank, card or phone number that nobody gave.

    They may have come from quoted history, from hidden text or from nowhere. What supports a detail is the
    visible text of the newest message, its sender and recipients, and all that the user said.
    """
    draft = draft[:MAX_DRAFT]
    if not (claimed := list(details(draft))):  # as in most; the sources are longer
        return []
    email = brief.email
    sources = "\n".join(
        (*said(brief), about_user(brief), header(email), newest(email), email.signature[:MAX_SIGNATURE])
    )
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

    made_up = {detail.same_as: detail for detail in claimed if not is_supported(detail)}
    findings = [_finding(draft, detail) for detail in made_up.values()]
    if len(findings) > MAX_FINDINGS:
        findings[MAX_FINDINGS - 1 :] = [Finding(code="unsupported_fact", text=_MORE)]
    return findings


def _finding(draft: str, detail: Detail) -> Finding:
    start = max(draft.find(detail.written), 0)
    return Finding(
        code="unsupported_fact",
        text=_SENTENCES[detail.kind].format(detail.written),
        start=start,
        end=start + len(detail.written) if draft.startswith(detail.written, start) else start,
        request=f"Take out {detail.written}: nobody gave it.",
    )
