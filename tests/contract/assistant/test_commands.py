"""What can be said of a draft beside words for the model."""

from __future__ import annotations

from typing import Any

import pytest
from burr.core import State

from email_assistant.conversation.commands import (
    Accept,
    Another,
    Answers,
    Edit,
    FillGap,
    NewEmail,
    RemoveWish,
    Restore,
    Retry,
    Revise,
    SetInstructions,
    SignAs,
    Typed,
    Undo,
    UseProposal,
)
from email_assistant.errors import InvalidInput, ModelBusy, OpenGaps, OtherEmail, WrongStep
from email_assistant.service.assistant import EmailAssistant
from email_assistant.service.view import ConversationView
from email_assistant.store.opening import open_url
from email_assistant.store.rows import Glance
from email_assistant.store.states import States
from email_assistant.writing.model import Revision
from tests.contract.assistant.service import MAIL, OTHER_MAIL, OWNER, Say
from tests.fakes.scripted_model import ScriptedModel

GAPS = "Dear Dana,\n\n[which day?] suits me, at [what time?].\n\nSam"


def bodies(view: ConversationView) -> list[str]:
    return [draft.body for draft in view.state.draft_history]


# --- gaps ------------------------------------------------------------------------------------------------


async def test_a_gap_is_filled_without_the_model(say: Say, model: ScriptedModel) -> None:
    model.drafts.append([GAPS])
    await say(NewEmail(MAIL, "say yes"))

    view = await say(FillGap(1, "noon"))

    newest = view.state.draft_history[-1]
    assert newest.body == GAPS.replace("[what time?]", "noon")
    assert (newest.version, newest.origin, newest.model) == (2, "filled", None)
    assert (view.state.feedback_history[-1].kind, view.state.feedback_history[-1].text) == ("fill", "noon")
    assert len(model.told) == 1


@pytest.mark.parametrize(("gap", "text"), [(2, "noon"), (-1, "noon"), (10**9, "noon"), (0, " ")])
async def test_a_gap_that_is_not_there_or_is_left_empty_changes_nothing(
    *, assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel, gap: int, text: str
) -> None:
    model.drafts.append([GAPS])
    seen = await say(NewEmail(MAIL, "say yes"))

    with pytest.raises(InvalidInput):
        await say(FillGap(gap, text))

    assert await assistant.view(OWNER, app_id) == seen


async def test_words_that_approve_mind_the_gaps_if_they_are_to(say: Say, model: ScriptedModel) -> None:
    model.drafts.append([GAPS])
    await say(NewEmail(MAIL, "say yes"))

    with pytest.raises(OpenGaps, match=r"2 gaps are open: \[which day\?\], \[what time\?\]"):
        await say(Typed("looks good", mind_gaps=True))
    view = await say(Typed("looks good"))

    assert view.state.final_draft == GAPS


# --- another, undo ---------------------------------------------------------------------------------------


async def test_another_version_is_of_the_same_request(say: Say, model: ScriptedModel) -> None:
    await say(NewEmail(MAIL, "say yes"))
    await say(Revise("shorter"))
    await say(Another())
    view = await say(Typed("again"))

    assert bodies(view) == ["Draft 1.", "Draft 2.", "Draft 3.", "Draft 4."]
    assert [draft.another_of for draft in view.state.draft_history] == [None, None, 2, 2]
    assert [brief.revisions for brief in model.told[1:]] == [(Revision("Draft 1.", "shorter"),)] * 3


async def test_another_version_that_is_the_same_is_none(say: Say, model: ScriptedModel) -> None:
    model.drafts.extend([["Yes."], ["Yes."]])
    await say(NewEmail(MAIL, "say yes"))

    view = await say(Another())

    assert bodies(view) == ["Yes."]
    assert view.came_out_the_same
    assert view.next_step == "process_feedback"
    assert not (await say(Revise("shorter"))).came_out_the_same


async def test_another_version_that_failed_is_retried(say: Say, model: ScriptedModel) -> None:
    await say(NewEmail(MAIL, "say yes"))
    model.drafts.append(ModelBusy("Wait."))
    with pytest.raises(ModelBusy):
        await say(Another())

    view = await say(Retry())

    assert view.state.draft_history[-1].another_of == 1


