"""Every action by itself: state in, state out."""

from __future__ import annotations

from typing import Any

import pytest
from burr.core import State

from email_assistant.conversation import actions, drafting
from email_assistant.conversation.drafting import brief_of
from email_assistant.conversation.state import HOW_TO_REPLY, ConversationState, initial_state
from email_assistant.errors import ModelInvalidAnswer
from email_assistant.mail import IncomingEmail
from email_assistant.writing.drafting import Drafting
from email_assistant.writing.model import Clarification, Restart, Revision, Usage
from tests.fakes.scripted_model import ScriptedModel

PLAIN = Drafting(proofreads=False)
"""Keeps what the scripted model says, word by word."""

EMAIL = {"subject": "Lunch", "text": "Shall we have lunch on Tuesday or on Thursday?"}


def state(**fields: Any) -> State[Any]:
    email = IncomingEmail.model_validate(EMAIL).model_dump(mode="json")
    return State(initial_state() | {"incoming_email": email} | fields)


def draft(version: int, body: str) -> dict[str, Any]:
    return {"seq": version - 1, "version": version, "body": body}


def feedback(text: str, draft_version: int, kind: str = "revise") -> dict[str, Any]:
    return {"text": text, "draft_version": draft_version, "kind": kind}


def view(after: State[Any]) -> ConversationState:
    return ConversationState.model_validate(after.get_all())


def kinds(after: State[Any], since: int = 0) -> list[str]:
    """Return what was said and shown from the entry `since` on."""
    return [type(entry).__name__ for entry in view(after).timeline if entry.seq >= since]


async def drafted(
    before: State[Any], model: ScriptedModel, how: Drafting = PLAIN
) -> tuple[list[str], State[Any]]:
    """Return the pieces that came and the state after them."""
    deltas: list[str] = []
    after = before
    async for item, new in drafting.formulate_draft(before, model=model, drafting=how):
        deltas += [item["delta"]] if "delta" in item else []
        after = new or after
    return deltas, after


# --- process_input ---------------------------------------------------------------------------------------


async def test_the_email_and_its_instructions_are_taken_as_given() -> None:
    after = await actions.process_input(
        state(incoming_email=None),
        incoming_email=EMAIL,
        email_to_respond="Subject: Lunch\n\nShall we?",
        response_instructions="  say yes\n",
        typed_email="Subject: Lunch\n\nShall we?\n---\nsay yes",
    )

    assert view(after).incoming_email == IncomingEmail.model_validate(EMAIL)
    assert view(after).response_instructions == "say yes"
    assert view(after).email_to_respond == "Subject: Lunch\n\nShall we?"
    assert view(after).typed_email == "Subject: Lunch\n\nShall we?\n---\nsay yes"
    assert kinds(after) == ["SubmittedEmail"]


# --- determine_clarifications ----------------------------------------------------------------------------


async def test_without_instructions_the_one_question_is_how_to_reply() -> None:
    model = ScriptedModel()

    after = await drafting.determine_clarifications(state(), model=model, drafting=PLAIN)

    assert view(after).clarification_questions == [HOW_TO_REPLY]
    assert kinds(after) == ["Questions"]
    assert model.asked == []


async def test_with_instructions_the_model_decides_what_to_ask() -> None:
    model = ScriptedModel()
    model.questions.append(["Which day?", "  ", "At what\n time?"])

    after = await drafting.determine_clarifications(
        state(response_instructions="say yes"), model=model, drafting=PLAIN
    )

    assert view(after).clarification_questions == ["Which day?", "At what time?"]
    assert view(after).clarification_history[0].questions == ["Which day?", "At what time?"]
    assert view(after).clarification_history[0].answers is None
    assert model.asked[0].instructions == "say yes"


async def test_a_model_that_asks_nothing_leaves_no_trace_on_the_page() -> None:
    after = await drafting.determine_clarifications(
        state(response_instructions="say yes"), model=ScriptedModel(), drafting=PLAIN
    )

    assert view(after).clarification_questions == []
    assert view(after).clarification_history == []
    assert kinds(after) == []


async def test_a_model_that_asks_how_to_reply_although_it_was_told_is_not_heard() -> None:
    """Its answer would take the place of the instructions."""
    model = ScriptedModel()
    model.questions.append([HOW_TO_REPLY, "Which day?"])

    after = await drafting.determine_clarifications(
        state(response_instructions="say yes"), model=model, drafting=PLAIN
    )

    assert view(after).clarification_questions == ["Which day?"]


async def test_what_was_said_since_the_instructions_is_told_to_the_model_that_asks() -> None:
    model = ScriptedModel()
    rounds = [
        {"questions": [HOW_TO_REPLY], "answers": ["say yes"]},
        {"questions": [], "answers": [], "remark": "on Thursday"},
    ]

    await drafting.determine_clarifications(
        state(response_instructions="say yes", clarification_history=rounds), model=model, drafting=PLAIN
    )

    assert model.asked[0].clarifications == (Clarification("", "on Thursday"),)


