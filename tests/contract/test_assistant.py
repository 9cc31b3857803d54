"""The one service over a real database, with a model that follows a script."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from email_assistant.assistant import ConversationView, EmailAssistant
from email_assistant.conversation.entering import LONGEST_SAID
from email_assistant.conversation.inputs import (
    AnswersGiven,
    EmailFile,
    EmailGiven,
    FeedbackGiven,
    ReopenAsked,
    RetryAsked,
    Said,
)
from email_assistant.conversation.state import HOW_TO_REPLY
from email_assistant.errors import (
    ConversationBusy,
    ConversationNotFound,
    InvalidEmail,
    InvalidInput,
    ModelBusy,
    ModelCutOff,
    ModelError,
    ModelNonsense,
    ModelUnreachable,
    StaleDraft,
    WrongStep,
)
from email_assistant.running import Delta, Progress, StepStarted
from email_assistant.store.database import Database, open_database
from email_assistant.writing.model import Clarification, Revision, Usage
from tests.fakes.scripted_model import Hang, ScriptedModel

OWNER = "sam"
MAIL = "From: Dana <dana@example.com>\nSubject: Lunch\n\nShall we have lunch on Tuesday or on Thursday?"
UNKNOWN = "5f0c1c7a-6a35-4f0e-9a53-0b9a3c523f0c"


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables, made once."""

    async def make() -> None:
        async with open_database(f"sqlite:///{file}"):
            pass

    file = tmp_path_factory.mktemp("empty") / "conversations.db"
    asyncio.run(make())
    return file


@pytest.fixture
def database_url(empty_database: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(empty_database, tmp_path)}"


@asynccontextmanager
async def service(database_url: str, model: ScriptedModel) -> AsyncIterator[EmailAssistant]:
    async with open_database(database_url) as database, aclosing(EmailAssistant(database, model)) as opened:
        yield opened


@pytest.fixture
def model() -> ScriptedModel:
    return ScriptedModel()


@pytest.fixture
async def assistant(database_url: str, model: ScriptedModel) -> AsyncIterator[EmailAssistant]:
    async with service(database_url, model) as opened:
        yield opened


@pytest.fixture
async def app_id(assistant: EmailAssistant) -> str:
    return (await assistant.create(OWNER)).app_id


@pytest.fixture
def say(assistant: EmailAssistant, app_id: str) -> Callable[..., Any]:
    async def turn(said: Said, **named: Any) -> ConversationView:
        return await assistant.turn(OWNER, app_id, said, **named)

    return turn


Say = Callable[..., Any]


def spoken(view: ConversationView) -> list[tuple[str, int]]:
    return [(moment.kind, moment.index) for moment in view.state.timeline]


# --- every halt ------------------------------------------------------------------------------------------


async def test_a_new_conversation_waits_for_an_email(assistant: EmailAssistant, app_id: str) -> None:
    view = await assistant.view(OWNER, app_id)

    assert (view.next_step, view.version, view.problem, view.running) == ("process_input", 0, None, None)


async def test_a_whole_conversation_halts_wherever_a_person_must_speak(
    say: Say, model: ScriptedModel
) -> None:
    model.questions.append(["Which day?"])

    view = await say(EmailGiven(MAIL))
    assert view.next_step == "clarify_instructions"
    assert view.state.clarification_questions == [HOW_TO_REPLY]

    view = await say(AnswersGiven(("say yes",)))
    assert view.next_step == "clarify_instructions"
    assert view.state.clarification_questions == ["Which day?"]

    view = await say(AnswersGiven(("Thursday",)))
    assert view.next_step == "process_feedback"
    assert view.state.current_draft == "Draft 1."

    view = await say(FeedbackGiven("shorter"))
    assert view.next_step == "process_feedback"
    assert view.state.current_draft == "Draft 2."

    view = await say(FeedbackGiven("Edit:\nMy own words."))
    assert view.next_step == "process_feedback"
    assert view.state.current_draft == "My own words."

    view = await say(FeedbackGiven("back to version 1"))
    assert view.next_step == "process_feedback"
    assert view.state.current_draft == "Draft 1."

    view = await say(FeedbackGiven(""))
    assert view.next_step is None
    assert view.state.final_draft == "Draft 1."

    view = await say(FeedbackGiven("warmer"))
    assert view.next_step == "process_feedback"
    assert view.state.final_draft is None

    view = await say(FeedbackGiven("perfect, thanks"))
    assert view.next_step is None
    assert view.state.final_draft == "Draft 3."
    assert spoken(view) == [
        ("email", 0),
        ("questions", 0),
        ("answers", 0),
        ("questions", 1),
        ("answers", 1),
        ("draft", 1),
        ("feedback", 0),
        ("draft", 2),
        ("feedback", 1),
        ("draft", 3),
        ("feedback", 2),
        ("draft", 4),
        ("feedback", 3),
        ("final", 0),
        ("feedback", 4),
        ("draft", 5),
        ("feedback", 5),
        ("final", 0),
    ]


