"""A model's attempt as it comes, below the greeting and above the closing that the program writes."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from email_assistant.brief import Brief
from email_assistant.proofreading.frame import Frame, frame_for
from email_assistant.proofreading.letter import locate, parse_letter
from email_assistant.proofreading.people import names
from email_assistant.proofreading.words import greeting_phrases
from email_assistant.writing.model import LanguageModel, Restart, Usage
from email_assistant.writing.offline.saying import language_asked_for

_ABOUT_FRAME = re.compile(
    r"\b(?:sign(?:ed)?(?:\s+(?:it|the\s+\w+))?\s+(?:off|as|with|by)\b|greet|address(?:ed)?\s+(?:him|her|them)|salutation|greeting|closing|regards|dear|signature|start\s+with"
    r"|begin\s+with|call\s+(?:him|her|them)|formal|informal|formell|förmlich|friendl|casual|translate|in\s+(?:english|german"
    r"|french|spanish|italian|dutch|portuguese)|anrede|gru(?:ß|ss)|unterschr|duz|siez|signe[rz]?|salut|tutoi|vouvoi|firma|saluda"
    r"|tutea|saluto|onderteken|aanhef|assin|tratamento|auf\s+(?:deutsch|englisch)|en\s+(?:anglais|français|español|inglés))",
    re.IGNORECASE,
)
_MAX_CLOSING_WORDS = 6
_MAX_HELD = 120  # characters of a first line that may still turn out to be a greeting


class AttemptStream:
    """One attempt of a model as it comes, and afterwards its `text` and `usage`.

    If the model writes the body alone, what it writes comes below the greeting of `frame`.
    """

    def __init__(self, model: LanguageModel, brief: Brief, frame: Frame | None) -> None:
        self._model, self._frame = model, frame
        self._brief = brief if frame is None else replace(_bodies_only(brief), has_frame=True)
        self._pieces: list[str] = []
        self.usage: Usage | None = None

    @property
    def text(self) -> str:
        """What the model wrote, without the frame."""
        return "".join(self._pieces).strip()

    async def __aiter__(self) -> AsyncGenerator[str | Restart, None]:
        """Yield the pieces; nothing but a model's own errors is raised."""
        greeting = f"{self._frame.greeting}\n\n" if self._frame else ""
        if greeting:
            yield greeting
        held: str | None = "" if self._frame else None
        async with aclosing(self._model.stream(self._brief)) as written:
            async for piece in written:
                match piece:
                    case Usage():
                        self.usage = piece
                        continue
                    case Restart():
                        self._pieces.clear()
                        held = "" if self._frame else None
                        yield piece
                        piece = greeting  # noqa: PLW2901 - what a reader sees begins with it again
                    case str():
                        self._pieces.append(piece)
                        if held is not None:
                            held += piece
                            if _may_greet(held):
                                continue
                            piece, held = _without_greeting(held), None  # noqa: PLW2901
                if piece:
                    yield piece
        if held:
            yield _without_greeting(held)
        if self._frame and self._frame.ending:
            yield f"\n\n{self._frame.ending}"


def _may_greet(text: str) -> bool:
    """Return whether the first line, which is not complete, may turn out to be a greeting."""
    line = text.lstrip().casefold()
    if "\n" in line or len(line) > _MAX_HELD:
        return False
    return any(line.startswith(phrase) or phrase.startswith(line) for phrase in greeting_phrases())


def _without_greeting(text: str) -> str:
    """Return what a model wrote, without a greeting that it was not asked for."""
    text = text.lstrip()
    return text[locate(text).greeting.end :].lstrip()


def _bodies_only(brief: Brief) -> Brief:
    return replace(
        brief,
        revisions=tuple(
            replace(revision, draft=parse_letter(revision.draft).body) for revision in brief.revisions
        ),
        rejected=parse_letter(brief.rejected).body if brief.rejected else "",
    )


def frame_around(brief: Brief, notes_first: bool) -> Frame | None:
    """Return what stands around the body, if the program writes it.

    A draft that is revised keeps its own. Where the user has something to say about greeting, closing or
    name, the model writes the whole letter.
    """
    newest = brief.revisions[-1] if brief.revisions and not brief.rejected else None
    if _ABOUT_FRAME.search(newest.feedback[:2_000] if newest else brief.instructions[:2_000]):
        return None
    if newest and language_asked_for(newest.feedback):
        return None
    if before := (newest.draft if newest else brief.rejected):
        letter = parse_letter(before)
        return Frame(letter.greeting, letter.closing, letter.name) if letter.greeting else None
    frame = frame_for(brief)
    # Some languages need a form of the name that no table gives: then the model greets, unless it is given
    # the notes alone, from which it writes no greeting.
    is_named = names(frame.greeting) & names(brief.sender.name) or not brief.sender.name
    return frame if is_named or notes_first else None


def without_ending(body: str, brief: Brief) -> str:
    """Return the body without an ending that no table knows, such as "Until Saturday" above the name."""
    *lines, last = body.rstrip().split("\n")
    named = names(last)
    if not lines or not named or not named <= names(brief.user.name):
        return body
    if 0 < len(lines[-1].split()) <= _MAX_CLOSING_WORDS and lines[-1].rstrip()[-1] not in ".?":
        lines.pop()
    return "\n".join(lines).rstrip()
