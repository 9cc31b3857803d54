"""A letter and its parts: greeting, body, closing, name; found in any text and written back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from email_assistant.proofreading.remembering import remembered
from email_assistant.proofreading.words import Tone, any_of, closing_phrases, greeting_phrases, words_in

MAX_DRAFT = 20_000
"""Characters of a draft that are looked at; no reply is longer."""

_ABBREVIATION = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|Prof|St|Nr|No|vs|ca|approx|etc|bzw|Sr|Sra|Dott|e\.g|i\.e|z\.B|p\.ex|al|[ap]\.m)"
    r"|\b[^\W\d_]|(?<![\d:.,])\b\d{1,2})\.$"
)
_BOUNDARY = re.compile(r"(?<=[.!?…؟])[\"”’»)\]]?[ \t]+(?=[^\s\W]|[\"“‘«(\[¿¡])|(?<=[。！？])|\n+")
_GREETING_WORDS = 6
_CLOSING_WORDS = 5
_MAX_LINE = 120
_PARTICLES = frozenset(
    re.findall(
        r"\S+",
        "von van de der den da di la le el al bin ibn dos das du y e ten ter zu del della do af av & und and",
    )
)
_NAME_WORD = re.compile(r"[^\W\d_](?:[\w'’·-]|\.(?=\S))*\.?")
_CASELESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_NOT_A_NAME = re.compile(r"[\u3002\uff0c\u3001\uff1f?!:;\[\]{}<>()@/【】［］]")
_CJK_ADDRESSED = re.compile(
    r"^\s*[^\s。，,!！?？]{1,12}[ \u3000]?[^\s。，,!！?？]{0,8}(?:様|さま|さん|先生|殿|御中|各位)[、,，]?\s*$"
    r"|^\s*[^。！？!?\n]{0,16}(?:您好|你好)[\s，,。：:！!]*$"
)
_JAPANESE_OR_CHINESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
# A sentence of three words, or of six signs, that is no item of a list and ends with no address or link.
_UNENDED = re.compile(
    r"(?![-*•–—#>]|\d{1,3}[.)])"
    r"(?:(?:\S+ +){2,}[^\s@/:.]*[^\W_\u0590-\uabff]|\S{5,}[\u3040-\u30ff\u3400-\u9fff])"
)
_AND = r"(?:\s*(?:&|,|/|\b(?:and|und|et|y|e|en|og|och|i|with|mit)\b)\s*)"


class Span(NamedTuple):
    """A stretch of text in characters; empty where start is end."""

    start: int
    end: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it."""
        return self.start >= self.end


class Parts(NamedTuple):
    """Where the parts of a letter stand; `rest` is what comes below the name, a PS or something foreign."""

    greeting: Span
    body: Span
    closing: Span
    name: Span
    rest: Span


@dataclass
class Letter:
    """A reply's text; every part may be empty."""

    greeting: str
    body: str
    closing: str
    name: str = ""
    """The name, and what stands below it."""

    def __str__(self) -> str:
        end = "\n".join(filter(None, (self.closing, self.name)))
        return "\n\n".join(filter(None, (self.greeting, self.body.strip(), end)))

    @property
    def sentences(self) -> list[str]:
        """The sentences between greeting and closing, with the space behind each."""
        return split_sentences(self.body)

    def replace(self, old: str, new: str) -> bool:
        """Put `new` in place of the words `old` wherever they stand; False where they do not."""
        start = r"(?<!\w)(?<!\d[.,:])" if old[0] < "\u3040" else ""
        end = r"(?!\w)(?![.,:]\d)" if old[-1] < "\u3040" else ""
        place = re.compile(f"{start}{re.escape(old)}{end}", re.IGNORECASE)

        def put(found: re.Match[str]) -> str:
            begins = found[0][0].isupper() and old[0].islower() and new[:1].islower()
            return new[0].upper() + new[1:] if begins else new

        for part in ("body", "greeting", "closing", "name"):
            replaced, count = place.subn(put, getattr(self, part))
            if count:
                setattr(self, part, replaced)
                return True
        return False

    def add(self, sentence: str, *, first: bool = False) -> None:
        """Put a sentence at the end of the body, or at its beginning."""
        body = self.body.strip()
        # A list or a paragraph of its own stays one.
        gap = "\n" if re.search(r"(?:^|\n)[-*•] .*$", body) else " "
        pair = (sentence, body) if first else (ended(body), sentence)
        self.body = gap.join(filter(None, pair))


def ended(body: str) -> str:
    """Return the body with the full stop that its last sentence lacks.

    Items, addresses and links have none, nor a line of its own, which may be a closing that is not known.
    """
    above, _, last = body.rstrip().rpartition("\n")
    if not _UNENDED.fullmatch(last) or (above.strip() and not _BOUNDARY.search(last)):
        return body
    return body.rstrip() + full_stop(last)


def full_stop(text: str) -> str:
    """Return the full stop of the writing that `text` ends in."""
    return "。" if _JAPANESE_OR_CHINESE.match(text[-1:]) else "."


