"""What people ask of the style of drafts: read from their words, and checked on a draft."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

from email_assistant.brief import Brief
from email_assistant.proofreading.details import plain
from email_assistant.proofreading.given import MAX_DRAFT, MAX_SAID, common_words, language, sure_language
from email_assistant.proofreading.letter import parse_letter, split_sentences
from email_assistant.proofreading.lexicon import FILL, LANGUAGES, NUMBER, fold, lex_numbers
from email_assistant.proofreading.model import Code, Finding
from email_assistant.proofreading.remembering import remembered

MAX_WISHES = 20
MAX_SENTENCE = 2_000

Column = Literal[
    "content", "standing", "shorter", "not_shorter",
    "longer", "not_longer", "whole", "remove", "no_exclamation",
    "no_emoji", "no_contractions", "limit", "words", "sentences", "mention", "sign", "formal", "informal",
]  # fmt: skip

_BREAK = re.compile(r",?\s(?:and|but|und|aber|et|mais|y|pero|e|ma|mas|en|maar)\s(?=\w)|,\s(?=\S+\s\S)")
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\u2b50]|(?<!\\S)[:;]-?[)D(P](?!\\w)")
_CONTRACTION = re.compile(
    r"\b(?:[^\W\d_]+n['’]t|(?:I|you|we|they|he|she|it|that|there|what|who|let|here)['’](?:m|re|ve|ll|d|s))\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_AT_MOST = (
    r",? (?:at most|or (?:less|fewer)|max(?:imum|imal)?\b|hochstens|oder weniger|au (?:plus|maximum)|ou moins"
    r"|como (?:maximo|mucho)|o menos|al massimo|o meno|no maximo|ou menos|hooguit|of minder)"
)
_QUOTED = re.compile(r"[\"“„«'‘](?P<what>[^\"”“»'’\n]{1,60})[\"”“»'’]|(?P<bare>[^.,;!?\n]{1,60})")
_SIGNED = re.compile(r"[\"“„«'‘]?(?P<name>[^\W\d_][\w.'’-]*(?: [^\W\d_a-zß-ÿ][\w.'’-]*){0,4})", re.MULTILINE)
_LAST_LINES = 6
_A_FEW = 0.15
"""How far over an asked number of words a draft may be before a finding says so."""


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files(__package__).joinpath("wishes.toml").read_text(encoding="utf-8"))


@cache
def asking(column: Column) -> re.Pattern[str]:
    """Return what all languages have in a column, over folded text; nothing if they have none."""
    apart = [phrase for code, each in _table().items() for phrase in each.get(column, ()) if code != "ja"]
    joined = _table()["ja"].get(column, ())
    found = rf"(?<!\w)(?:{'|'.join(apart)})" if apart else r"(?!)"
    return re.compile("|".join((found, *joined)))


@cache
def speaker(language: str) -> re.Pattern[str]:
    """Return the words by which somebody speaks of themselves; nothing if a language can do without them."""
    found = _table().get(language, {}).get("speaker", ())
    return re.compile(rf"(?<!\w)(?:{'|'.join(found)})(?!\w)" if found else r"(?!)", re.IGNORECASE)


def without_emoji(text: str) -> str:
    """Return the text without emojis, and without the space before them."""
    return re.sub(rf"[ \t]*(?:{_EMOJI.pattern})", "", text)


def parse_wishes(text: str) -> tuple[tuple[str, bool], ...]:
    """Return the wishes of a feedback, each with whether it also holds for all later drafts.

    A wish stands for all drafts if it says so ("never", "from now on"), or if it bans a habit of style such
    as exclamation marks. Speaks `LANGUAGES`.
    """
    wishes: dict[str, bool] = {}
    for line in text[:MAX_SAID].split(";"):
        for sentence in split_sentences(line):
            for part in _parts(sentence.strip(" \n.!,:-")):
                wishes.setdefault(part, _stands(fold(plain(part))))
                if len(wishes) == MAX_WISHES:
                    return tuple(wishes.items())
    return tuple(wishes.items())


def _parts(sentence: str) -> Iterator[str]:
    """Yield a sentence, parted where some of its clauses stand for all drafts and others do not."""
    clauses = [
        clause.strip(" ,:-") for clause in _BREAK.split(sentence[:MAX_SENTENCE]) if clause.strip(" ,:-")
    ]
    standing = [_stands(fold(plain(clause))) for clause in clauses]
    if any(standing) and not all(standing):
        yield from clauses
    elif sentence:
        yield sentence


def _stands(folded: str) -> bool:
    if asking("content").match(folded.lstrip()):
        return False
    habits: tuple[Column, ...] = ("standing", "no_exclamation", "no_emoji", "no_contractions", "sign")
    habits += ("formal", "informal")
    return any(asking(column).search(folded) for column in habits)


class _Draft(NamedTuple):
    """A draft as the checks look at it."""

    text: str
    folded: str
    language: str


def check(draft: str, brief: Brief) -> list[Finding]:
    """Return a finding for each standing wish or limit that the draft breaks. Speaks `LANGUAGES`."""
    draft = draft[:MAX_DRAFT]
    read = _Draft(draft, fold(draft), language(draft, brief))
    findings: dict[tuple[str, str], Finding] = {}
    wishes = [(wish[:MAX_SAID], True) for wish in brief.wishes[:MAX_WISHES]]
    wishes += [(revision.feedback[:MAX_SAID], False) for revision in brief.revisions[-1:]]
    wishes.append((brief.instructions[:MAX_SAID], False))
    for wish, standing in wishes:
        folded = fold(plain(wish))
        for rule in _RULES:
            if finding := rule(wish, folded, read, standing):
                findings.setdefault((finding.code, finding.text), finding)
    return [*findings.values()]


Rule = Callable[[str, str, _Draft, bool], Finding | None]


def _broken(text: str, request: str, found: re.Match[str] | None = None) -> Finding:
    start, end = found.span() if found else (0, 0)
    return Finding(code="broken_wish", text=text, start=start, end=end, request=request)


def _exclamation(wish: str, folded: str, read: _Draft, standing: bool) -> Finding | None:
    found = re.search("[!！¡]", read.text) if asking("no_exclamation").search(folded) else None
    text = "You want no exclamation marks, and there is one. Take it out."
    return _broken(text, "Use no exclamation marks.", found) if found else None


def _emoji(wish: str, folded: str, read: _Draft, standing: bool) -> Finding | None:
    found = _EMOJI.search(read.text) if asking("no_emoji").search(folded) else None
    return (
        _broken("You want no emojis, and there is one. Take it out.", "Use no emojis.", found)
        if found
        else None
    )


def _contractions(wish: str, folded: str, read: _Draft, standing: bool) -> Finding | None:
    if read.language not in {"en", ""} or not asking("no_contractions").search(folded):
        return None
    found = _CONTRACTION.search(read.text)
    text = "You want no contractions, and there is “{found}”. Write it out."
    return (
        _broken(text.format(found=found[0]), "Use no contractions such as “I'm”.", found) if found else None
    )


class Limit(NamedTuple):
    """How many words or sentences there may be."""

    unit: Literal["words", "sentences"]
    most: int


def limit_in(folded: str) -> Limit | None:
    """Return the limit that somebody's words, folded, set."""
    lexed = lex_numbers(folded, LANGUAGES)
    units: tuple[Literal["words", "sentences"], ...] = ("words", "sentences")
    for unit in units:
        counted = rf"{_count()} (?:\w+ )?{asking(unit).pattern}\b"
        before = re.search(rf"{asking('limit').pattern} (?:de |von |to )?{counted}", lexed)
        found = before or re.search(rf"(?<!\w){counted}{_AT_MOST}", lexed)
        if found:
            count = found["count"]
            spelt = NUMBER <= ord(count[0]) <= NUMBER + 100
            return Limit(unit, int(count) if count.isdigit() else ord(count[0]) - NUMBER if spelt else 1)
    return None


