"""A language model that says what a test scripted, and remembers what it was told."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence

from email_assistant.writing.model import Brief, Restart, Shape, Usage


class Hang:
    """In the place of an answer or of a piece: the model falls silent there until `go_on`."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.go_on = asyncio.Event()

    async def here(self) -> None:
        self.reached.set()
        await self.go_on.wait()


Piece = str | Restart | Usage | BaseException | Hang
Script = str | Sequence[Piece] | BaseException | Hang
"""A draft, as it comes."""


class ScriptedModel:
    """A `LanguageModel`. `questions` and `drafts` hold what comes next; when empty: nothing, and a draft.

    An exception in a script is raised when its turn comes, a `Hang` is waited for. A draft is a text, which
    comes word by word, or a list of its pieces.
    """

    name = "scripted"

    def __init__(self) -> None:
        self.questions: deque[list[str] | BaseException | Hang] = deque()
        self.drafts: deque[Script] = deque()
        self.asked: list[Brief] = []
        """The briefs of all the `parse` calls."""
        self.told: list[Brief] = []
        """The briefs of all the `stream` calls."""
        self.open_streams = 0
        self.closed = False

    async def parse(self, brief: Brief, shape: type[Shape]) -> Shape:
        self.asked.append(brief)
        answer: list[str] | BaseException | Hang = self.questions.popleft() if self.questions else []
        if isinstance(answer, Hang):
            await answer.here()
            answer = []
        if isinstance(answer, BaseException):
            raise answer
        return shape.model_validate({"questions": answer})

    async def stream(self, brief: Brief) -> AsyncGenerator[str | Restart | Usage, None]:
        self.told.append(brief)
        self.open_streams += 1
        try:
            for piece in self._pieces():
                if isinstance(piece, Hang):
                    await piece.here()
                elif isinstance(piece, BaseException):
                    raise piece
                else:
                    yield piece
        finally:
            self.open_streams -= 1

    def _pieces(self) -> Sequence[Piece]:
        draft = self.drafts.popleft() if self.drafts else f"Draft {len(self.told)}."
        if isinstance(draft, str):
            return [word + " " for word in draft.split(" ")]
        return [draft] if isinstance(draft, BaseException | Hang) else draft

    async def aclose(self) -> None:
        self.closed = True
