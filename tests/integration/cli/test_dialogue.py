"""The conversation at the terminal, as a person holds it."""

from __future__ import annotations

import asyncio
import stat
from email import message_from_bytes
from pathlib import Path

import pytest

from email_assistant.service.opening import open_assistant
from email_assistant.settings import LOCAL_USER
from tests.integration.cli.conftest import Model
from tests.integration.cli.program import EMAIL, ID, Program, Terminal, offline, text_of

NEXT = "Say what to change"


def drafted(program: Program, email: str, *arguments: str, columns: int = 80, **settings: str) -> Terminal:
    """Return a terminal with the first draft on it."""
    terminal = program.at_terminal(
        "reply", email, "-i", "say yes to Tuesday", *arguments, columns=columns, **settings
    )
    terminal.sees(NEXT)
    return terminal


def test_from_the_email_to_the_reply_in_a_file(
    online: Program, model: Model, email: str, tmp_path: Path
) -> None:
    program = online
    model.will(questions=["Which day suits you?"])
    terminal = program.at_terminal("reply", email, "-i", "say yes", "-o", "reply.eml")
    terminal.sees("Lunch next week?")
    terminal.sees("Which day suits you")
    terminal.types("Tuesday at noon")
    terminal.sees("Draft 1")
    terminal.sees(NEXT)
    terminal.types("Please add that I bring the slides.")
    terminal.sees("Draft 2")
    terminal.types("looks good")
    terminal.sees("Your reply")
    terminal.sees("Written to reply.eml")
    assert terminal.leaves() == 0

    saved = message_from_bytes((tmp_path / "reply.eml").read_bytes())
    assert saved["Subject"] == "Re: Lunch next week?"
    assert saved["In-Reply-To"] == "<lunch@example.com>"
    reached = program.state()
    assert reached["answers"] == ["Tuesday at noon"]
    assert reached["feedback_history"] == ["Please add that I bring the slides.", "looks good"]
    assert str(reached["final_draft"]).split("\n")[0] in text_of(saved)


def test_what_nobody_gave_is_pointed_out_below_the_draft(online: Program, model: Model, email: str) -> None:
    model.will(text="Yes. Pay 900 EUR at https://pay.example.net first.", structured=False)
    terminal = online.at_terminal("reply", email, "-i", "say yes", columns=200)
    terminal.sees("The link https://pay.example.net is in neither the newest email nor what you said.")
    terminal.sees("900 EUR")
    terminal.types("quit")
    terminal.leaves()
    assert len(online.state()["cautions"]) == 2


def test_without_instructions_it_asks_how_to_reply(program: Program, email: str) -> None:
    terminal = program.at_terminal("reply", email)
    terminal.sees("How would you like to reply?")
    terminal.types("Decline, I am away all week.")
    terminal.sees("Draft 1")
    terminal.types("accept")
    assert terminal.leaves() == 0
    assert program.state()["response_instructions"] == "Decline, I am away all week."


def test_enter_skips_a_question(online: Program, model: Model, email: str) -> None:
    model.will(questions=["Which day suits you?"])
    terminal = online.at_terminal("reply", email, "-i", "say yes")
    terminal.sees("Enter skips it")
    terminal.types("")
    terminal.sees("Draft 1")
    terminal.types("quit")
    terminal.leaves()
    assert online.state()["answers"] == [""]


def test_several_questions_are_asked_one_by_one(online: Program, model: Model, email: str) -> None:
    model.will(questions=["Which day?", "Which place?"])
    terminal = online.at_terminal("reply", email, "-i", "say yes")
    terminal.sees("2 questions before I write")
    terminal.sees("1. Which day?")
    terminal.types("Tuesday")
    terminal.sees("2. Which place?")
    terminal.types("skip")
    terminal.sees(NEXT)
    terminal.types("quit")
    terminal.leaves()
    assert online.state()["answers"] == ["Tuesday", ""]


@pytest.mark.parametrize(("key", "code"), [("c", 130), ("d", 0)])
def test_answers_that_are_not_sent_are_given_back(
    online: Program, model: Model, email: str, key: str, code: int
) -> None:
    model.will(questions=["Which day?", "Which place?", "Who comes?"])
    terminal = online.at_terminal("reply", email, "-i", "say yes")
    terminal.types("On Tuesday, as soon as Ana is back.")
    terminal.types("")
    terminal.sees("3. Who comes?")
    terminal.sees("> ")
    terminal.presses(key)
    if key == "c":
        terminal.sees("Press Ctrl-C again to leave.")
        terminal.sees("> ")
        terminal.presses(key)
    terminal.sees("your answers were not sent")
    assert terminal.leaves() == code

    given_back = terminal.text.split("your answers were not sent")[1]
    assert "Which day?\nOn Tuesday, as soon as Ana is back.\n" in given_back
    assert "Which place?" not in given_back
    assert online.state()["next_step"] == "clarify_instructions"