def _limit(wish: str, folded: str, read: _Draft, standing: bool) -> Finding | None:
    limit = limit_in(folded)
    if not limit:
        return None
    if limit.unit == "words":
        has, most = len(_WORD.findall(body_of(read.text))), limit.most * (1 + _A_FEW)
    else:
        has, most = len(sentences_of(read.text)), limit.most
    if has <= most:
        return None
    code: Code = "broken_wish" if standing else "too_long"
    return Finding(
        code=code,
        text=f"You want at most {limit.most} {limit.unit}, and there are {has}. Shorten it.",
        request=f"Write at most {limit.most} {limit.unit}.",
    )


@cache
def _count() -> str:
    """Return a pattern for a number, over a text whose words of numbers are lexed."""
    ones = "|".join(_table()[code]["one"] for code in LANGUAGES)
    return rf"(?P<count>\d{{1,4}}|[{chr(NUMBER + 1)}-{chr(NUMBER + 100)}]{FILL}*|(?:{ones}))"


def _in_language(wish: str, folded: str, read: _Draft, standing: bool) -> Finding | None:
    if not standing or not (sure := sure_language(read.text)):
        return None
    for code in LANGUAGES:
        for name, wanted in _table()[code]["language"].items():
            said = rf"(?:in|auf|en|em|always|immer|altijd|toujours|siempre|sempre) (?:het )?{name}\b"
            if re.search(rf"\b{said}", folded) and sure != wanted:
                known = {value: key for key, value in _table()["en"]["language"].items()}
                named = known[wanted].capitalize()
                return _broken(
                    f"You want it in {named}, and it is not. Have it translated.", f"Write in {named}."
                )
    return None