# --- clarify_instructions --------------------------------------------------------------------------------


async def test_answers_close_the_open_round() -> None:
    before = state(
        response_instructions="say yes",
        clarification_questions=["Which day?", "Where?"],
        clarification_history=[{"questions": ["Which day?", "Where?"], "answers": None}],
    )

    after = await actions.clarify_instructions(before, answers=["Thursday", ""], typed_answers="1. Thursday")

    (asked,) = view(after).clarification_history
    assert (asked.answers, asked.remark, asked.typed) == (["Thursday", ""], "", "1. Thursday")
    assert view(after).clarification_answers == ["Thursday", ""]
    assert view(after).response_instructions == "say yes"
    assert kinds(after) == ["Answered"]


async def test_the_answer_to_how_to_reply_becomes_the_instructions() -> None:
    before = state(
        clarification_questions=[HOW_TO_REPLY],
        clarification_history=[{"questions": [HOW_TO_REPLY], "answers": None}],
    )

    after = await actions.clarify_instructions(before, answers=["say no"])

    assert view(after).response_instructions == "say no"


async def test_words_that_nobody_asked_for_open_a_round_of_their_own() -> None:
    answered = {
        "questions": ["Which day?"],
        "answers": ["Thursday"],
        "asked": {"seq": 0},
        "answered": {"seq": 1},
    }
    before = state(version=2, response_instructions="say yes", clarification_history=[answered])

    after = await actions.clarify_instructions(before, answers=[], remark="and thank her")

    first, second = view(after).clarification_history
    assert first.answers == ["Thursday"]
    assert (second.questions, second.answers, second.remark) == ([], [], "and thank her")
    assert second.asked is None
    assert second.answered is not None
    assert second.answered.seq == 2


# --- formulate_draft -------------------------------------------------------------------------------------


async def test_a_draft_streams_and_is_kept_with_what_it_cost() -> None:
    model = ScriptedModel()
    model.drafts.append(["Dear ", "Dana,\n\n", "yes. ", Usage(12, 3)])

    deltas, after = await drafted(state(response_instructions="say yes"), model)

    assert deltas == ["Dear ", "Dana,\n\n", "yes. "]
    (written,) = view(after).draft_history
    assert written.body == view(after).current_draft == "Dear Dana,\n\nyes."
    assert (written.version, written.model, written.origin) == (1, "scripted", "written")
    assert (written.input_tokens, written.output_tokens) == (12, 3)
    assert kinds(after) == ["Draft"]


@pytest.mark.parametrize(
    ("how", "written", "stands_in"),
    [(Drafting(notes_first=True), [], False), (Drafting(), ["I come on Tuesday."] * 2, True)],
)
async def test_rules_stand_in_for_a_model_only_where_it_was_asked(
    how: Drafting, written: list[str], stands_in: bool
) -> None:
    model = ScriptedModel()
    model.drafts += [[each] for each in written]
    letter = "Hi Dana,\n\nI come on Tuesday.\n\nBest wishes\nSam"
    before = state(
        response_instructions="I come on Tuesday",
        draft_history=[draft(1, letter)],
        feedback_history=[feedback("Thursday instead of Tuesday", 1)],
    )

    _, after = await drafted(before, model, how)

    changed = view(after).draft_history[-1]
    assert changed.body == letter.replace("Tuesday", "Thursday")
    assert (changed.attempt, changed.stands_in) == ("rules", stands_in)
    assert changed.model == ("scripted" if stands_in else None)


async def test_words_that_the_model_takes_back_are_not_in_the_draft() -> None:
    model = ScriptedModel()
    model.drafts.append(["She asks ", "for a day.", Restart(), "Dear Dana,", Restart(), "Hi Dana"])
    items = [
        item
        async for item, _ in drafting.formulate_draft(
            state(response_instructions="say yes"), model=model, drafting=PLAIN
        )
    ]
    assert items.count({"restart": True}) == 2
    assert items[-1] == {"draft": "Hi Dana"}


@pytest.mark.parametrize("pieces", [[], [" ", "\n"], [Usage(1, 0)], ["Hm.", Restart()]])
async def test_an_empty_draft_is_an_error_and_no_draft(pieces: list[Any]) -> None:
    model = ScriptedModel()
    model.drafts.append(pieces)

    with pytest.raises(ModelInvalidAnswer):
        await drafted(state(response_instructions="say yes"), model)


async def test_what_no_page_can_show_is_not_kept_of_a_draft() -> None:
    model = ScriptedModel()
    model.drafts.append(["Dear \ud800Dana\0, ", "yes."])

    _, after = await drafted(state(response_instructions="say yes"), model)

    view(after).current_draft.encode()
    assert "\0" not in view(after).current_draft