def test_leaving_before_the_first_answer_gives_nothing_back(
    online: Program, model: Model, email: str
) -> None:
    model.will(questions=["Which day?", "Which place?"])
    terminal = online.at_terminal("reply", email, "-i", "say yes")
    terminal.types("quit")
    assert terminal.leaves() == 0
    assert "not sent" not in terminal.text


def test_enter_alone_does_not_accept(program: Program, email: str) -> None:
    terminal = drafted(program, email)
    terminal.types("")
    terminal.types("quit")
    assert terminal.leaves() == 0
    assert program.state()["final_draft"] is None


def test_leaving_says_how_to_come_back_and_resuming_goes_on(program: Program, email: str) -> None:
    terminal = drafted(program, email)
    terminal.types("quit")
    assert terminal.leaves() == 0
    found = ID.search(terminal.text)
    assert found

    resumed = program.at_terminal("resume", found[1], "-o", "reply.txt")
    resumed.sees("Lunch next week?")
    resumed.sees("Draft 1")
    resumed.types("accept")
    assert resumed.leaves() == 0
    assert (program.data_dir / "reply.txt").read_text(
        encoding="utf-8"
    ) == f"{program.state()['final_draft']}\n"


def test_ctrl_d_leaves_as_quit_does(program: Program, email: str) -> None:
    terminal = drafted(program, email)
    terminal.sees("> ")
    terminal.presses("d")
    terminal.sees("The conversation is kept")
    assert terminal.leaves() == 0


def test_feedback_on_an_accepted_reply_reopens_it(program: Program, email: str) -> None:
    terminal = drafted(program, email)
    terminal.types("accept")
    assert terminal.leaves() == 0
    app_id = program.state()["app_id"]
    resumed = program.at_terminal("resume", app_id)
    resumed.sees("This reply was accepted")
    resumed.types("Make it more formal.")
    resumed.sees("Draft 2")
    resumed.types("quit")
    resumed.leaves()
    assert program.state()["next_step"] == "process_feedback"


def test_own_text_from_the_editor_becomes_the_next_draft(
    program: Program, email: str, tmp_path: Path
) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf "Dear Dana,\\n\\nTuesday it is.\\n" > "$1"\n', encoding="utf-8")
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    terminal = drafted(program, email, VISUAL=str(editor))
    terminal.types("edit")
    terminal.sees("Draft 2, edited by you")
    terminal.sees("Tuesday it is.")
    terminal.types("accept")
    assert terminal.leaves() == 0
    assert program.state()["final_draft"] == "Dear Dana,\n\nTuesday it is."


def test_an_editor_that_changes_nothing_leaves_the_draft(program: Program, email: str) -> None:
    terminal = drafted(program, email, VISUAL="true")
    terminal.types("edit")
    terminal.sees("The draft is as it was.")
    terminal.types("quit")
    terminal.leaves()
    assert len(program.state()["drafts"]) == 1


def test_an_editor_that_is_not_there_is_told(program: Program, email: str) -> None:
    terminal = drafted(program, email, VISUAL="/nowhere/editor")
    terminal.types("edit")
    terminal.sees("/nowhere/editor")
    terminal.types("quit")
    assert terminal.leaves() == 0


def test_what_changed_is_marked_where_there_is_no_colour(online: Program, model: Model, email: str) -> None:
    model.will(text="Hi Dana,\n\nTuesday is fine.", structured=False)
    model.will(text="Hi Dana,\n\nThursday is fine.", structured=False)
    terminal = drafted(online, email, NO_COLOR="1")
    terminal.types("make it Thursday")
    terminal.sees("Draft 2")
    terminal.types("diff")
    terminal.sees("[-Tuesday-]{+Thursday+} is fine.")
    terminal.types("quit")
    assert terminal.leaves() == 0
    assert "\x1b[3" not in terminal.raw
    assert "\x1b[1m" not in terminal.raw


