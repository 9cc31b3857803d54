"""What is refused, with a sentence, and changes nothing."""

from __future__ import annotations

import pytest

from email_assistant.conversation.commands import (
    Accept,
    Answers,
    Command,
    Edit,
    NewEmail,
    Reopen,
    Restore,
    Retry,
    Revise,
)
from email_assistant.conversation.planning import MAX_SAID
from email_assistant.errors import ConversationNotFound, InvalidEmail, InvalidInput, StaleDraft, WrongStep
from email_assistant.service.assistant import EmailAssistant
from tests.contract.assistant.service import AT, MAIL, OWNER, UNKNOWN, Say, end, silent_turn
from tests.fakes.scripted_model import ScriptedModel

FITS: dict[str, type | tuple[type, ...]] = {
    "process_input": (),
    "clarify_instructions": Answers,
    "process_feedback": Revise,
    "none": (Revise, Reopen),
}


@pytest.mark.parametrize("said", [Answers(("yes",)), Revise("x"), Reopen(), Retry()])
@pytest.mark.parametrize("halt", AT)
async def test_what_the_conversation_does_not_wait_for_is_refused_and_changes_nothing(
    *, assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel, halt: str, said: Command
) -> None:
    for before in AT[halt]:
        await say(before)
    if isinstance(said, FITS[halt]):
        await say(said)
        return
    seen, told = await assistant.view(OWNER, app_id), len(model.told)

    with pytest.raises(WrongStep) as refused:
        await say(said)

    assert refused.value.next_step == (None if halt == "none" else halt)
    assert await assistant.view(OWNER, app_id) == seen
    assert len(model.told) == told


async def test_what_was_said_of_an_older_version_is_refused(
    assistant: EmailAssistant, app_id: str, say: Say
) -> None:
    old = await say(NewEmail(MAIL, "say yes"))
    new = await say(Revise("shorter"), seen=old.version)

    with pytest.raises(StaleDraft):
        await say(Accept(), seen=old.version)

    assert await assistant.view(OWNER, app_id) == new


@pytest.mark.parametrize("answers", [(), ("a",), ("a", "b", "c")])
async def test_there_is_one_answer_for_each_question(
    say: Say, model: ScriptedModel, answers: tuple[str, ...]
) -> None:
    model.questions.append(["Which day?", "Where?"])
    await say(NewEmail(MAIL, "say yes"))

    with pytest.raises(InvalidInput, match="2 questions"):
        await say(Answers(answers))


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ([], NewEmail(MAIL, "x" * (MAX_SAID + 1))),
        ([NewEmail(MAIL)], Answers(("x" * (MAX_SAID + 1),))),
        ([NewEmail(MAIL)], Answers(("",), remark="x" * (MAX_SAID + 1))),
        ([NewEmail(MAIL)], Answers(("",), typed=" " * (MAX_SAID + 1))),
        ([NewEmail(MAIL, "say yes")], Revise("x" * (MAX_SAID + 1))),
    ],
)
async def test_what_is_too_long_is_refused_with_a_sentence_and_changes_nothing(
    assistant: EmailAssistant, app_id: str, say: Say, before: list[Command], said: Command
) -> None:
    for earlier in before:
        await say(earlier)
    seen = await assistant.view(OWNER, app_id)

    with pytest.raises(InvalidInput, match="100,001 characters long"):
        await say(said)

    assert await assistant.view(OWNER, app_id) == seen


async def test_what_is_just_short_enough_is_taken_whole(say: Say) -> None:
    await say(NewEmail(MAIL, "x" * MAX_SAID))
    view = await say(Revise("y" * MAX_SAID))

    assert len(view.state.response_instructions) == MAX_SAID
    assert len(view.state.feedback_history[0].text) == MAX_SAID


async def test_an_empty_email_is_refused_and_the_conversation_still_waits_for_one(
    assistant: EmailAssistant, app_id: str, say: Say
) -> None:
    with pytest.raises(InvalidEmail):
        await say(NewEmail("  \n"))

    assert (await assistant.view(OWNER, app_id)).next_step == "process_input"


async def test_an_unknown_version_is_refused(assistant: EmailAssistant, app_id: str, say: Say) -> None:
    seen = await say(NewEmail(MAIL, "say yes"))

    with pytest.raises(InvalidInput, match="no version 2"):
        await say(Restore(2))

    assert await assistant.view(OWNER, app_id) == seen


@pytest.mark.parametrize("text", ["Hi \ud800 Dana", "Hi \0 Dana", "Hi \U0001f600 Dana"])
async def test_whatever_is_typed_can_be_shown_as_json_afterwards(
    say: Say, model: ScriptedModel, text: str
) -> None:
    model.questions.append(["Which day?"])
    await say(NewEmail(f"{MAIL}\n{text}", text, typed=text))
    await say(Answers((text,), remark=text, typed=text))
    view = await say(Revise(text))
    view = await say(Edit(text))

    shown = view.state.model_dump_json()
    assert "\\u0000" not in shown
    shown.encode()


@pytest.mark.parametrize("app_id", [UNKNOWN, "x", "", "../../etc/passwd", "\0", UNKNOWN.upper(), "x" * 10**6])
async def test_an_unknown_conversation_is_not_found(assistant: EmailAssistant, app_id: str) -> None:
    for call in (
        assistant.view(OWNER, app_id),
        assistant.turn(OWNER, app_id, NewEmail(MAIL)),
        assistant.stop(OWNER, app_id),
        assistant.delete(OWNER, app_id),
        assistant.rename(OWNER, app_id, "mine"),
    ):
        with pytest.raises(ConversationNotFound):
            await call


async def test_a_foreign_conversation_is_not_found_also_while_it_runs(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel
) -> None:
    turn = await silent_turn(say, model)

    for call in (
        assistant.view("eve", app_id),
        assistant.turn("eve", app_id, NewEmail(MAIL)),
        assistant.stop("eve", app_id),
        assistant.delete("eve", app_id),
        assistant.rename("eve", app_id, "mine"),
        assistant.create("eve", app_id),
    ):
        with pytest.raises(ConversationNotFound):
            await call

    assert (await assistant.page("eve")).conversations == ()
    await end(turn)
