"""Finds in a draft what nobody gave: details such as links, then dates, times, numbers, names, promises."""

from __future__ import annotations

import re
from datetime import date

from email_assistant.brief import Brief
from email_assistant.proofreading.details import Detail, details, digit_runs, numbers
from email_assistant.proofreading.facts import Fact, read_facts
from email_assistant.proofreading.given import (
    MAX_DRAFT,
    MAX_SIGNATURE,
    about_user,
    header,
    language,
    parted,
    said,
)
from email_assistant.proofreading.known import Known
from email_assistant.proofreading.letter import locate
from email_assistant.proofreading.lexicon import LANGUAGES
from email_assistant.proofreading.model import Finding
from email_assistant.proofreading.names import names_in
from email_assistant.proofreading.promises import unsupported_promises
from email_assistant.proofreading.remembering import remembered

MAX_FINDINGS = 5
_DETAILS = frozenset(("link", "address", "account", "card", "phone", "amount"))
_LEAST_SPELT = 4
"""Smaller numbers in words count what was said: "two things"."""

_SENTENCES = {
    "link": "The link {said} is in neither the newest email nor what you said. Check it before you send.",
    "address": "The address {said} is in neither the newest email nor what you said. "
    "Check it before you send.",
    "account": "The account {said} is in neither the newest email nor what you said. Check it well.",
    "card": "The card number {said} is in neither the newest email nor what you said. Check it well.",
    "phone": "The number {said} is in neither the newest email nor what you said. Check it before you send.",
    "amount": "The amount {said} is in neither the newest email nor what you said. Check it before you send.",
}
_MORE = "More details of this draft are in neither the newest email nor what you said. Check them all."
_COMPARED_DIGITS = 7
"""The last ones of a phone number, which are the same with and without its country and area."""


def check(draft: str, brief: Brief) -> list[Finding]:
    """Return a finding for each fact and promise that nobody gave.

    Details are found in every language; dates, times, numbers in words, names and promises in `LANGUAGES`.
    What only text supports that speaks to an AI, nobody gave.
    """
    draft = draft[:MAX_DRAFT]
    findings = unsupported_details(draft, brief) + unsupported_promises(draft, brief)
    return [*findings, *_facts(draft, brief)][: 2 * MAX_FINDINGS]


def _facts(draft: str, brief: Brief) -> list[Finding]:
    written_in = language(draft, brief)
    if written_in not in LANGUAGES:
        return []
    claimed = [
        fact
        for fact in read_facts(draft, (written_in,))
        if fact.kind not in _DETAILS and not (fact.spelt and _is_small(fact))
    ]
    names = names_in(_body(draft), written_in)
    if not claimed and not names:
        return []
    known = _known(brief, written_in)
    # "Tuesday at 5" gives the 5 of "5 works", whatever each is read as.
    digits = set(re.findall(r"\d+", _sources(brief)))
    found: list[list[Fact]] = []
    for fact in claimed:
        if known.has(fact) or digits.issuperset(re.findall(r"\d+", fact.written) or ["none"]):
            continue
        if found and 0 <= fact.start - found[-1][-1].end <= 4:
            found[-1].append(fact)
        else:
            found.append([fact])
    told = [_nobody_said(draft, " ".join(fact.written for fact in group)) for group in found]
    told += [
        _nobody_said(draft, name.written)
        for name in names
        if name.parts and not any(part in known.words for part in name.parts)
    ]
    return list({finding.text: finding for finding in told}.values())[:MAX_FINDINGS]


def _is_small(fact: Fact) -> bool:
    return str(fact.meaning).isdigit() and int(str(fact.meaning)) < _LEAST_SPELT


def _body(draft: str) -> str:
    """Return the draft with the names around its body blanked out, so that positions stay valid."""
    start, end = locate(draft).body
    return " " * start + draft[start:end]


def _known(brief: Brief, written_in: str) -> Known:
    days = tuple(moment.date() for moment in (brief.now, brief.email.date) if moment)
    return _read_known(_sources(brief), written_in, days)


@remembered
def _read_known(sources: str, written_in: str, days: tuple[date, ...]) -> Known:
    known = Known()
    for day in days:
        known.add_day(day)
    known.add(sources, (written_in, *(code for code in LANGUAGES if code != written_in)))
    return known


def _sources(brief: Brief) -> str:
    """Return all that may support a fact."""
    email, people = brief.email, f"{brief.sender.name}\n{brief.user.name}"
    mail = (header(email), parted(email)[0], email.signature[:MAX_SIGNATURE], people[:MAX_SIGNATURE])
    return "\n\n".join((*said(brief), about_user(brief), *mail))


def _nobody_said(draft: str, written: str) -> Finding:
    start = max(draft.find(written), 0)
    return Finding(
        code="unsupported_fact",
        text=f"“{written}” is in neither the newest email nor what you said. Check it before you send.",
        start=start,
        end=start + len(written) if draft.startswith(written, start) else start,
        request=f"Take out “{written}”: nobody said it.",
    )


def unsupported_details(draft: str, brief: Brief) -> list[Finding]:
    """Return a finding for each link, address, amount, and bank, card or phone number that nobody gave.

    They may have come from quoted history, from hidden text or from nowhere. What supports a detail is the
    visible text of the newest message, its sender and recipients, and all that the user said.
    """
    draft = draft[:MAX_DRAFT]
    if not (claimed := list(details(draft))):  # as in most; the sources are longer
        return []
    email = brief.email
    sources = "\n".join(
        (*said(brief), about_user(brief), header(email), parted(email)[0], email.signature[:MAX_SIGNATURE])
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
        text=_SENTENCES[detail.kind].format(said=detail.written),
        start=start,
        end=start + len(detail.written) if draft.startswith(detail.written, start) else start,
        request=f"Take out {detail.written}: nobody gave it.",
    )
