"""What a model's server said when it did not answer: its status, and its words without those of the mail.

Servers put their words into `error.message`, `error`, `detail`, `message` or a list of such, and some repeat
the request in them. Whoever wrote the mail must not decide what the person is told: what was sent is removed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

MAX_WORDS = 200
"""Characters of each text of a server that are looked at."""
_MAX_TEXTS = 40
_LONGEST_RETRY = 7 * 24 * 3600
_ECHOES = {"input", "messages", "prompt", "request", "failed_generation", "user_id", "ctx", "url"}
_ECHO = re.compile(r"['\"]?\binput(?:_value|_text|_type)?['\"]?\s*[:=]")
_WORD = re.compile(r"\w+")
_RUN = 3
"""So many words in a row are taken for the mail's."""


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
        words = "" if is_page else _without_echo("\n".join(_texts(body)), sent)
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
    """The seconds to wait (RFC 9110 section 10.2.3), or None where the server gives none that can be used."""
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        value = headers.get(name, "")
        try:
            seconds = float(value) / unit
        except ValueError:
            continue
        return (
            max(0.0, seconds) if seconds < _LONGEST_RETRY else None
        )  # NaN and infinity are less than nothing
    try:
        date = parsedate_to_datetime(headers.get("retry-after", ""))
        seconds = date.timestamp() - _now()
    except (TypeError, ValueError, OverflowError):
        return None
    return seconds if 0 < seconds < _LONGEST_RETRY else None


def _now() -> float:
    import time

    return time.time()


def _texts(value: Any, depth: int = 0) -> Iterator[str]:  # noqa: PLR0912 - one branch for each kind of value
    """Every text of an error body, each cut short."""
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
            if count < _MAX_TEXTS and str(name).lower() not in _ECHOES:
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
    """The HTTP status that an error body names."""
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


def _without_echo(words: str, sent: str) -> str:
    """`words` without runs of words that were sent."""
    known = _WORD.findall(sent.lower())
    runs = {tuple(known[i : i + _RUN]) for i in range(len(known) - _RUN + 1)}
    found = list(_WORD.finditer(words.lower()))
    echoed: set[int] = set()
    for i in range(len(found) - _RUN + 1):
        if tuple(word[0] for word in found[i : i + _RUN]) in runs:
            echoed.update(range(i, i + _RUN))
    for i in sorted(echoed, reverse=True):
        words = words[: found[i].start()] + words[found[i].end() :]
    return words
