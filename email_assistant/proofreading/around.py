"""Words about the draft around it: preambles, offers, fences, quotation marks, a second letter."""

from __future__ import annotations

import re
from functools import cache

from email_assistant.brief import Brief
from email_assistant.proofreading.cutting import cut, own_end
from email_assistant.proofreading.given import said
from email_assistant.proofreading.letter import MAX_DRAFT, greeted_name, greets, is_closing, locate
from email_assistant.proofreading.lexicon import fold
from email_assistant.proofreading.model import Code, Finding
from email_assistant.proofreading.people import is_called, known_as_sender, known_as_user, names
from email_assistant.proofreading.words import any_of, languages

_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[\w-]{0,20}[ \t]*$", re.MULTILINE)
_QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«", "”": "”", "「": "」", "『": "』", "‘": "’"}
_RULE = re.compile(r"^[ \t]*(?:[-_=*]{3,}|—+)[ \t]*$")
_NOTE = re.compile(
    r"^[\s\[(*_]*(?:note|please note|n\.?b\.?|hinweis|anmerkung|remarque|nota|note bene|let op"
    r"|opmerking|uwaga|obs"
    r"|anmärkning|bemærk|bemærkning|merk|注意?|備考|補足|说明|ملاحظة)\b[*_]*[ \t]*[:：–-]",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"^[ \t]*[\[(（].*[\])）][ \t]*$", re.DOTALL)
_MAX_HEAD_LINES = 4
_MAX_HEAD = 300


def check(draft: str, brief: Brief) -> list[Finding]:
    """Return what stands around the letter and speaks of it, in every language of the table."""
    draft = draft[:MAX_DRAFT]
    return [*_fences(draft), *_quotation(draft), *_head(draft), *_opening(draft, brief), *_tail(draft, brief)]


def _found(draft: str, start: int, end: int, text: str, *, code: Code = "preamble") -> Finding:
    span = cut(draft, start, end)
    return Finding(code=code, text=text, start=span.start, end=span.end, replacement=span.replacement)


def _fences(draft: str) -> list[Finding]:
    fences = list(_FENCE.finditer(draft))
    if not fences:
        return []
    first, last = fences[0], fences[-1]
    opens = not draft[: first.start()].strip()
    closes = not draft[last.end() :].strip()
    around = {first.start(): first, last.start(): last} if opens else {}
    if closes and len(fences) % 2:
        around[last.start()] = last
    return [
        _found(draft, fence.start(), fence.end(), "The letter stands in a code fence. It is taken out.")
        for fence in around.values()
    ]


def _quotation(draft: str) -> list[Finding]:
    start, end = len(draft) - len(draft.lstrip()), len(draft.rstrip())
    if end - start < 12 or draft[end - 1] not in _QUOTES.get(draft[start], ""):
        return []
    opening, closing, inner = draft[start], draft[end - 1], draft[start + 1 : end - 1]
    if opening == closing:
        lone = opening in inner
    else:
        depth, lone = 0, False
        for character in inner:
            depth += (character == opening) - (character == closing)
            lone = lone or depth < 0
    if lone or not re.search(r"[.!?。！？]\s|\n", inner):
        return []
    text = "The letter stands in quotation marks. They are taken out."
    return [
        Finding(code="preamble", text=text, start=at, end=at + 1, replacement="") for at in (start, end - 1)
    ]


def _head(draft: str) -> list[Finding]:
    """Return lines above the greeting that answer the request or present the draft."""
    start = len(draft) - len(draft.lstrip())
    at, lines = start, 0
    for line in draft[start : start + _MAX_HEAD * 2].splitlines(keepends=True):
        if at > start and line.strip() and (greets(line) or (at - start <= _MAX_HEAD and _FENCE.match(line))):
            head = draft[start:at].rstrip("-_=*— \t\n")  # a line may be drawn below it
            introduces = not head or (head.endswith((":", "：")) and not head.startswith("#"))
            presents = introduces or _eager().match(head) or _preamble().match(head)
            if at <= own_end(draft) and len(head) <= _MAX_HEAD and presents:
                return [_found(draft, start, at, _ABOVE)]
            break
        lines += bool(line.strip())
        if lines > _MAX_HEAD_LINES:
            break
        at += len(line)
    first = draft[start : start + _MAX_HEAD].partition("\n")[0]
    presented = _presented().match(first)
    if not presented:
        return []
    rest = first[presented.end() :]
    if greets(rest) or (not rest.strip() and draft[start + len(first) :].strip()) or presented["label"]:
        return [_found(draft, start, start + presented.end(), _ABOVE)]
    return []


def _opening(draft: str, brief: Brief) -> list[Finding]:
    """Return words that only present the letter, at its own beginning: "Here is the reply: We come …"."""
    body = locate(draft).body
    start = body.start + len(draft[slice(*body)]) - len(draft[slice(*body)].lstrip())
    presents = _presents_alone().match(draft, start, body.end)
    if not presents or fold(presents[0].strip()) in fold("\n".join(said(brief))):
        return []
    return [
        Finding(
            code="preamble",
            text=_ABOVE,
            start=start,
            end=presents.end() + 1,
            replacement=draft[presents.end()].upper(),
        )
    ]