def parse_letter(text: str) -> Letter:
    """Find the parts of a reply's text, whoever wrote it."""
    parts = locate(text)
    return Letter(
        text[slice(*parts.greeting)].strip(),
        text[slice(*parts.body)].strip("\n").rstrip(),
        text[slice(*parts.closing)].strip(),
        text[parts.name.start if not parts.name.is_empty else parts.rest.start :].strip("\n").rstrip(),
    )


@remembered
def locate(text: str) -> Parts:
    """Return where the parts of a letter stand in `text`."""
    greeting = _find_greeting(text)
    closing, name, end = _find_ending(text, greeting.end)
    body_end = next((span.start for span in (closing, name) if not span.is_empty), end)
    return Parts(greeting, Span(greeting.end, body_end), closing, name, Span(end, len(text)))


def split_sentences(text: str) -> list[str]:
    """Return the sentences of `text`, each with the space behind it: joined they are `text`."""
    parts, start = [], 0
    for gap in _BOUNDARY.finditer(text):
        before = text[max(start, gap.start() - 12) : gap.start()]
        if "\n" not in gap[0] and _ABBREVIATION.search(before):
            continue
        parts.append(text[start : gap.end()])
        start = gap.end()
    return [part for part in (*parts, text[start:]) if part]


def is_greeting(line: str) -> bool:
    """Return whether a letter's first line greets."""
    if len(line) > _MAX_LINE:
        return False
    words = line.split()
    if _CJK_ADDRESSED.match(line):
        return True
    if not 0 < len(words) <= _GREETING_WORDS or words[-1][-1] in ".?？":
        return False
    if words[-1][-1] in ",،，":
        return True
    known = _greeting_start().match(line)
    return bool(known) and not (_CASELESS.search(line) and len(line) > 24)


def greets(text: str) -> bool:
    """Return whether a text begins with a greeting that some language knows, on a line of its own or not."""
    line = text.lstrip()[:_MAX_LINE].partition("\n")[0]
    if is_greeting(line):
        return bool(_greeting_start().match(line) or _CJK_ADDRESSED.match(line))
    return _inline_greeting().match(line) is not None


def is_closing(line: str) -> bool:
    """Return whether a line says good-bye."""
    if len(line) > _MAX_LINE:
        return False
    words = line.split()
    if not 0 < len(words) <= _CLOSING_WORDS or words[-1][-1] in ".?:？：":
        return False
    return bool(_closing_start().match(line)) or bool(_cjk_closing().match(line))


def greeted_name(greeting: str) -> str:
    """Return whom a greeting names, or ""."""
    known = _greeting_start().match(greeting)
    return greeting[known.end() if known else 0 :].strip(" ,:!.،，：！、")


def unquoted(text: str) -> str:
    """Return `text` without the quotation marks around it."""
    quoted = re.fullmatch(r"\s*[\"'“„‘’«](.+)[\"'“”‘’»]\s*", text, re.DOTALL)
    return quoted[1] if quoted else text.strip()


def tone_of(text: str, language: str) -> Tone:
    """Return the tone that the first words of a mail set."""
    words = words_in(language)
    start = text.lstrip()[:60].lower()
    if start.startswith(words.formal):
        return "formal"
    return "friendly" if words.casual and re.match(rf"{any_of(words.casual)}\b", start) else "neutral"


def is_name(line: str) -> bool:
    """Return whether a line is a name and nothing else: up to five words, none of them of a sentence."""
    bare = line.strip(" \t\u3000-–—~/").rstrip(",")
    if not bare or len(bare) > 60 or _NOT_A_NAME.search(bare):
        return False
    if _CASELESS.search(bare):
        return len(bare) <= 12
    if not (words := bare.split()):
        return False
    if bare.endswith(".") and len(words[-1]) > 3:
        return False  # a sentence of one word, not an initial
    return (
        len(words) <= 5
        and all(map(_is_name_word, words))
        and words[0].lower() not in _PARTICLES - {"al", "el"}
    )


def _is_name_word(word: str) -> bool:
    return word in _PARTICLES or (_NAME_WORD.fullmatch(word) is not None and word[0] == word[0].upper())


def _find_greeting(text: str) -> Span:
    start = len(text) - len(text.lstrip())
    end = _end_of_line(text, start)
    line = text[start:end]
    if not line.strip() or (end == len(text.rstrip()) and not _inline_greeting().match(text, start)):
        return Span(start, start)
    if is_greeting(line):
        second = _end_of_line(text, end + 1)
        # A Japanese letter names the person in one line and greets in the next.
        if _CJK_ADDRESSED.match(line) and second < len(text.rstrip()) and is_greeting(text[end + 1 : second]):
            return Span(start, end)
        return Span(start, start + len(line.rstrip()))
    if (inline := _inline_greeting().match(text, start)) and is_name(inline["name"] or "X"):
        return Span(start, inline.end("greeting"))
    return Span(start, start)


