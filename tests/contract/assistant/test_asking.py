"""A question about the email or the draft is answered, and leaves all else as it was."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from email_assistant.conversation.asking import HELP, NO_ANSWER, NO_MODEL
from email_assistant.conversation.commands import Accept, Answers, Ask, NewEmail, Retry, Revise, Typed
from email_assistant.errors import ModelBusy
from email_assistant.service.assistant import EmailAssistant
from email_assistant.service.turns import Delta, Progress
from email_assistant.service.view import ConversationView
from email_assistant.store.opening import open_url
from email_assistant.writing.model import Restart
from email_assistant.writing.offline import OfflineWriter
from tests.contract.assistant.service import AT, MAIL, OWNER, Say, end
from tests.fakes.scripted_model import Hang, Script, ScriptedModel


def beside(view: ConversationView) -> dict[str, object]:
    """Return all of the state but what was asked beside the reply."""
    state = view.state.model_dump(mode="json", exclude={"asides", "version"})
    return state | {"next_step": view.next_step, "problem": view.problem, "title": view.title}


@pytest.mark.parametrize("step", ["clarify_instructions", "process_feedback", "none"])
async def test_an_answer_stands_beside_and_changes_nothing(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel, step: str
) -> None:
    for said in AT[step]:
        before = await say(said)
    model.drafts.append("She wants lunch.")

    view = await say(Typed("What does she want?"))

    assert [(each.question, each.answer) for each in view.state.asides] == [
        ("What does she want?", "She wants lunch.")
    ]
    assert beside(view) == beside(before)
    assert await assistant.view(OWNER, app_id) == view
    question = model.told[-1].question
    assert question
    assert (question.text, question.draft) == ("What does she want?", before.state.current_draft)
    assert not model.asked[1:]


async def test_the_answer_comes_word_by_word_and_may_begin_anew(say: Say, model: ScriptedModel) -> None:
    await say(NewEmail(MAIL, "say yes"))
    model.drafts.append(["Let me think.", Restart(), "Lunch ", "on Tuesday."])
    heard: list[str] = []

    async def listen(event: Progress) -> None:
        heard.append(event.text if isinstance(event, Delta) else type(event).__name__)

    view = await say(Ask("What does she want?"), listener=listen)

    assert heard == ["StepStarted", "Let me think.", "Restarted", "Lunch ", "on Tuesday."]
    assert view.state.asides[0].answer == "Lunch on Tuesday."


async def test_the_conversation_goes_on_as_if_nothing_had_been_asked(say: Say, model: ScriptedModel) -> None:
    await say(NewEmail(MAIL))
    await say(Typed("why do you need to know that?"))
    await say(Answers(("say yes",)))
    await say(Typed("summarise"))
    view = await say(Revise("shorter"))
    assert model.told[-1].question is None
    assert [revision.feedback for revision in model.told[-1].revisions] == ["shorter"]
    assert (len(view.state.draft_history), len(view.state.asides)) == (2, 2)

    await say(Accept())
    view = await say(Typed("Is the tone all right?"))

    assert (view.next_step, view.state.final_draft) == (None, view.state.current_draft)


async def test_a_step_that_failed_can_still_be_retried(say: Say, model: ScriptedModel) -> None:
    model.drafts.append(ModelBusy("Wait a moment."))
    with pytest.raises(ModelBusy):
        await say(NewEmail(MAIL, "say yes"))

    view = await say(Typed("what does she want?"))

    assert (view.next_step, view.problem) == ("retry", "Wait a moment.")
    assert (await say(Retry())).next_step == "process_feedback"


@pytest.mark.parametrize(
    ("script", "answer"),
    [
        (ModelBusy("Wait a moment."), "Wait a moment."),
        (["She wants", ModelBusy("Wait a moment.")], "She wants\n\nWait a moment."),
        ([], NO_ANSWER),
    ],
)
async def test_a_model_that_fails_is_told_in_the_answer(
    say: Say, model: ScriptedModel, script: Script, answer: str
) -> None:
    before = await say(NewEmail(MAIL, "say yes"))
    model.drafts.append(script)

    view = await say(Ask("What does she want?"))

    assert view.state.asides[0].answer == answer
    assert beside(view) == beside(before)


@pytest.mark.parametrize("words", ["", "She wants"])
async def test_of_an_answer_that_is_stopped_the_words_so_far_stay(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel, words: str
) -> None:
    before = await say(NewEmail(MAIL, "say yes"))
    silent = Hang()
    model.drafts.append([words, silent])
    asking = asyncio.create_task(say(Ask("What does she want?")))
    await silent.reached.wait()
    during = await assistant.view(OWNER, app_id)
    assert (during.asking, during.words, during.is_writing) == ("What does she want?", words, True)

    await end(asking)

    view = await assistant.view(OWNER, app_id)
    assert (beside(view), view.asking) == (beside(before), "")
    assert [each.answer for each in view.state.asides] == [words] * bool(words)


async def test_help_asks_no_model_and_is_given_before_there_is_an_email(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel
) -> None:
    view = await say(Typed("what can you do?"))

    assert view.state.asides[0].answer == HELP
    assert view.version == 0
    assert model.told == []
    assert (await assistant.view(OWNER, app_id)).version == 0, "nothing was said yet, and nothing is kept"
    assert (await say(NewEmail(MAIL, "say yes"))).state.draft_history


async def test_without_a_model_the_answer_says_what_can_be_done(database_url: str, app_id: str) -> None:
    async with (
        open_url(database_url) as database,
        aclosing(EmailAssistant(database, OfflineWriter(delay=0))) as offline,
    ):
        before = await offline.turn(OWNER, app_id, NewEmail(MAIL, "say yes"))
        view = await offline.turn(OWNER, app_id, Typed("What does she want?"))

    assert view.state.asides[0].answer == f"{NO_MODEL}\n\n{HELP}"
    assert beside(view) == beside(before)
