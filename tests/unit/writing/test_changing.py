"""How a draft is changed by what its reader asks for, by a model or by rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from email_assistant.brief import Revision
from email_assistant.writing import Brief
from email_assistant.writing.drafting import Drafting
from email_assistant.writing.offline import OfflineWriter
from tests.unit.writing.workshop import BRIEF, CAREFUL, ECHO, GOOD, LETTER, model_that_writes, write


async def test_a_change_that_loses_a_detail_is_tried_once_more_and_then_refused() -> None:
    loses = "The 6th of May suits me very well, and I am looking forward to it. There will be people."
    model = model_that_writes(loses, loses)

    _, kept = await write(model, replace(BRIEF, revisions=(Revision(LETTER, "make it sound happier"),)))

    assert len(model.told) == 2
    assert kept.body == LETTER
    assert [finding.code for finding in kept.findings] == ["no_change"]
    assert "the draft stays as it was" in kept.findings[0].text


async def test_a_change_that_turns_what_the_user_does_into_an_order_is_tried_once_more() -> None:
    before = "Hi Noor,\n\nI will send the plan for 12 people by the 6th of May.\n\nBest wishes\nJo"
    turned = "Please send the plan for 12 people by the 6th of May."
    right = "I shall send the plan for 12 people by the 6th of May."
    model = model_that_writes(turned, right)

    _, kept = await write(
        model, replace(BRIEF, revisions=(Revision(before, "change the tone to that of a lawyer"),))
    )

    assert kept.attempt == "second"
    assert "I shall send" in kept.body


async def test_where_the_model_fails_and_rules_know_what_is_asked_they_do_it() -> None:
    model = model_that_writes(GOOD, GOOD)
    asked = "ersetze 12 durch 14"

    _, kept = await write(model, replace(BRIEF, revisions=(Revision(LETTER, asked),)))

    assert kept.body == LETTER.replace("12", "14")
    assert kept.attempt == "rules"


@pytest.mark.parametrize("feedback", ["make it rhyme", "das klingt noch nicht nach mir", "brzmi sztucznie"])
async def test_feedback_that_rules_do_not_understand_is_no_text_of_the_letter(feedback: str) -> None:
    brief = replace(BRIEF, revisions=(Revision(LETTER, feedback),))

    _, by_rules = await write(OfflineWriter(delay=0), brief)
    _, by_model = await write(model_that_writes(ECHO, ECHO), brief)

    assert by_rules.body == by_model.body == LETTER
    assert f"“{feedback}” could not be done" in by_rules.findings[0].text
    assert by_model.findings[0].code == "no_change"


async def test_a_wish_for_all_drafts_that_the_draft_keeps_already_is_no_failure() -> None:
    brief = replace(BRIEF, revisions=(Revision(LETTER, "no exclamation marks"),))

    _, kept = await write(OfflineWriter(delay=0), brief)

    assert kept.body == LETTER
    assert kept.findings == ()


async def test_what_rules_can_change_is_changed_without_a_small_model() -> None:
    model = model_that_writes(ECHO)
    brief = replace(BRIEF, revisions=(Revision(LETTER, "replace 12 with 14"),))

    seen, kept = await write(model, brief, Drafting(notes_first=True))

    assert model.told == []
    assert seen == [kept.body] == [LETTER.replace("12", "14")]
    assert (kept.attempt, kept.asked_model) == ("rules", False)


async def test_a_change_that_a_model_spoils_is_made_by_rules_if_they_can() -> None:
    loses = "The 6th of May suits me. I bring cake."
    model = model_that_writes(loses, loses)

    _, kept = await write(model, replace(BRIEF, revisions=(Revision(LETTER, "add that I bring cake"),)))

    assert "12 people" in kept.body
    assert "I bring cake." in kept.body
    assert (kept.attempt, kept.asked_model) == ("rules", True)


@pytest.mark.parametrize(
    ("again", "body"),
    [
        ("The 6th of May suits us, 12 people.", "The 6th of May suits us, 12 people.\n\nBest wishes\nJo"),
        (GOOD, f"{GOOD}\n\nBest\nJo"),
    ],
)
async def test_rules_shorten_the_closing_only_where_a_small_model_finds_nothing(
    again: str, body: str
) -> None:
    brief = replace(BRIEF, revisions=(Revision(LETTER, "shorter"),))
    _, kept = await write(model_that_writes(again, again), brief)
    assert kept.body == f"Hi Noor,\n\n{again}\n\nBest wishes\nJo"
    _, kept = await write(model_that_writes(again, again), brief, Drafting(notes_first=True))
    assert kept.body == f"Hi Noor,\n\n{body}"


AROUND = "Hi Noor,\n\nThank you  very much.  {}\tThere will be 12 people.\n\n\nBest wishes\nJo"
"""A draft with white space that only its author would put there."""
OLD = "The 6th of May suits me really well."


def asking(request: str, passage: str = OLD) -> Brief:
    return replace(BRIEF, revisions=(Revision(AROUND.format(OLD), f"“{passage}”: {request}"),))


@pytest.mark.parametrize("drafting", [CAREFUL, Drafting(proofreads=False), Drafting(notes_first=True)])
@pytest.mark.parametrize("written", ["The 6th of May is perfect!", "“The 6th of May is perfect!”\n"])
async def test_a_change_of_a_passage_leaves_all_around_it_as_it_is(drafting: Drafting, written: str) -> None:
    model = model_that_writes(written)
    (*_, seen), kept = await write(model, asking("more cheerful"), drafting)

    assert kept.body == AROUND.format("The 6th of May is perfect!")
    assert model.told[0].revisions[-1].draft == OLD
    assert seen.startswith("Hi Noor,\n\nThank you  very much.")


@pytest.mark.parametrize(
    "written", [f"Hi Noor,\n\n{OLD}\n\nBest wishes\nJo", "The 6th of May. " * 40, "Some day suits me."]
)
async def test_a_model_that_writes_more_than_the_passage_or_loses_a_fact_changes_nothing(
    written: str,
) -> None:
    _, kept = await write(model_that_writes(written), asking("more cheerful"))

    assert kept.body == AROUND.format(OLD)
    assert [finding.code for finding in kept.findings] == ["no_change"]
    assert kept.findings[0].request == f"“{OLD}”: more cheerful", "it can be asked for again"


@pytest.mark.parametrize(
    ("request_", "passage", "expected"),
    [
        ("shorter", OLD, "The 6th of May suits me well."),
        ("replace well with fine", "really well", "The 6th of May suits me really fine."),
        ("say as good as any instead", "really well", "The 6th of May suits me as good as any."),
        ("schreib stattdessen sehr gut", "really well", "The 6th of May suits me sehr gut."),
        ("the 6th of May is fine instead", OLD, "The 6th of May is fine."),
        ("friendlier", OLD, OLD),
        ("friendlier instead", OLD, OLD),
        ("say that the 6th of May is fine instead", OLD, "The 6th of May is fine."),
        ("sag stattdessen, dass ich krank bin", OLD, OLD),
    ],
)
async def test_rules_change_a_passage_or_say_that_they_cannot(
    request_: str, passage: str, expected: str
) -> None:
    (seen,), kept = await write(OfflineWriter(delay=0), asking(request_, passage))

    assert kept.body == seen == AROUND.format(expected)
    assert bool(kept.findings) == (expected == OLD)


@pytest.mark.parametrize("request_", ["delete this", "remove this sentence", "lösch das", "quita esto"])
async def test_a_passage_that_is_taken_out_leaves_one_gap(request_: str) -> None:
    _, kept = await write(OfflineWriter(delay=0), asking(request_))
    assert kept.body == AROUND.format("").replace(".  \tThere", ".  There")
