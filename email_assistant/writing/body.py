"""The reply's body out of a model's answer: without what a model puts around it and says of it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

from email_assistant.mail.html.to_text import html_to_text, looks_like_html
from email_assistant.writing.announcing import (
    AGREED,
    ANNOUNCED,
    BEGINS,
    END,
    FIELD,
    FIELDS,
    LABEL,
    NOUN,
    OFFER,
    REMARK,
    SALUTATION,
    SIGN_OFF,
    SUBJECT,
    SUBJECT_STARTS,
    may_announce,
)
from email_assistant.writing.answer import AnswerReader
from email_assistant.writing.envelope import unescape
from email_assistant.writing.json_reply import text_in_json
from email_assistant.writing.model import Restart
from email_assistant.writing.structured import lenient_json

Pieces = list[str | Restart]

_MAX_LINE = 240
"""Characters of a line that may announce the reply."""
_MAX_REMARK = 1_000
_MAX_NAMED = 4
"""Words of a line that is a name of what is below it."""
_MAX_REMARKS = 3
_ENOUGH = 40
"""Characters of a line by which a salutation is known."""
_FENCE = re.compile(r"(?:`{3,}|~{3,}|'{3}|\"{3}|:{3})[^\n`]*\n")
_CLOSING_FENCE = re.compile(r"^\s*(?:`{3,}|~{3,}|'{3}|\"{3}|:{3})[ \t]*$", re.MULTILINE)
_TAGGED = r"(?:reply|draft|response|answer|e-?mail|mail|body|message|output|final|result|revised|text)"
_TAG_NAME = (
    rf"(?:[a-z]{{1,12}}[_-])?{_TAGGED}(?:[_-]{_TAGGED})?"
    r"|(?:ant)?artifact|blockquote|tool_call|function(?:_call)?|parameter|invoke"
)
_TAG = re.compile(
    rf"(?:<(?:{_TAG_NAME})(?:[ =][^<>\n]{{0,100}})?>|<\?xml[^<>\n]{{0,80}}>|<!\[CDATA\[|<!--[^\n]{{0,80}}-->|\[TOOL_CALLS\])\s*",
    re.IGNORECASE,
)
_FIELD_TAG = re.compile(r"<(subject|to|from|cc|date|title)>[^<\n]{0,200}</\1>\s*", re.IGNORECASE)
_LATE_TAG = re.compile(rf"^<(?:{_TAG_NAME})>[ \t]*\n", re.IGNORECASE | re.MULTILINE)
_CLOSING_TAG = re.compile(
    rf"\s*(?:</(?:{_TAG_NAME})>|\]\]>(?=\s*(?:</|$))|\n<!--[^\n]{{0,80}}-->\s*$)", re.IGNORECASE
)
_LATE_FENCE = re.compile(r"^`{3,}\w*[ \t]*\n+(?=(?P<line>[^\n]{2,}))", re.MULTILINE)
_RULE = re.compile(r"\n[ \t]*(?:-{3,}|\*{3,}|_{3,}|={3,}|—{2,}|\* \* \*)[ \t]*(?:\n|$)")
_FIRST_RULE = re.compile(r"(?:-{3,}|\*{3,}|_{3,}|={3,}|—{2,})[ \t]*\n")
_TAIL = re.compile(
    rf"{_RULE.pattern}|\n[ \t]*(?:`{{3,}}|~{{3,}}|'{{3}}|\"{{3}}|:{{3}})[ \t]*(?:\n|$)|\s*\n[ \t]*[-*_=—`~]*[ \t]*$|\s+$"
    rf"|</?[\w-]{{0,25}}>?[ \t]*$|\n+<!?-*[^\n]{{0,80}}$|\]{{1,2}}>?$"
)
"""What may belong to no body any more, depending on what follows."""
_NEXT_TURN = re.compile(r"\n+(?=(?:user|human|question)[ \t]*[:：])", re.IGNORECASE)
_ENTITY_BEGUN = re.compile(r"&(?:l?|lt|#9?1?)$")
_QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»", "'": "'", "「": "」", "»": "«"}
_JSON = re.compile(r"[{\[]\s*(?:[\"“'{]|$)")
_HTML = re.compile(r"<(?:!doctype html|html|body|p|div|br|span|table)\b[^<>]{0,200}>", re.IGNORECASE)
_YAML = re.compile(
    r"(?:---\n)?(?:(?:subject|to|from|cc)\s*:[^\n]{0,200}\n){0,4}"
    rf"(?:{_TAG_NAME}|content)\s*:\s*[|>][+-]?[ \t]*\n",
    re.IGNORECASE,
)
_INDENTED = re.compile(r"(?:[ \t]+[^\n]*(?:\n|$)|\n)*")
_LABEL = re.compile(
    rf"[*_ ]*(?:final )?(?:answer|output|response|reply|draft)[*_ ]*[:：][*_ ]*(?=(?:{SALUTATION.pattern}).)",
    re.IGNORECASE,
)
"""A label on the line where the letter begins."""
_PARTICLES = frozenset(
    ("van", "von", "der", "den", "de", "la", "le", "di", "du", "da", "del", "y", "e", "i", "and", "und", "et")
)


class BodyReader:
    """Takes a model's text piece by piece and gives the body's, the first words as soon as they are sure.

    `Restart` stands where it shows that what was given is not the body; it follows then from its beginning.

    Args:
        subject: the email's, so that a title above the body is known.
    """

    def __init__(self, subject: str = "") -> None:
        self._title = re.compile(rf"(?:re\s*[:：]\s*)*{re.escape(subject.strip())}", re.IGNORECASE)
        self._has_title = bool(subject.strip())
        self._answer = AnswerReader()
        self._begin()

    def _begin(self) -> None:
        self._held = ""
        self._given = ""
        self._in_head = True
        self._fenced = False
        self._tagged = False
        self._is_json = self._is_html = self._is_yaml = False
        self._had_field = False
        self._first_line_is_sure = False

    @property
    def is_thinking(self) -> bool:
        """Whether all that came since is a thought."""
        return self._answer.is_thinking

    def feed(self, piece: str) -> Pieces:
        """Return what of the body can be given after `piece`."""
        pieces: Pieces = []
        self._take(self._answer.feed(piece), pieces)
        return pieces

    def end(self) -> Pieces:
        """Return the rest of the body when the model has ended."""
        pieces: Pieces = []
        self._take(self._answer.end(), pieces)
        if self._in_head:
            self._read_head(at_end=True)
        body = self._unpacked() if self._is_packed else self._trimmed(self._given + self._held)
        if not body.startswith(self._given):
            self._take_back(pieces)
        if rest := body[len(self._given) :]:
            pieces.append(unescape(rest))
        return pieces

    def _take(self, answer: Pieces, pieces: Pieces) -> None:
        for item in answer:
            if isinstance(item, Restart):
                self._take_back(pieces)
                self._begin()
            else:
                self._held += item
        if self._in_head and not self._read_head():
            return
        self._give(pieces)

    @property
    def _is_packed(self) -> bool:
        """Whether the body is written as data, which is read only as a whole."""
        return self._is_json or self._is_html or self._is_yaml

    def _take_back(self, pieces: Pieces) -> None:
        if self._given:
            self._given = ""
            pieces.append(Restart())

    def _give(self, pieces: Pieces) -> None:
        """Give what is sure of the text at hand."""
        if self._is_packed:
            return
        if self._begins_late(pieces):
            return
        tail = _TAIL.search(self._held)
        if tail and len(self._held) - tail.start() < _MAX_REMARK:
            sure = self._held[: tail.start()].rstrip()
        else:
            sure = self._held
        if closing := _CLOSING_TAG.search(self._held):
            sure = sure[: closing.start()]
        sure = _ENTITY_BEGUN.sub("", sure)
        if sure:
            self._given += sure
            self._held = self._held[len(sure) :]
            pieces.append(unescape(sure))

    def _begins_late(self, pieces: Pieces) -> bool:
        """Return whether what was taken for the body shows to be only something before it."""
        if not self._first_line_is_sure:
            so_far = (self._given + self._held).lstrip()
            line, newline, rest = so_far.partition("\n")
            following = rest.lstrip()
            if len(line) > _MAX_LINE or len(following) >= _ENOUGH or "\n" in following:
                self._first_line_is_sure = True
                if newline and _announces(line, rest):
                    return self._begin_anew(rest, pieces)
        # Text that continues a line begins none.
        start = 1 if self._given and not self._given.endswith("\n") else 0
        if not self._tagged and (tag := _LATE_TAG.search(self._held, start)):
            return self._begin_anew(self._held[tag.start() :], pieces)
        fence = None if self._fenced else _LATE_FENCE.search(self._held, start)
        if fence and SALUTATION.match(fence["line"]):
            return self._begin_anew(self._held[fence.start() :], pieces)
        return False

    def _begin_anew(self, text: str, pieces: Pieces) -> bool:
        self._take_back(pieces)
        self._begin()
        self._held = text
        if self._read_head():
            self._give(pieces)
        return True

    def _read_head(self, *, at_end: bool = False) -> bool:
        """Drop what stands before the body; whether the body has begun."""
        while True:
            self._held = self._held.lstrip()
            if not self._held:
                return False
            if self._unwrap():
                continue
            if _HTML.match(self._held) or _YAML.match(self._held):
                self._is_html = bool(_HTML.match(self._held))
                self._is_yaml = not self._is_html
                return not at_end
            if _JSON.match(self._held):
                self._is_json = self._held.strip() not in "{["
                return self._is_json and not at_end
            line, newline, rest = self._held.partition("\n")
            if not (newline or at_end) and len(line) < _MAX_LINE and self._may_be_head(line):
                return False
            if newline and (_announces_perhaps(line) or FIELD.fullmatch(line.strip("*#_ \t"))):
                following = rest.lstrip()
                if not at_end and len(following) < _ENOUGH and "\n" not in following:
                    return False
            is_field = bool(newline) and self._is_field(line, rest)
            if is_field or (newline and _announces(line, rest)):
                self._held, self._had_field = rest, self._had_field or is_field
                continue
            self._in_head = False
            return True

    def _unwrap(self) -> bool:
        """Drop a mark that a frame begins with; return whether there was one."""
        fence = _FENCE.match(self._held)
        tag = _TAG.match(self._held) or _FIELD_TAG.match(self._held)
        self._fenced, self._tagged = self._fenced or fence is not None, self._tagged or tag is not None
        mark = fence or tag or _FIRST_RULE.match(self._held) or _LABEL.match(self._held)
        if mark:
            self._held = self._held[mark.end() :]
        return mark is not None

    def _may_be_head(self, line: str) -> bool:
        bare = line.lstrip("*#_ ").lower()
        return (
            line.startswith(("`", "~", "<", "'", '"', ":", "[", "-", "=", "*", "#"))
            or may_announce(line)
            or any(
                label.startswith(bare) or bare.startswith(label) for label in ("final", "answer", "output")
            )
            or any(start.startswith(bare) or bare.startswith(start) for start in SUBJECT_STARTS)
            or any(f"{name}:".startswith(bare) or bare.startswith(f"{name}:") for name in FIELDS)
            or (self._has_title and (self._title.match(bare) is not None or "re:".startswith(bare[:3])))
        )

    def _is_field(self, line: str, rest: str) -> bool:
        """Return whether the line is a header field above the body, its subject for instance."""
        bare = line.strip("*#_ \t").replace("**", "")
        if SUBJECT.fullmatch(bare) or (self._has_title and self._title.fullmatch(bare)):
            return True
        following = rest.lstrip().partition("\n")[0].strip("*#_ \t").replace("**", "")
        more = SUBJECT.match(following) or FIELD.match(following)
        return bool(FIELD.fullmatch(bare) and (more or (self._had_field and SALUTATION.match(following))))

    def _unpacked(self) -> str:
        """Return the body out of the data that a model wrote in its place."""
        if self._is_html:
            text = _CLOSING_FENCE.split(self._held, maxsplit=1)[0]
            return self._trimmed(html_to_text(text).text if looks_like_html(text) else self._held)
        if self._is_yaml:
            block = _INDENTED.match(_YAML.sub("", self._held, count=1))
            return self._trimmed(textwrap.dedent(block[0])) if block else ""
        text = self._held.strip()
        if fence := _CLOSING_FENCE.search(text):
            text = text[: fence.start()].strip()
        return (text_in_json(lenient_json(text)) or text).strip()

    def _trimmed(self, text: str) -> str:
        """Return the body without what closes its frame, and without remarks below it."""
        if (closing := _CLOSING_TAG.search(text)) and (self._tagged or not text[closing.end() :].strip()):
            text = text[: closing.start()]
        if self._fenced:
            fences = list(_CLOSING_FENCE.finditer(text))
            if fences:  # an odd number: those between belong to the body
                text = text[: fences[-1 if len(fences) % 2 else 0].start()]
        elif len(fences := list(_CLOSING_FENCE.finditer(text))) % 2 and not text[fences[-1].end() :].strip():
            text = text[: fences[-1].start()]
        text = text.rstrip()
        for _ in range(_MAX_REMARKS):
            text = _without_remark(_without_next_turn(text))
        return _without_quotes(_without_quote_marks(text))


def read_body(text: str, subject: str = "") -> str:
    """Return the body in all that a model said."""
    reader = BodyReader(subject)
    return joined((*reader.feed(text), *reader.end()))


def joined(pieces: Iterable[object]) -> str:
    """Return the text that pieces of a body add up to."""
    text: list[str] = []
    for piece in pieces:
        if isinstance(piece, Restart):
            text.clear()
        elif isinstance(piece, str):
            text.append(piece)
    return "".join(text)


_AROUND = "*#_>[]()=-<!:~ \t\U0001f4e7✉️📝"


def _announces_perhaps(line: str) -> bool:
    bare = line.strip(_AROUND)
    return len(line) < _MAX_LINE and not SALUTATION.match(bare) and not SUBJECT.match(bare)


def _announces(line: str, rest: str) -> bool:
    """Return whether a line only says that the reply follows, which it then must do."""
    if not _announces_perhaps(line):
        return False
    bare = line.strip("*#_> \t")
    if ANNOUNCED.fullmatch(f"{bare}:" if _is_heading(line) else bare):
        return True
    following = rest.lstrip()
    next_line, _, after = following.partition("\n")
    if AGREED.fullmatch(bare) and _announces(next_line, after):
        return True
    fence = _FENCE.match(following)
    inside = following[fence.end() :] if fence else following
    is_letter = bool(SALUTATION.match(inside.lstrip("\"“„«'*")))
    name = line.strip(_AROUND)
    if is_letter and (LABEL.fullmatch(name) or _is_above_letters(name, bare)):
        return True
    is_packed = fence or _TAG.match(following) or _JSON.match(following)
    is_named = bool(_JSON.match(following) and LABEL.fullmatch(name)) or _names_letter(name, line)
    return bool(is_letter or is_packed) and is_named


def _names_letter(name: str, line: str) -> bool:
    """Return whether a line speaks of a letter, or with the user."""
    if BEGINS.match(name):
        return True
    ends = line.strip("*#_> \t").endswith((":", "：", ".", "!", "。", "！", "…"))
    is_name = len(name.split()) <= _MAX_NAMED or _is_heading(line)
    return bool(NOUN.search(name) or AGREED.fullmatch(line.strip("*#_> \t"))) and (ends or is_name)


def _is_above_letters(name: str, line: str) -> bool:
    """Return whether a line is none that a letter has above its salutation: no name, place, date or reference."""
    if not name:
        return True
    lower = [word for word in name.split()[1:] if word[:1].islower() and word not in _PARTICLES]
    is_phrase = bool(lower) or name.lower() == name.upper()
    is_reference = re.match(r"(?:re|ref|betr|az)\b", name, re.IGNORECASE)
    return line.endswith((":", "：", "?", "!", "？", "！")) and is_phrase and not is_reference


def _is_heading(line: str) -> bool:
    """Return whether the line is a heading, as "## Reply" or "**Reply**", which needs no colon."""
    line = line.strip()
    return line.startswith("#") or (
        line.startswith("**") and line.endswith("**") and not line.endswith(":**")
    )


def _without_remark(text: str) -> str:
    """Return `text` without one thing that the model says of it below."""
    for rule in _RULE.finditer(text, max(0, len(text) - _MAX_REMARK)):
        below = text[rule.end() :].strip()
        above = text[: rule.start()].rstrip()
        is_remark = not below or OFFER.match(below) or (REMARK.match(below) and _is_signed(above))
        if len(below) < _MAX_REMARK and is_remark:
            return above
    above, _, last = text.rpartition("\n")
    if END.fullmatch(last.strip()):
        return above.rstrip()
    start = max(0, len(text) - _MAX_REMARK)
    for blank in re.finditer(r"\n\n+", text[start:]):
        at = start + blank.end()
        above = text[: start + blank.start()].rstrip()
        if REMARK.match(text, at) and _is_signed(above):
            return above
    return text


def _is_signed(text: str) -> bool:
    """Return whether a letter has come to its end."""
    paragraphs = text.rsplit("\n\n", 3)[-3:]
    return any(SIGN_OFF.fullmatch(paragraph.strip()) for paragraph in paragraphs)


def _without_next_turn(text: str) -> str:
    """Return `text` without what the user might say next, which some models go on with."""
    for turn in _NEXT_TURN.finditer(text, max(0, len(text) - _MAX_REMARK)):
        above = text[: turn.start()].rstrip()
        if SIGN_OFF.fullmatch(above.rpartition("\n\n")[2]):
            return above
    return text


def _without_quote_marks(text: str) -> str:
    """Return `text` without `>` before each of its lines."""
    lines = text.split("\n")
    if len(lines) < 2 or not all(line.startswith(">") for line in lines if line.strip()):
        return text
    return "\n".join(line.removeprefix(">").removeprefix(" ") for line in lines)


def _without_quotes(text: str) -> str:
    """Return `text` without quotation marks around the whole of it, as JSON writes a text or as people do."""
    if text[:1] == text[-1:] == '"' and "\n" not in text and "\\n" in text:
        return text_in_json(lenient_json(text)) or text
    if "\n" not in text and text.count("\\n") > 1:
        return text.replace("\\n", "\n")
    closing = _QUOTES.get(text[:1])
    if not closing or len(text) < 3 or text[-1] not in closing or "\n" not in text:
        return text
    first_line = text[1:].partition("\n")[0]
    return text if any(mark in first_line for mark in closing) else text[1:-1].strip()
