"""How a draft comes about: the first attempt, what is made of it, the second, and which of them is kept."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace

import pytest

from email_assistant.brief import VALUE, Ask, Person, Revision
from email_assistant.errors import ModelBusy, ModelCutOff, ModelInvalidAnswer
from email_assistant.mail import IncomingEmail
from email_assistant.writing.drafting import Drafting
from email_assistant.writing.judging import Written
from email_assistant.writing.model import Restart, Usage
from email_assistant.writing.offline import OfflineWriter, write_by_rules
from tests.fakes.scripted_model import Piece
from tests.unit.writing.workshop import BRIEF, ECHO, GOOD, LETTER, model_that_writes, write

FORGETS = "The 6th of May suits me. Thank you."
"""A draft without the twelve people."""
INVENTS = f"{GOOD} It costs 300 euros."


async def test_a_good_draft_is_kept_and_the_model_is_asked_once() -> None:
    model = model_that_writes(GOOD)

    seen, kept = await write(model)

    assert len(model.told) == 1
    assert kept.body == LETTER
    assert (kept.attempt, kept.findings) == ("first", ())
    assert [" ".join(text.split()) for text in seen] == [" ".join(LETTER.split())]


# --- the frame -------------------------------------------------------------------------------------------


async def test_the_greeting_is_there_before_the_model_has_said_a_word() -> None:
    model = model_that_writes(GOOD)
    async with aclosing(Drafting().write(model, BRIEF)) as items:
        assert await anext(items) == "Hi Noor,\n\n"
    assert model.told == []


@pytest.mark.parametrize(
    "text",
    [
        f"Hi Noor,\n\n{GOOD}",
        f"Dear Ms Haddad,\n\n{GOOD}\n\nYours sincerely,\nJo Lind",
        f"\n Hello Noor!\n{GOOD}\n\nBest,\nJo",
    ],
)
async def test_a_model_that_greets_all_the_same_is_not_heard(text: str) -> None:
    seen, kept = await write(model_that_writes(text))

    assert kept.body == LETTER
    assert seen[0].startswith("Hi Noor,\n\nThe 6th")


async def test_the_model_is_told_that_the_frame_is_written() -> None:
    model = model_that_writes(GOOD)
    await write(model)
    assert model.told[0].has_frame


async def test_a_first_line_that_is_no_greeting_is_shown_whole() -> None:
    long = "The 6th of May suits me, and there will be 12 people " + "who all look forward to it " * 10
    seen, _ = await write(model_that_writes(long + "."), drafting=Drafting(second_attempt=False))
    assert " ".join(long.split()) in " ".join(seen[0].split())


@pytest.mark.parametrize(
    "notes", ["the 6th, 12 people. sign it as Joanna", "the 6th, 12 people, no greeting"]
)
async def test_who_speaks_of_the_frame_gets_the_whole_letter_from_the_model(notes: str) -> None:
    model = model_that_writes("Hello Noor,\n\nthe 6th suits me. There will be 12 people.\n\nBest,\nJoanna")

    seen, _ = await write(model, replace(BRIEF, instructions=notes), Drafting(second_attempt=False))

    assert not model.told[0].has_frame
    assert seen[0].startswith("Hello Noor,")


async def test_a_change_keeps_the_frame_of_the_draft() -> None:
    before = "Good morning Noor,\n\nThe 6th of May suits me. There will be 12 people.\n\nSee you,\nJo"
    brief = replace(BRIEF, revisions=(Revision(before, "thank her for lunch"),))
    model = model_that_writes(GOOD + " Thank you for lunch.")

    seen, kept = await write(model, brief)

    assert model.told[0].revisions == (Revision(GOOD, "thank her for lunch"),)
    assert kept.body == f"Good morning Noor,\n\n{GOOD} Thank you for lunch.\n\nSee you,\nJo"
    assert seen[0].startswith("Good morning Noor,\n\n")


async def test_a_change_of_the_frame_gives_the_model_the_whole_letter() -> None:
    brief = replace(BRIEF, revisions=(Revision(LETTER, "a more formal greeting"),))
    changed = LETTER.replace("Hi Noor,", "Dear Ms Haddad,")
    model = model_that_writes(changed)

    _, kept = await write(model, brief)

    assert model.told[0].revisions == brief.revisions
    assert not model.told[0].has_frame
    assert kept.body == changed


@pytest.mark.parametrize(
    "written",
    [
        "El 6 de mayo me viene bien. Seremos 12 personas.",
        "Hi Noor,\n\nEl 6 de mayo me viene bien. Seremos 12 personas.\n\nBest wishes\nJo",
        "Hola, Noor:\n\nEl 6 de mayo me viene bien. Seremos 12 personas.\n\nUn abrazo\nJo",
    ],
)
async def test_another_language_is_that_of_greeting_and_closing_too(written: str) -> None:
    revisions = (Revision(LETTER, "skriv det på spanska"),)
    _, kept = await write(model_that_writes(written), replace(BRIEF, revisions=revisions, language="es"))

    greeting, body, ending = kept.body.split("\n\n")
    assert greeting == "Hola, Noor:"
    assert body == "El 6 de mayo me viene bien. Seremos 12 personas."
    assert ending in ("Un abrazo\nJo", "Muchos saludos\nJo")


async def test_another_version_of_a_draft_that_was_changed_keeps_its_frame() -> None:
    shown = f"Dear Ms Haddad,\n\n{GOOD}\n\nYours sincerely,\nJo Lind"
    brief = replace(BRIEF, revisions=(Revision(LETTER, "a more formal greeting"),), rejected=shown)
    model = model_that_writes("There will be 12 people, and the 6th of May suits me.")

    _, kept = await write(model, brief)

    assert model.told[0].rejected == GOOD
    assert kept.body.startswith("Dear Ms Haddad,\n\nThere will be 12 people")
    assert kept.body.endswith("Yours sincerely,\nJo Lind")


# --- the second attempt ----------------------------------------------------------------------------------


async def test_a_model_that_forgot_something_is_asked_again_and_told_what() -> None:
    model = model_that_writes(FORGETS, GOOD)

    seen, kept = await write(model)

    first, second = model.told
    assert (first.corrections, first.revisions) == ((), ())
    [revision] = second.revisions
    assert FORGETS in revision.draft
    assert "12" in revision.feedback
    assert (kept.attempt, kept.body) == ("second", LETTER)
    assert len(seen) == 2
    assert "Thank you" not in seen[1]


async def test_a_model_that_repeats_the_mail_is_asked_again_without_it() -> None:
    model = model_that_writes(ECHO, GOOD)

    _, kept = await write(model)

    assert not model.told[1].with_email
    assert kept.body == LETTER


@pytest.mark.parametrize(("drafts", "attempt"), [((INVENTS, ECHO), "first"), ((ECHO, INVENTS), "second")])
async def test_the_better_attempt_is_kept(drafts: tuple[str, str], attempt: str) -> None:
    model = model_that_writes(*drafts)

    _, kept = await write(model)

    assert len(model.told) == 2
    assert (kept.attempt, [finding.code for finding in kept.findings]) == (attempt, ["unsupported_fact"])
    assert INVENTS in kept.body


@pytest.mark.parametrize("failure", [ModelBusy("Wait."), ["The 6th", ModelCutOff("Cut.")], ["  "]])
async def test_a_second_attempt_that_fails_leaves_the_first(failure: BaseException | list[Piece]) -> None:
    model = model_that_writes(INVENTS, failure)

    _, kept = await write(model)

    assert len(model.told) == 2
    assert kept.attempt == "first"
    assert INVENTS in kept.body


async def test_what_is_right_in_a_first_attempt_stays_in_the_second() -> None:
    model = model_that_writes(INVENTS, GOOD)
    await write(model)
    [revision] = model.told[1].revisions
    assert INVENTS in revision.draft
    assert "300 euros" in revision.feedback


async def test_a_first_attempt_that_fails_is_a_failure() -> None:
    with pytest.raises(ModelBusy):
        await write(model_that_writes(ModelBusy("Wait.")))


NOTHING: list[list[Piece]] = [["  "], ["Hm.", Restart()], ["Hi Noor,\n\nBest wishes\nJo"]]
EMPTY = ModelInvalidAnswer.empty("The answer was empty.")


@pytest.mark.parametrize("nothing", [*NOTHING, EMPTY])
async def test_where_a_model_writes_no_body_twice_the_rules_write(nothing: list[Piece] | Exception) -> None:
    model = model_that_writes(nothing, nothing)

    _, kept = await write(model)

    assert len(model.told) == 2
    assert kept.attempt == "rules"
    assert kept.body == write_by_rules(BRIEF)


@pytest.mark.parametrize("nothing", NOTHING)
async def test_a_model_that_writes_at_its_second_attempt_is_heard(nothing: list[Piece]) -> None:
    _, kept = await write(model_that_writes(nothing, GOOD))
    assert (kept.attempt, kept.body) == ("second", LETTER)


async def test_feedback_that_neither_a_silent_model_nor_rules_carry_out_leaves_the_draft_and_is_told() -> (
    None
):
    brief = replace(BRIEF, revisions=(Revision(LETTER, "make it rhyme"),))

    _, kept = await write(model_that_writes(["  "], ["  "]), brief)

    assert kept.body == LETTER
    assert [(each.code, each.request) for each in kept.findings] == [("no_change", "make it rhyme")]


@pytest.mark.parametrize("failure", [ModelBusy("Wait."), ModelInvalidAnswer("No JSON.")])
async def test_what_the_server_says_of_a_failure_is_told(failure: Exception) -> None:
    with pytest.raises(type(failure)):
        await write(model_that_writes(["  "], failure))
    with pytest.raises(type(failure)):
        await write(model_that_writes(failure))


async def test_another_version_of_a_silent_model_can_be_retried() -> None:
    with pytest.raises(ModelInvalidAnswer):
        await write(model_that_writes(["  "], ["  "]), replace(BRIEF, rejected=LETTER))


async def test_where_no_attempt_carries_what_the_user_said_the_rules_do() -> None:
    model = model_that_writes(ECHO, ECHO)

    _, kept = await write(model)

    assert len(model.told) == 2
    assert kept.attempt == "rules"
    assert "6th of May" in kept.body
    assert "12 people" in kept.body
    assert "old library" not in kept.body


async def test_without_a_second_attempt_the_model_is_asked_once() -> None:
    model = model_that_writes(INVENTS)

    seen, kept = await write(model, drafting=Drafting(second_attempt=False))

    assert len(model.told) == len(seen) == 1
    assert kept.attempt == "first"
    assert INVENTS in kept.body


async def test_without_a_proofreader_the_words_are_kept_as_they_are() -> None:
    model = model_that_writes(f"  **{ECHO}**\n")

    seen, kept = await write(model, drafting=Drafting(proofreads=False))

    assert len(model.told) == len(seen) == 1
    assert not model.told[0].has_frame
    assert kept == Written(f"**{ECHO}**")


# --- the notes first -------------------------------------------------------------------------------------


async def test_a_small_model_is_given_the_notes_with_what_the_mail_asks_and_then_alone() -> None:
    model = model_that_writes(FORGETS, GOOD)

    asks = (Ask(text="how many will come"),)
    _, kept = await write(model, replace(BRIEF, asks=asks), Drafting(notes_first=True))

    assert [(brief.with_email, bool(brief.asks)) for brief in model.told] == [(False, True), (False, False)]
    assert kept.body == LETTER


async def test_a_small_model_that_leaves_out_most_of_the_notes_is_asked_again() -> None:
    notes = "the hall is booked, the caretaker opens early, chairs stand in the cellar"
    brief = replace(BRIEF, instructions=notes, clarifications=())
    told = "The hall is booked and the caretaker opens early. Chairs stand in the cellar."
    model = model_that_writes("The hall is a lovely place.", told)

    _, kept = await write(model, brief, Drafting(notes_first=True))

    assert (kept.attempt, told in kept.body) == ("second", True)
    model = model_that_writes("The hall is a lovely place.", told)
    _, kept = await write(model, brief)
    assert len(model.told) == 1, "a large model may say it in words of its own"


async def test_without_notes_a_small_model_is_given_the_mail() -> None:
    model = model_that_writes(GOOD)
    await write(model, replace(BRIEF, instructions=" "), Drafting(notes_first=True))
    assert model.told[0].with_email


async def test_a_model_that_is_given_the_notes_alone_writes_below_a_greeting_without_a_name() -> None:
    """In Polish a name needs a form that no table gives."""
    brief = replace(
        BRIEF,
        email=IncomingEmail(
            text="Szanowny Panie,\n\nczy 6 maja odpowiada Panu termin?\n\nZ poważaniem\nMarta Kruk",
            language="pl",
        ),
        instructions="tak",
        language="pl",
        sender=Person("Marta Kruk"),
    )

    _, kept = await write(
        model_that_writes("Tak, ten dzień mi odpowiada."), brief, Drafting(notes_first=True)
    )

    assert kept.body.startswith("Dzień dobry,\n\nTak, ten dzień mi odpowiada.\n\n")


# --- what a draft comes with -----------------------------------------------------------------------------


async def test_the_usage_of_both_attempts_is_told() -> None:
    model = model_that_writes([FORGETS, Usage(10, 2)], [GOOD, Usage(20, 3)])
    _, kept = await write(model)
    assert kept.usage == Usage(30, 5)


async def test_the_usage_of_an_attempt_that_failed_counts_too() -> None:
    model = model_that_writes([FORGETS, Usage(10, 2)], [Usage(20, 3), ModelCutOff("Cut.")])
    _, kept = await write(model)
    assert kept.usage == Usage(30, 5)


async def test_what_a_model_takes_back_is_not_in_the_draft_and_the_greeting_comes_again() -> None:
    seen, kept = await write(model_that_writes(["She wants a day.\n", "Let me", Restart(), GOOD]))

    assert kept.body == LETTER
    assert len(seen) == 2
    assert seen[1].startswith("Hi Noor,\n\nThe 6th")


async def test_the_answers_to_what_the_mail_asks_are_told() -> None:
    ask = Ask(text="Would the 4th or the 6th of May suit you?", options=("the 4th", "the 6th of May"))
    _, kept = await write(model_that_writes(GOOD), replace(BRIEF, asks=(ask,)))
    assert kept.asks == ("answered",)


async def test_the_offline_writer_writes_its_own_frame_and_is_not_asked_again() -> None:
    writer = OfflineWriter(delay=0)

    seen, kept = await write(writer)

    assert len(seen) == 1
    assert seen[0].strip() == write_by_rules(BRIEF)
    assert kept.attempt == "first"


async def test_a_draft_that_is_given_up_closes_the_models_stream() -> None:
    first, second = (text.replace(". ", ".\n\n") for text in (FORGETS, GOOD))
    for drafts in ([second], [first, second]):
        model = model_that_writes(*drafts)
        items = Drafting().write(model, BRIEF)
        async for item in items:
            if len(model.told) == len(drafts) and isinstance(item, str) and model.open_streams:
                break
        assert model.open_streams == 1
        await items.aclose()
        assert model.open_streams == 0


async def test_a_draft_that_repeats_what_the_model_was_told_is_mended() -> None:
    model = model_that_writes(f"{GOOD}\n\nJo Lind asks for this change: shorter")
    model.prompt_lines = (f"{VALUE} asks for this change: {VALUE}",)  # type: ignore[attr-defined]

    _, kept = await write(model)

    assert kept.body == LETTER


@pytest.mark.parametrize(
    ("written", "ending"),
    [
        (f"{GOOD}\n\nKind regards\nJo", "Kind regards\nJo"),
        (f"{GOOD}\n\nKind regards,\nNoor", "Kind regards,\nJo"),
        (f"{GOOD}\n\nMit freundlichen Grüßen\nJo", "Best wishes\nJo"),
        (f"{GOOD}\n\nJo", "Jo"),
        (GOOD, "Best wishes\nJo"),
    ],
)
async def test_a_closing_that_fits_stays(written: str, ending: str) -> None:
    _, kept = await write(model_that_writes(written))
    assert kept.body == f"Hi Noor,\n\n{GOOD}\n\n{ending}"


@pytest.mark.parametrize(
    "refusal",
    [
        "I'm sorry, but I can't assist with that.",
        "I am unable to fulfill this request.",
        "Es tut mir leid, dabei kann ich Ihnen nicht helfen. Als KI kann ich dir dabei nicht helfen.",
        "Lo siento, pero no puedo ayudarte con eso.",
    ],
)
async def test_a_model_that_refuses_has_written_no_reply(refusal: str) -> None:
    _, kept = await write(model_that_writes(refusal, refusal))
    assert (kept.attempt, kept.body) == ("rules", write_by_rules(BRIEF))


async def test_a_user_who_cannot_help_may_say_so() -> None:
    says = "I am sorry, but I can't assist with the move."
    _, kept = await write(
        model_that_writes(says), replace(BRIEF, instructions="no, can't help with the move")
    )
    assert says in kept.body
