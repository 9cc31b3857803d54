"""The parameters that a person sets for each request to a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Tuning:
    """What the person sets of each request; None is left to the server."""

    temperature: float | None = None
    top_p: float | None = None
    reasoning_effort: str | None = None
    max_tokens: int | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    """More parameters, as the server knows them."""

    def parameters(self) -> dict[str, Any]:
        """Return the parameters of a request."""
        return {
            "temperature": self.temperature,
            "top_p": self.top_p,
            "reasoning_effort": self.reasoning_effort,
            "max_tokens": self.max_tokens,
            **self.body,
        }