async def test_a_finished_conversation_can_be_reopened_without_a_word(say: Say, model: ScriptedModel) -> None:
    await say(EmailGiven(MAIL, "say yes"))
    await say(FeedbackGiven(""))

    view = await say(ReopenAsked())

    assert (view.next_step, view.state.final_draft) == ("process_feedback", None)
    assert len(model.told) == 1
    assert (await say(FeedbackGiven("shorter"))).state.draft_history[-1].version == 2
    assert model.told[-1].revisions == (Revision("Draft 1.", "shorter"),)


async def test_instructions_beside_the_email_lead_straight_to_a_draft(say: Say) -> None:
    view = await say(EmailGiven(MAIL, "say yes"))

    assert view.next_step == "process_feedback"


async def test_the_listener_hears_each_step_and_each_word(say: Say, model: ScriptedModel) -> None:
    model.drafts.append(["Dear ", "Dana. ", Usage(10, 2)])
    heard: list[Progress] = []

    async def listener(event: Progress) -> None:
        heard.append(event)

    view = await say(EmailGiven(MAIL, "say yes"), listener=listener)

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
    assert (await say(EmailGiven(MAIL))).title == "Lunch"
    without_subject = (await assistant.create(OWNER)).app_id

    view = await assistant.turn(OWNER, without_subject, EmailGiven("Hi Sam,\n\n" + "shall we meet " * 20))

    assert view.title.startswith("Hi Sam, shall we meet")
    assert view.title.endswith("…")
    assert len(view.title) <= 60


async def test_a_conversation_goes_on_after_the_server_was_restarted(database_url: str) -> None:
    async with service(database_url, ScriptedModel()) as before:
        app_id = (await before.create(OWNER)).app_id
        await before.turn(OWNER, app_id, EmailGiven(MAIL))
        seen = await before.turn(OWNER, app_id, AnswersGiven(("say yes",)))
    async with service(database_url, ScriptedModel()) as after:
        assert await after.view(OWNER, app_id) == seen

        view = await after.turn(OWNER, app_id, FeedbackGiven("shorter"))

    assert len(view.state.draft_history) == 2


async def test_all_that_was_ever_said_reaches_every_later_draft(say: Say, model: ScriptedModel) -> None:
    model.questions.append(["Which day?", "Where?"])
    await say(EmailGiven(MAIL, "say yes"))
    await say(AnswersGiven(("Thursday", "")))
    await say(FeedbackGiven("shorter"))
    await say(FeedbackGiven("warmer"))
    await say(FeedbackGiven("Edit:\nMine."))
    await say(FeedbackGiven("accept"))
    await say(FeedbackGiven("and thank her"))

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


# --- the email is corrected ------------------------------------------------------------------------------

OTHER_MAIL = "From: Eva <eva@example.com>\nSubject: Dinner\n\nShall we have dinner?"


@pytest.mark.parametrize("halt", ["clarify_instructions", "process_feedback", "retry", "none"])
async def test_a_corrected_email_replaces_the_first_wherever_the_conversation_stands(
    *, say: Say, model: ScriptedModel, assistant: EmailAssistant, app_id: str, halt: str
) -> None:
    if halt == "retry":
        await fail_at("first draft", say, model, ModelBusy("Wait."))
    for before in AT.get(halt, []):
        await say(before)
    drafts = len((await assistant.view(OWNER, app_id)).state.draft_history)

    view = await say(EmailGiven(OTHER_MAIL, "say no"))

    assert view.title == "Dinner"
    assert (view.next_step, view.problem) == ("process_feedback", None)
    assert (view.state.final_draft, len(view.state.draft_history)) == (None, drafts + 1)
    assert (model.told[-1].email.subject, model.told[-1].instructions) == ("Dinner", "say no")
    assert model.told[-1].revisions == ()


