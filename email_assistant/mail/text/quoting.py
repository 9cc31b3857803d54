"""The newest message, the quoted history and the signature, as views of one body."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from email_assistant.mail.text.attribution import OTHER_MARK, QUOTE_MARK, find_attributions
from email_assistant.mail.text.locales import alternation
from email_assistant.mail.text.shown_headers import (
    ANY_RULE,
    bare,
    field_of_line,
    heading_of,
    heads_a_message,
    is_form,
)
from email_assistant.mail.text.signature import SIGN_OFF, without_signature

_SHORT_QUOTE = 2  # lines; so few without an attribution may be anything
_WRAPPED_AT = 60  # characters; quoted lines this long get broken, and their rest loses its mark
_MAX_QUESTION = 8  # lines of a quotation that are kept above their answer, unless it is one paragraph
_MAX_NAME_LINES = 3
_MAX_POINTER = 200  # characters
# A name alone, or a greeting: nobody answers anything with it.
_GREETING = re.compile(rf"^\W*(?:{alternation('hello')})\b[^.?]{{0,60}}$", re.IGNORECASE)
_NAME = re.compile(r"^\W*(?:[^\W\d_a-zß-ÿ][\w.'’-]*[\s,]*){1,3}$")
_POINTER = re.compile(
    rf"(?<!\w)(?:{alternation('answers')})(?!\w).{{0,60}}(?<!\w)(?:{alternation('below')})(?!\w)"
    rf"|(?<!\w)(?:{alternation('below')})(?!\w).{{0,40}}(?<!\w)(?:{alternation('answers')})(?!\w)"
    rf"|^\W*(?:{alternation('see_below')})\W*$",
    re.IGNORECASE,
)


class SplitText(NamedTuple):
    """Three views of one text; what is in one is not in another."""

    newest: str
    quoted: str
    signature: str


@dataclass
class _Piece:
    """Some lines of a body: the writer's own, or a run of quoted ones with what introduces it."""

    lines: list[str] = field(default_factory=list)
    intro: list[str] = field(default_factory=list)
    quoted: bool = False
    introduced: bool = False
    """Whether an attribution stands above, or within."""


@lru_cache(maxsize=4)  # each look at a conversation asks for the same again
def split_text(text: str) -> SplitText:
    """Part a body into its newest message, what it quotes, and the newest message's signature.

    A message that begins with what it forwards has nothing of its own above: there the forwarded message is
    the newest. Where in doubt, a line belongs to the newest message; so does a question that is quoted above
    its answer, and what the writer cites.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    own, quoted = _parted(lines)
    if not any(line.strip() for line in own):
        own, quoted = _forwarded_alone(lines)
    body, signature, below = without_signature(own)
    return SplitText(_text(body), _text([*below, *quoted]), _text(signature))


def _parted(lines: list[str]) -> tuple[list[str], list[str]]:
    """Return the lines of the newest message, and those that are quoted with what introduces them."""
    pieces, rest = _pieces(lines)
    answered = _answered(pieces)
    own: list[str] = []
    quoted: list[str] = []
    for at, piece in enumerate(pieces):
        if not piece.quoted:
            own += piece.lines
        elif at in answered:
            earlier, question = _question(piece.lines) if piece.introduced else ([], piece.lines)
            quoted += [*piece.intro, *earlier]
            own += question
        else:
            quoted += [*piece.intro, *piece.lines]
    if not answered and (quoted or rest) and _points_below(own):
        return _with_answers_within(own, quoted, rest)
    return own, [*quoted, *rest]


def _pieces(lines: list[str]) -> tuple[list[_Piece], list[str]]:
    """Return the body in pieces, and the rest that is history without quote marks."""
    introduced = {each.start: each for each in find_attributions(lines)}
    pieces = [_Piece()]
    at = 0
    while at < len(lines):
        if at in introduced:
            attribution = introduced[at]
            first = lines[at]
            if attribution.reply:
                pieces[-1].lines.append(attribution.reply)
                first = first.strip().removeprefix(attribution.reply)
            intro = [first, *lines[at + 1 : attribution.end]]
            end = _end_of_quote(lines, attribution.end, introduced=True)
            if end is None or attribution.rest:  # no quote marks below: all the rest is the older message
                return pieces, [*intro, *lines[attribution.end :]]
            run = _Piece(lines[attribution.end : end], intro, quoted=True, introduced=True)
            pieces += [run, _Piece()]
            at = end
        elif QUOTE_MARK.match(lines[at]):
            end = _end_of_quote(lines, at) or at + 1
            run = _Piece(lines[at:end], quoted=True, introduced=at > min(introduced, default=at))
            run.introduced |= bool(find_attributions([bare(line) for line in run.lines if bare(line)]))
            pieces += [run, _Piece()]
            at = end
        elif heads_a_message(lines, at) and not is_form(lines, at):
            last = pieces[-1].lines
            cut = len(last)
            while cut and (not last[cut - 1].strip() or ANY_RULE.match(last[cut - 1])):
                cut -= 1
            rest = [*last[cut:], *lines[at:]]
            del last[cut:]
            return pieces, rest
        else:
            pieces[-1].lines.append(lines[at])
            at += 1
    return pieces, []


def _answered(pieces: list[_Piece]) -> set[int]:
    """Return which quoted runs are part of the newest message: answered questions, and citations."""
    runs = [at for at, piece in enumerate(pieces) if piece.quoted]
    says = [not piece.quoted and _says_something(pieces, at) for at, piece in enumerate(pieces)]
    spoken = says.index(True) if True in says else len(pieces)
    above = [line for piece in pieces[: runs[0]] for line in piece.lines] if runs else []
    followed = [at for at in runs if says[at + 1]]
    # What is quoted further below, without an introduction of its own, is the rest of the same message.
    within = any(not pieces[at].intro for at in runs if followed and at > followed[0])
    interleaved = (
        len(followed) > 1 or (bool(followed) and (within or _points_below(above))) or _only_greets(above)
    )
    cited = {
        at
        for at in runs
        if not pieces[at].introduced
        and (
            _filled(pieces[at].lines) <= _SHORT_QUOTE
            or (spoken < at and (says[at + 1] or _introduces(pieces[at - 1].lines)))
        )
    }
    return cited | (set(followed) if interleaved else set())


def _introduces(lines: list[str]) -> bool:
    """Return whether the writer's own words lead over to what is cited: `the contract says:`."""
    last = next((line for line in reversed(lines) if line.strip()), "")
    return last.rstrip().endswith((":", "：")) and not re.search(r"[\d@]", last)


