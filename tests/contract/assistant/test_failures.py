"""A model that fails leaves a conversation that can be retried."""

from __future__ import annotations

import pytest

from email_assistant.conversation.commands import Accept, Answers, NewEmail, Restore, Retry, Revise
from email_assistant.errors import ModelBusy, ModelCutOff, ModelError, ModelInvalidAnswer, ModelUnreachable
from email_assistant.service.assistant import EmailAssistant
from email_assistant.service.turns import Delta, Progress, StepStarted
from email_assistant.writing.model import Clarification, Revision
from tests.contract.assistant.service import MAIL, OWNER, Say, fail_at, spoken
from tests.fakes.scripted_model import ScriptedModel

FAILURES = [ModelBusy("Wait a minute."), ModelUnreachable("No network."), ModelCutOff("It was cut off.")]

QUESTION_STEPS = ["questions", "questions after the instructions"]
DRAFT_STEPS = ["first draft", "first draft after answers", "later draft"]
STEPS = [*QUESTION_STEPS, *DRAFT_STEPS]


def failure_at(step: str) -> Exception:
    """Return what makes a step fail: a model that cannot ask is no obstacle, an error of ours is."""
    return ZeroDivisionError() if step in QUESTION_STEPS else FAILURES[0]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
async def test_a_model_that_cannot_ask_does_not_hold_up_the_draft(
    say: Say, model: ScriptedModel, failure: ModelError
) -> None:
    model.questions.append(failure)

    view = await say(NewEmail(MAIL, "say yes"))

    assert (view.next_step, view.problem) == ("process_feedback", None)
    assert spoken(view) == ["SubmittedEmail", "Draft"]
    assert view.state.current_draft == "Draft 1."


async def test_a_model_that_cannot_ask_after_the_instructions_does_not_hold_up_the_draft_either(
    say: Say, model: ScriptedModel
) -> None:
    await say(NewEmail(MAIL))
    model.questions.append(FAILURES[0])

    view = await say(Answers(("say yes",)))

    assert (view.next_step, view.problem) == ("process_feedback", None)
    assert model.told[0].instructions == "say yes"


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
@pytest.mark.parametrize("step", DRAFT_STEPS)
async def test_a_failed_step_says_why_and_a_retry_goes_on_from_it(
    *, assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel, step: str, failure: ModelError
) -> None:
    await fail_at(step, say, model, failure)

    view = await assistant.view(OWNER, app_id)
    assert (view.next_step, view.problem, view.running) == ("retry", str(failure), None)
    drafts, version = len(view.state.draft_history), view.version

    after = await say(Retry(), seen=version)

    assert (after.next_step, after.problem) == ("process_feedback", None)
    assert len(after.state.draft_history) == drafts + 1
    assert spoken(after) == [*spoken(view), "Draft"]


@pytest.mark.parametrize("step", STEPS)
async def test_a_step_may_fail_many_times(say: Say, model: ScriptedModel, step: str) -> None:
    await fail_at(step, say, model, failure_at(step))
    for failure in [failure_at(step)] if step in QUESTION_STEPS else FAILURES:
        (model.questions if step in QUESTION_STEPS else model.drafts).append(failure)
        with pytest.raises(type(failure)):
            await say(Retry())

    assert (await say(Retry())).next_step == "process_feedback"


@pytest.mark.parametrize("step", STEPS)
async def test_words_instead_of_a_retry_reach_the_model(say: Say, model: ScriptedModel, step: str) -> None:
    await fail_at(step, say, model, failure_at(step))
    words = "and thank her for the slides"
    later = step == "later draft"

    view = await say(Revise(words) if later else Answers((), remark=words, typed=words))

    assert view.next_step == "process_feedback"
    brief = model.told[-1]
    assert brief.instructions == "say yes"
    if later:
        assert brief.revisions == (Revision("Draft 1.", f"shorter\n{words}"),)
    else:
        assert brief.clarifications[-1] == Clarification("", words)
    if step == "first draft after answers":
        assert brief.clarifications[0] == Clarification("Which day?", "Thursday")
    if step == "questions after the instructions":
        assert model.asked[-1].clarifications == (Clarification("", words),)


@pytest.mark.parametrize("step", STEPS)
async def test_words_instead_of_a_retry_are_kept_when_it_fails_again(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel, step: str
) -> None:
    await fail_at(step, say, model, failure_at(step))
    for words in ("and thank her", "and be brief"):
        model.drafts.append(FAILURES[1])
        with pytest.raises(ModelUnreachable):
            await say(Revise(words) if step == "later draft" else Answers((), remark=words))

    view = await say(Retry())

    told = str(model.told[-1])
    assert told.count("and thank her") == told.count("and be brief") == 1
    assert view.next_step == "process_feedback"


async def test_after_a_failed_revision_the_draft_before_can_be_accepted_or_restored(
    say: Say, model: ScriptedModel
) -> None:
    await fail_at("later draft", say, model, FAILURES[0])
    view = await say(Restore(1))
    assert (view.next_step, view.state.current_draft) == ("process_feedback", "Draft 1.")

    model.drafts.append(FAILURES[0])
    with pytest.raises(ModelBusy):
        await say(Revise("longer"))
    view = await say(Accept())

    assert (view.next_step, view.state.final_draft) == (None, "Draft 1.")


async def test_an_empty_draft_is_a_failure_to_retry(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel
) -> None:
    model.drafts.append(["  "])
    with pytest.raises(ModelInvalidAnswer):
        await say(NewEmail(MAIL, "say yes"))

    assert (await assistant.view(OWNER, app_id)).next_step == "retry"
    assert (await say(Retry())).state.current_draft == "Draft 2."


@pytest.mark.parametrize("step", STEPS)
async def test_an_error_of_ours_is_no_sentence_for_the_person_and_can_be_retried(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel, step: str
) -> None:
    await fail_at(step, say, model, ZeroDivisionError("the mail's own text"))

    view = await assistant.view(OWNER, app_id)
    assert (view.next_step, view.problem) == ("retry", None) or view.problem == ""
    assert (await say(Retry())).next_step == "process_feedback"


@pytest.mark.parametrize("at", [StepStarted, Delta])
async def test_a_listener_that_fails_leaves_a_conversation_that_can_be_retried(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel, at: type
) -> None:
    async def listener(event: Progress) -> None:
        if isinstance(event, at) and model.asked:
            raise ConnectionError("the page is gone")

    with pytest.raises(ConnectionError):
        await say(NewEmail(MAIL, "say yes"), listener=listener)

    assert (await assistant.view(OWNER, app_id)).next_step == "retry"
    assert model.open_streams == 0
    assert (await say(Retry())).next_step == "process_feedback"
