"""Orders of the user's that a draft repeats instead of carrying them out: "Ask whether there is a lift"."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from itertools import islice

from pydantic import BaseModel, ConfigDict

from email_assistant.brief import Brief
from email_assistant.proofreading.ask_words import words_of
from email_assistant.proofreading.cutting import own_end
from email_assistant.proofreading.given import MAX_DRAFT, language, likely_language, newest, said
from email_assistant.proofreading.letter import Span, locate
from email_assistant.proofreading.lexicon import fold
from email_assistant.proofreading.model import Finding
from email_assistant.proofreading.names import names_in
from email_assistant.proofreading.people import names
from email_assistant.proofreading.words import words_in

MAX_FINDINGS = 5
MAX_READ = 50
"""Words of a draft that may be orders; no letter has more."""
_MAX_CLAUSE = 100
_MAX_REST = 60
_MAX_EXCERPT = 80
_MAX_WORDS_BEFORE_LAST = 6
_BEGINS = r"(?P<before>^|[.!?;:,()\n…–—-])(?P<blank>\s{{0,4}})(?:(?:{also})\s{{1,4}}){{0,3}}"
_SENTENCE = re.compile(r"(?:[^.!?…\n]|[.!?…](?=[^\s.!?…])){0,400}")
_CLAUSE = re.compile(r"(?:[^.,;:!?\n)]|[.,](?=\d)){0,400}")
_GOES_ON = re.compile(
    r",\s+(?=(?:and |und |et |y |e |en |och |i )?(?:then|otherwise|because|so|I|we|no|but|dann|sonst|weil"
    r"|ich|wir|kein\w*|puis|sinon|je|nous|luego|entonces|yo|poi|altrimenti|depois|eu|dan|anders|ik|wij|potem|wtedy|sedan|annars|jag|vi)\b)"
)
_BLANKS = re.compile(r"\s*")
_MARKS = re.compile(r"[.!?…]{0,9}")


class Words(BaseModel):
    """One language's; `orders.toml` says what each field is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    also: tuple[str, ...]
    whether: tuple[str, ...]
    asked: tuple[str, str]
    thank: tuple[str, ...]
    thanked: str
    order: tuple[str, ...]
    mine: dict[str, str]
    last: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    speaks: str = "(?!)"
    i: str = "(?!)"
    them: str = "(?!)"
    to_you: tuple[str, str] = ("", "")
    wants: tuple[str, ...]
    demand: tuple[str, ...]
    demanded: tuple[str, str]
    done: str
    request: tuple[str, ...] = ()
    particle: str = "(?!)"
    things: tuple[str, ...] = ()
    their: tuple[str, ...]
    your: dict[str, str]
    others: str


@cache
def words() -> dict[str, Words]:
    """Return the tables by ISO 639-1 code."""
    table = tomllib.loads(files(__package__).joinpath("orders.toml").read_text(encoding="utf-8"))
    return {code: Words.model_validate(each) for code, each in table.items()}


@cache
def _orders(spoken: str) -> re.Pattern[str]:
    table = words()[spoken]
    alternatives = "|".join(
        f"(?P<{kind}>{'|'.join(patterns) or '(?!)'})"
        for kind, patterns in (
            ("whether", table.whether),
            ("thank", table.thank),
            ("demand", table.demand),
            ("request", table.request),
            ("order", table.order),
        )
    )
    return re.compile(f"{_BEGINS.format(also='|'.join(table.also))}(?P<verb>{alternatives})")


@cache
def _last(spoken: str) -> re.Pattern[str] | None:
    table = words()[spoken]
    return re.compile(rf"\b(?:{'|'.join(table.last)})(?=[.,;!\n]|$)") if table.last else None


@cache
def _speaks(spoken: str) -> re.Pattern[str]:
    table = words()[spoken]
    return re.compile(rf"\b(?:{table.i}) (?P<said>(?:{table.speaks})\w* (?P<them>{table.them}))\b")


@cache
def _subject(spoken: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words()[spoken].subject)})\b")


@cache
def _wants(spoken: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(words()[spoken].wants)})")


def wants_to_know(clause: str, languages: tuple[str, ...]) -> bool:
    """Return whether words of notes ask for something."""
    folded = fold(clause)
    return "?" in clause or "？" in clause or any(_wants(code).search(folded) for code in languages)