async def test_a_corrected_email_keeps_the_instructions_and_asks_anew(say: Say, model: ScriptedModel) -> None:
    model.questions.extend([["Which day?"], ["Where?"]])
    await say(EmailGiven(MAIL, "say yes"))

    view = await say(EmailGiven(OTHER_MAIL))

    assert view.next_step == "clarify_instructions"
    assert view.state.clarification_questions == ["Where?"]
    assert view.state.response_instructions == "say yes"
    view = await say(AnswersGiven(("at home",)))
    assert Clarification("Where?", "at home") in model.told[-1].clarifications


async def test_feedback_on_drafts_for_the_first_email_is_none_on_those_for_the_corrected_one(
    say: Say, model: ScriptedModel
) -> None:
    await say(EmailGiven(MAIL, "say yes"))
    await say(FeedbackGiven("shorter"))
    await say(EmailGiven(OTHER_MAIL))
    assert model.told[-1].revisions == ()

    view = await say(FeedbackGiven("warmer"))

    assert model.told[-1].revisions == (Revision("Draft 3.", "warmer"),)
    assert view.state.current_draft == "Draft 4."


async def test_files_are_kept_as_they_came(assistant: EmailAssistant, app_id: str, say: Say) -> None:
    source = b"From: Dana <dana@example.com>\r\nSubject: Lunch\r\n\r\nLunch?\r\n"

    view = await say(EmailGiven(instructions="say yes", files=(EmailFile("lunch.eml", source),)))

    (original,) = view.state.originals
    assert (original.filename, original.size) == ("lunch.eml", len(source))
    assert await assistant.original(OWNER, app_id, original.file_id) == source
    with pytest.raises(ConversationNotFound):
        await assistant.original("eve", app_id, original.file_id)


# --- what is refused -------------------------------------------------------------------------------------

AT: dict[str, list[Said]] = {
    "process_input": [],
    "clarify_instructions": [EmailGiven(MAIL)],
    "process_feedback": [EmailGiven(MAIL, "say yes")],
    "none": [EmailGiven(MAIL, "say yes"), FeedbackGiven("")],
}
FITS = {
    "process_input": (),
    "clarify_instructions": AnswersGiven,
    "process_feedback": FeedbackGiven,
    "none": (FeedbackGiven, ReopenAsked),
}


@pytest.mark.parametrize("said", [AnswersGiven(("yes",)), FeedbackGiven("x"), ReopenAsked(), RetryAsked()])
@pytest.mark.parametrize("halt", AT)
async def test_what_the_conversation_does_not_wait_for_is_refused_and_changes_nothing(
    *, assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel, halt: str, said: Said
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
    old = await say(EmailGiven(MAIL, "say yes"))
    new = await say(FeedbackGiven("shorter"), seen=old.version)

    with pytest.raises(StaleDraft):
        await say(FeedbackGiven(""), seen=old.version)

    assert await assistant.view(OWNER, app_id) == new


@pytest.mark.parametrize("answers", [(), ("a",), ("a", "b", "c")])
async def test_there_is_one_answer_for_each_question(
    say: Say, model: ScriptedModel, answers: tuple[str, ...]
) -> None:
    model.questions.append(["Which day?", "Where?"])
    await say(EmailGiven(MAIL, "say yes"))

    with pytest.raises(InvalidInput, match="2 questions"):
        await say(AnswersGiven(answers))


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ([], EmailGiven(MAIL, "x" * (LONGEST_SAID + 1))),
        ([EmailGiven(MAIL)], AnswersGiven(("x" * (LONGEST_SAID + 1),))),
        ([EmailGiven(MAIL)], AnswersGiven(("",), remark="x" * (LONGEST_SAID + 1))),
        ([EmailGiven(MAIL)], AnswersGiven(("",), typed=" " * (LONGEST_SAID + 1))),
        ([EmailGiven(MAIL, "say yes")], FeedbackGiven("x" * (LONGEST_SAID + 1))),
    ],
)
async def test_what_is_too_long_is_refused_with_a_sentence_and_changes_nothing(
    assistant: EmailAssistant, app_id: str, say: Say, before: list[Said], said: Said
) -> None:
    for earlier in before:
        await say(earlier)
    seen = await assistant.view(OWNER, app_id)

    with pytest.raises(InvalidInput, match="100,001 characters long"):
        await say(said)

    assert await assistant.view(OWNER, app_id) == seen