async def test_a_stream_that_is_given_up_closes_the_one_of_the_model() -> None:
    model = ScriptedModel()
    words = drafting.formulate_draft(state(response_instructions="say yes"), model=model, drafting=PLAIN)
    await anext(words)
    assert model.open_streams == 1

    await words.aclose()

    assert model.open_streams == 0


# --- process_feedback ------------------------------------------------------------------------------------

ONE_DRAFT: dict[str, Any] = {"version": 1, "draft_history": [draft(1, "Yes.")], "current_draft": "Yes."}
TWO_DRAFTS: dict[str, Any] = {
    "version": 2,
    "draft_history": [draft(1, "Yes."), draft(2, "Yes, gladly.")],
    "current_draft": "Yes, gladly.",
}


async def test_approval_accepts() -> None:
    after = await actions.process_feedback(state(**ONE_DRAFT), kind="accept", text="looks good")

    assert view(after).feedback == "accept"
    assert view(after).feedback_history[0].kind == "accept"
    assert view(after).draft_history == view(state(**ONE_DRAFT)).draft_history


async def test_a_wish_is_kept_with_the_draft_that_it_is_about() -> None:
    after = await actions.process_feedback(state(**TWO_DRAFTS), kind="revise", text="shorter")

    (said,) = view(after).feedback_history
    assert (said.text, said.draft_version, said.kind) == ("shorter", 2, "revise")
    assert view(after).feedback == "revise"
    assert kinds(after, 2) == ["Feedback"]


async def test_the_users_own_text_is_the_next_draft() -> None:
    after = await actions.process_feedback(state(**ONE_DRAFT), kind="edit", body="No.\n\nSorry.")

    newest = view(after).draft_history[-1]
    assert (newest.version, newest.body, newest.origin, newest.model) == (2, "No.\n\nSorry.", "edited", None)
    assert view(after).current_draft == "No.\n\nSorry."
    assert kinds(after, 1) == ["Feedback", "Draft"]


async def test_going_back_makes_a_new_version_of_the_old_text() -> None:
    after = await actions.process_feedback(state(**TWO_DRAFTS), kind="restore", body="Yes.", version=1)

    newest = view(after).draft_history[-1]
    assert (newest.version, newest.body, newest.origin, newest.restored_from) == (3, "Yes.", "restored", 1)
    assert len(view(after).draft_history) == 3


async def test_feedback_on_a_final_draft_reopens_it() -> None:
    after = await actions.process_feedback(
        state(**ONE_DRAFT, final_draft="Yes."), kind="revise", text="shorter"
    )

    assert view(after).final_draft is None


# --- final_result ----------------------------------------------------------------------------------------


async def test_the_final_reply_is_the_current_draft() -> None:
    after = await actions.final_result(state(**TWO_DRAFTS))

    assert view(after).final_draft == "Yes, gladly."
    assert kinds(after, 2) == ["Acceptance"]


# --- what the model is told ------------------------------------------------------------------------------


def test_the_brief_holds_all_that_was_ever_said() -> None:
    rounds = [
        {"questions": [HOW_TO_REPLY], "answers": ["say yes"]},
        {"questions": ["Which day?", "Where?"], "answers": ["Thursday", ""]},
        {"questions": ["A?", "B?"], "answers": ["", ""], "remark": "as you like"},
    ]
    brief = brief_of(
        view(
            state(
                response_instructions="say yes",
                clarification_history=rounds,
                draft_history=[draft(1, "One."), draft(2, "Two."), draft(3, "Three."), draft(4, "Two.")],
                feedback_history=[
                    feedback("shorter", 1),
                    feedback("Edit:\nThree.", 2, "edit"),
                    feedback("back to version 2", 3, "restore"),
                    feedback("warmer", 4),
                ],
            )
        )
    )

    assert brief.instructions == "say yes"
    assert brief.clarifications == (
        Clarification("Which day?", "Thursday"),
        Clarification("Where?", ""),
        Clarification("A?\nB?", "as you like"),
    )
    assert brief.revisions == (Revision("One.", "shorter"), Revision("Two.", "warmer"))


def test_words_added_before_a_retry_are_one_request_with_those_that_were_not_carried_out() -> None:
    """Both are still to be done to the same draft: the first is no earlier feedback yet."""
    brief = brief_of(
        view(
            state(
                response_instructions="say yes",
                draft_history=[draft(1, "One."), draft(2, "Two.")],
                feedback_history=[
                    feedback("warmer", 1),
                    feedback("shorter", 2),
                    feedback("and thank her", 2),
                ],
            )
        )
    )

    assert brief.revisions == (Revision("One.", "warmer"), Revision("Two.", "shorter\nand thank her"))


def test_an_open_round_of_questions_is_not_told_as_answered() -> None:
    rounds = [{"questions": ["Which day?"], "answers": None}]
    brief = brief_of(view(state(response_instructions="say yes", clarification_history=rounds)))

    assert brief.clarifications == ()