async def test_undo_goes_back_draft_by_draft_and_what_was_undone_is_not_asked_again(
    say: Say, model: ScriptedModel
) -> None:
    await say(NewEmail(MAIL, "say yes"))
    await say(Revise("shorter"))
    await say(Edit("Mine."))

    view = await say(Undo())
    assert (view.state.current_draft, view.state.draft_history[-1].restored_from) == ("Draft 2.", 2)
    view = await say(Typed("undo"))
    assert (view.state.current_draft, view.state.draft_history[-1].restored_from) == ("Draft 1.", 1)
    with pytest.raises(InvalidInput, match="no draft before"):
        await say(Undo())
    await say(Revise("warmer"))

    assert model.told[-1].revisions == (Revision("Draft 1.", "warmer"),)


async def test_undo_takes_back_a_way_back(say: Say) -> None:
    await say(NewEmail(MAIL, "say yes"))
    await say(Revise("shorter"))
    await say(Restore(1))

    assert (await say(Undo())).state.current_draft == "Draft 2."


async def test_undo_takes_back_that_a_draft_was_accepted(say: Say) -> None:
    await say(NewEmail(MAIL, "say yes"))
    await say(Accept())

    view = await say(Undo())

    assert (view.next_step, view.state.final_draft, len(bodies(view))) == ("process_feedback", None, 1)


async def test_undo_takes_back_a_request_that_was_not_carried_out(say: Say, model: ScriptedModel) -> None:
    await say(NewEmail(MAIL, "say yes"))
    model.drafts.append(ModelBusy("Wait."))
    with pytest.raises(ModelBusy):
        await say(Revise("shorter"))

    view = await say(Undo())
    assert (view.next_step, view.problem, bodies(view)) == ("process_feedback", None, ["Draft 1."])
    await say(Revise("warmer"))

    assert model.told[-1].revisions == (Revision("Draft 1.", "warmer"),)


async def test_feedback_that_had_no_effect_is_not_asked_for_again(say: Say, model: ScriptedModel) -> None:
    model.drafts.extend([["Yes."], ["Yes."], ["Yes. I bring cake."]])
    await say(NewEmail(MAIL, "say yes"))
    assert (await say(Revise("shorter"))).came_out_the_same

    await say(Revise("add that I bring cake"))

    assert model.told[-1].revisions == (Revision("Yes.", "add that I bring cake"),)


@pytest.mark.parametrize("command", [Edit("Draft 2."), Restore(2), SetInstructions(" say yes ")])
async def test_what_changes_nothing_is_no_version(
    say: Say, command: Edit | Restore | SetInstructions
) -> None:
    await say(NewEmail(MAIL, "say yes"))
    seen = await say(Revise("shorter"))

    assert await say(command) == seen


# --- instructions and the name ---------------------------------------------------------------------------

PASTED = "Hi Sam,\n\nDoes 3pm on Friday work for you?\n\nBest,\nDana\n\nReply: yes 3pm works"


async def test_words_below_an_email_are_proposed_and_not_taken(say: Say, model: ScriptedModel) -> None:
    view = await say(NewEmail(PASTED))

    assert view.next_step == "clarify_instructions"
    assert view.state.proposed_instructions == "yes 3pm works"
    assert view.state.instructions_found == ""
    assert view.state.incoming_email is not None
    assert "yes 3pm works" in view.state.incoming_email.text


@pytest.mark.parametrize("said", [UseProposal(), Typed("use it"), Answers(("yes 3pm  works",))])
async def test_a_proposal_that_is_used_is_no_part_of_the_email(
    say: Say, model: ScriptedModel, said: UseProposal | Typed | Answers
) -> None:
    await say(NewEmail(PASTED))

    view = await say(said)

    assert "".join(view.state.response_instructions.split()) == "yes3pmworks"
    assert view.state.instructions_found == view.state.response_instructions
    assert view.state.proposed_instructions == view.state.proposed_email == ""
    assert "yes 3pm works" not in view.state.email_to_respond
    assert view.state.typed_email == PASTED
    assert "yes 3pm works" not in model.told[0].email.text


async def test_another_answer_leaves_the_email_whole(say: Say, model: ScriptedModel) -> None:
    await say(NewEmail(PASTED))

    view = await say(Answers(("no, sorry",)))

    assert "yes 3pm works" in model.told[0].email.text
    assert (view.state.instructions_found, view.state.proposed_instructions) == ("", "")
    with pytest.raises(WrongStep):
        await say(UseProposal())