async def test_what_is_just_short_enough_is_taken_whole(say: Say) -> None:
    await say(EmailGiven(MAIL, "x" * LONGEST_SAID))
    view = await say(FeedbackGiven("y" * LONGEST_SAID))

    assert len(view.state.response_instructions) == LONGEST_SAID
    assert len(view.state.feedback_history[0].text) == LONGEST_SAID


async def test_an_empty_email_is_refused_and_the_conversation_still_waits_for_one(
    assistant: EmailAssistant, app_id: str, say: Say
) -> None:
    with pytest.raises(InvalidEmail):
        await say(EmailGiven("  \n"))

    assert (await assistant.view(OWNER, app_id)).next_step == "process_input"


async def test_an_unknown_version_is_refused(assistant: EmailAssistant, app_id: str, say: Say) -> None:
    seen = await say(EmailGiven(MAIL, "say yes"))

    with pytest.raises(InvalidInput, match="no version 2"):
        await say(FeedbackGiven("back to version 2"))

    assert await assistant.view(OWNER, app_id) == seen


@pytest.mark.parametrize("text", ["Hi \ud800 Dana", "Hi \0 Dana", "Hi \U0001f600 Dana"])
async def test_whatever_is_typed_can_be_shown_as_json_afterwards(
    say: Say, model: ScriptedModel, text: str
) -> None:
    model.questions.append(["Which day?"])
    await say(EmailGiven(f"{MAIL}\n{text}", text, typed=text))
    await say(AnswersGiven((text,), remark=text, typed=text))
    view = await say(FeedbackGiven(text))
    view = await say(FeedbackGiven(f"Edit:\n{text}"))

    shown = view.state.model_dump_json()
    assert "\\u0000" not in shown
    shown.encode()


@pytest.mark.parametrize("app_id", [UNKNOWN, "x", "", "../../etc/passwd", "\0", UNKNOWN.upper(), "x" * 10**6])
async def test_an_unknown_conversation_is_not_found(assistant: EmailAssistant, app_id: str) -> None:
    for call in (
        assistant.view(OWNER, app_id),
        assistant.turn(OWNER, app_id, EmailGiven(MAIL)),
        assistant.stop(OWNER, app_id),
        assistant.delete(OWNER, app_id),
        assistant.rename(OWNER, app_id, "mine"),
    ):
        with pytest.raises(ConversationNotFound):
            await call


async def test_a_foreign_conversation_is_not_found_also_while_it_runs(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel
) -> None:
    hang = Hang()
    model.drafts.append(hang)
    turn = asyncio.create_task(say(EmailGiven(MAIL, "say yes")))
    await hang.reached.wait()

    for call in (
        assistant.view("eve", app_id),
        assistant.turn("eve", app_id, EmailGiven(MAIL)),
        assistant.stop("eve", app_id),
        assistant.delete("eve", app_id),
        assistant.rename("eve", app_id, "mine"),
        assistant.create("eve", app_id),
    ):
        with pytest.raises(ConversationNotFound):
            await call

    assert (await assistant.page("eve")).conversations == ()
    await end(turn)


async def end(turn: asyncio.Task[Any]) -> None:
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn


# --- the model fails -------------------------------------------------------------------------------------

FAILURES = [ModelBusy("Wait a minute."), ModelUnreachable("No network."), ModelCutOff("It was cut off.")]


async def fail_at(step: str, say: Say, model: ScriptedModel, failure: BaseException) -> None:
    """Bring the conversation to a failure of the model at `step`."""
    if step == "questions":
        model.questions.append(failure)
        failing: Said = EmailGiven(MAIL, "say yes")
    elif step == "questions after the instructions":
        await say(EmailGiven(MAIL))
        model.questions.append(failure)
        failing = AnswersGiven(("say yes",))
    elif step == "first draft":
        model.drafts.append(failure)
        failing = EmailGiven(MAIL, "say yes")
    elif step == "first draft after answers":
        model.questions.append(["Which day?"])
        await say(EmailGiven(MAIL, "say yes"))
        model.drafts.append(["Dear ", failure])
        failing = AnswersGiven(("Thursday",))
    else:
        await say(EmailGiven(MAIL, "say yes"))
        model.drafts.append(["Dear ", failure])
        failing = FeedbackGiven("shorter")
    with pytest.raises(type(failure)):
        await say(failing)


