"""The options between which a sentence lets its reader choose."""

from __future__ import annotations

import re

from email_assistant.proofreading.ask_words import ask_table, choice_words
from email_assistant.proofreading.facts import read_facts
from email_assistant.proofreading.lexicon import LANGUAGES, fold

MAX_OPTION = 40
_ARTICLE = re.compile(r"^(?:on|at|for|by|am|um|le|el|il|op|om|à|a|em|in|den|dem)\s+", re.IGNORECASE)
_STOP = re.compile(r"[,;:?!.()\n]|\s[–—-]\s")
_DAYS = frozenset(("date", "weekday", "time"))
_NUMBERED = re.compile(
    r"(?:(?P<before>[^\W\d_]+)\s)?(?<![\d.,:])(?P<number>\d{1,4}\.?)(?:\s(?P<after>[^\W\d_]+))?"
)
_NUMBER = re.compile(r"(?:[^\W\d_]{2,3} )?\d{1,2}(?:st|nd|rd|th|er|\.|º)?")
_NUMBER_AND_REST = re.compile(rf"{_NUMBER.pattern}(?P<rest>\s.+)")
"""What both options of "the 14th or the 15th of January" end with."""
_OF_NO_OPTION = frozenset(
    ["the", "st", "nd", "rd", "th", "on", "at", "der", "den", "am", "um", "le", "el", "il"]
)
"""Words of a day that do not tell it from another."""
_OFFERS_IN_JAPANESE = re.compile("どちら|どれ|それとも|または|いずれ")
_DAY_IN_JAPANESE = re.compile(r"(?:\d{1,2}月)?\d{1,2}日(?:[(（].[)）])?(?:\d{1,2}時)?")
_TOKEN = re.compile(r"\d+|[^\W\d_]{2,}")


def names_option(option: str, text: str) -> bool:
    """Return whether a text names all words and numbers of an option."""
    tokens = _tokens(option)
    return bool(tokens) and tokens <= _tokens(text)


def options_of(quote: str, spoken: str) -> tuple[str, ...]:
    """Return the answers that a sentence offers: two facts of a kind around an "or", or two words."""
    if spoken not in LANGUAGES:
        return _numbered_options(quote, spoken)
    choice = rf"\s(?:{'|'.join(ask_table()[spoken]['or'])})\s"
    for found in re.finditer(choice, fold(quote)):
        before, after = quote[: found.start()], quote[found.end() :]
        facts = _fact_options(quote, found.start(), found.end(), spoken)
        if facts:
            return facts
        left, right = _STOP.split(before)[-1].split(), _STOP.split(after)[0].split()
        if right and left and len(right) <= 2 and "?" in quote:
            size = len(right)
            if len(left) > size and len(" ".join(left[-size:])) <= MAX_OPTION:
                return (_ARTICLE.sub("", " ".join(left[-size:])), " ".join(right)[:MAX_OPTION])
    return ()


def offered_before(quote: str, spoken: str) -> tuple[str, ...]:
    """Return the days and times between which a statement lets choose."""
    choice = rf"\s(?:{'|'.join(ask_table()[spoken]['or'])})\s"
    for found in re.finditer(choice, fold(quote)):
        options = _fact_options(quote, found.start(), found.end(), spoken)
        if options and any(fact.kind in _DAYS for fact in read_facts(options[-1], (spoken,))):
            return options
    return ()


def _numbered_options(quote: str, spoken: str) -> tuple[str, ...]:
    """Return the numbers around an "or" that have the same word beside them: "vecka 28 eller vecka 30"."""
    if spoken == "ja":
        days = dict.fromkeys(found[0] for found in _DAY_IN_JAPANESE.finditer(quote))
        return tuple(days) if len(days) > 1 and _OFFERS_IN_JAPANESE.search(quote) else ()
    if spoken not in ask_table():
        return ()
    for choice in re.finditer("|".join(ask_table()[spoken]["or"]), quote, re.IGNORECASE):
        left = list(_NUMBERED.finditer(quote[: choice.start()]))
        right = _NUMBERED.search(quote[choice.end() : choice.end() + MAX_OPTION])
        if not left or not right:
            continue
        one, other = left[-1], right
        if one["after"] and one["after"] == other["after"]:
            return (f"{one['number']} {one['after']}", f"{other['number']} {other['after']}")
        if one["before"] and one["before"] == other["before"]:
            return (f"{one['before']} {one['number']}", f"{other['before']} {other['number']}")
    return ()


def _fact_options(quote: str, start: int, end: int, spoken: str) -> tuple[str, ...]:
    facts = [
        fact
        for fact in read_facts(quote, (spoken,))
        if fact.kind in {"date", "weekday", "tomorrow", "time", "number", "amount"}
    ]
    left = [fact for fact in facts if fact.end <= start]
    right = [fact for fact in facts if fact.start >= end and fact.start - end < MAX_OPTION]
    if not left or not right or start - left[-1].end > MAX_OPTION:
        return ()
    kind, last_left = right[0].kind, left[-1]
    chosen = [fact for fact in left if fact.kind == kind]
    if last_left.kind == "number" and kind in _DAYS and not quote[last_left.end : start].strip():
        chosen = [last_left]  # "14 or 15 January", "10 or 11 am"
    if not chosen:
        return ()
    kinds = {kind, chosen[0].kind}
    options = []
    for fact in [*chosen, right[0]]:
        together = [
            other
            for other in facts
            if fact.end < other.end and other.start - fact.end <= 8 and other.kind not in kinds
        ]
        last = together[0].end if together else fact.end
        if together and re.search(choice_words(spoken), fold(quote[fact.end : together[0].start])):
            last = fact.end
        options.append(_with_article(quote, fact.start, last))
    rest = _NUMBER_AND_REST.fullmatch(options[-1])
    completed = [f"{each}{rest['rest']}" if rest and _NUMBER.fullmatch(each) else each for each in options]
    return tuple(dict.fromkeys(option[:MAX_OPTION] for option in completed))


def _with_article(quote: str, start: int, end: int) -> str:
    article = re.search(r"\b(?:the|den|le|el|il|de|o)\s$", quote[max(0, start - 5) : start], re.IGNORECASE)
    begin = start - len(article[0]) if article else start
    return _ARTICLE.sub("", quote[begin:end].strip())


def is_choice(options: tuple[str, ...], words: str) -> bool:
    """Return whether words are one of the options and no more: "the 15th" of 14 or 15 January."""
    return chooses_one(options, words) and any(_tokens(words) <= _tokens(option) for option in options)


def is_day(option: str) -> bool:
    """Return whether an option is a day or a time."""
    return any(fact.kind in _DAYS for fact in read_facts(option, LANGUAGES))


def chooses_one(options: tuple[str, ...], words: str) -> bool:
    """Return whether words name just one of the options: "32" of 16 or 32, "two" of two or three."""
    said_words = _tokens(words)
    tokens = [*map(_tokens, options)]
    own = [each - set().union(*(other for other in tokens if other is not each)) for each in tokens]
    return sum(bool(each & said_words) for each in own) == 1


def _tokens(words: str) -> set[str]:
    return set(_TOKEN.findall(fold(words))) - _OF_NO_OPTION