def check(draft: str, brief: Brief) -> list[Finding]:
    """Return a finding for each order left in the letter. Speaks the languages of its table."""
    draft = draft[:MAX_DRAFT]
    spoken = language(draft, brief)
    if spoken not in words():
        return []
    given = _even(fold("\n".join(said(brief))))
    parts = locate(draft)
    start, end = parts.body.start, min(parts.body.end, own_end(draft))
    if not given or start >= end:
        return []
    folded = fold(draft[start:end])
    table, is_friend = words()[spoken], _is_friend(brief)
    found = []
    for order in islice(_orders(spoken).finditer(folded), MAX_READ):
        if not _is_told(order, folded, given, spoken):
            continue
        demand = order["demand"] or order["request"]
        of_reader = bool(demand) and _is_the_reader(demand, given, spoken, brief)
        finding = (_demanded if of_reader else _finding)(draft, start, order, table, is_friend)
        if order["demand"]:  # "they must be wrong" asks for nothing
            listed = re.compile("|".join(table.order)).match(folded, order.start("verb"))
            if not of_reader or not (finding.replacement or listed):
                continue
        found.append(finding)
    taken = [(each.start, each.end) for each in found]
    found += [
        each
        for each in _ending_with_orders(draft, Span(start, end), spoken, given)
        if not any(first < each.end and each.start < last for first, last in taken)
    ]
    found += _speaking_to_them(draft, Span(start, end), spoken, given, is_friend)
    return found[:MAX_FINDINGS]


def _even(text: str) -> str:
    return " ".join(text.split())


def _is_told(order: re.Match[str], folded: str, given: str, spoken: str) -> bool:
    """Return whether the user gave the order: in these words, or in others for asking or thanking."""
    behind = order.end("verb")
    rest = words_of(folded[behind : min(behind + _MAX_REST, _end_of(_SENTENCE, folded, behind))])
    if 2 * len(rest & words_of(given)) < len(rest):
        return False
    if order["order"] or order["demand"] or order["request"]:
        return _even(order["verb"]) in given
    patterns = words()[spoken].whether if order["whether"] else words()[spoken].thank
    return any(re.search(rf"(?<!\w){pattern}", given) for pattern in patterns)


def _ending_with_orders(draft: str, at: Span, spoken: str, given: str) -> list[Finding]:
    """Find clauses without a subject that end with an order: "leider absagen"."""
    body = draft[slice(*at)]
    folded = fold(body)
    if not (last := _last(spoken)):
        return []
    found = []
    for verb in islice(last.finditer(folded), MAX_READ):
        first = max(0, verb.start() - _MAX_CLAUSE)
        before = max(folded.rfind(mark, first, verb.start()) for mark in ".,;:!?\n")
        if before < first and first:
            continue
        clause = _even(folded[before + 1 : verb.end()])
        if (
            0 < len(clause.split()) <= _MAX_WORDS_BEFORE_LAST
            and clause in given
            and not _subject(spoken).search(clause)
        ):
            clause_start = body[before + 1 : verb.end()].lstrip()
            begin = verb.end() - len(clause_start)
            found.append(_told(draft, at.start + begin, at.start + verb.end()))
    return found


def _speaking_to_them(draft: str, at: Span, spoken: str, given: str, is_friend: bool) -> list[Finding]:
    """Find where the letter speaks to its reader as the order spoke of them: "I wish them luck"."""
    table = words()[spoken]
    ordered = re.compile(rf"(?<!\w)(?:{table.speaks})\w* (?:{table.them})(?!\w)")
    if not ordered.search(given) or _speaks(spoken).search(given):
        return []
    found = []
    for speaks in islice(_speaks(spoken).finditer(fold(draft[slice(*at)])), MAX_READ):
        begin, end = at.start + speaks.start("them"), at.start + speaks.end("them")
        if draft[begin].islower():  # German "Ihnen" is the reader
            told = _told(draft, at.start + speaks.start(), end)
            found.append(told.model_copy(update={"start": begin, "replacement": table.to_you[is_friend]}))
    return found


def _finding(draft: str, offset: int, order: re.Match[str], table: Words, is_friend: bool) -> Finding:
    begin, behind = offset + order.end("blank"), offset + order.end()
    stop = _end_of(_SENTENCE, draft, behind)
    rest = draft[behind:stop].strip(" ,;:")
    last = _end_of(_MARKS, draft, stop)
    told = _told(draft, begin, last)
    # "thank her for the photos, we hang them up" says more than thanks.
    says_more = bool(order["thank"]) and _end_of(_CLAUSE, draft, behind) < stop
    if order["order"]:
        return _carried_out(told, draft, offset, order, table)
    if not (order["whether"] or order["thank"]) or not rest or says_more:
        return told
    wording = table.asked[is_friend] if order["whether"] else table.thanked
    return _begun(told, offset, order, wording.format(rest=rest))


