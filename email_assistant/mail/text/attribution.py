"""Lines that introduce a quotation: `On 1 May 2025 at 10:00, Jo <jo@example.com> wrote:` and its like.

A line is read as a row of tokens (a date, a time, an address, a verb, a name, another word), and it is the
row that tells: what a program writes holds a date or an address, a person, and next to nothing else. So
lines are recognized in languages that no table has, and a sentence with a verb and an address does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from email_assistant.mail.text.locales import alternation, any_of, phrases

_ADDRESS = r"[^\s<>()\[\]\"',;:@]{1,64}@[^\s<>()\[\]\"',;:@]{1,190}\.[^\s<>()\[\]\"',;:@]{2,63}"
_LONGEST = 400
_MAX_LINES = 4
_MAX_SPREAD = 8
"""Lines over which an attribution may lie where blank lines were put inside."""
_MAX_ENDINGS = 1_000
"""Lines looked at that may end an attribution: a thread has hundreds, and each takes 0.1 ms."""
_MAX_TOKENS = 34

INVISIBLE = dict.fromkeys(
    [
        0xAD,
        0x61C,
        0x180E,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        0x2060,
        *range(0x2066, 0x206A),
        0xFEFF,
    ]
) | dict.fromkeys([0xA0, 0x202F, 0x2007, 0x2009, 0x3000], " ")
"""What text is rid of before it is compared: marks of direction and joiners; kinds of blank become one."""


# --- the tokens, each written as one letter ----------------------------------------------------------------

_WORD = r"[^\s\d,;:()<>\[\]\"|]{1,14}"  # a month's name in any script, its vowel signs and dots included
_YEAR = r"(?![03-9])\d{4}(?!\d)"  # not a zone such as -0800
_DATE = re.compile(
    r"\d{4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,2}(?!\d)(?:\s?(?:г|р|r)\.|\.)?"
    r"|(?<!\d)\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{2,4}(?!\d)(?:\s?(?:г|р|r)\.|\.)?"
    r"|(?:\d{2,4}\s?[年년]\s?)\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]"
    rf"|(?<![\d:])\d{{1,2}}(?:st|nd|rd|th|er|º|ª|\([a-z]{{1,2}}\))?[.,]?[\s-](?:of\s|de\s|d['’]|ta['’])?{_WORD}(?:\s{_WORD})?[\s,-]+(?:del?\s)?{_YEAR}(?:\s?(?:г|р|r)\.|\.)?"
    rf"|{_WORD}\s\d{{1,2}}(?:st|nd|rd|th)?[.,]?\s{_YEAR}"
    rf"|(?<![\d+-]){_YEAR}(?:\([a-z]{{1,3}}\)|[.,]|\s?(?:г|р|r)\.)?(?:{_WORD})?\s(?:[a-z]{{1,3}}\.\s)?(?:{_WORD}\s\d{{1,2}}(?!\d)|\d{{1,2}}\.?\s{_WORD})(?:\([a-z]\))?",
    re.IGNORECASE,
)
_SHORT_DATE = re.compile(
    r"(?<![\d.])\d{1,2}\.?\s[^\W\d_]{3,9}\.?(?!\w)|(?<!\w)[^\W\d_]{3,9}\.?\s\d{1,2}(?![\d:.])"
)
_TIME = re.compile(
    r"(?:(?:오전|오후|上午|下午|午前|午後|早上|晚上|凌晨|中午)\s?)?(?<!\d)\d{1,2}\s?[:.hH時时시点點]\s?\d{2}(?!\d)[分분]?(?:\s?[:.]\s?\d{2})?(?:\s?[ap]\.?\s?m\b\.?)?"
    r"(?:\s?\(?(?:(?:GMT|UTC|MEZ|MESZ|CES?T|[A-Z]{1,2}[DS]T)\b)?\s?(?:[+-]\d{1,2}:?\d{0,2})?\)?)?"
    r"|(?<!\d)\d{1,2}\s?[ap]\.?m\b\.?",
    re.IGNORECASE,
)
_BRACKETED = re.compile(
    rf"[<(\[]\s*(?:mailto:[^<>()@\n]{{0,80}}[<(\[]\s*)?(?:mailto:)?{_ADDRESS}(?:\s?[<(\[]\s*mailto:{_ADDRESS})?[\s>)\]]*[>)\]]"
)
_BARE = re.compile(rf"(?:mailto:)?{_ADDRESS}")
_QUOTING = re.compile(rf"^[\s*_-]*{alternation('quoting')}(?!\w)", re.IGNORECASE)


def _boundless(phrase: str) -> bool:
    """Return whether a phrase is in a script that sets no blanks between words."""
    return re.search(r"[\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]", phrase) is not None


_VERBS = phrases("wrote")
_VERB = re.compile(
    rf"(?<!\w)(?:{any_of([each for each in _VERBS if not _boundless(each)])})(?!\w)|(?<=[A-Za-z>])wrote\b"
    rf"|{any_of([each for each in _VERBS if _boundless(each)])}",
    re.IGNORECASE,
)
_ONS = alternation("on")
_ON_FIRST = re.compile(rf"^[\s\-*_]*{_ONS}(?=[\s\ue000-\ue00f])", re.IGNORECASE)
_ON_BEFORE_DATE = re.compile(rf"(?<!\w){_ONS}(?=\s*[\ue001\ue002])", re.IGNORECASE)

_MARKS = {
    "A": "\ue000",
    "D": "\ue001",
    "T": "\ue002",
    "V": "\ue003",
    "O": "\ue004",
    "Q": "\ue005",
    "a": "\ue006",
}
_YEAR_ALONE = re.compile(r"(?<![\d:.,+-])20\d\d(?!\d|[:.]\d)")
"""All that is known of a date in a language that no table has."""
_WEEKDAY = re.compile(r"(?<!\w)(?:ma|mi|su|me|sa|do|to|la)[.,]*\s+(?=\ue001)", re.IGNORECASE)
"""Days of the week, shortened, that are words of prose in other languages."""
_LETTER_OF = {mark: letter for letter, mark in _MARKS.items()}
_TOKEN = re.compile(r"[\ue000-\ue006]|[^\s\ue000-\ue006,;:：，、。\"“”„«»()\[\]<>|!?*_]+")
_PARTICLES = frozenset(
    [
        "van", "von", "der", "den", "ter", "ten", "de", "del", "della", "di", "da", "do", "dos", "das", "du",
        "le", "la", "el", "al", "bin", "ibn", "y", "e", "zu", "zur",
    ]
)  # fmt: skip
# What only a sentence has: articles, pronouns and the like, but for those that names have too.
_OF_PROSE = frozenset(
    re.findall(
        r"\w+",
        """
        i we he she they it me us him them my our his her their your this that these those the is was are has
        had have to for with about what which who when where please and in into as if but not be by also
        following says said asked told here there
        ich wir er sie es mir uns ihm ihnen mein meine unser unsere dein deine ihr ihre die ein eine einen
        und ist war sind haben habe hatte wurde bitte dass nicht auch folgendes folgende dies diese dieser
        nous il elle ils vous tu moi mon ma mes notre votre ce cette ces une est sont pas que qui avec pour
        dans yo nosotros ella ellos usted mi su esto esta este una es son por con para como
        io noi lui lei loro questo questa uno che per
        ik wij hij zij mij ons mijn onze een dit dat deze niet met voor
        jag han hon vi mig oss det att jeg hun dette
        """,
    )
)
_ENGLISH_ON = re.compile(r"\b(?:on|at)\b", re.IGNORECASE)  # an English attribution is known by its verb


class _Row(NamedTuple):
    """A line as a row of tokens, one letter each.

    A address in brackets, a without; D date, d without its year; T time; V verb of writing; O `on`; Q
    `quoting`; N name or word with a capital or of a script without; W other word; p particle; # with a digit;
    X word of prose; Y `you`.
    """

    letters: str
    colon: bool


_ADDRESS_OR_DIGIT = re.compile(r"[@\d]")
_NO_ROW = _Row("", colon=False)


def _row_of(line: str) -> _Row:
    if len(line) > _LONGEST or not _may_end_one(line):
        return _NO_ROW
    if not _ADDRESS_OR_DIGIT.search(line) and not _VERB.search(line) and not _QUOTING.match(line):
        return _NO_ROW
    plain = line.translate(INVISIBLE).strip(" \t-*_")
    colon = plain.endswith((":", "："))
    masked = _BRACKETED.sub(f" {_MARKS['A']} ", plain)
    masked = _BARE.sub(f" {_MARKS['a']} ", masked)
    masked = _DATE.sub(f" {_MARKS['D']} ", masked)
    if _MARKS["D"] not in masked:
        masked = _YEAR_ALONE.sub(f" {_MARKS['D']} ", masked)
    masked = _WEEKDAY.sub("", masked)
    masked = _TIME.sub(f" {_MARKS['T']} ", masked)
    masked = _QUOTING.sub(f" {_MARKS['Q']} ", masked)
    masked = _VERB.sub(f" {_MARKS['V']} ", masked)
    masked = _ON_FIRST.sub(f" {_MARKS['O']} ", masked)
    masked = _ON_BEFORE_DATE.sub(f" {_MARKS['O']} ", masked)
    letters: list[str] = []
    for token in _TOKEN.finditer(masked):
        if len(letters) > _MAX_TOKENS:
            return _Row("X", colon)
        if letter := _letter_of(token[0]):
            letters.append(letter)
    return _Row("".join(letters), colon)


def _letter_of(token: str) -> str:
    if mark := _LETTER_OF.get(token):
        return mark
    word = token.strip(".'’-–—/~=#")
    if not word:
        return ""
    folded = word.casefold()
    if folded == "you":
        return "Y"
    if folded in _OF_PROSE and (word.islower() or len(word) > 3 or word == "I"):
        return "X"
    if folded in _PARTICLES:
        return "p"
    if _ADDRESS_OR_DIGIT.search(word):
        return "#"
    return "W" if word[0].islower() else "N"


# --- the rows that attributions make -----------------------------------------------------------------------

_WHEN = r"(?:D[OWNp#]{0,5}T?|T[OWNp#]{0,3}D?)"
_LEAD = r"(?:N{0,2}O[NWp#]{0,3}O?|[NWp#]{0,2})"
_WHO = r"(?:[Np]{1,7}[Aa]{0,2}|N[NpW]{1,6}A|[Aa]{1,2}[Np]{0,3})"
_WITH_VERB_AND_TIME = re.compile(
    rf"{_LEAD}{_WHEN}[NWp#O]{{0,8}}[Aa]{{0,2}}[Np]{{0,2}}W{{0,2}}V[Wp]?"  # On …, Jo <…> wrote:
    rf"|{_LEAD}{_WHEN}[W#pNO]{{0,3}}V(?:{_WHO})?[WN]{{0,2}}"  # Am … schrieb Jo:
    rf"|{_WHO}[OWpN]{{0,3}}{_WHEN}[W#ON]{{0,2}}V"  # Jo <…> hat am … geschrieben:
    rf"|{_WHO}V[OWNp#]{{0,4}}{_WHEN}[OWNp#]{{0,4}}"  # Jo schrieb am …:
    rf"|[NWp]{{0,3}}V{_WHO}[OWp]{{0,4}}{_WHEN}[WN#]{{0,3}}"
)
_WITH_VERB = re.compile(rf"{_WHO}V[Wp]{{0,2}}|O?V{_WHO}")
_WITH_ADDRESS = re.compile(
    rf"[ONWp#]{{0,4}}{_WHEN}[ONWp#]{{0,10}}a?A[NWp]{{0,3}}|[NWp]{{0,8}}A[OWNp#]{{0,6}}{_WHEN}[OWNp#]{{0,4}}"
    rf"|[ON#]{{0,3}}{_WHEN}[Np]{{0,6}}a"
)
_ABOVE_QUOTE = re.compile(rf"[ONWp#]{{0,8}}{_WHEN}[ONWp#]{{0,8}}|[NWp]{{1,7}}A|Q[Np]{{0,6}}[Aa]?")
_SENTENCE = re.compile(r"[DT][^DT]*W[^DTV]*W[^DT]*V|VW+$")
"""More words than a program puts between the time and the verb, or some behind it."""
_DATED_TO_VERB = re.compile(rf"{_LEAD}D[OWNp#]{{0,3}}T[ONWp#XAa]{{1,10}}V")  # a name may be a sentence
_BY_QUOTING = re.compile(r"Q[Np]{0,6}[Aa]")
_QUOTING_AT = re.compile(rf"Q[Np]{{0,6}}[Aa]?{_WHEN}")  # its date in brackets, and no colon
_BETWEEN_MARKS = re.compile(r"^\s{0,3}(?:>>>\s?[^>\s].{3,200}?>>>|-{3,}[^-\n].{3,200}?[^-\n]-{3,})\s*$")
"""As GroupWise writes it, and others."""
_OF_NOTES = re.compile(r"^\s*\"?[^\"\n]{2,80}?\"?\s?---(?P<when>[^\n]{8,40}?)---")
"""`"Jo Example" ---12.10.2026 09:00:00---Hello`, as Notes writes it above its header lines."""
_SURE_ENDINGS = (":", "：", *(phrase.casefold() for phrase in phrases("wrote")))
_ENDINGS = (*_SURE_ENDINGS, ">", ")", "]")
"""Without a colon or a verb at its end, a line is one only above quoted lines."""
_BEGINS = re.compile(r"[NWp#]{0,3}[ODT]")
QUOTE_MARK = re.compile(r"^\s{0,3}>")
_QUOTED = re.compile(r"^\s{0,3}>(?!\s*(?:\w+\s*)?[:：]\s*$)")  # but `>:` may end a wrapped address
OTHER_MARK = re.compile(r"^\s{0,3}(?:\|(?=\s|$)|[A-Za-z]{1,3}>(?=\s|$|>))")
"""What some programs put before quoted lines instead; it means nothing but below an attribution."""
# The reply may stand on the same line, before it.
_GLUED = re.compile(rf"^(?P<reply>.*?\S)[\s\-]+(?={_ONS}\s+(?:[^\W\d_]{{2,9}}[.,]?\s+){{0,3}}\d)")
# So may what is quoted, behind it.
_COLON_AND_MORE = re.compile(r"[:：](?P<gap>[ \t\u00a0]+)(?=\S)")
_GREETS = re.compile(rf"{alternation('hello')}\b", re.IGNORECASE)
_OPENS_CITATION = re.compile(r"^\s*[\"“”„«»‹「『]")
_CLOSES_CITATION = re.compile(r"[\"“”„«»›」』][.,;]?\s*$")


class Attribution(NamedTuple):
    """Where one stands: the index of its first line, and of the line after its last."""

    start: int
    end: int
    reply: str = ""
    """What of the reply stands before it on its first line."""
    rest: str = ""
    """What is quoted stands behind it on its last line."""


def is_attribution(line: str, *, quote_follows: bool = False) -> bool:
    """Return whether a line, or several joined, introduce a quotation.

    It takes a person, and an address or the time at which a program says it was written, in an order that
    programs write. `quote_follows` tells that the next line is quoted, which makes less enough.
    """
    return _introduces(line, _row_of(line), quote_follows=quote_follows)


def _introduces(line: str, row: _Row, *, quote_follows: bool) -> bool:
    letters = row.letters.replace("Y", "N") if quote_follows else row.letters
    if quote_follows and row.colon and _DATED_TO_VERB.fullmatch(letters):
        return True
    if "X" in letters or "Y" in letters or not letters:
        return False
    if "V" in letters:
        return _is_with_verb(letters, quote_follows=quote_follows)
    if not (row.colon or quote_follows) or (not quote_follows and _ENGLISH_ON.search(line)):
        return False
    if _BY_QUOTING.fullmatch(letters) or (quote_follows and _QUOTING_AT.fullmatch(letters)):
        return True
    if _WITH_ADDRESS.fullmatch(letters) and "D" in letters and ("T" in letters or quote_follows):
        return True
    return bool(
        quote_follows and row.colon and _ABOVE_QUOTE.fullmatch(letters) and re.search("[NAa]", letters)
    )


def _is_with_verb(letters: str, *, quote_follows: bool) -> bool:
    dated, timed = "D" in letters, "T" in letters
    addressed = "A" in letters or "a" in letters
    if (
        (dated or timed)
        and (addressed or "N" in letters or quote_follows)
        and _WITH_VERB_AND_TIME.fullmatch(letters)
    ):
        return addressed or quote_follows or (dated and timed and not _SENTENCE.search(letters))
    if _WITH_VERB.fullmatch(letters):
        return addressed or (quote_follows and letters.endswith("V"))
    return bool(
        quote_follows and letters.count("W") <= 3 and re.fullmatch(r"[ONWp#DTAa]{1,12}V[NpAa]{0,6}", letters)
    )


def find_attributions(lines: list[str]) -> list[Attribution]:
    """Return every attribution among the lines, wrapped ones included, first to last."""
    found: list[Attribution] = []
    endings = (
        at
        for at, line in enumerate(lines)
        if _may_end_one(line)
        or _may_run_on(line)
        or (line.startswith("---") and "@" in line[:_LONGEST])
        or line.count("---", 2, _LONGEST) == 2
    )
    for at in islice(endings, _MAX_ENDINGS):
        line = lines[at]
        if (notes := _OF_NOTES.match(line[:_LONGEST])) and _row_of(f"{notes['when']}:").letters == "DT":
            found.append(Attribution(at, at + 1))
            continue
        if _BETWEEN_MARKS.match(line):
            letters = _row_of(f"{line.strip(' >-')}:").letters
            if "T" in letters and (">" in line[:4] or "A" in letters):
                found.append(Attribution(at, at + 1))
                continue
        if _QUOTED.match(line):
            continue
        earliest = max(at - _MAX_SPREAD + 1, found[-1].end if found else 0, 0)
        if attribution := _ending_at(lines, at, earliest) or _running_on(lines, at, earliest):
            found.append(attribution)
    return found


def _ending_at(lines: list[str], at: int, earliest: int) -> Attribution | None:
    """Return the attribution that ends with `lines[at]`: from a typical beginning, else the shortest."""
    if len(lines[at]) > _LONGEST or not _may_end_one(lines[at]):
        return None
    below = [each for each in lines[at + 1 : at + 4] if each.strip()]
    quote_follows = _are_quoted(below[:2])
    if not quote_follows and (
        not _may_end_one(lines[at], _SURE_ENDINGS)
        or _cites(lines, at + 1)
        or not _has_person_or_verb(_joined(lines[earliest : at + 1]))
    ):
        return None
    shortest: Attribution | None = None
    nameless = False
    for start, joined, parted in _pieced_together(lines, at, earliest):
        row = _row_of(joined)
        begins = _BEGINS.match(row.letters) is not None
        glued = None if parted or row.letters[:1] in {"O", "D", "T"} else _GLUED.match(joined)
        if glued and is_attribution(joined[glued.end() :], quote_follows=quote_follows):
            return Attribution(start, at + 1, glued["reply"])
        # Over a blank line, only what begins as one does is one.
        if (begins or not parted) and _introduces(joined, row, quote_follows=quote_follows):
            if begins:
                return Attribution(start, at + 1)
            if shortest is None or nameless:
                shortest = Attribution(start, at + 1)
            nameless = row.letters[0] in "AaV"
        elif "X" in row.letters:
            break  # what is prose stays prose with more lines above
    return shortest


def _pieced_together(lines: list[str], at: int, earliest: int) -> Iterator[tuple[int, str, bool]]:
    """Yield the line joined with ever more above it: where that begins, and if over blank lines."""
    pieces: list[str] = []
    parted = False
    for start in range(at, earliest - 1, -1):
        if _QUOTED.match(lines[start]):
            return
        if not lines[start].translate(INVISIBLE).strip():
            parted = True
            continue
        pieces.insert(0, lines[start])
        joined = _joined(pieces)
        if len(joined) > _LONGEST or (len(pieces) > _MAX_LINES and not parted):
            return
        yield start, joined, parted


def _has_person_or_verb(text: str) -> bool:
    return "@" in text or _VERB.search(text) is not None


def _are_quoted(below: list[str]) -> bool:
    """Return whether the next lines have a quote mark.

    `> wrote:` alone may as well be the rest of an address.
    """
    return bool(below) and (
        _QUOTED.match(below[0]) is not None
        or OTHER_MARK.match(below[0]) is not None
        or (len(below) > 1 and all(QUOTE_MARK.match(line) for line in below))
    )


def _running_on(lines: list[str], at: int, earliest: int) -> Attribution | None:
    """Return the attribution on whose last line the quoted text begins, as Yahoo writes it."""
    line = lines[at]
    for found in islice(_COLON_AND_MORE.finditer(line, 0, _LONGEST), 5):
        rest = line[found.end() :]
        if (len(found["gap"]) < 2 and not _GREETS.match(rest)) or _OPENS_CITATION.match(rest):
            continue
        intro = line[: found.start("gap")]
        for start in range(at, max(earliest, at - 2) - 1, -1):
            if start < at and not lines[start].strip():
                break
            joined = _joined([*lines[start:at], intro])
            row = _row_of(joined)
            if {"D", "T", "V"} <= set(row.letters) and _BEGINS.match(row.letters) and is_attribution(joined):
                return Attribution(start, at + 1, rest=rest)
    return None


def _cites(lines: list[str], at: int) -> bool:
    """Return whether what follows is a sentence in quotation marks: cited by somebody who writes on."""
    first = next((each for each in range(at, min(at + 3, len(lines))) if lines[each].strip()), None)
    if first is None or not _OPENS_CITATION.match(lines[first]):
        return False
    last = first
    while last + 1 < min(first + 20, len(lines)) and lines[last + 1].strip():
        last += 1
    return any(_CLOSES_CITATION.search(each[-4:]) for each in lines[first : last + 1])


def _may_end_one(line: str, endings: tuple[str, ...] = _ENDINGS) -> bool:
    tail = line[-80:] if line.isascii() else line[-80:].translate(INVISIBLE)
    return tail.rstrip(" \t-*_").casefold().endswith(endings)


def _may_run_on(line: str) -> bool:
    return "@" in line[:_LONGEST] and _COLON_AND_MORE.search(line, 0, _LONGEST) is not None


def _joined(lines: list[str]) -> str:
    joined = " ".join(line.strip() for line in lines)
    return re.sub(r"<\s+", "<", joined if joined.isascii() else joined.translate(INVISIBLE))
