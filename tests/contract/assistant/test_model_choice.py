"""A person chooses among the models of the server: for all that they write, or for one conversation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from email_assistant.conversation.commands import Ask, NewEmail, Revise
from email_assistant.errors import ConversationBusy, ConversationNotFound, InvalidInput, WrongStep
from email_assistant.service import models
from email_assistant.service.assistant import EmailAssistant
from email_assistant.store.opening import open_url
from email_assistant.store.preferences import Preferences, Profile
from email_assistant.writing.catalog import Catalog
from email_assistant.writing.drafting import Drafting
from tests.contract.assistant.service import MAIL, OWNER
from tests.fakes.scripted_model import Hang, ScriptedModel


class OneOfThree(ScriptedModel):
    """A model with two others beside it at its server."""

    name = "usual"
    has_others = True

    def __init__(self) -> None:
        super().__init__()
        self.others: dict[str, ScriptedModel] = {}
        self.offers: tuple[str, ...] = ("large", "small", "usual")
        self.silent = False
        self.times_asked = 0

    async def catalog(self) -> Catalog:
        self.times_asked += 1
        if self.silent:
            await asyncio.Event().wait()
        return Catalog.of("127.0.0.1:1", self.name, self.offers)

    def named(self, name: str) -> ScriptedModel:
        if name not in self.others:
            self.others[name] = ScriptedModel()
            self.others[name].name = name
            self.others[name].drafts.extend(f"Draft {n} of {name}." for n in range(5))
        return self.others[name]


@pytest.fixture
def model() -> OneOfThree:
    return OneOfThree()


@pytest.fixture
async def fixed(database_url: str, model: OneOfThree) -> AsyncIterator[EmailAssistant]:
    """Provide a service whose operator allows no choice."""
    async with (
        open_url(database_url) as database,
        aclosing(
            EmailAssistant(database, model, drafting=Drafting(proofreads=False), model_choice=False)
        ) as opened,
    ):
        yield opened


async def _writes(assistant: EmailAssistant, app_id: str) -> str | None:
    view = await assistant.turn(OWNER, app_id, Revise("shorter"))
    return view.state.draft_history[-1].model


async def test_the_profile_chooses_for_all_and_a_conversation_for_itself(
    assistant: EmailAssistant, model: OneOfThree, app_id: str
) -> None:
    view = await assistant.turn(OWNER, app_id, NewEmail(MAIL, "say yes"))
    assert (view.model, view.state.draft_history[-1].model) == ("usual", "usual")

    await assistant.set_preferences(OWNER, Profile(model="small"))
    assert (await assistant.view(OWNER, app_id)).model == "small"
    assert await _writes(assistant, app_id) == "small"

    chosen = await assistant.choose_model(OWNER, app_id, "large")
    assert (chosen.model, chosen.state.model) == ("large", "large")
    assert await _writes(assistant, app_id) == "large"
    await assistant.turn(OWNER, app_id, Ask("What does she want?"))
    assert model.others["large"].told[-1].question

    assert (await assistant.choose_model(OWNER, app_id)).model == "small"
    await assistant.set_preferences(OWNER, Profile())
    assert await _writes(assistant, app_id) == "usual"
    assert model.times_asked == 1, "the list is kept for a while"


async def test_choosing_changes_nothing_else(assistant: EmailAssistant, app_id: str) -> None:
    before = await assistant.turn(OWNER, app_id, NewEmail(MAIL))
    after = await assistant.choose_model(OWNER, app_id, "large")
    assert after.state == before.state.model_copy(update={"model": "large"})
    assert (after.next_step, after.version, after.problem) == (before.next_step, before.version, None)


async def test_only_what_the_server_offers_is_taken(
    assistant: EmailAssistant, app_id: str, model: OneOfThree
) -> None:
    await assistant.turn(OWNER, app_id, NewEmail(MAIL, "say yes"))
    for name in ("huge", "http://127.0.0.1/", "LARGE"):
        with pytest.raises(InvalidInput, match="does not offer"):
            await assistant.choose_model(OWNER, app_id, name)
        with pytest.raises(InvalidInput, match="does not offer") as refused:
            await assistant.set_preferences(OWNER, Profile(name="Sam", model=name))
        assert list(refused.value.fields) == ["model"]
    assert await assistant.preferences(OWNER) == Preferences()
    assert not model.others


async def test_what_was_chosen_stays_while_the_server_cannot_be_asked(
    assistant: EmailAssistant, model: OneOfThree, monkeypatch: pytest.MonkeyPatch
) -> None:
    await assistant.set_preferences(OWNER, Profile(model="small"))
    monkeypatch.setattr(models, "MAX_AGE", -1)
    monkeypatch.setattr(models, "MAX_WAIT", 0.01)
    model.silent = True
    assert (await assistant.models()).problem == models.LATE
    await assistant.change_preferences(OWNER, lambda kept: kept.model_copy(update={"name": "Sam"}))
    assert (await assistant.preferences(OWNER)).model == "small"
    with pytest.raises(InvalidInput, match="No model can be chosen now"):
        await assistant.set_preferences(OWNER, Profile(model="large"))


async def test_where_the_operator_has_set_the_model_no_choice_is_made_nor_used(
    fixed: EmailAssistant, assistant: EmailAssistant, app_id: str
) -> None:
    await assistant.turn(OWNER, app_id, NewEmail(MAIL, "say yes"))
    await assistant.choose_model(OWNER, app_id, "large")
    assert (assistant.model_choice, fixed.model_choice) == (True, False)
    with pytest.raises(InvalidInput, match=models.NO_CHOICE):
        await fixed.set_preferences(OWNER, Profile(model="small"))
    with pytest.raises(InvalidInput, match=models.NO_CHOICE):
        await fixed.choose_model(OWNER, app_id, "small")
    assert (await fixed.view(OWNER, app_id)).model == "usual"
    assert await _writes(fixed, app_id) == "usual"


async def test_it_is_the_owners_and_needs_a_conversation_that_waits(
    assistant: EmailAssistant, app_id: str, model: OneOfThree
) -> None:
    with pytest.raises(WrongStep, match="Nothing was said"):
        await assistant.choose_model(OWNER, app_id, "large")
    hang = Hang()
    model.drafts.append([hang, "Dear Dana."])
    turn = asyncio.create_task(assistant.turn(OWNER, app_id, NewEmail(MAIL, "say yes")))
    await hang.reached.wait()
    with pytest.raises(ConversationBusy):
        await assistant.choose_model(OWNER, app_id, "large")
    with pytest.raises(ConversationNotFound):
        await assistant.choose_model("eve", app_id, "large")
    hang.go_on.set()
    await turn
