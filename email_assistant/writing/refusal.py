"""What a model's server said when it did not answer: its status, and its words without those of the mail.

Servers put their words into `error.message`, `error`, `detail`, `message` or a list of such, and some repeat
the request in them. The sender of a mail must not control the error that the user sees: only the fields of an
error are read, and text that they repeat from the request is removed. A server's own sentence stays, even if
a mail shares some of its words.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

MAX_WORDS = 200
"""Characters of each text of a server that are looked at."""
_MAX_TEXTS = 40
_MAX_RETRY = 7 * 24 * 3600
_ECHOES = {"input", "messages", "prompt", "request", "failed_generation", "user_id", "ctx", "url"}
_ECHO = re.compile(r"['\"]?\binput(?:_value|_text|_type)?['\"]?\s*[:=]")
_OF_ERRORS = re.compile(
    r"err|mess|msg|detail|desc|reason|title|code|type|status|param|loc$|cause|meta|raw|quota|violation|retry"
    r"|estimat|exception|fault|info|result|^object$|^name$"
)
"""The names of fields that an error may have; others hold what was asked for."""
_WORD = re.compile(r"\w+")
_ESCAPED_BLANK = re.compile(r"\\+(?:[nrt](?![a-z]{2}\b)|u00\w\w|[\"'])|&(?:#\w{1,6}|[a-z]{2,6});")
_BEGINS_ECHO = re.compile(r"[:=>\"`“‘«(\[{\n]|(?<!\w)'")
"""What stands between a server's own words and those that it repeats."""
_RUN, _LONG_RUN = 3, 8
"""So many words in a row are the mail's behind such a mark, and anywhere."""


@dataclass(frozen=True)
class Refusal:
    """`sent` is all text of the request, `body` what came back: parsed JSON or text."""

    status: int | None
    words: str
    is_json: bool = False
    """Whether a program wrote it, and no web server's page for people did."""
    is_page: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, status: int | None, body: Any, sent: str, headers: Mapping[str, str] | None = None
    ) -> Refusal:
        """Read an answer that is an error."""
        is_page = isinstance(body, str) and body.lstrip().startswith("<")
        words = "" if is_page else "\n".join(_without_echo(_texts(body), sent))
        code = _code(body)
        return cls(status or code, words, isinstance(body, dict | list), is_page, headers or {})

    @property
    def retry_after(self) -> float | None:
        """The seconds that the server asks to wait, where it does."""
        named = retry_after(self.headers)
        said = re.search(
            r"(?:retry in|try again in|retrydelay\W+|estimated_time\W+)\s*(\d+(?:\.\d+)?)\s*(ms|m)?",
            self.words,
            re.IGNORECASE,
        )
        if named is None and said:
            named = float(said[1]) * {"ms": 0.001, "m": 60}.get((said[2] or "").lower(), 1)
        return named


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait (RFC 9110 section 10.2.3); None if the server gives no usable number."""
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        value = headers.get(name, "")
        try:
            seconds = float(value) / unit
        except ValueError:
            continue
        return max(0.0, seconds) if seconds < _MAX_RETRY else None  # NaN and infinity are less than nothing
    try:
        date = parsedate_to_datetime(headers.get("retry-after", ""))
        seconds = date.timestamp() - time.time()
    except (TypeError, ValueError, OverflowError):
        return None
    return seconds if 0 < seconds < _MAX_RETRY else None


def _texts(value: Any, depth: int = 0) -> Iterator[str]:  # noqa: PLR0912 - one branch for each kind of value
    """Yield every text of an error body, each cut short."""
    if depth > 6:
        return
    if isinstance(value, str):
        if depth and value.lstrip().startswith(("{", "[")):
            try:
                yield from _texts(json.loads(value[:20_000]), depth + 1)
            except (ValueError, RecursionError):
                pass
            else:
                return
        yield _ECHO.split(value[:1_000], maxsplit=1)[0][:MAX_WORDS]
    elif isinstance(value, Mapping):
        for count, (name, held) in enumerate(value.items()):
            known = str(name).lower()
            if count < _MAX_TEXTS and known not in _ECHOES and _OF_ERRORS.search(known):
                yield from _texts(held, depth + 1)
    elif isinstance(value, list):
        if all(isinstance(item, str | int) for item in value):  # the place of what is wrong
            yield ".".join(map(str, value[:6]))[:MAX_WORDS]
        else:
            for item in value[:_MAX_TEXTS]:
                yield from _texts(item, depth + 1)
    elif value is not None and not isinstance(value, bool):
        yield str(value)[:MAX_WORDS]


def _code(body: Any) -> int | None:
    """Return the HTTP status that an error body names."""
    for _ in range(3):
        if isinstance(body, list) and len(body) == 1:
            body = body[0]
        if not isinstance(body, Mapping):
            return None
        code = next(
            (body[key] for key in ("code", "status_code", "status") if str(body.get(key)).isdecimal()), None
        )
        if code is not None:
            return int(code) if 400 <= int(code) < 600 else None
        body = body.get("error")
    return None


def _without_echo(texts: Iterable[str], sent: str) -> Iterator[str]:
    """Yield each text without the pieces of `sent` that it repeats."""
    known = _WORD.findall(sent.lower())
    runs = set(zip(*(known[at:] for at in range(_RUN)), strict=False))
    for text in texts:
        yield _own(_ESCAPED_BLANK.sub(" ", text), runs)


def _own(text: str, runs: set[tuple[str, ...]]) -> str:
    """Return what a server says itself: its own words come first, and behind a mark those that it repeats."""
    found = list(_WORD.finditer(text))
    words = [word[0].lower() for word in found]
    marked = [
        at > 0 and bool(_BEGINS_ECHO.search(text, found[at - 1].end(), word.start()))
        for at, word in enumerate(found)
    ]
    own, kept_to, at, repeats = "", 0, 0, False
    while at + _RUN <= len(words):
        if tuple(words[at : at + _RUN]) not in runs:
            at += 1
            continue
        end = at + _RUN
        while end < len(words) and tuple(words[end - _RUN + 1 : end + 1]) in runs:
            end += 1
        repeats = repeats or marked[at] or (at > 0 and end - at >= _LONG_RUN)
        if repeats:
            own += text[kept_to : found[at].start()]
            kept_to, at = found[end - 1].end(), end
        else:  # the same words by chance, up to a mark
            at = next((mark for mark in range(at + 1, end) if marked[mark]), end - _RUN + 1)
    return own + text[kept_to:]
