"""The header of the reply, as every door sees it: one truth, which no model is asked for."""

from __future__ import annotations

import email
from email.message import EmailMessage
from email.policy import default
from urllib.parse import parse_qs, urlsplit

import pytest

from email_assistant.conversation.commands import Accept, NewEmail, Retry, Revise, SetHeader, Typed, Undo
from email_assistant.errors import InvalidInput, ModelBusy, WrongStep
from email_assistant.service.assistant import EmailAssistant
from email_assistant.store.preferences import Preferences
from tests.contract.assistant.service import OTHER_MAIL, OWNER, Say
from tests.fakes.scripted_model import ScriptedModel

MAIL = (
    "From: Inga Holm <inga@example.org>\nTo: Max <max@example.com>, Robin Cole <robin@example.org>\n"
    "Cc: Tara Singh <tara@example.org>\nSubject: Boat trip\n\nShall we take the boat?"
)
GIVEN = NewEmail(MAIL, "say yes")
MINE = Preferences(name="Max", addresses=("max@example.com",), signature="Max Berg\nHarbour 3")


async def written(assistant: EmailAssistant, app_id: str, *, quote: bool = True) -> EmailMessage:
    source = await assistant.reply_file(OWNER, app_id, quote=quote)
    return email.message_from_bytes(source, policy=default)


async def test_typed_words_change_the_header_and_nothing_else(
    *, assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel
) -> None:
    await assistant.set_preferences(OWNER, MINE)
    first = await say(GIVEN)
    asked = len(model.told)

    await say(Typed("reply to all"))
    await say(Typed("remove Tara"))
    await say(Typed("bcc me"))
    view = await say(Typed("change the subject to Boats"))

    assert len(model.told) == asked
    assert view.state.draft_history == first.state.draft_history
    assert view.next_step == "process_feedback"
    assert view.version == first.version + 4
    message = await written(assistant, app_id)
    assert str(message["to"]) == "Inga Holm <inga@example.org>"
    assert str(message["cc"]) == "Robin Cole <robin@example.org>"
    assert str(message["bcc"]) == "Max <max@example.com>"
    assert str(message["subject"]) == "Boats"
    link = await assistant.reply_link(OWNER, app_id)
    assert link is not None
    assert urlsplit(link).path == "inga@example.org"
    fields = parse_qs(urlsplit(link).query)
    assert (fields["cc"], fields["bcc"]) == (["robin@example.org"], ["max@example.com"])
    assert fields["body"][0].endswith("\r\n\r\n-- \r\nMax Berg\r\nHarbour 3")


async def test_the_signature_stands_above_the_quoted_email(
    assistant: EmailAssistant, app_id: str, say: Say
) -> None:
    await assistant.set_preferences(OWNER, MINE)
    view = await say(GIVEN)

    text = (await written(assistant, app_id)).get_content()
    assert text.index(view.state.current_draft) < text.index("Harbour 3") < text.index("> Shall we")
    assert "\n-- " not in text  # what stands below such a line is part of the signature
    alone = (await written(assistant, app_id, quote=False)).get_content()
    assert alone.splitlines()[-3:] == ["-- ", "Max Berg", "Harbour 3"]
    assert view.signature == "Max Berg\nHarbour 3"


async def test_an_accepted_reply_stays_accepted(
    *, assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel
) -> None:
    await say(GIVEN)
    await say(Accept())
    view = await say(SetHeader(cc=("zoe@example.net",), subject="Boats"))

    assert view.next_step is None
    assert view.state.final_draft is not None
    assert str((await written(assistant, app_id))["cc"]) == "zoe@example.net"
    model.drafts.append(["Shorter."])
    view = await say(Revise("shorter"))
    assert (view.state.current_draft, view.next_step) == ("Shorter.", "process_feedback")
    assert view.header.cc[0].address == "zoe@example.net"
    assert (await say(Accept())).next_step is None
    assert (await say(Undo())).next_step == "process_feedback"


async def test_a_step_that_failed_runs_again_and_the_change_stays(say: Say, model: ScriptedModel) -> None:
    await say(GIVEN)
    model.drafts.append(ModelBusy("Busy."))
    with pytest.raises(ModelBusy):
        await say(Revise("shorter"))
    model.drafts.append(["Shorter."])

    view = await say(Typed("cc zoe@example.net"))

    assert view.state.current_draft == "Shorter."
    assert view.header.cc[0].address == "zoe@example.net"
    with pytest.raises(WrongStep):
        await say(Retry())


async def test_what_cannot_be_used_changes_nothing(
    *, assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel
) -> None:
    with pytest.raises(WrongStep):
        await say(SetHeader(subject="Boats"))
    before = await say(GIVEN)
    asked = len(model.told)
    for command in (Typed("cc Zoe"), SetHeader(to=("zoe@",)), Typed("bcc me")):
        with pytest.raises(InvalidInput):
            await say(command)
    assert await say(Typed("reply only to the sender")) is not None
    assert (await say(SetHeader(reply_all=False))).version == before.version + 1
    assert len(model.told) == asked


async def test_another_email_has_a_header_of_its_own_and_a_corrected_one_keeps_what_was_chosen(
    say: Say,
) -> None:
    await say(GIVEN)
    await say(SetHeader(subject="Boats"))
    corrected = await say(NewEmail(OTHER_MAIL, role="corrected"))
    assert corrected.header.subject == "Boats"
    other = await say(NewEmail(MAIL, "say yes", role="instead"))
    assert other.header.subject == "Re: Boat trip"
