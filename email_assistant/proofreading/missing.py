"""Finds what the user said and the draft lacks: facts, names, their decision."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from email_assistant.brief import Brief
from email_assistant.proofreading.details import plain
from email_assistant.proofreading.facts import Fact, read_facts
from email_assistant.proofreading.given import (
    MAX_DRAFT,
    content_words,
    language,
    likely_language,
    mail_language,
    said,
    sure_language,
)
from email_assistant.proofreading.known import Known
from email_assistant.proofreading.lexicon import LANGUAGES, fold
from email_assistant.proofreading.model import Finding
from email_assistant.proofreading.names import names_in
from email_assistant.proofreading.saying import Decision, decision_of, phrases, puts_off, says, where_says

MAX_FINDINGS = 5
_UNREADABLE = 12
"""Up to here a language whose words are not known may spell a number."""
_ANY_LANGUAGE = frozenset(
    ("link", "address", "account", "card", "phone", "amount", "percentage", "reference", "number")
)
_WITHIN_A_CLAUSE = 60
_MAX_CLAUSE = 200
_AFTER_INSTEAD = 15
_GAP_WITHIN, _MAX_TOGETHER = 4, 4
_TOGETHER = 8
"""Characters between two facts that belong together, such as "Thursday at 3 pm"."""
_CLAUSE_END = re.compile(r"[.;!?\n]|,(?!\d)")
_TOLD = re.compile(
    r"\b(?:tell|ask|let|inform|thank|remind|to|dear|hi|hello|write|reply|answer|dis a|dile a|di a"
    r"|rispondi a|zeg|vraag|demande a|pergunta a|diz a|dites a|chiedi a|escribe a|scrivi a"
    r"|ecris a|schrijf aan|zeg tegen)\s$"
)
_MIN_ORDER = 5

_DECISIONS: dict[Decision, tuple[str, str]] = {
    "yes": ("You said yes, and the draft does not.", "Say yes clearly."),
    "no": ("You said no, and the draft does not.", "Decline clearly and politely."),
    "later": ("You want to decide later, and the draft does not say so.", "Say that I will decide later."),
}


@dataclass(frozen=True)
class Said:
    """A fact that the user gave, and in which of their words."""

    fact: Fact
    place: int
    source: str
    words: str


def user_facts(brief: Brief) -> tuple[list[Said], list[Fact]]:
    """Return the facts that a draft must hold, and those that the user took back or wants left out."""
    kept: list[Said] = []
    gone: list[Fact] = []
    texts = said(brief)
    first_feedback = len(texts) - sum(bool(each.feedback.strip()) for each in brief.revisions)
    for index, text in enumerate(texts):
        source = "your notes" if index == 0 and brief.instructions.strip() else "your answer"
        source = "your feedback" if index >= first_feedback else source
        languages = _languages(text, brief)
        words = plain(text)
        folded = fold(words)
        styled = re.compile(rf"\s?-?\s?(?:\w{{2,8}} )?{phrases('style', LANGUAGES).pattern}(?!\w)")
        facts = [fact for fact in read_facts(text, languages) if not styled.match(folded, fact.end)]
        facts = [fact for fact in facts if not re.search(r"version\s#?$", folded[: fact.start][-10:])]
        taken = _taken_back(folded, facts, languages)
        replaces = bool(taken) and index >= first_feedback
        gone += taken
        back = set(taken)
        new = [fact for fact in facts if fact not in back]
        kinds = {_family(fact) for fact in new}
        replaced, renewed = {_key(fact) for fact in taken}, {_key(fact) for fact in new}
        kept = [
            each
            for each in kept
            if not (replaces and _family(each.fact) in kinds) and _key(each.fact) not in replaced
        ]
        gone = [fact for fact in gone if _key(fact) not in renewed]
        kept += [Said(fact, index, source, words) for fact in new]
    return kept, gone


def _family(fact: Fact) -> str:
    return "day" if fact.kind in {"date", "weekday", "tomorrow"} else fact.kind


def _key(fact: Fact) -> tuple[str, object]:
    return fact.kind, fact.meaning


def _taken_back(folded: str, facts: list[Fact], languages: tuple[str, ...]) -> list[Fact]:
    """Return the facts that are replaced, or that a clause says to leave out."""
    starts = [fact.start for fact in facts]
    taken: set[int] = set()
    for found in phrases("instead", languages).finditer(folded):
        first = bisect_left(starts, found.end())
        if first == len(facts) or starts[first] - found.end() > _AFTER_INSTEAD:
            continue
        if not _CLAUSE_END.search(folded, found.end(), starts[first]):
            taken.update(range(first, first + _together(facts[first : first + _MAX_TOGETHER])))
    spans = [found.span() for found in phrases("instead_last", languages).finditer(folded)]
    for found in phrases("leave_out", languages).finditer(folded):
        end = _CLAUSE_END.search(folded, found.end(), found.end() + _MAX_CLAUSE)
        spans.append((found.start(), end.start() if end else found.end() + _MAX_CLAUSE))
    for start, stop in spans:
        taken.update(range(bisect_left(starts, start), bisect_left(starts, stop)))
    return [facts[at] for at in sorted(taken)]


def _together(facts: list[Fact]) -> int:
    """Return how many facts follow one another as one, such as "Tuesday at 3 pm"."""
    for at in range(1, len(facts)):
        if facts[at].start - facts[at - 1].end > _GAP_WITHIN:
            return at
    return len(facts)


def _languages(text: str, brief: Brief) -> tuple[str, ...]:
    """Return how to read the user's words: in their language where it is sure, else in the likely ones."""
    sure = sure_language(text)
    if sure in LANGUAGES:
        return (sure,)
    likely = dict.fromkeys(("en", brief.language, mail_language(brief.email), likely_language(text)))
    return tuple(code for code in likely if code in LANGUAGES)


