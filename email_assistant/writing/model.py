"""The one interface behind which a reply is written, by a language model or by rules."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from pydantic import BaseModel, Field, field_validator

from email_assistant.brief import Brief, Clarification, Revision

__all__ = [
    "MAX_QUESTIONS",
    "Brief",
    "Clarification",
    "Clarifications",
    "LanguageModel",
    "Revision",
    "Shape",
    "Usage",
]

Shape = TypeVar("Shape", bound=BaseModel)

MAX_QUESTIONS = 3


class Clarifications(BaseModel):
    """The questions that must be answered before a reply can be written; none is best."""

    questions: list[str] = Field(default_factory=list, max_length=MAX_QUESTIONS)

    @field_validator("questions", mode="before")
    @classmethod
    def _first_few(cls, asked: object) -> object:
        """Keep the first questions that are not blank: a model that asks too much is not wrong."""
        if not isinstance(asked, list):
            return asked
        return [q for q in asked if not isinstance(q, str) or q.strip()][:MAX_QUESTIONS]


@dataclass(frozen=True)
class Usage:
    """What a model call cost, in the model's own tokens."""

    input_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class Restart:
    """What was streamed so far is not the reply; the body starts over."""


class LanguageModel(Protocol):
    """Writes replies. Both calls raise `ModelError`s and nothing else of their own."""

    @property
    def name(self) -> str:
        """How the model is called on the page and beside each draft."""

    async def parse(self, brief: Brief, shape: type[Shape]) -> Shape:
        """Answer `brief` as an instance of `shape`."""

    def stream(self, brief: Brief) -> AsyncGenerator[str | Restart | Usage, None]:
        """Write the reply's body piece by piece: plain text, at the end `Usage` where it is known.

        A model may turn out to have only thought aloud: `Restart` takes back all that was written.
        With `brief.revisions` the newest draft is revised. Closing the generator closes the connection.
        """

    async def aclose(self) -> None:
        """Close all connections; the model cannot be used any more."""
