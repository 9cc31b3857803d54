"""What has come of a model's answer, and whether it is whole."""

from __future__ import annotations

import re
from dataclasses import dataclass

from email_assistant.writing.failures import Failures
from email_assistant.writing.model import Usage
from email_assistant.writing.refusal import Refusal
from email_assistant.writing.wire import Delta

MAX_BODY = 20_000
"""Characters after which a draft is taken for endless; about ten pages."""
_CHARACTERS_A_TOKEN, _TOKENS_A_WORD, _LONG = 6, 0.75, 6_000
"""More characters in a token, or fewer tokens in a word, has no text of some length: then it was cut."""

_WHOLE = 20
"""Characters of a last event that can only be the whole text once more."""

_FILTERED = re.compile(
    r"filter|safety|recitation|refus|prohibited|block|spii|sensitive|moderat|guardrail|censor|toxic|risk"
)
_AT_LIMIT = re.compile(
    r"length|limit|max|window|exceed|insufficient|incomplete|truncat|overlong|cut.?off|out_of_tokens"
)
_BROKEN = re.compile(r"err|abort|cancel|fail|time.?out|disconnect|interrupt|unfinished")
_COMPLETE = re.compile(
    r"stop|eos|(?<![a-z])end|complete|done|finish|(?<!ab)normal|success|tool|function|natural|eot"
)
"""How servers name the end of an answer: a filter stopped it, it is too long, it broke, it is whole."""


@dataclass
class Received:
    """What has come of an answer so far."""

    length: int = 0
    text: str = ""
    """What it began with, up to `MAX_BODY`."""
    pieces: int = 0
    """The events that had text."""
    is_whole_each_time: bool = False
    """Whether each event has all of the text so far, as some servers write it."""
    finish: str | None = None
    ends_at: float = 0
    refused: bool = False
    done: bool = False
    refusal: Refusal | None = None

    def add(self, delta: Delta) -> None:
        """Add a delta."""
        self.length += len(delta.text) + len(delta.thought) + len(delta.call)
        self.refused = self.refused or bool(delta.refusal)
        self.finish = delta.finish or self.finish
        self.done = self.done or delta.done

    def new_text(self, delta: Delta) -> str:
        """Return the text of a delta, without all of the text so far where that comes again."""
        text, so_far = delta.text, self.text
        if not text:
            return ""
        self.pieces += 1
        if self.pieces == 2 and len(text) > len(so_far) and len({*text}) > 1:
            self.is_whole_each_time = text.startswith(so_far)
        if self.is_whole_each_time or (delta.finish and text == so_far and len(text) >= _WHOLE):
            text = text.removeprefix(so_far)
        if len(so_far) < MAX_BODY:
            self.text += text
        return text

    def raise_if_incomplete(self, failures: Failures) -> None:
        """Raise what kept this from being a whole answer.

        Raises:
            ModelRefused, ModelCutOff, ModelInvalidAnswer: as `failures` says them.
        """
        if self.refused or _says(_FILTERED, self.finish):
            raise failures.refused()
        if _says(_AT_LIMIT, self.finish):
            raise failures.at_limit()
        is_whole = _says(_COMPLETE, self.finish) and not _says(_BROKEN, self.finish)
        if not is_whole and not (self.done and self.finish is None):
            raise failures.cut_off() if self.length else failures.nonsense()


def _says(kind: re.Pattern[str], finish: str | None) -> bool:
    return bool(finish and kind.search(finish))


def is_cut(usage: Usage, sent: str) -> bool:
    """Return whether the server counted too few tokens to have read all that was sent."""
    if len(sent) < _LONG or not usage.input_tokens:
        return False
    fewest = min(len(sent) / _CHARACTERS_A_TOKEN, len(sent.split()) * _TOKENS_A_WORD)
    return usage.input_tokens < fewest