def _says_something(pieces: list[_Piece], at: int) -> bool:
    """Return whether the writer's lines around quotations are more than a sign-off or a footer."""
    body, signature, _ = without_signature(["", *pieces[at].lines])
    filled = [line.strip() for line in body if line.strip() and not ANY_RULE.match(line)]
    if not filled or filled[0].startswith("--"):
        return False
    between = 0 < at < len(pieces) - 1  # of two quotations: there `Tak.` is an answer
    if SIGN_OFF.match(filled[0]) and not between:
        return False
    if at + 1 < len(pieces) or signature or len(filled) > _MAX_NAME_LINES:
        return True
    asked = bool(at) and bare(next(filter(bare, reversed(pieces[at - 1].lines)), "")).endswith(("?", "？"))
    return asked or not all(_NAME.match(line) and not line.endswith((".", "!", "?")) for line in filled)


def _only_greets(lines: list[str]) -> bool:
    filled = [line for line in lines if line.strip()]
    return len(filled) == 1 and _GREETING.match(filled[0]) is not None


def _points_below(lines: list[str]) -> bool:
    """Return whether the writer says that the answers stand below, within what is quoted."""
    return any(_POINTER.search(line) for line in lines if len(line) <= _MAX_POINTER)


def _question(run: list[str]) -> tuple[list[str], list[str]]:
    """Return a quoted run in what stood before, and the paragraph that is answered below it."""
    filled = [at for at, line in enumerate(run) if bare(line)]
    if len(filled) <= _MAX_QUESTION:
        return [], run
    start = filled[-1]
    while start and bare(run[start - 1]):
        start -= 1
    return run[:start], run[start:]


def _with_answers_within(own: list[str], quoted: list[str], rest: list[str]) -> tuple[list[str], list[str]]:
    """Return the same for answers written into the older message, which counts as the newest too."""
    history = [*quoted, *rest]
    plain = [bare(line) for line in history]
    start = _end_of_introduction(plain)
    beginnings = {each.start for each in find_attributions(plain[start:])}
    end = next(
        (at for at in range(start, len(plain)) if at - start in beginnings or heads_a_message(plain, at)),
        len(plain),
    )
    return [*own, "", *history[start:end]], [*history[:start], *history[end:]]


def _filled(lines: list[str]) -> int:
    return sum(1 for line in lines if bare(line))


def _end_of_quote(lines: list[str], at: int, *, introduced: bool = False) -> int | None:
    """Return the index behind the run of quoted lines that begins at or soon after `at`.

    It is None if none does.
    """
    first = next((each for each in range(at, len(lines)) if lines[each].strip()), None)
    if first is None:
        return len(lines)
    mark = QUOTE_MARK
    if introduced and not mark.match(lines[first]):
        mark = OTHER_MARK
    if not mark.match(lines[first]):
        return None
    end = first + 1
    while end < len(lines) and (mark.match(lines[end]) or _is_broken_off(lines, end)):
        end += 1
    return end


def _is_broken_off(lines: list[str], at: int) -> bool:
    """Return whether a line without a mark is the rest of the quoted one above, broken by a mail program."""
    return (
        len(lines[at - 1]) >= _WRAPPED_AT
        and QUOTE_MARK.match(lines[at - 1]) is not None
        and re.match(r"[a-zß-ÿ\d(_<&/]", lines[at]) is not None
        and (at + 1 == len(lines) or not lines[at + 1].strip() or QUOTE_MARK.match(lines[at + 1]) is not None)
    )


def _end_of_introduction(lines: list[str]) -> int:
    """Return where the text begins behind attributions, headings and header lines."""
    introduced = {each.start: each.end for each in find_attributions(lines)}
    at = 0
    while at < len(lines):
        line = bare(lines[at])
        if at in introduced:
            at = introduced[at]
        elif not line or heading_of(line) or ANY_RULE.match(line) or field_of_line(line):
            at += 1
        else:
            break
    return at


def _forwarded_alone(lines: list[str]) -> tuple[list[str], list[str]]:
    """Return the same for a body with nothing above its quote: the first message and its heading."""
    at = _end_of_introduction(lines)
    own, quoted = _parted(lines[at:])
    return (lines[:at] + own, quoted) if any(line.strip() for line in own) else (lines, [])


def _text(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n").rstrip()