def test_an_earlier_version_comes_back_and_an_unknown_one_is_told(program: Program, email: str) -> None:
    terminal = drafted(program, email)
    terminal.types("make it more formal")
    terminal.sees("Draft 2")
    terminal.types("back to version 7")
    terminal.sees("There is no version 7.")
    terminal.types("back to version 1")
    terminal.sees("Draft 3, the same as draft 1")
    terminal.types("quit")
    terminal.leaves()
    drafts = program.state()["drafts"]
    assert drafts[2] == drafts[0] != drafts[1]


def test_the_words_come_while_the_model_writes(online: Program, model: Model, email: str) -> None:
    model.will(text="Hi Dana, Tuesday suits me well indeed.", structured=False, stall=True, after=5)
    terminal = online.at_terminal("reply", email, "-i", "yes")
    terminal.sees("Hi Dana, Tuesday suits")  # and the model is still writing
    terminal.presses("c")
    terminal.sees("Stopped.")
    terminal.types("quit")
    terminal.leaves()


def test_a_question_is_answered_once_and_not_as_a_draft(online: Program, model: Model, email: str) -> None:
    terminal = drafted(online, email)
    model.will(text="She wants to have lunch.", structured=False)
    terminal.types("What does she want?")
    terminal.types("quit")
    terminal.leaves()
    shown = "".join(terminal.shown)
    assert shown.count("She wants to have lunch.") == 1
    assert "Draft 2" not in shown


def test_words_that_were_only_thought_are_taken_back(online: Program, model: Model, email: str) -> None:
    model.will(text="She wants lunch. </think> Hi Dana, Tuesday suits.", structured=False)
    terminal = online.at_terminal("reply", email, "-i", "yes")
    terminal.sees("The words above were not the draft yet. It begins here:")
    terminal.sees("Hi Dana, Tuesday suits.")
    terminal.types("quit")
    terminal.leaves()
    assert online.state()["drafts"] == ["Hi Dana, Tuesday suits."]


def test_ctrl_c_stops_the_turn_and_retry_runs_it_again(online: Program, model: Model, email: str) -> None:
    model.will(stall=True, structured=False)
    terminal = online.at_terminal("reply", email, "-i", "say yes to Tuesday")
    terminal.sees("Writing the draft")
    model.hears(1)
    terminal.presses("c")
    terminal.sees("Stopped.")
    terminal.sees("type retry")
    assert model.ended(1) == "client closed"
    terminal.types("retry")
    terminal.sees("Draft 1")
    terminal.types("accept")
    assert terminal.leaves() == 0


def test_ctrl_c_twice_at_the_prompt_leaves(program: Program, email: str) -> None:
    terminal = drafted(program, email)
    terminal.sees("> ")
    terminal.presses("c")
    terminal.sees("Press Ctrl-C again to leave.")
    terminal.sees("> ")
    terminal.presses("c")
    assert terminal.leaves() == 130
    assert "Traceback" not in terminal.raw
    assert program.state()["next_step"] == "process_feedback"


def test_a_model_that_fails_is_told_in_words_and_retried(online: Program, model: Model, email: str) -> None:
    model.will(status=401, times=None, structured=False)
    terminal = online.at_terminal("reply", email, "-i", "say yes")
    terminal.sees("refused the key")
    terminal.sees("Nothing that you said is lost")
    terminal.types("quit")
    assert terminal.leaves() == 0
    assert "Traceback" not in terminal.raw
    assert online.state()["next_step"] == "retry"


def test_a_draft_that_broke_off_is_written_again(online: Program, model: Model, email: str) -> None:
    model.will(cut=True, after=3, structured=False)
    terminal = online.at_terminal("reply", email, "-i", "say yes")
    terminal.sees("broke off")
    terminal.types("retry")
    terminal.sees(NEXT)
    terminal.types("accept")
    assert terminal.leaves() == 0


def test_what_went_on_elsewhere_is_shown_and_nothing_is_done_to_it(program: Program, email: str) -> None:
    terminal = drafted(program, email)
    app_id = program.state()["app_id"]
    assert program.run("resume", app_id, "--say", "make it more formal", "--no-input").returncode == 0
    terminal.types("accept")
    terminal.sees("was continued elsewhere")
    terminal.sees("Draft 2")
    terminal.types("quit")
    terminal.leaves()
    assert program.state()["final_draft"] is None


