"""A mail that answers none: the same steps, with nothing to answer."""

from __future__ import annotations

import email
from email.policy import default

import pytest

from email_assistant.conversation.commands import Accept, Answers, Compose, NewEmail, Typed
from email_assistant.errors import InvalidInput, OtherEmail, WrongStep
from email_assistant.service.assistant import EmailAssistant
from tests.contract.assistant.service import MAIL, OWNER, Say
from tests.fakes.scripted_model import ScriptedModel


async def test_a_typed_order_leads_to_a_draft_with_recipient_and_subject(
    *, assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel
) -> None:
    view = await say(Typed("Write an email to Noor <noor@example.org> about the boiler: it leaks."))

    assert (view.next_step, len(view.state.draft_history)) == ("process_feedback", 1)
    assert [type(entry).__name__ for entry in view.state.timeline] == ["SubmittedEmail", "Draft"]
    assert view.state.incoming_email is not None
    assert not view.state.incoming_email.warnings
    assert (str(view.header.to[0]), view.header.subject) == ("Noor <noor@example.org>", "The boiler")
    assert view.title == "The boiler"
    brief = model.told[-1]
    assert (brief.is_new_mail, brief.instructions, brief.sender.name) == (True, "it leaks.", "Noor")
    await say(Typed("subject: A leak"))
    await say(Accept())
    message = email.message_from_bytes(await assistant.reply_file(OWNER, app_id), policy=default)
    assert (message["to"], message["subject"]) == ("Noor <noor@example.org>", "A leak")
    assert message["in-reply-to"] is None
    assert ">" not in message.get_content()


async def test_what_it_should_say_is_asked_where_nothing_tells(say: Say, model: ScriptedModel) -> None:
    view = await say(Compose("new email", to=("noor@example.org",)))
    assert view.state.clarification_questions == ["What should the mail say?"]
    view = await say(Answers(("The boiler leaks.",)))
    assert len(view.state.draft_history) == 1
    assert model.told[-1].clarifications[0].answer == "The boiler leaks."


async def test_it_begins_a_conversation_and_none_that_goes_on(say: Say) -> None:
    with pytest.raises(InvalidInput):
        await say(Compose(" "))
    with pytest.raises(InvalidInput):
        await say(Compose("say that I am late", to=("noor@",)))
    await say(Compose("say that I am late"))
    with pytest.raises(WrongStep):
        await say(Compose("say that I am late"))
    with pytest.raises(OtherEmail):
        await say(NewEmail(MAIL))
