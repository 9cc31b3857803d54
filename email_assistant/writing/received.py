"""What has come of a model's answer, and whether it is whole."""

from __future__ import annotations

from dataclasses import dataclass

from email_assistant.writing.failures import Failures
from email_assistant.writing.model import Usage
from email_assistant.writing.refusal import Refusal
from email_assistant.writing.wire import Delta

MAX_BODY = 20_000
"""Characters after which a draft is taken for endless; about ten pages."""
_CHARACTERS_A_TOKEN, _TOKENS_A_WORD, _LONG = 6, 0.75, 6_000
"""More characters in a token, or fewer tokens in a word, has no text of some length: then it was cut."""

_COMPLETE = frozenset(
    (
        "stop", "eos", "eos_token", "end_turn", "stop_sequence", "stop_token", "end", "complete",
        "completed", "done", "finished", "finish", "normal", "tool_calls", "tool_use", "function_call",
        "finish_reason_stop", "stop_str",
    )
)  # fmt: skip
_AT_LIMIT = frozenset(
    (
        "length", "max_tokens", "model_length", "max_output_tokens", "max_length", "token_limit",
        "incomplete", "model_context_window_exceeded", "insufficient_system_resource", "context_length",
        "finish_reason_max_tokens",
    )
)  # fmt: skip
_FILTERED = frozenset(
    (
        "content_filter", "content-filter", "safety", "recitation", "refusal", "prohibited_content",
        "blocklist", "spii", "sensitive", "moderation", "content_filtered",
    )
)  # fmt: skip
"""How servers name the end of an answer: it is whole, it is too long, a filter stopped it."""


@dataclass
class Received:
    """What has come of an answer so far."""

    length: int = 0
    text: str = ""
    """What it began with, up to `MAX_BODY`."""
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

    def repeats(self, delta: Delta) -> bool:
        """Return whether the last event only says all of the text once more."""
        again = bool(delta.finish) and len(self.text) >= 20 and delta.text == self.text
        if not again and len(self.text) < MAX_BODY:
            self.text += delta.text
        return again

    def raise_if_incomplete(self, failures: Failures) -> None:
        """Raise what kept this from being a whole answer.

        Raises:
            ModelRefused, ModelCutOff, ModelInvalidAnswer: as `failures` says them.
        """
        if self.refused or self.finish in _FILTERED:
            raise failures.refused()
        if self.finish in _AT_LIMIT:
            raise failures.at_limit()
        if self.finish not in _COMPLETE and not (self.done and self.finish is None):
            raise failures.cut_off() if self.length else failures.nonsense()


def is_cut(usage: Usage, sent: str) -> bool:
    """Return whether the server counted too few tokens to have read all that was sent."""
    if len(sent) < _LONG or not usage.input_tokens:
        return False
    fewest = min(len(sent) / _CHARACTERS_A_TOKEN, len(sent.split()) * _TOKENS_A_WORD)
    return usage.input_tokens < fewest