def _carried_out(told: Finding, draft: str, offset: int, order: re.Match[str], table: Words) -> Finding:
    """Return the finding with the user's own sentence, if saying so is all that the order asks for."""
    theirs = re.compile(rf"(?<![\w'])(?:{'|'.join(table.their)})(?!\w)")
    for verb, sentence in table.mine.items():
        found = re.compile(rf"{verb}\b").match(order.string, order.start("verb"))
        if not found or theirs.search(order.string, found.end(), told.end - offset):
            continue
        end = offset + found.end()
        if sentence:
            return _begun(told.model_copy(update={"end": end}), offset, order, sentence)
        first = _end_of(_BLANKS, draft, end)  # "say that we come" is carried out by "We come"
        if first < told.end and draft[first].isalnum():
            return _begun(told.model_copy(update={"end": first + 1}), offset, order, draft[first].upper())
    return told


def _begun(told: Finding, offset: int, order: re.Match[str], sentence: str) -> Finding:
    """Return the finding with what replaces it, as a sentence of its own."""
    if order["before"] in ("", ".", "!", "?", "\n", "…"):
        return told.model_copy(update={"replacement": sentence})
    return told.model_copy(update={"start": offset + order.start("before"), "replacement": f". {sentence}"})


def _is_the_reader(demand: str, given: str, spoken: str, brief: Brief) -> bool:
    """Return whether "they" in an order can only be the reader: nobody else came up so far."""
    before = given[: given.find(_even(demand))]
    if re.search(
        rf"(?<!\w)(?:{words()[spoken].others})(?!\w)", f"{before} {fold(newest(brief.email)[:MAX_DRAFT])}"
    ):
        return False
    known = names(" ".join((brief.sender.name, brief.user.name, str(brief.email.sender or ""))))
    texts = (brief.instructions[:MAX_DRAFT], brief.email.newest[:MAX_DRAFT])
    return not any(
        set(each.parts) - known for text in texts for each in names_in(text, likely_language(text) or spoken)
    )


def _demanded(draft: str, offset: int, order: re.Match[str], table: Words, is_friend: bool) -> Finding:
    """Return what the reader shall do, with the request that the letter makes of it where rules can."""
    begin, behind = offset + order.end("blank"), offset + order.end()
    stop = _end_of(_SENTENCE, draft, behind)
    clause = _GOES_ON.split(draft[behind:stop], maxsplit=1)
    do, more = clause[0].strip(" ,;:"), "".join(clause[1:]).strip(" ,;:")
    last = _end_of(_MARKS, draft, stop)
    told = _told(draft, begin, last)
    for their, yours in table.your.items():
        do = re.sub(rf"\b{their}\b(?= \w)", yours, do, flags=re.IGNORECASE)
    theirs = table.their
    if order["request"]:
        do = re.sub(table.particle, "", do, count=1)
        theirs = tuple(pronoun for pronoun in theirs if pronoun not in table.things)
    folded = fold(do)
    if not re.fullmatch(table.done, folded) or re.search(rf"(?<![\w'])(?:{'|'.join(theirs)})(?!\w)", folded):
        return told
    do = re.sub(r"^(?:please|bitte) ", "", do)
    new = re.sub(r"\bbitte (mir|mich|uns|es|sie|ihn) ", r"\1 bitte ", table.demanded[is_friend].format(do=do))
    if more:
        new += f" {more[0].upper()}{more[1:]}."
    return _begun(told, offset, order, new)


def _end_of(pattern: re.Pattern[str], text: str, start: int) -> int:
    """Return where a run of what `pattern` matches ends."""
    found = pattern.match(text, start)
    return found.end() if found else start


def _is_friend(brief: Brief) -> bool:
    familiar = words_in(brief.email.language).familiar
    return any(re.search(pattern, brief.email.newest[:MAX_DRAFT]) for pattern in familiar)


def _told(draft: str, start: int, end: int) -> Finding:
    words = _even(draft[start:end])
    excerpt = words if len(words) <= _MAX_EXCERPT else f"{words[: _MAX_EXCERPT - 1].rstrip()}…"
    return Finding(
        code="order",
        text=f"“{excerpt}” is what you told the assistant to do. Say it to the reader instead.",
        start=start,
        end=end,
        request=f"“{excerpt}” is what I told you to do, no sentence for the reader. Do it in your words.",
    )
