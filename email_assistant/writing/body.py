"""The reply's body out of what a model says: without thoughts, code fence, subject line or preamble."""

from __future__ import annotations

import re

from email_assistant.writing.envelope import unescape

_THOUGHTS = {"<think>": "</think>", "<thinking>": "</thinking>"}
_SUBJECTS = ("subject:", "betreff:", "objet:", "asunto:", "oggetto:", "assunto:", "onderwerp:", "re:")
_PREAMBLES = ("here is ", "here's ", "here’s ", "sure", "certainly", "of course", "draft", "reply:", "body:")
_PREAMBLE = re.compile(
    r"(?:(?:sure|certainly|of course)\b[^\n:]{0,20}?)?"
    r"(?:here(?: is|['’]s) (?:the|your|a|my) (?:[\w-]+ ){0,3})?"
    r"\b(?:draft|reply|response|email|version|body)\b[^\n:.]{0,60}:",
    re.IGNORECASE,
)
_HEAD_LIMIT = 200
_ENTITY_BEGUN = re.compile(r"&(?:l?|lt|#9?1?)$")


class BodyReader:
    """Takes a model's text piece by piece and gives the body's, the first words as soon as they are sure."""

    def __init__(self) -> None:
        self._held = ""
        self._in_head = True
        self._thought_end = ""
        self._fenced = False

    def feed(self, piece: str) -> str:
        """What of the body can be given after `piece`."""
        self._held += piece
        if self._in_head and not self._head_ends():
            return ""
        # Space at the end waits: it is dropped where nothing follows. So does what may be the closing fence.
        keep = self._held.rstrip()
        if self._fenced:
            keep = re.sub(r"\s*\n`{0,3}$", "", keep)
        keep = _ENTITY_BEGUN.sub("", keep)
        given, self._held = self._held[: len(keep)], self._held[len(keep) :]
        return unescape(given)

    def end(self) -> str:
        """The rest of the body when the model has ended."""
        rest, self._held = "" if self._thought_end else self._held.rstrip(), ""
        if self._fenced:
            rest = rest.strip().removesuffix("```").rstrip()
        return unescape(rest)

    def _head_ends(self) -> bool:
        """Drop what stands before the body; whether the body has begun."""
        while True:
            if self._thought_end:
                _, ended, behind = self._held.partition(self._thought_end)
                self._held = behind if ended else self._held[-len(self._thought_end) :]
                if not ended:
                    return False
                self._thought_end = ""
            self._held = self._held.lstrip()
            lower = self._held.lower()
            if not lower:
                return False
            self._thought_end = next((end for start, end in _THOUGHTS.items() if lower.startswith(start)), "")
            if self._thought_end:
                continue
            line, newline, rest = self._held.partition("\n")
            if not newline and len(line) < _HEAD_LIMIT and _may_be_head(lower):
                return False
            if line.startswith("```"):
                self._fenced = True
            elif not (newline and _is_head(line)):
                self._in_head = False
                return True
            self._held = rest


def _may_be_head(lower: str) -> bool:
    """Whether a line that begins so may turn out to be no part of the body."""
    starts = (*_THOUGHTS, "```", *_SUBJECTS, *_PREAMBLES)
    lower = lower.lstrip("*# ")
    return any(start.startswith(lower) or lower.startswith(start) for start in starts)


def _is_head(line: str) -> bool:
    bare = line.strip("*# \t")
    return bare.lower().startswith(_SUBJECTS) or bool(_PREAMBLE.fullmatch(bare))
