"""What the model calls of a conversation took: tokens, and their cost where prices are set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from email_assistant.conversation.state import ConversationState, Draft
from email_assistant.settings import Price, Settings

PER = 1_000_000
"""Tokens that a price is for."""
SMALLEST = 0.0001
"""The smallest cost that is shown exactly."""


@dataclass(frozen=True)
class Taken:
    """Tokens, and what they cost; None where that is not known."""

    input_tokens: int
    output_tokens: int
    cost: float | None = None


@dataclass(frozen=True)
class Prices:
    """What a million tokens cost, by model."""

    by_model: Mapping[str, Price] = field(default_factory=dict)
    currency: str = "USD"

    @classmethod
    def of(cls, settings: Settings) -> Prices:
        """Return the prices that are set."""
        return cls(settings.prices, settings.currency)

    def of_draft(self, draft: Draft) -> Taken | None:
        """Return what writing a draft took; None if nobody counted."""
        if draft.model is None or draft.input_tokens is None or draft.output_tokens is None:
            return None
        return self._taken(draft.model, draft.input_tokens, draft.output_tokens)

    def of_conversation(self, state: ConversationState) -> Taken | None:
        """Return what all drafts, questions and answers took; a cost only where all of it has a price."""
        taken = [
            *filter(None, map(self.of_draft, state.draft_history)),
            *(self._taken(use.model, use.input_tokens, use.output_tokens) for use in state.other_use),
        ]
        if not taken:
            return None
        costs = [each.cost for each in taken if each.cost is not None]
        return Taken(
            sum(each.input_tokens for each in taken),
            sum(each.output_tokens for each in taken),
            sum(costs) if len(costs) == len(taken) else None,
        )

    def _taken(self, model: str, read: int, written: int) -> Taken:
        price = self.by_model.get(model)
        return Taken(read, written, (read * price.input + written * price.output) / PER if price else None)


def amount(cost: float, currency: str) -> str:
    """Return a cost as people read it: two significant digits if it is small."""
    if 0 < cost < SMALLEST:
        return f"< {SMALLEST} {currency}"
    return f"{cost:.2f} {currency}" if cost >= 0.1 or not cost else f"{cost:.2g} {currency}"