def check(draft: str, brief: Brief) -> list[Finding]:
    """Return one finding for each fact, name and decision that is missing.

    Speaks `LANGUAGES`; of a draft in another it only misses what is written alike everywhere.
    """
    draft = draft[:MAX_DRAFT]
    written_in = language(draft, brief)
    order = (written_in, *(code for code in LANGUAGES if code != written_in))
    known = Known(
        brief.email.date.date() if brief.email.date else brief.now.date() if brief.now else None, loose=True
    )
    known.add(draft, order if written_in in LANGUAGES else LANGUAGES)
    required, _ = user_facts(brief)
    digits = set(re.findall(r"\d+", draft))
    lacking = [
        each
        for each in required
        if (written_in in LANGUAGES or _is_alike_everywhere(each.fact))
        and not known.has(each.fact)
        # "1.42 m" is there as "1,42 m", whatever each is read as.
        and not digits.issuperset(re.findall(r"\d+", each.fact.written) or ["none"])
    ]
    lacking = _not_overruled(lacking, required, brief)
    findings = [_finding(group, written_in) for group in _grouped(lacking)]
    findings += _names(known, brief, written_in)
    if decision := _decision(draft, brief, written_in):
        findings.insert(0, decision)
    return findings[:MAX_FINDINGS]


def _not_overruled(lacking: list[Said], required: list[Said], brief: Brief) -> list[Said]:
    """Return those that no later feedback replaced: after "at 5" then "only at 6", 5 is not missed."""
    first = len(said(brief)) - sum(bool(each.feedback.strip()) for each in brief.revisions)
    renewed = {_class(each.fact): each.place for each in required if each.place >= first}
    lacking = [each for each in lacking if renewed.get(_class(each.fact), -1) <= each.place]
    # In a language whose "instead of" is not known, one of two is enough.
    unread = {each.place for each in lacking if likely_language(each.words) not in LANGUAGES}
    held = {(each.place, _class(each.fact)) for each in required if each not in lacking}
    return [
        each
        for each in lacking
        if each.place < first or each.place not in unread or (each.place, _class(each.fact)) not in held
    ]


def _class(fact: Fact) -> str:
    return "count" if fact.kind in {"number", "amount", "percentage"} else _family(fact)


def _is_alike_everywhere(fact: Fact) -> bool:
    if fact.kind == "number":
        return not fact.spelt and str(fact.meaning).isdigit() and int(str(fact.meaning)) > _UNREADABLE
    return fact.kind in _ANY_LANGUAGE


def _grouped(lacking: list[Said]) -> list[list[Said]]:
    groups: list[list[Said]] = []
    seen: set[tuple[str, object]] = set()
    for each in lacking:
        if _key(each.fact) in seen:
            continue
        seen.add(_key(each.fact))
        last = groups[-1][-1] if groups else None
        if last and last.place == each.place and _belong_together(last, each):
            groups[-1].append(each)
        else:
            groups.append([each])
    return groups