MODEL_STEPS = [
    "questions",
    "questions after the instructions",
    "first draft",
    "first draft after answers",
    "later draft",
]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
@pytest.mark.parametrize("step", MODEL_STEPS)
async def test_a_failed_step_says_why_and_a_retry_goes_on_from_it(
    *, assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel, step: str, failure: ModelError
) -> None:
    await fail_at(step, say, model, failure)

    view = await assistant.view(OWNER, app_id)
    assert (view.next_step, view.problem, view.running) == ("retry", str(failure), None)
    drafts, version = len(view.state.draft_history), view.version

    after = await say(RetryAsked(), seen=version)

    assert (after.next_step, after.problem) == ("process_feedback", None)
    assert len(after.state.draft_history) == drafts + 1
    assert spoken(after) == [*spoken(view), ("draft", drafts + 1)]


@pytest.mark.parametrize("step", MODEL_STEPS)
async def test_a_step_may_fail_many_times(say: Say, model: ScriptedModel, step: str) -> None:
    await fail_at(step, say, model, FAILURES[0])
    for failure in FAILURES:
        (model.questions if step.startswith("questions") else model.drafts).append(failure)
        with pytest.raises(type(failure)):
            await say(RetryAsked())

    assert (await say(RetryAsked())).next_step == "process_feedback"


@pytest.mark.parametrize("step", MODEL_STEPS)
async def test_words_instead_of_a_retry_reach_the_model(say: Say, model: ScriptedModel, step: str) -> None:
    await fail_at(step, say, model, FAILURES[0])
    words = "and thank her for the slides"
    later = step == "later draft"

    view = await say(FeedbackGiven(words) if later else AnswersGiven((), remark=words, typed=words))

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


@pytest.mark.parametrize("step", MODEL_STEPS)
async def test_words_instead_of_a_retry_are_kept_when_it_fails_again(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel, step: str
) -> None:
    await fail_at(step, say, model, FAILURES[0])
    for words in ("and thank her", "and be brief"):
        if step == "questions after the instructions":
            model.questions.append(FAILURES[1])
        else:
            model.drafts.append(FAILURES[1])
        with pytest.raises(ModelUnreachable):
            await say(FeedbackGiven(words) if step == "later draft" else AnswersGiven((), remark=words))

    view = await say(RetryAsked())

    told = str(model.told[-1])
    assert told.count("and thank her") == told.count("and be brief") == 1
    assert view.next_step == "process_feedback"


async def test_after_a_failed_revision_the_draft_before_can_be_accepted_or_restored(
    say: Say, model: ScriptedModel
) -> None:
    await fail_at("later draft", say, model, FAILURES[0])
    view = await say(FeedbackGiven("back to version 1"))
    assert (view.next_step, view.state.current_draft) == ("process_feedback", "Draft 1.")

    model.drafts.append(FAILURES[0])
    with pytest.raises(ModelBusy):
        await say(FeedbackGiven("longer"))
    view = await say(FeedbackGiven("accept"))

    assert (view.next_step, view.state.final_draft) == (None, "Draft 1.")


async def test_an_empty_draft_is_a_failure_to_retry(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel
) -> None:
    model.drafts.append(["  "])
    with pytest.raises(ModelNonsense):
        await say(EmailGiven(MAIL, "say yes"))

    assert (await assistant.view(OWNER, app_id)).next_step == "retry"
    assert (await say(RetryAsked())).state.current_draft == "Draft 2."


@pytest.mark.parametrize("step", MODEL_STEPS)
async def test_an_error_of_ours_is_no_sentence_for_the_person_and_can_be_retried(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel, step: str
) -> None:
    await fail_at(step, say, model, ZeroDivisionError("the mail's own text"))

    view = await assistant.view(OWNER, app_id)
    assert (view.next_step, view.problem) == ("retry", None) or view.problem == ""
    assert (await say(RetryAsked())).next_step == "process_feedback"


@pytest.mark.parametrize("at", [StepStarted, Delta])
async def test_a_listener_that_fails_leaves_a_conversation_that_can_be_retried(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel, at: type
) -> None:
    async def listener(event: Progress) -> None:
        if isinstance(event, at) and model.asked:
            raise ConnectionError("the page is gone")

    with pytest.raises(ConnectionError):
        await say(EmailGiven(MAIL, "say yes"), listener=listener)

    assert (await assistant.view(OWNER, app_id)).next_step == "retry"
    assert model.open_streams == 0
    assert (await say(RetryAsked())).next_step == "process_feedback"


# --- two at once, stop, delete ---------------------------------------------------------------------------


