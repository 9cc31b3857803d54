"""What is asked before the first draft, and by whom: rules where they know, else the model."""

from __future__ import annotations

from typing import Any

import pytest
from burr.core import State

from email_assistant.conversation.drafting import brief_of, determine_clarifications
from email_assistant.conversation.state import HOW_TO_REPLY, ConversationState, initial_state
from email_assistant.errors import ModelBusy, ModelCutOff, ModelNonsense
from email_assistant.mail import IncomingEmail
from email_assistant.writing.drafting import Drafting
from tests.fakes.scripted_model import ScriptedModel

CHOICE = "Would the 4th or the 6th of May suit you for the workshop?"
OPEN = "Where shall we meet before the workshop?"
CAREFUL = Drafting()


def state(text: str, instructions: str, language: str = "en", **fields: Any) -> State[Any]:
    email = IncomingEmail(subject="Workshop", text=text, language=language).model_dump(mode="json")
    return State(initial_state() | {"incoming_email": email, "response_instructions": instructions} | fields)


async def asked(before: State[Any], model: ScriptedModel, drafting: Drafting = CAREFUL) -> ConversationState:
    after = await determine_clarifications(before, model=model, drafting=drafting)
    return ConversationState.model_validate(after.get_all())


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        (CHOICE, "the 6th of May"),
        ("Can you come on Friday?", "yes, gladly"),
        ("I only wanted to say thank you.", "she is welcome"),
    ],
)
async def test_nobody_is_asked_where_the_notes_answer_all(text: str, notes: str) -> None:
    model = ScriptedModel()
    model.questions.append(["Which day?"])

    view = await asked(state(text, notes), model)

    assert model.asked == []
    assert view.clarification_questions == []
    assert view.clarification_history == []
    assert view.timeline == []


async def test_a_choice_that_was_left_open_is_asked_for_by_rules_with_its_options() -> None:
    model = ScriptedModel()

    view = await asked(state(CHOICE, "we are happy to join"), model)

    assert model.asked == []
    assert view.clarification_questions == [CHOICE]
    (round_,) = view.clarification_history
    (options,) = round_.options
    assert len(options) == 2
    assert "4th" in options[0]
    assert "6th of May" in options[1]
    assert [moment.kind for moment in view.timeline] == ["questions"]


async def test_the_model_is_asked_about_what_rules_cannot_ask() -> None:
    model = ScriptedModel()
    model.questions.append(["Where do you want to meet?"])

    view = await asked(state(OPEN, "we are happy to join"), model)

    assert len(model.asked) == 1
    assert [ask.text for ask in model.asked[0].asks] == [OPEN]
    assert view.clarification_questions == ["Where do you want to meet?"]


async def test_the_model_is_asked_in_a_language_that_rules_do_not_speak() -> None:
    model = ScriptedModel()
    await asked(state("Czy 4 czy 6 maja odpowiada Ci termin warsztatu?", "tak", "pl"), model)
    assert len(model.asked) == 1


async def test_a_question_about_a_choice_has_its_options() -> None:
    model = ScriptedModel()
    model.questions.append(["Do you come on the 6th of May?", "How many are you?"])

    view = await asked(state(CHOICE, "we are happy to join"), model, Drafting(proofreads=False))

    first, second = view.clarification_history[0].options
    assert len(first) == 2
    assert not second


@pytest.mark.parametrize("failure", [ModelBusy("Wait."), ModelCutOff("Cut."), ModelNonsense("What?")])
@pytest.mark.parametrize("drafting", [CAREFUL, Drafting(proofreads=False)])
async def test_a_model_that_cannot_ask_is_no_obstacle(failure: Exception, drafting: Drafting) -> None:
    model = ScriptedModel()
    model.questions.append(failure)

    view = await asked(state(OPEN, "we are happy to join"), model, drafting)

    assert len(model.asked) == 1
    assert view.clarification_questions == []
    assert view.clarification_history == []


async def test_without_notes_the_answers_to_choose_from_come_from_the_mail() -> None:
    model = ScriptedModel()

    view = await asked(state(CHOICE, ""), model)

    assert model.asked == []
    assert view.clarification_questions == [HOW_TO_REPLY]
    (options,) = view.clarification_history[0].options
    assert "6th of May" in options[1]


async def test_what_the_mail_asks_is_kept_for_the_drafts() -> None:
    view = await asked(state(f"{CHOICE} {OPEN}", "the 6th of May, at the station"), ScriptedModel())
    assert [ask.text for ask in view.asks] == [CHOICE, OPEN]
    assert brief_of(view).asks == tuple(view.asks)


def test_the_brief_has_what_the_settings_say_of_the_user() -> None:
    profile = {
        "name": "Jo  Lind",
        "addresses": ["jo@example.com"],
        "facts": "I work from nine to five.",
        "tone": "dry",
        "length": "short",
        "examples": ["Hi Bo,\n\nno.\n\nJo"],
    }
    view = ConversationState.model_validate(state(CHOICE, "the 6th").get_all())

    brief = brief_of(view, profile)

    assert (brief.user.name, brief.user.addresses) == ("Jo Lind", ("jo@example.com",))
    assert (brief.voice.facts, brief.voice.tone, brief.voice.length) == tuple(
        profile[name] for name in ("facts", "tone", "length")
    )
    assert brief.voice.examples == ("Hi Bo,\n\nno.\n\nJo",)
    assert brief_of(view).user.name == ""