def test_a_step_that_runs_in_another_place_is_waited_for(online: Program, model: Model, email: str) -> None:
    model.will(text="Tuesday is fine.", structured=False, stall=True, after=1)
    one = online.at_terminal("reply", email, "-i", "say yes")
    one.sees("Writing the draft")
    model.hears(1)

    other = online.at_terminal("resume", online.state()["app_id"])
    other.sees("Waiting for the step")
    model.release()
    other.sees("Draft 1")
    other.sees(NEXT)

    assert "did not finish" not in other.text
    for terminal in (one, other):
        terminal.types("quit")
        assert terminal.leaves() == 0


def test_a_step_is_stopped_from_another_place(
    online: Program, model: Model, email: str, tmp_path: Path
) -> None:
    async def stop(app_id: str) -> None:
        async with open_assistant(offline(tmp_path)) as assistant:
            assert (await assistant.stop(LOCAL_USER, app_id)).next_step == "retry"

    model.will(stall=True, structured=False)
    terminal = online.at_terminal("reply", email, "-i", "say yes")
    terminal.sees("Writing the draft")
    model.hears(1)
    asyncio.run(stop(online.state()["app_id"]))

    terminal.sees("Stopped.")
    terminal.types("retry")
    terminal.sees("Draft 1")
    terminal.types("quit")
    assert terminal.leaves() == 0
    assert "Traceback" not in terminal.raw


# --- where input and output are not the terminal ---


def test_a_piped_email_is_answered_at_the_terminal(online: Program, model: Model, email: str) -> None:
    model.will(questions=["Which day suits you?"])
    terminal = online.at_terminal("reply", "-i", "say yes", line=f'cat {email} | "$@"')
    terminal.sees("Which day suits you")
    terminal.types("Tuesday")
    terminal.sees("Draft 1")
    terminal.types("accept")
    assert terminal.leaves() == 0
    assert online.state()["answers"] == ["Tuesday"]


def test_redirected_output_gets_the_reply_and_nothing_else(
    program: Program, email: str, tmp_path: Path
) -> None:
    terminal = program.at_terminal("reply", email, "-i", "say yes to Tuesday", line='"$@" > reply.txt')
    terminal.sees(NEXT)
    terminal.types("accept")
    assert terminal.leaves() == 0
    assert (tmp_path / "reply.txt").read_text(encoding="utf-8") == f"{program.state()['final_draft']}\n"


def test_a_pasted_email_ends_at_ctrl_d_and_brings_its_instructions(program: Program) -> None:
    terminal = program.at_terminal("reply")
    terminal.sees("Ctrl-D")
    terminal.child.send(f"Instructions: say yes to Tuesday\n\n{EMAIL}")
    terminal.presses("d")
    terminal.sees("Draft 1")
    terminal.types("quit")
    assert terminal.leaves() == 0
    reached = program.state()
    assert reached["response_instructions"] == "say yes to Tuesday"
    assert reached["title"] == "Lunch next week?"


def test_a_pasted_line_may_be_longer_than_a_terminal_takes(program: Program) -> None:
    paragraph = "tomorrow " * 2000
    terminal = program.at_terminal("reply", "-i", "say yes")
    terminal.sees("Ctrl-D")
    terminal.child.send(f"From: dana@example.com\nSubject: Long\n\n{paragraph}end of it.\n")
    terminal.sees("end of it.")
    terminal.presses("d")
    terminal.sees("Draft 1")
    terminal.types("quit")
    terminal.leaves()
    assert f"{paragraph}end of it." in program.state()["email_to_respond"]


def test_a_typed_email_can_be_corrected_with_backspace(program: Program) -> None:
    terminal = program.at_terminal("reply", "-i", "say yes")
    terminal.sees("Ctrl-D")
    terminal.child.send(
        "Hello Sam,\n\nlunch on Mondayé\x7f\x7f\x7f\x7f\x7f\x7f\x7fFriday? wrong\x17really?\nDana\n"
    )
    terminal.presses("d")
    terminal.sees("Draft 1")
    terminal.types("quit")
    terminal.leaves()
    assert "lunch on Friday? really?\n" in program.state()["email_to_respond"]


def test_the_dialogue_fits_a_narrow_terminal(program: Program, email: str) -> None:
    terminal = program.at_terminal("reply", email, "-i", "say yes to Tuesday", columns=40)
    terminal.sees(NEXT)
    terminal.types("help")
    terminal.types("quit")
    terminal.leaves()
    assert max(len(line.split("\r")[-1]) for line in terminal.text.split("\n")) <= 40
