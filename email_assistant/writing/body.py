"""The reply's body out of a model's answer: without what a model puts around it and says of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from email_assistant.writing.announcing import (
    AGREED,
    ANNOUNCED,
    FIELD,
    FIELDS,
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
from email_assistant.writing.model import Restart
from email_assistant.writing.structured import lenient_json

Pieces = list[str | Restart]

_MAX_LINE = 240
"""Characters of a line that may announce the reply."""
_MAX_REMARK = 1_000
_MAX_REMARKS = 3
_ENOUGH = 40
"""Characters of a line by which a salutation is known."""
_FENCE = re.compile(r"(?:`{3,}|~{3,})[^\n`]*\n")
_CLOSING_FENCE = re.compile(r"^\s*(?:`{3,}|~{3,})[ \t]*$", re.MULTILINE)
_TAGGED = r"(?:reply|draft|response|answer|e-?mail|mail|body|message|output|final|result|revised|text)"
_TAG_NAME = rf"{_TAGGED}(?:[_-]{_TAGGED})?"
_TAG = re.compile(rf"<{_TAG_NAME}>\s*", re.IGNORECASE)
_LATE_TAG = re.compile(rf"^<{_TAG_NAME}>[ \t]*\n", re.IGNORECASE | re.MULTILINE)
_CLOSING_TAG = re.compile(rf"\s*</{_TAG_NAME}>", re.IGNORECASE)
_LATE_FENCE = re.compile(r"^`{3,}\w*[ \t]*\n+(?=(?P<line>[^\n]{2,}))", re.MULTILINE)
_RULE = re.compile(r"\n[ \t]*(?:-{3,}|\*{3,}|_{3,}|={3,}|—{2,}|\* \* \*)[ \t]*(?:\n|$)")
_FIRST_RULE = re.compile(r"(?:-{3,}|\*{3,}|_{3,}|={3,}|—{2,})[ \t]*\n")
_TAIL = re.compile(
    rf"{_RULE.pattern}|\n[ \t]*(?:`{{3,}}|~{{3,}})[ \t]*(?:\n|$)|\s*\n[ \t]*[-*_=—`~]*[ \t]*$|\s+$"
    rf"|</?[\w-]{{0,20}}>?[ \t]*$"
)
"""What may belong to no body any more, depending on what follows."""
_ENTITY_BEGUN = re.compile(r"&(?:l?|lt|#9?1?)$")
_QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»", "'": "'", "「": "」", "»": "«"}
_JSON = re.compile(r"[{\[]\s*(?:[\"“'{]|$)")
_JSON_KEYS = (
    "reply",
    "draft",
    "body",
    "email_body",
    "email",
    "response",
    "answer",
    "text",
    "message",
    "content",
)
_JSON_PARTS = ("greeting", "salutation", "opening", "body", "closing", "sign_off", "signoff", "signature")
"""Those of a letter, in their order."""


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
        self._is_json = False
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
        body = self._from_json() if self._is_json else self._trimmed(self._given + self._held)
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

    def _take_back(self, pieces: Pieces) -> None:
        if self._given:
            self._given = ""
            pieces.append(Restart())

    def _give(self, pieces: Pieces) -> None:
        """Give what is sure of the text at hand."""
        if self._is_json:
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
            if fence := _FENCE.match(self._held):
                self._fenced, self._held = True, self._held[fence.end() :]
                continue
            if rule := _FIRST_RULE.match(self._held):
                self._held = self._held[rule.end() :]
                continue
            if tag := _TAG.match(self._held):
                self._tagged, self._held = True, self._held[tag.end() :]
                continue
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
            if newline and (self._is_field(line, rest) or _announces(line, rest)):
                self._held = rest
                continue
            self._in_head = False
            return True

    def _may_be_head(self, line: str) -> bool:
        bare = line.lstrip("*#_ ").lower()
        return (
            line.startswith(("`", "~", "<"))
            or not line.strip("-*_=— \t")
            or may_announce(line)
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
        return bool(FIELD.fullmatch(bare) and (SUBJECT.match(following) or FIELD.match(following)))

    def _from_json(self) -> str:
        text = self._held.strip()
        if fence := _CLOSING_FENCE.search(text):
            text = text[: fence.start()].strip()
        return (_said(lenient_json(text)) or text).strip()

    def _trimmed(self, text: str) -> str:
        """Return the body without what closes its frame, and without remarks below it."""
        if closing := _CLOSING_TAG.search(text):
            text = text[: closing.start()]
        if self._fenced:
            fences = list(_CLOSING_FENCE.finditer(text))
            if fences:  # an odd number: those between belong to the body
                text = text[: fences[-1 if len(fences) % 2 else 0].start()]
        elif len(fences := list(_CLOSING_FENCE.finditer(text))) % 2 and not text[fences[-1].end() :].strip():
            text = text[: fences[-1].start()]
        text = text.rstrip()
        for _ in range(_MAX_REMARKS):
            text = _without_remark(text)
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


def _announces_perhaps(line: str) -> bool:
    bare = line.strip("*#_> \t")
    return (
        len(line) < _MAX_LINE
        and not SALUTATION.match(bare)
        and bool(NOUN.search(bare) or AGREED.fullmatch(bare))
    )


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
    ends = bare.endswith((":", "：", ".", "!", "。", "！", "…"))
    begins = _FENCE.match(following) or _TAG.match(following) or SALUTATION.match(following.lstrip("\"“„«'*"))
    return bool(ends and begins)


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
        if len(below) < _MAX_REMARK and (not below or OFFER.match(below)):
            return text[: rule.start()].rstrip()
    above, blank, last = text.rpartition("\n\n")
    if blank and len(last) < _MAX_REMARK and REMARK.match(last):
        paragraphs = [paragraph.strip() for paragraph in above.split("\n\n")[-3:]]
        if any(SIGN_OFF.fullmatch(paragraph) for paragraph in paragraphs):
            return above.rstrip()
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
        return _said(lenient_json(text)) or text
    closing = _QUOTES.get(text[:1])
    if not closing or len(text) < 3 or text[-1] not in closing or "\n" not in text:
        return text
    first_line = text[1:].partition("\n")[0]
    return text if any(mark in first_line for mark in closing) else text[1:-1].strip()


def _said(value: Any) -> str:
    """Return the text of a reply that came as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return _said(value[0]) if len(value) == 1 else ""
    if isinstance(value, dict):
        named = {str(key).lower(): held for key, held in value.items()}
        parts = [_said(named.get(key)) for key in _JSON_PARTS]
        if sum(map(bool, parts)) > 1:
            return "\n\n".join(filter(None, parts))
        for key in _JSON_KEYS:
            if text := _said(named.get(key)):
                return text
        if len(named) == 1:
            return _said(next(iter(named.values())))
    return ""