def _tail(draft: str, brief: Brief) -> list[Finding]:
    """Return what stands below the name, or speaks of the draft in a paragraph of its own."""
    parts = locate(draft)
    end = own_end(draft)
    ended = not parts.closing.is_empty or not parts.name.is_empty
    tail = parts.rest.start if ended else end
    found = []
    paragraphs = _paragraphs(draft, parts.greeting.end, end)
    for number, (start, stop) in enumerate(paragraphs):
        words = draft[start:stop]
        first = words.partition("\n")[0]
        outside = start >= tail or (not ended and 0 < number == len(paragraphs) - 1)
        if start >= tail and (greets(first) or (is_closing(first) and not parts.closing.is_empty)):
            begin = _ruled(draft, paragraphs, number)
            if not greets(first):
                found.append(_found(draft, begin, end, _AGAIN, code="role"))
            elif _is_answer(draft[: parts.greeting.end], first, brief):
                found.append(_found(draft, 0, start, _FIRST))
            else:
                found.append(_found(draft, begin, end, _SECOND))
            break
        if outside and _RULE.match(words) and number == len(paragraphs) - 1:
            found.append(_found(draft, start, stop, "A line is drawn below the letter. It is taken out."))
        noted, bracketed = bool(_NOTE.match(words)), bool(_BRACKETED.match(words))
        if (outside and noted and bracketed) or ((outside or noted or bracketed) and _offer().search(words)):
            begin = _ruled(draft, paragraphs, number) if outside else start
            found.append(
                _found(draft, begin, stop, "A note about the draft stands behind it. It is taken out.")
            )
    return found


_ABOVE = "Words about the draft stand above it. They are taken out."
_SECOND = "A second letter follows the first one. It is taken out."
_FIRST = "A letter to you stands above the reply. It is taken out."
_AGAIN = "It is closed and signed twice. It is left so once."


def _is_answer(above: str, greeting: str, brief: Brief) -> bool:
    """Return whether the letter above is to the user and the one that this line begins is to the sender."""
    user, sender = known_as_user(brief), known_as_sender(brief)
    to_user = is_called(names(greeted_name(above)), user)
    return to_user and is_called(names(greeted_name(greeting)), sender)


def _ruled(draft: str, paragraphs: list[tuple[int, int]], number: int) -> int:
    """Return where a paragraph begins, with the rule above it."""
    start, _ = paragraphs[number]
    if number:
        above, stop = paragraphs[number - 1]
        if _RULE.match(draft[above:stop]) or (
            stop - above < 40 and draft[above:stop].rstrip("*").endswith(":")
        ):
            return above
    return start


def _paragraphs(draft: str, start: int, end: int) -> list[tuple[int, int]]:
    found, begin = [], -1
    at = start
    for line in draft[start:end].splitlines(keepends=True):
        blank = not line.strip()
        if blank or _RULE.match(line):
            if begin >= 0:
                found.append((begin, begin + len(draft[begin:at].rstrip())))
            begin = -1
            if not blank:
                found.append((at, at + len(line.rstrip())))
        elif begin < 0:
            begin = at + len(line) - len(line.lstrip())
        at += len(line)
    if begin >= 0:
        found.append((begin, begin + len(draft[begin:end].rstrip())))
    return found


def _all(column: str) -> list[str]:
    patterns = []
    for words in languages().values():
        patterns += [pattern.replace("{draft}", words.draft) for pattern in getattr(words, column)]
    return patterns


@cache
def _eager() -> re.Pattern[str]:
    """Return words that answer the request for a draft, at the beginning."""
    words = [phrase for known in languages().values() for phrase in known.eager]
    return re.compile(rf"[\s*¡¿]*{any_of(words)}(?=[\s,.!:;，。！、：،*–—-]|$)", re.IGNORECASE)


@cache
def _preamble() -> re.Pattern[str]:
    """Return words that present a draft, at the beginning, behind such an answer or not."""
    eager = any_of([phrase for known in languages().values() for phrase in known.eager])
    before = rf"(?:{eager}[\s,.!，。！、،–—-]+)?"
    return re.compile(rf"[\s*¡¿]*{before}(?:{'|'.join(_all('preamble'))})", re.IGNORECASE)


@cache
def _presented() -> re.Pattern[str]:
    """Return a line that presents a draft and ends with a colon, or the label of one."""
    eager = any_of([phrase for known in languages().values() for phrase in known.eager])
    labels = "|".join(_all("preamble_label"))
    return re.compile(
        rf"[\s*¡¿]*(?:(?P<label>{labels})|(?:{eager}[\s,.!，。！、،–—-]+)?(?:{'|'.join(_all('preamble'))})"
        r"[^.!?。！？\n:：]{0,60}[:：])\**[ \t]*",
        re.IGNORECASE,
    )


@cache
def _presents_alone() -> re.Pattern[str]:
    """Return words that present a draft and say no more of it, with the colon behind them."""
    eager = any_of([phrase for known in languages().values() for phrase in known.eager])
    before = rf"[*¡¿]*(?:{eager}[\s,.!，。！、،–—-]+)?"
    return re.compile(rf"{before}(?:{'|'.join(_all('preamble'))})\s{{0,2}}[:：]\**\s*(?=\w)", re.IGNORECASE)


@cache
def _offer() -> re.Pattern[str]:
    return re.compile("|".join(_all("offer")), re.IGNORECASE)