def _signature(wish: str, folded: str, read: _Draft, standing: bool) -> Finding | None:
    found = asking("sign").search(folded)
    named = _SIGNED.match(plain(wish)[found.end() :]) if found else None
    if not named:
        return None
    lines = [line for line in read.folded.split("\n") if line.strip()][-_LAST_LINES:]
    name = re.sub(r"^(?:the|die|der|das|le|la|el|il|het|de|o|a)\s", "", named["name"].rstrip(" .'’"))
    if re.search(rf"(?<!\w){re.escape(fold(name))}(?!\w)", "\n".join(lines)):
        return None
    return _broken(f"You sign as “{name}”, and it does not. Change the name below.", f"Sign as {name}.")


def _address(wish: str, folded: str, read: _Draft, standing: bool) -> Finding | None:
    code = read.language
    if code not in LANGUAGES:
        return None
    body = body_of(read.text)
    pairs: tuple[tuple[Column, str, str], ...] = (
        ("formal", "informal_words", "formally"),
        ("informal", "formal_words", "informally"),
    )
    for asked, wrong, how in pairs:
        patterns = _table()[code][wrong]
        if patterns and asking(asked).search(folded):
            found = re.search(rf"\b(?:{'|'.join(patterns)})", body, re.IGNORECASE)
            if found:
                text = f"You want to address them {how}, and there is “{found[0]}”. Change it."
                return _broken(text, f"Address the reader {how} throughout.")
    return None


def _mention(wish: str, folded: str, read: _Draft, standing: bool) -> Finding | None:
    found = asking("mention").search(folded)
    if not found:
        return None
    named = _QUOTED.match(folded, found.end())
    if not named:
        return None
    what = re.sub(
        r"\s(?:again|anymore|any more|at all|niet|nooit|nie)$", "", (named["what"] or named["bare"]).strip()
    )
    if found[0].startswith(("noem", "vermeld")) and not re.search(r"\b(?:niet|nooit|geen)\b", folded):
        return None
    words = [word for word in re.findall(r"\w{3,}", what) if word not in common_words()]
    body = body_of(read.folded)
    if not words or not all(re.search(rf"\b{re.escape(word[:6])}", body) for word in words):
        return None
    place = re.search(rf"\b{re.escape(words[0][:6])}\w*", read.folded)
    return _broken(
        f"You do not want to mention “{what}”, and it does. Take it out.", f"Do not mention {what}.", place
    )


_RULES: tuple[Rule, ...] = (
    _exclamation,
    _emoji,
    _contractions,
    _limit,
    _in_language,
    _signature,
    _address,
    _mention,
)


@remembered
def body_of(text: str) -> str:
    """Return a letter without its greeting and what ends it."""
    return parse_letter(text).body.strip()


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a letter's body, each on one line."""
    sentences = (" ".join(sentence.split()) for sentence in split_sentences(body_of(text)))
    return [sentence for sentence in sentences if re.search(r"\w", sentence)]