async def test_while_a_turn_runs_every_other_is_told_that_it_is_busy(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel
) -> None:
    hang = Hang()
    await say(EmailGiven(MAIL, "say yes"))
    model.drafts.append([hang, "Shorter."])
    turn = asyncio.create_task(say(FeedbackGiven("shorter")))
    await hang.reached.wait()

    for said in (FeedbackGiven("longer"), FeedbackGiven(""), RetryAsked(), EmailGiven(MAIL)):
        with pytest.raises(ConversationBusy):
            await say(said)
    assert (await assistant.view(OWNER, app_id)).running == "formulate_draft"

    hang.go_on.set()
    view = await turn
    assert [said.text for said in view.state.feedback_history] == ["shorter"]
    assert (view.state.current_draft, view.running) == ("Shorter.", None)


async def test_of_many_at_once_exactly_one_wins(say: Say) -> None:
    view = await say(EmailGiven(MAIL, "say yes"))

    outcomes = await asyncio.gather(
        *(say(FeedbackGiven(f"wish {n}"), seen=view.version) for n in range(10)), return_exceptions=True
    )

    won = [outcome for outcome in outcomes if isinstance(outcome, ConversationView)]
    assert len(won) == 1
    assert len(won[0].state.feedback_history) == 1
    assert {type(lost) for lost in outcomes if lost not in won} <= {ConversationBusy, StaleDraft}


async def test_of_two_services_on_one_database_exactly_one_wins(database_url: str) -> None:
    async with (
        service(database_url, ScriptedModel()) as one,
        service(database_url, ScriptedModel()) as other,
    ):
        app_id = (await one.create(OWNER)).app_id
        seen = await one.turn(OWNER, app_id, EmailGiven(MAIL, "say yes"))

        outcomes = await asyncio.gather(
            one.turn(OWNER, app_id, FeedbackGiven("shorter"), seen=seen.version),
            other.turn(OWNER, app_id, FeedbackGiven("longer"), seen=seen.version),
            return_exceptions=True,
        )

        assert sorted(type(outcome).__name__ for outcome in outcomes)[1:] == ["ConversationView"]
        view = await one.view(OWNER, app_id)
        assert len(view.state.feedback_history) == 1
        assert view.next_step == "process_feedback"


async def test_one_conversations_slow_model_does_not_delay_another(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel
) -> None:
    hang = Hang()
    model.drafts.append(hang)
    turn = asyncio.create_task(say(EmailGiven(MAIL, "say yes")))
    await hang.reached.wait()
    other = (await assistant.create(OWNER)).app_id

    view = await assistant.turn(OWNER, other, EmailGiven(MAIL, "say yes"))

    assert view.next_step == "process_feedback"
    await end(turn)


async def test_stop_ends_the_turn_and_the_step_can_be_retried(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel
) -> None:
    hang = Hang()
    model.drafts.append(["Dear ", hang])
    turn = asyncio.create_task(say(EmailGiven(MAIL, "say yes")))
    await hang.reached.wait()

    await assistant.stop(OWNER, app_id)
    await assistant.stop(OWNER, app_id)
    await assistant.turns.settled(app_id)

    with pytest.raises(asyncio.CancelledError):
        await turn
    assert model.open_streams == 0
    assert (await assistant.view(OWNER, app_id)).next_step == "retry"
    assert (await say(RetryAsked())).next_step == "process_feedback"


async def test_stop_where_nothing_runs_does_nothing(assistant: EmailAssistant, app_id: str, say: Say) -> None:
    seen = await say(EmailGiven(MAIL, "say yes"))

    await assistant.stop(OWNER, app_id)
    await assistant.turns.settled(app_id)

    assert await assistant.view(OWNER, app_id) == seen


async def test_a_turn_can_begin_as_soon_as_the_one_before_has_settled(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel
) -> None:
    hang = Hang()
    model.drafts.append(hang)
    turn = asyncio.create_task(say(EmailGiven(MAIL, "say yes")))
    await hang.reached.wait()

    await assistant.stop(OWNER, app_id)
    await assistant.turns.settled(app_id)

    assert (await say(RetryAsked())).next_step == "process_feedback"
    with pytest.raises(asyncio.CancelledError):
        await turn


async def test_deleting_stops_what_runs_and_removes_everything(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel
) -> None:
    hang = Hang()
    model.drafts.append(hang)
    turn = asyncio.create_task(say(EmailGiven(MAIL, "say yes")))
    await hang.reached.wait()

    await assistant.delete(OWNER, app_id)

    with pytest.raises(asyncio.CancelledError):
        await turn
    with pytest.raises(ConversationNotFound):
        await assistant.view(OWNER, app_id)
    assert (await assistant.page(OWNER)).conversations == ()


