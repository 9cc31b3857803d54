"""Which models a server has, and whether the one that is set is among them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from email_assistant.writing.model import LanguageModel

_MAX_NAMES = 1_000
_MAX_NAME = 200


@dataclass(frozen=True)
class Catalog:
    """What a model's server offers. `problem` is a sentence, "" where all is well."""

    server: str
    model: str
    models: tuple[str, ...]
    problem: str = ""

    @classmethod
    def of(cls, server: str, model: str, models: tuple[str, ...]) -> Catalog:
        """Return the catalog of a server that told its models."""
        problem = ""
        if not models:
            problem = f"The server at {server} has no models yet. Load or pull one there."
        elif not any(cls(server, model, models).is_set(name) for name in models):
            problem = (
                f"There is no model {model!r} at {server}. Set EMAIL_ASSISTANT_MODEL to one of the others."
            )
        return cls(server, model, models, problem)

    def is_set(self, name: str) -> bool:
        """Return whether `name` is the model that is set; Ollama leaves `:latest` out."""
        return name in (self.model, f"{self.model}:latest")


@runtime_checkable
class HasCatalog(Protocol):
    """A model that stands among others at a server."""

    async def catalog(self) -> Catalog:
        """Return which models the server has."""

    @property
    def has_others(self) -> bool:
        """Whether the server's address leads to the other models as well."""

    def named(self, name: str) -> LanguageModel:
        """Return the model of this name at the same server."""


async def catalog_of(model: object) -> Catalog:
    """Return the catalog of the server that `model` is at."""
    if isinstance(model, HasCatalog):
        return await model.catalog()
    return Catalog(
        "",
        "",
        (),
        "No model is set up: simple rules write the drafts. Set OPENAI_API_KEY, or OPENAI_BASE_URL for a "
        "server of your own.",
    )


def names_in(text: str) -> tuple[str, ...]:
    """Return the names in the answer to GET /v1/models.

    Raises:
        ValueError: it is no list of models.
    """
    answer: Any = json.loads(text)
    listed = answer.get("data", answer.get("models")) if isinstance(answer, dict) else answer
    if not isinstance(listed, list):
        raise ValueError("No list of models.")  # noqa: TRY004 - the answer is wrong, not a call
    names = [
        item.get("id") or item.get("name") or item.get("model") if isinstance(item, dict) else item
        for item in listed
    ]
    return tuple(sorted(name[:_MAX_NAME] for name in names[:_MAX_NAMES] if isinstance(name, str) and name))
