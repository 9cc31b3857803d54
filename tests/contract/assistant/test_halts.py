"""A conversation halts wherever a person must speak, and goes on from there."""

from __future__ import annotations

from email_assistant.conversation.commands import Accept, Answers, Edit, NewEmail, Reopen, Restore, Revise
from email_assistant.conversation.state import HOW_TO_REPLY
from email_assistant.service.assistant import EmailAssistant
from email_assistant.service.turns import Delta, Progress, StepStarted
from email_assistant.writing.model import Clarification, Revision, Usage
from tests.contract.assistant.service import MAIL, OWNER, Say, service, spoken
from tests.fakes.scripted_model import ScriptedModel


async def test_a_new_conversation_waits_for_an_email(assistant: EmailAssistant, app_id: str) -> None:
    view = await assistant.view(OWNER, app_id)

    assert (view.next_step, view.version, view.problem, view.running) == ("process_input", 0, None, None)


async def test_a_whole_conversation_halts_wherever_a_person_must_speak(
    say: Say, model: ScriptedModel
) -> None:
    model.questions.append(["Which day?"])

    view = await say(NewEmail(MAIL))
    assert view.next_step == "clarify_instructions"
    assert view.state.clarification_questions == [HOW_TO_REPLY]

    view = await say(Answers(("say yes",)))
    assert view.next_step == "clarify_instructions"
    assert view.state.clarification_questions == ["Which day?"]

    view = await say(Answers(("Thursday",)))
    assert view.next_step == "process_feedback"
    assert view.state.current_draft == "Draft 1."

    view = await say(Revise("shorter"))
    assert view.next_step == "process_feedback"
    assert view.state.current_draft == "Draft 2."

    view = await say(Edit("My own words."))
    assert view.next_step == "process_feedback"
    assert view.state.current_draft == "My own words."

    view = await say(Restore(1))
    assert view.next_step == "process_feedback"
    assert view.state.current_draft == "Draft 1."

    view = await say(Accept())
    assert view.next_step is None
    assert view.state.final_draft == "Draft 1."

    view = await say(Revise("warmer"))
    assert view.next_step == "process_feedback"
    assert view.state.final_draft is None

    view = await say(Accept())
    assert view.next_step is None
    assert view.state.final_draft == "Draft 3."
    assert spoken(view) == [
        "SubmittedEmail",
        *["Questions", "Answered"] * 2,
        "Draft",
        *["Feedback", "Draft"] * 3,
        *["Feedback", "Acceptance"],
        *["Feedback", "Draft"],
        *["Feedback", "Acceptance"],
    ]
    assert [entry.seq for entry in view.state.timeline] == list(range(view.version))
    assert [accepted.draft_version for accepted in view.state.acceptances] == [4, 5]


async def test_a_finished_conversation_can_be_reopened_without_a_word(say: Say, model: ScriptedModel) -> None:
    await say(NewEmail(MAIL, "say yes"))
    await say(Accept())

    view = await say(Reopen())

    assert (view.next_step, view.state.final_draft) == ("process_feedback", None)
    assert len(model.told) == 1
    assert (await say(Revise("shorter"))).state.draft_history[-1].version == 2
    assert model.told[-1].revisions == (Revision("Draft 1.", "shorter"),)


async def test_instructions_beside_the_email_lead_straight_to_a_draft(say: Say) -> None:
    view = await say(NewEmail(MAIL, "say yes"))

    assert view.next_step == "process_feedback"


async def test_the_listener_hears_each_step_and_each_word(say: Say, model: ScriptedModel) -> None:
    model.drafts.append(["Dear ", "Dana. ", Usage(10, 2)])
    heard: list[Progress] = []

    async def listener(event: Progress) -> None:
        heard.append(event)

    view = await say(NewEmail(MAIL, "say yes"), listener=listener)

    steps = [event for event in heard if isinstance(event, StepStarted)]
    assert [step.action for step in steps] == ["process_input", "determine_clarifications", "formulate_draft"]
    assert [step.view.running for step in steps] == [step.action for step in steps]
    assert [step.view.version for step in steps] == [0, 1, 1]
    assert heard[3:] == [Delta("Dear "), Delta("Dana. ")]
    draft = view.state.draft_history[0]
    assert (draft.model, draft.input_tokens, draft.output_tokens) == ("scripted", 10, 2)


async def test_the_title_is_the_subject_or_the_beginning_of_the_mail(
    assistant: EmailAssistant, say: Say
) -> None:
    assert (await say(NewEmail(MAIL))).title == "Lunch"
    without_subject = (await assistant.create(OWNER)).app_id

    view = await assistant.turn(OWNER, without_subject, NewEmail("Hi Sam,\n\n" + "shall we meet " * 20))

    assert view.title.startswith("Hi Sam, shall we meet")
    assert view.title.endswith("…")
    assert len(view.title) <= 60


async def test_a_conversation_goes_on_after_the_server_was_restarted(database_url: str) -> None:
    async with service(database_url, ScriptedModel()) as before:
        app_id = (await before.create(OWNER)).app_id
        await before.turn(OWNER, app_id, NewEmail(MAIL))
        seen = await before.turn(OWNER, app_id, Answers(("say yes",)))
    model = ScriptedModel()
    model.drafts.append(["Shorter."])
    async with service(database_url, model) as after:
        assert await after.view(OWNER, app_id) == seen

        view = await after.turn(OWNER, app_id, Revise("shorter"))

    assert len(view.state.draft_history) == 2


async def test_all_that_was_ever_said_reaches_every_later_draft(say: Say, model: ScriptedModel) -> None:
    model.questions.append(["Which day?", "Where?"])
    await say(NewEmail(MAIL, "say yes"))
    await say(Answers(("Thursday", "")))
    await say(Revise("shorter"))
    await say(Revise("warmer"))
    await say(Edit("Mine."))
    await say(Accept())
    await say(Revise("and thank her"))

    clarifications = (Clarification("Which day?", "Thursday"), Clarification("Where?", ""))
    revisions = (
        Revision("Draft 1.", "shorter"),
        Revision("Draft 2.", "warmer"),
        Revision("Mine.", "and thank her"),
    )
    for number, brief in enumerate(model.told):
        assert brief.instructions == "say yes"
        assert brief.clarifications == clarifications
        assert brief.revisions == revisions[:number]
    assert len(model.told) == 4