async def test_what_another_process_works_on_cannot_be_deleted_under_it(database_url: str) -> None:
    model = ScriptedModel()
    async with service(database_url, model) as one, service(database_url, ScriptedModel()) as other:
        app_id = (await one.create(OWNER)).app_id
        hang = Hang()
        model.drafts.append([hang, "Done."])
        turn = asyncio.create_task(one.turn(OWNER, app_id, EmailGiven(MAIL, "say yes")))
        await hang.reached.wait()

        with pytest.raises(ConversationBusy):
            await other.delete(OWNER, app_id)

        hang.go_on.set()
        assert (await turn).state.current_draft == "Done."
        await other.delete(OWNER, app_id)


async def test_what_another_process_works_on_is_seen_to_run_and_its_end_can_be_awaited(
    database_url: str,
) -> None:
    model = ScriptedModel()
    async with service(database_url, model) as one, service(database_url, ScriptedModel()) as other:
        app_id = (await one.create(OWNER)).app_id
        hang = Hang()
        model.drafts.append([hang, "Done."])
        turn = asyncio.create_task(one.turn(OWNER, app_id, EmailGiven(MAIL, "say yes")))
        await hang.reached.wait()

        assert await other.view(OWNER, app_id) == await one.view(OWNER, app_id)
        assert (await other.view(OWNER, app_id)).running == "formulate_draft"

        rest = asyncio.create_task(other.turns.at_rest(app_id))
        await other.stop(OWNER, app_id)
        hang.go_on.set()
        await rest
        assert (await other.view(OWNER, app_id)).state.current_draft == "Done."
        assert await turn == await other.view(OWNER, app_id)


async def test_what_another_process_did_not_finish_is_not_seen_to_run(database_url: str) -> None:
    model = ScriptedModel()
    model.drafts.append(ModelBusy("Try again."))
    async with service(database_url, model) as one, service(database_url, ScriptedModel()) as other:
        app_id = (await one.create(OWNER)).app_id
        with pytest.raises(ModelBusy):
            await one.turn(OWNER, app_id, EmailGiven(MAIL, "say yes"))

        view = await other.view(OWNER, app_id)

        assert (view.next_step, view.running, view.problem) == ("retry", None, "Try again.")
        assert (await other.turn(OWNER, app_id, RetryAsked())).next_step == "process_feedback"


async def test_closing_the_service_stops_what_runs_and_it_can_be_retried_after_the_next_start(
    database_url: str,
) -> None:
    model, hang = ScriptedModel(), Hang()
    model.drafts.append(["Dear ", hang])
    async with service(database_url, model) as before:
        app_id = (await before.create(OWNER)).app_id
        turn = asyncio.create_task(before.turn(OWNER, app_id, EmailGiven(MAIL, "say yes")))
        await hang.reached.wait()
    with pytest.raises(asyncio.CancelledError):
        await turn
    assert model.open_streams == 0

    async with service(database_url, ScriptedModel()) as after:
        assert (await after.view(OWNER, app_id)).next_step == "retry"
        assert (await after.turn(OWNER, app_id, RetryAsked())).next_step == "process_feedback"


# --- cancelled anywhere ----------------------------------------------------------------------------------

TURNS: dict[str, tuple[list[Said], Said]] = {
    "email": ([], EmailGiven(MAIL)),
    "email with instructions": ([], EmailGiven(MAIL, "say yes")),
    "answer to how": ([EmailGiven(MAIL)], AnswersGiven(("say yes",))),
    "feedback": ([EmailGiven(MAIL, "say yes")], FeedbackGiven("shorter")),
    "edit": ([EmailGiven(MAIL, "say yes")], FeedbackGiven("Edit:\nMine.")),
    "accept": ([EmailGiven(MAIL, "say yes")], FeedbackGiven("")),
    "reopen": ([EmailGiven(MAIL, "say yes"), FeedbackGiven("")], FeedbackGiven("shorter")),
    "corrected email": ([EmailGiven(MAIL, "say yes")], EmailGiven(OTHER_MAIL)),
}


def inputs_of(view: ConversationView) -> list[str]:
    return [kind for kind, _ in spoken(view) if kind in ("email", "answers", "feedback")]