def _belong_together(one: Said, other: Said) -> bool:
    """Return whether two facts belong together: close to each other, with no comma but within a date."""
    between = one.words[one.fact.end : other.fact.start]
    if other.fact.start - one.fact.end > _TOGETHER:
        return False
    when = {"day", "time", "month"}
    return "," not in between or (_family(one.fact) in when and _family(other.fact) in when)


def _finding(group: list[Said], written_in: str) -> Finding:
    written = _with_its_words(group[0], group[-1].fact.end, written_in)
    return Finding(
        code="missing_fact",
        text=f"“{written}” from {group[0].source} is not in it. Add it, or leave it out on purpose.",
        request=f"Say “{written}” in the reply, as I told you.",
    )


def _with_its_words(first: Said, end: int, written_in: str) -> str:
    """Return facts as the user wrote them; a bare number with the words beside it, which say what of."""
    words, start = first.words, first.fact.start
    written = words[start:end].strip()
    if re.search(r"[^\W\d_]", written) or likely_language(words) not in ("", written_in):
        return written
    before = re.search(r"(?:[^\W\d_][\w’'-]* ){0,2}$", words[max(0, start - _WITHIN_A_CLAUSE) : start])
    after = re.match(r"(?: [^\W\d_][\w’'-]*)?", words[end : end + _WITHIN_A_CLAUSE])
    return f"{before[0] if before else ''}{written}{after[0] if after else ''}"


def _names(known: Known, brief: Brief, written_in: str) -> list[Finding]:
    people = fold(f"{brief.sender.name} {brief.user.name} {brief.email.sender or ''}")
    findings: dict[str, Finding] = {}
    for text in said(brief):
        languages = _languages(text, brief)
        if written_in not in languages:
            continue
        folded = fold(text)
        quiet = phrases("leave_out", languages)
        for name in names_in(text, written_in):
            before = folded[max(0, name.start - _WITHIN_A_CLAUSE) : name.start]
            if any(part in known.words or part in people for part in name.parts):
                continue
            if _TOLD.search(before) or quiet.search(before) or phrases("instead", languages).search(before):
                continue
            findings[name.written] = Finding(
                code="missing_fact",
                text=f"“{name.written}” from what you said is not in it. Add it, or leave it out on purpose.",
                request=f"Mention {name.written}, as I told you.",
            )
    return [*findings.values()]


def _decision(draft: str, brief: Brief, written_in: str) -> Finding | None:
    if written_in not in LANGUAGES:
        return None
    decision = decision_of(fold(brief.instructions[:MAX_DRAFT]), _languages(brief.instructions, brief))
    for each in brief.revisions:
        folded = fold(each.feedback[:MAX_DRAFT])
        if (changed := decision_of(folded, _languages(folded, brief))) and changed != decision:
            opening = re.match(r"\W*\w+", folded)
            if opening and len(opening[0]) < _MIN_ORDER:
                return None  # "no" or "yes" of feedback may speak of the draft
            decision = changed
    if decision is None:
        return None
    folded = fold(plain(draft))
    held = {each: says(each, folded, written_in) for each in _DECISIONS}
    # "I got it" says yes and "we chose another one" no, if these are the user's own words.
    rest = content_words(brief.instructions) - content_words(brief.email.newest[:MAX_DRAFT])
    match decision:
        case "yes":
            missing = not held["yes"] and (
                held["no"] or puts_off(folded, written_in) or not rest & content_words(draft)
            )
            # "I'm sorry, but I can't sing. I can be there from six": a refusal that nobody gave comes first.
            missing = missing or (
                held["yes"]
                and held["no"]
                and not says("no", fold(plain(brief.instructions[:MAX_DRAFT])), written_in)
                and where_says("no", folded, written_in) < where_says("yes", folded, written_in)
            )
        case "no":
            missing = not held["no"] and (held["yes"] or not rest & content_words(draft))
        case "later":
            missing = not held["later"]
    if not missing:
        return None
    text, request = _DECISIONS[decision]
    return Finding(code="missing_fact", text=f"{text} Change it before you send.", request=request)
