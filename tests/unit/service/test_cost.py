"""What the model calls of a conversation took, and what it costs where prices are set."""

from __future__ import annotations

import pytest

from email_assistant.conversation.state import ConversationState, Draft, ModelUse
from email_assistant.errors import SettingsError
from email_assistant.service.cost import Prices, Taken, amount
from email_assistant.settings import Price, load_settings

PRICES = Prices({"small": Price(input=0.5, output=2)}, "EUR")
WRITTEN = Draft(version=1, body="Hi", model="small", input_tokens=1_000_000, output_tokens=500_000)


def test_a_draft_costs_what_it_read_and_wrote() -> None:
    assert PRICES.of_draft(WRITTEN) == Taken(1_000_000, 500_000, 1.5)


def test_without_a_price_there_are_tokens_and_no_cost() -> None:
    assert Prices().of_draft(WRITTEN) == Taken(1_000_000, 500_000, None)


def test_a_draft_by_hand_took_nothing() -> None:
    assert PRICES.of_draft(Draft(version=2, body="Hi", origin="edited")) is None
    assert PRICES.of_conversation(ConversationState()) is None


def test_a_conversation_is_all_drafts_questions_and_asides() -> None:
    asked = ModelUse(model="small", input_tokens=200_000, output_tokens=100_000)
    state = ConversationState(draft_history=[WRITTEN, WRITTEN], other_use=[asked])

    taken = PRICES.of_conversation(state)

    assert taken is not None
    assert (taken.input_tokens, taken.output_tokens) == (2_200_000, 1_100_000)
    assert taken.cost == pytest.approx(3.3)


def test_a_conversation_has_no_cost_where_one_of_its_models_has_no_price() -> None:
    other = ModelUse(model="other", input_tokens=1, output_tokens=1)
    taken = PRICES.of_conversation(ConversationState(draft_history=[WRITTEN], other_use=[other]))

    assert taken == Taken(1_000_001, 500_001, None)


@pytest.mark.parametrize(
    ("cost", "shown"),
    [
        (0, "0.00 EUR"),
        (1.5, "1.50 EUR"),
        (0.123, "0.12 EUR"),
        (0.01234, "0.012 EUR"),
        (0.0000456, "< 0.0001 EUR"),
    ],
)
def test_an_amount_is_short(cost: float, shown: str) -> None:
    assert amount(cost, "EUR") == shown


def test_prices_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_ASSISTANT_PRICES", '{"small": {"input": 0.5, "output": 2}}')

    assert Prices.of(load_settings()) == Prices({"small": Price(input=0.5, output=2)}, "USD")


@pytest.mark.parametrize("given", ["0.5", '{"small": 3}', '{"small": {"input": -1, "output": 2}}', "{"])
def test_prices_that_are_none_are_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("EMAIL_ASSISTANT_PRICES", given)

    with pytest.raises(SettingsError, match=r"(?i)prices"):
        load_settings()