@pytest.mark.parametrize("kind", TURNS)
@pytest.mark.parametrize("ticks", [0, 1, 2])
async def test_a_turn_cancelled_as_it_begins_leaves_a_conversation_that_goes_on(
    assistant: EmailAssistant, app_id: str, say: Say, kind: str, ticks: int
) -> None:
    before, said = TURNS[kind]
    for earlier in before:
        await say(earlier)
    seen = await assistant.view(OWNER, app_id)
    turn = asyncio.create_task(say(said))
    for _ in range(ticks):
        await asyncio.sleep(0)
    turn.cancel()
    await asyncio.wait([turn])

    await goes_on(assistant, app_id, say, seen, said)


@pytest.mark.parametrize("kind", TURNS)
async def test_a_turn_cancelled_at_any_statement_to_the_database_leaves_a_conversation_that_goes_on(
    database_url: str, kind: str
) -> None:
    model = ScriptedModel()
    async with (
        open_database(database_url) as database,
        aclosing(EmailAssistant(database, model)) as assistant,
    ):
        before, said = TURNS[kind]
        for number in range(1, 100):
            app_id = (await assistant.create(OWNER)).app_id
            say = partial(assistant.turn, OWNER, app_id)
            for earlier in before:
                await say(earlier)
            seen = await assistant.view(OWNER, app_id)
            turn = asyncio.create_task(say(said))
            with cancelled_at_statement(number, turn, database):
                await asyncio.wait([turn])

            assert model.open_streams == 0
            if not turn.cancelled():
                break
            await goes_on(assistant, app_id, say, seen, said)
    assert number > 5


@contextmanager
def cancelled_at_statement(number: int, turn: asyncio.Task[Any], database: Database) -> Iterator[None]:
    statements, loop = count(1), asyncio.get_running_loop()

    def executed(*_: object) -> None:
        if next(statements) == number:
            loop.call_soon_threadsafe(turn.cancel)  # a transaction runs in a thread of its own

    event.listen(Engine, "before_cursor_execute", executed)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", executed)


class CancelAt:
    """A listener that cancels its turn at the `number`th event that it hears."""

    def __init__(self, number: int) -> None:
        self.number = number

    async def __call__(self, event: Progress) -> None:
        self.number -= 1
        if self.number == 0:
            task = asyncio.current_task()
            assert task
            task.cancel()
            await asyncio.sleep(0)


@pytest.mark.parametrize("kind", TURNS)
@pytest.mark.parametrize("number", range(1, 6))
async def test_a_turn_cancelled_at_any_event_leaves_a_conversation_that_goes_on(
    *, assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel, kind: str, number: int
) -> None:
    before, said = TURNS[kind]
    for earlier in before:
        await say(earlier)
    seen = await assistant.view(OWNER, app_id)
    turn = asyncio.create_task(say(said, listener=CancelAt(number)))
    await asyncio.wait([turn])

    assert model.open_streams == 0
    await goes_on(assistant, app_id, say, seen, said)


async def goes_on(
    assistant: EmailAssistant, app_id: str, say: Say, seen: ConversationView, said: Said
) -> None:
    view = await assistant.view(OWNER, app_id)
    assert view.running is None
    if view.version == seen.version and view.next_step == seen.next_step:
        view = await say(said, seen=view.version)  # it was not taken, and so can be said again
    elif view.next_step == "retry":
        view = await say(RetryAsked(), seen=view.version)
    assert view.next_step != "retry"
    assert len(inputs_of(view)) == len(inputs_of(seen)) + 1
    versions = [draft.version for draft in view.state.draft_history]
    assert versions == list(range(1, len(versions) + 1))
    assert await assistant.view(OWNER, app_id) == view


@pytest.mark.parametrize("where", ["looking for questions", "before the first word", "between two words"])
async def test_a_turn_cancelled_in_the_model_closes_its_stream_and_goes_on_by_retry(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel, where: str
) -> None:
    hang = Hang()
    if where == "looking for questions":
        model.questions.append(hang)
    else:
        model.drafts.append([hang, "Dear "] if where == "before the first word" else ["Dear ", hang])
    turn = asyncio.create_task(say(EmailGiven(MAIL, "say yes")))
    await hang.reached.wait()
    await end(turn)

    assert model.open_streams == 0
    view = await assistant.view(OWNER, app_id)
    assert view.next_step == "retry"
    assert spoken(view) == [("email", 0)]
    view = await say(RetryAsked())
    assert spoken(view) == [("email", 0), ("draft", 1)]
