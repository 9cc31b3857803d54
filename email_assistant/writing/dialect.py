"""What one server understands of a request, learned from what it refused.

The OpenAI protocol has many speakers, and each leaves something out. A request is sent as it should be; what
a server names in its refusal is left out or said in another way from then on. Where it names nothing, one
thing after the other is tried, and what helped is remembered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from email_assistant.writing.prompts import Message

Request = dict[str, Any]

_SYSTEM = re.compile(
    r"system.{0,40}(role|message|prompt|instruction)|role.{0,60}\bsystem\b|['\"]system['\"]|developer (role"
    r"|instruction|message)"
    r"|roles must alternate|(unexpected|invalid|unknown|unsupported) (message )?role|first message must"
    r"|['\"]user['\"],? (?:or |and )?['\"](?:assistant|model)['\"]"
    r"|only user and assistant|(supported|expected) roles?",
    re.IGNORECASE,
)
_STREAM = re.compile(
    r"verified to stream|\bstream(?:ing)?\b['\"`]?.{0,60}(?:n.t|not|un)[ -]?(?:be )?(?:support|allow"
    r"|available|enabled|permit)"
    r"|(?:n.t|not|un)[ -]?support\w*.{0,60}\bstream(?:ing)?\b(?!_)|disable\w*.{0,20}\bstream(?:ing)?\b(?!_)"
    r"|only.{0,20}stream.{0,6}false|set ['\"`]?stream|non-?streaming|stream\w*.{0,20}disabled"
    r"|^stream$|body\.stream$",
    re.IGNORECASE | re.MULTILINE,
)
_NO_THINKING = re.compile(
    r"(?:n.t|not|un)[ -]?(?:be )?support\w*.{0,20}(?:thinking|reasoning)"
    r"|(?:thinking|reasoning).{0,30}(?:n.t|not|un)[ -]?(?:be )?support",
    re.IGNORECASE,
)
_FORMAT = re.compile(r"response_format|json_schema|json_object", re.IGNORECASE)
_OTHER_LIMIT = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
_TOO_HIGH = re.compile(r"too (?:large|high|big)|at most|less than|maximum|exceed", re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    """How a request is written for this server."""

    system: bool = True
    """Whether there is a message for the rules; else they stand in the first of the user's."""
    stream: bool = True
    usage: bool = True
    limit: str = "max_tokens"
    """The parameter that limits the answer."""
    without: frozenset[str] = field(default_factory=frozenset)
    """Parameters that are left out."""
    proven: bool = False
    """Whether a request like this was answered."""

    def request(self, messages: list[Message], parameters: Mapping[str, Any]) -> Request:
        """Return the body of a request."""
        request: Request = {"messages": messages if self.system else _merged(messages), "stream": self.stream}
        if self.stream and self.usage:
            request["stream_options"] = {"include_usage": True}
        for name, value in parameters.items():
            known = self.limit if name == "max_tokens" else name
            if value is not None and known not in self.without:
                request[known] = value
        return request

    def after(self, words: str, request: Request) -> Dialect | None:
        """Return the dialect without what a refusal names; None if it names nothing that can be left out."""
        if "response_format" in request and _FORMAT.search(words):
            return None  # there are other ways to ask for it
        if "stream_options" in request and ("stream_options" in words or "include_usage" in words):
            return replace(self, usage=False)
        if self.limit in request and _names(self.limit, words):
            other = _OTHER_LIMIT[self.limit]
            if other in words:
                return replace(self, limit=other)
            if not _TOO_HIGH.search(words):
                return replace(self, without=self.without | {self.limit})
        for name in request.keys() - {
            "model",
            "messages",
            "stream",
            "stream_options",
            "response_format",
            self.limit,
        }:
            if _names(name, words):
                return replace(self, without=self.without | {name})
        if "reasoning_effort" in request and _NO_THINKING.search(words):
            return replace(self, without=self.without | {"reasoning_effort"})
        if self.system and _SYSTEM.search(words):
            return replace(self, system=False)
        if self.stream and _STREAM.search(words):
            return replace(self, stream=False)
        return None

    def guesses(self, status: int, request: Request) -> Iterator[Dialect]:
        """Yield what may help where a refusal names nothing, one after the other."""
        if self.proven or "response_format" in request:
            return
        if status < 500 and self.usage and self.stream:
            yield replace(self, usage=False)
        if self.system:
            yield replace(self, system=False)
        if self.stream and status < 500:
            yield replace(self, stream=False)
            yield replace(self, stream=False, system=False)


def _names(parameter: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(parameter)}(?!\w)", words) is not None


def _merged(messages: list[Message]) -> list[Message]:
    """Return the messages with the rules in the first of the user's."""
    rules = [message["content"] for message in messages if message["role"] == "system"]
    first, *others = [message for message in messages if message["role"] != "system"]
    return [{**first, "content": "\n\n".join([*rules, first["content"]])}, *others]
