"""A corrected email replaces the first."""

from __future__ import annotations

import pytest

from email_assistant.conversation.commands import Answers, EmailFile, NewEmail, Revise
from email_assistant.errors import ConversationNotFound, ModelBusy
from email_assistant.service.assistant import EmailAssistant
from email_assistant.writing.model import Clarification, Revision
from tests.contract.assistant.service import AT, MAIL, OTHER_MAIL, OWNER, Say, fail_at
from tests.fakes.scripted_model import ScriptedModel


@pytest.mark.parametrize("halt", ["clarify_instructions", "process_feedback", "retry", "none"])
async def test_a_corrected_email_replaces_the_first_wherever_the_conversation_stands(
    *, say: Say, model: ScriptedModel, assistant: EmailAssistant, app_id: str, halt: str
) -> None:
    if halt == "retry":
        await fail_at("first draft", say, model, ModelBusy("Wait."))
    for before in AT.get(halt, []):
        await say(before)
    drafts = len((await assistant.view(OWNER, app_id)).state.draft_history)

    view = await say(NewEmail(OTHER_MAIL, "say no", role="corrected"))

    assert view.title == "Dinner"
    assert (view.next_step, view.problem) == ("process_feedback", None)
    assert (view.state.final_draft, len(view.state.draft_history)) == (None, drafts + 1)
    assert (model.told[-1].email.subject, model.told[-1].instructions) == ("Dinner", "say no")
    on_corrected = model.told[-1]
    assert on_corrected.revisions == ()


async def test_a_corrected_email_keeps_the_instructions_and_asks_anew(say: Say, model: ScriptedModel) -> None:
    model.questions.extend([["Which day?"], ["Where?"]])
    await say(NewEmail(MAIL, "say yes"))

    view = await say(NewEmail(OTHER_MAIL, role="corrected"))

    assert view.next_step == "clarify_instructions"
    assert view.state.clarification_questions == ["Where?"]
    assert view.state.response_instructions == "say yes"
    view = await say(Answers(("at home",)))
    assert Clarification("Where?", "at home") in model.told[-1].clarifications


async def test_feedback_on_drafts_for_the_first_email_is_none_on_those_for_the_corrected_one(
    say: Say, model: ScriptedModel
) -> None:
    await say(NewEmail(MAIL, "say yes"))
    await say(Revise("shorter"))
    await say(NewEmail(OTHER_MAIL, role="corrected"))
    on_corrected = model.told[-1]
    assert on_corrected.revisions == ()

    view = await say(Revise("warmer"))

    assert model.told[-1].revisions == (Revision("Draft 3.", "warmer"),)
    assert view.state.current_draft == "Draft 4."


async def test_files_are_kept_as_they_came(assistant: EmailAssistant, app_id: str, say: Say) -> None:
    source = b"From: Dana <dana@example.com>\r\nSubject: Lunch\r\n\r\nLunch?\r\n"

    view = await say(NewEmail(instructions="say yes", files=(EmailFile("lunch.eml", source),)))

    (original,) = view.state.originals
    assert (original.filename, original.size) == ("lunch.eml", len(source))
    assert await assistant.original(OWNER, app_id, original.file_id) == source
    with pytest.raises(ConversationNotFound):
        await assistant.original("eve", app_id, original.file_id)