async def test_what_was_taken_for_instructions_is_told_and_put_right(say: Say, model: ScriptedModel) -> None:
    view = await say(NewEmail(f"Please decline.\n\n{MAIL}"))
    assert view.state.instructions_found == "Please decline."
    await say(Revise("shorter"))

    view = await say(SetInstructions("Please accept."))

    assert view.state.instructions_found == view.state.response_instructions == "Please accept."
    assert len(bodies(view)) == 3
    assert (model.told[-1].instructions, model.told[-1].revisions) == ("Please accept.", ())


async def test_a_name_signs_this_draft_and_those_that_follow(
    assistant: EmailAssistant, say: Say, model: ScriptedModel
) -> None:
    model.drafts.append(["Hi Dana,\n\nyes.\n\nBest regards,"])
    await say(NewEmail(MAIL, "say yes"))

    view = await say(SignAs(" Sam  Lee "))
    await say(Revise("shorter"))

    assert view.state.current_draft == "Hi Dana,\n\nyes.\n\nBest regards,\nSam Lee"
    assert view.state.draft_history[-1].origin == "signed"
    assert (await assistant.preferences(OWNER)).name == "Sam Lee"
    assert model.told[-1].user.name == "Sam Lee"


@pytest.mark.parametrize("name", ["", " \n", "x" * 201])
async def test_a_name_that_is_none_is_refused(assistant: EmailAssistant, say: Say, name: str) -> None:
    await say(NewEmail(MAIL, "say yes"))

    with pytest.raises(InvalidInput):
        await say(SignAs(name))

    assert (await assistant.preferences(OWNER)).name == ""


async def test_a_wish_is_taken_back(
    assistant: EmailAssistant, app_id: str, say: Say, database_url: str
) -> None:
    view = await say(NewEmail(MAIL, "say yes"))
    wishes = [{"text": "short", "standing": True}, {"text": "no thanks", "standing": True}]
    async with open_url(database_url) as database:
        states = States(database, lambda *_: Glance("Lunch"))
        saved = await states.load(OWNER, app_id)
        assert saved is not None
        state: State[Any] = State({**view.state.model_dump(mode="json"), "wishes": wishes})
        await states.save(
            OWNER, app_id, saved.conversation.sequence_id + 1, "formulate_draft", state, "completed"
        )

    view = await say(RemoveWish(0))

    assert [wish.text for wish in view.state.wishes] == ["no thanks"]
    assert (view.state.feedback_history[-1].text, len(bodies(view))) == ("short", 1)
    with pytest.raises(InvalidInput):
        await say(RemoveWish(1))


# --- another email ---------------------------------------------------------------------------------------


async def test_an_email_of_another_thread_is_not_answered_before_the_person_chose(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel
) -> None:
    model.questions.extend([["Which day?"], []])
    await say(NewEmail(MAIL, "say yes"))
    seen = await say(Answers(("Thursday",)))

    with pytest.raises(OtherEmail):
        await say(Typed(OTHER_MAIL))
    assert await assistant.view(OWNER, app_id) == seen

    view = await say(NewEmail(OTHER_MAIL, role="instead"))
    assert (view.next_step, view.title) == ("clarify_instructions", "Dinner")
    assert view.state.response_instructions == ""
    await say(Answers(("say no",)))
    assert (model.told[-1].instructions, model.told[-1].clarifications) == ("say no", ())


async def test_an_email_of_the_same_thread_joins_and_it_is_asked_how_to_answer(
    say: Say, model: ScriptedModel
) -> None:
    await say(NewEmail(MAIL, "say yes"))

    view = await say(Typed("From: Dana <dana@example.com>\nSubject: Re: Lunch\n\nOr rather on Friday?"))

    assert view.next_step == "clarify_instructions"
    assert view.state.incoming_email is not None
    assert view.state.incoming_email.newest.strip() == "Or rather on Friday?"
    assert "on Tuesday or on Thursday" in view.state.incoming_email.quoted
    assert view.state.response_instructions == ""
    await say(Answers(("say no",)))
    assert model.told[-1].instructions == "say no"


async def test_the_same_email_again_changes_nothing(say: Say) -> None:
    seen = await say(NewEmail(MAIL, "say yes"))

    assert await say(Typed(MAIL)) == seen