def _find_ending(text: str, start: int) -> tuple[Span, Span, int]:
    """Return the closing, the name below it, and where the letter ends."""
    lines = _lines(text, start)
    filled = [number for number, line in enumerate(lines) if not line.is_empty and text[slice(*line)].strip()]
    for index, number in enumerate(filled):
        line = lines[number]
        words = text[slice(*line)]
        below = filled[index + 1] if index + 1 < len(filled) else -1
        inline = _inline_closing().match(words) if len(words) <= _MAX_LINE else None
        if inline and is_name(inline["name"]):
            if _may_end(text, lines, filled[index + 1 :], number):
                at = line.start + inline.start("name")
                name = _name_block(text, lines, number)
                return Span(line.start, line.start + inline.end("closing")), Span(at, name.end), name.end
        elif is_closing(words):
            if below < 0:
                return line, Span(line.end, line.end), line.end
            under = text[slice(*lines[below])]
            if below - number <= 2 and not is_closing(under) and _signs(under):
                name = _name_block(text, lines, below)
                return line, name, name.end
    return _unclosed(text, lines, filled)


def _unclosed(text: str, lines: list[Span], filled: list[int]) -> tuple[Span, Span, int]:
    """Return the ending of a letter that has only a name, a closing before more words, or neither."""
    end = len(text.rstrip())
    for index in range(len(filled) - 1, max(-1, len(filled) - 8), -1):
        line = lines[filled[index]]
        if is_closing(text[slice(*line)]) and index:
            below = lines[filled[index + 1]].start if index + 1 < len(filled) else end
            return line, Span(below, max(below, end)), max(below, end)
    if len(filled) > 1:
        last, before = lines[filled[-1]], text[slice(*lines[filled[-2]])].rstrip()
        if is_name(text[slice(*last)]) and (filled[-1] - filled[-2] > 1 or before[-1:] in ".!?。！？…"):
            return (
                Span(last.start, last.start),
                Span(last.start, last.start + len(text[slice(*last)].rstrip())),
                end,
            )
    return Span(end, end), Span(end, end), end


def _signs(line: str) -> bool:
    return is_name(line) or bool(re.match(r"\s*[\[{<(【［]", line) and len(line) < 60)


def _may_end(text: str, lines: list[Span], below: list[int], number: int) -> bool:
    """Return whether a letter can end at a line: nothing follows, or what follows is a new beginning."""
    following = [at for at in below if at > number]
    if not following:
        return True
    first = text[slice(*lines[following[0]])]
    if following[0] == number + 1:  # contact lines
        return all(
            len(text[slice(*lines[at])]) <= 60 and not is_closing(text[slice(*lines[at])]) for at in following
        )
    return (
        is_greeting(first)
        or is_closing(first)
        or bool(re.match(r"\s*(?:p\.? ?s\b|[-_=*]{2,}\s*$)", first, re.I))
    )


def _name_block(text: str, lines: list[Span], number: int) -> Span:
    """Return the lines from one on to the next blank one."""
    end = number
    while end + 1 < len(lines) and text[slice(*lines[end + 1])].strip() and end - number < 10:
        end += 1
    start = lines[number].start
    return Span(start, start + len(text[start : lines[end].end].rstrip()))


def _lines(text: str, start: int) -> list[Span]:
    spans = []
    while start <= len(text):
        end = _end_of_line(text, start)
        spans.append(Span(start, end))
        start = end + 1
    return spans


def _end_of_line(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


@cache
def _greeting_start() -> re.Pattern[str]:
    """Return what begins a letter's first line in any language."""
    return re.compile(rf"[\s¡]*{any_of(greeting_phrases())}(?!\w)(?:/a|\(a\))?[\s,،，]*", re.IGNORECASE)


@cache
def _inline_greeting() -> re.Pattern[str]:
    """Return a greeting with words of the body behind it on the same line."""
    return re.compile(
        rf"¡?(?P<greeting>(?i:{any_of(greeting_phrases())})(?!\w)(?:/a|\(a\))?,?"
        r"(?:[ \t]+(?P<name>[^\s,،，:!.;?]+(?:[ \t]+[^\s,،，:!.;?]+){0,3}|(?:Mr|Mrs|Ms|Dr|Prof)\.[ \t]+\w+))?"
        r"[ \t]*[,،，:!！–—-])(?=[ \t]+\S|(?<=[，：！])\S)"
    )


@cache
def _closing_start() -> re.Pattern[str]:
    """Return what begins a letter's last line in any language."""
    return re.compile(rf"[\s¡]*{any_of(closing_phrases())}(?!\w)", re.IGNORECASE)


@cache
def _cjk_closing() -> re.Pattern[str]:
    """Return a line that ends with a phrase in a script without spaces."""
    phrases = [phrase for phrase in closing_phrases() if _CASELESS.search(phrase)]
    return re.compile(rf"\s*(?:[^。！？\n]{{0,24}}{any_of(phrases)}|祝[^。！？\n]{{1,10}})[。！!，,]?\s*$")


@cache
def _inline_closing() -> re.Pattern[str]:
    """Return a closing with the name behind it on the same line."""
    phrases = any_of(closing_phrases())
    return re.compile(
        rf"\s*(?P<closing>(?i:{phrases}(?:{_AND}{phrases})?)(?!\w))[ \t]*[,،，.!–—-]*[ \t]+"
        r"(?P<name>\S[^\n]{0,60}?)\s*$"
    )
