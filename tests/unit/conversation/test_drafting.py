"""What is asked before the first draft, and by whom: rules where they know, else the model."""

from __future__ import annotations

from typing import Any

import pytest
from burr.core import State

from email_assistant.conversation.drafting import brief_of, determine_clarifications
from email_assistant.conversation.state import HOW_TO_REPLY, ConversationState, Questions, initial_state
from email_assistant.errors import ModelBusy, ModelCutOff, ModelInvalidAnswer
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
    assert [type(entry) for entry in view.timeline] == [Questions]


async def test_the_model_is_asked_about_what_rules_cannot_ask() -> None:
    model = ScriptedModel()
    model.questions.append(["Where do you want to meet?"])

    view = await asked(state(OPEN, "we are happy to join"), model)

    assert len(model.asked) == 1
    assert [ask.text for ask in model.asked[0].asks] == [OPEN]
    assert view.clarification_questions == ["Where do you want to meet?"]


@pytest.mark.parametrize(
    ("text", "language", "options"),
    [
        ("Czy 4 maja czy 6 maja odpowiada Ci termin warsztatu?", "pl", ["4 maja", "6 maja"]),
        ("Passar vecka 31 eller vecka 33 för besöket?", "sv", ["vecka 31", "vecka 33"]),
        ("お打ち合わせは5月4日と5月6日のどちらがよろしいでしょうか。", "ja", ["5月4日", "5月6日"]),
        (
            "Wir könnten am Dienstag, 4. Mai, oder am Donnerstag, 6. Mai, kommen. Was passt Ihnen besser?",
            "de",
            ["Dienstag, 4. Mai", "Donnerstag, 6. Mai"],
        ),
    ],
)
async def test_a_choice_of_numbers_and_days_is_asked_for_in_other_languages_too(
    text: str, language: str, options: list[str]
) -> None:
    model = ScriptedModel()

    view = await asked(state(text, {"ja": "伺います"}.get(language, "ok"), language), model)

    assert model.asked == []
    assert len(view.clarification_questions) == 1
    assert view.clarification_history[0].options == [options]
    assert (await asked(state(text, options[1], language), model)).clarification_questions == []


TWO_MORE = "Can you come on Friday? How many chairs do you need? And which room shall we book?"


@pytest.mark.parametrize(
    "question",
    [
        "Can you please confirm that you come on Friday?",  # what the notes say, given back
        "Would you like to talk about the weather?",  # what the mail does not ask
        "Please add the number of chairs.",
        "When will Ruben Blom need how many chairs?",
        "How many chairs do you need at www.chairs.example?",
        "How many chairs for account DE89 3704 0044 0532 0130 00 do you need?",
        "How many chairs do you need? " + "Really? " * 50,
    ],
)
async def test_a_model_asks_nothing_that_the_mail_does_not_ask_the_user(question: str) -> None:
    model = ScriptedModel()
    model.questions.append([question, "Which room do you want to book?"])
    profile = {"name": "Ruben Blom"}

    after = await determine_clarifications(
        state(TWO_MORE, "yes, on Friday"), model=model, drafting=CAREFUL, profile=profile
    )

    assert after["clarification_questions"] == ["Which room do you want to book?"]


@pytest.mark.parametrize(
    "notes",
    [
        "yes, on Friday. twelve chairs in the blue room",
        "yes, on Friday, twelve of them, the blue one",
        "no, I am away",
        "ja, Freitag passt mir gut, und wir sind dann bei euch",
    ],
)
async def test_a_model_asks_nothing_that_the_notes_may_answer(notes: str) -> None:
    model = ScriptedModel()
    model.questions.append(["Which room do you want to book?", "Can you come on Friday?"])

    assert (await asked(state(TWO_MORE, notes), model)).clarification_questions == []


async def test_a_choice_that_says_too_little_is_asked_for_in_our_words() -> None:
    text = "We are free on Tuesday, 4 May or Thursday, 6 May. Which suits?"

    view = await asked(state(text, "we are happy to join"), ScriptedModel())

    assert view.clarification_questions == ["Which do you choose: Tuesday, 4 May / Thursday, 6 May?"]


async def test_a_question_about_a_choice_has_its_options() -> None:
    model = ScriptedModel()
    model.questions.append(["Do you come on the 6th of May?", "How many are you?"])

    view = await asked(state(CHOICE, "we are happy to join"), model, Drafting(proofreads=False))

    first, second = view.clarification_history[0].options
    assert len(first) == 2
    assert not second


@pytest.mark.parametrize("failure", [ModelBusy("Wait."), ModelCutOff("Cut."), ModelInvalidAnswer("What?")])
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
