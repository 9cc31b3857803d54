"""A draft that was stopped, or broke off, keeps its words, and the person decides what becomes of them."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from email_assistant.conversation.commands import (
    Command,
    Edit,
    GoOn,
    JustWrite,
    NewEmail,
    Retry,
    Revise,
    Typed,
    UseStopped,
)
from email_assistant.errors import ModelUnreachable, WrongStep
from email_assistant.service.assistant import EmailAssistant
from email_assistant.service.turns import Delta
from email_assistant.service.view import ConversationView
from tests.contract.assistant.service import OWNER, Say
from tests.fakes.scripted_model import Hang, ScriptedModel

MAIL = NewEmail("Hi Sam,\n\nlunch on Thursday?\n\nAna", "say yes")
BEGUN = "Hi Ana, Thursday su"


async def stop_in(
    command: Command, assistant: EmailAssistant, app_id: str, model: ScriptedModel, words: str = BEGUN
) -> ConversationView:
    """Stop the turn of `command` after these words of its draft."""
    here = Hang()
    model.drafts.append([*([words] if words else []), here])
    turn = asyncio.create_task(assistant.turn(OWNER, app_id, command))
    await here.reached.wait()
    turn.cancel()
    await asyncio.gather(turn, return_exceptions=True)
    return await assistant.view(OWNER, app_id)


async def test_its_words_are_kept(assistant: EmailAssistant, app_id: str, model: ScriptedModel) -> None:
    view = await stop_in(MAIL, assistant, app_id, model)

    assert (view.next_step, view.stopped, view.state.stopped_draft) == ("retry", True, BEGUN)
    assert view.state.draft_history == []


async def test_so_are_those_of_one_that_broke_off(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel
) -> None:
    model.drafts.append([BEGUN, ModelUnreachable("The model went away.")])
    with pytest.raises(ModelUnreachable):
        await say(MAIL)

    view = await assistant.view(OWNER, app_id)
    assert (view.stopped, view.state.stopped_draft) == (False, BEGUN)


@pytest.mark.parametrize("said", [UseStopped(), Typed("use it")])
async def test_they_are_used(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel, said: UseStopped | Typed
) -> None:
    await stop_in(MAIL, assistant, app_id, model)

    view = await say(said)

    (draft,) = view.state.draft_history
    assert (draft.body, draft.origin, view.next_step) == (BEGUN, "stopped", "process_feedback")
    assert view.state.stopped_draft == ""
    with pytest.raises(WrongStep):
        await say(UseStopped())


@pytest.mark.parametrize("said", [GoOn(), Typed("continue")])
async def test_they_are_gone_on_with(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel, said: GoOn | Typed
) -> None:
    await say(MAIL)
    await stop_in(Revise("name the place"), assistant, app_id, model)

    model.drafts.append("Hi Ana, Thursday suits me at Luna.")
    view = await say(said)

    asked = model.told[-1].revisions[-1]
    assert asked.draft == BEGUN
    assert "name the place" in asked.feedback
    assert view.state.current_draft == "Hi Ana, Thursday suits me at Luna."
    assert view.state.stopped_draft == ""


async def test_again_begins_anew(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel
) -> None:
    await stop_in(MAIL, assistant, app_id, model)

    view = await say(Retry())

    assert model.told[-1].revisions == ()
    assert view.state.stopped_draft == ""
    assert len(view.state.draft_history) == 1


@pytest.mark.parametrize("words", ["", "Hi Ana"])
async def test_one_that_is_stopped_earlier_the_next_time_keeps_them(
    assistant: EmailAssistant, app_id: str, model: ScriptedModel, words: str
) -> None:
    await stop_in(MAIL, assistant, app_id, model)

    assert (await stop_in(Retry(), assistant, app_id, model, words)).state.stopped_draft == BEGUN


@pytest.mark.parametrize("said", [Edit("Hi Ana, yes."), Typed("Edit:\nHi Ana, yes.")])
async def test_a_reply_is_written_by_hand_where_the_model_wrote_none(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel, said: Edit | Typed
) -> None:
    model.drafts.append(ModelUnreachable("The model declined."))
    with pytest.raises(ModelUnreachable):
        await say(MAIL)

    view = await say(said)

    (draft,) = view.state.draft_history
    assert (draft.body, draft.origin, view.next_step) == ("Hi Ana, yes.", "edited", "process_feedback")
    assert (await say(Revise("shorter"))).state.draft_history[1].version == 2


async def test_and_where_it_still_asks(say: Say, model: ScriptedModel) -> None:
    model.questions.append(["Where?", "When?"])
    await say(MAIL)

    view = await say(Edit("Hi Ana, yes."))

    assert view.state.current_draft == "Hi Ana, yes."
    assert view.state.clarification_history[0].answers == ["", ""]


@pytest.mark.parametrize("said", [JustWrite(), Typed("just write it")])
async def test_questions_that_were_not_waited_for_are_not_asked(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel, said: JustWrite | Typed
) -> None:
    thinking = Hang()
    model.questions.append(thinking)
    turn = asyncio.create_task(assistant.turn(OWNER, app_id, MAIL))
    await thinking.reached.wait()
    turn.cancel()
    await asyncio.gather(turn, return_exceptions=True)

    view = await say(said)

    assert len(model.asked) == 1
    assert len(view.state.draft_history) == 1


async def test_whoever_comes_later_is_told_the_words_so_far(
    assistant: EmailAssistant, app_id: str, model: ScriptedModel
) -> None:
    here = Hang()
    model.drafts.append(["Hi Ana, ", here, "yes."])
    turn = asyncio.create_task(assistant.turn(OWNER, app_id, MAIL))
    await here.reached.wait()

    assert (await assistant.view(OWNER, app_id)).words == "Hi Ana, "
    words = ""
    async with aclosing(assistant.follow(OWNER, app_id)) as events:
        async for event in events:
            words = words + event.text if isinstance(event, Delta) else ""
            here.go_on.set()
    assert words == "Hi Ana, yes."
    await turn
    assert [event async for event in assistant.follow(OWNER, app_id)] == []
